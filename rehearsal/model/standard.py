"""The standard objects of a new workspace, as the server's own description of itself lists them.

A table: one entry an object, one line a field. What every object has (id, dates, who, position, search vector) is added.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

COLORS = ("green", "turquoise", "sky", "blue", "purple", "pink", "red", "orange", "yellow", "gray")


@dataclass(frozen=True)
class StandardField:
    """One field: its type, and what that type needs."""

    name: str
    type: str
    options: tuple[str, ...] = ()
    default: Any = None
    unique: bool = False
    settings: dict[str, Any] | None = None
    target: str = ""
    back: str = ""
    on_delete: str = "SET_NULL"


@dataclass(frozen=True)
class StandardObject:
    """One object with the fields of its own."""

    singular: str
    plural: str
    icon: str
    fields: tuple[StandardField, ...]
    system: bool = False


def _fields(kind: str, names: str) -> tuple[StandardField, ...]:
    return tuple(StandardField(name, kind) for name in names.split())


def _text(names: str) -> tuple[StandardField, ...]:
    return _fields("TEXT", names)


def _select(name: str, options: str, default: str | None = None, kind: str = "SELECT") -> StandardField:
    return StandardField(name, kind, options=tuple(options.split()), default=f"'{default}'" if default else None)


def _files(name: str) -> StandardField:
    return StandardField(name, "FILES", settings={"maxNumberOfValues": 1})


def _one(name: str, target: str, back: str, on_delete: str = "SET_NULL") -> StandardField:
    """A relation to one ``target``, whose own field for the way back is ``back`` (none: it has no such field)."""
    return StandardField(name, "RELATION", target=target, back=back, on_delete=on_delete)


def _targets(back: str, names: str, on_delete: str) -> tuple[StandardField, ...]:
    """The columns by which a link or attachment points at one of several objects: ``targetPerson``, ``targetCompany`` …"""
    return tuple(
        StandardField("target" + name[0].upper() + name[1:], "MORPH_RELATION", target=name, back=back, on_delete=on_delete)
        for name in names.split()
    )


STANDARD_OBJECTS: tuple[StandardObject, ...] = (
    StandardObject("attachment", "attachments", "IconFileImport", (
        *_text("name"), _files("file"), *_text("fullPath"),
        _select("fileCategory", "ARCHIVE AUDIO IMAGE PRESENTATION SPREADSHEET TEXT_DOCUMENT VIDEO OTHER", "OTHER"),
        *_targets("attachments", "task note", "SET_NULL"),
        *_targets("attachments", "person company opportunity dashboard workflow", "CASCADE"),
    ), system=True),
    StandardObject("blocklist", "blocklists", "IconForbid2", (
        *_text("handle"), _one("workspaceMember", "workspaceMember", "blocklist", "CASCADE"),
    ), system=True),
    StandardObject("calendarChannelEventAssociation", "calendarChannelEventAssociations", "IconCalendar", (
        *_text("eventExternalId recurringEventExternalId"), *_fields("UUID", "calendarChannelId"),
        _one("calendarEvent", "calendarEvent", "calendarChannelEventAssociations", "CASCADE"),
    ), system=True),
    StandardObject("calendarEventParticipant", "calendarEventParticipants", "IconCalendar", (
        *_text("handle displayName"), StandardField("isOrganizer", "BOOLEAN", default=False),
        _select("responseStatus", "NEEDS_ACTION DECLINED TENTATIVE ACCEPTED", "NEEDS_ACTION"),
        _one("person", "person", "calendarEventParticipants"),
        _one("calendarEvent", "calendarEvent", "calendarEventParticipants", "CASCADE"),
        _one("workspaceMember", "workspaceMember", "calendarEventParticipants"),
    ), system=True),
    StandardObject("calendarEvent", "calendarEvents", "IconCalendar", (
        *_text("title"), StandardField("isCanceled", "BOOLEAN", default=False),
        StandardField("isFullDay", "BOOLEAN", default=False),
        *_fields("DATE_TIME", "startsAt endsAt externalCreatedAt externalUpdatedAt"),
        *_text("description location iCalUid conferenceSolution"), *_fields("LINKS", "conferenceLink"),
    ), system=True),
    StandardObject("callRecording", "callRecordings", "IconPhone", (
        *_text("title"), _select("status", "SCHEDULED JOINING RECORDING PROCESSING COMPLETED FAILED"),
        _select("recordingRequestStatus", "REQUESTED CANCELED"), *_fields("UUID", "applicationId"),
        *_text("externalBotId externalRecordingId"), *_fields("DATE_TIME", "startedAt endedAt"), _files("video"),
        _files("audio"),
        *_fields("RAW_JSON", "transcript"), *_fields("RICH_TEXT", "summary"),
        _one("calendarEvent", "calendarEvent", "callRecordings"),
    ), system=True),
    StandardObject("company", "companies", "IconBuildingSkyscraper", (
        *_text("name"), StandardField("domainName", "LINKS", unique=True), *_fields("ADDRESS", "address"),
        *_fields("LINKS", "linkedinLink"),
        *_fields("CURRENCY", "annualRevenue"), _one("accountOwner", "workspaceMember", "accountOwnerForCompanies"),
    )),
    StandardObject("dashboard", "dashboards", "IconLayoutDashboard", (*_text("title"), *_fields("UUID", "pageLayoutId"))),
    StandardObject("messageCampaign", "messageCampaigns", "IconMail", (
        *_text("subject bodyTemplate"), *_fields("EMAILS", "fromAddress"),
        _select("status", "DRAFT SCHEDULED SENDING SENT SENT_WITH_ERRORS", "DRAFT"),
        *_fields("DATE_TIME", "sentAt"), *_fields("NUMBER", "sentCount failedCount bouncedCount complainedCount"),
        *_fields("UUID", "unsubscribeTopicId"), _one("list", "messageList", "campaigns"),
    ), system=True),
    StandardObject(
        "messageChannelMessageAssociationMessageFolder", "messageChannelMessageAssociationMessageFolders", "IconFolder", (
        *_fields("UUID", "messageFolderId"),
        _one("messageChannelMessageAssociation", "messageChannelMessageAssociation", "messageFolders", "CASCADE"),
    ), system=True),
    StandardObject("messageChannelMessageAssociation", "messageChannelMessageAssociations", "IconMessage", (
        *_text("messageExternalId messageThreadExternalId"), _select("direction", "INCOMING OUTGOING", "INCOMING"),
        *_fields("UUID", "messageChannelId"), _one("message", "message", "messageChannelMessageAssociations", "CASCADE"),
        _one("messageThread", "messageThread", "messageChannelMessageAssociations", "CASCADE"),
    ), system=True),
    StandardObject("messageListMember", "messageListMembers", "IconUsers", (
        _one("list", "messageList", "members", "CASCADE"), _one("person", "person", "listMemberships", "CASCADE"),
    ), system=True),
    StandardObject("messageList", "messageLists", "IconUsers", _text("name"), system=True),
    StandardObject("messageParticipant", "messageParticipants", "IconUserCircle", (
        _select("role", "FROM TO CC BCC REPLY_TO", "FROM"), *_text("handle displayName"),
        _one("messageCampaign", "messageCampaign", "recipients"),
        _one("message", "message", "messageParticipants", "CASCADE"), _one("person", "person", "messageParticipants"),
        _one("workspaceMember", "workspaceMember", "messageParticipants"),
    ), system=True),
    StandardObject("message", "messages", "IconMessage", (
        *_text("headerMessageId subject text"), *_fields("DATE_TIME", "receivedAt"),
        _select("deliveryStatus", "QUEUED SENT FAILED BOUNCED COMPLAINED SKIPPED"),
        StandardField("isDraft", "BOOLEAN", default=False),
        _one("messageCampaign", "messageCampaign", "messages"),
        _one("messageThread", "messageThread", "messages", "CASCADE"),
    ), system=True),
    StandardObject("messageThread", "messageThreads", "IconMessage", _text("subject"), system=True),
    StandardObject("note", "notes", "IconNotes", (*_text("title"), *_fields("RICH_TEXT", "bodyV2"))),
    StandardObject("noteTarget", "noteTargets", "IconCheckbox", (
        _one("note", "note", "noteTargets", "CASCADE"), *_targets("noteTargets", "person company opportunity", "CASCADE"),
    ), system=True),
    StandardObject("opportunity", "opportunities", "IconTargetArrow", (
        *_text("name"), *_fields("CURRENCY", "amount"), *_fields("DATE_TIME", "closeDate"),
        _select("stage", "NEW SCREENING MEETING PROPOSAL CUSTOMER", "NEW"), _one("company", "company", "opportunities"),
        _one("pointOfContact", "person", "pointOfContactForOpportunities"),
        _one("owner", "workspaceMember", "ownedOpportunities"),
    )),
    StandardObject("person", "people", "IconUser", (
        *_fields("FULL_NAME", "name"), StandardField("emails", "EMAILS", unique=True),
        *_fields("LINKS", "linkedinLink"), *_text("jobTitle"),
        *_fields("PHONES", "phones"), *_text("avatarUrl"), _files("avatarFile"), _one("company", "company", "people"),
    )),
    StandardObject("task", "tasks", "IconCheckbox", (
        *_text("title"), *_fields("RICH_TEXT", "bodyV2"), *_fields("DATE_TIME", "dueAt"),
        _select("status", "TODO IN_PROGRESS DONE", "TODO"),
        _one("assignee", "workspaceMember", "assignedTasks"),
    )),
    StandardObject("taskTarget", "taskTargets", "IconCheckbox", (
        _one("task", "task", "taskTargets", "CASCADE"), *_targets("taskTargets", "person company opportunity", "CASCADE"),
    ), system=True),
    StandardObject("timelineActivity", "timelineActivities", "IconTimelineEvent", (
        *_fields("DATE_TIME", "happensAt"), *_text("name"), *_fields("RAW_JSON", "properties"),
        *_text("linkedRecordCachedName"),
        *_fields("UUID", "linkedRecordId linkedObjectMetadataId"),
        _one("workspaceMember", "workspaceMember", "timelineActivities"),
        *_targets(
            "timelineActivities",
            "company dashboard messageCampaign messageList note opportunity person task workflow workflowVersion workflowRun",
            "CASCADE",
        ),
    ), system=True),
    StandardObject("workflowAutomatedTrigger", "workflowAutomatedTriggers", "IconSettingsAutomation", (
        _select("type", "DATABASE_EVENT CRON"), *_fields("RAW_JSON", "settings"),
        _one("workflow", "workflow", "automatedTriggers", "CASCADE"),
    ), system=True),
    StandardObject("workflowRun", "workflowRuns", "IconHistoryToggle", (
        *_text("name"), *_fields("DATE_TIME", "enqueuedAt startedAt endedAt"),
        _select("status", "NOT_STARTED RUNNING COMPLETED FAILED ENQUEUED STOPPING STOPPED", "NOT_STARTED"),
        *_fields("RAW_JSON", "state stepLogs"), _one("workflow", "workflow", "runs", "CASCADE"),
        _one("workflowVersion", "workflowVersion", "runs", "CASCADE"),
    )),
    StandardObject("workflow", "workflows", "IconSettingsAutomation", (
        *_text("name lastPublishedVersionId"), _select("statuses", "DRAFT ACTIVE DEACTIVATED", kind="MULTI_SELECT"),
    )),
    StandardObject("workflowVersion", "workflowVersions", "IconVersions", (
        *_text("name"), *_fields("RAW_JSON", "trigger steps"),
        _select("status", "DRAFT ACTIVE DEACTIVATED ARCHIVED", "DRAFT"),
        _one("workflow", "workflow", "versions", "CASCADE"),
    )),
    StandardObject("workspaceMember", "workspaceMembers", "IconUserCircle", (
        *_fields("FULL_NAME", "name"), *_text("colorScheme locale avatarUrl"),
        StandardField("userEmail", "TEXT", unique=True),
        *_text("jobTitle"), *_fields("NUMBER", "calendarStartDay"), *_fields("UUID", "userId"), *_text("timeZone"),
        _select("dateFormat", "SYSTEM MONTH_FIRST DAY_FIRST YEAR_FIRST", "SYSTEM"),
        _select("timeFormat", "SYSTEM HOUR_24 HOUR_12", "SYSTEM"),
        _select("numberFormat", "SYSTEM COMMAS_AND_DOT SPACES_AND_COMMA DOTS_AND_COMMA APOSTROPHE_AND_DOT", "SYSTEM"),
    ), system=True),
)  # fmt: skip
