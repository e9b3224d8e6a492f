"""Patients who are in the workspace already: certain, doubtful, and neither."""

from __future__ import annotations

from datetime import date
from typing import Any

from consumers.sync.adoptions import WHAT_HAPPENS, Likeness, Meeting, NewPatient, meetings

ADA = NewPatient(
    pbn_id="fern:patient:1", name="Ada Quist", primary="ada@x.example", phones=("+15415550101",), birth_date=date(1970, 2, 3)
)


def person(identity: str, first: str, last: str, mail: str = "", **more: Any) -> dict[str, Any]:
    return {
        "id": identity,
        "name": {"firstName": first, "lastName": last},
        "emails": {"primaryEmail": mail, "additionalEmails": []},
        "phones": {"primaryPhoneNumber": "", "primaryPhoneCallingCode": ""},
        "pbnId": "",
        "deletedAt": None,
        **more,
    }


def likeness(*people: dict[str, Any], patient: NewPatient = ADA) -> list[Likeness]:
    return [one.likeness for one in meetings([patient], people)]


def test_the_same_address_and_the_same_name_is_the_same_person() -> None:
    [met] = meetings([ADA], [person("p", " ada", "QUIST", "ada@x.example")])
    assert met == Meeting(pbn_id="fern:patient:1", twenty_id="p", likeness=Likeness.SAME_EMAIL_AND_NAME)
    assert met.adopted


def test_the_same_address_under_another_name_is_doubtful() -> None:
    [met] = meetings([ADA], [person("p", "Zoe", "Marsh", "ada@x.example")])
    assert (met.likeness, met.adopted) == (Likeness.SAME_EMAIL_OTHER_NAME, False)


def test_somebody_in_the_trash_or_of_another_practice_is_doubtful() -> None:
    assert likeness(person("p", "Ada", "Quist", "ada@x.example", deletedAt="2026-01-01T00:00:00.000Z")) == [
        Likeness.SAME_EMAIL_IN_TRASH
    ]
    assert likeness(person("p", "Ada", "Quist", "ada@x.example", pbnId="elm:patient:9")) == [Likeness.SAME_EMAIL_OTHER_PBN_ID]


def test_a_person_with_the_patients_own_id_is_the_patient_in_the_trash_too() -> None:
    earlier = person("p", "Ada", "Quist", "ada@x.example", pbnId=ADA.pbn_id)
    for image, expected in (
        (earlier, Likeness.SAME_PBN_ID),
        ({**earlier, "deletedAt": "2026-01-01T00:00:00.000Z"}, Likeness.SAME_PBN_ID_IN_TRASH),
        ({**earlier, "emails": {"primaryEmail": ""}, "deletedAt": "2026-01-01T00:00:00.000Z"}, Likeness.SAME_PBN_ID_IN_TRASH),
    ):
        [met] = meetings([ADA], [image])
        assert (met.likeness, met.adopted) == (expected, True)


def test_the_same_name_with_the_same_birth_date_or_phone_and_another_address_is_doubtful() -> None:
    assert likeness(person("p", "Ada", "Quist", "a@y.example", dateOfBirth="1970-02-03")) == [Likeness.SAME_NAME_AND_BIRTH_DATE]
    phones = {"primaryPhoneNumber": "5415550101", "primaryPhoneCallingCode": "+1"}
    assert likeness(person("p", "Ada", "Quist", phones=phones)) == [Likeness.SAME_NAME_AND_PHONE]


def test_a_name_alone_says_nothing() -> None:
    assert likeness(person("p", "Ada", "Quist", "a@y.example", dateOfBirth="1971-02-03")) == []
    assert likeness(person("p", "Ada", "Quist", "a@y.example")) == []


def test_a_patient_without_an_address_is_not_met_by_people_without_one() -> None:
    assert (
        likeness(person("p", "Zoe", "Marsh"), patient=NewPatient(pbn_id="fern:patient:2", name="Bo Vale", primary=None)) == []
    )


def test_adoptions_come_first_and_every_case_says_what_happens() -> None:
    bo = NewPatient(pbn_id="fern:patient:2", name="Bo Vale", primary="bo@x.example")
    people = [person("a", "Zoe", "Marsh", "ada@x.example"), person("b", "Bo", "Vale", "bo@x.example")]
    assert [one.adopted for one in meetings([ADA, bo], people)] == [True, False]
    assert set(WHAT_HAPPENS) == set(Likeness)
