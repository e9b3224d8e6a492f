"""Holder of an e-mail address that PbN gives to several people: Twenty lets only one person hold it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tests.simulation.destination import Key, Wanted
from tests.simulation.office import Source
from tests.simulation.ours import Book, is_alive
from tests.simulation.twenty import Twenty

Wish = tuple[Source, Wanted]
"""A record of PbN, and one of Twenty's records that it should be there."""


@dataclass(frozen=True)
class Settled:
    """Wishes that Twenty will not refuse for an address.

    `waiting` says who waits for which address; `foreign` addresses are held by people who are none of ours. Those who give
    an address to somebody else are written `early`, before the others. Where the one they get is held as well, they are in
    `let_go`: first of all they are without any.
    """

    wishes: list[Wish]
    waiting: dict[Source, str]
    foreign: set[str]
    let_go: set[Key]
    early: set[Key]


def settle(wishes: Sequence[Wish], twenty: Twenty, book: Book) -> Settled:
    """Return the people who get their address now, and who goes without it for the time being."""
    people = {w.key: w for _, w in wishes if w.key[0] == "people"}
    out: list[Wish] = []
    waiting: dict[Source, str] = {}
    foreign: set[str] = set()
    releasing: set[Key] = set()
    for source, w in wishes:
        mail = w.fields["emails"][0] if w.key in people and not w.deleted else ""
        holder = twenty.holder(mail) if mail else None
        if holder is None or holder == w.key:
            out.append((source, w))
            continue
        theirs = people.get(holder)
        if theirs is not None and not theirs.deleted and theirs.fields["emails"][0] != mail:
            releasing.add(holder)
            out.append((source, w))
            continue
        if not is_alive(book, holder):
            foreign.add(mail)
        more = tuple(sorted((mail, *w.fields["emails"][1])))
        out.append((source, Wanted(w.key, {**w.fields, "emails": ("", more)}, w.needs)))
        waiting[source] = mail
    claims = {w.key: w.fields["emails"][0] for _, w in out if w.key[0] == "people" and not w.deleted}
    let_go = {h for h in releasing if claims[h] and twenty.holder(claims[h]) not in (None, h)}
    return Settled(out, waiting, foreign, let_go, releasing - let_go)
