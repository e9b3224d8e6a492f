"""Lists of codes of well-known systems. They are proposed to a person, never assumed: other systems count otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeList:
    """The codes of one column of a system, each with its word; a code that means nothing has an empty one."""

    system: str
    column: str
    words: Mapping[str, str]

    def explains(self, codes: Iterable[str]) -> bool:
        """Return whether the list has all of these codes."""
        return self.words.keys() >= set(codes)


def _numbered(words: str) -> Mapping[str, str]:
    """Return words with their numbers, from 0 on."""
    return {str(number): word for number, word in enumerate(words.split("|"))}


_list_of_open_dental = partial(CodeList, system="Open Dental")
PATIENT_STATUS: Final = _list_of_open_dental(
    column="PatStatus", words=_numbered("Patient|NonPatient|Inactive|Archived|Deleted|Deceased|Prospective")
)
APPOINTMENT_STATUS: Final = _list_of_open_dental(
    column="AptStatus", words=_numbered("|Scheduled|Complete|UnschedList|ASAP|Broken|Planned|PtNote|PtNoteCompleted")
)
CLAIM_STATUS: Final = _list_of_open_dental(
    column="ClaimStatus",
    words={
        "U": "Unsent",
        "H": "Hold until Pri received",
        "W": "Waiting to send",
        "P": "Probably sent",
        "S": "Sent - Verified",
        "R": "Received",
        "I": "Hold - In process",
    },
)
PLAN_STATUS: Final = _list_of_open_dental(column="TPStatus", words=_numbered("Saved|Active|Inactive"))
CHANNEL: Final = _list_of_open_dental(
    column="Mode_", words=_numbered("|Email|Mail|Phone|In Person|Text|Email and Text|Phone and Text")
)
DELIVERY: Final = _list_of_open_dental(column="SentOrReceived", words=_numbered("|Sent|Received"))
UNKNOWN: Final = CodeList(system="", column="", words={})
"""The codes of a column of words for which no system's list is known."""
