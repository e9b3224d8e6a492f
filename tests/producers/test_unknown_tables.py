"""Tables of no known entity: the object they are proposed as, the types of its fields, the identity of rows, the links."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.vocabulary.custom_objects import of_name, plural
from events.vocabulary.entities import CUSTOM, Entity, pbn_id
from events.vocabulary.mapping import ColumnBinding, ColumnMapping, FieldType, TableBinding, TableKind, Verdict
from events.vocabulary.records import amount_of, amount_text
from producers.binding.objects.identifying import identity_of
from producers.binding.objects.naming import named_after, singular
from producers.binding.proposal import Proposal, bind_for_run, propose
from producers.kinds.profile import profiles_of
from producers.records.natural_keys import joined, key_reader
from producers.sources.extract import Extract, open_extract
from projections.custom_names import custom_names
from tests.consumers.workbench import FERN

TAKEN = datetime(2026, 11, 20, 3, tzinfo=UTC)
PATIENTS = [
    ["Patient ID", "First Name", "Last Name", "Date of Birth"],
    *([f"P{i:04d}", f"Ada{i}", f"Quist{i}", "02/03/1970"] for i in range(20)),
]
PROVIDERS = [["Provider ID", "First Name", "Last Name", "Abbr"], ["1", "Ines", "Abel", "DR1"], ["2", "Omar", "Bell", "DR2"]]
GOALS = [
    ["Provider", "Month", "Production Goal", "New Patients", "Conversion %", "Open"],
    *(
        [p, f"{m:02d}/01/2026", f"${900 + m}.00", str(m % 3), f"{90 + m}%", "Yes" if m > 3 else "No"]
        for p in ("DR1", "DR2")
        for m in range(1, 7)
    ),
]


def extract_of(folder: Path, **tables: list[list[str]]) -> Extract:
    """Return an extract of these tables, which are given by the stems of their files."""
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
    return open_extract(folder, scope="full", taken_at=TAKEN, now=TAKEN, practice=FERN)


def proposed(folder: Path, known: ColumnMapping | None = None, **tables: list[list[str]]) -> Proposal:
    extract = extract_of(folder, patients=PATIENTS, providers=PROVIDERS, **tables)
    return propose(extract, FERN, known, names=custom_names())


def table_of(mapping: ColumnMapping, name: str) -> TableBinding:
    [found] = [t for t in mapping.tables if t.kind == f"{CUSTOM}.{name}"]
    return found


def test_a_table_of_goals_is_an_object_with_typed_fields_a_natural_key_and_a_link_and_it_is_off(tmp_path: Path) -> None:
    mapping = proposed(tmp_path, monthly_goals_2026=GOALS).mapping
    [made] = mapping.objects
    assert (made.name, made.plural, made.label, made.label_plural) == (
        *("monthlyGoal", "monthlyGoals"),
        *("Monthly Goal", "Monthly Goals"),
    )
    assert not made.is_on
    table = table_of(mapping, "monthlyGoal")
    assert [c.header for c in table.columns if c.key] == ["Provider", "Month"]
    assert {c.header: c.field for c in table.columns if c.field} == {"Provider": "provider_ref"}
    assert {f.label: f.type for f in mapping.custom_of(Entity.of_object("monthlyGoal")).values()} == {
        "Month": FieldType.DATE,
        "Production goal": FieldType.CURRENCY,
        "New patients": FieldType.NUMBER,
        "Conversion %": FieldType.NUMBER,
        "Open": FieldType.BOOLEAN,
    }


def test_what_is_off_is_read_as_before_and_keeps_the_version_of_the_mapping(tmp_path: Path) -> None:
    mapping = proposed(tmp_path, goals=GOALS).mapping
    bound = bind_for_run(extract_of(tmp_path), mapping, FERN, custom_names())
    assert {b.binding.kind for b in bound.tables if b.table.file == "goals.csv"} == {TableKind.UNKNOWN}
    assert bound.mapping.version == mapping.version
    assert [f.notice for f in bound.findings if f.code == "unknown_table"] == [True]


def test_a_mapping_without_objects_is_said_as_before_there_were_any() -> None:
    mapping = ColumnMapping(practice="fern", tables=(TableBinding(kind=TableKind.NOTE, columns=(ColumnBinding(header="x"),)),))
    with_key = replace(mapping, tables=(keyed(None, "text"),))
    assert mapping.version == "3ab569a9d2102163"
    assert with_key.version != replace(mapping, tables=(keyed(None, None),)).version


def test_proposing_again_keeps_the_object(tmp_path: Path) -> None:
    first = proposed(tmp_path, goals=GOALS).mapping
    again = propose(extract_of(tmp_path), FERN, first, names=custom_names()).mapping
    assert again.objects == first.objects
    assert again.version == first.version


def test_tables_with_the_same_columns_are_of_one_object(tmp_path: Path) -> None:
    earlier = [GOALS[0], *([r[0], r[1].replace("2026", "2025"), *r[2:]] for r in GOALS[1:])]
    mapping = proposed(tmp_path, goals_2025=earlier, goals_2026=GOALS).mapping
    assert [one.name for one in mapping.objects] == ["goal"]
    assert len([t for t in mapping.tables if t.kind == "custom.goal"]) == 1


def test_a_column_joins_the_patients_by_its_values_and_not_by_small_numbers(tmp_path: Path) -> None:
    cases = [["Ref", "Who", "Shade"], *([f"LC-{i}", f"P{i:04d}", "A2" if i % 2 else "B1"] for i in range(12))]
    table = table_of(proposed(tmp_path, lab=cases).mapping, "lab")
    assert [c.field for c in table.columns if c.header == "Who"] == ["patient_id"]


def test_a_table_without_identity_is_proposed_without_confidence(tmp_path: Path) -> None:
    table = table_of(proposed(tmp_path, counts=[["Amount", "Total"], ["1", "2"], ["1", "2"]] * 3).mapping, "count")
    assert table.confidence == 0
    assert not table.key


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("Goals 2026", "goal"),
        ("PbN_Export_KPIs_2026-11", "kpi"),
        ("production report", "productionReport"),
        ("2026", "customRecord"),
        ("categories", "category"),
        ("notes", "notePbn"),
        ("Person", "personPbn"),
    ],
)
def test_an_object_is_named_after_its_file(file: str, name: str) -> None:
    made = named_after(file, custom_names().objects)
    assert (made.name, made.plural) == (name, plural(name))


@given(st.text(max_size=60), st.sets(st.text(alphabet="abcdefgP", max_size=6), max_size=5))
def test_every_name_is_one_that_an_entity_may_have_and_none_that_is_taken(text: str, taken: set[str]) -> None:
    made = named_after(text, taken)
    assert made.entity.object_name == made.name
    assert {made.name.casefold(), made.plural.casefold()}.isdisjoint(name.casefold() for name in taken)
    assert made.name != made.plural
    assert made.label != made.label_plural


@given(st.text(alphabet="abcsy", min_size=1, max_size=8))
def test_a_plural_differs_from_its_word_and_leads_back_to_one_thing(word: str) -> None:
    assert plural(word) != word
    assert singular(plural(singular(word))) or word


@given(st.lists(st.text(), min_size=1, max_size=4), st.lists(st.text(), min_size=1, max_size=4))
def test_different_parts_have_different_keys(one: list[str], other: list[str]) -> None:
    assert (joined(one) == joined(other)) is (one == other)


def keyed(order: str | None, *keys: str | None) -> TableBinding:
    verdict = Verdict(order=order)  # type: ignore[arg-type]
    columns = tuple(ColumnBinding(header=f"c{i}", custom=f"c{i}", key=key, verdict=verdict) for i, key in enumerate(keys))  # type: ignore[arg-type]
    return TableBinding(kind=TableKind("custom.goal"), columns=columns)


@given(st.dates(date(2000, 1, 1), date(2060, 12, 31)), st.text(alphabet="abcDEF 1", max_size=8))
def test_a_day_and_a_word_are_the_same_key_however_they_are_written(day: date, word: str) -> None:
    key_of = key_reader(keyed("mdy", "date", "text"))
    ways = [day.isoformat(), f"{day:%m/%d/%Y}", f"{day:%b} {day.day}, {day.year}", f"{day:%m/%d/%Y} 00:00"]
    words = [word, word.upper(), f" {word} ", word.lower().replace(" ", "  ")]
    assert len({key_of([way, said]) for way, said in zip(ways, words, strict=True)}) == 1


@pytest.mark.parametrize("cell", ["", "  ", "-", "NULL"])
def test_a_row_with_a_blank_part_has_no_key(cell: str) -> None:
    assert key_reader(keyed("mdy", "text", None, "date"))(["a", "", cell]) is None


@given(
    st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from(["01/01/2026", "02/01/2026"]), st.integers(0, 3)), max_size=9)
)
def test_an_identity_tells_all_rows_apart(found: list[tuple[str, str, int]]) -> None:
    rows = [[who, day, f"${number}.00"] for who, day, number in found]
    identity = identity_of(["Team", "Date", "Revenue"], profiles_of(rows, 3), rows, ())
    if identity is None:
        return
    columns = [identity.ids] if identity.ids is not None else sorted(identity.key)
    assert 2 not in columns, "an amount is no identity"
    assert len({tuple(row[i] for i in columns) for row in rows}) == len(rows)


@given(st.integers(-(10**17), 10**17), st.sampled_from(["USD", "EUR", "CAD"]))
def test_an_amount_is_carried_exactly(micros: int, currency: str) -> None:
    assert amount_of(amount_text(micros, currency)) == (micros, currency)


def test_entities_of_objects_are_told_by_their_form_and_stand_beside_the_known_ones() -> None:
    goal = Entity("custom.goal")
    assert goal is Entity.of_object("goal")
    assert (goal.schema, goal.object_name, TableKind("custom.goal").entity) == (CUSTOM, "goal", goal)
    assert goal not in list(Entity)
    assert Entity.NOTE.object_name is None
    assert pbn_id("fern", goal, "dr1|2026-05-01") == "fern:custom.goal:dr1|2026-05-01"
    for name in ("custom.", "custom.Goal", "custom.go al", "goal", "other.goal"):
        with pytest.raises(ValueError, match="is not a valid Entity"):
            Entity(name)


def test_labels_follow_from_names() -> None:
    assert (of_name("arKpi").label, of_name("arKpi").label_plural) == ("AR KPI", "AR KPIs")


@pytest.mark.parametrize("rows", [1, 3, 12])
def test_a_table_that_was_left_out_at_approval_stays_so_in_a_delivery_without_the_others(tmp_path: Path, rows: int) -> None:
    """A simulated practice was refused: alone in a partial delivery its lab cases "may hold the treatment plans"."""
    lab = [
        ["Case No", "Patient ID", "Laboratory", "Due", "Shade Wanted", "Fee"],
        *([f"{100 + i}", f"P{i:04d}", "Apex Dental Lab", f"01/{1 + i:02d}/2026", f"shade {i}", "$40.00"] for i in range(12)),
    ]
    plans = [
        ["Treatment Plan ID", "Patient ID", "Treatment Plan Name", "Treatment Plan Status", "Estimated Cost", "Fee"],
        *([f"{200 + i}", f"P{i:04d}", f"Case {i}", "Presented", f"${i + 100}.00", "$30.00"] for i in range(12)),
    ]
    (tmp_path / "all").mkdir()
    mapping = proposed(tmp_path / "all", lab_cases=lab, treatment_plans=plans).mapping
    (tmp_path / "part").mkdir()
    extract = extract_of(tmp_path / "part", lab_cases=lab[: 1 + rows])
    [table] = bind_for_run(extract, mapping, FERN, custom_names()).tables
    assert table.binding.kind is TableKind.UNKNOWN
