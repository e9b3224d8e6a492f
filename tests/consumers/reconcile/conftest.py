"""The small practice after its first day: a copy of its own for every test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.consumers.reconcile.small_practice import Migration, copied, first_day


@pytest.fixture(scope="session")
def carried(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return first_day(tmp_path_factory.mktemp("elm"))


@pytest.fixture
def migration(carried: Path, tmp_path: Path) -> Iterator[Migration]:
    with copied(carried, tmp_path / "project") as opened:
        yield opened
