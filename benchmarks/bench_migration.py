"""Time a whole migration at a size, stage by stage, beside its floors.

    python -m benchmarks.bench_migration [RECORDS [ENGINE [FILE]]]

A synthetic practice that comes to about so many records in Twenty is written, produced and carried into a rehearsal workspace
in a process of its own, without a rate limit. ENGINE is `sqlite` (default) or `postgresql`, where state and keys lie; the log
lies in SQLite. Each stage is a command in a process of its own, timed from the start of the process. The lines go to FILE, too.

The growth of the load compares the seconds a record of the last windows with those of the first ones, which hold other objects:
the ratio is to be compared between sizes.
The floor of the load sends the very same bodies to the same empty workspace with a bare client; that of a comparison reads
every record in pages and opens every change event.
"""

from __future__ import annotations

import json
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.floors import keep_bodies, read_bare, write_bare
from benchmarks.line import Line, append
from benchmarks.project import Ran, prepared, timed, write_practice
from cutover.project.setting_values import DATA_FOLDER
from tests import postgres
from tests.acceptance.workbench import Bench, workspace

ENGINES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def main(records: int, engine: str, out: Path | None) -> None:
    """Print the lines of each stage."""
    with tempfile.TemporaryDirectory(prefix="cutover-bench-") as name, ExitStack() as servers:
        more = {}
        if engine == "postgresql":
            server = servers.enter_context(postgres.server())
            places = [servers.enter_context(postgres.database(server)) for _ in range(2)]
            more = dict(zip(("CUTOVER_STATE__URL", "CUTOVER_KEYS__URL"), places, strict=True))
        days = write_practice(Path(name) / "practice", records)
        folder = Path(name) / "migration"
        with prepared(folder, days[0], more) as project:
            for line in _stages(project, days, engine):
                print(_text(line), flush=True)
                if out is not None:
                    append(out, line)


def _stages(project: Bench, days: Sequence[Path], engine: str) -> Iterator[Line]:
    where = ENGINES[engine]
    made = timed(project, "produce", days[0])
    loaded = timed(project, "consume", "--without-sample", "--log-format", "json")
    status = timed(project, "status")
    size = status.document["written"]

    def line(name: str, ran: Ran, **more: Any) -> Line:
        used = {"memory": ran.memory, "processor": ran.processor}
        return Line(name=name, size=size, engine=where, ours=ran.seconds, unit="s", **used, **more)

    yield line("produce day 1", made)
    if engine == "sqlite":
        floor, read = _bare_load(project), read_bare(project.project, project.url, project.key)[1]
        yield line("first load", loaded, floor=floor, floor_is="the same bodies, bare client")
        yield _growth(loaded, size, where)
        yield line("status", status, aim="1 s")
    else:
        read = None
        yield line("first load", loaded)
        yield _growth(loaded, size, where)
    yield from _sizes(project, size, where)
    yield line("sync of an unchanged extract", timed(project, "sync", days[0], "--without-sample"))
    delta = timed(project, "sync", days[1], "--without-sample")
    yield line("sync of a delta (day 2)", delta)
    compared = {"floor": read, "floor_is": "every record read, every event opened"} if read is not None else {}
    yield line("reconcile", timed(project, "reconcile"), **compared)
    if engine == "sqlite":
        yield line("replay of everything, dry", timed(project, "replay", "--from", "start", "--dry-run"), **compared)
    yield from _taken_back("one patient", project, line, "--record", _a_patient(days[0]))
    yield from _taken_back("one run", project, line, "--run", delta.document["run"])
    if engine == "sqlite":  # the longest stage, and the same work elsewhere
        yield from _taken_back("everything", project, line, "--all")


def _taken_back(what: str, project: Bench, line: Callable[[str, Ran], Line], *scope: str) -> Iterator[Line]:
    ran = timed(project, "rollback", *scope, "--yes")
    yield line(f"rollback of {what}: {ran.document['undone']:,} records, {ran.requests} requests", ran)
    if ran.first_request is None:
        raise RuntimeError(f"the rollback of {what} sent no request")
    first = replace(line(f"rollback of {what}: until the first request", ran), ours=ran.first_request, aim="2 s")
    yield replace(first, memory=None, processor=None)  # those are the whole command's


def _growth(loaded: Ran, size: int, engine: str) -> Line:
    """Return the milliseconds a record in the last tenth, beside the median of the windows before a tenth (or 10⁵) is
    written.
    """
    windows: list[tuple[int, float]] = []
    for text in loaded.said:
        said = json.loads(text) if text.startswith("{") else {}
        if said.get("event") == "window_carried" and sum(said["writes"].values()) >= min(1_000, size // 2):
            windows.append((sum(said["writes"].values()), said["seconds"]))
    written, costs = 0, []
    for count, seconds in windows:
        written += count
        costs.append((written, 1_000 * seconds / count))
    early = [cost for at, cost in costs if at <= max(size // 4, 100_000) and at > costs[0][0]] or [costs[0][1]]
    late = [cost for at, cost in costs if at >= written - size // 4]
    ours, floor = statistics.median(late), statistics.median(early)
    return Line(
        name="first load: ms a record, last quarter",
        size=size,
        engine=engine,
        ours=ours / 1_000,
        unit="s",
        floor=floor / 1_000,
        floor_is="first quarter, or first 10⁵, of the same load",
    )


def _sizes(project: Bench, records: int, engine: str) -> Iterator[Line]:
    """Yield the bytes on disk for each record in Twenty, after the load."""
    for name in ("log", "state", "keys"):
        files = list((project.project / DATA_FOLDER).glob(f"{name}.db*"))
        if files:
            size = sum(file.stat().st_size for file in files)
            yield Line(name=f"disk of the {name}, a record", size=records, engine=engine, ours=size / records, unit="B")


def _bare_load(project: Bench) -> float:
    folder = project.project.parent
    bodies, place = folder / "bodies", folder / "floor"
    bodies.mkdir()
    place.mkdir()
    keep_bodies(project.project, bodies)
    shutil.move(folder / "empty.db", place / "workspace.db")
    with workspace(place, [], "--file", str(place / "workspace.db")) as (url, key):
        seconds = write_bare(url, key, bodies)[1]
    shutil.rmtree(place)
    shutil.rmtree(bodies)
    return seconds


def _a_patient(day: Path) -> str:
    truth = json.loads((day.parent / "truth" / "day-1.json").read_text(encoding="utf-8"))
    owners = [task["person"] for task in truth["tasks"]]
    return str(max(set(owners[:5_000]), key=owners[:5_000].count))


def _text(line: Line) -> str:
    floor = f"; floor {line.floor:,.4g} {line.unit} ({line.floor_is}), {line.ratio:.2f} of its speed" if line.ratio else ""
    memory = f"; {line.memory:,.0f} MB" if line.memory else ""
    memory += f"; processor {line.processor:.2f} s" if line.processor else ""
    return f"{line.engine:<10} {line.size:>9,}  {line.name}: {line.ours:,.4g} {line.unit}{floor}{memory}"


if __name__ == "__main__":
    given = sys.argv[1:]
    main(
        int(given[0].replace("_", "")) if given else 100_000,
        given[1] if len(given) > 1 else "sqlite",
        Path(given[2]) if len(given) > 2 else None,
    )
