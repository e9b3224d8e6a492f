"""People work in Twenty meanwhile: what they change is never overwritten, and a rollback keeps it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from typing import Any

import httpx
import pytest

from tests.acceptance.workbench import EXTRACTS, Bench, copied, members_of

pytestmark = pytest.mark.acceptance
LAKEVIEW = EXTRACTS / "lakeview"


@pytest.fixture
def synced(lakeview_synced: Path, tmp_path: Path) -> Iterator[Bench]:
    """Yield a project whose day 1 is in Twenty."""
    with copied(lakeview_synced, tmp_path, members_of(LAKEVIEW / "truth/day-1.json")) as b:
        yield b


def _rest(b: Bench, method: str, path: str, **more: Any) -> Any:
    answer = httpx.request(method, f"{b.url}/rest/{path}", headers={"Authorization": f"Bearer {b.key}"}, **more)
    assert answer.is_success, answer.text
    return answer.json()["data"]


def _find(b: Bench, plural: str, pbn_id: str) -> dict[str, Any]:
    found = _rest(b, "GET", plural, params={"filter": f'pbnId[eq]:"{pbn_id}"'})[plural]
    assert len(found) == 1
    return dict(found[0])


def test_an_edit_survives_the_delta_and_is_listed(synced: Bench) -> None:
    b = synced
    renamed = "lakeview:patient:2006"  # Davis on day 1, Nelson on day 2
    person = _find(b, "people", renamed)
    assert person["name"] == {"firstName": "Sandra", "lastName": "Davis"}
    _rest(b, "PATCH", f"people/{person['id']}", json={"name": {"lastName": "Davis-Nelson"}})
    said = b.cutover("sync", LAKEVIEW / "day-2", "--without-sample")
    assert said.code == 1
    assert said.document["conflicts"] == 1
    after = _find(b, "people", renamed)
    assert after["name"] == {"firstName": "Sandra", "lastName": "Davis-Nelson"}
    assert after["originalModifiedDate"] == "2026-11-18T15:49:00.000Z", "the other fields go on"
    known = b.ok("reconcile")
    assert [(e["pbnId"], e["fields"]) for e in known["edited"]] == [(renamed, ["name"])]


def test_a_rollback_keeps_what_people_have_built_on(synced: Bench) -> None:
    b = synced
    edited, noted = _find(b, "people", "lakeview:patient:2002"), _find(b, "people", "lakeview:patient:2003")
    _rest(b, "PATCH", f"people/{edited['id']}", json={"jobTitle": "Carpenter"})
    note = _rest(b, "POST", "notes", json={"title": "Called about the bill"})["createNote"]
    _rest(b, "POST", "noteTargets", json={"noteId": note["id"], "targetPersonId": noted["id"]})
    said = b.cutover("rollback", "--all", "--yes")
    assert said.code == 1
    kept = {k["pbnId"]: k for k in said.document["kept"]}
    assert kept["lakeview:patient:2002"]["reason"] == "edited_in_twenty"
    assert "jobTitle" in kept["lakeview:patient:2002"]["fields"]
    assert kept["lakeview:patient:2003"]["reason"] == "built_on_in_twenty"
    assert "lakeview:practice:lakeview" in kept, "their company stays with them"
    assert len(kept) == 3
    assert len(_rest(b, "GET", "people", params={"limit": 200})["people"]) == 2
    again = b.ok("sync", LAKEVIEW / "day-1", "--without-sample")
    assert again["writes"]["create"] > 800
    b.ok("rollback", "--all", "--yes", "--force")
    assert _rest(b, "GET", "people", params={"limit": 200})["people"] == []


def test_one_record_can_be_taken_back_and_comes_again(synced: Bench) -> None:
    b = synced
    patient = "lakeview:patient:2002"
    dry = b.ok("rollback", "--record", patient, "--dry-run")
    assert dry["undone"] > 1
    b.assert_truth(LAKEVIEW / "truth/day-1.json")
    undone = b.ok("rollback", "--record", patient, "--yes")
    assert undone["undone"] == dry["undone"]
    assert _rest(b, "GET", "people", params={"filter": f'pbnId[eq]:"{patient}"'})["people"] == []
    b.ok("sync", LAKEVIEW / "day-1", "--without-sample")
    b.assert_truth(LAKEVIEW / "truth/day-1.json")


def test_a_day_can_be_taken_back_by_position_and_comes_again(synced: Bench) -> None:
    b = synced
    second = b.ok("sync", LAKEVIEW / "day-2", "--without-sample")
    b.assert_truth(LAKEVIEW / "truth/day-2.json")
    b.ok("rollback", "--to", second["positions"]["from"], "--yes")
    b.assert_truth(LAKEVIEW / "truth/day-1.json")
    b.ok("sync", LAKEVIEW / "day-2", "--without-sample")
    b.assert_truth(LAKEVIEW / "truth/day-2.json")


def test_patients_who_left_pbn_stay_where_people_worked_on_them_until_a_person_decides(synced: Bench, tmp_path: Path) -> None:
    b = synced
    leaving = {name: f"lakeview:patient:{name}" for name in ("2002", "2003", "2004")}
    edited, noted, alone = (_find(b, "people", pbn_id) for pbn_id in leaving.values())
    _rest(b, "PATCH", f"people/{edited['id']}", json={"jobTitle": "Carpenter"})
    note = _rest(b, "POST", "notes", json={"title": "Called about the bill"})["createNote"]
    _rest(b, "POST", "noteTargets", json={"noteId": note["id"], "targetPersonId": noted["id"]})
    said = b.cutover("sync", _without_patients(LAKEVIEW / "day-1", tmp_path / "day-1b", leaving), "--full", "--without-sample")
    assert (said.code, said.document["conflicts"]) == (1, 2)
    listed = b.cutover("conflicts", "list").document["conflicts"]
    assert {(x["pbnId"], x["reason"]) for x in listed} == {
        (leaving["2002"], "deleted_in_source_edited_in_twenty"),
        (leaving["2003"], "deleted_in_source_built_on_in_twenty"),
    }
    assert _there(b, leaving) == {leaving["2002"], leaving["2003"]}
    b.ok("conflicts", "resolve", leaving["2002"], "--take", "ours", "--by", "Ines Abernathy")
    b.ok("conflicts", "resolve", leaving["2003"], "--take", "theirs", "--by", "Ines Abernathy")
    b.ok("consume", "--without-sample")
    assert _there(b, leaving) == {leaving["2003"]}
    assert b.cutover("replay", "--from", "start").document["conflicts"] == 0, "whoever decided is not asked again"
    assert _there(b, leaving) == {leaving["2003"]}
    kept = b.cutover("rollback", "--all", "--yes").document["kept"]
    assert {k["pbnId"] for k in kept} >= {leaving["2002"], leaving["2003"]}
    assert _there(b, leaving) == {leaving["2002"], leaving["2003"]}, "what people worked on is not left in the trash"
    assert alone["id"]


def _without_patients(extract: Path, folder: Path, leaving: dict[str, str]) -> Path:
    """Return a later export in which patients are missing."""
    copytree(extract, folder)
    (folder / "manifest.toml").unlink()
    patients = folder / "patient.csv"
    lines = patients.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    patients.write_text("".join(line for line in lines if line.split(",")[0].strip('"') not in leaving), encoding="utf-8")
    return folder


def _there(b: Bench, leaving: dict[str, str]) -> set[str]:
    """Return those of these patients who are in Twenty, and not in its trash."""
    people = _rest(b, "GET", "people", params={"limit": 200})["people"]
    return {p["pbnId"] for p in people} & set(leaving.values())
