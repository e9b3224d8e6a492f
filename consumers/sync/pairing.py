"""People who were in Twenty before the migration: matched by primary e-mail and name, adopted instead of duplicated.

A stranger with one of our addresses and the same name is the patient: they keep their Twenty id, and the pairing is a decision
in the log. So is a person with the patient's own PbN id, who is restored where an earlier project left them in the trash. A
person with another name keeps the address; our patient then waits for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from consumers.journal.addresses import primary_of
from consumers.twenty.images import Image
from consumers.twenty.workspace import Workspace
from events.crash_points import CrashPoint, ignore
from events.decisions import Decided, Decisions
from projections.desired import Desired

_PAGE = 2_000


@dataclass(kw_only=True)
class Strangers:
    """Meets the workspace's own people. `pair` records that a desired person is the stranger with this Twenty id.

    `ours` says whether a Twenty id is one that the log has written. `adopted` are the images of strangers who are patients,
    `taken` the addresses that strangers hold, adopted ones included, and those that people gave to other migrated
    persons. `at_hand` returns the images of all people in Twenty where these were just read, None where they must be asked for.
    """

    workspace: Workspace
    ours: Callable[[UUID], bool]
    pair: Callable[[Desired, UUID], None]
    at_hand: Callable[[], list[Image] | None] = lambda: None
    adopted: dict[UUID, Image] = field(default_factory=dict)
    taken: dict[str, UUID] = field(default_factory=dict)

    def meet(self, people: Mapping[UUID, Desired], here: frozenset[UUID] = frozenset()) -> bool:
        """Look for strangers who hold an address that these people want; True when some were paired. Those who are `here`, in
        Twenty under an id of their own, are paired with no person: they would be there twice. Raises TwentyError.
        """
        claims = {mail: d for d in people.values() if (mail := primary_of(d))}
        paired: list[str] = []
        mails = sorted(claims)
        for image in self._holding(mails):
            identity, mail = UUID(image["id"]), image["emails"]["primaryEmail"]
            desired = claims.get(mail)
            if desired is None or identity == desired.id:
                continue
            self.taken[mail] = identity
            if desired.id not in here and not self.ours(identity) and self._is_the_patient(image, desired):
                self.pair(desired, identity)
                paired.append(str(identity))
        self._adopt(paired)
        return bool(paired)

    def _holding(self, mails: Sequence[str]) -> Iterator[Image]:
        """Yield the people who hold one of these addresses, those in the trash included."""
        if mails and (at_hand := self.at_hand()) is not None:
            yield from (image for image in at_hand if (image.get("emails") or {}).get("primaryEmail"))
            return
        for start in range(0, len(mails), _PAGE):
            wanted = {"emails": {"primaryEmail": {"in": mails[start : start + _PAGE]}}}
            yield from self.workspace.find("people", wanted, fields=COLUMNS, deleted=True)

    def look_up(self, refused: Sequence[Desired]) -> bool:
        """Find who holds the id or the pbnId of records that were refused as duplicates, soft-deleted ones included: that
        record is ours, or stands for ours, and is adopted instead of made again. True when some were paired. Raises
        TwentyError.
        """
        paired = False
        for plural in sorted({d.object for d in refused}):
            mine = {str(d.id): d for d in refused if d.object == plural}
            names = {d.pbn_id: d for d in mine.values() if d.pbn_id}
            images = list(self.workspace.read(plural, list(mine), deleted=True).values())
            if names and "pbnId" in self.workspace.metadata().object(plural).columns:
                held = self.workspace.find(plural, {"pbnId": {"in": list(names)}}, fields=("id", "pbnId"), deleted=True)
                others = {one["id"]: names[one["pbnId"]] for one in held if one["pbnId"] in names and one["id"] not in mine}
                images += list(self.workspace.read(plural, list(others), deleted=True).values()) if others else []
                for identity, desired in others.items():
                    self.pair(desired, UUID(identity))
                paired = paired or bool(others)
            self.adopted |= {
                UUID(image["id"]): image
                for image in images
                if image["id"] not in mine or image.get("pbnId", mine[image["id"]].pbn_id) == mine[image["id"]].pbn_id
            }
        return paired

    def recall(self, ids: Iterable[UUID]) -> None:
        """Take up again the people whose pairing was recorded by a run that was killed before it wrote to them."""
        self._adopt([str(i) for i in ids if i not in self.adopted and not self.ours(i)])

    def settled(self) -> None:
        """Note that adopted people were written: the view knows their addresses from now on."""
        self.taken = {mail: i for mail, i in self.taken.items() if i not in self.adopted}

    def _adopt(self, ids: Sequence[str]) -> None:
        if ids:
            self.adopted |= {UUID(i): image for i, image in self.workspace.read("people", ids, deleted=True).items()}

    def _is_the_patient(self, image: Mapping[str, Any], desired: Desired) -> bool:
        """Return whether a person is the patient: an earlier project may have written it, and it may lie in the trash."""
        if image.get("pbnId"):
            return bool(image["pbnId"] == desired.pbn_id)
        return not image.get("deletedAt") and _name(image) == _name(desired.values)


def pairings(decisions: Decisions, workspace: str) -> dict[bytes, UUID]:
    """Return the people who were in a workspace before: record id → their Twenty id. Raises LogError."""
    found: dict[bytes, UUID] = {}
    for decision in decisions.all(Decided.PERSON_PAIRED, Decided.PERSON_UNPAIRED):
        if decision.workspace == workspace:
            record_id = bytes.fromhex(decision.body["record"])
            if decision.decided is Decided.PERSON_PAIRED:
                found[record_id] = UUID(decision.body["twenty"])
            else:
                found.pop(record_id, None)
    return found


def pair(
    decisions: Decisions,
    workspace: str,
    run: str,
    desired: Desired,
    identity: UUID,
    reached: Callable[[CrashPoint], None] = ignore,
) -> None:
    """Record that a desired person is the one with this Twenty id. Raises LogError."""
    body = {"record": desired.id.hex, "twenty": str(identity)}
    reached(CrashPoint.BEFORE_PAIRING)
    decisions.record(Decided.PERSON_PAIRED, body, workspace=workspace, run=run)
    reached(CrashPoint.PAIRED)


COLUMNS = ("id", "name", "emails", "pbnId", "deletedAt")
"""Columns of people by which they are matched."""


def _name(values: Mapping[str, Any]) -> str:
    name = values.get("name") or {}
    return " ".join(f"{name.get('firstName', '')} {name.get('lastName', '')}".split()).casefold()
