"""The documents of `sample`, `sample accept`, `sample reject` and `go-live`."""

from __future__ import annotations

from typing import Any

from typing_extensions import TypedDict

from cutover.reports.documents.paged import PagedDocument
from cutover.reports.documents.rollback import KeptItem


class SampleDifference(TypedDict):
    """A record that differs between PbN and Twenty."""

    record: str | None
    """The pbnId, or the id in Twenty."""
    fields: list[str]


class SampledObject(TypedDict):
    """One object of the sample, compared."""

    object: str
    source: int
    twenty: int
    missing: int
    extra: int
    different: int
    differences: list[SampleDifference]


class ChoiceReason(TypedDict):
    """One reason for a patient to be in a sample."""

    shows: str
    """`object`, `filled`, `blank`, `option`, `issue`, `hardest` or `size`."""
    entity: str
    field: str
    value: str
    """The option, the reason code of an issue, or what makes a record hard; else empty."""
    text: str


class SampledPatient(TypedDict):
    """A patient of the sample, with the features that no patient chosen before shows."""

    pbnId: str
    reasons: list[ChoiceReason]


class CardCell(TypedDict):
    """One cell of the source, as the file has it."""

    column: str
    value: str


class CardField(TypedDict):
    """One field of a record: the cells, the value sent, the value that Twenty holds, and how they compare."""

    field: str | None
    """Twenty's name; null for a column that the mapping leaves out."""
    cells: list[CardCell]
    sent: Any
    twenty: Any
    result: str
    """`equal`, `normalised`, `different` or `lost`."""
    reason: str | None
    """The rule of a normalised value, or the reason code of one that is lost, doubtful or different."""
    means: str | None


class SampleCard(TypedDict):
    """One record of the sample, from the row of its source to Twenty."""

    pbnId: str | None
    object: str
    id: str
    file: str | None
    sheet: str | None
    row: int | None
    fields: list[CardField]


class FieldResults(TypedDict):
    """The fields of one object in the sample, by result."""

    object: str
    equal: int
    normalised: int
    different: int
    lost: int


class SampleDocument(PagedDocument):
    """A sample that was carried and compared."""

    run: str
    records: int
    patients: int
    chosen: list[SampledPatient]
    uncovered: list[ChoiceReason]
    """Contents of the deliveries that the sample does not show, for want of room."""
    objects: list[SampledObject]
    results: list[FieldResults]
    cards: list[SampleCard]
    differences: int
    requests: int
    seconds: float


class AcceptedSample(TypedDict):
    """The approval of a sample."""

    accepted: bool
    run: str | None
    patients: int
    by: str


class RejectedSample(TypedDict):
    """Samples that were taken back out of Twenty; `run` is the run that did it."""

    rejected: bool
    run: str
    samples: list[str]
    """The runs of the samples."""
    by: str
    undone: int
    kept: list[KeptItem]
    requests: int
    seconds: float


class GoLiveDocument(TypedDict):
    """The end of the migration window."""

    live: bool
    differences: int
    kept_back: int
    """Records that could not be written, or wait."""
    refused_rows: int
    """Rows of extracts that made no record."""
    conflicts: int
