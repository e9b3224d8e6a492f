"""Verdicts about whole columns, and reading under them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.vocabulary.entities import Entity
from events.vocabulary.mapping import ColumnBinding, FieldType, TableKind, Verdict, from_json, to_json
from events.vocabulary.practice import DateOrder, Practice
from events.vocabulary.records import Record
from producers.binding.proposal import Proposal, propose
from producers.kinds.cells import BIRTH_DATE, VISIT
from producers.kinds.custom import CUSTOM
from producers.kinds.judged import cleaner_under
from producers.kinds.reading import Rules
from producers.records.assembly import UnusableRow, compile_reader
from producers.state.fingerprints import binding_digest
from tests.producers.office import OFFICE, TAKEN, Rows, Tables, change, extract_of, tables, with_column

RULES = Rules.of(OFFICE, TAKEN)


def column_of(proposal: Proposal, kind: TableKind, name: str) -> ColumnBinding:
    return next(c for b in proposal.mapping.tables if b.kind is kind for c in b.columns if name in (c.field, c.custom))


def records(proposal: Proposal, kind: TableKind) -> list[Record | UnusableRow]:
    bound = next(b for b in proposal.bound if b.binding.kind is kind)
    read = compile_reader(bound.binding, proposal.mapping, OFFICE, TAKEN)
    return [read(cells) for _, cells in bound.table.rows()]


def with_cells(table: str, header: str, cells: list[str]) -> Tables:
    """Return the office's tables, with these cells in the first rows of a column."""

    def edit(headers: list[str], rows: Rows) -> tuple[list[str], Rows]:
        at = headers.index(header)
        new = [*cells, *(row[at] for row in rows[len(cells) :])]
        return headers, [[*row[:at], cell, *row[at + 1 :]] for row, cell in zip(rows, new, strict=True)]

    return change(edit, table)


def of_births(tmp_path: Path, cells: list[str]) -> tuple[Proposal, ColumnBinding, list[object]]:
    proposal = propose(extract_of(tmp_path / "x", with_cells("patients", "Born On", cells)), OFFICE)
    read = [r.values.get("birth_date") for r in records(proposal, TableKind.PATIENT) if isinstance(r, Record)]
    return proposal, column_of(proposal, TableKind.PATIENT, "birth_date"), read


def test_a_day_first_column_is_read_so_whatever_the_setting_is(tmp_path: Path) -> None:
    cells = [f"{n % 28 + 1:02}/{n % 12 + 1:02}/1980" for n in range(40)]
    _, column, read = of_births(tmp_path, cells)
    assert column.verdict is not None
    assert column.verdict.order == "dmy"
    assert "day first only" in column.evidence
    assert read == [date(1980, n % 12 + 1, n % 28 + 1) for n in range(40)]


def test_one_contrary_date_condemns_no_column_and_is_reported(tmp_path: Path) -> None:
    cells = [f"{n % 12 + 1:02}/{n % 28 + 1:02}/1980" for n in range(39)] + ["25/12/1980"]
    proposal, column, read = of_births(tmp_path, cells)
    assert column.verdict is not None
    assert column.verdict.order == "mdy"
    assert read == [*(date(1980, n % 12 + 1, n % 28 + 1) for n in range(39)), None]
    last = records(proposal, TableKind.PATIENT)[-1]
    assert ("dateOfBirth", "invalid_date") in [(i.field, i.reason) for i in last.issues]


def test_real_dates_whose_day_and_month_a_spreadsheet_program_exchanged_are_doubtful(tmp_path: Path) -> None:
    cells = [f"{n + 1:02}/{m:02}/1980" if n >= 12 else f"1980-{n + 1:02}-{m:02}" for n in range(28) for m in (1, 5)]
    _, column, _ = of_births(tmp_path, cells[:40])
    assert column.confidence < 0.8
    assert "exchanged their day and month" in column.evidence


def test_real_dates_with_days_over_twelve_were_not_exchanged(tmp_path: Path) -> None:
    cells = [f"{n + 1:02}/05/1980" if n >= 12 else f"1980-05-{n + 8:02}" for n in range(28)]
    _, column, _ = of_births(tmp_path, cells)
    assert "exchanged" not in column.evidence


