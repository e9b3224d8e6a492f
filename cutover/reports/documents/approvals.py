"""The documents of `sample`, `sample accept`, `sample reject` and `go-live`."""

from __future__ import annotations

from typing_extensions import TypedDict

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


class ChosenPatient(TypedDict):
    """A patient of the sample, with the features that no patient chosen before shows."""

    pbnId: str
    reasons: list[ChoiceReason]


class SampleDocument(TypedDict):
    """A sample that was carried and compared."""

    run: str
    records: int
    patients: int
    chosen: list[ChosenPatient]
    uncovered: list[ChoiceReason]
    """What the deliveries hold and the sample does not show, for want of room."""
    objects: list[SampledObject]
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
    conflicts: int
