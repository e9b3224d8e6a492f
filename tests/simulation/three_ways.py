"""One record compared three ways: what we wrote last, what Twenty holds, what PbN says now. A field that somebody changed is
theirs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from tests.simulation.addresses import Wish
from tests.simulation.destination import is_blank
from tests.simulation.ours import Ours
from tests.simulation.writing import Planned


def compare(
    wish: Wish,
    ours: Ours | None,
    held: Mapping[str, Any],
    made_again: Collection[str],
    *,
    let_go: bool = False,
    early: bool = False,
) -> tuple[list[Planned], bool]:
    """Return the writes of one record, and whether there is a conflict. `ours` is None where the record was never ours.

    `let_go` says that its address must be free before anything else, `early` that the record gives away its address;
    `made_again` are ids of records that were destroyed: pointers to them, which Twenty emptied, are nobody's edit.
    """
    source, w = wish
    held = dict(held)
    wanted, answer = (dict(ours.wanted), dict(ours.answer)) if ours else ({}, {})
    writes: list[Planned] = []
    if let_go and answer.get("emails") == held.get("emails"):  # what people put there stays
        now, freed = held["emails"], ("", held["emails"][1])
        first_wanted = {**wanted, "emails": freed}
        writes.append(
            Planned("update", source, w.key, {"emails": freed}, {"emails": now}, first_wanted, dict(answer), releases=True)
        )
        held["emails"] = answer["emails"] = ("", answer["emails"][1])
    for name in [n for n, v in wanted.items() if v in made_again and held.get(n) is None]:
        del wanted[name]
    send: dict[str, Any] = {}
    before: dict[str, Any] = {}
    conflict = False
    start = dict(wanted)
    for name, value in w.fields.items():
        now = held.get(name)
        if name in wanted and wanted[name] == value:
            continue
        if now == value:
            wanted[name], answer[name] = value, now
            continue
        theirs = not is_blank(now) if name not in wanted else answer.get(name) != now
        if theirs:
            conflict = True
            continue
        send[name], before[name] = value, now
        wanted[name] = value
    if send or (not conflict and (ours is None or wanted != start)):
        writes.append(Planned("update", source, w.key, send, before, wanted, answer, releases=early, quiet=not send))
    return writes, conflict
