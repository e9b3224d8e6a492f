"""Run every benchmark of docs/benchmarks.md, and write its table.

    python -m benchmarks.suite [--long] [--file FILE] [--again] [--table]

Each benchmark is a process of its own, one after the other, and keeps its lines in FILE (`.bench/lines.jsonl`, or
`.bench/lines-long.jsonl`). A benchmark whose lines are there is not run again: a long run that was stopped goes on where it
was, and `--again` runs all. In the end the table is printed, and with `--table` written into docs/benchmarks.md with machine
and date.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.line import read
from benchmarks.table import replace_table, table

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "benchmarks.md"


@dataclass(frozen=True, slots=True)
class Bench:
    """A benchmark: the module, and its arguments; the file of its lines is the last one."""

    module: str
    arguments: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Return the name under which it is kept."""
        return " ".join([self.module, *self.arguments])


SHORT = (
    Bench("bench_start"),
    Bench("bench_producing", ("100000", "1")),
    Bench("bench_migration", ("100000", "sqlite")),
    Bench("bench_migration", ("100000", "postgresql")),
    Bench("bench_kafka", ("60000", "2")),
    Bench("bench_peers", ("100000",)),
)
LONG = (
    Bench("bench_producing", ("1000000", "1")),
    Bench("bench_migration", ("1000000", "sqlite")),
    Bench("bench_migration", ("1000000", "postgresql")),
    Bench("bench_producing", ("10000000", "1")),
)


def main(arguments: Sequence[str]) -> int:
    """Run what is missing, then show the table; give 1 where a benchmark failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.suite", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--long", action="store_true", help="10⁶ and 10⁷ instead of 10⁵")
    parser.add_argument("--file", type=Path, help="the file of the lines")
    parser.add_argument("--again", action="store_true", help="measure everything anew")
    parser.add_argument("--table", action="store_true", help="write the table into docs/benchmarks.md")
    asked = parser.parse_args(arguments)
    file = asked.file or ROOT / ".bench" / ("lines-long.jsonl" if asked.long else "lines.jsonl")
    file.parent.mkdir(parents=True, exist_ok=True)
    if asked.again:
        file.unlink(missing_ok=True)
    failed = [bench.name for bench in (LONG if asked.long else SHORT) if not _run(bench, file)]
    lines = list(read(file))
    print(table(lines))
    if asked.table:
        replace_table(PAGE, "long" if asked.long else "short", lines)
    for name in failed:
        print(f"failed: {name}", file=sys.stderr)
    return 1 if failed else 0


def _run(bench: Bench, file: Path) -> bool:
    """Run one benchmark into the file, unless it is there; give whether its lines are there in the end."""
    done = file.with_suffix(".done.json")
    finished = set(json.loads(done.read_text(encoding="utf-8"))) if done.exists() and file.exists() else set()
    if bench.name in finished:
        return True
    own = file.with_suffix(".part")
    own.unlink(missing_ok=True)
    began = time.monotonic()
    print(f"== {bench.name}", file=sys.stderr, flush=True)
    command = [sys.executable, "-m", f"benchmarks.{bench.module}", *bench.arguments, str(own)]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}  # as installed
    code = subprocess.run(command, cwd=ROOT, env=environment, stdout=sys.stderr, check=False).returncode
    print(f"== {bench.name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    if code != 0:
        return False
    with file.open("a", encoding="utf-8") as lines:
        lines.writelines(_texts(own))
    own.unlink(missing_ok=True)
    done.write_text(json.dumps(sorted(finished | {bench.name})), encoding="utf-8")
    return True


def _texts(file: Path) -> Iterator[str]:
    if file.exists():
        yield from file.read_text(encoding="utf-8").splitlines(keepends=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
