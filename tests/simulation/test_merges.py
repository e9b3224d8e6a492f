"""The model's merge of two people, beside that of the rehearsal workspace."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rehearsal.client import Client
from tests.simulation.destination import is_blank, plain
from tests.simulation.merges import merged_fields
from tests.simulation.twenty import Held

FIELDS = ("emails", "phones", "jobTitle")


def person(mail: str = "", number: str = "", job: str = "", others: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return a person as Twenty's API takes one."""
    more = [{"number": one, "callingCode": "+1", "countryCode": "US"} for one in others]
    phones = {"primaryPhoneNumber": number, "primaryPhoneCallingCode": "+1", "primaryPhoneCountryCode": "US"} if number else {}
    return {"emails": {"primaryEmail": mail}, "phones": {**phones, "additionalPhones": more}, "jobTitle": job}


BOTH = [
    (person(number="4155550101"), person(number="4155550102")),
    (person(number="4155550101"), person(number="4155550101")),
    (person(number="4155550101", others=("4155550103",)), person(number="4155550102", others=("4155550101", "4155550104"))),
    (person(), person(number="4155550102", others=("4155550104",))),
    (person(number="4155550101"), person()),
    (person("ada@x.example", "4155550101"), person("bo@x.example", "4155550102", "Clerk")),
]


@pytest.mark.parametrize(("stays", "goes"), BOTH)
def test_the_model_merges_as_the_workspace_does(stays: dict[str, Any], goes: dict[str, Any]) -> None:
    client = Client()
    made = [client.post("/rest/people", one)["data"]["createPerson"] for one in (stays, goes)]
    before, other = ({name: plain(name, one[name]) for name in FIELDS} for one in made)
    expected = {**before, **merged_fields(Held(before), Held(other))}
    body = {"ids": [one["id"] for one in made], "conflictPriorityIndex": 0}
    merged = client.patch("/rest/people/merge", body)["data"]["mergePerson"]
    now = {name: plain(name, merged[name]) for name in FIELDS}
    assert {n: v for n, v in now.items() if not is_blank(v)} == {n: v for n, v in expected.items() if not is_blank(v)}


def test_numbers_beside_the_first_are_compared() -> None:
    client = Client()
    [ada, bo] = [client.post("/rest/people", one)["data"]["createPerson"] for one in BOTH[0]]
    merged = client.patch("/rest/people/merge", {"ids": [ada["id"], bo["id"]], "conflictPriorityIndex": 0})["data"][
        "mergePerson"
    ]
    assert plain("phones", ada["phones"]) == ("+14155550101", ())
    assert plain("phones", merged["phones"]) == ("+14155550101", ("+14155550102",))
