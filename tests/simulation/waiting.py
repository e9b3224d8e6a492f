"""Records that wait: for their turn, for a patient, for an address, for somebody who tries again; and what lets them go on."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from tests.simulation.office import Source
from tests.simulation.ours import Book, believed_holders, is_alive
from tests.simulation.places import Places
from tests.simulation.told import Event
from tests.simulation.twenty import Twenty

UNKNOWN_PATIENT = "unknown_patient"
ADDRESS_TAKEN = "address_taken"
DEAD = "dead"


@dataclass
class Head:
    """A record as it was carried last, or waits to be: `status` is why it is kept back, if it is. `undone` says that the log
    tells of a rollback of it last: it was carried since only while Twenty lacked its object, which leaves no trace.
    """

    event: Event
    pending: bool = True
    status: str = ""
    waits_for: str | None = None
    undone: bool = False

    def wait(self, status: str = "", waits_for: str | None = None) -> None:
        """Note that it is not carried, or must be carried again."""
        self.pending, self.status, self.waits_for = True, status, waits_for

    def settle(self) -> None:
        """Note that it is carried."""
        self.pending, self.status, self.waits_for = False, "", None

    def go_on(self) -> None:
        """Note that what kept it back does so no more."""
        self.status, self.waits_for = "", None


Heads = dict[Source, Head]


def in_the_logs_order(heads: Heads, sources: Collection[Source]) -> list[Source]:
    """Sort records by the place of their newest event."""
    return sorted(sources, key=lambda s: heads[s].event.mark)


def pending(heads: Heads) -> list[Source]:
    """Return what can be carried now."""
    return in_the_logs_order(heads, [s for s, h in heads.items() if h.pending and not h.status])


def release_patients(heads: Heads, places: Places, book: Book) -> None:
    """Let records that waited for a patient go on when the patient is there."""
    for head in heads.values():
        if head.status == UNKNOWN_PATIENT and is_alive(book, places.person(head.event.row.cells["patient"])):
            head.go_on()


def release_addresses(heads: Heads, book: Book, foreign: Collection[str]) -> None:
    """Let people who waited for an address go on when it is free; `foreign` ones are held by people who are none of ours."""
    held = believed_holders(book)
    for head in heads.values():
        if head.status == ADDRESS_TAKEN and head.waits_for not in held and head.waits_for not in foreign:
            head.go_on()


def look_again(heads: Heads, book: Book, twenty: Twenty, foreign: Collection[str]) -> None:
    """Look again at people who hold an address that somebody waits for may have let it go."""
    held = believed_holders(book)
    wanted = {h.waits_for for h in heads.values() if h.status == ADDRESS_TAKEN and h.waits_for in held}
    let_go = [held[mail] for mail in wanted if mail and twenty.holder(mail) != held[mail]]
    for key in let_go:
        book[key].address = None
    if let_go:
        release_addresses(heads, book, foreign)


def release(heads: Heads, status: str) -> None:
    """Let records that are kept back for this reason try again."""
    for head in heads.values():
        if head.status == status:
            head.go_on()
