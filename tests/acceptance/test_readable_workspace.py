"""A workspace that people can read: dates as in PbN, names that tell records apart, labels, icons, times in words.

All of it comes again into an empty workspace, and all of it can be taken back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from events.vocabulary.mapping import ColumnMapping
from projections.destination import destination_fields
from tests.acceptance.workbench import EXTRACTS, Bench, bench, copied, members_of

pytestmark = pytest.mark.acceptance
LAKEVIEW = EXTRACTS / "lakeview"
TRUTH = LAKEVIEW / "truth/day-1.json"
OF_A_BALANCE = re.compile(r"-?\$[\d,]+\.\d\d · [A-Z][a-z]{2} \d{1,2}, \d{4}")
OF_A_MESSAGE = re.compile(r"[A-Z][a-z]{2} \d{1,2}, \d{4}(, \d{1,2}:\d\d [AP]M)? · [A-Z][A-Za-z ]+(\n|$)")
MADE = {(field.object, field.name) for field in destination_fields(ColumnMapping(practice="lakeview"))} | {
    *(("task", "labCaseDue"), ("billingRecord", "bal030"), ("person", "hipaaConsentDate"), ("insuranceClaim", "clearinghouse"))
}
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")


@pytest.fixture
def carried(lakeview_synced: Path, tmp_path: Path) -> Iterator[Bench]:
    with copied(lakeview_synced, tmp_path, members_of(TRUTH)) as b:
        yield b


def records(b: Bench, plural: str) -> list[dict[str, Any]]:
    """Return all records of an object that are of the practice, or link its records."""
    found: list[dict[str, Any]] = []
    after = ""
    while True:
        page = httpx.get(
            f"{b.url}/rest/{plural}?limit=200&starting_after={after}", headers={"Authorization": f"Bearer {b.key}"}
        ).json()
        found += page["data"][plural]
        if not page["pageInfo"]["hasNextPage"]:
            return [one for one in found if plural.endswith("Targets") or str(one.get("pbnId") or "").startswith("lakeview:")]
        after = page["pageInfo"]["endCursor"]


def dates(b: Bench) -> dict[str, str]:
    """Return the creation dates of everything that PbN dates, by pbnId, or by id for links."""
    plurals = ("people", "notes", "tasks", "treatmentPlans", "insuranceClaims", "attachments", "noteTargets", "taskTargets")
    taken_at = "2026-11-18"
    all_of = {one.get("pbnId") or one["id"]: one["createdAt"] for plural in plurals for one in records(b, plural)}
    return {name: at for name, at in all_of.items() if at < taken_at}


def fields(b: Bench) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the fields of the data model by object and name."""
    answer = httpx.get(f"{b.url}/rest/metadata/objects?limit=200", headers={"Authorization": f"Bearer {b.key}"}).json()
    return {(one["nameSingular"], field["name"]): field for one in answer["data"] for field in one["fields"]}


def test_notes_tasks_and_links_are_dated_as_in_pbn(carried: Bench) -> None:
    notes = {one["id"]: one for one in records(carried, "notes")}
    assert notes
    assert all(one["createdAt"] == one["originalCreateDate"] for one in notes.values())
    links = records(carried, "noteTargets")
    assert len(links) == len(notes)
    assert all(one["createdAt"] == notes[one["noteId"]]["createdAt"] for one in links)
    tasks = records(carried, "tasks")
    appointments = [one for one in tasks if one["taskType"] == "APPOINTMENT"]
    assert all(one["createdAt"] == one["originalCreateDate"] for one in appointments if one["originalCreateDate"])
    sent = [one for one in tasks if one["taskType"] == "COMMUNICATION" and one["status"] == "DONE"]
    assert sent
    assert all(one["createdAt"] == one["dueAt"] for one in sent if one["dueAt"])


def test_names_tell_records_apart_and_texts_have_no_stamps_of_machines(carried: Bench) -> None:
    balances = [
        one["name"] for one in records(carried, "billingRecords") if one["outstandingBalance"]["amountMicros"] is not None
    ]
    assert balances
    assert all(map(OF_A_BALANCE.fullmatch, balances)), balances
    assert len(set(balances)) > len(balances) * 0.9
    tasks = records(carried, "tasks")
    bodies = [one["bodyV2"]["markdown"] for one in tasks if one["taskType"] == "COMMUNICATION" and one["dueAt"]]
    assert all(map(OF_A_MESSAGE.match, bodies)), [body for body in bodies if not OF_A_MESSAGE.match(body)][:3]
    assert not any(STAMP.search(one["bodyV2"]["markdown"] or "") for one in tasks)
    assert not any(STAMP.search(one["name"]) for one in records(carried, "treatmentPlans"))


def test_fields_have_labels_and_icons_for_people(carried: Bench) -> None:
    found = fields(carried)
    told = {name: (field["label"], field["type"]) for (_, name), field in found.items()}
    assert told["labCaseDue"] == ("Lab case due", "DATE")
    assert told["hipaaConsentDate"] == ("HIPAA consent date", "DATE")
    assert told["bal030"] == ("Balance 0–30 days", "CURRENCY")
    assert told["balOver90"] == ("Balance over 90 days", "CURRENCY")
    ours = [f for place, f in found.items() if place in MADE]
    assert len(ours) > 20
    assert [f["name"] for f in ours if f["icon"] in (None, "IconBox")] == []
    assert not any("_" in f["label"] or "pbnColumn" in (f["name"], f["label"]) for f in ours)


def test_the_dates_come_again_after_a_rollback_and_into_an_empty_workspace(carried: Bench, tmp_path: Path) -> None:
    first = dates(carried)
    assert len(first) > 400
    assert carried.ok("rollback", "--all", "--schema", "--yes")["kept"] == []
    carried.assert_as_before()
    carried.ok("schema", "apply")
    carried.ok("consume", "--without-sample")
    carried.assert_truth(TRUTH)
    assert dates(carried) == first
    empty = tmp_path / "empty"
    empty.mkdir()
    with bench(empty, members_of(TRUTH)) as other:
        elsewhere = Bench(carried.project, other.url, other.key, other.before)
        elsewhere.ok("schema", "apply")
        elsewhere.ok("replay", "--from", "start")
        elsewhere.assert_truth(TRUTH)
        assert dates(elsewhere) == first


def test_a_date_that_somebody_changes_is_no_conflict_and_keeps_nothing_back(carried: Bench) -> None:
    note = records(carried, "notes")[0]
    answer = httpx.patch(
        f"{carried.url}/rest/notes/{note['id']}",
        json={"createdAt": "2020-01-01T00:00:00.000Z"},
        headers={"Authorization": f"Bearer {carried.key}"},
    )
    assert answer.status_code == 200
    replayed = carried.ok("replay", "--from", "start")
    assert (replayed["conflicts"], replayed["writes"]["update"]) == (0, 0)
    assert all(one["different"] == 0 for one in carried.ok("reconcile")["objects"])
    assert carried.ok("rollback", "--all", "--schema", "--yes")["kept"] == []
    carried.assert_as_before()
