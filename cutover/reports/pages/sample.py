"""The sample as one page to print and to sign: counts, patients with reasons, and a card for each record.

It shows the values of records: taking a sample is a reading of them, and recorded.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from cutover.reports.counted import counted
from cutover.reports.documents.approvals import CardField, SampleCard, SampleDocument
from cutover.reports.page.parts import (
    FoldedTables,
    Marked,
    PageCell,
    PageMark,
    PagePart,
    PageSection,
    PageTable,
    Prose,
    ReportPage,
    listed,
)
from cutover.reports.pages.framing import Frame, place
from cutover.reports.sampling.cards import DIFFERENT, EQUAL, LOST, NORMALISED, RESULTS
from projections.destination import destination

_ORDER = {name: rank for rank, name in enumerate((DIFFERENT, LOST, NORMALISED, EQUAL))}
_WORDS = {"equal": "Equal", "normalised": "Normalised", "different": "Different", "lost": "Lost"}


def sample_page(document: SampleDocument, frame: Frame) -> ReportPage:
    """Return the page, with values of patients."""
    return ReportPage(
        title=frame.title(f"a sample of {document['patients']:,} patients"),
        made=frame.made(f"Run {document['run']}."),
        headline=_headline(document),
        sections=(
            PageSection("Fields by result", (_counts(document),)),
            PageSection("Patients", tuple(_patients(document))),
            PageSection("Record by record, worst first", tuple(_cards(document))),
        ),
        signed=True,
    )


def _headline(document: SampleDocument) -> Marked:
    different, lost = (sum(one[kind] for one in document["results"]) for kind in ("different", "lost"))
    records = document["records"]
    if different or lost or document["differences"]:
        differ, gone = counted(different, "field is", "fields are"), counted(lost, "value is", "values are")
        said = f"Of {counted(records, 'record')}, {differ} different in Twenty and {gone} lost."
        return Marked(said, PageMark.BAD)
    return Marked(f"Twenty holds all {counted(records, 'record')} as Practice by Numbers has them.", PageMark.GOOD)


def _counts(document: SampleDocument) -> PageTable:
    records = {one["object"]: (one["source"], one["twenty"]) for one in document["objects"]}
    rows = [
        (
            destination().shown(one["object"]),
            *records.get(one["object"], ("", "")),
            *(one["equal"], one["normalised"], one["different"], one["lost"]),
        )
        for one in document["results"]
    ]
    columns = ("", "Records", "In Twenty", *(_WORDS[name] for name in RESULTS))
    return listed("By kind", columns, rows, numbers=range(1, 7))


def _patients(document: SampleDocument) -> Iterator[PagePart]:
    rows = [(one["pbnId"], "; ".join(reason["text"] for reason in one["reasons"])) for one in document["chosen"]]
    yield listed("Patients, and why each was chosen", ("Patient", "Why"), rows)
    if document["uncovered"]:
        missing = "; ".join(reason["text"] for reason in document["uncovered"])
        yield Prose(f"Not in the sample, for want of room: {missing}.")


def _cards(document: SampleDocument) -> Iterator[PagePart]:
    """Yield the cards to look at, then the others by kind, folded, so that the page prints on few sheets.

    Cards of links alone hold what Cutover made and agree: they are counted.
    """
    cards = document["cards"]
    shown = [card for card in cards if any(one["cells"] or one["result"] != EQUAL for one in card["fields"])]
    yield from map(_card, sorted((card for card in shown if _worst(card) <= _ORDER[LOST]), key=_worst))
    sound: defaultdict[str, list[PageTable]] = defaultdict(list)
    for card in shown:
        if _worst(card) > _ORDER[LOST]:
            sound[card["object"]].append(_card(card))
    for name, tables in sound.items():
        yield FoldedTables(
            f"{destination().shown(name)}: {counted(len(tables), 'record')}, all fields equal or normalised", tuple(tables)
        )
    if len(cards) > len(shown):
        yield Prose(f"Not shown: {counted(len(cards) - len(shown), 'record')} without a cell of their own, all equal.")


def _worst(card: SampleCard) -> int:
    return min((_ORDER[one["result"]] for one in card["fields"]), default=len(_ORDER))


def _card(card: SampleCard) -> PageTable:
    where = ", ".join(filter(None, (place(card["file"], card["sheet"]), f"row {card['row']}" if card["row"] else "")))
    caption = f"{destination().shown(card['object'])}: {card['pbnId'] or card['id']}" + (f" ({where})" if where else "")
    return listed(caption, ("Field", "Column: cell", "Sent", "In Twenty", "Result"), [_row(one) for one in card["fields"]])


def _row(one: CardField) -> tuple[PageCell, ...]:
    cells = "; ".join(f"{cell['column']}: {cell['value']}" for cell in one["cells"])
    mark = PageMark.BAD if one["result"] in (DIFFERENT, LOST) else PageMark.GOOD
    result = Marked(f"{_WORDS[one['result']]}: {one['means']}" if one["means"] else _WORDS[one["result"]], mark)
    return one["field"] or "(left out)", cells, _shown(one["sent"]), _shown(one["twenty"]), result


def _shown(value: Any) -> str:
    """Return a value for people: the filled parts of a composite, everything else as it is."""
    if isinstance(value, Mapping):
        return ", ".join(f"{part}: {_shown(held)}" for part, held in value.items() if held not in (None, "", [], {}))
    if isinstance(value, list):
        return ", ".join(_shown(held) for held in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else value if isinstance(value, str) else json.dumps(value, default=str)
