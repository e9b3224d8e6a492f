"""The long suite: what `make test` takes samples of, in full. python -m tests.simulation.long_suite [--help]

It can be stopped at any time and goes on where it was: every finished part is a line in the progress file. At the end it prints
the table of docs/proof.md, of the parts that this code has really done.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from hypothesis import HealthCheck

from events.crash_points import CrashPoint
from tests import kafka_broker
from tests.producers.mixed import balance
from tests.producers.mixed.deliveries import deliveries
from tests.producers.mixed.files import MixedFile
from tests.simulation import test_cut_files, test_failing_files, test_faults
from tests.simulation.crash_tour import practice_on_kafka, tour, tour_of_the_data_model
from tests.simulation.rules import RULES, admin_of
from tests.simulation.simulation import Simulation
from tests.simulation.template import Template, short_lived_folder
from tests.simulation.test_unknown_outcomes import RULES as UNKNOWN_RULES
from tests.simulation.troubles import TROUBLES

Result = dict[str, Any]
MOST_MEGABYTES = 350
"""Memory that producing may take, whatever the size of a delivery."""
_EXAMPLES = 200
_FAILURES = ("lost", "too many", "wrong", "overwritten", "other")


def simulated(template: Template, folder: Path, seed: int, steps: int) -> Result:
    """Run one seed."""
    simulation = Simulation(seed, template, folder)
    return _done(lambda: simulation.run(steps, RULES, admin_of(simulation.seed)), simulation) | {"steps": len(simulation.said)}


def toured(simulation: Simulation, around: Callable[[Simulation], None]) -> Result:
    """Tour crash points, each once, in one practice."""
    return _done(lambda: around(simulation), simulation) | {"deaths": simulation.deaths}


def in_sqlite(template: Template, folder: Path, seed: int, around: Callable[[Simulation], None]) -> Result:
    """Return a tour with the log in SQLite."""
    return toured(Simulation(seed, template, folder), around)


def on_kafka(template: Template, folder: Path, seed: int, around: Callable[[Simulation], None], broker: str) -> Result:
    """Return a tour with the log on a broker."""
    with practice_on_kafka(seed, template, folder, broker) as simulation:
        return toured(simulation, around)


def struck(template: Template, folder: Path, kind: str, name: str) -> Result:
    """Strike with one kind of fault at every request of a command."""
    command = test_faults.COMMANDS[name]
    simulation = test_faults.prepared(template, folder)
    count = test_faults.requests(simulation, folder / "counted", command)

    def strike_all() -> None:
        for position in range(count):
            test_faults.strike(simulation, folder / "struck", command, kind, position)
        simulation.bench.close()

    return _done(strike_all, simulation) | {"positions": count}


def unanswered(template: Template, folder: Path, seed: int) -> Result:
    """Return a practice half of whose writes have an unknown outcome."""
    simulation = Simulation(seed + 7_000, template, folder)
    simulation.always_troubled = True
    return _done(lambda: simulation.run(20, UNKNOWN_RULES), simulation) | {"unknown": simulation.unknown.total()}


def every_byte(_template: Template, folder: Path) -> Result:
    """Return the write-ahead file cut at every byte."""
    dead, held = test_cut_files.cut_logs(folder / "wal", appends=4)
    size = (dead / "log.db-wal").stat().st_size

    def cut() -> None:
        before = -1
        for length in range(size + 1):
            found = test_cut_files.cut_at(dead, length, folder / "cut")
            assert found in held, f"wrong: cut at byte {length}"
            assert held.index(found) >= before, f"lost: cut at byte {length}"
            before = held.index(found)

    return _done(cut) | {"bytes": size + 1}


def every_file_operation(template: Template, folder: Path) -> Result:
    """Let every writing operation on the project's files fail, in three ways."""
    with tempfile.TemporaryDirectory() as built:
        found = test_failing_files.run(template, folder / "files", Path(built), 0)
    return {"failures": found["wrong"], **{name: found[name] for name in ("operations", "tried", "met")}}


