"""Truth about everything in the destination that belongs to a patient, by the field map."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from cutover.demo_practice.practice.model import (
    Appointment,
    Balance,
    Clinician,
    Document,
    InsuranceClaim,
    Message,
    OfficeNote,
    PlanLine,
    TreatmentPlan,
)
from cutover.demo_practice.truth.people import member_of
from cutover.demo_practice.truth.values import (
    Json,
    any_of,
    containing,
    day,
    decimal,
    instant,
    told_day,
    told_dollars,
    told_moment,
)

DONE = ("Complete", "Cancelled", "Broken", "No Show")
"""The visit is over or will not happen."""
SAME_CLAIM_STATUS = {"Sent": "Submitted", "In Process": "Pending"}
"""Claim words that may be mapped to one of the field map's four."""


def appointment(record: Appointment, practice: str, zone: ZoneInfo, providers: Mapping[str, Clinician]) -> Json:
    """Return a task."""
    provider = providers[record.provider]
    start = instant(record.start, zone)
    named = (f"{provider.first} {provider.last}", f"{provider.last}, {provider.first}", provider.last, provider.code)
    task: Json = {
        "pbnId": f"{practice}:appointment:{record.id}",
        "person": f"{practice}:patient:{record.patient_id}",
        "taskType": "APPOINTMENT",
        "dueAt": start,
        "originalAppointmentDate": start,
        "appointmentType": record.reason,
        "appointmentStatus": record.status,
        "status": "DONE" if record.status in DONE else "TODO",
        "assignee": member_of(provider),
        "body": containing(any_of(*named), record.status, str(record.minutes), record.memo),
        "originalCreateDate": instant(record.made_on, zone),
        "custom": {"chair": record.chair, "labBackBy": day(record.lab_back)},
    }
    if record.reason:
        task["title"] = record.reason
    return task


def communication(record: Message, practice: str, zone: ZoneInfo, taken_at: datetime) -> Json:
    """Return a task; to do while it lies in the future of the extract that holds it."""
    return {
        "pbnId": f"{practice}:communication:{record.id}",
        "person": f"{practice}:patient:{record.patient_id}",
        "taskType": "COMMUNICATION",
        "title": record.kind,
        "dueAt": instant(record.sent, zone),
        "channel": record.channel,
        "deliveryStatus": record.result,
        "status": "TODO" if record.sent > taken_at else "DONE",
        "body": containing(record.text, f"{told_moment(record.sent)} · {record.result}"),
    }


def note(record: OfficeNote, practice: str, zone: ZoneInfo) -> Json:
    """Return a note: plain text is carried as it is, of marked-up text every word."""
    plain = record.markup == "plain"
    return {
        "pbnId": f"{practice}:note:{record.id}",
        "person": f"{practice}:patient:{record.patient_id}",
        "title": record.kind or record.paragraphs[0],
        "body": "\n".join(record.paragraphs) if plain else containing(*record.paragraphs),
        "originalAuthor": record.author,
        "originalCreateDate": instant(record.noted, zone),
    }


def treatment_plan(record: TreatmentPlan, practice: str, zone: ZoneInfo) -> Json:
    """Return a treatment plan with its lines flattened; the costs are the plan's own."""
    return {
        "pbnId": f"{practice}:treatment-plan:{record.id}",
        "patient": f"{practice}:patient:{record.patient_id}",
        "name": record.title,
        "status": record.status,
        "estimatedCost": decimal(record.estimate),
        "actualCost": decimal(record.actual),
        "procedureCode": "; ".join(line.code for line in record.lines),
        "toothSurface": _tooth_surface(record.lines),
        "lineItemCount": len(record.lines),
        "lineItems": [
            {
                "code": line.code,
                "tooth": line.tooth or None,
                "surface": line.surface or None,
                "fee": decimal(line.fee),
                "status": line.status,
            }
            for line in record.lines
        ],
        "surfaceFee": decimal(sum(line.fee for line in record.lines)),
        "originalCreateDate": instant(record.opened, zone),
    }


def _tooth_surface(lines: tuple[PlanLine, ...]) -> Any:
    """Return the truth of a line on no tooth and no surface: it may be left out, be empty, or be a dash."""
    parts = ["-".join(filter(None, (line.tooth, line.surface))) for line in lines]
    return any_of("; ".join(filter(None, parts)), "; ".join(parts), "; ".join(part or "-" for part in parts))


def billing_record(record: Balance, practice: str) -> Json:
    """Return a balance; its name tells the amount and the day."""
    amount = "Account balance" if record.total is None else told_dollars(record.total)
    return {
        "name": f"{amount} · {told_day(record.as_of)}",
        "pbnId": f"{practice}:billing:{record.id}",
        "patient": f"{practice}:patient:{record.patient_id}",
        "outstandingBalance": decimal(record.total),
        "paymentPlanStatus": record.pay_plan or None,
        "lastPaymentDate": day(record.last_payment),
        "asOfDate": day(record.as_of),
        "custom": {"over30": decimal(record.over_30), "over90": decimal(record.over_90)},
    }


def insurance_claim(record: InsuranceClaim, practice: str) -> Json:
    """Return a claim."""
    return {
        "pbnId": f"{practice}:claim:{record.id}",
        "patient": f"{practice}:patient:{record.patient_id}",
        "name": record.number,
        "status": any_of(record.status, SAME_CLAIM_STATUS.get(record.status, record.status)),
        "submittedAmount": decimal(record.billed),
        "paidAmount": decimal(record.paid),
        "adjustmentAmount": decimal(record.adjusted),
        "carrier": record.carrier,
        "serviceDate": day(record.service),
        "custom": {"sentVia": record.sent_via},
    }


def attachment(record: Document, practice: str, zone: ZoneInfo) -> Json:
    """Return a document."""
    return {
        "pbnId": f"{practice}:document:{record.id}",
        "person": f"{practice}:patient:{record.patient_id}",
        "name": record.name,
        "size": len(record.content),
        "sha256": sha256(record.content).hexdigest(),
        "originalCreateDate": instant(record.filed, zone),
    }
