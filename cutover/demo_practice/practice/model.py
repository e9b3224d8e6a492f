"""Model of the invented practice's people, from which both the tables and the truth are made.

Times are the practice's local time without a zone, money is in cents, and what people typed (phones, e-mails) is kept as typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

Cents = int


@dataclass(frozen=True, slots=True, kw_only=True)
class Clinician:
    """A dentist or hygienist. `member` says whether the workspace has a member with this e-mail."""

    id: str
    code: str
    first: str
    last: str
    credential: str
    email: str
    active: bool
    member: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """A patient; `guarantor_id` is the patient who pays, often themself. `provider` is a provider's code, or blank."""

    id: str
    guarantor_id: str
    first: str
    last: str
    birth: date | None
    street: str
    unit: str
    town: str
    state: str
    postcode: str
    mobile: str
    home: str
    work: str
    email: str
    provider: str
    carrier: str
    heard: str
    status: str
    entered: date
    changed: datetime
    coordinator: str
    recall: str
    last_cleaning: date | None
    hipaa_consent: date | None
    bonus_points: int | None
    nitrous_ok: bool | None
    aligner_start: date | None
    comfort: str
    night_guard_due: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """A visit, past or to come. `provider` is a provider's code."""

    id: str
    patient_id: str
    start: datetime
    reason: str
    provider: str
    chair: str
    minutes: int
    status: str
    memo: str
    made_on: datetime
    lab_back: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    """One line of a treatment plan; a quadrant has a surface and no tooth, an examination has neither."""

    code: str
    description: str
    tooth: str
    surface: str
    fee: Cents
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatmentPlan:
    """A treatment plan with its lines. The costs are the plan's own figures, not the sum of the lines."""

    id: str
    patient_id: str
    title: str
    status: str
    opened: datetime
    estimate: Cents
    actual: Cents | None
    lines: tuple[PlanLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """Balance of a patient's account (negative: a credit). It has no id of its own."""

    patient_id: str
    over_30: Cents
    over_90: Cents
    total: Cents | None
    pay_plan: str
    last_payment: date | None
    as_of: date

    @property
    def id(self) -> str:
        """Return the patient's id: a balance without one takes its patient's."""
        return self.patient_id


@dataclass(frozen=True, slots=True, kw_only=True)
class InsuranceClaim:
    """An insurance claim."""

    id: str
    patient_id: str
    number: str
    carrier: str
    service: date
    status: str
    billed: Cents
    paid: Cents | None
    adjusted: Cents | None
    sent_via: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeNote:
    """A note: its paragraphs, and the markup in which the office's program keeps them (`plain`, `html` or `rtf`)."""

    id: str
    patient_id: str
    noted: datetime
    author: str
    kind: str
    paragraphs: tuple[str, ...]
    markup: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A communication, sent or queued."""

    id: str
    patient_id: str
    sent: datetime
    kind: str
    channel: str
    result: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file of a patient, with its bytes."""

    id: str
    patient_id: str
    filed: datetime
    name: str
    content: bytes

    @property
    def path(self) -> str:
        """Return the path of the document in the extract's folder."""
        return f"imaging/{self.id}/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderRule:
    """A reminder rule of the office's program."""

    name: str
    trigger: str
    timing: str
    channel: str
    template: str
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month's production figures: a table of no known entity."""

    month: date
    gross: Cents
    net: Cents
    collected: Cents
    new_patients: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Everything the practice holds when one extract is taken; records by their native id."""

    day: int
    taken_at: datetime
    providers: tuple[Clinician, ...]
    patients: Mapping[str, Patient]
    appointments: Mapping[str, Appointment]
    plans: Mapping[str, TreatmentPlan]
    balances: Mapping[str, Balance]
    claims: Mapping[str, InsuranceClaim]
    notes: Mapping[str, OfficeNote]
    messages: Mapping[str, Message]
    documents: Mapping[str, Document]
    rules: tuple[ReminderRule, ...]
    months: tuple[Month, ...]
