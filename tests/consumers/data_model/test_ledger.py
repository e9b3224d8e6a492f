"""Ledger of the data model, from the decisions."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from consumers.data_model.applying.evidence import made_by
from consumers.data_model.ledger import applied_version, fold
from consumers.data_model.steps import (
    Made,
    ModelStep,
    StepInverse,
    StepKind,
    Undoing,
    applied_body,
    intended_body,
    inverse_of,
    undone_body,
)
from events.decisions import Decided, Decision, Decisions
from tests.consumers.data_model.models import field, metadata, object_type, relation, select

FIELD = ModelStep(kind=StepKind.CREATE_FIELD, object="person", field="pbnId", label="PbN ID", type="TEXT", unique=True)
OBJECT = ModelStep(
    kind=StepKind.CREATE_OBJECT,
    object="treatmentPlan",
    label="Treatment Plan",
    plural="treatmentPlans",
    label_plural="Treatment Plans",
)
RELATION = ModelStep(
    kind=StepKind.CREATE_RELATION,
    object="treatmentPlan",
    field="patient",
    label="Patient",
    type="RELATION",
    target="person",
    back_label="Plans",
)
MORE = ModelStep(
    kind=StepKind.ADD_OPTIONS,
    object="person",
    field="status",
    label="Status",
    type="SELECT",
    options=(("C", "c"),),
    had=("o-0",),
)


def decision(decided: Decided, body: dict[str, Any], *, workspace: str = "w", number: int = 0) -> Decision:
    return Decision(
        event_id=bytes([number] * 16),
        decided=decided,
        practice="riverside",
        workspace=workspace,
        run="r",
        recorded_at=datetime(2026, 1, 1, tzinfo=UTC),
        body=body,
        offset=number,
    )


def test_a_step_is_open_until_it_is_applied_or_found_not_to_be() -> None:
    intended = decision(Decided.SCHEMA_STEP_INTENDED, intended_body(FIELD))
    applied = decision(Decided.SCHEMA_STEP_APPLIED, applied_body(FIELD, Made(field="f1")), number=7)
    dropped = decision(Decided.SCHEMA_STEP_UNDONE, undone_body(FIELD, None))
    assert fold([intended], "w").open == (FIELD,)
    assert fold([intended, dropped], "w").open == ()
    book = fold([intended, applied], "w")
    assert book.open == ()
    assert [(one.step, one.made.field, one.event_id, one.offset) for one in book.applied] == [(FIELD, "f1", "07" * 16, 7)]
    assert book.applied[0].inverse == StepInverse(action=Undoing.DELETE_FIELD, id="f1")


def test_taking_back_names_the_event_so_that_a_second_making_stays() -> None:
    first = decision(Decided.SCHEMA_STEP_APPLIED, applied_body(FIELD, Made(field="f1")), number=1)
    second = decision(Decided.SCHEMA_STEP_APPLIED, applied_body(FIELD, Made(field="f2")), number=2)
    undone = decision(Decided.SCHEMA_STEP_UNDONE, undone_body(FIELD, "01" * 16, 1), number=3)
    assert [one.made.field for one in fold([first, second, undone], "w").applied] == ["f2"]


def test_other_workspaces_are_left_aside() -> None:
    elsewhere = decision(Decided.SCHEMA_STEP_APPLIED, applied_body(FIELD, Made(field="f1")), workspace="another")
    version = decision(Decided.SCHEMA_APPLIED, {"mapping": "v1"}, workspace="another")
    assert fold([elsewhere, version], "w") == fold([], "w")


def test_the_applied_version_is_the_last_one_until_the_model_is_removed(decisions: Decisions) -> None:
    assert applied_version(decisions, "w") is None
    decisions.record(Decided.SCHEMA_APPLIED, {"mapping": "v1"}, workspace="w")
    decisions.record(Decided.SCHEMA_APPLIED, {"mapping": "v2"}, workspace="w")
    assert (applied_version(decisions, "w"), applied_version(decisions, "x")) == ("v2", None)
    decisions.record(Decided.SCHEMA_REMOVED, {}, workspace="w")
    assert applied_version(decisions, "w") is None


def test_every_step_has_its_inverse() -> None:
    assert inverse_of(OBJECT, Made(object="o")) == StepInverse(action=Undoing.DELETE_OBJECT, id="o")
    assert inverse_of(RELATION, Made(field="f")) == StepInverse(action=Undoing.DELETE_FIELD, id="f")
    assert inverse_of(MORE, Made(field="f", options={"C": "o-9"})) == StepInverse(
        action=Undoing.DROP_OPTIONS, id="f", options=("o-9",)
    )


def test_without_an_answer_only_what_looks_like_ours_is_ours() -> None:
    ours = field("pbnId", "TEXT", label="PbN ID", is_unique=True)
    assert made_by(metadata(person=[ours]), FIELD) == Made(field="f-pbnId")
    for other in (
        field("pbnId", "TEXT", label="Theirs", is_unique=True),
        field("pbnId", "TEXT", label="PbN ID"),
        field("pbnId", "NUMBER", label="PbN ID", is_unique=True),
    ):
        assert made_by(metadata(person=[other]), FIELD) is None
        assert made_by(metadata(person=[other]), FIELD, "f-pbnId") == Made(field="f-pbnId")
    assert made_by(metadata(person=[ours]), FIELD, "another id") is None


def test_an_object_is_known_by_its_names_and_labels() -> None:
    there = metadata(treatmentPlan=[field("name", "TEXT")])
    assert made_by(there, OBJECT) == Made(object="o-treatmentPlan", came_with={"name": "f-name"})
    assert made_by(metadata(), OBJECT) is None
    assert object_type("treatmentPlan", []).plural == OBJECT.plural


def test_a_relation_to_another_object_is_not_ours() -> None:
    assert made_by(metadata(treatmentPlan=[relation("patient", "company")]), RELATION) is None


def test_added_options_are_those_that_were_not_there_before() -> None:
    there = metadata(person=[select("status", "A", "C")])
    assert made_by(there, MORE) == Made(field="f-status", options={"C": "o-1"})
    assert made_by(metadata(person=[select("status", "C")]), MORE) is None  # that one was there
