"""One measurement, as it is kept in a file of JSON lines and shown in docs/benchmarks.md."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A figure of this program beside its floor: the work that no program can leave out, measured in the same run.

    `unit` is "s", "/s", "MB", "B" (bytes a record or event) or "%"; `size` is the number of records or rows. `memory` is the
    peak of the process, in MB; `processor` its time on the processors, in seconds, which other programs disturb less.
    """

    name: str
    size: int
    ours: float
    unit: str
    engine: str = ""
    floor: float | None = None
    floor_is: str = ""
    peer: float | None = None
    peer_is: str = ""
    memory: float | None = None
    processor: float | None = None
    aim: str = ""

    @property
    def ratio(self) -> float | None:
        """Return the share of the floor's speed that is reached; None without a floor."""
        if not self.floor or not self.ours:
            return None
        return self.ours / self.floor if self.unit == "/s" else self.floor / self.ours


def append(file: Path, line: Line) -> None:
    """Add a line to a file of lines."""
    with file.open("a", encoding="utf-8") as out:
        out.write(json.dumps(asdict(line)) + "\n")


def read(file: Path) -> Iterator[Line]:
    """Yield the lines of a file, none where it is missing."""
    if file.exists():
        for text in file.read_text(encoding="utf-8").splitlines():
            yield Line(**json.loads(text))
