"""The lines of a text, fed to a csv reader in blocks, and taken back when a record has to be read again.

Lines that are recognised are passed over: the feed ends before a run of them, where a record ends too, and `pass_over` goes on
behind it.
"""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Final

from producers.sources.tables.plain_lines import PassedLines

_BLOCK: Final = 1 << 18
_BLOCKS_KEPT: Final = 20  # at least; more while one record goes on, so that it can be read again however large it is


class Lines:
    """Lines with memory. Line ends are kept as found; a lone CR ends a line too."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._ahead: deque[tuple[list[str], deque[PassedLines] | None]] = deque()
        """Blocks that were read already, each with its runs; None where it was not looked at for runs yet."""
        self._blocks: deque[tuple[int, list[str]]] = deque()
        self._runs: deque[PassedLines] = deque()
        self._delivered = self._given = 0
        self.done = 0
        """The line of the present feed before which nothing has to be read again; its reader moves it on."""
        self.whole = 0
        """The line of the present feed with which the last record ended; its reader moves it on."""
        self.recognise: Callable[[list[str]], list[PassedLines]] | None = None
        """Finds the runs of a block's lines that need not be read. Lines that were taken back are read anyhow."""

    def feed(self) -> Iterator[str]:
        """Return the lines still to be read, for one reader; its line numbers start anew."""
        self._blocks.clear()
        self._delivered = self._given = self.done = self.whole = 0
        return chain.from_iterable(iter(self._next_piece, []))

    def pass_over(self) -> PassedLines | None:
        """Return the run before which the feed ended, and go on behind it with the next feed; None at the end of the text."""
        if not self._runs:
            return None
        run, (before, block) = self._runs.popleft(), self._blocks[-1]
        later = deque((start - run[1], stop - run[1], slots) for start, stop, slots in self._runs)
        self._ahead.appendleft((block[run[1] - before :], later))
        self._runs = deque()
        return run

    def read_all(self, *, unless: bool) -> None:
        """Give up the runs ahead: no row below another header is passed over. `unless` the rows below it are read the same."""
        if not unless:
            self.recognise, self._runs = None, deque()
            self._ahead = deque((lines, deque()) for lines, _ in self._ahead)

    def take_back(self, start: int, enough: int) -> tuple[list[str], bool]:
        """Return the lines after number `start` of the present feed, as a list whose remains (delete what was used) the
        next feed delivers first: at least `enough` of them if the text has as many. The flag says that the text ends with
        them. The list begins later than asked for where those lines are no longer kept.
        """
        pending = [line for before, block in self._blocks for line in block[max(0, start - before) :]]
        for lines, _ in self._ahead:
            pending += lines
        ended = False
        while len(pending) < enough and not ended:
            more = self._text.readlines(_BLOCK)
            ended = not more
            pending += more
        self._ahead, self._runs = deque([(pending, deque())]), deque()
        return pending, ended

    def after(self, number: int) -> Iterator[str]:
        """Yield the lines that follow line `number` of the present feed, as far as they are at hand."""
        for before, block in self._blocks:
            if before + len(block) > number:
                yield from block[max(0, number - before) :]
        for lines in self._look_ahead():
            yield from lines

    def lost(self, start: int) -> bool:
        """Return whether the line after number `start` is no longer kept."""
        return bool(self._blocks) and self._blocks[0][0] > start

    def ends_open_at(self, number: int) -> bool:
        """Return whether line `number` of the present feed is the text's last and has no line end."""
        if number != self._delivered:
            return False
        return not any(self._look_ahead()) and bool(self._blocks) and not self._blocks[-1][1][-1].endswith(("\n", "\r"))

    def _next_piece(self) -> list[str]:
        """Return the lines up to the next run; none where a record ends before it, and at the end of the text."""
        if self._given == self._delivered:
            self._next_block()
        if not self._blocks:
            return []
        before, block = self._blocks[-1]
        stop = self._delivered
        if self._runs:
            stop, end, slots = self._runs[0]
            if stop == self._given:
                if self.whole == stop:
                    return []
                # a record goes on in it: its first line is no row of its own
                self._runs.popleft()
                if stop + 1 < end:
                    self._runs.appendleft((stop + 1, end, slots[1:]))
                stop += 1
        piece = block[self._given - before : stop - before]
        self._given = stop
        return piece

    def _look_ahead(self) -> list[list[str]]:
        if not any(lines for lines, _ in self._ahead):
            self._ahead = deque([(self._text.readlines(_BLOCK), None)])
        return [lines for lines, _ in self._ahead]

    def _next_block(self) -> None:
        block, runs = list[str](), None
        while self._ahead and not block:
            block, runs = self._ahead.popleft()
        if not block:
            block, runs = self._text.readlines(_BLOCK), None
        if block:
            while len(self._blocks) >= _BLOCKS_KEPT and self._blocks[0][0] + len(self._blocks[0][1]) <= self.done:
                self._blocks.popleft()
            before = self._delivered
            self._blocks.append((before, block))
            if runs is None:
                runs = deque(self.recognise(block)) if self.recognise is not None else deque()
            self._runs = deque((start + before, stop + before, slots) for start, stop, slots in runs) if before else runs
            self._delivered += len(block)
