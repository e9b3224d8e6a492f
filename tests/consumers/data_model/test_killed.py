"""Killed before any deed that lasts (so: after the one before) and run again, all ends as if nothing had happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from consumers.data_model.applying.apply import apply
from consumers.data_model.applying.undo import undo
from consumers.data_model.applying.words import add_words
from consumers.data_model.ledger import applied_version, read_ledger
from consumers.twenty.workspace import Workspace
from events.decisions import Decided, Decisions
from projections.desired import MissingWord
from tests.consumers.data_model.killing import Fate, Killed
from tests.consumers.data_model.models import PATIENT, STATUS, TASK_STATUS, small_plan

FIELDS = (STATUS, TASK_STATUS, PATIENT)
STEPS = 1 + len(FIELDS)
REQUESTS = 2
"""The object, a field of a person and the options of a task share the first; the relation needs the object's id. Where fields
are made together, both fields are in the second.
"""
APPLY_DEEDS = REQUESTS * 3 + 1
"""Intended, sent, applied for the steps of each request; and at last that the whole is applied."""
UNDO_DEEDS = STEPS * 2 - 1 + 1
"""Sent and undone for each step, but for the relation, which goes with its object; and at last that the whole is removed."""


def no_sleep(seconds: float) -> None:
    """Do not sleep: nothing is worth waiting for here."""


def put(workspace: Workspace, decisions: Decisions) -> None:
    wanted = small_plan(workspace.metadata(refresh=True), *FIELDS, decisions=decisions.all())
    apply(workspace, wanted, decisions, "run-1", sleep=no_sleep)


def applied_once(decisions: Decisions, identity: str) -> None:
    book = read_ledger(decisions, identity)
    assert Counter(one.step.name for one in book.applied) == Counter(
        ["treatmentPlan", "person.patientStatus", "task.status", "treatmentPlan.patient"]
    )
    assert book.open == ()


@pytest.mark.parametrize("tools", [False, True], ids=["each-field-by-itself", "fields-together"])
@pytest.mark.parametrize("deed", range(APPLY_DEEDS))
def test_applying(
    deed: int,
    tools: bool,
    shared_url: str,
    open_workspace: Callable[[str], Workspace],
    decisions: Decisions,
    fate: Fate,
    data_model: Callable[[str], list[Any]],
) -> None:
    before = data_model(shared_url)
    fate.tools = tools
    fate.strike(deed)
    with pytest.raises(Killed):
        put(open_workspace(shared_url), decisions)
    fate.spare()
    workspace = open_workspace(shared_url)
    put(workspace, decisions)
    applied_once(decisions, workspace.identity())
    assert applied_version(decisions, workspace.identity()) == "v1"
    assert undo(workspace, decisions, "run-2", sleep=no_sleep).kept == ()
    assert data_model(shared_url) == before


@pytest.mark.parametrize("deed", range(UNDO_DEEDS))
def test_taking_back(
    deed: int,
    shared_url: str,
    open_workspace: Callable[[str], Workspace],
    decisions: Decisions,
    fate: Fate,
    data_model: Callable[[str], list[Any]],
) -> None:
    before = data_model(shared_url)
    put(open_workspace(shared_url), decisions)
    fate.strike(deed)
    with pytest.raises(Killed):
        undo(open_workspace(shared_url), decisions, "run-2", sleep=no_sleep)
    fate.spare()
    workspace = open_workspace(shared_url)
    assert undo(workspace, decisions, "run-2", sleep=no_sleep).kept == ()
    assert data_model(shared_url) == before
    undone = Counter(one.body["undoes"] for one in decisions.all(Decided.SCHEMA_STEP_UNDONE))
    assert set(undone.values()) == {1}
    assert applied_version(decisions, workspace.identity()) is None


@pytest.mark.parametrize("deed", [0, 1, 2])
def test_killed_while_applying_and_taken_back_at_once(
    deed: int,
    shared_url: str,
    open_workspace: Callable[[str], Workspace],
    decisions: Decisions,
    fate: Fate,
    data_model: Callable[[str], list[Any]],
) -> None:
    before = data_model(shared_url)
    fate.strike(deed)
    with pytest.raises(Killed):
        put(open_workspace(shared_url), decisions)
    fate.spare()
    undo(open_workspace(shared_url), decisions, "run-2", sleep=no_sleep)
    assert data_model(shared_url) == before


@pytest.mark.parametrize("deed", [0, 1, 2])
def test_adding_words(
    deed: int, shared_url: str, open_workspace: Callable[[str], Workspace], decisions: Decisions, fate: Fate
) -> None:
    words = [MissingWord(object="tasks", field="status", word="Someday")]
    fate.strike(deed)
    with pytest.raises(Killed):
        add_words(open_workspace(shared_url), words, decisions, "run-1", sleep=no_sleep)
    fate.spare()
    workspace = open_workspace(shared_url)
    assert add_words(workspace, words, decisions, "run-1", sleep=no_sleep)
    assert [o.value for o in workspace.metadata().object("task").field("status").options].count("SOMEDAY") == 1
    assert len(read_ledger(decisions, workspace.identity()).applied) == 1
    assert undo(workspace, decisions, "run-2", sleep=no_sleep).removed == ("task.status",)
