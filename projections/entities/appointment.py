"""An appointment becomes a task with one link to its person (field map, task)."""

from __future__ import annotations

import re

from events.vocabulary.entities import Entity
from events.vocabulary.records import Record
from projections.desired import Context, Projected
from projections.icons import APPOINTMENTS, TASKS, TO_LOOK_AT
from projections.spec import CREATED, PBN_ID, DestinationSpec, WantedField
from projections.tasks import TASK, TASK_LINK, begun_task, body, linked_task, of_type
from projections.values import date_time, text
from projections.views import ViewKind, WantedView, names_in_order, without

_WORD = re.compile(r"[^\W_]+")
_OVER = ("complete", "cancel", "broken", "fail", "no show", "noshow", "missed", "checked out", "checkedout", "check out")
"""A visit whose status has one of these at the start of a word (`Late Cancel`, `No-Show`) is over or will not happen."""


def appointment(record: Record, context: Context) -> Projected:
    """Return the task and the link of an appointment."""
    values = record.values
    fields = begun_task(record, context, "APPOINTMENT")
    fields.put("title", text(values.get("type")) or "Appointment")
    if "starts_at" in values:
        fields.put("dueAt", date_time(values["starts_at"]))
        fields.put("originalAppointmentDate", date_time(values["starts_at"]))
    fields.put("status", "DONE" if is_over(text(values.get("status"))) else "TODO")
    if "provider_ref" in values:
        fields.put("assigneeId", context.member(values["provider_ref"]))
    provider = values.get("provider_ref")
    told = (
        ("Provider", context.directory.label(provider) if isinstance(provider, str) else ""),
        ("Status", text(values.get("status"))),
        ("Length", f"{values['length_minutes']} minutes" if values.get("length_minutes") is not None else ""),
    )
    fields.put("bodyV2", body("\n".join(f"{name}: {value}" for name, value in told if value), text(values.get("note"))))
    if "type" in values:
        fields.put("appointmentType", text(values["type"]))
    if "status" in values:
        fields.word("appointmentStatus", values["status"])
    if "created_at" in values:
        fields.put("originalCreateDate", date_time(values["created_at"]))
    return linked_task(record, context, fields, created_at=values.get("created_at"))


def is_over(status: str) -> bool:
    """Return whether an appointment with this status is over or will not happen (completed, cancelled, broken, failed,
    no-show).
    """
    words = " " + " ".join(_WORD.findall(status.casefold()))
    return any(f" {over}" in words and f" not {over}" not in words for over in _OVER)


SPEC = DestinationSpec(
    entity=Entity.APPOINTMENT,
    place=4,
    shown="appointments",
    object=TASK,
    fields=(
        PBN_ID,
        WantedField(name="taskType", label="Type", type="SELECT", icon="IconCategory", fixed=("Appointment", "Communication")),
        WantedField(name="appointmentType", label="Appointment Type", type="TEXT", icon="IconStethoscope"),
        WantedField(
            name="appointmentStatus", label="Appointment Status", type="SELECT", words="status", icon="IconCalendarCheck"
        ),
        WantedField(
            name="originalAppointmentDate", label="Original Appointment Date", type="DATE_TIME", icon="IconCalendarEvent"
        ),
        CREATED,
    ),
    link=TASK_LINK,
    views=(
        WantedView(
            key="appointments",
            object="task",
            name="Appointments",
            icon=APPOINTMENTS,
            kind=ViewKind.CALENDAR,
            arranged_by="dueAt",
            columns=names_in_order("title taskTargets dueAt assignee appointmentType appointmentStatus"),
            filters=(of_type("APPOINTMENT"),),
        ),
        WantedView(
            key="toDos",
            object="task",
            name="To-dos of the team",
            icon=TASKS,
            columns=names_in_order("title status dueAt assignee taskTargets"),
            filters=(without("taskType"),),
            sort=("dueAt", "ASC"),
        ),
        WantedView(
            key="appointmentsWithoutProvider",
            object="task",
            name="To look at: appointments without a provider",
            icon=TO_LOOK_AT,
            columns=names_in_order("title taskTargets dueAt appointmentStatus status"),
            filters=(of_type("APPOINTMENT"), without("assignee")),
            sort=("dueAt", "DESC"),
            to_look_at=True,
        ),
    ),
    project=appointment,
    provider="assignee",
)
