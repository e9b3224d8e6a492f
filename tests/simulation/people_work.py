"""Work of people on a record of ours: with it, a record that PbN deletes stays."""

from __future__ import annotations

from collections.abc import Iterator

from tests.simulation.destination import LINK_COLUMNS, LINKS, Key, is_blank
from tests.simulation.ours import Book, Ours, edited
from tests.simulation.twenty import Held, Twenty

_OWNERS = {link: owner for owner, (link, _) in LINKS.items()}


def values_of_people(ours: Ours, held: Held) -> bool:
    """Return whether people changed what we wrote, or filled what we did not."""
    added = any(n not in ours.wanted and not is_blank(v) for n, v in held.fields.items())
    return added or bool(edited(ours, held))


def is_worked_on(key: Key, twenty: Twenty, book: Book, above: frozenset[Key] = frozenset()) -> bool:
    """Return whether people made the record or changed it, or worked on anything that holds it."""
    ours, held = book.get(key), twenty.records[key]
    if ours is None or not ours.alive or not any(w.action == "create" for w in ours.writes) or values_of_people(ours, held):
        return True
    return any(is_worked_on(k, twenty, book, above | {key}) for k in _holders(key, twenty) if k not in above)


def _holders(key: Key, twenty: Twenty) -> Iterator[Key]:
    """Yield the live records that point at one, and the tasks and notes whose links do."""
    for other, held in twenty.records.items():
        if held.deleted or not any(v == key[1] and n.endswith("Id") and n != "pbnId" for n, v in held.fields.items()):
            continue
        yield other
        if other[0] in _OWNERS:
            owner = (_OWNERS[other[0]], held.fields.get(LINK_COLUMNS[other[0]]))
            if owner != key and owner in twenty.records and not twenty.records[owner].deleted:
                yield owner
