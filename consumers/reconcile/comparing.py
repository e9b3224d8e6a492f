"""One wanted record against its image: which fields differ, and which of those a person changed since our last write."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from consumers.journal.sameness import same
from consumers.journal.three_way import LastWrite, edited
from consumers.twenty.images import Image
from projections.desired import Desired


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """The fields in which a record differs: those Twenty holds wrongly, those a person edited, and those an automation of
    Twenty wrote.
    """

    different: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()
    automated: tuple[str, ...] = ()

    def with_automated(self, fields: Collection[str]) -> Compared:
        """Return the same with these of the edited fields as an automation's."""
        return replace(
            self,
            edited=tuple(n for n in self.edited if n not in fields),
            automated=tuple(n for n in self.edited if n in fields),
        )


AGREES = Compared()


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedRecord:
    """One wanted record, and its image where it is live in Twenty.

    `record_id` is that of the PbN record (16 bytes), `kinds` are the Twenty types of its object's columns, `lost_words` its
    fields whose word has no option. `reason` is the code for which the record is kept back; empty where it is not.
    """

    record_id: bytes
    desired: Desired
    image: Image | None
    compared: Compared
    kinds: Mapping[str, str]
    lost_words: Collection[str]
    reason: str = ""


NEVER = LastWrite({}, {})
"""The last write to a record that the log has never written."""


def doubtful_fields(
    desired: Desired, image: Image, kinds: Mapping[str, str], lost_words: Collection[str] = ()
) -> tuple[str, ...]:
    """Return the fields in which a live record seems to differ: our last write has to be looked at for those alone.

    `kinds` are the Twenty types of its fields; `lost_words` fields whose word has no option.
    """
    return tuple([n for n, v in desired.values.items() if n in lost_words or not same(kinds.get(n, "TEXT"), v, image.get(n))])


def compare_record(
    desired: Desired, image: Image, kinds: Mapping[str, str], doubtful: Collection[str], last: LastWrite
) -> Compared:
    """Tell what a person edited from what differs, among the doubtful fields. `last` is our last write. Raises LogError."""
    changed = set(edited(last, image))
    sent = {n for n in doubtful if kinds.get(n) == "FILES" and _is_what_was_sent(n, desired, last, image)}
    return Compared(
        different=tuple(n for n in doubtful if n not in changed and n not in sent),
        edited=tuple(n for n in doubtful if n in changed),
    )


def _is_what_was_sent(name: str, desired: Desired, last: LastWrite, image: Mapping[str, Any]) -> bool:
    """Return whether Twenty holds the very file that was sent for these bytes: it does not keep their hash."""
    return bool(image.get(name)) and last.values.get(name) == desired.values[name] and last.answer.get(name) == image.get(name)