def balanced(_template: Template, _folder: Path, seed: int, examples: int) -> Result:
    """Balance mixed deliveries, drawn from one seed, whose books other readers check."""
    balance.OUTCOMES.clear()
    drawn = 0

    @hypothesis.seed(seed)
    @hypothesis.settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @hypothesis.given(days=deliveries())
    def draw(days: list[list[MixedFile]]) -> None:
        nonlocal drawn
        drawn += 1
        balance.assert_balanced(days)

    return _done(draw) | {"examples": drawn, "outcomes": dict(balance.OUTCOMES)}


def one_large_delivery(_template: Template, _folder: Path, rows: int, kept: Path) -> Result:
    """Produce one delivery of very many rows, in a process of its own; the folder stays until its books were compared."""
    command = [sys.executable, "-m", "tests.simulation.many_rows", "--rows", str(rows), "--folder", str(kept)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode > 1 or not ended.stdout:
        return {"failures": [f"other: {ended.stderr[-500:]}"], "rows": rows, "megabytes": 0}
    found = json.loads(ended.stdout)
    failures = [f"lost: {text}" for text in found["differences"]]
    failures += [] if found["is_as_written"] else [f"lost: {found['records']} records are in the books"]
    failures += [f"other: {found['megabytes']} MB of memory"] if found["megabytes"] > MOST_MEGABYTES else []
    if not failures:
        shutil.rmtree(kept)
    return {"failures": failures, "rows": rows, "megabytes": found["megabytes"]}


def _done(work: Callable[[], None], simulation: Simulation | None = None) -> Result:
    try:
        work()
    except Exception as error:
        told = simulation.said[-10:] if simulation else []
        return {"failures": [f"{error or type(error).__name__}"], "told": told, "trace": traceback.format_exc(limit=-4)}
    return {"failures": []}


Part = tuple[str, Callable[[Template, Path], Result]]


def parts(asked: argparse.Namespace, broker: str | None) -> Iterator[Part]:
    """Yield all parts, by name; those with a log on Kafka where there is a broker."""
    yield "every byte of the write-ahead file", every_byte
    if shutil.which("cc") and sys.platform == "linux":
        yield "every file operation", every_file_operation
    else:
        sys.stderr.write("skipped: every file operation (needs cc on Linux)\n")
    for name in test_faults.COMMANDS:
        for kind in TROUBLES:
            yield f"fault {kind} {name}", partial(struck, kind=kind, name=name)
    for seed in range(asked.book_seeds):
        yield f"books {seed}", partial(balanced, seed=seed, examples=_EXAMPLES)
    if asked.rows:
        kept = asked.progress.parent / f"many-rows-{asked.rows}"
        yield f"rows {asked.rows}", partial(one_large_delivery, rows=asked.rows, kept=kept)
    for seed in range(asked.crash_seeds):
        yield f"crash {seed}", partial(in_sqlite, seed=seed + 5_000, around=tour)
        yield f"crash-model {seed}", partial(in_sqlite, seed=seed + 6_000, around=tour_of_the_data_model)
    for seed in range(asked.kafka_seeds) if broker else ():
        yield f"kafka {seed}", partial(on_kafka, seed=seed + 5_000, around=tour, broker=broker)
        yield f"kafka-model {seed}", partial(on_kafka, seed=seed + 6_000, around=tour_of_the_data_model, broker=broker)
    for seed in range(asked.unknown_seeds):
        yield f"unknown {seed}", partial(unanswered, seed=seed)
    for seed in range(asked.seeds):
        yield f"seed {seed} {asked.steps}", partial(simulated, seed=seed, steps=asked.steps)


def _carry_out(template: Path, name: str, part: Callable[[Template, Path], Result]) -> tuple[str, Result]:
    began = time.process_time()
    with short_lived_folder() as folder:
        return name, part(Template.at(template), folder) | {"seconds": round(time.process_time() - began, 1)}


def main(arguments: Sequence[str]) -> int:
    """Do what is left, print the table; 0 when nothing failed."""
    asked = _arguments().parse_args(arguments)
    with _broker() as broker:
        return _do(asked, broker)


@contextmanager
def _broker() -> Iterator[str | None]:
    """Give the address of a broker for this run; None where none can be had."""
    with ExitStack() as ending:
        address = None
        try:
            address = ending.enter_context(kafka_broker.broker(ending.enter_context(short_lived_folder()) / "kafka"))
        except pytest.skip.Exception as missing:
            sys.stderr.write(f"skipped: logs on Kafka ({missing})\n")
        yield address


def _do(asked: argparse.Namespace, broker: str | None) -> int:
    done: dict[str, Result] = {}
    if asked.progress.exists():
        lines = asked.progress.read_text(encoding="utf-8").splitlines()
        done = {line["part"]: line for line in map(json.loads, lines) if not line["failures"]}
    wanted = dict(parts(asked, broker))
    left = {name: part for name, part in wanted.items() if name not in done}
    sys.stderr.write(f"{len(wanted) - len(left)} of {len(wanted)} parts are done; progress: {asked.progress}\n")
    asked.progress.parent.mkdir(parents=True, exist_ok=True)
    with short_lived_folder() as folder, asked.progress.open("a", encoding="utf-8") as progress:
        if left:
            Template.made(folder)
        with ProcessPoolExecutor(asked.workers) as pool:
            running = [pool.submit(_carry_out, folder, name, part) for name, part in left.items()]
            for future in as_completed(running):
                name, result = future.result()
                done[name] = result
                progress.write(json.dumps({"part": name, **result}) + "\n")
                progress.flush()
                for failure in result["failures"]:
                    sys.stderr.write(f"FAILED {name}: {failure.splitlines()[0][:200]}\n")
    found = {name: done[name] for name in wanted}
    sys.stdout.write(table(found))
    return int(any(r["failures"] for r in found.values()))


def table(found: dict[str, Result]) -> str:
    """Return the table of docs/proof.md."""

    def of(kind: str) -> list[Result]:
        return [result for name, result in found.items() if name.startswith(kind)]

    def deaths(kind: str) -> str:
        died = sum(r["deaths"] for r in of(kind))
        return f"{len(CrashPoint)} × {len(of(f'{kind} '))}, {died} deaths"

    kinds = {name.split()[1] for name in found if name.startswith("fault ")}
    positions = sum(r["positions"] for r in of("fault "))
    steps = sum(r["steps"] for r in of("seed "))
    operations = (of("every file operation") or [{"operations": 0, "tried": 0, "met": 0}])[0]
    failures = [failure for result in found.values() for failure in result["failures"]]
    first = [next((name for name in _FAILURES if f.startswith(name)), "other") for f in failures]
    rows = [
        ("crash points × seeds, log in SQLite", deaths("crash")),
        ("crash points × seeds, log on Kafka", deaths("kafka")),
        ("fault kinds × positions (a sync and its rollback)", f"{len(kinds)} kinds, {positions} requests struck"),
        ("unknown outcomes", str(sum(r["unknown"] for r in of("unknown ")))),
        ("simulated seeds × steps", f"{len(of('seed '))}, {steps} steps"),
        (
            "file operations failing",
            f"{operations['tried']} ({operations['operations']} × 3 ways), {operations['met']} met by the program",
        ),
        (
            "mixed deliveries whose books other readers checked",
            f"{sum(r['examples'] for r in of('books '))}, {sum(r['outcomes'].get('read', 0) for r in of('books '))} days read",
        ),
        ("rows of one delivery", " and ".join(f"{r['rows']:,} in {r['megabytes']} MB" for r in of("rows ")) or "none"),
        ("write-ahead file cut", f"at {sum(r['bytes'] for r in of('every byte'))} bytes"),
        ("processor", f"{sum(r['seconds'] for r in found.values()) / 60:.0f} minutes"),
        ("lost", str(first.count("lost"))),
        ("doubled", str(first.count("too many"))),
        ("wrong", str(first.count("wrong"))),
        ("people's edits overwritten", str(first.count("overwritten"))),
        ("failed otherwise", str(first.count("other"))),
    ]
    return "\n".join(["| what | how much |", "|---|---|", *(f"| {what} | {much} |" for what, much in rows), ""])


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5_000)
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--crash-seeds", type=int, default=100)
    parser.add_argument("--kafka-seeds", type=int, default=10)
    parser.add_argument("--unknown-seeds", type=int, default=50)
    parser.add_argument("--book-seeds", type=int, default=500)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--progress", type=Path, default=Path("build/long-suite.jsonl"))
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
