"""The books of a delivery, as several documents hold them."""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict


class ValueIssue(TypedDict):
    """Values of one field that were lost or are doubtful, for one reason."""

    field: str
    """Twenty's name."""
    reason: str
    count: int


class ColumnCells(TypedDict):
    """One column, and the cells of it that hold anything, in the rows that were taken apart."""

    header: str
    filled: int
    to: str | None
    """The meaning or the custom field that they are read as; null where they are left out."""
    why: str | None
    """The reason for leaving them out."""
    cells: NotRequired[dict[str, int]]
    """Their number by fate: carried, normalised, blank (words for nothing), repeated, left_out, sensitive, with_row, and a
    reason code for lost values. Logs from before cells were told apart have none."""


class UnreadableColumn(TypedDict):
    """A column that fails in nearly every cell."""

    header: str
    field: str
    """Twenty's name."""
    count: int
    """The number of values that were lost."""
    looks: list[str]
    """The most frequent shapes of its cells: 9 for a digit, A and a for letters."""


class BookPage(TypedDict):
    """The records of one table of a delivery, and what became of each. `records` is the sum of all that follows, by detail."""

    extract: str
    file: str
    sheet: str | None
    kind: str
    records: int
    """All records of the file or sheet, the lines above the header included."""
    carried: dict[str, int]
    """Rows whose record in the log says the same: created, updated, unchanged."""
    merged: dict[str, int]
    """Rows about a record that another row carries."""
    used: dict[str, int]
    """Rows that were read for something else than a record."""
    held: dict[str, int]
    """Rows that are dead letters, by reason code."""
    left_out: dict[str, int]
    """Records that were left out on purpose, by what they are."""
    columns: list[ColumnCells]
    """Columns with a filled cell. Rows that are unchanged are not taken apart, and not counted here."""
    issues: list[ValueIssue]
    """Values of these rows that were lost or are doubtful."""
    rows: NotRequired[list[int]]
    """The numbers of rows that findings speak of (10,000 at most), where several sheets of the file hold such records."""
    unreadable: NotRequired[list[UnreadableColumn]]
    """Columns that fail in nearly every cell. Logs from before these were told apart have none."""
    difference: int
    """Records without an account: 0, or a defect of Cutover."""
