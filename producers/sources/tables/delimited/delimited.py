"""Tables in delimited text (CSV, TSV …), streamed at nearly the speed of Python's csv module.

The module's strict reader does the work. Per row there is one look at the number of cells and lines and one at the first
character; only what these make suspicious (another length, several lines, a first cell that may start a total or repeat the
header) is looked at closely. Rows that are known already are passed over before they are taken apart, where the caller
recognises them. A record whose quoting is broken stops the reader; it is repaired or rejected, and reading goes on
with the line after it, so that a stray quote costs at most its own record.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Final

from producers.sources.tables.delimited.dialects import Dialect, detect_dialect
from producers.sources.tables.delimited.lines import Lines
from producers.sources.tables.delimited.quoting import split_leniently, split_literally
from producers.sources.tables.encodings import byte_order_mark, detect_encoding
from producers.sources.tables.headers.headers import Layout
from producers.sources.tables.headers.noise import is_blank
from producers.sources.tables.headers.second_headers import SecondHeaders
from producers.sources.tables.headers.shapes import Shape, shape_of
from producers.sources.tables.plain_lines import SEPARATOR, PassedLines, Skim, joined_cells
from producers.sources.tables.reader import TableInFile
from producers.sources.tables.screening import fit_to_headers, may_begin
from producers.sources.tables.table import (
    ANOTHER_HEADER,
    LONE_CELL,
    TRUNCATED_ROW,
    WRONG_CELL_COUNT,
    Extent,
    File,
    NumberedRow,
    OnLeftOut,
    OnReject,
    Rejected,
)

SAMPLE: Final = 1 << 18
"""Bytes from the start of a file on which encoding, dialect and header are decided."""
_PROBE: Final = 1 << 14
_PROBES: Final = 16
_LONGEST_REPAIR: Final = 200


@dataclass(frozen=True, kw_only=True)
class TextSource:
    """The rows of one delimited text file. `errors` is the decoding error handler, `mark` the length of the byte order mark."""

    file: File
    encoding: str
    errors: str
    mark: int
    dialect: Dialect
    layout: Layout

    def rows(self, on_reject: OnReject, extent: Extent) -> Iterator[NumberedRow]:
        """See Table.rows."""
        return self._numbered(on_reject, extent, None)

    def unknown_rows(self, on_reject: OnReject, extent: Extent, skim: Skim) -> Iterator[NumberedRow]:
        """See Table.unknown_rows."""
        return self._numbered(on_reject, extent, None if self.dialect.skip_blanks or self.dialect.escaped else skim)

    def _numbered(self, on_reject: OnReject, extent: Extent, skim: Skim | None) -> Iterator[NumberedRow]:
        open_end, cut = _ending(self.file, self.encoding)
        rows = self._rows(on_reject, extent, skim)
        return self._with_doubtful_end(rows, on_reject, extent, cut=cut) if open_end else rows

    def _with_doubtful_end(
        self, rows: Iterator[NumberedRow], on_reject: OnReject, extent: Extent, *, cut: bool
    ) -> Iterator[NumberedRow]:
        """Yield the rows of a file whose last line has no end: its row is held back until it is known to be whole. A
        character that is cut, or a last cell that is no longer like its column, gives a cut row away; a shorter word does
        not.
        """
        held: NumberedRow | None = None
        for item in rows:
            if held is not None:
                yield held
            held = item
        if held is None:
            return
        row, cells = held
        usual, last = self.layout.shapes.usual[-1], shape_of(cells[-1])
        clipped = usual in (Shape.DATE, Shape.TIME, Shape.EMAIL) and last not in (usual, Shape.BLANK)
        if row == extent.records + self.layout.begin and (cut or clipped):
            on_reject(Rejected(row=row, reason=TRUNCATED_ROW, cells=tuple(cells)))
        else:
            yield held

    def _rows(self, on_reject: OnReject, extent: Extent, skim: Skim | None) -> Iterator[NumberedRow]:
        layout, width = self.layout, len(self.layout.headers)
        covers, covers_full = layout.noise.covers, layout.noise.covers_full
        headings = SecondHeaders(layout.headers, layout.shapes)
        suspects, firsts, plain = layout.noise.suspects | headings.suspects, headings.firsts, True
        header_row, until, row, furniture = layout.row, layout.until or sys.maxsize, 0, -layout.begin
        with self.file.open() as stream:
            stream.seek(self.mark)
            with io.TextIOWrapper(stream, encoding=self.encoding, errors=self.errors, newline="") as text:
                lines = Lines(text)
                while True:
                    if skim is not None and row >= header_row:
                        lines.recognise = partial(self._known, skim, headings) if plain and layout.until is None else None
                    reader = self.dialect.reader(lines.feed())
                    before = done = 0
                    try:
                        for cells in reader:
                            before, done = done, reader.line_num
                            lines.done, lines.whole = before, done
                            row += 1
                            if row > until:
                                extent.records, extent.furniture = until - layout.begin, furniture
                                return
                            if len(cells) == width and done - before == 1 and row > header_row:
                                first = cells[0]
                                if plain and first and first[0] not in suspects and first not in firsts:
                                    yield row, cells
                                elif plain and covers_full(cells):
                                    furniture += 1
                                elif headings.begins(cells):
                                    plain, furniture = headings.is_plain, furniture + 1
                                    lines.read_all(unless=plain)
                                elif covers_full(cells):
                                    furniture += 1
                                elif headings.is_foreign:
                                    on_reject(Rejected(row=row, reason=ANOTHER_HEADER, cells=tuple(cells)))
                                elif headings.is_label(cells):
                                    on_reject(Rejected(row=row, reason=LONE_CELL, cells=tuple(cells)))
                                else:
                                    yield row, headings.arranged(cells)
                            elif row <= header_row or covers(cells):
                                furniture += 1
                                if skim is not None and row == header_row:
                                    lines.recognise = partial(self._known, skim, headings) if layout.until is None else None
                            elif done - before > 1 and self._swallowed(cells):
                                done, row = before, row - 1
                                raise csv.Error
                            elif may_begin(headings, cells) and headings.begins(cells):
                                plain, furniture = headings.is_plain, furniture + 1
                                lines.read_all(unless=plain)
                            elif headings.is_foreign:
                                on_reject(Rejected(row=row, reason=ANOTHER_HEADER, cells=tuple(cells)))
                            elif len(cells) == width:
                                yield row, headings.arranged(cells)
                            else:
                                kept = self._fitted(headings.arranged(cells), row, lines, done, on_reject)
                                if kept is not None:
                                    yield row, kept
                    except csv.Error:
                        row += 1
                        kept = self._repair(lines, done, reader.line_num, row, on_reject)
                        if row <= header_row or (kept is not None and covers(kept)):
                            furniture += 1
                        elif kept is not None:
                            yield row, headings.arranged(kept)
                    else:
                        run = lines.pass_over()
                        if run is None or skim is None:
                            extent.records, extent.furniture = row - layout.begin, furniture
                            return
                        row += run[1] - run[0]
                        skim.passed(run[2])

    def _known(self, skim: Skim, headings: SecondHeaders, lines: list[str]) -> list[PassedLines]:
        """Return the runs of lines that `skim` recognises: data, wherever a record begins with them."""
        if not skim.is_worth_a_look():
            return []
        rows = joined_cells(lines, self.dialect.delimiter, quoted=self.dialect.quoted)
        if skim.takes_unknown:
            return skim.runs(self._surely_data(rows, headings))
        noise = self.layout.noise
        doubtful = {line[:1] for line in lines} & (noise.suspects | {self.dialect.delimiter})
        if doubtful:
            for number, (line, row) in enumerate(zip(lines, rows, strict=True)):
                if row is not None and line[:1] in doubtful:
                    first = row.partition(SEPARATOR.encode())[0].decode("utf-8", "surrogatepass")
                    if not first or (first[0] in noise.suspects and not noise.passes(first)):
                        rows[number] = None
        return skim.runs(rows)

    def _surely_data(self, rows: list[bytes | None], headings: SecondHeaders) -> list[bytes | None]:
        """Return the joined rows of which the first cell and the number of cells say that they are data; None for the
        others.
        """
        separator, between = SEPARATOR.encode(), len(self.layout.headers) - 1
        suspects, firsts = self.layout.noise.suspects | headings.suspects, headings.firsts
        begins = {text.encode("utf-8", "surrogatepass")[:1] for text in suspects | firsts} | {b"", separator}
        found = [row if row is not None and row.count(separator) == between else None for row in rows]
        if not begins.isdisjoint({row[:1] for row in found if row is not None}):
            for number, row in enumerate(found):
                if row is not None and row[:1] in begins:
                    first = row.partition(separator)[0].decode("utf-8", "surrogatepass")
                    if not first or first[0] in suspects or first in firsts:
                        found[number] = None
        return found

    def _fitted(self, cells: list[str], row: int, lines: Lines, done: int, on_reject: OnReject) -> list[str] | None:
        """Return the cells of a record of odd length that ends with line `done`; None where it had to be rejected."""
        if any(cell.endswith("\\") for cell in cells):  # it may have escaped the quote that closed its cell
            on_reject(Rejected(row=row, reason=WRONG_CELL_COUNT, cells=tuple(cells)))
            return None
        if len(cells) < len(self.layout.headers) and len(cells) != self.layout.usual_length:
            if lines.ends_open_at(done):
                on_reject(Rejected(row=row, reason=TRUNCATED_ROW, cells=tuple(cells)))
                return None
            if self._goes_on(len(cells), lines.after(done)):
                on_reject(Rejected(row=row, reason=WRONG_CELL_COUNT, cells=tuple(cells)))
                return None
        return fit_to_headers(self.layout, cells, row, on_reject)

    def _goes_on(self, found: int, following: Iterator[str]) -> bool:
        """Return whether a short record goes on in the lines below: a line end stood in a cell without quotes. Then the
        lines up to the next row hold exactly the cells that are missing.
        """
        width, delimiter, words = len(self.layout.headers), self.dialect.delimiter, False
        for line in islice(following, _LONGEST_REPAIR):
            found += line.count(delimiter) if '"' not in line else len(split_literally(line, delimiter)) - 1
            words = words or bool(line.strip())
            if found > width:
                return False
            if found == width and words:
                return not self._is_row(line) and not self.layout.noise.covers(split_literally(line, delimiter))
        return False

    def _swallowed(self, cells: list[str]) -> bool:
        """Return whether a record of several lines is well formed by chance only: a stray quote opened a cell, another
        closed it some rows later. Then whole rows stand inside the cell, or its first line would be a row by itself, and
        its last one too.
        """
        delimiter, width = self.dialect.delimiter, len(self.layout.headers)
        for index, cell in enumerate(cells):
            if "\n" not in cell or cell.count(delimiter) < width - 1:
                continue
            parts = cell.splitlines()
            if any(part.count(delimiter) == width - 1 and self._is_row(part) for part in parts[1:-1]):
                return True
            first, last = delimiter.join([*cells[:index], parts[0]]), delimiter.join([parts[-1], *cells[index + 1 :]])
            if self._is_row(first) and self._is_row(last):
                return True
        return False

    def _repair(self, lines: Lines, start: int, stop: int, row: int, on_reject: OnReject) -> list[str] | None:
        """Return the record after line `start`, at which the csv reader gave up having read up to line `stop`; the next
        feed begins behind it. None where it had to be rejected.
        """
        delimiter, width = self.dialect.delimiter, len(self.layout.headers)
        if lines.lost(start):
            if row > self.layout.row:
                on_reject(Rejected(row=row, reason=WRONG_CELL_COUNT, cells=()))
            return None
        pending, ended = lines.take_back(start, max(_LONGEST_REPAIR, stop - start))
        if row <= self.layout.row:
            del pending[:1]
            return None
        for count in range(1, min(len(pending), _LONGEST_REPAIR) + 1):
            if count > 1 and self._is_row(pending[count - 1]):
                break
            record = "".join(pending[:count])
            if '\\"' in record:
                cells, closed = split_leniently(record, delimiter, escaped=True)
                if closed and len(cells) == width and self.layout.shapes.fits(cells):
                    del pending[:count]
                    return cells
            cells, closed = split_leniently(record, delimiter, escaped=self.dialect.escaped)
            if closed and len(cells) >= width:
                if len(cells) == width or (is_blank(cells[width:]) and self.layout.shapes.trusts(cells[:width], len(cells))):
                    del pending[:count]
                    return cells[:width]
                break
        literal = split_literally(pending[0], delimiter)
        to_the_end = ended and stop - start >= len(pending)
        if to_the_end and not any(self._is_row(line) for line in pending[1:]):
            pending.clear()
            on_reject(Rejected(row=row, reason=TRUNCATED_ROW, cells=tuple(literal)))
            return None
        del pending[:1]
        if len(literal) >= width and is_blank(literal[width:]) and self.layout.shapes.misfits(literal[:width]) == 0:
            return literal[:width]
        on_reject(Rejected(row=row, reason=WRONG_CELL_COUNT, cells=tuple(literal)))
        return None

    def _is_row(self, line: str) -> bool:
        """Return whether a line looks like a whole row by itself."""
        width = len(self.layout.headers)
        if line.count(self.dialect.delimiter) < width - 1:
            return False
        cells = split_literally(line, self.dialect.delimiter)
        return len(cells) == width and self.layout.shapes.misfits(cells) == 0 and not is_blank(cells[1:])


def read_text(file: File, _on_left_out: OnLeftOut, *, hidden_sheets: bool) -> list[TableInFile]:
    """Return the tables in a text file, one below the other. Reads a bounded sample only; raises NotATable where it holds
    none.
    """
    del hidden_sheets
    size = file.size
    with file.open() as stream:
        head = stream.read(SAMPLE)
        probes = [head]
        for k in range(1, _PROBES if size > SAMPLE else 0):
            stream.seek(SAMPLE + (size - SAMPLE) * k // _PROBES & ~3)
            probes.append(stream.read(_PROBE))
    marked = byte_order_mark(head)
    encoding, mark = marked or ("", 0)
    errors = "replace"
    if marked is None or encoding == "utf-8":
        detected, errors = detect_encoding(b"\n".join(probes)) if marked is None else ("utf-8", "cutover-windows-1252")
        encoding = detected
    text = head[mark:].decode(encoding, errors)
    lines = io.StringIO(text, newline="").readlines()
    complete = size <= SAMPLE
    dialect, layouts = detect_dialect(lines if complete or len(lines) < 2 else lines[:-1], complete=complete)
    source = partial(TextSource, file=file, encoding=encoding, errors=errors, mark=mark, dialect=dialect)
    return [
        TableInFile(name=f"table {number}", layout=layout, source=source(layout=layout))
        for number, layout in enumerate(layouts, 1)
    ]


def _ending(file: File, encoding: str) -> tuple[bool, bool]:
    """Return whether a file's last line has no end, and whether the file ends inside a character."""
    with file.open() as stream:
        size = stream.seek(0, io.SEEK_END)
        stream.seek(max(0, size - 64) & ~3)
        tail = stream.read()
    if encoding.startswith("utf-16") or encoding.startswith("utf-32"):
        unit = 2 if encoding.startswith("utf-16") else 4
        whole = tail[: len(tail) // unit * unit]
        text = whole.decode(encoding, "replace").rstrip("\0\x1a")
        return not text.endswith(("\n", "\r")), len(tail) % unit != 0
    text_end = tail.rstrip(b"\0\x1a")
    lead = next((i for i in range(1, min(4, len(text_end)) + 1) if text_end[-i] & 0xC0 != 0x80), 0)
    cut = encoding == "utf-8" and lead > 0 and text_end[-lead] >= 0xC2 and lead < _sequence_length(text_end[-lead])
    return not text_end.endswith((b"\n", b"\r")), cut


def _sequence_length(lead: int) -> int:
    return 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4 if lead < 0xF5 else 1
