"""The progress of a long step, in `status` and in lines on standard error."""

from __future__ import annotations

from typing_extensions import TypedDict


class ProgressReport(TypedDict):
    """A step that goes on: the records done, and the rate of the last minute."""

    step: str
    done: int
    total: int | None
    """Null where it is not known."""
    per_second: float | None
    seconds_left: float | None
    """Null before anything can be said."""
    written: dict[str, int]
    """Records written to Twenty so far, by object; empty for a step that writes nothing."""
    totals: dict[str, int]
    """Records to be written by object, where they are known before the step; empty otherwise."""
    conflicts: int
    dead_letters: int
