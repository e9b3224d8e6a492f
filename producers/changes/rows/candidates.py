"""Records as they were just read, on their way to be compared with what is known."""

from __future__ import annotations

from typing import NamedTuple

from events.change_events import NO_PART
from events.vocabulary.records import Record
from producers.changes.books import LINE_OF_PLAN, REPEATED, SAME_RECORD, Page, Term


class Candidate(NamedTuple):
    """A record as it was just read: its row's fingerprint, the file's SHA-256 (32 bytes), the row's number, and the page of the
    books that its row is counted on; `others` are the pages of further rows that are parts of it.

    One that was not read in this extract, but follows from what was, has the time (ms) at which it was `read_at`, and no page.
    """

    record: Record
    fingerprint: bytes
    file: bytes = NO_PART
    row: int = 0
    read_at: int | None = None
    page: Page | None = None
    others: tuple[Page, ...] = ()

    def settle(self, term: Term, detail: str) -> None:
        """Add the row to a term of its page. Its other rows are merged with it, or held with it."""
        if self.page is not None:
            self.page.count(term, detail)
        for page in self.others:
            if term is Term.HELD:
                page.count(term, detail)
            else:
                page.count(Term.MERGED, LINE_OF_PLAN)

    def count_as_repeat_of(self, fingerprint: bytes, detail: str = SAME_RECORD) -> None:
        """Add the row as one about a record that another row, with this fingerprint, is carried for."""
        if fingerprint == self.fingerprint:
            self.settle(Term.LEFT_OUT, REPEATED)
        else:
            self.settle(Term.MERGED, detail)
