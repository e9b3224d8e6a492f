"""Rows of a spreadsheet with odd cells: what is no value is blank with a reason, and the rest of the row is carried."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from events.vocabulary.entities import Entity
from events.vocabulary.mapping import ColumnBinding, ColumnMapping, CustomField, FieldType, TableBinding, TableKind
from events.vocabulary.records import Issue, Record
from producers.records.assembly import UnusableRow, compile_reader
from producers.records.plans import Line, compile_line_reader, plan_of
from producers.sources.tables.odd_cells import Oddity, OddRow
from producers.state.fingerprints import Fingerprints
from tests.producers.office import OFFICE, TAKEN

PATIENT = ("native_id", "first_name", "last_name", "email", "mobile_phone", "birth_date", "insurance_carrier", "+shoe", "-")
ROW = ("7", "Ada", "Quist", "ada@post.example", "303-555-0111", "07/04/1951", "Oak", "2-5", "x")
SHOE = CustomField(entity=Entity.PATIENT, name="shoe", label="Shoe", type=FieldType.TEXT)

PLAN = ("native_id", "patient_id", "name", "estimated_cost", "code", "tooth", "surface", "fee")
LINE = ("T1", "7", "Full mouth", "900.00", "D2740", "14", "MO", "450.00")


def binding(kind: TableKind, fields: Sequence[str]) -> TableBinding:
    def column(f: str) -> ColumnBinding:
        if f == "-":
            return ColumnBinding(header=f, ignored="left out")
        return ColumnBinding(header=f, custom=f[1:]) if f[0] == "+" else ColumnBinding(header=f, field=f)

    return TableBinding(kind=kind, columns=tuple(map(column, fields)))


def odd_row(fields: Sequence[str], row: Sequence[str], odd: dict[str, Oddity]) -> OddRow:
    """Return a row with these cells odd; one that holds no text is blank."""
    at = {fields.index(name): oddity for name, oddity in odd.items()}
    no_text = (Oddity.ERROR, Oddity.NO_VALUE, Oddity.COVERED)
    return OddRow(("" if at.get(i) in no_text else cell for i, cell in enumerate(row)), tuple(sorted(at.items())))


def patient(**odd: Oddity) -> Record | UnusableRow:
    bound = binding(TableKind.PATIENT, PATIENT)
    mapping = ColumnMapping(practice="fern", tables=(bound,), custom_fields=(SHOE,))
    named = {{"custom": "+shoe", "ignored": "-"}.get(name, name): oddity for name, oddity in odd.items()}
    return compile_reader(bound, mapping, OFFICE, TAKEN)(odd_row(PATIENT, ROW, named))


def plan(**odd: Oddity) -> tuple[Any, Any]:
    """Return the head and the line of a plan's row."""
    bound = binding(TableKind.TREATMENT_PLAN, PLAN)
    mapping = ColumnMapping(practice="fern", tables=(bound,))
    row = odd_row(PLAN, LINE, odd)
    return (
        compile_reader(bound, mapping, OFFICE, TAKEN)(row),
        compile_line_reader(bound, mapping, OFFICE, TAKEN)(row),
    )


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("email", "emails"),
        ("mobile_phone", "phones"),
        ("birth_date", "dateOfBirth"),
        ("insurance_carrier", "insuranceCarrier"),
        ("last_name", "name"),
        ("custom", "shoe"),
    ],
)
@pytest.mark.parametrize(
    ("oddity", "reason"),
    [
        (Oddity.ERROR, "error_cell"),
        (Oddity.NO_VALUE, "formula_without_value"),
        (Oddity.COVERED, "merged_cell"),
    ],
)
def test_a_cell_without_a_value_is_unknown_with_a_reason(column: str, field: str, oddity: Oddity, reason: str) -> None:
    found = patient(**{column: oddity})
    assert isinstance(found, Record)
    assert found.issues == (Issue(field, reason),)
    assert found.native_id == "7"
    assert found.values["first_name"] == "Ada"


def test_each_of_two_errors_has_an_issue() -> None:
    found = patient(email=Oddity.ERROR, birth_date=Oddity.ERROR)
    assert isinstance(found, Record)
    assert found.issues == (Issue("emails", "error_cell"), Issue("dateOfBirth", "error_cell"))
    assert not {"emails", "birth_date"} & found.values.keys()


def test_an_error_in_a_column_that_is_left_out_is_nobodys() -> None:
    found = patient(ignored=Oddity.ERROR)
    assert isinstance(found, Record)
    assert found.issues == ()


