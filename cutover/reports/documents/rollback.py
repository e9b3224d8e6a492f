"""The document of `rollback`."""

from __future__ import annotations

from typing_extensions import TypedDict


class KeptItem(TypedDict):
    """A record, or a part of the data model, that stays as it is."""

    object: str
    pbnId: str | None
    fields: list[str]
    reason: str


class RollbackDocument(TypedDict):
    """The writes taken back, and the records kept."""

    run: str
    undone: int
    kept: list[KeptItem]
    requests: int
    seconds: float
    dry_run: bool
    schema: list[str]
    """Steps of the data model taken back."""
