"""Changes of the data model on a real Twenty: several in a request, refused ones among them, and many fields at once.

`make test-twenty` runs it, as it does `test_whole_migration`: the workspace in CUTOVER_TEST_TWENTY_URL is empty before, and is
as it was afterwards.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from consumers.data_model.applying.apply import apply
from consumers.data_model.applying.undo import undo
from consumers.data_model.ledger import read_ledger
from consumers.data_model.planning.plan import plan
from consumers.twenty.many_fields import ToolFailed
from consumers.twenty.model_changes import FIELD, OBJECT, ModelChange
from consumers.twenty.transport.errors import Refused
from consumers.twenty.workspace import Workspace
from events.clock import World
from events.decisions import Decisions
from events.errors import Effect
from events.log.sqlite import SqliteLog
from events.sealing.keys import KeyStore
from events.vocabulary.mapping import ColumnMapping
from tests.interoperability.real_twenty import KEY, RATE, URL, needs_twenty

pytestmark = needs_twenty

PROBES = ("cutoverProbeOne", "cutoverProbeTwo")


@pytest.fixture
def twenty() -> Iterator[Workspace]:
    with Workspace(URL, KEY, rate_limit=RATE) as workspace:
        yield workspace
        model = workspace.metadata(refresh=True)
        for name in PROBES:
            if name in model:
                workspace.delete_object(model.object(name).id)


@pytest.fixture
def decisions(tmp_path: Path) -> Iterator[Decisions]:
    world = World()
    log, keys = SqliteLog(f"sqlite:///{tmp_path}/log.db"), KeyStore(f"sqlite:///{tmp_path}/keys.db", b"k" * 32, world.entropy)
    yield Decisions(log, keys, "riverside", now=world.now, new_id=world.new_id, entropy=world.entropy)
    log.close()
    keys.close()


def new_object(name: str) -> ModelChange:
    names = {"nameSingular": name, "namePlural": f"{name}s", "labelSingular": name, "labelPlural": f"{name}s"}
    arguments = {"input": ("CreateOneObjectInput!", {"object": names})}
    return ModelChange(mutation="createOneObject", arguments=arguments, selection=OBJECT)


def new_field(object_id: str, name: str) -> Mapping[str, Any]:
    return {"objectMetadataId": object_id, "name": name, "label": name, "type": "TEXT"}


def field_change(object_id: str, name: str) -> ModelChange:
    arguments = {"input": ("CreateOneFieldMetadataInput!", {"field": new_field(object_id, name)})}
    return ModelChange(mutation="createOneField", arguments=arguments, selection=FIELD)


def test_of_several_changes_those_before_a_refused_one_stay_and_those_behind_it_are_not_begun(twenty: Workspace) -> None:
    person = twenty.metadata().object("person").id
    with pytest.raises(Refused) as refused:
        twenty.change_model([new_object(PROBES[0]), field_change(person, "address")])
    assert (refused.value.roots, refused.value.outcome) == ((), Effect.UNKNOWN)  # it names no mutation: look
    with pytest.raises(Refused) as refused:
        twenty.change_model([field_change(person, "address"), new_object(PROBES[1])])
    assert (refused.value.roots, refused.value.outcome) == ((), Effect.UNKNOWN)  # it names no mutation: look
    model = twenty.metadata(refresh=True)
    assert [name in model for name in PROBES] == [True, False]


def test_the_tool_makes_all_fields_or_none(twenty: Workspace) -> None:
    made = twenty.change_model([new_object(PROBES[0])])["createOneObject"]["id"]
    assert twenty.offers_many_fields()
    twenty.create_many_fields([new_field(made, f"probe{letter}") for letter in "abcdefghijklmnopqrst"])
    fields = twenty.metadata(refresh=True).object(PROBES[0]).fields
    assert {f"probe{letter}" for letter in "abcdefghijklmnopqrst"} <= fields.keys()
    with pytest.raises(ToolFailed):
        twenty.create_many_fields([new_field(made, "fresh"), new_field(made, "probea")])
    assert "fresh" not in twenty.metadata(refresh=True).object(PROBES[0]).fields


def test_a_data_model_takes_few_requests_and_is_taken_back_without_a_trace(twenty: Workspace, decisions: Decisions) -> None:
    before = {one.id: sorted(one.fields) for one in twenty.metadata(refresh=True).objects}
    wanted = plan(twenty.metadata(), ColumnMapping(practice="riverside"))
    began, clock = twenty.metadata_requests, time.monotonic()
    done = apply(twenty, wanted, decisions, "run-1")
    made = twenty.metadata_requests - began
    print(f"\n{len(done)} steps made by {made} requests in {time.monotonic() - clock:.0f} s")
    assert len(done) == len(wanted.to_do) > 30
    assert made <= len(done) / 2
    assert len(read_ledger(decisions, twenty.identity()).applied) == len(done)
    began, clock = twenty.metadata_requests, time.monotonic()
    assert undo(twenty, decisions, "run-2").kept == ()
    undone = twenty.metadata_requests - began
    print(f"taken back by {undone} requests in {time.monotonic() - clock:.0f} s")
    assert undone < len(done)
    assert {one.id: sorted(one.fields) for one in twenty.metadata(refresh=True).objects} == before
