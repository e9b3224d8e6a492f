"""The document of `extract list`."""

from __future__ import annotations

from typing_extensions import TypedDict


class ListedDelivery(TypedDict):
    """One reading of a delivery, with the sums of its books. Counts are null where it was read before books were kept."""

    extract: str
    path: str
    """The folder, the archive or the address that it was read from."""
    taken_at: str
    scope: str
    """`full` or `partial`."""
    read_at: str
    run: str | None
    command: str | None
    """The command that read it; a `sample` reads a part."""
    records: int | None
    """All records of its files, the lines above the headers included."""
    carried: int | None
    merged: int | None
    used: int | None
    held: int | None
    left_out: int | None
    deleted: int | None
    """Deletions that followed from it; null where it was read before they were kept with it."""
    balanced: bool | None
    """Whether every record is accounted for."""


class DeliveriesDocument(TypedDict):
    """The deliveries that were read, in the order of reading."""

    deliveries: list[ListedDelivery]
