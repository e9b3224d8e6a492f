"""The standard objects of a new workspace, as the server's own description of itself lists them.

A table: one entry an object, one line a field. The fields of every object (id, dates, who, position, search vector) are added.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

COLORS = ("green", "turquoise", "sky", "blue", "purple", "pink", "red", "orange", "yellow", "gray")


@dataclass(frozen=True, kw_only=True)
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


@dataclass(frozen=True, kw_only=True)
class StandardObject:
    """One object with the fields of its own."""

    singular: str
    plural: str
    icon: str
    fields: tuple[StandardField, ...]
    system: bool = False


def _fields(kind: str, names: str) -> tuple[StandardField, ...]:
    return tuple(StandardField(name=name, type=kind) for name in names.split())


def _text(names: str) -> tuple[StandardField, ...]:
    return _fields("TEXT", names)


def _select(name: str, options: str, default: str | None = None, kind: str = "SELECT") -> StandardField:
    return StandardField(name=name, type=kind, options=tuple(options.split()), default=f"'{default}'" if default else None)


def _files(name: str) -> StandardField:
    return StandardField(name=name, type="FILES", settings={"maxNumberOfValues": 1})


def _one(name: str, target: str, back: str, on_delete: str = "SET_NULL") -> StandardField:
    """Return a relation to one ``target``, whose own field for the way back is ``back`` (none: it has no such field)."""
    return StandardField(name=name, type="RELATION", target=target, back=back, on_delete=on_delete)


def _targets(back: str, names: str, on_delete: str) -> tuple[StandardField, ...]:
    """Return the columns by which a link or attachment points at one of several objects: ``targetPerson``,
    ``targetCompany`` …
    """
    return tuple(
        StandardField(
            name="target" + name[0].upper() + name[1:], type="MORPH_RELATION", target=name, back=back, on_delete=on_delete
        )
        for name in names.split()
    )


STANDARD_OBJECTS: tuple[StandardObject, ...] = (
    StandardObject(singular="attachment", plural="attachments", icon="IconFileImport", fields=(
        *_text("name"), _files("file"), *_text("fullPath"),
        _select("fileCategory", "ARCHIVE AUDIO IMAGE PRESENTATION SPREADSHEET TEXT_DOCUMENT VIDEO OTHER", "OTHER"),
        *_targets("attachments", "task note", "SET_NULL"),
        *_targets("attachments", "person company opportunity dashboard workflow", "CASCADE"),
    ), system=True),
    StandardObject(singular="blocklist", plural="blocklists", icon="IconForbid2", fields=(
        *_text("handle"), _one("workspaceMember", "workspaceMember", "blocklist", "CASCADE"),
    ), system=True),
    StandardObject(singular="calendarChannelEventAssociation", plural="calendarChannelEventAssociations", icon="IconCalendar",
        fields=(
        *_text("eventExternalId recurringEventExternalId"), *_fields("UUID", "calendarChannelId"),
        _one("calendarEvent", "calendarEvent", "calendarChannelEventAssociations", "CASCADE"),
    ), system=True),
    StandardObject(singular="calendarEventParticipant", plural="calendarEventParticipants", icon="IconCalendar", fields=(
        *_text("handle displayName"), StandardField(name="isOrganizer", type="BOOLEAN", default=False),
        _select("responseStatus", "NEEDS_ACTION DECLINED TENTATIVE ACCEPTED", "NEEDS_ACTION"),
        _one("person", "person", "calendarEventParticipants"),
        _one("calendarEvent", "calendarEvent", "calendarEventParticipants", "CASCADE"),
        _one("workspaceMember", "workspaceMember", "calendarEventParticipants"),
    ), system=True),
    StandardObject(singular="calendarEvent", plural="calendarEvents", icon="IconCalendar", fields=(
        *_text("title"), StandardField(name="isCanceled", type="BOOLEAN", default=False),
        StandardField(name="isFullDay", type="BOOLEAN", default=False),
        *_fields("DATE_TIME", "startsAt endsAt externalCreatedAt externalUpdatedAt"),
        *_text("description location iCalUid conferenceSolution"), *_fields("LINKS", "conferenceLink"),
    ), system=True),
    StandardObject(singular="callRecording", plural="callRecordings", icon="IconPhone", fields=(
        *_text("title"), _select("status", "SCHEDULED JOINING RECORDING PROCESSING COMPLETED FAILED"),
        _select("recordingRequestStatus", "REQUESTED CANCELED"), *_fields("UUID", "applicationId"),
        *_text("externalBotId externalRecordingId"), *_fields("DATE_TIME", "startedAt endedAt"), _files("video"),
        _files("audio"),
        *_fields("RAW_JSON", "transcript"), *_fields("RICH_TEXT", "summary"),
        _one("calendarEvent", "calendarEvent", "callRecordings"),
    ), system=True),
    StandardObject(singular="company", plural="companies", icon="IconBuildingSkyscraper", fields=(
        *_text("name"), StandardField(name="domainName", type="LINKS", unique=True), *_fields("ADDRESS", "address"),
        *_fields("LINKS", "linkedinLink"),
        *_fields("CURRENCY", "annualRevenue"), _one("accountOwner", "workspaceMember", "accountOwnerForCompanies"),

       )),
    StandardObject(singular="dashboard", plural="dashboards",
        icon="IconLayoutDashboard", fields=(*_text("title"), *_fields("UUID", "pageLayoutId"))),
    StandardObject(singular="messageCampaign", plural="messageCampaigns", icon="IconMail", fields=(
        *_text("subject bodyTemplate"), *_fields("EMAILS", "fromAddress"),
        _select("status", "DRAFT SCHEDULED SENDING SENT SENT_WITH_ERRORS", "DRAFT"),
        *_fields("DATE_TIME", "sentAt"), *_fields("NUMBER", "sentCount failedCount bouncedCount complainedCount"),
        *_fields("UUID", "unsubscribeTopicId"), _one("list", "messageList", "campaigns"),
    ), system=True),

           StandardObject(
        singular="messageChannelMessageAssociationMessageFolder", plural="messageChannelMessageAssociationMessageFolders",
        icon="IconFolder", fields=(
        *_fields("UUID", "messageFolderId"),
        _one("messageChannelMessageAssociation", "messageChannelMessageAssociation", "messageFolders", "CASCADE"),
    ),
    system=True),
    StandardObject(singular="messageChannelMessageAssociation", plural="messageChannelMessageAssociations",
        icon="IconMessage", fields=(
        *_text("messageExternalId messageThreadExternalId"), _select("direction", "INCOMING OUTGOING", "INCOMING"),
        *_fields("UUID", "messageChannelId"), _one("message", "message", "messageChannelMessageAssociations", "CASCADE"),
        _one("messageThread", "messageThread", "messageChannelMessageAssociations", "CASCADE"),
    ), system=True),
    StandardObject(singular="messageListMember", plural="messageListMembers", icon="IconUsers", fields=(
        _one("list", "messageList", "members", "CASCADE"), _one("person", "person", "listMemberships", "CASCADE"),
    ), system=True),
    StandardObject(singular="messageList", plural="messageLists", icon="IconUsers", fields=_text("name"), system=True),
    StandardObject(singular="messageParticipant", plural="messageParticipants", icon="IconUserCircle", fields=(
        _select("role", "FROM TO CC BCC REPLY_TO", "FROM"), *_text("handle displayName"),
        _one("messageCampaign", "messageCampaign", "recipients"),
        _one("message", "message", "messageParticipants", "CASCADE"), _one("person", "person", "messageParticipants"),
        _one("workspaceMember", "workspaceMember", "messageParticipants"),
    ), system=True),
    StandardObject(singular="message", plural="messages", icon="IconMessage", fields=(
        *_text("headerMessageId subject text"), *_fields("DATE_TIME", "receivedAt"),
        _select("deliveryStatus", "QUEUED SENT FAILED BOUNCED COMPLAINED SKIPPED"),
        StandardField(name="isDraft", type="BOOLEAN", default=False),
        _one("messageCampaign", "messageCampaign", "messages"),
        _one("messageThread", "messageThread", "messages", "CASCADE"),
    ), system=True),
    StandardObject(singular="messageThread", plural="messageThreads", icon="IconMessage", fields=_text("subject"),
        system=True),
    StandardObject(singular="note", plural="notes",
        icon="IconNotes", fields=(*_text("title"), *_fields("RICH_TEXT", "bodyV2"))),
    StandardObject(singular="noteTarget", plural="noteTargets", icon="IconCheckbox", fields=(
        _one("note", "note", "noteTargets", "CASCADE"), *_targets("noteTargets", "person company opportunity", "CASCADE"),
    ), system=True),
    StandardObject(singular="opportunity", plural="opportunities", icon="IconTargetArrow", fields=(
        *_text("name"), *_fields("CURRENCY", "amount"), *_fields("DATE_TIME", "closeDate"),
        _select("stage", "NEW SCREENING MEETING PROPOSAL CUSTOMER", "NEW"), _one("company", "company", "opportunities"),
        _one("pointOfContact", "person", "pointOfContactForOpportunities"),
        _one("owner", "workspaceMember", "ownedOpportunities"),
    )),
    StandardObject(singular="person", plural="people", icon="IconUser", fields=(
        *_fields("FULL_NAME", "name"), StandardField(name="emails", type="EMAILS", unique=True),
        *_fields("LINKS", "linkedinLink"), *_text("jobTitle"),
        *_fields("PHONES", "phones"), *_text("avatarUrl"), _files("avatarFile"), _one("company", "company", "people"),
    )),
    StandardObject(singular="task", plural="tasks", icon="IconCheckbox", fields=(
        *_text("title"), *_fields("RICH_TEXT", "bodyV2"), *_fields("DATE_TIME", "dueAt"),
        _select("status", "TODO IN_PROGRESS DONE", "TODO"),
        _one("assignee", "workspaceMember", "assignedTasks"),
    )),
    StandardObject(singular="taskTarget", plural="taskTargets", icon="IconCheckbox", fields=(
        _one("task", "task", "taskTargets", "CASCADE"), *_targets("taskTargets", "person company opportunity", "CASCADE"),
    ), system=True),
    StandardObject(singular="timelineActivity", plural="timelineActivities", icon="IconTimelineEvent", fields=(
        *_fields("DATE_TIME", "happensAt"), *_text("name"), *_fields("RAW_JSON", "properties"),
        *_text("linkedRecordCachedName"),
        *_fields("UUID", "linkedRecordId linkedObjectMetadataId"),
        _one("workspaceMember", "workspaceMember", "timelineActivities"),
        *_targets("timelineActivities", "company", "CASCADE"),
        *_targets("timelineActivities", "dashboard messageCampaign messageList note opportunity", "SET_NULL"),
        *_targets("timelineActivities", "person", "CASCADE"), *_targets("timelineActivities", "task", "SET_NULL"),
        *_targets("timelineActivities", "workflow workflowVersion workflowRun", "CASCADE"),
    ),
    system=True),
    StandardObject(singular="workflowAutomatedTrigger", plural="workflowAutomatedTriggers",
        icon="IconSettingsAutomation", fields=(
        _select("type", "DATABASE_EVENT CRON"), *_fields("RAW_JSON", "settings"),
        _one("workflow", "workflow", "automatedTriggers", "CASCADE"),
    ), system=True),
    StandardObject(singular="workflowRun", plural="workflowRuns", icon="IconHistoryToggle", fields=(
        *_text("name"), *_fields("DATE_TIME", "enqueuedAt startedAt endedAt"),
        _select("status", "NOT_STARTED RUNNING COMPLETED FAILED ENQUEUED STOPPING STOPPED", "NOT_STARTED"),
        *_fields("RAW_JSON", "state stepLogs"), _one("workflow", "workflow", "runs", "CASCADE"),
        _one("workflowVersion", "workflowVersion", "runs", "CASCADE"),
    )),
    StandardObject(singular="workflow", plural="workflows", icon="IconSettingsAutomation", fields=(
        *_text("name lastPublishedVersionId"), _select("statuses", "DRAFT ACTIVE DEACTIVATED", kind="MULTI_SELECT"),
    )),
    StandardObject(singular="workflowVersion", plural="workflowVersions", icon="IconVersions", fields=(
        *_text("name"), *_fields("RAW_JSON", "trigger steps"),
        _select("status", "DRAFT ACTIVE DEACTIVATED ARCHIVED", "DRAFT"),
        _one("workflow", "workflow", "versions", "CASCADE"),
    )),
    StandardObject(singular="workspaceMember", plural="workspaceMembers", icon="IconUserCircle", fields=(
        *_fields("FULL_NAME", "name"), *_text("colorScheme locale avatarUrl"),
        StandardField(name="userEmail", type="TEXT", unique=True),
        *_text("jobTitle"), *_fields("NUMBER", "calendarStartDay"), *_fields("UUID", "userId"), *_text("timeZone"),
        _select("dateFormat", "SYSTEM MONTH_FIRST DAY_FIRST YEAR_FIRST", "SYSTEM"),
        _select("timeFormat", "SYSTEM HOUR_24 HOUR_12", "SYSTEM"),
        _select("numberFormat", "SYSTEM COMMAS_AND_DOT SPACES_AND_COMMA DOTS_AND_COMMA APOSTROPHE_AND_DOT", "SYSTEM"),
    ), system=True),
)  # fmt: skip
