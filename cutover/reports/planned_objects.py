"""The planned data model in words: one table an object, with the label, type and options of what is made or in the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from rich.console import RenderableType

from consumers.data_model.planning.compare import Item, Kind
from cutover.reports.answer import table
from cutover.reports.counted import counted
from projections.destination import destination
from projections.spec import TwentyField, TwentyObject

_WORDS: Final = {
    Kind.CREATE_OBJECT: "make",
    Kind.CREATE_FIELD: "make",
    Kind.CREATE_RELATION: "make",
    Kind.ADD_OPTIONS: "add options",
    Kind.MAKE_PRIVATE: "make private",
    Kind.ADOPT: "as it is",
    Kind.CLASH: "in the way",
}
_SHOWN: Final = 4
"""Options named at most."""


def planned_objects(items: Sequence[Item]) -> Iterator[RenderableType]:
    """Yield a table for each object of which something is to do or in the way, and a line with how much is there as it is."""
    by_object: dict[str, list[Item]] = {}
    for item in items:
        by_object.setdefault(item.object, []).append(item)
    for singular, of_it in by_object.items():
        rows = [_row(item) for item in of_it if item.kind is not Kind.ADOPT and not _is_new(item)]
        there = sum(item.kind is Kind.ADOPT and isinstance(item.wanted, TwentyField) for item in of_it)
        if rows or any(map(_is_new, of_it)):
            yield table(_title(singular, of_it), ("what", "name", "label", "type", "note"), rows)
            if there:
                yield f"… and {counted(there, 'field that is', 'fields that are')} there already"
            yield ""
    kept = sum(item.kind is Kind.ADOPT for item in items)
    if kept == len(items):
        yield f"Everything is there: {counted(kept, 'object or field', 'objects and fields')}."
        yield ""


def _is_new(item: Item) -> bool:
    return item.kind is Kind.CREATE_OBJECT


def _title(singular: str, items: Iterable[Item]) -> str:
    """Return an object's name for people, its API name, and whether it is new."""
    made = next((item.wanted for item in items if _is_new(item)), None)
    known = destination().objects.get(singular)
    shown = made.label_plural if isinstance(made, TwentyObject) else known.label_plural if known else singular
    return f"{shown} ({singular}): a new object" if made else f"{shown} ({singular})"


def _row(item: Item) -> tuple[str, str, str, str, str]:
    wanted = item.wanted
    a_field = wanted if isinstance(wanted, TwentyField) else None
    name = a_field.name if a_field else "the object"
    return _WORDS[item.kind], name, wanted.label, _type(item, a_field), item.reason or _note(item)


def _type(item: Item, wanted: TwentyField | None) -> str:
    if wanted is None:
        return ""
    if wanted.target is not None:
        return f"relation to {wanted.target}" + (f", listed there as {wanted.back_label}" if wanted.back_label else "")
    labels = item.option_labels
    if not labels:
        return wanted.type
    more = f" and {len(labels) - _SHOWN} more" if len(labels) > _SHOWN else ""
    return f"{wanted.type}: {', '.join(labels[:_SHOWN])}{more}"


def _note(item: Item) -> str:
    """Return what else is asked of a new field."""
    step = item.step
    asked = ["unique"] if step and step.unique else []
    if step and step.audited is not None:
        asked.append("in the audit log" if step.audited else "not in the audit log")
    return ", ".join(asked)
