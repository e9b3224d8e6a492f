"""The independent model: what must be in Twenty after each step, worked out record by record from the rules in docs/.

It knows nothing of the engine: no projections, no consumers, no log. This is what can happen; its parts are modules of their
own: the model's Twenty (`twenty`), what PbN told us (`told`), where that belongs (`places`), what we wrote (`ours`), what
waits (`waiting`); how a write comes about (`addresses`, `planning`, `three_ways`, `writing`) and how it is taken back
(`taking_back`, `undo`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from tests.simulation import addresses, waiting
from tests.simulation.addresses import Wish
from tests.simulation.destination import Ids, Key, Wanted
from tests.simulation.merges import merged_fields, winner_of
from tests.simulation.office import Row, Source
from tests.simulation.ours import Book, is_alive
from tests.simulation.parts import Part, Parts, plural_of
from tests.simulation.places import Places
from tests.simulation.planning import Planning
from tests.simulation.taking_back import Kept, TakingBack
from tests.simulation.told import Told
from tests.simulation.twenty import Twenty
from tests.simulation.undo import Scope
from tests.simulation.waiting import Head, Heads
from tests.simulation.writing import Planned, in_order, note, write


class _Refused(NamedTuple):
    """A write that Twenty refused: its record, whether the address was taken, and the records that were not there."""

    key: Key
    is_taken: bool
    lacking: set[Key]


class Model:
    """Twenty, PbN as it was told, and what we wrote."""

    def __init__(self, ids: Ids, limit: float) -> None:
        self.twenty = Twenty()
        self.told = Told(limit)
        self.places = Places(ids)
        self.ours: Book = {}
        self.heads: Heads = {}
        self.came: dict[Source, int] = {}
        self.edits: dict[tuple[Key, str], Any] = {}
        self.parts = Parts()
        self.run = 0
        self._start_afresh()

    def _start_afresh(self) -> None:
        """Forget what is known for the length of one command."""
        self.conflicts = 0
        self._foreign: set[str] = set()
        self._made_again: set[str] = set()
        self._tried: set[tuple[Source, bool]] = set()
        self._awaited: set[Key] = set()

    def _begin(self) -> None:
        """Begin a command."""
        self.run += 1
        self._start_afresh()

    # Commands

    def sync(self, rows: Sequence[Row], kinds: Collection[str], *, full: bool, confirm: bool = False) -> None:
        """Carry an extract."""
        self._begin()
        self.parts.settle()
        self._catch_up(self.told.extract(rows, kinds, self.run, full=full, confirm=confirm))

    def retry(self) -> None:
        """Try again what Twenty refused."""
        self._begin()
        self.parts.settle()
        waiting.release(self.heads, waiting.DEAD)
        self._catch_up([])

    def replay(self, first: int, last: int) -> None:
        """Carry and compare again the newest events of records, where they were told in one of these runs."""
        self._begin()
        self.parts.settle()
        self._carry_pending(check_all=True)
        for run in range(first, last + 1):
            told = [s for s, h in self.heads.items() if h.event.run == run]
            self._carry(waiting.in_the_logs_order(self.heads, told), check_all=True)
        self._carry_pending(check_all=True)

    def roll_back(self, scope: Scope) -> list[Kept]:
        """Undo the net effect of the writes in scope; gives what is kept and why."""
        self.run += 1
        return TakingBack(self.twenty, self.ours, self.heads, scope, self.parts).carry_out()

    def forget_state(self) -> None:
        """Make the lost state again from the log: people who waited for an address try again."""
        waiting.release(self.heads, waiting.ADDRESS_TAKEN)
        waiting.release_patients(self.heads, self.places, self.ours)
        self.parts.forget_state()
        for head in self.heads.values():
            head.pending = head.pending or (head.undone and not head.status)

    # People in Twenty

    def edit(self, key: Key, name: str, value: Any) -> None:
        """Change a field as a person does."""
        self.edits[key, name] = value
        self.twenty.update(key, {name: value})

    def add(self, key: Key, fields: Mapping[str, Any]) -> None:
        """Make a record as a person does."""
        self.twenty.create(key, fields)

    def bin(self, key: Key) -> None:
        """Soft-delete a record as a person does."""
        self.twenty.soft_delete(key)

    def merge(self, stays: Key, goes: Key) -> None:
        """Merge two people as a person does: the one goes for good, and its links; what points at it points at the other."""
        for key, held in self.twenty.records.items():
            if held.fields.get("patientId") == goes[1] and not self.parts.is_off(key[0], "patientId"):
                self.edit(key, "patientId", stays[1])
        winner, loser = self.twenty.records[stays], self.twenty.records[goes]
        self.destroy(goes)
        for name, value in merged_fields(winner, loser).items():
            self.edit(stays, name, value)

    def destroy(self, key: Key) -> None:
        """Remove a record for good as a person does."""
        self.twenty.destroy(key)

    def remove_part(self, part: Part) -> None:
        """Remove a part of the data model as an admin does."""
        self.parts.remove(part, self.twenty, self.ours)
        for place in [(key, name) for key, name in self.edits if key[0] == part[0] and part[1] in ("", name)]:
            del self.edits[place]

    # Carrying

    def _catch_up(self, news: Sequence[Source]) -> None:
        """Carry first what was pending goes first, in the revision that was carried last; then the new events; then what
        came free.
        """
        waiting.look_again(self.heads, self.ours, self.twenty, self._foreign)
        renewed = self.parts.renewed()
        for (kind, _), head in self.heads.items():
            head.pending = head.pending or (plural_of(kind) in renewed and not head.status and not head.event.deleted)
        self._carry_pending()
        for source in news:
            self.came.setdefault(source, self.run)
            self.heads[source] = Head(self.told.events[source])
        self._carry(news)
        self._carry_pending()

    def _carry_pending(self, *, check_all: bool = False) -> None:
        while sources := waiting.pending(self.heads):
            self._carry(sources, check_all=check_all)

    def _carry(self, sources: Sequence[Source], *, check_all: bool = False) -> None:
        """Carry one window: what these records should be in Twenty is settled, planned and written, and who waits is told."""
        if not sources:
            return
        for source in sources:
            self.places.pair(source, self.heads[source].event, self.twenty, self.ours)
        wishes, kept_back = self._wishes(sources)
        settled = addresses.settle(wishes, self.twenty, self.ours)
        self._foreign |= settled.foreign
        kept_back |= {s: (waiting.ADDRESS_TAKEN, mail) for s, mail in settled.waiting.items()}
        paired, made_again = self.places.paired, self._made_again
        plan = Planning(self.twenty, self.ours, paired, settled, made_again, self._winner_of, check_all=check_all).plan()
        refused = self._perform(plan.writes)
        again = self._tried_again(refused)
        self.conflicts += plan.conflicts
        carried = {p.source for p in plan.writes} | plan.kept
        for source in sources:
            head = self.heads[source]
            if source in kept_back:
                head.wait(*kept_back[source])
            elif source in carried or not head.status:
                head.settle()
                head.undone = head.undone and self.parts.is_removed(plural_of(source[0]))
            if source in refused:
                head.wait("" if source in again else waiting.DEAD)
        waiting.release_patients(self.heads, self.places, self.ours)
        waiting.release_addresses(self.heads, self.ours, self._foreign)

    def _winner_of(self, source: Source, key: Key) -> Key | None:
        return winner_of(key, source[1], self.twenty, self.ours, self.heads)

    def _wishes(self, sources: Sequence[Source]) -> tuple[list[Wish], dict[Source, tuple[str, str | None]]]:
        """Return what should be in Twenty; and who is kept back, because what it points at is not there and does not come
        either.
        """
        wanted = {s: self._possible(self.places.wanted(s, self.heads[s].event)) for s in sources}
        coming = {w.key for mine in wanted.values() for w in mine if not w.deleted}
        wishes: list[Wish] = []
        kept_back: dict[Source, tuple[str, str | None]] = {}
        for source, mine in wanted.items():
            unmet = [w.needs for w in mine if w.needs and w.needs not in coming and not is_alive(self.ours, w.needs)]
            if unmet:
                kept_back[source] = (waiting.UNKNOWN_PATIENT if unmet[0][0] == "people" else waiting.DEAD, None)
            else:
                wishes += [(source, w) for w in mine]
        return wishes, kept_back

    def _possible(self, wanted: Sequence[Wanted]) -> list[Wanted]:
        """Return the records that can be written, with the values that the data model has a place for."""
        return [replace(w, fields=self.parts.wanted(w.key[0], w.fields)) for w in wanted if not self.parts.is_removed(w.key[0])]

    def _tried_again(self, refused: Mapping[Source, _Refused]) -> set[Source]:
        """Return the refused records that are tried once more: an address was taken, which is looked into, or a record that
        they point at is itself tried once more.
        """
        again: set[Source] = set()
        for source, one in refused.items():
            self._awaited.discard(one.key)
            if (one.is_taken or one.lacking & self._awaited) and (source, one.is_taken) not in self._tried:
                self._tried.add((source, one.is_taken))
                again.add(source)
                self._awaited.add(one.key)
        return again

    def _perform(self, planned: Sequence[Planned]) -> dict[Source, _Refused]:
        """Write; gives the records of which Twenty refused something, and why it did at that moment."""
        refused: dict[Source, _Refused] = {}
        for p in in_order(planned):
            if p.quiet or write(p, self.twenty):
                note(p, self.ours, self.run, self.heads[p.source].event)
                self._awaited.discard(p.key)
            else:
                taken, lacking = self.twenty.is_taken(p.key, p.send), self.twenty.lacking(p.send)
                refused[p.source] = _Refused(p.key, taken, lacking)
        return refused
