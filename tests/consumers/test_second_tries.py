"""Second tries: a record that lacks one which is tried again waits for it, in whatever window it comes."""

from __future__ import annotations

from uuid import UUID

from consumers.journal.planned import Outcome, Planned, Subject
from consumers.state.fold import INTERRUPTED
from consumers.sync.second_tries import SecondTries
from consumers.twenty.transport.errors import Refusal
from events.compensations import Action, Cause, Phase
from events.vocabulary.entities import Entity
from projections.desired import Desired

PERSON, CLAIM = UUID(int=1), UUID(int=2)
CAUSE = Cause(topic="changes", partition=0, offset=0, event_id=b"e", revision=1)


def outcome(
    plural: str, identity: UUID, phase: Phase, reason: Refusal | None, needs: tuple[str, UUID] | None = None
) -> Outcome:
    subject = Subject(record_id=identity.bytes, entity=Entity.PATIENT, patient_id=None, household=b"h", cause=CAUSE)
    desired = Desired(object=plural, id=identity, pbn_id=None, values={}, needs=needs)
    planned = Planned(action=Action.CREATE, desired=desired, subject=subject, intent_id=identity.bytes)
    return Outcome(planned=planned, phase=phase, reason=reason.value if reason else None)


def refused_person() -> Outcome:
    return outcome("people", PERSON, Phase.REFUSED, Refusal.DUPLICATE)


def claim_without_person() -> Outcome:
    return outcome("insuranceClaims", CLAIM, Phase.REFUSED, Refusal.MISSING_RELATION, ("people", PERSON))


def test_a_later_window_waits_for_a_record_that_is_tried_again() -> None:
    tries = SecondTries()
    assert [o.reason for o in tries.of([refused_person()])] == [INTERRUPTED]
    assert [o.reason for o in tries.of([claim_without_person()])] == [INTERRUPTED]


def test_a_duplicate_is_told_once() -> None:
    tries, refused = SecondTries(), refused_person()
    tries.of([refused])
    assert [tries.take_duplicate(refused.planned.desired) for _ in range(2)] == [True, False]


def test_what_is_missing_for_good_is_waited_for_in_vain_once() -> None:
    tries = SecondTries()
    tries.of([refused_person()])
    tries.of([claim_without_person()])
    again = tries.of([refused_person(), claim_without_person()])
    assert [o.reason for o in again] == [Refusal.DUPLICATE, Refusal.MISSING_RELATION]


def test_once_the_record_has_come_nothing_waits_for_it() -> None:
    tries = SecondTries()
    tries.of([refused_person()])
    tries.of([outcome("people", PERSON, Phase.APPLIED, None)])
    assert [o.reason for o in tries.of([claim_without_person()])] == [Refusal.MISSING_RELATION]
