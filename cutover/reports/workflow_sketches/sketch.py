"""Sketch of a reminder rule of PbN as a Twenty workflow: a trigger, steps, and what Twenty cannot do by itself.

A rule's words are free text, so that this is a sketch to start from, and says where it does not know. Twenty starts a
workflow when a record is created, updated or deleted, on a schedule, by hand or by a webhook.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cutover.reports.workflow_sketches.placeholders import placeholders
from producers.workflows.automations import Automation

NOT_ACTIVE_BEFORE = (
    "Build the workflows, but activate none before the migration is over (`cutover go-live`): "
    "every record that a sync writes would start them."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """`trigger` and `steps` build it, `gaps` is what Twenty lacks or is not known, `placeholders` say what stands for what."""

    trigger: str
    steps: tuple[str, ...]
    gaps: tuple[str, ...]
    placeholders: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Start:
    """Start of a rule: words of its trigger, the object and the field that it is about, how to find the records."""

    words: tuple[str, ...]
    object: str
    field: str | None
    event: str
    search: str


_APPOINTMENTS = "Tasks whose Type (`taskType`) is Appointment"
_UPDATED = "when the field `{}` of a {} is updated"
_STARTS = (
    _Start(
        words=("birthday",),
        object="person",
        field="dateOfBirth",
        event="",
        search="People whose `dateOfBirth` has today's day and month (a Code step compares them)",
    ),
    _Start(
        words=("recall", "hygiene due", "cleaning due", "overdue"),
        object="person",
        field="recallStatus",
        event=_UPDATED.format("recallStatus", "Person"),
        search="People by the custom field that holds the recall (such as `recallStatus` or `lastCleaningDate`)",
    ),
    _Start(
        words=("balance", "statement", "payment", "invoice"),
        object="billingRecord",
        field="outstandingBalance",
        event=_UPDATED.format("outstandingBalance", "Billing Record"),
        search="Billing Records whose `outstandingBalance` is over 0",
    ),
    _Start(
        words=("claim",),
        object="insuranceClaim",
        field="status",
        event=_UPDATED.format("status", "Insurance Claim"),
        search="Insurance Claims by `status`",
    ),
    _Start(
        words=("treatment", "proposal"),
        object="treatmentPlan",
        field="status",
        event=_UPDATED.format("status", "Treatment Plan"),
        search="Treatment Plans by `status`",
    ),
    _Start(
        words=("complete", "cancel", "broken", "missed", "no show", "failed", "checked out"),
        object="task",
        field="appointmentStatus",
        event=_UPDATED.format("appointmentStatus", "Task"),
        search=f"{_APPOINTMENTS}, by `appointmentStatus`",
    ),
    _Start(
        words=("appointment", "visit", "booked", "scheduled", "confirm"),
        object="task",
        field="dueAt",
        event="when a Task is created or updated (watch the field `dueAt`)",
        search=f"{_APPOINTMENTS} and whose `status` is TODO, by `dueAt`",
    ),
    _Start(
        words=("patient", "registered"),
        object="person",
        field=None,
        event="when a Person is created",
        search="People by `originalCreateDate`",
    ),
)

_BY_DAY = re.compile(r"\b(before|prior|ahead|out|same day|day of|every|monthly|weekly|daily|month)\b")
_LATER = re.compile(r"\b(?:\d+|an?|one)\s*(minute|min|hour|hr|day|week|month)s?\b.*\b(?:after|later|past)\b")
_AGAIN = re.compile(r"\b(repeat|every|then|max|at most|times|monthly|weekly)\b")
_REPLY = re.compile(r"\b(reply|respond|text back|answer)\b", re.IGNORECASE)


def sketch(rule: Automation) -> Sketch:
    """Return the sketch of one rule."""
    start, timing = _start_of(rule), (rule.timing or "").casefold()
    later = _LATER.search(timing)
    gaps: list[str] = []
    if start is None:
        gaps.append("It is not clear from the rule's words what starts it: ask the practice, then choose the trigger.")
    if start is None or not start.event or _BY_DAY.search(timing) or (later and later[1] in ("day", "week", "month")):
        trigger, steps = _by_schedule(start, rule)
        gaps.append("A schedule runs in UTC and does not follow daylight saving time.")
        gaps.append("A search gives 200 records at most: filter so that fewer are found.")
    else:
        trigger, steps = f"Record event: {start.event}.", [_only(start)] if start.object == "task" else []
        steps += [f"Delay: {later[0]}."] if later else []
    if _AGAIN.search(timing):
        gaps.append(
            "Twenty does not count what it has sent to a patient: keep a number or a date on the Person, and filter by it."
        )
    reach, lacks = _reach(rule)
    if rule.template and _REPLY.search(rule.template):
        lacks.append(
            "The message asks for a reply: Twenty takes one in only through a webhook of the service that sends the message."
        )
    return Sketch(
        trigger=trigger,
        steps=(*steps, *_to_the_person(start), *reach),
        gaps=(*gaps, *lacks),
        placeholders=placeholders(rule.template or ""),
    )


def _start_of(rule: Automation) -> _Start | None:
    """Choose by the trigger's words, else by the rule's name."""
    for text in (rule.trigger, rule.name):
        words = f" {' '.join(re.findall(r'[a-z]+', (text or '').casefold()))}"
        for start in _STARTS:
            if any(f" {word}" in words for word in start.words):
                return start
    return None


def _by_schedule(start: _Start | None, rule: Automation) -> tuple[str, list[str]]:
    when = f" (PbN: {rule.timing})" if rule.timing else ""
    search = start.search if start else "the records that the rule is about"
    steps = [
        f"Search Records: {search}, of the days that the timing asks for{when}.",
        "Iterator: the next steps, once for each record found.",
    ]
    return "On a schedule: once a day, at the hour when the messages should go out.", steps


def _only(start: _Start) -> str:
    statuses = " and whose `appointmentStatus` is the one that the rule names" if start.field == "appointmentStatus" else ""
    return f"Filter: {_APPOINTMENTS.replace('Tasks', 'go on only for Tasks')}{statuses}."


def _to_the_person(start: _Start | None) -> list[str]:
    if start is None or start.object == "person":
        return []
    if start.object == "task":
        return ["Search Records: the Task Target of the Task, and by it the Person."]
    return ["Search Records: the Person in the record's field `patient`."]


def _reach(rule: Automation) -> tuple[list[str], list[str]]:
    """Return the steps that send the message, and what Twenty lacks for them."""
    words = (rule.channel or "").casefold()
    by_mail, by_text, prefers = re.search(r"e-?mail", words), re.search(r"text|sms", words), "prefer" in words
    steps, gaps = [], []
    if by_text or prefers:
        steps.append("HTTP Request: to the practice's SMS service, with the Person's `phones` and the template above.")
        gaps.append(
            "Twenty cannot send text messages by itself: it needs an SMS service, or a Task for the staff in its place."
        )
    if by_mail or prefers:
        steps.append("Send Email: to the Person's `emails.primaryEmail`, with the template above.")
        gaps.append(
            "`emails.primaryEmail` is blank for a patient who shares another's address; theirs is in `additionalEmails`."
        )
        gaps.append("An e-mail leaves from a mailbox that is connected to Twenty; there is no unsubscribing.")
    if len(steps) > 1:
        gaps.append("One patient is to get one message: put a branch before the two steps that decides between them.")
    if re.search(r"\b(calls?|voice|mail|letter|postcard)\b|^phone$", re.sub(r"e-?mail", "", words).strip()):
        steps.append("Create Record: a Task for the staff, linked to the Person, to make the call or send the letter.")
        gaps.append("Twenty does not call and does not print.")
    if not steps:
        steps.append("Create Record: a Task for the staff, linked to the Person, until it is settled how the message goes out.")
        gaps.append("It is not clear from the rule's words how the message goes out.")
    return steps, gaps
