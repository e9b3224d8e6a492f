"""Time of requests at the pace that the client keeps, and the forecast of a rollback in words."""

from __future__ import annotations

from math import ceil

from consumers.twenty.transport.budget import SLACK
from cutover.reports.counted import counted
from cutover.reports.documents.rollback import RequestsAhead
from cutover.reports.progress import duration


def forecast_line(ahead: RequestsAhead) -> str:
    """Return the requests of a rollback, and their time at the rate limit where there is one."""
    limited = "" if ahead["seconds"] is None else f", at the rate limit {duration(ahead['seconds'])}"
    return f"The rollback itself takes about {counted(ahead['requests'], 'request')}{limited}."


def seconds_at(requests: int, limit: int) -> int | None:
    """Return the seconds for so many requests at `limit` requests a minute; None without a limit (0)."""
    return ceil(requests * 60 / (limit * (1 - SLACK))) if limit else None
