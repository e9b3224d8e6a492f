"""The document of `forget`."""

from __future__ import annotations

from typing_extensions import TypedDict


class Certificate(TypedDict):
    """The certificate of an erasure."""

    record: str
    key: str | None
    erased: dict[str, int]
    """Counts by kind of event."""
    at: str
    already_forgotten: bool
