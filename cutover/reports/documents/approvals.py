"""The documents of `sample`, `sample accept` and `go-live`."""

from __future__ import annotations

from typing_extensions import TypedDict


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


class SampleDocument(TypedDict):
    """A sample that was carried and compared."""

    run: str
    records: int
    patients: int
    objects: list[SampledObject]
    differences: int
    requests: int
    seconds: float


class AcceptedSample(TypedDict):
    """The approval of a sample."""

    accepted: bool
    run: str | None
    patients: int


class GoLiveDocument(TypedDict):
    """The end of the migration window."""

    live: bool
    differences: int
    kept_back: int
    conflicts: int
