"""The expected state of the destination after each day, by the field map's rules.

It is made from the generator's own model and by nothing of the engine's, because it is the check on the engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from cutover.demo_practice.extracts.table import ExtractTable
from cutover.demo_practice.practice.blemishes import DELETED
from cutover.demo_practice.practice.email_ownership import owners
from cutover.demo_practice.practice.model import Office, ReminderRule
from cutover.demo_practice.truth import people as expected_people
from cutover.demo_practice.truth import records as expected_records
from cutover.demo_practice.truth.schema import schema
from cutover.demo_practice.truth.values import Json


class Truth:
    """Follows a practice from day to day; what was carried once and is there no more must be deleted."""

    def __init__(self, practice: str, name: str, currency: str, zone: ZoneInfo) -> None:
        self._practice = practice
        self._name = name
        self._currency = currency
        self._zone = zone
        self._first: Office | None = None
        self._carried: dict[str, None] = {}
        self._owned: dict[str, str] = {}
        self._still_held: set[str] = set()

    def after(self, office: Office, tables: Sequence[ExtractTable], taken_at: datetime) -> Json:
        """Return the truth after this day's extract; days are handed in one after the other. `taken_at` has its zone."""
        first = self._first = self._first or office
        owned = owners(office.patients.values())
        self._still_held |= {email for email, who in self._owned.items() if who not in office.patients}
        self._owned = owned
        records = self._records(office, owned)
        live = {record["pbnId"] for part in records.values() for record in part}
        self._carried |= dict.fromkeys(record["pbnId"] for part in records.values() for record in part)
        return {
            "practice": self._practice,
            "currency": self._currency,
            "day": office.day,
            "scope": "full",
            "takenAt": taken_at.isoformat(),
            "schema": schema(first, office.day),
            "companies": [{"pbnId": f"{self._practice}:practice:{self._practice}", "name": self._name}],
            "providers": self._providers(office),
            **records,
            "automations": [_automation(rule) for rule in office.rules],
            "deleted": [key for key in self._carried if key not in live],
            "uncertain": [],
            "value_issues": self._value_issues(office, _table(tables, "Pt Roster")),
            "record_issues": [
                {"file": _table(tables, "Mo Production").file_name, "row": 0, "reason": "unknown_table", "strict": False}
            ],
        }

    def _records(self, office: Office, owned: Mapping[str, str]) -> dict[str, list[Json]]:
        practice, zone = self._practice, self._zone
        providers = {provider.code: provider for provider in office.providers}
        people = [
            expected_people.person(
                patient,
                practice=practice,
                zone=zone,
                providers=providers,
                owners=owned,
                still_held=self._still_held,
                with_new_column=office.day > 1,
            )
            for patient in office.patients.values()
            if patient.status != DELETED
        ]
        visits = [expected_records.appointment(a, practice, zone, providers) for a in office.appointments.values()]
        sent = [expected_records.communication(m, practice, zone, office.taken_at) for m in office.messages.values()]
        return {
            "people": people,
            "tasks": [*visits, *sent],
            "notes": [expected_records.note(n, practice, zone) for n in office.notes.values()],
            "treatmentPlans": [expected_records.treatment_plan(p, practice, zone) for p in office.plans.values()],
            "billingRecords": [expected_records.billing_record(b, practice) for b in office.balances.values()],
            "insuranceClaims": [expected_records.insurance_claim(c, practice) for c in office.claims.values()],
            "attachments": [expected_records.attachment(d, practice, zone) for d in office.documents.values()],
        }

    def _providers(self, office: Office) -> list[Json]:
        return [
            {
                "pbnId": f"{self._practice}:provider:{provider.id}",
                "name": {"firstName": provider.first, "lastName": provider.last},
                "email": provider.email.lower() or None,
                "active": provider.active,
            }
            for provider in office.providers
        ]

    def _value_issues(self, office: Office, table: ExtractTable) -> list[Json]:
        providers = {provider.code: provider for provider in office.providers}
        issues = [
            {
                "file": table.file_name,
                "row": table.row_numbers[patient.id],
                "field": field,
                "reason": reason,
                "strict": strict,
                "pbnId": f"{self._practice}:patient:{patient.id}",
            }
            for patient in office.patients.values()
            if patient.status != DELETED
            for field, reason, strict in expected_people.value_issues(patient, providers)
        ]
        return sorted(issues, key=lambda issue: int(str(issue["row"])))


def _table(tables: Sequence[ExtractTable], name: str) -> ExtractTable:
    return next(table for table in tables if table.name.startswith(name))


def _automation(rule: ReminderRule) -> Json:
    return {
        "name": rule.name,
        "trigger": rule.trigger,
        "timing": rule.timing,
        "channel": rule.channel,
        "template": rule.template,
        "active": rule.active,
    }
