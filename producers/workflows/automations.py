"""PbN's reminder rules, as they are exported. They are listed for the practice, never run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from events.vocabulary.mapping import TableKind
from producers.binding.sampled import BoundTable
from producers.kinds.reading import read_flag
from producers.records.assembly import columns_of
from producers.values.texts import clean_note, clean_text

_TEXTS = ("name", "trigger", "timing", "channel", "template")


@dataclass(frozen=True, slots=True, kw_only=True)
class Automation:
    """One rule: what starts it, when it sends, how, and what. A rule of a table without an `active` column counts as active."""

    name: str | None
    trigger: str | None
    timing: str | None
    channel: str | None
    template: str | None
    active: bool


def automations(tables: Iterable[BoundTable]) -> list[Automation]:
    """Return the rules in the automation tables among these; each rule once, in the order of the files."""
    found: dict[Automation, None] = {}
    for bound in tables:
        if bound.binding.kind is not TableKind.AUTOMATION:
            continue
        at = columns_of(bound.binding)
        for _, cells in bound.table.rows():
            texts: dict[str, str | None] = {}
            for name in _TEXTS:
                clean = clean_note if name == "template" else clean_text
                texts[name] = clean(cells[at[name][0]])[0] if name in at else None
            active = read_flag(cells[at["active"][0]])[0] if "active" in at else True
            if any(texts.values()):
                found[Automation(**texts, active=active is not False)] = None
    return list(found)
