"""Appointments and communications become tasks, each with one link to its person (field map, task)."""

from __future__ import annotations

import re

from events.vocabulary.records import Record
from projections.desired import Context, Desired, Projected
from projections.fields import Fields
from projections.links import link, patient_of
from projections.values import date_time, rich_text, text

_WORD = re.compile(r"[^\W_]+")
_OVER = ("complete", "cancel", "broken", "fail", "no show", "noshow", "missed", "checked out", "checkedout", "check out")
"""A visit whose status has one of these at the start of a word (`Late Cancel`, `No-Show`) is over or will not happen."""


def appointment(record: Record, context: Context) -> Projected:
    """The task and the link of an appointment."""
    values = record.values
    fields = _task(record, context, "APPOINTMENT")
    fields.put("title", text(values.get("type")) or "Appointment")
    if "starts_at" in values:
        fields.put("dueAt", date_time(values["starts_at"]))
        fields.put("originalAppointmentDate", date_time(values["starts_at"]))
    fields.put("status", "DONE" if is_over(text(values.get("status"))) else "TODO")
    if "provider_ref" in values:
        fields.put("assigneeId", context.member(values["provider_ref"]))
    provider = values.get("provider_ref")
    fields.put(
        "bodyV2",
        _body(
            ("Provider", context.directory.label(provider) if isinstance(provider, str) else ""),
            ("Status", text(values.get("status"))),
            ("Length", f"{values['length_minutes']} minutes" if values.get("length_minutes") is not None else ""),
            tail=text(values.get("note")),
        ),
    )
    if "type" in values:
        fields.put("appointmentType", text(values["type"]))
    if "status" in values:
        fields.word("appointmentStatus", values["status"])
    if "created_at" in values:
        fields.put("originalCreateDate", date_time(values["created_at"]))
    return _with_link(record, context, fields)


def communication(record: Record, context: Context) -> Projected:
    """The task and the link of a communication."""
    values = record.values
    fields = _task(record, context, "COMMUNICATION")
    fields.put("title", text(values.get("type")) or "Communication")
    fields.put("status", "TODO" if values.get("in_future") else "DONE")
    if "delivered_at" in values:
        fields.put("dueAt", date_time(values["delivered_at"]))
    delivered = date_time(values.get("delivered_at"))
    fields.put(
        "bodyV2",
        _body(
            ("Delivered", delivered or ""),
            ("Delivery status", text(values.get("delivery_status"))),
            tail=text(values.get("message")),
        ),
    )
    if "channel" in values:
        fields.word("channel", values["channel"])
    if "delivery_status" in values:
        fields.word("deliveryStatus", values["delivery_status"])
    return _with_link(record, context, fields)


def is_over(status: str) -> bool:
    """Whether an appointment with this status is over or will not happen (completed, cancelled, broken, failed, no-show)."""
    words = " " + " ".join(_WORD.findall(status.casefold()))
    return any(f" {over}" in words and f" not {over}" not in words for over in _OVER)


def _task(record: Record, context: Context, task_type: str) -> Fields:
    fields = Fields(context, "tasks")
    fields.put("pbnId", context.pbn_id(record.entity, record.native_id))
    fields.put("taskType", task_type)
    fields.custom(record.custom)
    return fields


def _with_link(record: Record, context: Context, fields: Fields) -> Projected:
    person = patient_of(record, context)
    task = Desired(
        object="tasks",
        id=context.twenty_id(record.entity, record.native_id),
        pbn_id=fields.values["pbnId"],
        values=fields.values,
        needs=("people", person) if person else None,
    )
    row = link(record, context, plural="taskTargets", column="taskId", target=task)
    return Projected(records=(task, row) if row else (task,), missing_words=tuple(fields.missing))


def _body(*lines: tuple[str, str], tail: str) -> dict[str, object]:
    head = "\n".join(f"{name}: {value}" for name, value in lines if value)
    return rich_text("\n\n".join(part for part in (head, tail) if part))
