"""Holder of an e-mail address that PbN gives to several people: Twenty lets only one person hold it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.simulation.destination import Key, Wanted
from tests.simulation.office import Source
from tests.simulation.ours import Book, believed_holders, is_alive
from tests.simulation.twenty import Twenty

Wish = tuple[Source, Wanted]
"""A record of PbN, and one of Twenty's records that it should be there."""


@dataclass(frozen=True)
class Settled:
    """Wishes that Twenty will not refuse for an address.

    `waiting` says who waits for which address; `foreign` addresses are held by people who are none of ours, or were given by
    people to a person of ours, as a merge does. Those who give an address to somebody else are written `early`, before the
    others. Where the one they get is held as well, they are in `let_go`: first of all they are without any. People who had
    their address from us wait for none: where they have it no more, that is an edit, or they are gone.
    """

    wishes: list[Wish]
    waiting: dict[Source, str]
    foreign: set[str]
    let_go: set[Key]
    early: set[Key]


def settle(wishes: Sequence[Wish], twenty: Twenty, book: Book) -> Settled:
    """Return the people who get their address now, and who goes without it for the time being."""
    people = {w.key: w for _, w in wishes if w.key[0] == "people"}
    _look_at_contested(people, twenty, book)
    out: list[Wish] = []
    waiting: dict[Source, str] = {}
    foreign: set[str] = set()
    releasing: set[Key] = set()
    held = believed_holders(book)
    for source, w in wishes:
        mail = w.fields["emails"][0] if w.key in people and not w.deleted else ""
        holder = twenty.holder(mail) if mail else None
        if holder is None or holder == w.key or (is_alive(book, w.key) and book[w.key].address == mail):
            out.append((source, w))
            continue
        given_by_people = is_alive(book, holder) and book[holder].address != mail
        theirs = None if given_by_people else people.get(holder)
        believed = held.get(mail)
        if believed not in (None, w.key, holder) and believed in people:
            # the holder that the log knows is gone and gives the address away: Twenty then refuses it once
            theirs, holder = people[believed], believed
        if theirs is not None and not theirs.deleted and theirs.fields["emails"][0] != mail:
            releasing.add(holder)
            out.append((source, w))
            continue
        if given_by_people or not is_alive(book, holder):
            foreign.add(mail)
        more = tuple(sorted((mail, *w.fields["emails"][1])))
        out.append((source, Wanted(w.key, {**w.fields, "emails": ("", more)}, w.needs)))
        waiting[source] = mail
    claims = {w.key: w.fields["emails"][0] for _, w in out if w.key[0] == "people" and not w.deleted}
    let_go = {h for h in releasing if claims[h] and twenty.holder(claims[h]) not in (None, h)}
    return Settled(out, waiting, foreign, let_go, releasing - let_go)


def _look_at_contested(people: Mapping[Key, Wanted], twenty: Twenty, book: Book) -> None:
    """Look at those outside this window whose address is wanted: they may have it no more."""
    held = believed_holders(book)
    for w in people.values():
        mail = "" if w.deleted else w.fields["emails"][0]
        key = held.get(mail) if mail else None
        if key in (None, w.key) or twenty.holder(mail) == key:
            continue
        if key not in people or people[key].deleted:
            book[key].address = None
