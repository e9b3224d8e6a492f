"""The document of `estimate`."""

from __future__ import annotations

from typing_extensions import TypedDict


class UploadEstimate(TypedDict):
    """The documents to upload."""

    files: int
    bytes: int


class RollbackEstimate(TypedDict):
    """The cost of taking everything back."""

    records_per_request: int
    requests: int
    seconds: int | None


class EstimateDocument(TypedDict):
    """Records, requests and time of a first load."""

    records: dict[str, int]
    """Records by object."""
    total_records: int
    batch_size: int
    requests: dict[str, int]
    """Requests by object."""
    total_requests: int
    uploads: UploadEstimate
    rate_limit: int
    seconds: int | None
    """Null without a rate limit."""
    rollback: RollbackEstimate
    text: str
