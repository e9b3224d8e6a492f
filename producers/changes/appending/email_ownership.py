"""The owners of shared e-mail addresses.

A primary e-mail is unique across the workspace, and dental families share addresses. The owner is the guarantor if they are
among those who have it, else the oldest by date of birth, else the lowest native id; worked out afresh from the people alive.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A living patient who has the address. Ids are 16-byte record ids, `native_id` PbN's own."""

    record_id: bytes
    guarantor_id: bytes | None
    birth_date: date | None
    native_id: str


def owner(holders: Iterable[Holder]) -> bytes | None:
    """The record id of the owner; None when nobody has the address."""
    candidates = {h.record_id: h for h in holders}
    guarantors = {h.guarantor_id for h in candidates.values() if h.guarantor_id != h.record_id} & candidates.keys()
    pool = [h for h in candidates.values() if not guarantors or h.record_id in guarantors]
    return min(pool, key=_seniority).record_id if pool else None


def _seniority(holder: Holder) -> tuple[bool, date, bool, int, str]:
    """Oldest first, a missing birth date counts as youngest, then the lowest native id, as numbers where they are numbers."""
    number = holder.native_id.isdecimal()
    return (
        holder.birth_date is None,
        holder.birth_date or date.max,
        not number,
        int(holder.native_id) if number else 0,
        holder.native_id,
    )
