"""The lines of a text, fed to a csv reader in blocks, and taken back when a record has to be read again."""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Iterator
from itertools import chain
from typing import Final

_BLOCK: Final = 1 << 18
_BLOCKS_KEPT: Final = 20  # at least; more while one record goes on, so that it can be read again however large it is


class Lines:
    """Lines with memory. Line ends are kept as found; a lone CR ends a line too."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._pending: list[str] = []
        self._blocks: deque[tuple[int, list[str]]] = deque()
        self._delivered = 0
        self.done = 0
        """The line of the present feed before which nothing has to be read again; its reader moves it on."""

    def feed(self) -> Iterator[str]:
        """The lines still to be read, for one reader; its line numbers start anew."""
        self._blocks.clear()
        self._delivered = self.done = 0
        return chain.from_iterable(iter(self._next_block, []))

    def take_back(self, start: int, enough: int) -> tuple[list[str], bool]:
        """The lines after number `start` of the present feed, as a list whose remains (delete what was used) the next feed
        delivers first: at least `enough` of them if the text has as many. The flag says that the text ends with them. The list
        begins later than asked for where those lines are no longer kept.
        """
        pending = [line for before, block in self._blocks for line in block[max(0, start - before) :]]
        pending += self._pending
        ended = False
        while len(pending) < enough and not ended:
            more = self._text.readlines(_BLOCK)
            ended = not more
            pending += more
        self._pending = pending
        return pending, ended

    def after(self, number: int) -> Iterator[str]:
        """The lines that follow line `number` of the present feed, as far as they are at hand."""
        for before, block in self._blocks:
            if before + len(block) > number:
                yield from block[max(0, number - before) :]
        if not self._pending:
            self._pending = self._text.readlines(_BLOCK)
        yield from self._pending

    def lost(self, start: int) -> bool:
        """Whether the line after number `start` is no longer kept."""
        return bool(self._blocks) and self._blocks[0][0] > start

    def ends_open_at(self, number: int) -> bool:
        """Whether line `number` of the present feed is the text's last and has no line end."""
        if number != self._delivered:
            return False
        if not self._pending:
            self._pending = self._text.readlines(_BLOCK)
        return not self._pending and bool(self._blocks) and not self._blocks[-1][1][-1].endswith(("\n", "\r"))

    def _next_block(self) -> list[str]:
        block, self._pending = self._pending, []
        block = block or self._text.readlines(_BLOCK)
        if block:
            while len(self._blocks) >= _BLOCKS_KEPT and self._blocks[0][0] + len(self._blocks[0][1]) <= self.done:
                self._blocks.popleft()
            self._blocks.append((self._delivered, block))
            self._delivered += len(block)
        return block
