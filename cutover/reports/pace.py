"""The time that requests take at the pace that the client keeps."""

from __future__ import annotations

from math import ceil

from consumers.twenty.transport.budget import SLACK


def seconds_at(requests: int, limit: int) -> int | None:
    """Return the seconds for so many requests at `limit` requests a minute; None without a limit (0)."""
    return ceil(requests * 60 / (limit * (1 - SLACK))) if limit else None
