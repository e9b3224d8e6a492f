"""The view takes what a worker saves only while nobody has taken its partitions over."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from consumers.state.partition_ownership import OwnershipLost
from consumers.state.view import View
from consumers.state.view_rows import Head
from events.vocabulary.entities import Entity

OpenView = Callable[..., View]


@pytest.fixture
def open_view(database_url: str) -> Iterator[OpenView]:
    opened: list[View] = []

    def open_one(workspace: str = "one", *, carries: set[int] | None = None) -> View:
        view = View(database_url, workspace)
        opened.append(view)
        if carries is not None:
            view.take_over(frozenset(carries))
        return view

    yield open_one
    for view in opened:
        view.close()


def _head(partition: int, attempts: int = 0) -> Head:
    return Head(
        record_id=bytes([partition]) * 16,
        entity=Entity.PATIENT,
        patient_id=None,
        partition=partition,
        offset=0,
        revision=1,
        deleted=False,
        attempts=attempts,
    )


def test_a_worker_saves_while_its_partitions_are_its_own(open_view: OpenView) -> None:
    view = open_view(carries={0, 1})
    view.save(heads=[_head(0), _head(1)], progress={("changes", 0): 1})
    view.forget_addresses([b"address"])
    assert len(view.all_heads()) == 2


def test_one_that_was_replaced_saves_nothing(open_view: OpenView) -> None:
    first, second = open_view(carries={0, 1}), open_view(carries={1, 2})
    with pytest.raises(OwnershipLost):
        first.save(heads=[_head(0, attempts=7)], progress={("changes", 0): 1})
    with pytest.raises(OwnershipLost):
        first.forget_addresses([b"address"])
    assert second.all_heads() == []
    assert second.progress("changes") == {}
    second.save(heads=[_head(1)])
    assert len(second.all_heads()) == 1


def test_one_that_gets_its_partitions_back_saves_again(open_view: OpenView) -> None:
    first, second = open_view(carries={0}), open_view(carries={0})
    first.take_over(frozenset({0}))
    first.save(heads=[_head(0)])
    with pytest.raises(OwnershipLost):
        second.save(heads=[_head(0, attempts=7)])
    assert [h.attempts for h in first.all_heads()] == [0]


def test_workers_of_other_partitions_and_other_workspaces_do_not_disturb_each_other(open_view: OpenView) -> None:
    first, second, elsewhere = open_view(carries={0}), open_view(carries={1}), open_view("two", carries={0})
    for view, partition in ((first, 0), (second, 1), (elsewhere, 0)):
        view.save(heads=[_head(partition)])
    assert (len(first.all_heads()), len(elsewhere.all_heads())) == (2, 1)


def test_one_that_carries_nothing_any_more_is_not_asked(open_view: OpenView) -> None:
    first = open_view(carries={0})
    first.let_go()
    open_view(carries={0}).let_go()
    first.save(heads=[_head(0)])
    assert first.mine is None


def test_of_two_that_save_at_once_only_the_owner_does(open_view: OpenView) -> None:
    """Many turns: between one's look at the fence and the end of its transaction nobody takes over."""
    views = [open_view(), open_view()]
    began = threading.Barrier(2)
    saved: list[int] = []

    def take_turns(mine: View, number: int) -> None:
        began.wait()
        for turn in range(40):
            mine.take_over(frozenset({0}))
            before = {h.record_id: h.attempts for h in mine.all_heads()}
            try:
                mine.save(heads=[_head(0, attempts=before.get(_head(0).record_id, 0) + 1)])
            except OwnershipLost:
                continue
            saved.append(number * 100 + turn)

    threads = [threading.Thread(target=take_turns, args=(view, number)) for number, view in enumerate(views)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [h.attempts for h in views[0].all_heads()] == [len(saved)], "no save was made upon a view that had moved on"