def test_a_column_of_both_orders_is_doubtful_and_carries_no_ambiguous_date(tmp_path: Path) -> None:
    cells = [*(["25/12/1980", "12/25/1980"] * 10), *(["03/04/1980"] * 18), "05/05/1980", "1980-03-04"]
    proposal, column, read = of_births(tmp_path, cells)
    assert column.verdict is not None
    assert (column.verdict.order, column.confidence) == ("both", 0.5)
    assert ("doubtful_column", "Born On") in [(f.code, f.column) for f in proposal.findings]
    assert read == [*([date(1980, 12, 25)] * 20), *([None] * 18), date(1980, 5, 5), date(1980, 3, 4)]
    issues = [i.reason for r in records(proposal, TableKind.PATIENT) for i in r.issues]
    assert issues.count("ambiguous_date_order") == 18


def test_an_undecidable_column_follows_the_dates_of_its_table_then_the_setting(tmp_path: Path) -> None:
    undecidable = [f"{n % 12 + 1:02}/{(n + 3) % 12 + 1:02}/1980" for n in range(40)]
    _, column, _ = of_births(tmp_path, undecidable)
    assert column.verdict is not None
    assert column.verdict.order == "mdy"
    assert "by the table's other dates" in column.evidence


@pytest.mark.parametrize(("setting", "order", "doubtful"), [("mdy", "dmy", True), ("dmy", "dmy", False)])
def test_undecidable_dates_with_dots_follow_no_dates_with_slashes(
    tmp_path: Path, setting: DateOrder, order: str, doubtful: bool
) -> None:
    """No country that puts the month first writes dates with dots: a person looks at such a column."""
    cells = [f"{n % 12 + 1:02}.{(n + 3) % 12 + 1:02}.1980" for n in range(40)]
    office = replace(OFFICE, date_order=setting)
    proposal = propose(extract_of(tmp_path / "x", with_cells("patients", "Born On", cells)), office)
    column = column_of(proposal, TableKind.PATIENT, "birth_date")
    assert column.verdict is not None
    assert (column.verdict.order or setting, column.doubtful) == (order, doubtful)


def test_undecidable_dates_with_dots_follow_other_dates_with_dots(tmp_path: Path) -> None:
    data = with_cells("patients", "Born On", [f"{n % 12 + 1:02}.{n % 28 + 1:02}.1980" for n in range(40)])
    undecidable = [f"{n % 12 + 1:02}.{(n + 3) % 12 + 1:02}.2026" for n in range(len(data["owing"][1]))]
    data["owing"] = with_cells("owing", "Last Paid On", undecidable)["owing"]
    column = column_of(propose(extract_of(tmp_path / "x", data), OFFICE), TableKind.BILLING, "last_payment_date")
    assert column.verdict is not None
    assert (column.verdict.order, column.doubtful) == ("mdy", False)


def test_none_is_a_word_where_it_recurs_beside_few_words_and_blank_elsewhere(tmp_path: Path) -> None:
    data = with_cells("owing", "Arrangement", ["None", "Active", "None"])
    data["visits"] = with_cells("visits", "Remarks", ["None", "None", "Shade A2"])["visits"]
    proposal = propose(extract_of(tmp_path / "x", data), OFFICE)
    assert [r.values["payment_plan_status"] for r in records(proposal, TableKind.BILLING)[:3]] == ["None", "Active", "None"]
    assert [r.values["note"] for r in records(proposal, TableKind.APPOINTMENT)[:3]] == [None, None, "Shade A2"]


def test_zero_in_a_link_means_none(tmp_path: Path) -> None:
    data = with_cells("visits", "Client Key", ["0"])
    data["patients"] = with_cells("patients", "Head of House Id", ["0"])["patients"]
    proposal = propose(extract_of(tmp_path / "x", data), OFFICE)
    blocked = records(proposal, TableKind.APPOINTMENT)[0]
    assert isinstance(blocked, UnusableRow)
    assert blocked.reason == "missing_patient"
    assert records(proposal, TableKind.PATIENT)[0].values["guarantor_id"] is None


def test_bare_codes_of_a_state_are_reported_and_never_carried(tmp_path: Path) -> None:
    proposal = propose(extract_of(tmp_path / "x", coded()), OFFICE)
    column = column_of(proposal, TableKind.APPOINTMENT, "status")
    assert column.verdict is not None
    assert (column.verdict.codes, column.confidence) == (True, 0.5)
    assert ("doubtful_column", "Outcome") in [(f.code, f.column) for f in proposal.findings]
    read = records(proposal, TableKind.APPOINTMENT)
    assert not any("status" in r.values for r in read)
    assert all(("appointmentStatus", "unknown_code") in [(i.field, i.reason) for i in r.issues] for r in read)
    words = proposal.mapping.vocabulary(TableKind.APPOINTMENT.entity, "status")
    assert words is None or words.words == ()


