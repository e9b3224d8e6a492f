"""The document of `dead-letters list`."""

from __future__ import annotations

from typing_extensions import TypedDict


class KeptBack(TypedDict):
    """A record that is kept back."""

    record: str
    entity: str
    reason: str | None
    status: str
    """`dead` for a refused record, `waiting` for one that waits for another record."""
    attempts: int
    position: str


class DeadLettersDocument(TypedDict):
    """The records that are kept back."""

    dead_letters: list[KeptBack]
