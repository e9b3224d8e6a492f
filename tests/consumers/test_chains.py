"""The chains of a rollback by the index of the state are those that the log tells, in every scope, whatever has happened."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consumers.rollback.chains import Chosen, choose, read_chains
from consumers.rollback.scopes import BEFORE, WAITED, Everything, OfRecords, OfRun, Scope, since
from consumers.state.short_ids import among
from consumers.state.view import View
from events.database import AT_ONCE
from events.log.port import CHANGES, COMPENSATIONS
from tests.consumers.chains_from_log import Holds, chains_from_log, in_order, since_from_log
from tests.consumers.histories import HERE, History

pytestmark = pytest.mark.integration


def scopes(history: History, view: View) -> Iterator[tuple[Scope, Holds]]:
    """Yield scopes of every kind, each by the state and by the log."""
    yield Everything(), lambda _event: True
    for run in (f"run {number}" for number in range(1, history.runs + 2)):
        yield OfRun(run), lambda event, run=run: event.run == run
    for count in (1, 2, len(history.things)):
        records = {t.record_id for t in history.chance.sample(history.things, min(count, len(history.things)))}
        yield OfRecords(records), lambda event, records=records: event.record_id in records
    ends = history.log.ends(CHANGES)
    for _ in range(4):
        target = {partition: history.chance.randint(0, end) for partition, end in ends.items()}
        yield since(history.log, view, target), since_from_log(history.log, view, target)


def assert_same(history: History) -> int:
    """Compare the chains of all scopes; gives the number of writes that were compared."""
    view = history.caught_up()
    compared = 0
    for scope, holds in scopes(history, view):
        told = chains_from_log(history.log, HERE, holds)
        chosen = choose(view, scope)
        assert chosen.keys() == {plural for plural, _ in told}, scope
        for plural, ids in chosen.items():
            chains = list(read_chains(view, scope, plural, ids))
            assert chains == in_order(told, plural), scope
            assert [ids.destroys(chain.twenty_id) for chain in chains] == [chain.destroys for chain in chains]
            compared += sum(len(chain.links) for chain in chains)
    view.close()
    return compared


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), turns=st.integers(1, 120))
def test_by_index_they_are_those_of_the_log(tmp_path_factory: pytest.TempPathFactory, seed: int, turns: int) -> None:
    folder = tmp_path_factory.mktemp("history")
    history = History(f"sqlite:///{folder}/state.db", random.Random(seed))
    for _ in range(turns):
        history.turn()
    assert_same(history)


def test_histories_hold_enough_to_compare(tmp_path: Path) -> None:
    history = History(f"sqlite:///{tmp_path}/state.db", random.Random(5))
    for _ in range(600):
        history.turn()
    assert assert_same(history) > 200


@pytest.fixture
def history(database_url: str) -> History:
    """Return a history on each engine."""
    return History(database_url, random.Random(3))


def test_on_each_engine_they_are_those_of_the_log(history: History) -> None:
    for _ in range(150):
        history.turn()
    assert assert_same(history) > 50


def test_a_state_of_an_earlier_release_is_filled_before_anything_is_taken_back(history: History) -> None:
    for _ in range(100):
        history.carry()
    view = history.caught_up()
    everything = choose(view, Everything())
    assert everything.keys() == {"people", "tasks", "taskTargets"}
    history.lose(view, everything=False)
    with pytest.raises(AssertionError, match="caught up"):
        choose(view, Everything())
    view.close()
    view = history.caught_up()
    assert choose(view, Everything()) == everything
    view.close()


def test_what_was_filled_once_is_not_read_again(history: History) -> None:
    for _ in range(20):
        history.carry()
    history.caught_up().close()
    view, read = history.view(), history.log.read
    topics: list[str] = []
    history.log.read = lambda topic, *where: topics.append(topic) or read(topic, *where)  # type: ignore[method-assign]
    history.catch_up(view)
    assert COMPENSATIONS not in topics
    view.close()


def test_a_state_knows_the_writes_of_its_own_workspace_alone(history: History) -> None:
    for _ in range(100):
        history.carry()
    history.caught_up().close()
    elsewhere = View(history.url, "elsewhere")
    assert choose(elsewhere, Everything()) == {}
    history.catch_up(elsewhere)
    told = chains_from_log(history.log, "elsewhere", lambda _event: True)
    chosen = choose(elsewhere, Everything())
    for plural, ids in chosen.items():
        assert list(read_chains(elsewhere, Everything(), plural, ids)) == in_order(told, plural)
    assert len(told) > 10
    assert_same(history)
    elsewhere.close()


def test_what_is_destroyed_comes_before_what_is_changed_across_all_parts() -> None:
    """Destroyed records free the addresses that others get back."""
    chosen, ids = Chosen(), [number.to_bytes(16, "big") for number in range(4 * AT_ONCE)]
    for number, identity in enumerate(ids):
        chosen.add(identity, destroys=number % 2 == 1)
    pages = list(chosen.pages())
    assert [len(page) for page in pages] == [AT_ONCE] * 4
    assert [identity for page in pages for identity in page] == ids[1::2] + ids[::2]
    assert [identity for identity in ids if chosen.destroys(identity)] == ids[1::2]
    assert [identity for identity in ids if chosen.changes(identity)] == ids[::2]


def test_a_rollback_asks_by_indexes(tmp_path: Path) -> None:
    """SQLite keeps no statistics: which index it takes depends on the statement alone."""
    view = View(f"sqlite:///{tmp_path}/state.db", HERE)
    ids = [bytes(16), bytes(16)]
    by_record, by_id = among("record_id", ids)[0], among("twenty_id", ids)[0]
    few = ("run = ?", by_record, "(cause_partition = ? AND cause_offset >= ?)", f"kind = ? AND {by_id}")
    plans = [
        _plan(view, f"SELECT kind, twenty_id, MIN(action) FROM consumer_applied WHERE {some} GROUP BY 1, 2") for some in few
    ]
    assert [len(plan) for plan in plans] == [1, 1, 1, 1]
    assert _plan(view, WAITED.format(before=BEFORE)) == [
        "p USING INDEX consumer_heads_patients (workspace=? AND partition=? AND offset>?)",
        "w USING INDEX consumer_applied_by_record (<expr>=?)",
        "h USING INDEX consumer_heads_by_patient (<expr>=?)",
        "w USING INDEX consumer_applied_by_record (<expr>=?)",
    ]
    view.close()


def _plan(view: View, query: str) -> list[str]:
    """Return how SQLite searches each table of a query; fails where it scans one."""
    with view.reading() as connection:
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", (0,) * query.count("?")).all()
    steps = [row.detail for row in rows]
    assert not [step for step in steps if step.startswith("SCAN")], steps
    return [step.removeprefix("SEARCH ") for step in steps if step.startswith("SEARCH ")]
