"""Claims of e-mail addresses: Twenty takes an address for one person only, so people wait until a holder lets go of theirs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from consumers.journal.addresses import primary_of, settle_claims
from consumers.journal.planned import Subject
from consumers.state.fold import ADDRESS_TAKEN
from consumers.state.view import View
from consumers.state.view_rows import Written
from consumers.sync.pairing import Strangers
from consumers.sync.planning.window_plan import Wish
from projections.desired import Desired

_SOMEBODY: Final = UUID(int=0)
"""Placeholder for a holder that keeps the address."""


@dataclass(frozen=True, kw_only=True)
class SettledClaims:
    """The wishes of a window with the addresses that may be claimed, those who let go of one, those who let go before others
    are written, and those who wait for an address (as its keyed hash).
    """

    wishes: list[Wish]
    let_go: frozenset[UUID]
    early: frozenset[UUID]
    waiting: Sequence[tuple[Subject, bytes]]


@dataclass(frozen=True, kw_only=True)
class EmailClaims:
    """The primary e-mail addresses that people hold in Twenty, and the records that wait for one."""

    view: View
    strangers: Strangers
    address_of: Callable[[str], bytes]

    def holders(self, people: Mapping[UUID, Desired]) -> dict[str, UUID]:
        """Return our holders of the addresses that these people want. Raises TwentyError."""
        claims = {primary: self.address_of(primary) for d in people.values() if (primary := primary_of(d))}
        holders = self.view.holders(list(claims.values()))
        wanted = {self.address_of(mail): d.id for d in people.values() if (mail := primary_of(d))}
        contested = {}
        for key, x in holders.items():
            holder = people.get(UUID(bytes=x.twenty_id))
            if x.twenty_id != wanted[key].bytes and (holder is None or holder.deleted):
                contested[key] = x
        for key in self._let_go_since(contested):
            del holders[key]
        return {mail: UUID(bytes=holders[key].twenty_id) for mail, key in claims.items() if key in holders}

    def settle(self, wishes: Sequence[Wish]) -> SettledClaims:
        """Settle the person who gets each address that several want. Raises TwentyError."""
        people = {w.desired.id: w.desired for w in wishes if w.desired.object == "people"}
        taken = {mail: i if i in self.strangers.adopted else _SOMEBODY for mail, i in self.strangers.taken.items()}
        settled = settle_claims(people, {**self.holders(people), **taken})
        out: list[Wish] = []
        waiting = []
        for wish in wishes:
            if wish.desired.object != "people":
                out.append(wish)
                continue
            desired = settled.desired[wish.desired.id]
            out.append(replace(wish, desired=desired))
            if desired.id in settled.waits:
                waiting.append((wish.subject, self.address_of(settled.waits[desired.id])))
        return SettledClaims(wishes=out, let_go=settled.let_go, early=settled.early, waiting=waiting)

    def look_again(self) -> None:
        """Release records that wait for an address that its holder no longer has: people change addresses and empty the bin.

        Raises TwentyError.
        """
        waiting = [x.waits_for for x in self.view.waiting() if x.reason == ADDRESS_TAKEN]
        if self._let_go_since(self.view.holders(waiting)):
            self.release()

    def release(self) -> None:
        """Release the records that wait for an address that is free."""
        waiting = [x for x in self.view.waiting() if x.reason == ADDRESS_TAKEN]
        if waiting:
            foreign = {self.address_of(mail) for mail in self.strangers.taken}
            held = self.view.holders([x.waits_for for x in waiting]).keys() | foreign
            self.view.release([x.record_id for x in waiting if x.waits_for not in held])

    def _let_go_since(self, holders: Mapping[bytes, Written]) -> list[bytes]:
        """Return the addresses that their holders no longer have in Twenty, and forget them in the view. Raises TwentyError."""
        if not holders:
            return []
        ids = [str(UUID(bytes=x.twenty_id)) for x in holders.values()]
        images = self.strangers.workspace.read("people", ids, deleted=True, fields=("id", "emails"))
        free = []
        for key, x in holders.items():
            emails = images.get(str(UUID(bytes=x.twenty_id)), {}).get("emails") or {}
            if not emails.get("primaryEmail") or self.address_of(emails["primaryEmail"]) != key:
                free.append(key)
        self.view.forget_addresses(free)
        return free
