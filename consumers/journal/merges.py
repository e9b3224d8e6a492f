"""Merges of patients by people in Twenty: found, and remembered once a person decided that they stand.

A merge destroys the losers (`mergeMany` in the source of Twenty 2.21). Records that pointed at a loser by a relation point at
the winner afterwards; links of tasks and notes, and attachments, are destroyed with the loser. Twenty keeps no trace of it.
A merge is told from a plain destruction by its traces: the loser's pbnId or address on another person, or migrated records
that point at another person now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol
from uuid import UUID

from consumers.journal.history import History
from consumers.journal.people_work import referring_columns
from consumers.journal.planned import Subject
from consumers.journal.three_way import LastWrite
from consumers.state.conflicts import MERGED
from consumers.state.view import View
from consumers.state.view_rows import Written
from consumers.twenty.images import Image
from consumers.twenty.workspace import Workspace
from events.decisions import Decided, Decisions
from projections.desired import Desired
from projections.destination import destination

MERGED_INTO: Final = "mergedInto"
"""The name under which a conflict has the id of the winner; beside it stand the objects whose records were lost."""
_PEOPLE: Final = "people"
_AT_ONCE: Final = 60
"""Addresses that one request looks for among the additional ones of all people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LostPerson:
    """A patient whose person (`id`) Twenty no longer has."""

    id: UUID
    pbn_id: str | None
    record_id: bytes
    last: LastWrite

    @property
    def address(self) -> str:
        """Return the primary e-mail that Twenty held last, or an empty text."""
        emails = self.last.answer.get("emails") or self.last.values.get("emails") or {}
        return str(emails.get("primaryEmail") or "").casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """A patient's person that was merged: the winner's id, and by object the pbnIds of records whose link was lost."""

    winner: str
    lost: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def theirs(self) -> dict[str, Any]:
        """Return what Twenty holds, as the conflict notes it."""
        return {MERGED_INTO: self.winner, **{name: list(some) for name, some in sorted(self.lost.items())}}


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingMerge:
    """A merge that a person decided to let stand: the winner, and the revision of the patient that was looked at."""

    winner: UUID
    revision: int


class SoughtRecord(Protocol):
    """A desired record and the PbN record it comes from."""

    @property
    def desired(self) -> Desired: ...

    @property
    def subject(self) -> Subject: ...


ComparedPerson = tuple[SoughtRecord, Written, LastWrite]
"""A record that is compared with Twenty, what was written of it, and our last write."""


