"""The sample as one page to print and to sign: counts, patients with reasons, and a card for each record.

The page needs nothing beside itself. It shows the values of records: whoever takes a sample reads them, which is recorded.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cutover.reports.documents.approvals import CardField, SampleCard, SampleDocument
from cutover.reports.page.markup import Markup, MarkupPart, element, table, together
from cutover.reports.page.style import STYLE
from cutover.reports.sampling.cards import DIFFERENT, EQUAL, LOST, NORMALISED, RESULTS
from events.vocabulary.practice import Practice
from projections.destination import destination

_ORDER = {name: place for place, name in enumerate((DIFFERENT, LOST, NORMALISED, EQUAL))}
_WORDS = {"equal": "Equal", "normalised": "Normalised", "different": "Different", "lost": "Lost"}


def render(document: SampleDocument, *, practice: Practice, made_at: datetime) -> str:
    """Return the whole page. `made_at` (aware) is shown in the practice's time."""
    title = f"{practice.name}: a sample of {document['patients']:,} patients"
    when = f"As of {made_at.astimezone(practice.zone):%d %B %Y, %H:%M} ({practice.zone.key}). Run {document['run']}."
    body = element(
        "main",
        element("h1", title),
        element("p", when, class_="when"),
        _verdict(document),
        _counts(document),
        _patients(document),
        _cards(document),
        _signature(),
    )
    head = together(
        [
            Markup('<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'),
            element("title", title),
            element("style", Markup(STYLE)),
        ]
    )
    return f'<!doctype html>\n<html lang="en">{element("head", head).html}{element("body", body).html}</html>\n'


def _verdict(document: SampleDocument) -> Markup:
    wrong = sum(one["different"] for one in document["results"]), sum(one["lost"] for one in document["results"])
    records = document["records"]
    if any(wrong) or document["differences"]:
        said = f"Of {records:,} records, {wrong[0]:,} fields are different in Twenty and {wrong[1]:,} values are lost."
        return element("p", said, class_="verdict bad")
    return element("p", f"Twenty holds all {records:,} records as Practice by Numbers has them.", class_="verdict good")


def _counts(document: SampleDocument) -> Markup:
    records = {one["object"]: (f"{one['source']:,}", f"{one['twenty']:,}") for one in document["objects"]}
    rows = [
        (
            destination().shown(one["object"]),
            *records.get(one["object"], ("", "")),
            *(f"{count:,}" for count in (one["equal"], one["normalised"], one["different"], one["lost"])),
        )
        for one in document["results"]
    ]
    columns = ("", "Records", "In Twenty", *(_WORDS[name] for name in RESULTS))
    return element("section", element("h2", "Fields by result"), table("By kind", columns, rows, numbers=range(1, 7)))


def _patients(document: SampleDocument) -> Markup:
    rows = [(p["pbnId"], "; ".join(reason["text"] for reason in p["reasons"])) for p in document["chosen"]]
    parts: list[MarkupPart] = [element("h2", "Patients"), table("Patients, and why each was chosen", ("Patient", "Why"), rows)]
    if document["uncovered"]:
        missing = "; ".join(reason["text"] for reason in document["uncovered"])
        parts.append(element("p", f"Not in the sample, for want of room: {missing}."))
    return element("section", *parts)


def _cards(document: SampleDocument) -> Markup:
    """Return the cards that say something: not those of links alone, which hold what Cutover made and agree."""
    cards = document["cards"]
    shown = sorted(
        (card for card in cards if any(one["cells"] or one["result"] != EQUAL for one in card["fields"])), key=_worst
    )
    parts: list[MarkupPart] = [element("h2", "Record by record, worst first"), *map(_card, shown)]
    if len(cards) > len(shown):
        parts.append(element("p", f"Not shown: {len(cards) - len(shown):,} records without a cell of their own, all equal."))
    return element("section", *parts)


def _worst(card: SampleCard) -> int:
    return min((_ORDER[one["result"]] for one in card["fields"]), default=len(_ORDER))


def _card(card: SampleCard) -> Markup:
    name = card["pbnId"] or card["id"]
    place = ", ".join(part for part in (card["file"], card["sheet"], f"row {card['row']}" if card["row"] else None) if part)
    caption = f"{destination().shown(card['object'])}: {name}" + (f" ({place})" if place else "")
    columns = ("Field", "Column: cell", "Sent", "In Twenty", "Result")
    return table(caption, columns, [_row(one) for one in card["fields"]])


def _row(one: CardField) -> tuple[MarkupPart, ...]:
    cells = "; ".join(f"{cell['column']}: {cell['value']}" for cell in one["cells"])
    word = _WORDS[one["result"]]
    look = "bad" if one["result"] in (DIFFERENT, LOST) else "good"
    result = element("span", word, class_=look)
    said = together([result, f": {one['means']}"]) if one["means"] else result
    return one["field"] or "(left out)", cells, _shown(one["sent"]), _shown(one["twenty"]), said


def _shown(value: Any) -> str:
    """Return a value for people: the filled parts of a composite, everything else as it is."""
    if isinstance(value, Mapping):
        return ", ".join(f"{part}: {_shown(held)}" for part, held in value.items() if held not in (None, "", [], {}))
    if isinstance(value, list):
        return ", ".join(_shown(held) for held in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else value if isinstance(value, str) else json.dumps(value, default=str)


def _signature() -> Markup:
    lines = ("Name", "Date", "Accepted or rejected")
    return element("section", element("h2", "Signed"), *(element("p", f"{line}: ______________________") for line in lines))
