"""The part of a document that says where its page was written."""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict


class PagedDocument(TypedDict):
    """A document that `--html` writes as a page, too."""

    html: NotRequired[str]
    """The path of the page, when one was written."""
