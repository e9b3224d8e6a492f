"""A provider becomes a member after the migration: the links that waited are filled, and nobody's edit is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from consumers.rollback.scopes import OfRun
from consumers.twenty.members import Member
from events.decisions import Decided
from events.vocabulary.entities import Entity
from events.vocabulary.records import Record
from tests.consumers.workbench import DENTIST, Bench, appointment, patient, patient_id, task_id


def provider(native: str, first: str, last: str, mail: str) -> Record:
    return Record(
        entity=Entity.PROVIDER,
        native_id=native,
        values={"code": f"DR{native}", "first_name": first, "last_name": last, "display_name": f"Dr. {last}", "email": mail},
    )


@pytest.fixture
def without_dentist(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return a practice that was carried before its dentist was a member; what it gives lets them join."""
    everybody: list[Member] = bench.workspace.members()
    monkeypatch.setattr(bench.workspace, "members", lambda: [m for m in everybody if m.email != DENTIST])
    bench.deliver(
        provider("1", "Maria", "Lopez", DENTIST.upper().lower()),
        provider("2", "Otto", "Hansen", "otto@x.example"),
        patient("1", "Ada", "Quist", provider_ref="DR1"),
        patient("2", "Bo", "Vale", provider_ref="DR2"),
        patient("3", "Cleo", "Vale"),
        appointment("7", of="1", provider_ref="DR1"),
    )
    bench.sync()
    return lambda: monkeypatch.setattr(bench.workspace, "members", lambda: everybody)


def member(bench: Bench, mail: str) -> str:
    return next(m.id for m in bench.workspace.members() if m.email == mail)


def test_the_links_that_waited_are_filled_by_a_sync_of_nothing_new(bench: Bench, without_dentist: Callable[[], None]) -> None:
    fallback = bench.person("1")["primaryProviderId"]
    without_dentist()
    tally = bench.sync()
    dentist = member(bench, DENTIST)
    assert fallback != dentist
    assert bench.person("1")["primaryProviderId"] == dentist
    assert bench.read("tasks", task_id("7"))["assigneeId"] == dentist
    assert (bench.person("2")["primaryProviderId"], bench.person("3")["primaryProviderId"]) == (fallback, None)
    assert (tally.writes["update"], tally.dead_letters) == (2, 0)


def test_a_link_that_a_person_has_set_stays(bench: Bench, without_dentist: Callable[[], None]) -> None:
    bench.edit("people", patient_id("1"), {"primaryProviderId": None})
    without_dentist()
    tally = bench.sync()
    assert bench.person("1")["primaryProviderId"] is None
    assert bench.read("tasks", task_id("7"))["assigneeId"] == member(bench, DENTIST)
    assert [(c.fields, c.kept) for c in tally.conflicts] == [(("primaryProviderId",), True)]


@pytest.mark.parametrize("joins", [False, True])
def test_nothing_is_written_when_nobody_is_new(bench: Bench, without_dentist: Callable[[], None], joins: bool) -> None:
    if joins:
        without_dentist()
        bench.sync()
    bench.fate.steps.clear()
    events = bench.events()
    assert bench.sync().writes.total() == 0
    assert [s for s in bench.fate.steps if s.startswith("request")] == []
    assert bench.events() == events


def test_a_rollback_gives_the_links_back(bench: Bench, without_dentist: Callable[[], None]) -> None:
    before = bench.content()
    without_dentist()
    bench.sync()
    runs = [d.run for d in bench.decisions.all(Decided.MEMBERS_SEEN)]
    last: Any = runs[-1]
    assert bench.rollback(OfRun(last)).kept == []
    assert bench.content() == before


def test_a_first_sync_carries_nothing_twice(bench: Bench) -> None:
    bench.deliver(provider("1", "Maria", "Lopez", DENTIST), patient("1", "Ada", "Quist", provider_ref="DR1"))
    tally = bench.sync()
    assert bench.person("1")["primaryProviderId"] == member(bench, DENTIST)
    assert (tally.writes["create"], tally.writes["update"], tally.writes["unchanged"]) == (2, 0, 0)
