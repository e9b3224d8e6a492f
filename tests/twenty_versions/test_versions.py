"""A whole migration sends each published Twenty only what that version takes."""

from __future__ import annotations

from pathlib import Path

import pytest
from graphql import GraphQLSchema

from consumers.data_model.applying.mutations import SENDINGS, change_of
from consumers.data_model.steps import ModelStep, StepKind
from consumers.twenty.layout import NEEDED
from consumers.twenty.model_changes import document
from tests import services
from tests.consumers.data_model.models import metadata, select
from tests.services import Service
from tests.twenty_versions.documents import held_against
from tests.twenty_versions.journey import form_of_schema, journey
from tests.twenty_versions.packages import CHECKED, CannotFetch, schema
from tests.twenty_versions.source import named_in_the_client

MODEL = metadata(person=[select("stage", "New", "Old")])
STEPS = (
    ModelStep(kind=StepKind.CREATE_OBJECT, object="visit", plural="visits", label="Visit", label_plural="Visits"),
    ModelStep(kind=StepKind.CREATE_FIELD, object="person", field="key", label="Key", type="TEXT", unique=True, icon="IconKey"),
    ModelStep(kind=StepKind.CREATE_FIELD, object="person", field="state", label="State", type="SELECT", options=(("A", "A"),)),
    ModelStep(kind=StepKind.CREATE_RELATION, object="task", field="owner", label="Owner", type="RELATION", target="person"),
    ModelStep(kind=StepKind.ADD_OPTIONS, object="person", field="stage", options=(("LATER", "Later"),)),
    ModelStep(kind=StepKind.MAKE_PRIVATE, object="person"),
)
"""A step of every kind that is a mutation, whether or not the journey takes it."""


def test_there_is_a_step_of_every_kind() -> None:
    assert {step.kind for step in STEPS} == set(SENDINGS)


@pytest.mark.parametrize("version", CHECKED)
def test_every_request_to_the_metadata_api_is_valid(version: str, tmp_path: Path) -> None:
    try:
        types = schema(version)
    except CannotFetch as error:
        services.missing(Service.NPM, f"the types of the published Twentys cannot be fetched: {error}")
    sent, ended = journey(types, tmp_path)
    assert [(one.name, one.refusals) for one in sent if one.refusals] == []
    assert {name: said.err for name, said in ended.items() if said.code not in (0, 1)} == {}
    assert [lack for lack in ended["schema plan"].document["server"]["lacks"] if lack["blocks"]] == []
    assert ended["sync day-1"].document["dead_letters"] == 0
    [documents] = [one for one in ended["reconcile"].document["objects"] if one["object"] == "attachments"]
    assert documents["twenty"] == documents["source"] > 0
    assert (documents["missing"], documents["different"]) == (0, 0)
    form = form_of_schema(types)
    steps = [step for step in STEPS if form.makes_private or step.kind is not StepKind.MAKE_PRIVATE]
    held = [held_against(types, document([change_of(step, MODEL)])) for step in steps]
    assert [(one.name, one.refusals) for one in held if one.refusals] == []
    unsent = named_in_the_client(types) - {root for one in (*sent, *held) for root in one.roots}
    unsent -= {SENDINGS[StepKind.MAKE_PRIVATE].mutation}
    if not all(_has(types, path) for path in NEEDED):  # views and the menu are left out then
        unsent -= {path.partition(".")[2] for path in NEEDED}
    assert unsent <= {"uploadFilesFieldFile"}, "the migration that is checked does not send all that the client can send"
    names = {one.name for one in sent}
    assert {"mutation createFileUpload", "mutation uploadFilesFieldFile"} & names
    assert ("query usageLimits" in names) is form.usage_limits
    assert ("PATCH /rest/metadata/objects" in names) is form.makes_private


def _has(types: GraphQLSchema, path: str) -> bool:
    name, _, field = path.partition(".")
    return field in getattr(types.type_map.get(name), "fields", {})
