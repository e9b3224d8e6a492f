"""The N-th writing operation on a project's files fails: python -m tests.simulation.failing_files TEMPLATE FOLDER SAMPLE

Run with the library of `failing_files.c` preloaded. SAMPLE operations of each kind of failure are tried, 0 means every one.
Prints JSON: how many operations a run has, how many failures were tried and how many of them the program met; and what went
wrong.
"""

from __future__ import annotations

import ctypes
import json
import random
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cutover.project.errors import exit_code_of
from tests.simulation.simulation import Simulation
from tests.simulation.template import Template
from tests.simulation.test_faults import delta, prepared

KINDS = {"no-space": 1, "io-error": 2, "short-write": 3}
_NEVER = 1 << 60


class Disk:
    """The preloaded library."""

    def __init__(self) -> None:
        self._library: Any = ctypes.CDLL(None)
        self._library.arm.argtypes = (ctypes.c_char_p, ctypes.c_long, ctypes.c_int)
        self._library.operations.restype = ctypes.c_long
        self.failed = False

    def arm(self, folder: Path, nth: int, kind: str) -> None:
        """Count from now on the operations below a folder; the nth fails."""
        self.failed = False
        self._library.arm(str(folder).encode(), nth, KINDS[kind])

    def disarm(self) -> int:
        """Let everything succeed again; gives the number of operations counted."""
        self._library.disarm()
        return int(self._library.operations())

    def mended(self, error: Exception) -> bool:
        """Mend the disk and repeat the command as an operator does, where the program named the fault."""
        self.failed = True
        self.disarm()
        return exit_code_of(error) is not None


def attempt(simulation: Simulation, folder: Path, disk: Disk, nth: int, kind: str) -> int:
    """Sync with this failure, and again; gives the number of operations. Raises AssertionError."""
    twin = simulation.forked(folder)
    with twin.seeded.rehearsal():
        twin.forgives = disk.mended
        disk.arm(twin.folder / "project", nth, kind)
        try:
            delta(twin)
        finally:
            operations = disk.disarm()
        twin.compare()
        twin.verify()
        twin.bench.close()
    return operations


def main(template: Path, folder: Path, sample: int) -> dict[str, Any]:
    """Make all attempts."""
    disk = Disk()
    simulation = prepared(Template.at(template), folder)
    count = attempt(simulation, folder / "counted", disk, _NEVER, "io-error")
    chance = random.Random(0)
    tried, met, wrong = 0, 0, []
    for kind in KINDS:
        every: Sequence[int] = range(1, count + 1)
        for nth in chance.sample(every, sample) if sample else every:
            tried += 1
            try:
                attempt(simulation, folder / "failing", disk, nth, kind)
            except Exception as error:
                wrong.append(f"{kind} at operation {nth} of {count}: {type(error).__name__}: {str(error)[:300]}")
            met += disk.failed
    return {"operations": count, "tried": tried, "met": met, "wrong": wrong}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))) + "\n")
