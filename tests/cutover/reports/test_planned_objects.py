"""A planned data model in words: what is made and what is in the way, object by object, with labels, types and options."""

from __future__ import annotations

import io

from rich.console import Console

from consumers.data_model.planning.compare import Item, Kind
from consumers.data_model.steps import ModelStep, StepKind
from cutover.reports.planned_objects import planned_objects
from projections.spec import TwentyField, TwentyObject, WritingStage

GOAL = TwentyObject(
    singular="goal",
    plural="goals",
    label="Goal",
    label_plural="Goals",
    standard=False,
    stage=WritingStage.RECORDS,
    shown="goals",
)


def shown(*items: Item) -> str:
    console = Console(width=120, file=io.StringIO())
    with console.capture() as capture:
        for part in planned_objects(items):
            console.print(part)
    return "\n".join(line.rstrip() for line in capture.get().splitlines())


def a_field(name: str, type_: str, **more: object) -> TwentyField:
    return TwentyField(object="person", name=name, label=name.capitalize(), type=type_, **more)  # type: ignore[arg-type]


def made(wanted: TwentyField, kind: Kind = Kind.CREATE_FIELD, **more: object) -> Item:
    step = ModelStep(kind=StepKind.CREATE_FIELD, object=wanted.object, field=wanted.name, type=wanted.type, **more)  # type: ignore[arg-type]
    return Item(kind=kind, wanted=wanted, step=step)


def test_a_new_field_is_told_with_its_label_its_type_and_what_is_asked_of_it() -> None:
    text = shown(made(a_field("born", "DATE", unique=True), unique=True, audited=False))
    assert text.splitlines()[0] == "People (person)"
    assert text.splitlines()[2].split()[:4] == ["make", "born", "Born", "DATE"]
    assert "unique, not in the audit log" in text


def test_options_are_named_and_the_rest_counted() -> None:
    words = [("A", "Aetna"), ("C", "Cigna"), ("D", "Delta"), ("E", "Elm"), ("F", "Fern"), ("G", "Guardian")]
    text = shown(made(a_field("carrier", "SELECT"), Kind.ADD_OPTIONS, options=tuple(words)))
    assert "add options" in text
    assert "SELECT: Aetna, Cigna, Delta, Elm and 2 more" in text
    assert "Fern" not in text


def test_a_relation_says_what_it_leads_to_and_its_name_there() -> None:
    assert "relation to company, listed there as Team" in shown(
        made(a_field("employer", "RELATION", target="company", back_label="Team"), Kind.CREATE_RELATION)
    )


def test_a_new_object_is_told_though_it_has_no_field_of_its_own() -> None:
    assert "Goals (goal): a new object" in shown(Item(kind=Kind.CREATE_OBJECT, wanted=GOAL))


def test_what_is_in_the_way_is_told_with_the_reason_and_what_is_there_is_counted() -> None:
    there = Item(kind=Kind.ADOPT, wanted=a_field("city", "TEXT"))
    text = shown(there, Item(kind=Kind.CLASH, wanted=a_field("status", "SELECT"), reason="it is a TEXT"), there)
    assert "in the way" in text
    assert "it is a TEXT" in text
    assert "2 fields that are there already" in text
    assert "city" not in text


def test_where_everything_is_there_one_line_says_so() -> None:
    there = Item(kind=Kind.ADOPT, wanted=a_field("city", "TEXT"))
    assert shown(there, there).strip() == "Everything is there: 2 objects and fields."
