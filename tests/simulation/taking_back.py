"""A rollback: the net effect of our writes is undone, except where people have built on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.simulation.destination import LINK_COLUMNS, LINKS, Key
from tests.simulation.ours import Book, Ours, Restored
from tests.simulation.parts import Parts
from tests.simulation.twenty import Held, Twenty
from tests.simulation.undo import Scope, Undo, kept_undo, undo_of
from tests.simulation.waiting import Heads

TAKEN_BACK_IN = (
    *("tasks", "notes", "treatmentPlans", "billingRecords", "insuranceClaims", "labCases"),
    *("taskTargets", "noteTargets", "people", "companies"),
)
_OWNERS = {link: owner for owner, (link, _) in LINKS.items()}
Kept = tuple[Key, str]
"""A record that is not taken back, or not all of it, and why."""


class TakingBack:
    """One rollback. `_going` are records that will be destroyed, `_withheld` those that would have been and are kept."""

    def __init__(self, twenty: Twenty, book: Book, heads: Heads, scope: Scope, parts: Parts) -> None:
        self._twenty, self._book, self._heads, self._scope, self._parts = twenty, book, heads, scope, parts
        self._chains = {k: o for k, o in book.items() if any(scope(o.source, w) for w in o.writes)}
        self._going = {k for k, o in self._chains.items() if any(w.action == "create" and scope(o.source, w) for w in o.writes)}
        self._withheld: set[Key] = set()

    def carry_out(self) -> list[Kept]:
        """Take back all that can be; gives what is kept and why."""
        kept: list[Kept] = []
        for plural in TAKEN_BACK_IN:
            undos = self._undos(plural)
            kept += [(key, undo.reason) for key, undo in undos.items() if undo.reason]
            kept += self._apply([(key, undo) for key, undo in undos.items() if undo.undone or undo.restore])
        return kept

    def _undos(self, plural: str) -> Mapping[Key, Undo]:
        mine = sorted((k for k in self._chains if k[0] == plural), key=lambda k: (k not in self._going, k[1]))
        built = {k for k in mine if k in self._going and self._twenty.built_on(k, self._going)}
        undos: dict[Key, Undo] = {}
        for key in mine:
            ours, held = self._chains[key], self._twenty.records.get(key)
            undo = undo_of(ours, held, self._scope, lambda before: self._parts.given_back(plural, before))
            if undo.action == "destroy" and key in built and held is not None:
                undo = kept_undo(ours, held, self._scope, "built_on_in_twenty")
            if undo.action == "destroy" and held is not None and self._is_link_of_a_kept_one(key, held):
                undo = Undo(None)
                self._withhold(key)
            if undo.reason and key in self._going:
                self._withhold(key)
            undos[key] = undo
        return undos

    def _withhold(self, key: Key) -> None:
        self._going.discard(key)
        self._withheld.add(key)

    def _is_link_of_a_kept_one(self, key: Key, held: Held) -> bool:
        if key[0] not in _OWNERS or self._book[key].deleted:  # the link of an earlier patient stays with nobody
            return False
        return (_OWNERS[key[0]], held.fields.get(LINK_COLUMNS[key[0]])) in self._withheld

    def _apply(self, undos: Sequence[tuple[Key, Undo]]) -> list[Kept]:
        kept: list[Kept] = []
        self._free_addresses(undos)
        for key, undo in undos:
            if undo.action == "destroy":
                self._twenty.destroy(key)
        for key, undo in undos:
            if undo.action == "restore":
                self._twenty.restore(key)
        for key, undo in undos:
            ours = self._book[key]
            if not self._twenty.fits(key, undo.restore):
                kept.append((key, "duplicate" if self._twenty.is_taken(key, undo.restore) else "missing-relation"))
                continue
            if undo.restore:
                self._give_back(key, ours, undo)
            if undo.action == "delete":
                self._twenty.soft_delete(key)
            if undo.action in ("destroy", "gone"):
                ours.alive, ours.address = False, None
            ours.merge_is_open = False
            if undo.action in ("restore", "delete"):
                ours.deleted = undo.action == "delete"
            ours.writes = [w for w in ours.writes if not any(w is x for x in undo.undone)]
            self._take_up_again(ours)  # the next sync brings it forward
        return kept

    def _free_addresses(self, undos: Sequence[tuple[Key, Undo]]) -> None:
        """Free first an address that goes back to a person, where its holder gets another address back."""
        wanted = {u.restore["emails"][0] for _, u in undos if "emails" in u.restore} - {""}
        for key, undo in undos:
            held = self._twenty.records.get(key)
            if "emails" in undo.restore and held is not None and held.fields["emails"][0] in wanted:
                freed, ours = ("", held.fields["emails"][1]), self._book[key]
                held.fields["emails"] = ours.answer["emails"] = freed
                ours.wanted["emails"] = Restored(freed)
                self._take_up_again(ours)  # it was a write of its own, whatever becomes of the rest

    def _take_up_again(self, ours: Ours) -> None:
        head = self._heads[ours.source]
        head.wait()
        head.undone = True

    def _give_back(self, key: Key, ours: Ours, undo: Undo) -> None:
        self._twenty.update(key, undo.restore)
        ours.wanted |= {n: Restored(v) for n, v in undo.restore.items()}
        ours.answer |= undo.restore
        if "emails" in undo.restore:
            ours.address = undo.restore["emails"][0] or None
