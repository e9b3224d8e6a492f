"""Numbers with their nouns: one record, two records. Every text with a count is made here."""

from __future__ import annotations


def counted(number: int, one: str, several: str | None = None) -> str:
    """Return a number with its noun, as in `1 conflict` and `2,000 conflicts`; `several` where it is not `one` with an s.

    Both may go on with a verb: `counted(n, "record was", "records were")`.
    """
    return f"{number:,} {one if number == 1 else several or f'{one}s'}"
