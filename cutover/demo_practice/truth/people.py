"""Truth about each patient in the destination, and those of their values that are lost or doubtful, by the field map."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from cutover.demo_practice.practice.blemishes import PLACEHOLDER_EMAIL, PLACEHOLDER_PHONE
from cutover.demo_practice.practice.email_ownership import address
from cutover.demo_practice.practice.model import Clinician, Patient
from cutover.demo_practice.truth.values import Json, any_of, day, instant

FALLBACK = "$fallback"


def person(
    patient: Patient,
    *,
    practice: str,
    zone: ZoneInfo,
    providers: Mapping[str, Clinician],
    owners: Mapping[str, str],
    still_held: Collection[str],
    with_new_column: bool,
) -> Json:
    """Return one person. `still_held` are the addresses that a soft-deleted person keeps in the destination."""
    custom: Json = {
        "treatmentCoordinator": patient.coordinator or None,
        "recallStatus": patient.recall or None,
        "lastCleaningDate": day(patient.last_cleaning),
        "hipaaConsentDate": day(patient.hipaa_consent),
        "bonusPoints": patient.bonus_points,
        "nitrousOk": patient.nitrous_ok,
        "alignerStart": day(patient.aligner_start),
        "comfortItem": patient.comfort or None,
    }
    if with_new_column:
        custom["nightGuardDue"] = day(patient.night_guard_due)
    return {
        "pbnId": f"{practice}:patient:{patient.id}",
        "name": {"firstName": patient.first.strip(), "lastName": patient.last.strip()},
        "phones": phones(patient),
        "dateOfBirth": day(patient.birth),
        "mailingAddress": {
            "addressStreet1": patient.street,
            "addressStreet2": patient.unit,
            "addressCity": patient.town,
            "addressState": patient.state,
            "addressPostcode": patient.postcode,
        },
        "company": f"{practice}:practice:{practice}",
        "primaryProvider": member_of(providers[patient.provider]) if patient.provider else None,
        "insuranceCarrier": patient.carrier or None,
        "referralSource": patient.heard or None,
        "patientStatus": patient.status,
        "originalCreateDate": instant(patient.entered, zone),
        "originalModifiedDate": instant(patient.changed, zone),
        "custom": custom,
        "emails": emails(patient, owners, still_held),
    }


def member_of(provider: Clinician) -> str:
    """Return the provider's e-mail; a reader of the truth finds the member, or the fallback where no member has it."""
    return provider.email.lower() or FALLBACK


def phones(patient: Patient) -> Json:
    """Return the numbers: mobile, home, work; in full international form, each once."""
    good: list[str] = []
    for digits in (patient.mobile, patient.home, patient.work):
        number = f"+1{digits}"
        if _phone_issue(digits) is None and digits and number not in good:
            good.append(number)
    return {"primary": good[0] if good else None, "additional": good[1:]}


def emails(patient: Patient, owners: Mapping[str, str], still_held: Collection[str]) -> Any:
    """Return the addresses: the owner has the address as primary, the others as additional. An heir of a soft-deleted owner
    may have to wait.
    """
    email = address(patient)
    if email is None:
        return {"primaryEmail": None, "additionalEmails": []}
    waiting = {"primaryEmail": None, "additionalEmails": [email]}
    if owners[email] != patient.id:
        return waiting
    owning = {"primaryEmail": email, "additionalEmails": []}
    return any_of(owning, waiting) if email in still_held else owning


def value_issues(patient: Patient, providers: Mapping[str, Clinician]) -> Iterator[tuple[str, str, bool]]:
    """Yield the field, the reason, and whether it must be reported."""
    if patient.email.strip().lower() == PLACEHOLDER_EMAIL:
        yield "emails", "placeholder_email", False
    for digits in (patient.mobile, patient.home, patient.work):
        issue = _phone_issue(digits)
        if issue:
            yield "phones", issue, issue == "invalid_phone"
    if patient.provider and not providers[patient.provider].member:
        yield "primaryProvider", "unmatched_provider", False


def _phone_issue(digits: str) -> str | None:
    if digits == PLACEHOLDER_PHONE:
        return "placeholder_phone"
    return "invalid_phone" if digits and len(digits) != 10 else None
