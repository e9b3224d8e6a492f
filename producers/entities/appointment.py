"""Appointments: the columns of their tables, and the words for them."""

from __future__ import annotations

from events.vocabulary.mapping import TableKind
from producers.entities.carried import Exported, carried
from producers.entities.column import Column
from producers.entities.shared import (
    CREATED,
    CREATED_WORDS,
    PATIENT_ID,
    PATIENT_NAME,
    PATIENT_WORDS,
    PROVIDER_NAME,
    PROVIDER_WORDS,
    native_id,
)
from producers.entities.spec import SourceSpec, words
from producers.entities.steps import ColumnLayout, Steps, moment
from producers.kinds import cells
from producers.vocabulary.aliases import aliases


def _assemble(layout: ColumnLayout) -> Steps:
    at = layout.at
    if "start_time" not in at:
        return Steps([])
    return Steps([moment("starts_at", at["starts_at"][0], at["start_time"][0], "dueAt", layout)], frozenset({"starts_at"}))


SPEC = SourceSpec(
    place=5,
    kind=TableKind.APPOINTMENT,
    nouns=words("appointment visit booking scheduled event"),
    nouns_of={"created_at": words("appointment visit")},
    enough=4.5,
    signs=words(
        "operatory chair confirmed arrived seated dismissed cancelled "
        "hygienist pattern checkin confirmation walkout unavailable operator appointment"
    ),
    columns=(
        native_id("the appointment's id"),
        PATIENT_ID,
        PATIENT_NAME,
        Column(name="starts_at", kind=cells.DATE_TIME, issue="dueAt", weight=2.0, need="the start of the appointment"),
        Column(name="start_time", kind=cells.TIME, weight=1.0, fills=("starts_at",)),
        Column(name="type", kind=cells.WORD, issue="appointmentType", weight=0.8),
        Column(name="provider_ref", kind=cells.PROVIDER, issue="assignee", weight=0.7),
        PROVIDER_NAME,
        Column(name="length_minutes", kind=cells.MINUTES, issue="body", weight=1.5),
        Column(name="status", kind=cells.VISIT, issue="appointmentStatus", weight=1.2),
        Column(name="note", kind=cells.TEXT, issue="body", weight=0.3),
        CREATED,
    ),
    clear=aliases(
        PATIENT_WORDS
        + PROVIDER_WORDS
        + CREATED_WORDS
        + """
created_at: booked on | booked | date booked | scheduled on | booking date | made on | date made | booked at
    | date scheduled | appointment made | booked date | made | arranged on | booked when
native_id: appointment id | appointment number | aptnum | appt id | appointment no | appointment key
    | appointment identifier | visit id | visit number | booking id | booking number | booking ref | booking no
    | schedule id
starts_at: appointment date | appointment date time | appt date time | apt date time | appointment start | start date time
    | start | start time date | starts at | starts | scheduled for | scheduled start | appointment on | visit date
    | booking start | visit start | scheduled date | appt start | date of appointment | date of visit | start date
    | scheduled date time | date time | visit date time | slot | slot start | begins | begins at | appointment time slot
    | date and time | when scheduled | start at
start_time: appointment time | appt time | start time | time of appointment | visit time | scheduled time | begin time
type: appointment type | appt type | type | reason | visit type | visit reason | reason for visit | appointment reason
    | procedure | procedures | treatment | service | appointment description | type of visit | purpose | booking type
    | appt reason | what for | service type | appointment category | kind | visit category | treatment type
    | planned procedure
length_minutes: planned length | planned duration | length | length minutes | length min | duration | duration minutes
    | minutes | length in minutes
    | appointment length | scheduled length | appt length | units minutes | mins | booked minutes | time needed | how long
    | chair time | scheduled minutes | planned minutes | time length
status: appointment status | appt status | apt status | status | visit status | booking status | confirmation status
    | state | outcome
note: note | notes | appointment note | appointment notes | appt note | appt notes | comment | comments | remarks | memo
    | appointment comments | scheduling note | booking note | visit note | visit notes | remark
"""
    ),
    vague=aliases(
        """
native_id: id | ref | reference | number | key | record id
patient_id: patient | id patient | chart | chart number | client | account id | account number
starts_at: date | when | day | appointment | time
start_time: time | hour | at
status: confirmed | result
type: description
created_at: date
length_minutes: time units | size | units
"""
    ),
    carried={
        "appointmentType": carried("type"),
        "dueAt": carried("starts_at"),
        "appointmentStatus": carried("status"),
        "assignee": carried("provider_ref"),
        "body": carried("note length_minutes"),
        "originalCreateDate": carried("created_at"),
    },
    exported=(
        Exported(
            place=3,
            name="Appointment",
            fields=(
                "appointmentType",
                "dueAt",
                "appointmentStatus",
                "assignee",
                "body",
                "originalCreateDate",
            ),
            manual="the appointments, past and future",
        ),
    ),
    keeps_columns=True,
    assemble=_assemble,
    against=words("transaction transactions billed payer modifier"),
)
