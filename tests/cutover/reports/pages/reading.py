"""A page as a browser would take it: its texts, its tags, and whether each is closed in its place."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from html.parser import HTMLParser

from cutover.reports.page.html import html_of
from cutover.reports.page.parts import ReportPage
from cutover.reports.pages.framing import Frame
from tests.consumers.reconcile.small_practice import PRACTICE

FRAME = Frame(practice=PRACTICE, made_at=datetime(2026, 11, 18, 18, 0, tzinfo=UTC))
_VOID = ("meta", "rect")


class ReadPage(HTMLParser):
    """The texts, tags and attributes of a page. Fails where a tag is not closed in its place."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str | None]] = []
        self._open: list[str] = []
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += attrs
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data.strip())

    @property
    def text(self) -> str:
        return " ".join(self.texts)


def read(page: ReportPage) -> ReadPage:
    return ReadPage(html_of(page))
