"""Which columns carry which of Twenty's fields: what an extract should have, and how to tell that a record leaves one blank.

Fields have the names that issues give them (`Column.issue_field`), which are Twenty's.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from events.vocabulary.entities import Entity
from events.vocabulary.records import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """A field that the destination can get.

    It is there where one of `columns` is (names of `producers.entities`). It is blank in a record where all of
    `parts` are (names of `events.vocabulary.records`); of a line item's parts, where they are blank on every line.
    """

    parts: tuple[str, ...]
    columns: tuple[str, ...]
    of_lines: bool = False

    def blank_in(self, record: Record) -> bool:
        """Whether a record leaves the field blank."""
        if not self.of_lines:
            for part in self.parts:  # noqa: SIM110 - asked of every field of every row; a generator would take twice as long
                if not is_blank(record.values.get(part)):
                    return False
            return True
        lines = record.values.get("lines")
        assert lines is None or isinstance(lines, list)
        return not any(isinstance(x, dict) and not is_blank(x.get(part)) for x in lines or () for part in self.parts)

    def has_column(self, columns: Collection[str]) -> bool:
        """Whether one of these columns carries it."""
        return any(column in columns for column in self.columns)


def is_blank(value: object) -> bool:
    """None, an empty text, an empty list. Zero and no are values."""
    return value is None or value == "" or value == []


def _f(parts: str, columns: str | None = None, *, of_lines: bool = False) -> Carried:
    return Carried(parts=tuple(parts.split()), columns=tuple((columns or parts).split()), of_lines=of_lines)


_ADDRESS = "address_street1 address_street2 address_city address_state address_postcode address_country"

FIELDS: Mapping[Entity, Mapping[str, Carried]] = {
    Entity.PROVIDER: {
        "name": _f("display_name first_name last_name"),
        "email": _f("email"),
    },
    Entity.PATIENT: {
        "name": _f("first_name last_name", "full_name first_name last_name"),
        "emails": _f("emails", "email"),
        "phones": _f("phones", "mobile_phone home_phone work_phone"),
        "mailingAddress": _f(_ADDRESS),
        "dateOfBirth": _f("birth_date"),
        "primaryProvider": _f("provider_ref"),
        "insuranceCarrier": _f("insurance_carrier"),
        "referralSource": _f("referral_source"),
        "patientStatus": _f("status"),
        "originalCreateDate": _f("created_at"),
        "originalModifiedDate": _f("modified_at"),
    },
    Entity.APPOINTMENT: {
        "appointmentType": _f("type"),
        "dueAt": _f("starts_at"),
        "appointmentStatus": _f("status"),
        "assignee": _f("provider_ref"),
        "body": _f("note length_minutes"),
        "originalCreateDate": _f("created_at"),
    },
    Entity.TREATMENT_PLAN: {
        "name": _f("name"),
        "status": _f("status"),
        "estimatedCost": _f("estimated_cost"),
        "actualCost": _f("actual_cost"),
        "originalCreateDate": _f("created_at"),
        "procedureCode": _f("code", of_lines=True),
        "toothSurface": _f("tooth surface", of_lines=True),
        "surfaceFee": _f("fee", of_lines=True),
    },
    Entity.BILLING: {
        "outstandingBalance": _f("balance"),
        "paymentPlanStatus": _f("payment_plan_status"),
        "lastPaymentDate": _f("last_payment_date"),
        "asOfDate": _f("as_of_date"),
    },
    Entity.NOTE: {
        "title": _f("type"),
        "body": _f("text"),
        "originalAuthor": _f("author"),
        "originalCreateDate": _f("created_at"),
    },
    Entity.CLAIM: {
        "name": _f("number", "number native_id"),
        "status": _f("status"),
        "submittedAmount": _f("submitted_amount"),
        "paidAmount": _f("paid_amount"),
        "adjustmentAmount": _f("adjustment_amount"),
        "carrier": _f("carrier"),
        "serviceDate": _f("service_date"),
    },
    Entity.COMMUNICATION: {
        "title": _f("type"),
        "dueAt": _f("delivered_at"),
        "body": _f("message"),
        "channel": _f("channel"),
        "deliveryStatus": _f("delivery_status"),
    },
    Entity.DOCUMENT: {
        "name": _f("file_name", "file_name path"),
        "file": _f("sha256", "path file_name"),
        "originalCreateDate": _f("created_at"),
    },
}
"""The fields of each entity's record in Twenty; a provider's are those that find a workspace member. Custom ones come too."""
