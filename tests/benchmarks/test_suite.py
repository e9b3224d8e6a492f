"""The benchmarks' table, and a suite that goes on where it was."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from benchmarks import suite
from benchmarks.line import Line, append, read
from benchmarks.table import replace_table, table

LINE = Line(name="first load", size=99_000, engine="SQLite", ours=40.0, unit="s", floor=30.0, floor_is="bare", memory=151.2)


def test_a_line_reads_as_it_was_written(tmp_path: Path) -> None:
    append(tmp_path / "lines", LINE)
    append(tmp_path / "lines", LINE)

    assert list(read(tmp_path / "lines")) == [LINE, LINE]


@pytest.mark.parametrize(("unit", "ours", "floor", "ratio"), [("s", 40.0, 30.0, 0.75), ("/s", 30.0, 40.0, 0.75)])
def test_the_ratio_is_the_share_of_the_floors_speed(unit: str, ours: float, floor: float, ratio: float) -> None:
    assert Line(name="x", size=1, ours=ours, unit=unit, floor=floor).ratio == ratio


def test_a_table_has_a_row_for_each_line_and_each_peer() -> None:
    rate = Line(name="unchanged rows", size=100_000, ours=280_000, unit="/s", peer=4_000, peer_is="dlt")

    rows = table([LINE, rate]).splitlines()[2:]

    assert rows[0] == "| first load | 99,000 | SQLite | 40 s | 30 s (bare) | 0.75 |  | 151 MB |  |"
    assert rows[1].startswith("| unchanged rows | 100,000 | – | 280,000/s |")
    assert rows[2] == "| unchanged rows, a peer |  |  |  | 4,000/s (dlt) | 70.00 |  |  |  |"


def test_a_table_is_put_between_its_marks(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- short: begin -->\nold\n<!-- short: end -->\nafter\n", encoding="utf-8")

    replace_table(page, "short", [LINE])

    text = page.read_text(encoding="utf-8")
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "old" not in text
    assert "| first load |" in text
    with pytest.raises(ValueError, match="no marks for the table long"):
        replace_table(page, "long", [LINE])


def test_what_was_measured_is_not_measured_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "lines.jsonl"
    ran: list[list[str]] = []

    class Done:
        returncode = 0

    def run(command: list[str], **_: object) -> Done:
        ran.append(command)
        append(Path(command[-1]), LINE)
        return Done()

    monkeypatch.setattr(suite.subprocess, "run", run)
    bench = suite.Bench("bench_start")

    assert suite._run(bench, file)
    assert suite._run(bench, file)

    assert [command[:3] for command in ran] == [[sys.executable, "-m", "benchmarks.bench_start"]]
    assert list(read(file)) == [LINE]
    assert json.loads(file.with_suffix(".done.json").read_text(encoding="utf-8")) == ["bench_start"]


def test_a_benchmark_that_fails_leaves_no_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Failed:
        returncode = 1

    def run(command: list[str], **_: object) -> Failed:
        append(Path(command[-1]), LINE)
        return Failed()

    monkeypatch.setattr(suite.subprocess, "run", run)

    assert not suite._run(suite.Bench("bench_start"), tmp_path / "lines.jsonl")
    assert list(read(tmp_path / "lines.jsonl")) == []


@pytest.mark.parametrize("bench", [*suite.SHORT, *suite.LONG], ids=lambda bench: bench.name)
def test_every_benchmark_of_the_suite_is_a_module(bench: suite.Bench) -> None:
    assert (suite.ROOT / "benchmarks" / f"{bench.module}.py").is_file()