@pytest.mark.parametrize("oddity", [Oddity.ERROR, Oddity.NO_VALUE, Oddity.DATE, Oddity.STRAY_DATE])
def test_an_id_that_is_none_costs_the_row(oddity: Oddity) -> None:
    found = patient(native_id=oddity)
    assert isinstance(found, UnusableRow)
    assert found.reason == "excel_damaged_id"


def test_a_patient_is_not_merged_with_the_one_above() -> None:
    found = patient(native_id=Oddity.MERGED, first_name=Oddity.MERGED)
    assert isinstance(found, UnusableRow)
    assert (found.reason, found.issues) == ("merged_row", (Issue("id", "merged_cell"),))


def test_a_date_is_one_where_dates_belong() -> None:
    found = patient(birth_date=Oddity.DATE)
    assert isinstance(found, Record)
    assert found.issues == ()


@pytest.mark.parametrize(
    ("column", "field"), [("first_name", "name"), ("mobile_phone", "phones"), ("insurance_carrier", "insuranceCarrier")]
)
def test_a_date_elsewhere_is_no_value(column: str, field: str) -> None:
    found = patient(**{column: Oddity.STRAY_DATE})
    assert isinstance(found, Record)
    assert Issue(field, "became_date") in found.issues


def test_a_stray_date_in_a_column_of_texts_is_no_value_and_one_among_dates_is() -> None:
    stray, usual = patient(custom=Oddity.STRAY_DATE), patient(custom=Oddity.DATE)
    assert isinstance(stray, Record)
    assert isinstance(usual, Record)
    assert ("shoe" in stray.custom, stray.issues) == (False, (Issue("shoe", "became_date"),))
    assert (usual.custom["shoe"], usual.issues) == ("2-5", ())


@pytest.mark.parametrize("column", ["tooth", "code", "surface"])
def test_a_date_instead_of_a_code_costs_the_code_of_its_line(column: str) -> None:
    head, line = plan(**{column: Oddity.STRAY_DATE})
    assert isinstance(line, Line)
    assert line.item[column] is None
    assert line.item["fee"] == 450_000_000
    assert plan_of(head, [line]).issues == (Issue("lineItems", "became_date"),)


def test_a_plan_in_merged_cells_has_all_its_lines() -> None:
    head, line = plan(native_id=Oddity.MERGED, patient_id=Oddity.MERGED, name=Oddity.MERGED, estimated_cost=Oddity.MERGED)
    assert isinstance(head, Record)
    assert isinstance(line, Line)
    assert (line.plan_id, head.issues, line.issues) == ("T1", (), ())


def test_an_amount_in_merged_cells_is_not_counted_for_each_row() -> None:
    _, line = plan(fee=Oddity.MERGED)
    assert (line.item["fee"], line.issues) == (None, (Issue("lineItems", "merged_cell"),))


def test_a_row_that_is_one_wide_cell_is_no_record() -> None:
    found = patient(**dict.fromkeys(("first_name", "last_name", "email", "mobile_phone", "birth_date"), Oddity.COVERED))
    assert isinstance(found, UnusableRow)
    assert found.reason == "merged_row"


def test_a_row_with_an_error_is_another_row_than_one_with_a_blank() -> None:
    bound = binding(TableKind.PATIENT, PATIENT)
    mark = Fingerprints(bytes(32)).of_rows(bound, ColumnMapping(practice="fern", tables=(bound,)))
    blank = [*ROW[:3], "", *ROW[4:]]
    odd = odd_row(PATIENT, ROW, {"email": Oddity.ERROR})
    assert list(odd) == blank
    assert mark(odd) != mark(blank)
    assert mark(OddRow(blank, ((5, Oddity.DATE),))) == mark(blank)


@pytest.mark.parametrize(
    ("text", "issues"),
    [("x" * 32_767, 1), ("\U0001f600" * 16_383 + "x", 1), ("x" * 32_766 + "", 1), ("x" * 32_765, 0), ("x" * 40_000, 0)],
)
def test_a_text_as_long_as_a_cell_can_be_was_probably_cut(text: str, issues: int) -> None:
    bound = binding(TableKind.NOTE, ("native_id", "patient_id", "text"))
    found = compile_reader(bound, ColumnMapping(practice="fern", tables=(bound,)), OFFICE, TAKEN)(["1", "7", text])
    assert isinstance(found, Record)
    assert found.values["text"] == text
    assert found.issues == (Issue("body", "text_cut"),) * issues
