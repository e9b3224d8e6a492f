"""Pages of books, as decisions in the log hold them."""

from __future__ import annotations

from typing import Any

from cutover.reports.documents.books import BookPage


def book_page(**about: Any) -> BookPage:
    """Return the page of a file of ten patients; `about` replaces its parts."""
    made: BookPage = {
        "extract": "e1",
        "file": "patients.csv",
        "sheet": None,
        "kind": "patient",
        "records": 11,
        "carried": {"created": 10},
        "merged": {},
        "used": {},
        "held": {},
        "left_out": {"furniture": 1},
        "columns": [],
        "issues": [],
        "difference": 0,
    }
    made.update(about)  # type: ignore[typeddict-item]
    return made
