"""Views and the menu: made once, known by their ids, left to people who change them, and taken back."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from consumers.data_model.applying.apply import apply
from consumers.data_model.applying.holdings import HoldingReason
from consumers.data_model.applying.undo import preview_undo, undo
from consumers.data_model.layout.comparing import LayoutItem, LayoutVerdict, layout_items
from consumers.data_model.layout.history import layout_history
from consumers.data_model.layout.making import LaidOut, make_layout
from consumers.data_model.layout.operations import shared
from consumers.data_model.ledger import read_ledger
from consumers.data_model.planning.plan import plan
from consumers.data_model.steps import LAYOUT_KINDS, StepKind
from consumers.twenty.layout import layout_change
from consumers.twenty.model_changes import MOST_MUTATIONS
from consumers.twenty.workspace import Workspace
from events.decisions import Decisions
from events.vocabulary.mapping import ColumnMapping
from projections.destination_views import destination_layout
from projections.views import WantedLayout
from tests.consumers.data_model.conftest import KEY
from tests.consumers.data_model.killing import Fate, Killed
from tests.consumers.workbench.model_edits import create_field

pytestmark = pytest.mark.integration

MAPPING = ColumnMapping(practice="riverside")
WANTED = destination_layout(MAPPING, "Riverside Dental")
READ = """{ getViews { id name objectMetadataId type key isActive position mainGroupByFieldMetadataId calendarFieldMetadataId
  calendarLayout viewFields { id fieldMetadataId isVisible position } viewFilters { id fieldMetadataId operand value }
  viewSorts { id fieldMetadataId direction } viewGroups { id fieldValue } }
  navigationMenuItems { id type name viewId targetObjectMetadataId folderId position } }"""


def no_sleep(seconds: float) -> None:
    """Do not sleep: nothing is worth waiting for here."""


def read(address: str) -> Any:
    headers = {"Authorization": f"Bearer {KEY}"}
    answer = httpx.post(f"{address}/metadata", json={"query": READ}, headers=headers, timeout=30).json()["data"]
    return {kind: sorted(found, key=lambda one: one["id"]) for kind, found in answer.items()}


def put_model(workspace: Workspace, decisions: Decisions) -> None:
    wanted = plan(workspace.metadata(refresh=True), MAPPING, decisions.all())
    apply(workspace, wanted, decisions, "run-1", sleep=no_sleep)


def put(workspace: Workspace, decisions: Decisions, wanted: WantedLayout = WANTED) -> LaidOut:
    workspace.metadata(refresh=True)
    return make_layout(workspace, wanted, decisions, "run-1", sleep=no_sleep)


def compared(workspace: Workspace, decisions: Decisions) -> dict[str, LayoutItem]:
    metadata = workspace.metadata(refresh=True)
    history = layout_history(decisions.all(), metadata.identity)
    return {one.label: one for one in layout_items(metadata, workspace.layout(), WANTED, history, has_fields=True)}


def verdicts(workspace: Workspace, decisions: Decisions) -> set[LayoutVerdict]:
    return {one.verdict for one in compared(workspace, decisions).values()}


@pytest.fixture
def made(workspace: Workspace, decisions: Decisions) -> LaidOut:
    put_model(workspace, decisions)
    return put(workspace, decisions)


def test_all_wanted_is_made_and_then_there_is_nothing_to_do(made: LaidOut, workspace: Workspace, decisions: Decisions) -> None:
    assert made.refused == ()
    names = {one.name for one in workspace.layout().views.values()}
    assert {one.name for one in WANTED.views} <= names
    assert verdicts(workspace, decisions) == {LayoutVerdict.KEEP}
    assert put(workspace, decisions) == LaidOut()


def test_the_list_of_an_own_object_shows_the_wanted_columns_in_their_order(made: LaidOut, workspace: Workspace) -> None:
    metadata, seen = workspace.metadata(), workspace.layout()
    for wanted in WANTED.columns:
        there = metadata.object(wanted.object)
        by_id = {field.id: name for name, field in there.fields.items()}
        index = seen.index_of(there.id)
        assert index is not None
        columns = sorted((one for one in index.columns if one.is_visible), key=lambda one: one.position)
        assert tuple(by_id[one.field_id] for one in columns)[: len(wanted.columns)] == wanted.columns


def test_twentys_own_views_stay_as_they_are(workspace: Workspace, decisions: Decisions, url: str) -> None:
    put_model(workspace, decisions)
    standard = {workspace.metadata().object(name).id for name in ("person", "task", "note", "company")}
    before = [one for one in read(url)["getViews"] if one["objectMetadataId"] in standard]
    put(workspace, decisions)
    after = {one["id"]: one for one in read(url)["getViews"]}
    assert [after[one["id"]] for one in before] == before


def test_the_folder_leads_to_our_views_and_holds_the_items_of_our_objects(made: LaidOut, workspace: Workspace) -> None:
    seen = workspace.layout()
    folder = next(one for one in seen.items.values() if one.name == WANTED.folder)
    inside = sorted(seen.in_folder(folder.id), key=lambda one: one.position)
    objects = {one.id: one.singular for one in workspace.metadata().objects}
    views = {one.id: one.name for one in seen.views.values()}
    names = {one.key: one.name for one in WANTED.views}
    assert [views.get(one.view_id or "") or objects[one.object_id or ""] for one in inside] == [
        names.get(entry, entry) for entry in WANTED.entries
    ]


def test_several_steps_share_a_request(workspace: Workspace, decisions: Decisions) -> None:
    put_model(workspace, decisions)
    workspace.metadata(refresh=True)
    before = workspace.metadata_requests
    steps = len(make_layout(workspace, WANTED, decisions, "run-1", sleep=no_sleep).done)
    columns = sum(len(one.columns) - 1 for one in WANTED.columns)
    assert workspace.metadata_requests - before <= max(columns, len(WANTED.views)) + 5 < steps / 2


def test_each_request_tells_how_far_it_is(workspace: Workspace, decisions: Decisions) -> None:
    put_model(workspace, decisions)
    workspace.metadata(refresh=True)
    opened: list[int] = []
    told: list[int] = []

    @contextlib.contextmanager
    def shown(steps: int) -> Iterator[Callable[[int], None]]:
        opened.append(steps)
        yield told.append

    done = make_layout(workspace, WANTED, decisions, "run-1", sleep=no_sleep, shown=shown).done
    assert opened == [len(done)] == [sum(told)]
    assert len(told) > 10
    assert make_layout(workspace, WANTED, decisions, "run-1", sleep=no_sleep, shown=shown) == LaidOut()
    assert len(opened) == 1, "nothing is shown where there is nothing to do"


def test_no_request_has_a_kind_twice_or_a_part_before_its_view(workspace: Workspace, decisions: Decisions) -> None:
    put_model(workspace, decisions)
    steps = [step for item in compared(workspace, decisions).values() for step in item.steps]
    views: set[str] = set()
    sent = []
    for batch in shared(steps):
        assert len({step.kind for step in batch}) == len(batch) <= MOST_MUTATIONS
        for step in batch:
            views |= {step.parts[0].id} if step.kind is StepKind.CREATE_VIEW else set()
            if step.kind in (StepKind.ADD_COLUMNS, StepKind.ADD_FILTER, StepKind.ADD_SORT):
                assert step.parts[0].within in views
            sent.append(step)
    assert Counter(map(id, sent)) == Counter(map(id, steps))


def test_a_renamed_view_and_a_hidden_column_are_left_to_people(
    made: LaidOut, workspace: Workspace, decisions: Decisions
) -> None:
    seen, metadata = workspace.layout(), workspace.metadata()
    plans = seen.index_of(metadata.object("treatmentPlan").id)
    assert plans is not None
    column = max(
        (one for one in plans.columns if one.is_visible),
        key=lambda one: one.field_id == metadata.object("treatmentPlan").field("status").id,
    )
    change = layout_change("updateViewField", {"id": column.id, "update": {"isVisible": False}})
    workspace.change_model([change])
    assert put(workspace, decisions) == LaidOut()
    now = workspace.layout().column(column.id)
    assert now is not None
    assert not now.is_visible


def test_a_view_that_people_deleted_is_not_made_again(made: LaidOut, workspace: Workspace, decisions: Decisions) -> None:
    view = next(one for one in workspace.layout().views.values() if one.name == "Patients")
    workspace.change_model([layout_change("destroyView", view.id)])
    assert compared(workspace, decisions)["Patients"].verdict is LayoutVerdict.REMOVED
    assert put(workspace, decisions) == LaidOut()


def test_a_folder_that_people_deleted_is_not_made_again(made: LaidOut, workspace: Workspace, decisions: Decisions) -> None:
    folder = next(one for one in workspace.layout().items.values() if one.name == WANTED.folder)
    workspace.change_model([layout_change("deleteManyNavigationMenuItems", [folder.id])])
    assert compared(workspace, decisions)[WANTED.folder].verdict is LayoutVerdict.REMOVED
    assert put(workspace, decisions) == LaidOut()


def test_a_deleted_view_is_made_again_on_request_and_comes_into_the_menu(
    made: LaidOut, workspace: Workspace, decisions: Decisions
) -> None:
    view = next(one for one in workspace.layout().views.values() if one.name == "Patients")
    workspace.change_model([layout_change("destroyView", view.id)])
    workspace.metadata(refresh=True)
    make_layout(workspace, WANTED, decisions, "run-1", sleep=no_sleep, again=True)
    seen = workspace.layout()
    patients = next(one for one in seen.views.values() if one.name == "Patients")
    assert patients.id != view.id
    assert patients.columns
    assert [one.folder_id is not None for one in seen.items.values() if one.view_id == patients.id] == [True]
    assert verdicts(workspace, decisions) == {LayoutVerdict.KEEP}
    assert undo(workspace, decisions, "run-2", sleep=no_sleep).kept == ()


def test_a_deleted_folder_is_made_again_on_request(made: LaidOut, workspace: Workspace, decisions: Decisions) -> None:
    folder = next(one for one in workspace.layout().items.values() if one.name == WANTED.folder)
    workspace.change_model([layout_change("deleteManyNavigationMenuItems", [folder.id])])
    workspace.metadata(refresh=True)
    make_layout(workspace, WANTED, decisions, "run-1", sleep=no_sleep, again=True)
    assert WANTED.folder in {one.name for one in workspace.layout().items.values()}


def test_a_later_view_comes_into_the_folder_that_is_there(workspace: Workspace, decisions: Decisions) -> None:
    put_model(workspace, decisions)
    later = WANTED.views[-1].key
    fewer = replace(WANTED, views=WANTED.views[:-1], entries=tuple(one for one in WANTED.entries if one != later))
    put(workspace, decisions, fewer)
    done = put(workspace, decisions).done
    assert [one.kind for one in done if one.kind is StepKind.CREATE_NAVIGATION] == [StepKind.CREATE_NAVIGATION]
    seen = workspace.layout()
    folder = next(one for one in seen.items.values() if one.name == WANTED.folder)
    assert len(seen.in_folder(folder.id)) == len(WANTED.entries)


def test_an_object_that_is_made_again_gets_its_views_its_columns_and_its_place_in_the_menu(
    made: LaidOut, workspace: Workspace, decisions: Decisions
) -> None:
    workspace.delete_object(workspace.metadata().object("treatmentPlan").id)
    put_model(workspace, decisions)
    done = put(workspace, decisions).done
    of_it = {one.key for one in WANTED.views if one.object == "treatmentPlan"}
    assert {one.view for one in done if one.kind is StepKind.CREATE_VIEW} == of_it != set()
    assert verdicts(workspace, decisions) == {LayoutVerdict.KEEP}
    columns = next(one.columns for one in WANTED.columns if one.object == "treatmentPlan")
    assert {one.field for one in done if one.kind is StepKind.SHOW_FIELD} == set(columns[1:])
    there, seen = workspace.metadata().object("treatmentPlan"), workspace.layout()
    assert [one.folder_id is None for one in seen.items.values() if one.object_id == there.id] == [False]


def test_views_that_went_with_their_object_are_forgotten_also_by_a_rollback(
    made: LaidOut, workspace: Workspace, decisions: Decisions
) -> None:
    workspace.delete_object(workspace.metadata().object("treatmentPlan").id)
    put_model(workspace, decisions)  # killed before the views
    undo(workspace, decisions, "run-2", sleep=no_sleep)
    put_model(workspace, decisions)
    put(workspace, decisions)
    assert verdicts(workspace, decisions) == {LayoutVerdict.KEEP}


def test_an_item_that_people_moved_out_of_the_folder_stays_there(
    made: LaidOut, workspace: Workspace, decisions: Decisions
) -> None:
    plans = workspace.metadata().object("treatmentPlan").id
    item = next(one for one in workspace.layout().items.values() if one.object_id == plans)
    moved = [{"id": item.id, "update": {"folderId": None, "position": 1}}]
    workspace.change_model([layout_change("updateManyNavigationMenuItems", moved)])
    assert put(workspace, decisions) == LaidOut()


def test_a_view_whose_field_is_of_another_type_is_left_out(workspace: Workspace, decisions: Decisions, url: str) -> None:
    task = workspace.metadata().object("task")
    create_field(workspace, task.id, "taskType", "Type", "TEXT")
    put_model(workspace, decisions)
    done = put(workspace, decisions)
    assert done.refused == ()
    assert compared(workspace, decisions)["Appointments"].verdict is LayoutVerdict.LEFT_OUT
    assert "Appointments" not in {one.name for one in workspace.layout().views.values()}


def test_a_view_that_twenty_refuses_stops_nothing(workspace: Workspace, decisions: Decisions) -> None:
    put_model(workspace, decisions)
    bad = replace(WANTED.views[0], name="a/b")
    done = put(workspace, decisions, replace(WANTED, views=(bad, *WANTED.views[1:])))
    assert {one.view for one in done.refused} == {bad.key}
    assert {one.name for one in WANTED.views[1:]} <= {one.name for one in workspace.layout().views.values()}
    assert read_ledger(decisions, workspace.identity()).open == ()


def test_everything_is_taken_back(workspace: Workspace, decisions: Decisions, url: str) -> None:
    before = read(url)
    put_model(workspace, decisions)
    put(workspace, decisions)
    assert preview_undo(workspace, decisions).kept == ()
    assert undo(workspace, decisions, "run-2", sleep=no_sleep).kept == ()
    assert read(url) == before
    assert read_ledger(decisions, workspace.identity()).applied == ()
    put_model(workspace, decisions)
    assert put(workspace, decisions).refused == ()


def test_a_view_that_people_changed_stays_when_all_is_taken_back(
    made: LaidOut, workspace: Workspace, decisions: Decisions
) -> None:
    view = next(one for one in workspace.layout().views.values() if one.name == "Patients")
    job = workspace.metadata().object("person").field("jobTitle").id
    column = {"viewId": view.id, "fieldMetadataId": job, "position": 99}
    workspace.change_model([layout_change("createManyViewFields", [column])])
    assert ("patients",) in {one.fields for one in preview_undo(workspace, decisions).kept}
    kept = undo(workspace, decisions, "run-2", sleep=no_sleep).kept
    assert {(one.fields, one.reason) for one in kept} == {(("patients",), HoldingReason.CHANGED_BY_PEOPLE)}
    assert view.id in workspace.layout().views


def test_a_folder_with_an_item_of_people_stays(made: LaidOut, workspace: Workspace, decisions: Decisions) -> None:
    seen = workspace.layout()
    folder = next(one for one in seen.items.values() if one.name == WANTED.folder)
    item = {"type": "LINK", "name": "Portal", "link": "https://portal.example", "folderId": folder.id}
    workspace.change_model([layout_change("createManyNavigationMenuItems", [item])])
    undo(workspace, decisions, "run-2", sleep=no_sleep)
    after = workspace.layout()
    assert [one.name for one in after.in_folder(folder.id)] == ["Portal"]


APPOINTMENTS = tuple(one for one in WANTED.views if one.key == "appointments")
SMALL = replace(WANTED, columns=WANTED.columns[:1], views=APPOINTMENTS, entries=("appointments", "treatmentPlan"))


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("deed", [0, 7, 13, 20, 24])
def test_killed_anywhere_and_run_again_all_is_made_once(
    deed: int,
    after: bool,
    url: str,
    open_workspace: Callable[[str], Workspace],
    decisions: Decisions,
    fate: Fate,
) -> None:
    before = read(url)
    put_model(open_workspace(url), decisions)
    fate.strike(deed, after=after)
    with contextlib.suppress(Killed):
        put(open_workspace(url), decisions, SMALL)
    fate.spare()
    workspace = open_workspace(url)
    put(workspace, decisions, SMALL)
    book = read_ledger(decisions, workspace.identity())
    steps = Counter((one.step.kind, one.step.name) for one in book.applied if one.step.kind in LAYOUT_KINDS)
    assert set(steps.values()) == {1}
    assert book.open == ()
    assert Counter(one.name for one in workspace.layout().views.values())["Appointments"] == 1
    fate.strike(deed, after=after)
    with contextlib.suppress(Killed):
        undo(open_workspace(url), decisions, "run-2", sleep=no_sleep)
    fate.spare()
    undo(open_workspace(url), decisions, "run-2", sleep=no_sleep)
    assert read(url) == before