@dataclass(kw_only=True)
class Merges:
    """Finds merges in one workspace, and knows those that stand."""

    workspace: Workspace
    view: View
    history: History
    decisions: Decisions
    _standing: dict[bytes, StandingMerge] | None = None
    _ended: dict[bytes, int] = field(default_factory=dict)

    # Those that were decided

    def refresh(self) -> None:
        """Read the decisions anew when they are asked for next."""
        self._standing = None

    @property
    def standing(self) -> Mapping[bytes, StandingMerge]:
        """Return the merges that stand, by the record of the patient that lost. Raises LogError."""
        if self._standing is None:
            self._standing, self._ended = {}, {}
            for decision in self.decisions.all(Decided.PERSON_MERGED, Decided.PERSON_UNMERGED):
                if decision.workspace != self.view.workspace:
                    continue
                record = bytes.fromhex(decision.body["record"])
                if decision.decided is Decided.PERSON_MERGED:
                    winner, revision = UUID(decision.body["twenty"]), decision.body["revision"]
                    self._standing[record] = StandingMerge(winner=winner, revision=revision)
                    self._ended.pop(record, None)
                else:
                    self._standing.pop(record, None)
                    self._ended[record] = int(decision.recorded_at.timestamp() * 1000)
        return self._standing

    def winners(self) -> dict[bytes, UUID]:
        """Return the person in Twenty for each patient that lost; of a winner that lost later, that one's winner."""
        winners = {record: merge.winner for record, merge in self.standing.items()}
        for record, winner in winners.items():
            seen = {record}
            while winner.bytes in winners and winner.bytes not in seen:
                seen.add(winner.bytes)
                winner = winners[winner.bytes]
            winners[record] = winner
        return winners

    def is_known(self, subject: Subject) -> bool:
        """Tell whether a person decided that the merge of this patient stands, with the revision that PbN has now."""
        merge = self.standing.get(subject.record_id)
        return merge is not None and subject.cause.revision <= merge.revision

    def is_looked_at_again(self, subject: Subject) -> bool:
        """Tell whether a record hangs on a patient whose merge was decided since it was written."""
        if not self.standing and not self._ended:
            return False
        patient = subject.patient_id
        return patient is not None and (patient in self.standing or self._ended.get(patient, -1) >= subject.settled_at)

    def took_along(self, desired: Desired, subject: Subject, merged: Collection[UUID], made_again: Collection[str]) -> bool:
        """Tell whether a link or a file is lost because its person was merged, and no decision was made yet.

        `merged` are the people of this window that were merged, `made_again` those that this run made again. Raises LogError.
        """
        person, patient = desired.needs[1] if desired.needs else None, subject.patient_id
        if person is None or patient is None or str(person) in made_again:
            return False
        if person in merged:
            return True
        return any(x.reason == MERGED and x.key == (_PEOPLE, person.bytes) for x in self.view.conflicts_of([patient]))

    # Those that are found

    def among(self, people: Sequence[LostPerson]) -> dict[UUID, Merge]:
        """Return the merges among patients whose persons are gone from Twenty. Raises TwentyError, LogError.

        Sends no request for no people, and three for any number of them.
        """
        if not people:
            return {}
        written = self._hanging(people)
        images = self._images(written)
        winners = self._by_pbn_id(people) | self._by_records(people, written, images)
        winners |= self._by_address([p for p in people if p.id not in winners])
        there = self.workspace.read(_PEOPLE, sorted(set(winners.values())), fields=("id",)) if winners else {}
        return {
            p.id: Merge(winner=winners[p.id], lost=self._lost(written.get(p.record_id, ()), images))
            for p in people
            if winners.get(p.id) in there
        }

    def _hanging(self, people: Sequence[LostPerson]) -> dict[bytes, list[Written]]:
        """Return what was written for each patient, but for the person."""
        heads = {head.record_id: head.patient_id for head in self.view.of_patients([p.record_id for p in people])}
        found: dict[bytes, list[Written]] = {}
        for written in self.view.written_for(list(heads)):
            patient = heads[written.record_id]
            if patient is not None and written.alive and not written.deleted and written.object != _PEOPLE:
                found.setdefault(patient, []).append(written)
        return found

    def _images(self, written: Mapping[bytes, Iterable[Written]]) -> dict[str, dict[str, Image]]:
        ids: dict[str, list[str]] = {}
        metadata = self.workspace.metadata()
        for some in written.values():
            for one in some:
                if one.object in metadata:  # people may have deleted an object with all its records
                    ids.setdefault(one.object, []).append(str(UUID(bytes=one.twenty_id)))
        columns = referring_columns(metadata, _PEOPLE)
        fields = {name: ("id", *columns.get(name, ())) for name in ids}
        return self.workspace.read_several(ids, deleted=True, fields=fields) if ids else {}

    def _by_records(
        self,
        people: Sequence[LostPerson],
        written: Mapping[bytes, Iterable[Written]],
        images: Mapping[str, Mapping[str, Image]],
    ) -> dict[UUID, str]:
        """Return the person whom the records of each patient point at now, where they agree."""
        columns = referring_columns(self.workspace.metadata(), _PEOPLE)
        carried_away = _carried_away()
        found: dict[UUID, str] = {}
        for person in people:
            votes: Counter[str] = Counter()
            for one in written.get(person.record_id, ()):
                image = images.get(one.object, {}).get(str(UUID(bytes=one.twenty_id)), {})
                if one.object not in carried_away:
                    votes.update(str(image[c]) for c in columns.get(one.object, ()) if image.get(c) is not None)
            del votes[str(person.id)]
            if len(votes) == 1:
                found[person.id] = next(iter(votes))
        return found

    def _by_pbn_id(self, people: Sequence[LostPerson]) -> dict[UUID, str]:
        """Return the person who has the pbnId of each patient: a winner without one gets the loser's."""
        names = {p.pbn_id: p.id for p in people if p.pbn_id}
        found = self.workspace.find(_PEOPLE, {"pbnId": {"in": sorted(names)}}, fields=("id", "pbnId")) if names else []
        return {names[one["pbnId"]]: str(one["id"]) for one in found if one["id"] != str(names.get(one["pbnId"]))}

    def _by_address(self, people: Sequence[LostPerson]) -> dict[UUID, str]:
        """Return the migrated person who has the address of each patient, and got it in Twenty."""
        by_mail = {p.address: p.id for p in people if p.address}
        mails = sorted(by_mail)
        found: dict[UUID, str] = {}
        for start in range(0, len(mails), _AT_ONCE):
            part = mails[start : start + _AT_ONCE]
            also = [{"emails": {"additionalEmails": {"like": f"%{mail}%"}}} for mail in part]
            condition = {"or": [{"emails": {"primaryEmail": {"in": part}}}, *also]}
            holders = {one["id"]: one for one in self.workspace.find(_PEOPLE, condition, fields=("id", "emails"))}
            ours = self.view.written([(_PEOPLE, UUID(identity).bytes) for identity in holders])
            for identity, image in holders.items():
                written = ours.get((_PEOPLE, UUID(identity).bytes))
                if written is None or not written.alive:
                    continue
                before = _addresses(self.history.last_write(written).answer.get("emails"))
                for mail in _addresses(image.get("emails")) - before:
                    if mail in by_mail:
                        found[by_mail[mail]] = str(identity)
        return found

    def _lost(self, written: Iterable[Written], images: Mapping[str, Mapping[str, Image]]) -> dict[str, list[str]]:
        """Return the pbnIds of the records whose link, or whose file, is no longer there, by object."""
        owners = destination().owners
        kinds = _carried_away()
        mine = list(written)
        tasks_and_notes = {one.record_id: one for one in mine if one.object not in kinds}
        lost: dict[str, list[str]] = {}
        for one in mine:
            if one.object not in kinds or str(UUID(bytes=one.twenty_id)) in images.get(one.object, {}):
                continue
            named = tasks_and_notes.get(one.record_id, one) if one.object in owners else one
            pbn_id = self.history.body_at(named.intent).pbn_id
            lost.setdefault(one.object, []).append(pbn_id or str(UUID(bytes=one.record_id)))
        return {name: sorted(some) for name, some in lost.items()}


def lost_people(compared: Iterable[ComparedPerson], people: Mapping[str, Image]) -> list[LostPerson]:
    """Return the people that PbN wants among records, and that are not among `people`, the images by id."""
    return [
        LostPerson(id=wish.desired.id, pbn_id=wish.desired.pbn_id, record_id=wish.subject.record_id, last=last)
        for wish, _, last in compared
        if wish.desired.object == _PEOPLE and not wish.desired.deleted and str(wish.desired.id) not in people
    ]


def merged_into(theirs: Mapping[str, Any]) -> str | None:
    """Return the winner's id from what a conflict notes of Twenty."""
    winner = theirs.get(MERGED_INTO)
    return None if winner is None else str(winner)


def _carried_away() -> frozenset[str]:
    """Return the objects whose records a merge destroys together with the person whom they point at."""
    return frozenset({*destination().links, "attachments"})


def goes_with_person(desired: Desired) -> bool:
    """Tell whether a merge destroys such a record together with its person."""
    return desired.object in _carried_away()


def _addresses(emails: Any) -> set[str]:
    held = emails if isinstance(emails, Mapping) else {}
    return {str(mail).casefold() for mail in (held.get("primaryEmail"), *(held.get("additionalEmails") or ())) if mail}
