"""The owners of shared e-mail addresses: the only place where they are worked out, for changes and for the people before.

A primary e-mail is unique across the workspace, and dental families share addresses. The owner is the guarantor if they are
among those who have it, else the oldest by date of birth, else the lowest native id; worked out afresh from the people alive.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from events.vocabulary.records import Record

_Address = TypeVar("_Address", bound=Hashable)
"""An address, or its keyed hash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A living patient who has the address. Ids are 16-byte record ids, `native_id` PbN's own."""

    record_id: bytes
    guarantor_id: bytes | None
    birth_date: date | None
    native_id: str


def holder_of(record: Record, record_id: Callable[[str], bytes]) -> Holder:
    """Return a patient's record as a holder of its addresses; `record_id` gives the record id of a patient's native id."""
    guarantor, birth = record.values.get("guarantor_id"), record.values.get("birth_date")
    return Holder(
        record_id=record_id(record.native_id),
        guarantor_id=record_id(guarantor) if isinstance(guarantor, str) and guarantor else None,
        birth_date=birth if isinstance(birth, date) else None,
        native_id=record.native_id,
    )


def emails_of(record: Record) -> list[str]:
    """Return the e-mail addresses of a patient's record."""
    emails = record.values.get("emails")
    return [str(email) for email in emails] if isinstance(emails, list) else []


def owners(held: Iterable[tuple[_Address, Holder]]) -> dict[_Address, bytes | None]:
    """Return the record id of the owner of each address, from all who hold it."""
    holders: dict[_Address, list[Holder]] = {}
    for address, holder in held:
        holders.setdefault(address, []).append(holder)
    return {address: owner(found) for address, found in holders.items()}


def owner(holders: Iterable[Holder]) -> bytes | None:
    """Return the record id of the owner; None when no record has the address."""
    candidates = {h.record_id: h for h in holders}
    guarantors = {h.guarantor_id for h in candidates.values() if h.guarantor_id != h.record_id} & candidates.keys()
    pool = [h for h in candidates.values() if not guarantors or h.record_id in guarantors]
    return min(pool, key=_seniority).record_id if pool else None


def _seniority(holder: Holder) -> tuple[bool, date, bool, int, str]:
    """Return the key of seniority: oldest first, a missing birth date counts as youngest, then the lowest native id, as
    numbers where they are numbers.
    """
    number = holder.native_id.isdecimal()
    return (
        holder.birth_date is None,
        holder.birth_date or date.max,
        not number,
        int(holder.native_id) if number else 0,
        holder.native_id,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailOwnership:
    """The owners of the touched addresses, and the patients whose row did not change but whose ownership may have.

    `address` gives the keyed hash by which the owners of an address are found.
    """

    owners: Mapping[bytes, bytes | None]
    moved: frozenset[bytes]
    address: Callable[[str], bytes]

    def completed(self, record_id: bytes, record: Record) -> Record:
        """Return a patient's record with the first of its addresses that is theirs as primary e-mail.

        Of addresses that were not touched, the primary e-mail so far is theirs.
        """
        if not isinstance(record.values.get("emails"), list):
            return record
        held = record.values.get("primary_email")
        primary = None
        for email in emails_of(record):
            key = self.address(email)
            if self.owners[key] == record_id if key in self.owners else email == held:
                primary = email
                break
        return replace(record, values={**record.values, "primary_email": primary})
