"""The documents of `extract list` and `extract void`."""

from __future__ import annotations

from typing_extensions import TypedDict

from cutover.reports.documents.rollback import KeptItem
from cutover.reports.documents.runs import Writes


class Voided(TypedDict):
    """The decision that a delivery counts for nothing. It is not finished while changes of it are missing from the log."""

    by: str
    why: str
    at: str
    finished: bool


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
    cells: dict[str, int] | None
    """Cells of the rows that were taken apart, by what became of them, as in the books, with all `lost` ones
    together. Empty where no row was, or where it was read before cells were told apart."""
    balanced: bool | None
    """Whether every record is accounted for."""
    voided: Voided | None
    """The voiding: name and time; null for a delivery that counts."""


class DeliveriesDocument(TypedDict):
    """The deliveries that were read, in the order of reading."""

    deliveries: list[ListedDelivery]


class RereadDelivery(TypedDict):
    """A delivery that was read again where it lies."""

    extract: str
    path: str


class CorrectedEntity(TypedDict):
    """Change events by which the records of one entity become those of a practice without the delivery."""

    entity: str
    created: int
    updated: int
    deleted: int


class VoidDocument(TypedDict):
    """A delivery that was withdrawn; in a dry run, one that would be."""

    extract: str
    path: str
    by: str
    why: str
    dry_run: bool
    run: str
    reread: list[RereadDelivery]
    changes: list[CorrectedEntity]
    undone: int
    """Records in Twenty that the delivery alone had brought, and that were destroyed again."""
    kept: list[KeptItem]
    """Those that stay because people worked on them."""
    writes: Writes
    conflicts: int
    requests: int
    seconds: float
