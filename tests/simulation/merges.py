"""Merges of people in Twenty: what they do there, and by what traces they are told from a destruction afterwards."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from tests.simulation.destination import LINK_COLUMNS, Key, is_blank
from tests.simulation.ours import Book
from tests.simulation.twenty import Held, Twenty
from tests.simulation.waiting import Heads


def merged_fields(stays: Held, goes: Held) -> dict[str, Any]:
    """Return the fields of the one who stays that a merge changes: blanks are filled, addresses and numbers put together.

    To a sync the person who stays then has numbers or addresses that people entered: the whole field is an edit of theirs.
    """
    found: dict[str, Any] = {}
    for name, theirs in goes.fields.items():
        mine = stays.fields.get(name)
        if name in ("emails", "phones"):
            found[name] = _together(mine or ("", ()), theirs)
        elif is_blank(mine) and not is_blank(theirs):
            found[name] = theirs
    return {name: value for name, value in found.items() if value != stays.fields.get(name)}


def _together(mine: tuple[str, tuple[str, ...]], theirs: tuple[str, tuple[str, ...]]) -> tuple[str, tuple[str, ...]]:
    primary = mine[0] or theirs[0]
    others = {entry for entry in (mine[0], *mine[1], theirs[0], *theirs[1]) if entry and entry != primary}
    return primary, tuple(sorted(others))


def winner_of(gone: Key, native: str, twenty: Twenty, book: Book, heads: Heads) -> Key | None:
    """Return the person into whom one of ours was merged, as far as that left a trace; None for one who was destroyed.

    Either what hangs on the patient points at one other person now, or another person of ours has got the address.
    """
    hanging = {s for s, h in heads.items() if h.event.row.cells.get("patient") == native}
    pointed = {
        held.fields["patientId"]
        for key, ours in book.items()
        if ours.source in hanging and ours.alive and not ours.deleted and key[0] not in LINK_COLUMNS
        if (held := twenty.records.get(key)) is not None and held.fields.get("patientId") not in (None, gone[1])
    }
    found = ("people", pointed.pop()) if len(pointed) == 1 else _holder_since(gone, twenty, book)
    held_by = twenty.records.get(found) if found else None
    return found if held_by is not None and not held_by.deleted else None


def _holder_since(gone: Key, twenty: Twenty, book: Book) -> Key | None:
    """Return the person of ours who has the address that one who is gone had, and did not get it from us."""
    ours = book[gone]
    mail = (ours.answer.get("emails") or ours.wanted.get("emails") or ("",))[0]
    found = None
    for key, held in sorted(twenty.records.items()) if mail else ():
        if key[0] == "people" and not held.deleted and key in book and book[key].alive:
            primary, others = held.fields["emails"]
            before = book[key].answer.get("emails", ("", ()))
            if mail in (primary, *others) and mail not in (before[0], *before[1]):
                found = key
    return found


def is_merged_away(person: Key | None, merged: Collection[Key], book: Book, made_again: Collection[str]) -> bool:
    """Return whether a person was merged, which is found in this window or open since, and was not made again."""
    if person is None or person[1] in made_again:
        return False
    return person in merged or (person in book and book[person].merge_is_open)
