"""Timeline rows that Twenty's worker wrote about our own writes: found, counted, and destroyed for good.

A row holds values before and after, and titles of tasks and notes: patients' data. Rows of people and companies go with their
record; rows of tasks, notes and custom objects stay and point at nothing, so that they must go first. A row is our write's
where it names no member and the record's actor at that time is an API key; rows about the work of people, workflows and
applications stay. A destroyed row cannot come back: the decision before it counts the rows, and holds nothing of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from consumers.rollback.chains import Chosen
from consumers.twenty.images import Image
from consumers.twenty.transport.errors import Refused
from consumers.twenty.workspace import Workspace

TIMELINE: Final = "timelineActivities"
AT_ONCE: Final = 2_000
"""Records that one request asks about."""
DESTROYED_AT_ONCE: Final = 5_000
"""Rows that one request destroys."""
_LINKED: Final = ("tasks", "notes")
"""Objects of which rows stand at another record: a link of a task or note makes a row at its person."""
_API: Final = "API"


@dataclass(kw_only=True)
class TimelineTally:
    """The rows of our own writes, those that stay because they are about the work of others, those that Twenty refused to
    destroy, and requests to come in a dry run.
    """

    rows: int = 0
    others: int = 0
    refused: int = 0
    ahead: int = 0


@dataclass(kw_only=True)
class TimelineRows:
    """The timeline rows of one workspace. `decide` records that so many rows are about to be destroyed."""

    workspace: Workspace
    decide: Callable[[int], None]
    dry_run: bool = False
    tally: TimelineTally = field(default_factory=TimelineTally)
    _waiting: list[str] = field(default_factory=list)

    def take_back(self, chosen: Mapping[str, Chosen]) -> None:
        """Destroy the rows of our writes to these records. A workspace that shows no timeline is left as it is.

        Raises TwentyError, LogError.
        """
        others = 0
        for part in _parts(chosen, self.columns(chosen)):
            ours, not_ours = self._of_ours(part)
            self._waiting += ours
            others += not_ours
            while len(self._waiting) >= DESTROYED_AT_ONCE:
                self._destroy(DESTROYED_AT_ONCE)
        self._destroy(DESTROYED_AT_ONCE)
        self.tally.others = max(self.tally.others, others)  # a second look finds them again

    def columns(self, chosen: Mapping[str, Chosen]) -> dict[str, str]:
        """Return the timeline's column for each object that has one; links and attachments have none. Raises TwentyError."""
        metadata = self.workspace.metadata()
        if TIMELINE not in metadata:
            return {}
        wanted = {plural: f"target{metadata.object(plural).capitalised}Id" for plural in chosen if plural in metadata}
        known = metadata.object(TIMELINE).columns
        return {plural: column for plural, column in wanted.items() if column in known}

    def foresee(self, staying: int, rows: int) -> None:
        """Add the requests for `rows` that a rollback itself will write about `staying` records."""
        if staying:
            self.tally.ahead += -(-staying // AT_ONCE) + -(-rows // DESTROYED_AT_ONCE)

    def _of_ours(self, part: _Part) -> tuple[list[str], int]:
        """Return the rows of our writes to these records, and the number of the other ones."""
        columns = (*_READ, *dict.fromkeys(part.columns.values()))
        found = self.workspace.find(TIMELINE, {"or": part.conditions()}, fields=columns, deleted=True)
        by_record: dict[str, list[Image]] = {}
        for row in found:
            by_record.setdefault(part.record_of(row), []).append(row)
        ours: list[str] = []
        others = 0
        for record, rows in by_record.items():
            is_ours = record in part.made
            for row in sorted(rows, key=lambda one: str(one.get("createdAt"))):
                is_ours = _is_by_key(row, before=is_ours)
                if is_ours and row.get("workspaceMemberId") is None:
                    ours.append(str(row["id"]))
                else:
                    others += 1
        return ours, others

    def _destroy(self, most: int) -> None:
        ids, self._waiting = self._waiting[:most], self._waiting[most:]
        if not ids:
            return
        if self.dry_run:
            self.tally.rows += len(ids)
            self.tally.ahead += 1
            return
        self.decide(len(ids))
        try:
            self.tally.rows += len(self.workspace.destroy(TIMELINE, ids))
        except Refused:  # a key whose role may not destroy them
            self.tally.refused += len(ids)


_READ: Final = ("id", "createdAt", "workspaceMemberId", "linkedRecordId", "properties")


def _is_by_key(row: Image, *, before: bool) -> bool:
    """Tell whether an API key made the change that a row is about. A row names the actor only where another one came before."""
    difference = (row.get("properties") or {}).get("diff") or {}
    actor = (difference.get("updatedBy") or {}).get("after")
    return before if actor is None else actor.get("source") == _API


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """Some records: ids by object, the columns that point at each object, and ids of those that we made."""

    ids: Mapping[str, Sequence[str]]
    columns: Mapping[str, str]
    made: frozenset[str]

    def conditions(self) -> list[dict[str, Any]]:
        """Return the conditions for rows about these records; one about a link counts with its task or note."""
        found: list[dict[str, Any]] = [
            {"and": [{self.columns[plural]: {"in": list(ids)}}, {"linkedRecordId": {"is": "NULL"}}]}
            for plural, ids in self.ids.items()
        ]
        linked = [identity for plural in _LINKED for identity in self.ids.get(plural, ())]
        return [*found, {"linkedRecordId": {"in": linked}}] if linked else found

    def record_of(self, row: Image) -> str:
        """Return the record that a row is about: the task or note of a link, else the record that it points at."""
        if row.get("linkedRecordId") is not None:
            return str(row["linkedRecordId"])
        return next(str(row[column]) for column in self.columns.values() if row.get(column) is not None)


def _parts(chosen: Mapping[str, Chosen], columns: Mapping[str, str]) -> Iterator[_Part]:
    part: dict[str, list[str]] = {}
    made: set[str] = set()
    size = 0
    for plural in columns:
        for identity, is_made in chosen[plural].ids():
            if size == AT_ONCE:
                yield _Part(ids=part, columns=columns, made=frozenset(made))
                part, made, size = {}, set(), 0
            text = str(UUID(bytes=identity))
            part.setdefault(plural, []).append(text)
            size += 1
            if is_made:
                made.add(text)
    if part:
        yield _Part(ids=part, columns=columns, made=frozenset(made))
