"""The document of `doctor`."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict


class CheckedPart(TypedDict):
    """One check."""

    name: str
    state: Literal["right", "notice", "wrong", "skipped"]
    """`skipped`: what it rests on is wrong, or not there yet."""
    found: str
    to_do: str
    """Blank where nothing is to be done."""


class DoctorDocument(TypedDict):
    """All checks, in the order in which they were made."""

    checks: list[CheckedPart]
    wrong: int
    notices: int
