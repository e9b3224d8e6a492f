"""E-mail addresses between our own people: an address is released before it is claimed. Pure.

Twenty's primary e-mail is unique, soft-deleted people included (cassette upsert-soft-deleted). Within a window a person who
gives an address up is written before the one who takes it; where people swap, one of them lets go first. An address whose
holder will not let go now is wanted in vain: it goes to the additional ones, and the record waits for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from consumers.journal.planned import Planned, Subject
from consumers.journal.three_way import LastWrite
from events.compensations import Action
from projections.desired import Desired


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """`desired` as it can be written now, `waits` (people → address wanted in vain), `early` (people who must be written
    first), `let_go` (people who must give up their address before that, for they claim one that is still held).
    """

    desired: Mapping[UUID, Desired]
    waits: Mapping[UUID, str]
    early: frozenset[UUID]
    let_go: frozenset[UUID]


def settle_claims(people: Mapping[UUID, Desired], held: Mapping[str, UUID]) -> Claims:
    """Decide about claims to addresses. `people` are this window's desired people by Twenty id; `held` maps each address
    they want to its present holder.
    """
    out: dict[UUID, Desired] = dict(people)
    waits: dict[UUID, str] = {}
    releasing: set[UUID] = set()
    for identity, desired in people.items():
        wanted = primary_of(desired)
        holder = held.get(wanted) if wanted else None
        if holder is None or holder == identity or wanted is None:
            continue
        theirs = people.get(holder)
        if theirs is not None and not theirs.deleted and "emails" in theirs.values and primary_of(theirs) != wanted:
            releasing.add(holder)
        else:
            out[identity] = without_primary(desired)
            waits[identity] = wanted
    let_go = {h for h in releasing if _claims_held(out[h], held, h)}
    return Claims(desired=out, waits=waits, early=frozenset(releasing - let_go), let_go=frozenset(let_go))


def letting_go(desired: Desired, subject: Subject, intent_id: bytes, last: LastWrite, image: Mapping[str, Any]) -> Planned:
    """Plan the update by which a person gives up their primary address, before another person gets it."""
    held = image.get("emails") or {}
    emails = freed(held)
    return Planned(
        action=Action.UPDATE,
        desired=desired,
        subject=subject,
        intent_id=intent_id,
        send={"emails": emails},
        before={"emails": held},
        values={**last.values, "emails": emails},
        answer=last.answer,
        releases=True,
    )


def freed(emails: Mapping[str, Any]) -> dict[str, Any]:
    """Return these e-mails without the primary one."""
    return {"primaryEmail": "", "additionalEmails": emails.get("additionalEmails") or []}


def primary_of(desired: Desired) -> str | None:
    """Return the primary e-mail that a desired person asks for."""
    emails = desired.values.get("emails")
    return (emails.get("primaryEmail") or None) if emails else None


def without_primary(desired: Desired) -> Desired:
    """Return the same person with the primary e-mail among the additional ones."""
    emails = desired.values["emails"]
    moved = {"primaryEmail": "", "additionalEmails": [emails["primaryEmail"], *emails["additionalEmails"]]}
    return replace(desired, values={**desired.values, "emails": moved})


def _claims_held(desired: Desired, held: Mapping[str, UUID], identity: UUID) -> bool:
    wanted = primary_of(desired)
    return wanted is not None and held.get(wanted, identity) != identity
