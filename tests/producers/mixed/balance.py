"""The books of mixed deliveries, held against the count of other readers."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from producers.binding.errors import CannotBind
from producers.changes.books import Books, findings_of
from producers.sources.extract import Extract
from producers.sources.port import ExtractError
from tests.producers.desk import Desk
from tests.producers.mixed.files import MixedFile

OUTCOMES: Counter[str] = Counter()
"""Deliveries by what became of them, for a report of many examples."""


def assert_balanced(days: Sequence[Sequence[MixedFile]]) -> None:
    """Produce the days one after the other; the books of each must agree with the count."""
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder) / "desk")
        try:
            for day, files in enumerate(days):
                _produce(desk, Path(folder) / f"day-{day}", day, files)
        finally:
            desk.close()


def _produce(desk: Desk, folder: Path, day: int, files: Sequence[MixedFile]) -> None:
    folder.mkdir()
    for file in files:
        file.write(folder)
    try:
        extract = desk.open(folder, day=day)
        books = desk.produce(extract).books
    except (ExtractError, CannotBind) as refused:
        OUTCOMES[f"refused: {type(refused).__name__}"] += 1
        return
    OUTCOMES["read"] += 1
    _compare(extract, books, folder, files, first=day == 0)


def _compare(extract: Extract, books: Books, folder: Path, files: Sequence[MixedFile], *, first: bool) -> None:
    assert findings_of(books) == []
    unread = {(issue.file, issue.sheet) for issue in extract.file_issues if issue.holds_rows}
    for file in files:
        for sheet, counted in file.count(folder).items():
            # the tables of a text, and the only table of a workbook, may have names of their own
            pages = [page for page in books if page.file == file.name and sheet in (None, page.sheet or sheet)]
            where = f"{file.name}, {sheet}"
            if any(name == file.name and (sheet is None or part in (None, sheet)) for name, part in unread):
                OUTCOMES["unread"] += 1
                continue
            assert pages, f"{where}: {counted.records} records are neither in the books nor named as unread"
            records = sum(page.records for page in pages)
            assert records == counted.records, f"{where}: {records} in the books, {counted.records} in the file"
            if first:
                filled: Counter[int] = Counter()
                for page in pages:
                    filled.update({column: number for column, number in enumerate(page.filled) if number})
                differs = f"{where}: too many {filled - counted.filled}, too few {counted.filled - filled}"
                assert counted.filled <= filled <= counted.filled + counted.others, differs
