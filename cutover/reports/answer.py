"""What a command has to say: one JSON document, the same for people, and whether there are findings."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console, RenderableType
from rich.table import Table

from events.errors import ExitCode

_PIPE_WIDTH = 240


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`document` is what `--json` prints, `text` what people read. `findings` makes the exit code 1."""

    document: Mapping[str, Any]
    text: Sequence[RenderableType] = field(default_factory=tuple)
    findings: bool = False

    @property
    def exit_code(self) -> ExitCode:
        """DONE, or FINDINGS."""
        return ExitCode.FINDINGS if self.findings else ExitCode.DONE


def show(answer: Answer, *, as_json: bool) -> None:
    """Print an answer to standard output."""
    if as_json:
        sys.stdout.write(json.dumps(answer.document, ensure_ascii=False, default=str) + "\n")
        sys.stdout.flush()
        return
    # in a pipe nothing is folded to the width of a terminal that is not there
    console = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else _PIPE_WIDTH)
    for part in answer.text:
        console.print(part, markup=False)


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], *, right: Iterable[int] = ()) -> Table:
    """A table for people; the columns at the indexes `right` are numbers."""
    out = Table(title=title, title_justify="left", title_style="bold", header_style="bold", box=None, pad_edge=False)
    numbers = set(right)
    for index, name in enumerate(columns):
        out.add_column(name, justify="right" if index in numbers else "left", overflow="fold")
    for row in rows:
        out.add_row(*("" if cell is None else str(cell) for cell in row))
    return out
