"""Events from PbN: of each record the newest, as the log must have it after every extract."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from tests.simulation.office import PRACTICE, Row, Source

ORDER = ("patient", "plan", "appointment", "claim", "balance", "note", "message", "lab")
"""The order in which an extract's kinds are read."""


@dataclass(frozen=True)
class Event:
    """Event of a record in the log: its row, the address that is theirs, the run; `mark` keeps the order of the log."""

    row: Row
    primary: str | None
    run: int
    mark: int
    deleted: bool = False


class Told:
    """The newest event of each record. At most the share `limit` of a kind may disappear at once; more is `withheld`."""

    def __init__(self, limit: float) -> None:
        self.events: dict[Source, Event] = {}
        self.withheld: Counter[str] = Counter()
        self._limit = limit
        self._mark = 0

    def extract(
        self, rows: Sequence[Row], kinds: Collection[str], run: int, *, full: bool, confirm: bool = False
    ) -> list[Source]:
        """Take in an extract; return the records of which there is something new, in the order of the log."""
        self.withheld.clear()
        news: list[Source] = []
        if ("practice", PRACTICE) not in self.events:
            news += self._tell(Row("practice", PRACTICE, {"name": "Fern Street Dental"}), None, run)
        for kind in ORDER:
            if kind not in kinds:
                continue
            mine = {r.id: r for r in rows if r.kind == kind}
            live = [t for (k, _), t in self.events.items() if k == kind and not t.deleted]
            absent = [t for t in live if t.row.id not in mine] if full else []
            if len(absent) > self._limit * len(live) and not confirm:
                self.withheld[kind] = len(absent)
                absent = []
            told = [_completed(r, self.events.get((kind, r.id))) for r in mine.values()]
            if kind == "patient":
                news += self._patients(told, absent, run)
            else:
                for row in told:
                    news += self._tell(row, None, run)
            for gone in sorted(absent, key=lambda t: t.mark):
                self.events[kind, gone.row.id] = Event(gone.row, None, run, self._next(), deleted=True)
                news.append((kind, gone.row.id))
        return news

    def _patients(self, rows: Sequence[Row], absent: Sequence[Event], run: int) -> list[Source]:
        gone = {t.row.id for t in absent}
        alive = {t.row.id: t.row for (k, n), t in self.events.items() if k == "patient" and not t.deleted and n not in gone}
        alive |= {r.id: r for r in rows}
        owners = _owners(alive.values())
        news: list[Source] = []
        settled = [r for r in alive.values() if self._is_told(r)]
        for row in [*settled, *(r for r in rows if not self._is_told(r))]:
            mail = row.cells["email"]
            news += self._tell(row, mail if mail and owners[mail] == row.id else None, run)
        return news

    def _is_told(self, row: Row) -> bool:
        told = self.events.get((row.kind, row.id))
        return told is not None and not told.deleted and told.row == row

    def _tell(self, row: Row, primary: str | None, run: int) -> list[Source]:
        source = (row.kind, row.id)
        if self._is_told(row) and self.events[source].primary == primary:
            return []
        self.events[source] = Event(row, primary, run, self._next())
        return [source]

    def _next(self) -> int:
        self._mark += 1
        return self._mark


def _completed(row: Row, before: Event | None) -> Row:
    """Return a row with the cells of columns that this extract lacks."""
    if before is None or before.deleted:
        return row
    return Row(row.kind, row.id, {**before.row.cells, **row.cells})


def _owners(patients: Iterable[Row]) -> dict[str, str]:
    """Return the owner of each address: the guarantor's if they have it, else the oldest's, else the lowest number's."""
    sharing: dict[str, list[Row]] = {}
    for row in patients:
        if row.cells["email"]:
            sharing.setdefault(row.cells["email"], []).append(row)
    owners = {}
    for mail, rows in sharing.items():
        ids = {r.id for r in rows}
        heads = {r.cells["guarantor"] for r in rows if r.cells["guarantor"] != r.id} & ids
        pool = [r for r in rows if not heads or r.id in heads]
        owners[mail] = min(pool, key=lambda r: (r.cells["birth"], int(r.id))).id
    return owners
