from __future__ import annotations

from typing import Any

from events.vocabulary.entities import Entity
from events.vocabulary.mapping import ColumnBinding, ColumnMapping, CustomField, FieldType, TableBinding, TableKind
from events.vocabulary.records import Issue, Record
from producers.records.assembly import UnusableRow, compile_reader
from producers.records.plans import Line, compile_line_reader, has_lines, merged_lines, plan_of
from tests.producers.office import OFFICE, TAKEN

_FIELDS = ("plan_id", "line_order", "code", "description", "tooth", "surface", "fee", "line_status")
LINES = TableBinding(
    kind=TableKind.TREATMENT_LINE,
    columns=(*(ColumnBinding(header=f, field=f) for f in _FIELDS), ColumnBinding(header="Lab", custom="lab")),
)
MAPPING = ColumnMapping(
    practice="fern",
    tables=(LINES,),
    custom_fields=(CustomField(entity=Entity.TREATMENT_PLAN, name="lab", label="Lab", type=FieldType.TEXT),),
)
HEAD = Record(entity=Entity.TREATMENT_PLAN, native_id="T1", values={"patient_id": "7", "name": "Full mouth"})


def line(*cells: str) -> Any:
    return compile_line_reader(LINES, MAPPING, OFFICE, TAKEN)(list(cells))


def crown(order: str = "1", lab: str = "Oak") -> Any:
    return line("T1", order, "D2740", "Crown", "14", "MO", "900.00", "Planned", lab)


def test_a_line_has_all_its_fields_whole() -> None:
    found = crown()
    assert (found.plan_id, found.order, found.issues) == ("T1", 1, ())
    assert found.item == {
        "code": "D2740",
        "description": "Crown",
        "tooth": "14",
        "surface": "MO",
        "fee": 900_000_000,
        "status": "Planned",
    }


def test_lines_stand_in_their_order_where_the_table_says_it() -> None:
    plan = plan_of(HEAD, [crown("3"), line("T1", "1", "D0120", "", "", "", "", "", ""), crown("")])
    assert [item["code"] for item in plan.values["lines"]] == ["D0120", "D2740", "D2740"]  # type: ignore[index,union-attr]
    assert plan.values["name"] == "Full mouth"


def test_without_an_order_they_stand_as_they_came() -> None:
    lines = [Line(plan_id="T1", order=None, item={"code": code}) for code in ("B", "A", "C")]
    assert [item["code"] for item in plan_of(HEAD, lines).values["lines"]] == ["B", "A", "C"]  # type: ignore[index,union-attr]


def test_a_plan_without_lines_has_none() -> None:
    assert plan_of(HEAD, []).values["lines"] == []


def test_a_custom_text_of_the_lines_is_joined_and_one_of_the_plan_stands_once() -> None:
    assert plan_of(HEAD, [crown("1", "Oak"), crown("2", "-"), crown("3", "Elm")]).custom == {"lab": "Oak; ; Elm"}
    assert plan_of(HEAD, [crown("1", "Oak"), crown("2", "Oak")]).custom == {"lab": "Oak"}


def test_issues_of_lines_are_issues_of_the_plan() -> None:
    damaged = line("T1", "1", "5.03E+02", "", "6-Nov", "", "lots", "", "")
    assert plan_of(HEAD, [damaged]).issues == (
        Issue("lineItems", "excel_damaged"),
        Issue("lineItems", "excel_damaged"),
        Issue("lineItems", "invalid_money"),
    )


def test_a_line_without_its_plans_id_is_refused() -> None:
    assert line("", "1", "D0120", "", "", "", "", "", "") == UnusableRow(reason="missing_id")
    assert line("1.2E+09", "1", "D0120", "", "", "", "", "", "") == UnusableRow(
        reason="excel_damaged_id", native_id=None, issues=(Issue("id", "excel_damaged"),)
    )


def test_a_row_without_a_line_is_none() -> None:
    assert line("T1", "", "", "-", "", "", "", "", "") is None


def test_lines_of_overlapping_tables_are_counted_once() -> None:
    one, other = crown(""), crown("2")
    assert merged_lines([[one, one, other], [other, one]]) == [one, one, other]
    assert merged_lines([[one], [one, one]]) == [one, one]
    assert merged_lines([]) == []


def test_equal_rows_of_one_numbered_line_count_once_and_different_ones_are_two_lines() -> None:
    one, other = crown("1"), crown("1", lab="Elm")
    assert merged_lines([[one, one, other], [one]]) == [one, other]


def test_plan_and_lines_may_come_in_one_row() -> None:
    both = TableBinding(
        kind=TableKind.TREATMENT_PLAN,
        columns=tuple(ColumnBinding(header=f, field=f) for f in ("native_id", "patient_id", "name", "code", "fee")),
    )
    row = ["T1", "7", "Full mouth", "D0120", "5.00"]
    head = compile_reader(both, ColumnMapping(practice="fern"), OFFICE, TAKEN)(row)
    found = compile_line_reader(both, ColumnMapping(practice="fern"), OFFICE, TAKEN)(row)
    assert head == HEAD
    assert isinstance(found, Line)
    assert (found.plan_id, found.item["fee"]) == ("T1", 5_000_000)


def test_only_tables_with_procedure_codes_have_lines() -> None:
    alone = TableBinding(
        kind=TableKind.TREATMENT_PLAN,
        columns=(ColumnBinding(header="a", field="native_id"), ColumnBinding(header="b", field="name")),
    )
    assert has_lines(LINES)
    assert not has_lines(alone)
