"""The benchmark of a whole migration runs through all its stages: nothing else would tell that it no longer does."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.bench_migration import main
from benchmarks.line import read

pytestmark = pytest.mark.integration


def test_a_small_migration_has_a_line_for_each_stage_and_its_floors(tmp_path: Path) -> None:
    main(620, "sqlite", tmp_path / "lines")

    lines = {line.name.partition(":")[0]: line for line in read(tmp_path / "lines")}
    assert {"produce day 1", "first load", "status", "reconcile", "replay of everything, dry"} <= set(lines)
    assert {"rollback of one patient", "rollback of one run", "rollback of everything"} <= set(lines)
    assert all(lines[name].floor for name in ("first load", "reconcile"))