def test_bare_codes_of_a_payment_plan_are_reported_and_never_carried(tmp_path: Path) -> None:
    data = with_cells("owing", "Arrangement", [str(n % 3) for n in range(len(tables()["owing"][1]))])
    proposal = propose(extract_of(tmp_path / "x", data), OFFICE)
    column = column_of(proposal, TableKind.BILLING, "payment_plan_status")
    assert (column.doubtful, {one.proposed for one in column.codes}) == (True, {None})
    assert not any("payment_plan_status" in r.values for r in records(proposal, TableKind.BILLING))


def coded() -> Tables:
    """Return the office's tables, with codes for the outcome of a visit."""

    def edit(headers: list[str], rows: Rows) -> tuple[list[str], Rows]:
        at = headers.index("Outcome")
        return headers, [[*row[:at], "125"[n % 3], *row[at + 1 :]] for n, row in enumerate(rows)]

    return change(edit, "visits")


def balances(tmp_path: Path, cells: list[str], practice: Practice = OFFICE) -> tuple[ColumnBinding, list[object]]:
    data = with_cells("owing", "Still Owes", cells)
    proposal = propose(extract_of(tmp_path / "x", data), practice)
    read = [r.values.get("balance") for r in records(proposal, TableKind.BILLING) if isinstance(r, Record)]
    return column_of(proposal, TableKind.BILLING, "balance"), read


def test_amounts_with_a_decimal_comma_are_read_so(tmp_path: Path) -> None:
    column, read = balances(tmp_path, ["1.234,50", "1.234", "12,5", *(f"{n},00" for n in range(37))])
    assert column.verdict is not None
    assert column.verdict.decimal == ","
    assert "39 numbers have a decimal comma" in column.evidence
    assert read[:4] == [1_234_500_000, 1_234_000_000, 12_500_000, 0]


def test_amounts_that_prove_no_mark_follow_the_other_amounts_of_their_table_then_the_setting(tmp_path: Path) -> None:
    undecided = [f"{1 + n}.250" for n in range(40)]
    column, read = balances(tmp_path, undecided)
    assert "a decimal point, by the table's other numbers" in column.evidence
    assert read[0] == 1_250_000
    alone = with_cells("owing", "Still Owes", undecided)
    data = {"patients": alone["patients"], "owing": (alone["owing"][0][:6], [row[:6] for row in alone["owing"][1]])}
    comma = replace(OFFICE, decimal_mark=",")
    column = column_of(propose(extract_of(tmp_path / "y", data), comma), TableKind.BILLING, "balance")
    assert column.verdict is not None
    assert (column.verdict.decimal, "a decimal comma, by the setting" in column.evidence) == (None, True)


def test_amounts_with_both_marks_are_doubtful_and_ambiguous_ones_are_not_carried(tmp_path: Path) -> None:
    column, read = balances(tmp_path, ["12.50", "12,50", "1.234", "1,234", "5"] * 8)
    assert column.verdict is not None
    assert (column.verdict.decimal, column.confidence) == ("both", 0.5)
    assert read[:5] == [12_500_000, 12_500_000, None, None, 5_000_000]


def test_amounts_in_another_currency_are_doubtful_and_not_carried(tmp_path: Path) -> None:
    column, read = balances(tmp_path, [f"€ {n}.50" for n in range(40)])
    assert "40 amounts are in another currency (€) than the practice's (USD)" in column.evidence
    assert (column.confidence, set(read)) == (0.5, {None})


def custom(tmp_path: Path, header: str, value: Callable[[int], str]) -> tuple[ColumnBinding, FieldType, list[object]]:
    proposal = propose(extract_of(tmp_path / "x", with_column("visits", header, value)), OFFICE)
    column = next(c for b in proposal.mapping.tables for c in b.columns if c.header == header)
    name = str(column.custom)
    read = [r.custom[name] for r in records(proposal, TableKind.APPOINTMENT) if isinstance(r, Record)]
    return column, proposal.mapping.custom_of(Entity.APPOINTMENT)[name].type, read


def test_a_custom_column_whose_times_are_all_midnight_holds_days(tmp_path: Path) -> None:
    column, found, read = custom(tmp_path, "Lab Due", lambda n: f"{n % 12 + 1}/{n % 28 + 1}/2026 12:00:00 AM")
    assert found is FieldType.DATE
    assert "the times of all 40 dates are midnight: they are days" in column.evidence
    assert read[:2] == [date(2026, 1, 1), date(2026, 2, 2)]


def test_a_custom_column_with_one_other_time_holds_moments(tmp_path: Path) -> None:
    _, found, _ = custom(tmp_path, "Lab Due", lambda n: f"2026-05-{n % 28 + 1:02} {'09:30:00' if n == 7 else '00:00:00'}")
    assert found is FieldType.DATE_TIME


