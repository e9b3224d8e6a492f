"""A session's questions to the log."""

from __future__ import annotations

from collections.abc import Collection
from types import SimpleNamespace

import pytest

from cutover.runs.session import Session


@pytest.mark.parametrize(
    ("committed", "asked", "behind"),
    [
        ({0: 5, 1: 7}, None, False),
        ({0: 5, 1: 6}, None, True),
        ({0: 5}, None, True),
        ({0: 5, 1: 6}, {0}, False),
        ({0: 5, 1: 6}, {0, 1}, True),
        ({0: 5, 1: 6}, (), False),
    ],
)
def test_whether_the_group_is_behind_can_be_asked_of_some_partitions(
    committed: dict[int, int], asked: Collection[int] | None, behind: bool
) -> None:
    log = SimpleNamespace(ends=lambda _topic: {0: 5, 1: 7}, committed=lambda _group, _topic: committed)
    session = Session(SimpleNamespace(log=lambda: log))  # type: ignore[arg-type]
    session.__dict__["workspace_id"] = "one"
    assert session.is_behind(asked) is behind
