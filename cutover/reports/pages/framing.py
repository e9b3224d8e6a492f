"""The frame that all pages share: the practice and the time in its zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from events.vocabulary.practice import Practice


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The practice of a page, and the time (aware) at which the page is made."""

    practice: Practice
    made_at: datetime

    def title(self, text: str) -> str:
        """Return a title with the practice's name before it."""
        return f"{self.practice.name}: {text}"

    def made(self, *more: str) -> str:
        """Return the line below the title: when the page was made, and from what."""
        return " ".join([f"As of {self.local(self.made_at)} ({self.practice.zone.key}).", *more])

    def local(self, time: datetime | str) -> str:
        """Return a time, or its ISO 8601 text, on the practice's clocks."""
        when = datetime.fromisoformat(time) if isinstance(time, str) else time
        return f"{when.astimezone(self.practice.zone):%d %B %Y, %H:%M}"


def times(number: int) -> str:
    """Return a count of happenings in words."""
    return "once" if number == 1 else f"{number:,} times"


def place(file: str | None, sheet: str | None = None) -> str:
    """Return the file and its sheet, as far as they are known."""
    return ", ".join(part for part in (file, sheet) if part)
