"""The plan of one window: its writes, the records that are kept as they are, its conflicts and its counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from consumers.journal.actors import last_actor
from consumers.journal.planned import Conflict, Planned, Subject
from consumers.journal.three_way import CREATED_AT, Difference, LastWrite, is_blank
from consumers.state.conflicts import WHOLE_RECORD
from consumers.state.view_rows import Written
from consumers.sync.conflicts.conflict_book import NO_VALUES, ConflictBook, Sides
from consumers.sync.conflicts.resolutions import Renewals
from events.compensations import Action
from projections.desired import Desired
from projections.values import date_time

_NO_SIDES = Sides()


@dataclass(frozen=True, slots=True)
class Wish:
    """A desired record and the PbN record it comes from."""

    desired: Desired
    subject: Subject


class StandingRecord(NamedTuple):
    """A wish for a record that was written before and stands, what was written of it, and our last write."""

    wish: Wish
    before: Written
    last: LastWrite

    @property
    def name(self) -> tuple[str, str]:
        """Return the record's object and id in Twenty."""
        return self.wish.desired.object, str(self.wish.desired.id)


@dataclass(kw_only=True)
class WindowPlan:
    """The writes and other results of a window.

    `kept` are records of which nothing is written because a person's changes stay. `book` has the notes that open and close
    conflicts.
    """

    book: ConflictBook
    writes: list[Planned] = field(default_factory=list)
    kept: list[tuple[Planned, tuple[str, ...]]] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    renewals: Renewals = field(default_factory=dict)
    healed: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)

    def leave(self, records: int = 1) -> None:
        """Count records of which nothing is written."""
        self.counts["unchanged"] += records

    def create(self, wish: Wish) -> None:
        """Plan to make a record."""
        values = wish.desired.values
        if wish.desired.created_at is not None:
            values = {**values, CREATED_AT: date_time(wish.desired.created_at)}
        send = {name: value for name, value in values.items() if not is_blank(value)}
        self.writes.append(
            Planned(
                action=Action.CREATE,
                desired=wish.desired,
                subject=wish.subject,
                intent_id=self.book.new_id(),
                send=send,
                values=values,
            )
        )

    def update(self, wish: Wish, difference: Difference) -> None:
        """Plan to write what differs, or to record that the same values are wanted."""
        self.writes.append(
            Planned(
                action=Action.UPDATE,
                desired=wish.desired,
                subject=wish.subject,
                intent_id=self.book.new_id(),
                send=difference.write,
                before=difference.before,
                values=difference.values,
                answer=difference.answer,
                quiet=not difference.write,
            )
        )

    def move(self, action: Action, wish: Wish, last: LastWrite, before: Mapping[str, Any] = NO_VALUES) -> None:
        """Plan to put a record into the trash, or to take it out: no field changes."""
        self.writes.append(
            Planned(
                action=action,
                desired=wish.desired,
                subject=wish.subject,
                intent_id=self.book.new_id(),
                before=before,
                values=last.values,
                answer=last.answer,
            )
        )

    def keep(self, wish: Wish, fields: tuple[str, ...]) -> None:
        """Keep a record as people left it in these fields."""
        kept = Planned(
            action=Action.UPDATE, desired=wish.desired, subject=wish.subject, intent_id=self.book.new_id(), quiet=True
        )
        self.kept.append((kept, fields))

    def conflict(
        self,
        wish: Wish,
        fields: tuple[str, ...],
        reason: str,
        image: Mapping[str, Any] = NO_VALUES,
        *,
        kept: bool = True,
        sides: Sides = _NO_SIDES,
    ) -> None:
        """Count a conflict, and note one that is `kept`."""
        desired, by = wish.desired, last_actor(image)
        if kept:
            self.book.met(desired, wish.subject, fields, reason, sides, by)
        self.conflicts.append(
            Conflict(
                object=desired.object,
                pbn_id=desired.pbn_id,
                twenty_id=str(desired.id),
                fields=fields,
                reason=reason,
                kept=kept,
                changed_by=by,
            )
        )

    def hold(
        self,
        wish: Wish,
        reason: str,
        *,
        fields: tuple[str, ...],
        of_conflict: tuple[str, ...] = (),
        image: Mapping[str, Any] = NO_VALUES,
        sides: Sides = _NO_SIDES,
    ) -> None:
        """Keep a whole record in these fields, with a conflict that stays open until people decide it.

        The conflict names the fields of `of_conflict`.
        """
        self.conflict(wish, of_conflict, reason, image, sides=sides)
        self.book.over(wish.desired, wish.subject, still=(WHOLE_RECORD,))
        self.keep(wish, fields)

    def settle(self, wish: Wish) -> None:
        """Note that a record has no conflict any more."""
        self.book.over(wish.desired, wish.subject)
