"""Moments as the workspace writes them: UTC, milliseconds, ``2025-03-09T15:04:05.678Z``."""

from __future__ import annotations

from datetime import UTC, datetime


def moment_text(moment: datetime) -> str:
    """Return a moment in UTC as text; microseconds are cut."""
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def now_text() -> str:
    """Return the present moment as text."""
    return moment_text(datetime.now(UTC))
