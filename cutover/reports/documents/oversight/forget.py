"""The document of `forget`."""

from __future__ import annotations

from typing_extensions import TypedDict

from cutover.reports.documents.rollback import KeptItem, TimelineDocument


class ErasedInTwenty(TypedDict):
    """The patient's records in Twenty, taken out with `--in-twenty`."""

    run: str
    undone: int
    """Records taken out: destroyed, or given back as they were before the migration where Twenty had them."""
    kept: list[KeptItem]
    """Records that stay, because Twenty refused."""
    timeline: TimelineDocument
    requests: int


class Certificate(TypedDict):
    """The certificate of an erasure."""

    record: str
    key: str | None
    erased: dict[str, int]
    """Counts by kind of event."""
    at: str
    already_forgotten: bool
    in_twenty: ErasedInTwenty | None
    """With `--in-twenty`; else null."""
