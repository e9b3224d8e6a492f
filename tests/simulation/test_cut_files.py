"""The log's own files, cut: of the write-ahead file the committed prefix survives, and a main file that is cut is told of."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from cutover.commands.log.reading import log_verify
from cutover.project.errors import message_of
from cutover.project.load_settings import load_settings
from cutover.project.project import Project
from cutover.runs.session import Session
from events.log.port import CHANGES, COMPENSATIONS, TOPICS, Commit, Entry, LogDamaged, NewEntry
from events.log.sqlite import SqliteLog
from tests.simulation.office_turns import work_in_the_office
from tests.simulation.simulation import Simulation
from tests.simulation.template import Template

SAMPLE = 300
"""Lengths of the write-ahead file that are tried here, besides those around each frame; the long suite tries every byte."""
FRAME = 4096 + 24
HEADER = 32


def cut_logs(folder: Path, appends: int = 12) -> tuple[Path, list[list[Entry]]]:
    """Return a log whose process died, with so many appends in its write-ahead file; and what it held after each of them."""
    live, dead = folder / "live", folder / "dead"
    live.mkdir(parents=True)
    log = SqliteLog(f"sqlite:///{live}/log.db")
    held = [everything(log)]
    for number in range(appends):
        entries = [NewEntry((CHANGES, COMPENSATIONS)[n % 2], b"home", bytes([number]) * 300 * (n + 1)) for n in range(3)]
        log.append(entries, [Commit(group="twenty", topic=CHANGES, offsets={0: number})])
        held.append(everything(log))
    shutil.copytree(live, dead)
    log.close()
    return dead, held


def everything(log: SqliteLog) -> list[Entry]:
    """Return all entries of a log."""
    return [entry for topic in TOPICS for entry in log.read(topic, 0, 0, 1_000_000)]


def cut_at(dead: Path, length: int, folder: Path) -> list[Entry]:
    """Return what is left when only so many bytes of the write-ahead file are; the log must work on."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    shutil.copy(dead / "log.db", folder / "log.db")
    (folder / "log.db-wal").write_bytes((dead / "log.db-wal").read_bytes()[:length])
    log = SqliteLog(f"sqlite:///{folder}/log.db")
    found = everything(log)
    log.append([NewEntry(CHANGES, b"home", b"goes on")])
    assert len(everything(log)) == len(found) + 1
    log.close()
    return found


def lengths(size: int, sample: int) -> Iterator[int]:
    """Try every length around the border of a frame, and a sample of the others."""
    borders = {HEADER + FRAME * n + d for n in range(size // FRAME + 1) for d in (-1, 0, 1, 12, 25)}
    others = random.Random(0).sample(range(size), sample)
    return iter(sorted(n for n in {*borders, *others, 0, size} if 0 <= n <= size))


def test_of_a_cut_write_ahead_file_the_committed_prefix_survives(memory: Path) -> None:
    dead, held = cut_logs(memory / "wal")
    size = (dead / "log.db-wal").stat().st_size
    before = -1
    for length in lengths(size, SAMPLE):
        found = cut_at(dead, length, memory / "cut")
        assert found in held, f"cut at byte {length} of {size}"
        assert held.index(found) >= before, "more of the file holds less"
        before = held.index(found)
    assert before == len(held) - 1


@pytest.fixture(scope="module")
def practice(template: Template, memory: Path) -> Path:
    """Return the folder of a project with one extract carried."""
    simulation = Simulation(9_500, template, memory)
    with simulation.seeded.rehearsal():
        simulation.said.append("begin:")
        simulation.full_extract()
        simulation.bench.close()
    return simulation.folder / "project"


@pytest.mark.parametrize("share", [0.999, 0.9, 0.6, 0.3, 0.1, 0.01])
@pytest.mark.parametrize("aligned", [True, False])
def test_a_cut_main_file_is_told_of_with_what_to_do(practice: Path, memory: Path, share: float, *, aligned: bool) -> None:
    folder = memory / "main"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(practice, folder)
    file = folder / ".cutover/log.db"
    left = int(file.stat().st_size * share)
    with file.open("r+b") as cut:
        cut.truncate(left // 4096 * 4096 if aligned and left > 4096 else left)
    said = said_of(folder)
    assert "restore" in said, said


def said_of(folder: Path) -> str:
    """Return what `log verify` says of a project's log."""
    with Project(folder, load_settings(folder)) as project:
        try:
            return " ".join(str(part) for part in log_verify(Session(project)).text)
        except LogDamaged as error:
            return message_of(error)


def test_a_log_that_ends_before_what_the_state_has_seen_is_told_of(template: Template, memory: Path) -> None:
    """Restored from a backup that is older than the state: new events would be taken for old ones."""
    simulation = Simulation(9_501, template, memory)
    with simulation.seeded.rehearsal():
        simulation.said.append("begin:")
        simulation.full_extract()
        simulation.bench.end_process()
        data = simulation.folder / "project/.cutover"
        shutil.copy(data / "log.db", memory / "backup.db")
        work_in_the_office(simulation)
        simulation.full_extract()
        simulation.bench.end_process()
        for name in ("log.db-wal", "log.db-shm"):
            (data / name).unlink(missing_ok=True)
        shutil.copy(memory / "backup.db", data / "log.db")
        work_in_the_office(simulation)
        with pytest.raises(LogDamaged, match="restore"):
            simulation.full_extract()
        simulation.bench.close()
