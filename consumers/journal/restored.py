"""Marks of a rollback among the values that a record was last written with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

RESTORED = "$restored"
"""Marks, among the values a record was last written with, a field that a rollback gave its earlier value."""


def marked(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that a rollback gives back, each with its mark."""
    return {name: {RESTORED: value} for name, value in values.items()}


def restored(value: Any) -> Any:
    """Return a value that a record was last written with, freed of its mark."""
    return value[RESTORED] if isinstance(value, Mapping) and RESTORED in value else value
