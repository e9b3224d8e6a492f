"""Writes that bring Twenty to what is wanted, and what is left as it is because people changed or removed it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tests.simulation import three_ways
from tests.simulation.addresses import Settled, Wish
from tests.simulation.destination import LINK_COLUMNS, Key, Wanted
from tests.simulation.merges import is_merged_away
from tests.simulation.office import Source
from tests.simulation.ours import Book, Ours, edited, is_alive
from tests.simulation.people_work import is_worked_on
from tests.simulation.twenty import Twenty
from tests.simulation.writing import WRITTEN_IN, Planned


@dataclass
class Plan:
    """Writes of a window."""

    writes: list[Planned] = field(default_factory=list)
    kept: set[Source] = field(default_factory=set)
    conflicts: int = 0

    def keep(self, source: Source) -> None:
        """Keep a record as people have it."""
        self.conflicts += 1
        self.kept.add(source)


class Planning:
    """The planning of one window. Records that people destroyed are made again only where `check_all` is said, and are added to
    `made_again`, which holds those of the whole command.
    """

    def __init__(
        self,
        twenty: Twenty,
        book: Book,
        paired: Mapping[Source, Key],
        settled: Settled,
        made_again: set[str],
        winner_of: Callable[[Source, Key], Key | None],
        *,
        check_all: bool,
    ) -> None:
        self._twenty, self._book, self._paired, self._settled = twenty, book, paired, settled
        self._made_again, self._winner_of, self._check_all = made_again, winner_of, check_all
        self._plan = Plan()

    def plan(self) -> Plan:
        """Plan all writes. Only what is doubtful is compared with Twenty; of the rest nothing changed, as far as we know."""
        wishes = self._settled.wishes
        revived = {s for s, w in wishes if not w.deleted and is_alive(self._book, w.key) and self._book[w.key].deleted}
        doubtful: list[Wish] = []
        quiet: list[Wish] = []
        for source, w in [*wishes, *self._stale_links(revived)]:
            ours = self._book.get(w.key)
            if ours is None or not ours.alive:
                if self._paired.get(source) == w.key and w.key in self._twenty.records:
                    self._differ(source, w, None)
                elif not w.deleted:
                    self._plan.writes.append(_creation(source, w))
            elif w.deleted and ours.deleted and source not in revived:
                pass
            elif w.deleted or ours.deleted or self._check_all or _is_news(w, ours):
                doubtful.append((source, w))
            else:
                quiet.append((source, w))
        relinked = {p.source for p in self._plan.writes if p.key[0] in LINK_COLUMNS}
        doubtful += [(s, w) for s, w in quiet if s in relinked]
        quiet = [(s, w) for s, w in quiet if s not in relinked]
        again = self._compare(doubtful)
        self._plan.writes += [_creation(s, w) for s, w in quiet if w.key[0] in LINK_COLUMNS and s in again]
        return self._plan

    def _stale_links(self, revived: set[Source]) -> list[Wish]:
        """Return links of ours that are wanted no more, while their task or note is."""
        wishes = self._settled.wishes
        wanted = {w.key for _, w in wishes}
        deleted = {s for s, w in wishes if w.deleted}
        sources = {s for s, _ in wishes}
        return [
            (o.source, Wanted(key, {}, deleted=True))
            for key, o in self._book.items()
            if key[0] in LINK_COLUMNS
            and o.source in sources
            and o.alive
            and (not o.deleted or o.source in revived)
            and key not in wanted
            and o.source not in deleted
        ]

    def _compare(self, doubtful: Sequence[Wish]) -> set[Source]:
        """Plan what Twenty itself decides; gives the records that are made again."""
        again: set[Source] = set()
        removed: set[Source] = set()
        revived: set[Source] = set()
        staying: dict[Source, bool] = {}
        plan = self._plan
        merged = {w.key for source, w in doubtful if self._is_merged(source, w)}
        for source, w in sorted(doubtful, key=lambda one: WRITTEN_IN.index(one[1].key[0])):
            held, ours, is_link = self._twenty.records.get(w.key), self._book[w.key], w.key[0] in LINK_COLUMNS
            gone = held is not None and held.deleted
            if is_link and source in revived and (w.deleted or not ours.deleted):
                gone = False  # it comes back with its task or note
            if is_link and source in removed:
                continue
            if held is None:
                person = ("people", w.fields["targetPersonId"]) if is_link and not w.deleted else None
                if w.deleted:
                    ours.merge_is_open = False
                    removed.add(source)
                elif w.key in merged or is_merged_away(person, merged, self._book, self._made_again):
                    ours.merge_is_open = True
                    plan.keep(source)
                    removed.add(source)
                elif (is_link and ours.merge_is_open) or self._check_all or (is_link and source in again):
                    plan.writes.append(_creation(source, w))
                    self._made_again.add(w.key[1])
                    again.add(source)
                else:
                    ours.merge_is_open = False
                    plan.keep(source)
                    removed.add(source)
            elif w.deleted:
                if is_link:
                    stays = staying.get(source, source not in staying and bool(edited(ours, held)))
                else:
                    stays = not gone and is_worked_on(w.key, self._twenty, self._book)
                    staying[source] = stays
                if gone or (is_link and staying.get(source)):
                    continue
                if stays:
                    plan.keep(source)
                else:
                    plan.writes.append(_as_it_was("delete", source, w.key, ours))
            elif gone and not ours.deleted:
                plan.keep(source)
                removed.add(source)
            else:
                if gone:
                    revived.add(source)
                    plan.writes.append(_as_it_was("restore", source, w.key, ours))
                self._differ(source, w, ours)
        plan.writes = [p for p in plan.writes if p.key[0] not in LINK_COLUMNS or p.source not in removed]
        return again

    def _is_merged(self, source: Source, w: Wanted) -> bool:
        is_gone = w.key[0] == "people" and not w.deleted and w.key not in self._twenty.records
        return is_gone and self._winner_of(source, w.key) is not None

    def _differ(self, source: Source, w: Wanted, ours: Ours | None) -> None:
        writes, conflict = three_ways.compare(
            (source, w),
            ours,
            self._twenty.records[w.key].fields,
            self._made_again,
            let_go=ours is not None and w.key in self._settled.let_go,
            early=w.key in self._settled.early,
        )
        self._plan.writes += writes
        self._plan.conflicts += conflict
        if conflict and not writes:
            self._plan.kept.add(source)


def _creation(source: Source, w: Wanted) -> Planned:
    return Planned("create", source, w.key, dict(w.fields), {}, dict(w.fields), {})


def _as_it_was(action: str, source: Source, key: Key, ours: Ours) -> Planned:
    """Return a write that changes no field."""
    return Planned(action, source, key, {}, {}, dict(ours.wanted), dict(ours.answer))


def _is_news(w: Wanted, ours: Ours) -> bool:
    return any(name not in ours.wanted or ours.wanted[name] != value for name, value in w.fields.items())
