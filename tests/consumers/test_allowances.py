"""Whatever request meets a limit or a capped answer: nothing is lost, doubled or dead-lettered for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rehearsal.server.allowance_faults import ALLOWANCE_KINDS
from tests.consumers.allowance_tour import ENDS_A_RUN, FORMS, Row, tour
from tests.consumers.workbench import Host


def hold(row: Row) -> None:
    assert row.struck > 0
    assert (row.lost, row.doubled, row.dead_lettered, row.left_behind) == (0, 0, 0, 0), row
    assert row.ended == (row.struck if row.kind in ENDS_A_RUN else 0), row


def is_seventh(number: int, kind: str, like: str) -> bool:
    """Return whether a request is one of those that the first of the two tests strikes."""
    first = 1 + (ALLOWANCE_KINDS.index(kind) + 2 * FORMS.index(like)) % 4
    return number % 7 == first


@pytest.mark.parametrize("like", FORMS)
@pytest.mark.parametrize("kind", ALLOWANCE_KINDS)
def test_every_seventh_request(host: Host, new_folder: Callable[[], Path], kind: str, like: str) -> None:
    hold(tour(host, new_folder(), kind, like, lambda number: is_seventh(number, kind, like)))


@pytest.mark.long
@pytest.mark.parametrize("like", FORMS)
@pytest.mark.parametrize("kind", ALLOWANCE_KINDS)
def test_every_other_request(host: Host, tmp_path: Path, kind: str, like: str) -> None:
    hold(tour(host, tmp_path, kind, like, lambda number: not is_seventh(number, kind, like)))
