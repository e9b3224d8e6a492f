"""Write the golden history of this release: `python -m tests.golden.write_history`, once, when a release is made.

What is there is never written again: it is what a release left behind in the field, and every later release must read it.
The practice, its data and its keys are invented.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.metadata
import shutil
import sqlite3
import sys
import tempfile
from pathlib import Path

from cutover.demo_practice import DemoPractice, write_practice, writing
from tests.acceptance.workbench import Bench, workspace

HERE = Path(__file__).parent
SEED = 10
PATIENTS = 8
DATABASES = ("log.db", "keys.db")


def write_history(folder: Path) -> None:
    """Carry a practice of eight patients, over two days, with what an operator may do between them: a sample, a record and
    a day taken back and brought forward again. A third day's extract lies beside it, not read yet.
    """
    writing.FEWEST_PATIENTS = PATIENTS  # fewer than a demo shows, so that a history stays small
    practice = write_practice(folder / "practice", seed=SEED, patients=PATIENTS, days=3)
    with tempfile.TemporaryDirectory() as scratch:
        project, kept = Path(scratch) / "project", Path(scratch) / "workspace.db"
        with workspace(Path(scratch), practice.member_emails, "--file", str(kept)) as (url, key):
            b = Bench(project, url, key, folder / "before.json")
            b.check("--snapshot", b.before)
            _operate(b, practice)
        # not in a `.cutover` folder, which .gitignore hides
        shutil.copy(project / "cutover.toml", folder)
        shutil.copy(project / ".cutover/master.key", folder)
        for name in DATABASES:
            _copy_whole(project / ".cutover" / name, folder / name)
        _copy_whole(kept, Path(scratch) / "whole.db")
        (folder / "workspace.db.gz").write_bytes(gzip.compress((Path(scratch) / "whole.db").read_bytes(), mtime=0))
        (folder / "practice/truth/day-1.json").unlink()


def _operate(b: Bench, practice: DemoPractice) -> None:
    first, second, _ = practice.extracts
    b.prepare(practice.extracts[0].parent / "practice.toml", first)
    b.ok("sample", "--patients", "2")
    b.ok("sample", "accept", "--by", "Test")
    b.ok("sync", first)
    b.ok("rollback", "--record", f"{practice.id}:patient:{_a_patient(b)}", "--yes")
    b.ok("sync", first)
    day = b.ok("sync", second)
    b.ok("rollback", "--to", day["positions"]["from"], "--yes")
    b.ok("replay", "--from", "start")
    b.assert_truth(practice.truths[1])
    assert b.ok("log", "verify")["problems"] == []


def _a_patient(b: Bench) -> str:
    shown = b.ok("log", "show", "--decrypt", "--limit", "100")["events"]
    return next(str(e["payload"]["native_id"]) for e in shown if e["entity"] == "patient")


def _copy_whole(source: Path, target: Path) -> None:
    """Copy one file, with what still lies in the write-ahead log."""
    one, other = sqlite3.connect(source), sqlite3.connect(target)
    one.backup(other)
    other.execute("PRAGMA journal_mode=DELETE")
    other.execute("VACUUM")
    one.close()
    other.close()


def main() -> None:
    """Write it, unless this release has one."""
    parser = argparse.ArgumentParser(prog="python -m tests.golden.write_history", description=__doc__)
    parser.parse_args()
    folder = HERE / importlib.metadata.version("cutover")
    if folder.exists():
        sys.exit(f"{folder} is there already, and a golden history is never written again")
    write_history(folder)


if __name__ == "__main__":
    main()
