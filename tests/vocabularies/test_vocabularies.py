"""Vocabularies that real systems use are understood, and those of systems that nobody has seen mostly, too."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.vocabularies.figures import Figures, figures
from tests.vocabularies.lists import HELD_OUT, names

SEED = 5

pytestmark = pytest.mark.long  # seventeen systems, each bound twice


def counted(folder: Path, of: Iterable[str], *, unknown: bool) -> Figures:
    total = Figures()
    for name in of:
        total.add(figures(name, SEED, folder / name, unknown=unknown))
    return total


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    return counted(tmp_path_factory.mktemp("known"), set(names()) - HELD_OUT, unknown=False)


@pytest.fixture(scope="module")
def held_out(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    return counted(tmp_path_factory.mktemp("held out"), HELD_OUT, unknown=False)


@pytest.fixture(scope="module")
def next_unknown(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    return counted(tmp_path_factory.mktemp("unknown"), set(names()) - HELD_OUT, unknown=True)


def test_each_table_is_taken_for_what_it_is(known: Figures) -> None:
    assert known.kinds == known.tables, known.misses


def test_nearly_all_columns_are_right_and_certain(known: Figures) -> None:
    assert known.right >= 0.97 * known.columns, known.misses
    assert known.certain >= 0.9 * known.bound


def test_no_column_is_wrong_with_confidence_and_no_identity_at_all(known: Figures) -> None:
    assert (known.wrong, known.identities) == (0, 0), known.misses


def test_the_next_unknown_system_is_understood_mostly_and_never_wrong_with_confidence(next_unknown: Figures) -> None:
    assert next_unknown.kinds >= 0.95 * next_unknown.tables, next_unknown.misses
    assert next_unknown.right >= 0.94 * next_unknown.columns, next_unknown.misses
    assert (next_unknown.wrong, next_unknown.identities) == (0, 0), next_unknown.misses


def test_lists_that_were_held_out_once_are_understood_mostly_and_never_wrong_with_confidence(held_out: Figures) -> None:
    assert held_out.kinds >= 0.85 * held_out.tables, held_out.misses
    assert held_out.right >= 0.9 * held_out.columns, held_out.misses
    assert (held_out.wrong, held_out.identities) == (0, 0), held_out.misses