def test_a_custom_column_of_days_first_is_read_so(tmp_path: Path) -> None:
    _, found, read = custom(tmp_path, "Lab Due", lambda n: f"{n % 28 + 1:02}/{n % 12 + 1:02}/2026")
    assert (found, read[13]) == (FieldType.DATE, date(2026, 2, 14))


def test_numbers_with_one_unit_are_numbers_and_the_unit_is_in_the_evidence(tmp_path: Path) -> None:
    column, found, read = custom(tmp_path, "Pocket Depth", lambda n: f"{n % 9},5 mm")
    assert found is FieldType.NUMBER
    assert column.verdict is not None
    assert (column.verdict.unit, column.verdict.decimal) == ("mm", ",")
    assert "its numbers: 40 in mm" in column.evidence
    assert read[:3] == [0.5, 1.5, 2.5]


@pytest.mark.parametrize("cells", [("4 mm", "1 cm"), ("$5.00", "€5.00")])
def test_numbers_of_several_units_stay_as_they_are_written(tmp_path: Path, cells: tuple[str, str]) -> None:
    column, found, read = custom(tmp_path, "Pocket Depth", lambda n: cells[n % 2])
    assert found in (FieldType.SELECT, FieldType.TEXT)
    assert (read[:2], "20 in " in column.evidence) == (list(cells), True)


def test_a_number_in_another_unit_than_its_column_is_lost() -> None:
    clean = cleaner_under(CUSTOM[FieldType.NUMBER], RULES, Verdict(unit="mm"))
    assert clean("4 mm") == clean("4") == (4.0, None)
    assert clean("1 cm") == (None, "invalid_number")


def test_a_time_in_a_custom_column_of_days_is_left_out_and_reported() -> None:
    clean = cleaner_under(CUSTOM[FieldType.DATE], RULES, Verdict())
    assert clean("5/20/2026 12:00 AM") == (date(2026, 5, 20), None)
    assert clean("5/20/2026 9:30 AM") == (date(2026, 5, 20), "left_out_time")


def test_padded_ids_are_in_the_verdict(tmp_path: Path) -> None:
    data = with_cells("claims", "Claim Key", [f"{n:06}" for n in range(40)])
    column = column_of(propose(extract_of(tmp_path / "x", data), OFFICE), TableKind.CLAIM, "native_id")
    assert column.verdict is not None
    assert (column.verdict.width, "padded with zeros to 6 digits" in column.evidence) == (6, True)


def test_tables_with_the_same_headers_are_judged_together(tmp_path: Path) -> None:
    data = tables()
    headers, rows = data["visits"]
    at = headers.index("Visit Date")
    data["visits"] = headers, rows[:20]
    data["later"] = headers, [[*r[:at], f"{n % 12 + 13}/0{n % 9 + 1}/2026", *r[at + 1 :]] for n, r in enumerate(rows[20:])]
    column = column_of(propose(extract_of(tmp_path / "x", data), OFFICE), TableKind.APPOINTMENT, "starts_at")
    assert column.verdict is not None
    assert column.verdict.order == "both"


def test_a_verdict_is_part_of_the_mapping_and_of_the_fingerprints(tmp_path: Path) -> None:
    mapping = propose(extract_of(tmp_path / "x", tables()), OFFICE).mapping
    assert from_json(to_json(mapping)) == mapping
    binding = mapping.tables[0]
    other = ColumnBinding(header="Born", field="birth_date", verdict=Verdict(order="dmy"))
    plain = ColumnBinding(header="Born", field="birth_date", verdict=Verdict(order="mdy"))
    digests = {binding_digest(type(binding)(kind=binding.kind, columns=(c,)), mapping) for c in (other, plain)}
    assert len(digests) == 2


@given(st.dates(date(1930, 1, 1), date(2020, 12, 31)))
def test_under_both_orders_a_date_is_right_or_none(day: date) -> None:
    clean = cleaner_under(BIRTH_DATE.clean, RULES, Verdict(order="both"))
    for text in (f"{day:%d/%m/%Y}", f"{day:%m/%d/%Y}"):
        value, reason = clean(text)
        assert value == day or (value is None and reason == "ambiguous_date_order" and day.day <= 12)


@pytest.mark.parametrize("word", ["Scheduled", "No Show"])
def test_words_beside_codes_are_carried(word: str) -> None:
    clean = cleaner_under(VISIT.clean, RULES, Verdict(codes=True))
    assert clean(word) == (word, None)
    assert clean("4") == clean("R") == (None, "unknown_code")
