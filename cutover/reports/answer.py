"""Answer of a command: one JSON document, the same for people, and whether there are findings."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from events.errors import ExitCode

_PIPE_WIDTH = 240
_PIECE = 1_000
"""Members of a list that are turned into text at once."""
_GAP = 2
"""Blanks between two columns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`document` is what `--json` prints, `text` what people read. `findings` makes the exit code 1.

    `next_step` is the command that people run now, and why, such as "`cutover map approve --by NAME`".
    """

    document: Mapping[str, Any]
    text: Sequence[RenderableType] = field(default_factory=tuple)
    findings: bool = False
    next_step: str = ""

    @property
    def exit_code(self) -> ExitCode:
        """Return DONE or FINDINGS."""
        return ExitCode.FINDINGS if self.findings else ExitCode.DONE


def show(answer: Answer, *, as_json: bool) -> None:
    """Print an answer to standard output."""
    if as_json:
        for piece in pieces_of(answer.document):
            sys.stdout.write(piece)
        sys.stdout.write("\n")
        sys.stdout.flush()
        return
    # in a pipe there is no terminal whose width lines would be folded to
    terminal = sys.stdout.isatty()
    print_parts(answer, Console(highlight=False, soft_wrap=not terminal, width=None if terminal else _PIPE_WIDTH))


def pieces_of(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield the JSON of a document in pieces: a list of hundreds of thousands of issues is never one text in memory."""
    before = "{"
    for name, value in document.items():
        yield f"{before}{_json(name)}: "
        yield from _pieces_of_list(value) if isinstance(value, list) else [_json(value)]
        before = ", "
    yield "}" if document else "{}"


def _pieces_of_list(values: Sequence[Any]) -> Iterator[str]:
    yield "["
    for start in range(0, len(values), _PIECE):
        yield f"{', ' if start else ''}{_json(values[start : start + _PIECE])[1:-1]}"
    yield "]"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def print_parts(answer: Answer, console: Console) -> None:
    """Print an answer for people, and last the command that comes next."""
    for part in answer.text:
        console.print(part, markup=False)
    if answer.next_step:
        console.print(f"Next: {answer.next_step}", markup=False)


class Listing:
    """A table where the terminal is wide enough for its longest words, else a block of lines for each row."""

    def __init__(self, title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], numbers: Iterable[int]) -> None:
        """Set the columns with the indexes `numbers` to the right."""
        self._title, self._columns, self._numbers = title, tuple(columns), frozenset(numbers)
        self._rows = [["" if cell is None else str(cell) for cell in row] for row in rows]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Render the table, or the blocks."""
        widths = self._widths(options.max_width)
        yield from self._blocks() if widths is None else [self._table(widths)]

    def _widths(self, terminal: int) -> list[int] | None:
        """Return the widths of the columns, none narrower than its longest word; None where the terminal is too narrow."""
        columns = list(zip(self._columns, *self._rows, strict=True))
        longest_words = [max(cell_len(word) for cell in column for word in cell.split() or [""]) for column in columns]
        longest_cells = [max(cell_len(line) for cell in column for line in cell.splitlines() or [""]) for column in columns]
        spare = terminal - sum(longest_words) - _GAP * (len(columns) - 1)
        if spare < 0:
            return None
        wishes = [cell - word for cell, word in zip(longest_cells, longest_words, strict=True)]
        share = min(1.0, spare / max(sum(wishes), 1))
        return [word + int(wish * share) for word, wish in zip(longest_words, wishes, strict=True)]

    def _table(self, widths: Sequence[int]) -> Table:
        made = Table(title=self._title, title_justify="left", title_style="bold", header_style="bold", box=None, pad_edge=False)
        for index, (name, width) in enumerate(zip(self._columns, widths, strict=True)):
            made.add_column(name, justify="right" if index in self._numbers else "left", width=width)
        for row in self._rows:
            made.add_row(*row)
        return made

    def _blocks(self) -> RenderResult:
        yield Text(self._title, style="bold")
        width = max(map(len, self._columns), default=0)
        for row in self._rows:
            for name, cell in zip(self._columns, row, strict=True):
                if cell:
                    yield Padding(Text(f"{name:<{width}}  {cell}"), (0, 0, 0, 2))
            yield Text("")


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], *, right: Iterable[int] = ()) -> Listing:
    """Return a table for people; the columns at the indexes `right` are numbers."""
    return Listing(title, columns, rows, right)
