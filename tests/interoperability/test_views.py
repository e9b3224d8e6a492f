"""Views and the menu on a real Twenty: made, read back through its metadata API, changed by people, taken back.

`make test-twenty` runs it, as it does `test_whole_migration`: the workspace in CUTOVER_TEST_TWENTY_URL is empty before, and
afterwards as it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from consumers.data_model.applying.apply import apply
from consumers.data_model.applying.holdings import HoldingReason
from consumers.data_model.applying.undo import undo
from consumers.data_model.layout.making import LaidOut, make_layout
from consumers.data_model.planning.plan import plan
from consumers.twenty.layout import layout_change
from consumers.twenty.workspace import Workspace
from events.clock import World
from events.decisions import Decisions
from events.log.sqlite import SqliteLog
from events.sealing.keys import KeyStore
from events.vocabulary.mapping import ColumnMapping
from projections.destination_views import destination_layout
from tests.interoperability.real_twenty import KEY, RATE, URL, needs_twenty

pytestmark = needs_twenty

MAPPING = ColumnMapping(practice="riverside")
WANTED = destination_layout(MAPPING, "Riverside Dental")
READ = """{
  getViews { id name objectMetadataId type key isActive mainGroupByFieldMetadataId calendarFieldMetadataId calendarLayout
    viewFields { id fieldMetadataId isVisible position } viewFilters { fieldMetadataId operand value }
    viewSorts { fieldMetadataId direction } viewGroups { fieldValue } }
  navigationMenuItems { id type name viewId targetObjectMetadataId folderId position }
}"""


def read() -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {KEY}"}
    answer = httpx.post(f"{URL}/metadata", json={"query": READ}, headers=headers, timeout=60).json()["data"]
    return {kind: {one["id"]: one for one in found} for kind, found in answer.items()}


@pytest.fixture
def twenty() -> Iterator[Workspace]:
    with Workspace(URL, KEY, rate_limit=RATE) as workspace:
        yield workspace


@pytest.fixture
def decisions(tmp_path: Path, twenty: Workspace) -> Iterator[Decisions]:
    """Yield an empty log. What a failed test leaves in the workspace is taken back."""
    world = World()
    log = SqliteLog(f"sqlite:///{tmp_path}/log.db")
    keys = KeyStore(f"sqlite:///{tmp_path}/keys.db", b"k" * 32, world.entropy)
    made = Decisions(log, keys, "riverside", now=world.now, new_id=world.new_id, entropy=world.entropy)
    yield made
    undo(twenty, made, "run-0")
    log.close()
    keys.close()


def put(twenty: Workspace, decisions: Decisions) -> LaidOut:
    apply(twenty, plan(twenty.metadata(refresh=True), MAPPING, decisions.all()), decisions, "run-1")
    return make_layout(twenty, WANTED, decisions, "run-1")


def shown(metadata: Any, view: dict[str, Any]) -> list[str]:
    fields = {field.id: name for one in metadata.objects for name, field in one.fields.items()}
    visible = sorted((one for one in view["viewFields"] if one["isVisible"]), key=lambda one: one["position"])
    return [fields[one["fieldMetadataId"]] for one in visible]


def test_views_are_made_read_back_left_to_people_and_taken_back(twenty: Workspace, decisions: Decisions) -> None:
    before = read()
    laid = put(twenty, decisions)
    assert laid.refused == ()
    assert make_layout(twenty, WANTED, decisions, "run-1") == LaidOut()

    metadata, now = twenty.metadata(refresh=True), read()
    by_name = {one["name"]: one for one in now["getViews"].values()}
    for wanted in WANTED.views:
        there = metadata.object(wanted.object)
        view = by_name[wanted.name]
        assert (view["type"], view["objectMetadataId"]) == (wanted.kind.value, there.id)
        assert shown(metadata, view) == [name for name in wanted.columns if name in there.fields]
        assert {one["operand"] for one in view["viewFilters"]} == {one.operand for one in wanted.filters}
    assert by_name["Appointments"]["calendarFieldMetadataId"] == metadata.object("task").field("dueAt").id
    assert {one["fieldValue"] for one in by_name["Claims by status"]["viewGroups"]} >= {"SUBMITTED", "PAID", ""}
    for columns in WANTED.columns:
        index = by_name[f"All {metadata.object(columns.object).label_plural}"]
        assert shown(metadata, index)[: len(columns.columns)] == list(columns.columns)

    # Twenty's own lists show what they showed; a person's page shows plans, balances and claims by itself
    assert all(now["getViews"][one]["key"] == view["key"] for one, view in before["getViews"].items())
    people = next(one for one in before["getViews"].values() if one["name"] == "All People")
    assert shown(metadata, now["getViews"][people["id"]]) == shown(metadata, people)
    page = shown(metadata, by_name["Person Record Page Fields"])
    assert {"treatmentPlans", "billingRecords", "insuranceClaims", "patientStatus"} <= set(page)

    folder = next(one for one in now["navigationMenuItems"].values() if one["name"] == WANTED.folder)
    inside = [one for one in now["navigationMenuItems"].values() if one["folderId"] == folder["id"]]
    assert (folder["type"], len(inside)) == ("FOLDER", len(WANTED.entries))

    # people delete one view and change another
    patients, appointments = by_name["Patients"]["id"], by_name["Appointments"]["id"]
    job = metadata.object("person").field("jobTitle").id
    column = {"viewId": patients, "fieldMetadataId": job, "position": 50}
    twenty.change_model([layout_change("destroyView", appointments), layout_change("createManyViewFields", [column])])
    twenty.metadata(refresh=True)
    assert make_layout(twenty, WANTED, decisions, "run-1") == LaidOut()
    assert make_layout(twenty, WANTED, decisions, "run-1", again=True).done
    assert "Appointments" in {one["name"] for one in read()["getViews"].values()}

    kept = undo(twenty, decisions, "run-2").kept
    assert {(one.fields, one.reason) for one in kept} == {(("patients",), HoldingReason.CHANGED_BY_PEOPLE)}
    twenty.change_model([layout_change("destroyView", patients)])
    undo(twenty, decisions, "run-3")
    after = read()
    assert after["getViews"] == before["getViews"]
    assert after["navigationMenuItems"] == before["navigationMenuItems"]
