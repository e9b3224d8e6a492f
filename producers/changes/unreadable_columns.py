"""Columns of a run that fail in nearly every cell: one finding for each, instead of one for each of its values.

The sample of a table tells whether a column fails, so that the answer is the same when most of its rows are unchanged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice

from producers.binding.findings import Finding, shown
from producers.binding.sampled import BoundTable
from producers.binding.verdicts import UNREADABLE_COLUMN
from producers.changes.books import FailingColumn
from producers.changes.rows.reading import Reading
from producers.kinds.profile import SAMPLE
from producers.kinds.reading import Rules
from producers.records.assembly import cleaner_of
from producers.verdicts.unreadable import FEWEST, MOSTLY, unreadable


def note_unreadable(bound: BoundTable, reading: Reading) -> Iterator[Finding]:
    """Note the columns of a table that fail on its page of the books, and yield a finding for each.

    Reads the sample of a table with many lost values once more.
    """
    page, binding = reading.books.page(bound), reading.read_as(bound)
    lost: Counter[str] = Counter()
    for (field, _), number in page.issues.items():
        lost[field] += number
    suspects = {field for field, number in lost.items() if number >= MOSTLY * FEWEST}
    if not suspects:
        return
    rules = Rules.of(reading.practice, reading.taken_at)
    rows = [cells for _, cells in islice(bound.table.rows(), SAMPLE)]
    for index, column in enumerate(binding.columns):
        read = cleaner_of(binding.kind, column, reading.mapping, rules)
        if read is None or read[0] not in suspects:
            continue
        field, clean = read
        failed = unreadable((cells[index] for cells in rows), clean)
        if failed is not None:
            page.unreadable.append(FailingColumn(header=column.header, field=field, count=lost[field], looks=failed.looks))
            where = f"{bound.table.file}, {shown(bound.table.headers, index)}"
            text = f"{where}: {lost[field]:,} values were lost, nearly all of the column; its cells look like {failed.shapes()}"
            yield Finding(code=UNREADABLE_COLUMN, file=bound.table.file, column=column.header, text=text)
