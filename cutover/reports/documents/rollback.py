"""The document of `rollback`."""

from __future__ import annotations

from typing_extensions import TypedDict

from cutover.reports.documents.paged import PagedDocument


class KeptItem(TypedDict):
    """A record, or a part of the data model, that stays as it is."""

    object: str
    pbnId: str | None
    fields: list[str]
    reason: str


class UndoneObject(TypedDict):
    """The records of one object that were taken back, and those kept. In a dry run: that would be."""

    object: str
    undone: int
    kept: int


class RequestsAhead(TypedDict):
    """The requests and the time of a rollback that was looked at before."""

    requests: int
    seconds: int | None
    """At the workspace's rate limit; null without one."""


class TimelineDocument(TypedDict):
    """Timeline rows that a command destroyed; in a dry run: that would be."""

    destroyed: int
    """Rows of our own writes."""
    of_others: int
    """Rows of the same records about the work of people, workflows and applications: they stay."""
    refused: int
    """Rows of our own writes that stay because the key's role may not destroy them."""
    requests: int
    """Requests for timeline rows; they are not among the other requests of the document."""


class AutomatedItem(TypedDict):
    """A record on which Twenty's workflows or applications wrote, with those fields. It is not kept for that."""

    object: str
    pbnId: str | None
    fields: list[str]


class RollbackDocument(PagedDocument):
    """The writes taken back, and the records kept."""

    run: str
    undone: int
    kept: list[KeptItem]
    requests: int
    seconds: float
    dry_run: bool
    schema: list[str]
    """Steps of the data model taken back; in a dry run with --schema those that would be."""
    objects: list[UndoneObject]
    ahead: RequestsAhead | None
    """In a dry run, the requests that the rollback itself will take; else null. Its time includes those of `timeline`."""
    timeline: TimelineDocument | None
    """With --all, unless --keep-timeline is given or the rollback is narrowed; else null."""
    automated: list[AutomatedItem]
    """Records on which Twenty's workflows or applications wrote: they are taken back all the same."""
