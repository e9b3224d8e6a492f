"""The document of `workflows`."""

from __future__ import annotations

from typing_extensions import TypedDict


class AutomationRule(TypedDict):
    """A rule of PbN's automations."""

    name: str | None
    trigger: str | None
    timing: str | None
    channel: str | None
    template: str | None
    active: bool


class WorkflowsDocument(TypedDict):
    """The rules of an extract."""

    rules: list[AutomationRule]
    out: str | None
    """The file; null where there are no rules."""
