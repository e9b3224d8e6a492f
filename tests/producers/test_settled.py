"""Settled rows are found as in a dict of them all, whatever the order of the rows, though only some are held at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.vocabulary.entities import Entity
from producers.changes.rows import settled as module
from producers.changes.rows.settled import Met, Settled, SkimmedRows
from producers.state.presence import Presence
from producers.state.state import ProducerState
from tests.producers.test_state import NOW, row

COUNT = 120


def mark(number: int) -> bytes:
    """Return the fingerprint of a row; its record's id is the reverse."""
    return number.to_bytes(8, "big") * 2


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> ProducerState:
    state = ProducerState(f"sqlite:///{tmp_path_factory.mktemp('state') / 'state.db'}")
    state.save(
        records=[
            row(1, record_id=mark(number)[::-1], fingerprint=mark(number), flagged=number % 7 == 0)
            for number in range(1, COUNT + 1)
        ]
    )
    return state


@pytest.fixture(autouse=True)
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("PAGE", 8), ("PAGES", 3), ("SHORTEST_RUN", 2), ("_FRUITLESS", 10)):
        monkeypatch.setattr(module, name, value)


def all_of(state: ProducerState) -> dict[bytes, int]:
    return dict(state.settled(Entity.NOTE, NOW).after(0, 10_000))


def met(settled: Settled, marks: Sequence[bytes], block: int) -> list[int | None]:
    """Return the slots of rows as reading finds them: runs of a block first, then row by row, then by the record's id."""
    found: list[int | None] = []
    for start in range(0, len(marks), block):
        piece = marks[start : start + block]
        slots: dict[int, int] = {}
        for begin, end, run in settled.runs(piece):
            slots.update(zip(range(begin, end), run, strict=True))
        for number, one in enumerate(piece):
            slot = slots.get(number) or settled.find(one)
            if slot is None and settled.may_hold(one):
                about = (one[::-1], one)
                slot = settled.ask([about]).get(about)
            found.append(slot)
    return found


orders = st.one_of(
    st.just(list(range(1, COUNT + 30))),
    st.just(list(range(COUNT + 20, 0, -1))),
    st.permutations(range(1, COUNT + 20)),
    st.lists(st.integers(1, COUNT + 40), max_size=200),
    st.integers(1, COUNT).map(lambda cut: [*range(cut, COUNT + 1), *range(1, cut)]),
)


@given(order=orders, block=st.integers(1, 40))
def test_rows_are_found_as_in_a_dict_of_them_all(state: ProducerState, order: list[int], block: int) -> None:
    known, marks = all_of(state), [mark(number) for number in order]
    settled = Settled(state, Entity.NOTE, NOW)
    assert met(settled, marks, block) == [known.get(one) for one in marks]
    settled.rewind()
    assert met(settled, marks[:30], block) == [known.get(one) for one in marks[:30]]


def test_no_more_than_a_few_pages_are_held(state: ProducerState) -> None:
    settled, held = Settled(state, Entity.NOTE, NOW), []
    for number in Random(3).sample(range(1, COUNT), 60):
        met(settled, [mark(number)], 1)
        held.append(len(settled._window))
    assert max(held) <= module.PAGE * module.PAGES < COUNT


def test_a_row_of_another_records_id_is_not_settled(state: ProducerState) -> None:
    settled = Settled(state, Entity.NOTE, NOW)
    assert settled.ask([(mark(1)[::-1], mark(2))]) == {}
    assert settled.ask([(mark(1)[::-1], mark(1)), (mark(1)[::-1], mark(2))]).keys() == {(mark(1)[::-1], mark(1))}


def test_without_strangers_and_with_them_the_same_pages_end(tmp_path: Path) -> None:
    state = ProducerState(f"sqlite:///{tmp_path / 'state.db'}")
    stranger, known = b"x" * 16, b"p" * 16
    state.save(
        records=[
            *(row(1, record_id=mark(n), fingerprint=mark(n), patient_id=stranger if n % 3 else known) for n in range(1, 60)),
            row(1, record_id=known, entity=Entity.PATIENT, patient_id=known),
        ],
        households=[(known, b"household 1"), (stranger, b"household 2")],
    )
    rows, found, page = state.settled(Entity.NOTE, NOW), [], []
    while page := rows.after(page[-1][1] if page else 0, 5):
        found += page
    assert [one for one, _ in found] == [mark(n) for n in range(3, 60, 3)]
    state.close()


def skimmed(state: ProducerState, blocks: Sequence[Sequence[bytes]]) -> list[bool]:
    """Return of each block of rows, given by their fingerprints, whether it is looked at."""
    rows = SkimmedRows(Met(Settled(state, Entity.NOTE, NOW), Presence(state, Entity.NOTE)), list, lambda _rows: None)
    looked = []
    for block in blocks:
        looked.append(rows.is_worth_a_look())
        if looked[-1]:
            rows.runs(block)
    return looked


def test_after_blocks_of_which_nothing_is_known_fewer_are_looked_at_and_all_again_once_rows_are_known(
    state: ProducerState,
) -> None:
    known, unknown = [mark(number) for number in range(1, 5)], [mark(number) for number in range(900, 905)]
    looked = skimmed(state, [unknown] * 30 + [known] * 20)
    assert [number for number, one in enumerate(looked[:30]) if one] == [0, 2, 6, 14, 23]
    assert False in looked[30:32], "the last block of unknown rows is still rested after"
    assert all(looked[33:]), "known rows are met"


def test_where_nothing_is_settled_no_block_is_looked_at(tmp_path: Path) -> None:
    nothing = ProducerState(f"sqlite:///{tmp_path / 'state.db'}")
    assert skimmed(nothing, [[mark(1)] * 10] * 3) == [False] * 3
    nothing.close()
