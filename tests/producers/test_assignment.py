from __future__ import annotations

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from producers.binding.guessing.assignment import assign


def test_the_sum_decides_not_the_single_best_pair() -> None:
    assert assign([[1.0, 0.9], [0.9, 0.0]]) == [1, 0]


def test_a_row_may_get_nothing() -> None:
    assert assign([[0.8], [0.9]]) == [None, 0]
    assert assign([[0.0, 0.0]]) == [None]


@st.composite
def tables(draw: st.DrawFn) -> list[list[float]]:
    width = draw(st.integers(1, 4))
    return draw(st.lists(st.lists(st.integers(0, 9).map(float), min_size=width, max_size=width), min_size=1, max_size=4))


@given(tables())
def test_no_assignment_scores_higher(scores: list[list[float]]) -> None:
    rows, width = len(scores), len(scores[0])
    padded = [row + [0.0] * rows for row in scores]
    best = max(sum(padded[r][c] for r, c in enumerate(p)) for p in permutations(range(width + rows), rows))
    found = assign(scores)
    taken = [c for c in found if c is not None]
    assert len(taken) == len(set(taken))
    assert sum(scores[r][c] for r, c in enumerate(found) if c is not None) == best
