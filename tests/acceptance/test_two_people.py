"""Two people under one id, through the whole program: held, told apart by name, kept apart, taken back, and replayed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.acceptance.field import BOOK, EVERYBODY, Field, changed
from tests.producers.desk import patient, visit

pytestmark = pytest.mark.acceptance

ADA = EVERYBODY[0]
BO = patient(1, First_Name="Bo", Last_Name="Reyes", Date_of_Birth="11/30/1999", Email="", Mobile_Phone="")
BOTH = [*EVERYBODY, BO]
MORE = [*BOOK, visit(90, of=1, Appointment_Date="06/01/2027")]


def people_of(field: Field) -> dict[str, str]:
    return {
        native: person["name"]["firstName"]
        for native, person in field.people().items()
        if native.startswith("P1~") or native == "P1"
    }


def decide(field: Field, *options: str) -> Any:
    return field.bench.ok("identities", "decide", "fern:patient:P1", *options, "--by", "Ines Abernathy")


def test_they_are_told_apart_once_and_for_all(field: Field) -> None:
    field.sync(field.extract(1, EVERYBODY, BOOK))
    before = field.content()
    both = field.extract(2, BOTH, MORE)
    field.sync(both)
    [held] = field.bench.ok("identities", "list")["identities"]
    assert (held["pbnId"], held["waiting"], len(held["rows"])) == ("fern:patient:P1", 1, 2)
    assert people_of(field) == {"P1": "Ada1"}

    said = decide(field, "another", "--row", "patients.csv:42", "--rows", "2027-01-01")
    assert (said["newPbnId"], said["rows"]) == ("fern:patient:P1~2", "2027-01-01")
    synced = field.sync(both)
    assert changed(synced) == {"created": 2}
    assert people_of(field) == {"P1": "Ada1", "P1~2": "Bo"}
    assert field.visits_of("P1~2") == 1
    assert field.bench.ok("identities", "list")["identities"] == []
    after = field.content()

    taken_back = field.bench.ok("rollback", "--run", synced["run"], "--yes")
    assert taken_back["kept"] == []
    assert field.content() == before
    field.bench.ok("replay", "--from", "start")
    assert field.content() == after

    later = [BO | {"Last Name": "Vale"}, *reversed(EVERYBODY)]
    assert changed(field.sync(field.extract(3, later, MORE))) == {"updated": 1}
    assert field.people()["P1~2"]["name"]["lastName"] == "Vale"
    reconciled = field.bench.ok("reconcile")
    assert all(one["missing"] == one["extra"] == one["different"] == 0 for one in reconciled["objects"])
    field.bench.ok("log", "verify")


def test_rows_that_nothing_tells_apart_are_listed_and_decided_one_by_one(field: Field) -> None:
    both = field.extract(1, BOTH, MORE)
    field.sync(both)
    refused = field.bench.cutover("identities", "decide", "fern:patient:P1", "another", "--by", "Ines Abernathy")
    assert refused.code == 2
    assert "identities decide fern:patient:P1 another --row patients.csv:42 --by" in refused.document["error"]["message"]
    decide(field, "another", "--row", "patients.csv:42")
    field.sync(both)
    [held] = field.bench.ok("identities", "list")["identities"]
    waiting = [f"{row['file']}:{row['row']}" for row in held["waiting_rows"]]
    assert (held["rows"], held["waiting"], waiting[-1]) == ([], len(waiting), "visits.csv:82")
    decide(field, "another", "--row", "visits.csv:82")
    for row in waiting[:-1]:
        decide(field, "same", "--row", row)
    field.sync(both)
    assert field.bench.ok("identities", "list")["identities"] == []
    assert (field.visits_of("P1"), field.visits_of("P1~2")) == (len(waiting) - 1, 1)
    assert field.bench.ok("dead-letters", "list", "--reason", "identity_held")["rows"] == []
