"""The documents of `init`, `rehearse` and `demo`."""

from __future__ import annotations

from typing import Any

from typing_extensions import TypedDict

from cutover.reports.documents.oversight.reconcile import ObjectCounts
from cutover.reports.documents.runs import ChangeCounts


class NewProject(TypedDict):
    """A project that was made."""

    project: str
    settings: str
    master_key_file: str
    practice: str


class ServedWorkspace(TypedDict):
    """A rehearsal workspace that answers."""

    url: str
    api_key: str


class DemoDocument(TypedDict):
    """The outcome of a rehearsed migration."""

    folder: str
    seconds: float
    objects: list[ObjectCounts]
    differences: int
    issues: int
    delta: ChangeCounts
    """The changes of day two."""
    undone: int
    kept: int
    log_problems: int
    steps: dict[str, dict[str, Any]]
    """The document of each command, by name."""
