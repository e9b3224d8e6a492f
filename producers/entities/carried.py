"""The columns that carry each field: fields that an extract should have, and fields that a record leaves blank.

Fields have the names that issues give them (`Column.issue_field`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from events.vocabulary.records import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """A field that the destination can get.

    It is there where one of `columns` is (names of `producers.entities`). It is blank in a record where all of
    `parts` are (names of `events.vocabulary.records`); of a line item's parts, where they are blank on every line.
    """

    parts: tuple[str, ...]
    columns: tuple[str, ...]
    of_lines: bool = False

    def blank_in(self, record: Record) -> bool:
        """Return whether a record leaves the field blank."""
        if not self.of_lines:
            for part in self.parts:  # noqa: SIM110 - asked of every field of every row; a generator would take twice as long
                if not is_blank(record.values.get(part)):
                    return False
            return True
        lines = record.values.get("lines")
        assert lines is None or isinstance(lines, list)
        return not any(isinstance(x, dict) and not is_blank(x.get(part)) for x in lines or () for part in self.parts)

    def has_column(self, columns: Collection[str]) -> bool:
        """Return whether one of these columns carries it."""
        return any(column in columns for column in self.columns)


def is_blank(value: object) -> bool:
    """Return whether a value is None, an empty text or an empty list. Zero and no are values."""
    return value is None or value == "" or value == []


def carried(parts: str, columns: str | None = None, *, of_lines: bool = False) -> Carried:
    """Return a field carried by these parts of a record, and by these columns where they have other names."""
    return Carried(parts=tuple(parts.split()), columns=tuple((columns or parts).split()), of_lines=of_lines)


ADDRESS = "address_street1 address_street2 address_city address_state address_postcode address_country"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """An object of the field map: what to export by hand, and its place in the list. `fields` are those that are looked at.

    A `part` is the name of a field of another object: it has no refused rows of its own.
    """

    place: int
    name: str
    fields: tuple[str, ...]
    manual: str
    part: str | None = None
