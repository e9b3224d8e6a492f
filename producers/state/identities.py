"""Patients' ids under which two people stand: held from one extract to the next, until an extract settles them.

Rows that name such an id may be about either of the two. They are held with it, and stay out of the state: they are carried
when they are read again after the id was released (`ProducerState.hold_identities`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from producers.state.presence import Presence
from producers.state.state import Known, ProducerState, millis

IDENTITY_HELD: Final = "identity_held"
"""A row names a patient's id under which two people stand."""
WAITS_FOR: Final = "waits_for"
"""The key, in the detail of such a row's dead letter, of the patient's record id in hex."""


def hold(
    state: ProducerState,
    found: Mapping[bytes, str],
    presence: Presence,
    is_older: Callable[[Known | None], bool],
    *,
    full: bool,
    now: Callable[[], datetime],
) -> None:
    """Hold the ids `found` in an extract, with their reason codes, and release those held before that the extract settles.

    A row about one person, as it was or changed, settles an id; so does a full extract without the id. An extract that is older
    than what is known settles nothing.
    """
    before = [i for i in state.held_identities() if i not in found]
    known = state.known(before)
    settled = [i for i in before if not is_older(known.get(i)) and (full or (i in known and presence.has_been_read(known[i])))]
    since = millis(now()) if found else 0
    state.hold_identities({record_id: (reason, since) for record_id, reason in found.items()}, settled)
