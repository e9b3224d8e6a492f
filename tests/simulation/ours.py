"""Our writes to Twenty, record by record, and what follows from them alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.simulation.destination import Key
from tests.simulation.office import Source
from tests.simulation.twenty import Held


@dataclass(frozen=True)
class Restored:
    """Marks a field that a rollback gave its earlier value: the next extract's value is new to it."""

    value: Any


@dataclass(frozen=True)
class Write:
    """One write of ours: in which run, because of an event of which run about which patient, what it did, the fields and what
    they were before.
    """

    run: int
    cause: int
    patient: str | None
    action: str
    before: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Ours:
    """Our writes to one record of Twenty: the values wanted last, what Twenty answered, and the writes that stand."""

    source: Source
    wanted: dict[str, Any]
    answer: dict[str, Any]
    alive: bool = True
    deleted: bool = False
    writes: list[Write] = field(default_factory=list)
    address: str | None = None
    merge_is_open: bool = False
    """It was found gone with a merge, or is the link of one who was, and nobody decided."""


Book = dict[Key, Ours]
"""All that we wrote."""


def is_alive(book: Book, key: Key) -> bool:
    """Return whether a record is ours, as far as we have heard."""
    return key in book and book[key].alive


def believed_holders(book: Book) -> dict[str, Key]:
    """Return our holders of addresses, as far as we have heard."""
    return {o.address: k for k, o in book.items() if o.alive and o.address}


def edited(ours: Ours, held: Held) -> list[str]:
    """Return the fields in which somebody changed what we wrote."""
    return [n for n in ours.wanted if n in ours.answer and n in held.fields and ours.answer[n] != held.fields[n]]
