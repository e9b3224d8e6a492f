"""A card says of each field of a record how its cell, the value sent and Twenty's value compare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from consumers.reconcile.comparing import AGREES, Compared, ComparedRecord
from cutover.reports.documents.approvals import SampleCard, SampleDocument
from cutover.reports.pages.sample import sample_page
from cutover.reports.sampling.cards import CardSource, card_of, results_of
from cutover.reports.sampling.source_rows import SourceRow
from events.vocabulary.mapping import ColumnBinding, TableBinding, TableKind
from producers.entities.shared import REPEATS_PATIENT
from projections.desired import Desired
from tests.cutover.reports.pages.reading import FRAME, ReadPage, read

KINDS = {"pbnId": "TEXT", "dateOfBirth": "DATE", "labCase": "TEXT", "primaryProviderId": "RELATION", "fee": "CURRENCY"}
COLUMNS = (
    ColumnBinding(header="DOB", field="birth_date"),
    ColumnBinding(header="Lab", custom="labCase"),
    ColumnBinding(header="PriProv", field="provider_ref"),
    ColumnBinding(header="Fax", ignored="no field"),
)


def row(dob: str = "", lab: str = "", provider: str = "", fax: str = "") -> SourceRow:
    return SourceRow(
        file="patients.csv",
        sheet=None,
        row=7,
        headers=tuple(column.header for column in COLUMNS),
        cells=(dob, lab, provider, fax),
        binding=TableBinding(kind=TableKind.PATIENT, columns=COLUMNS),
    )


def met(values: Mapping[str, Any], *, compared: Compared = AGREES, image: Any = "as sent", **more: Any) -> ComparedRecord:
    return ComparedRecord(
        record_id=b"r" * 16,
        desired=Desired(object="people", id=UUID(int=1), pbn_id="elm:patient:1", values=values),
        image=dict(values) if image == "as sent" else image,
        compared=compared,
        kinds=KINDS,
        lost_words=more.pop("lost_words", ()),
        **more,
    )


def card(record: ComparedRecord, source: SourceRow | None, **reasons: str) -> SampleCard:
    return card_of(record, CardSource(pbn_id="elm:patient:1", row=source, reasons=reasons))


def result(made: SampleCard) -> tuple[str, str | None]:
    [one] = made["fields"]
    return one["result"], one["reason"]


@pytest.mark.parametrize(
    ("name", "sent", "source", "expected"),
    [
        ("dateOfBirth", "1980-01-31", row(dob="1980-01-31"), ("equal", None)),
        ("dateOfBirth", "1980-01-31", row(dob="1/31/1980"), ("normalised", "date")),
        ("dateOfBirth", None, row(dob="N/A"), ("normalised", "read_as_blank")),
        ("labCase", "due", row(lab="due"), ("equal", None)),
        ("labCase", "due; sent", row(lab="due"), ("normalised", "joined")),
        ("labCase", "due", row(lab="Due "), ("normalised", "text")),
        ("primaryProviderId", str(UUID(int=5)), row(provider="11"), ("normalised", "relation")),
        ("pbnId", "elm:patient:1", row(), ("equal", None)),
        ("pbnId", "elm:patient:1", None, ("equal", None)),
    ],
)
def test_a_value_that_arrived_is_equal_or_normalised_by_a_rule(
    name: str, sent: Any, source: SourceRow | None, expected: tuple[str, str | None]
) -> None:
    assert result(card(met({name: sent}), source)) == expected


def test_a_value_that_could_not_be_read_is_lost_with_its_reason() -> None:
    assert result(card(met({"dateOfBirth": None}), row(dob="31/31/80"), dateOfBirth="invalid_date")) == ("lost", "invalid_date")


def test_a_word_without_an_option_is_lost() -> None:
    record = met({"labCase": None}, lost_words=("labCase",), compared=Compared(different=("labCase",)))
    assert result(card(record, row(lab="due"))) == ("lost", "unknown_option")


def test_a_reason_of_a_relation_is_found_by_the_name_of_its_field() -> None:
    made = card(met({"primaryProviderId": None}), row(provider="77"), primaryProvider="unknown_provider")
    assert result(made) == ("lost", "unknown_provider")


@pytest.mark.parametrize(
    ("compared", "expected"),
    [
        (Compared(different=("labCase",)), ("different", None)),
        (Compared(edited=("labCase",)), ("different", "changed_by_people")),
    ],
)
def test_a_field_that_twenty_holds_otherwise_is_different(compared: Compared, expected: tuple[str, str | None]) -> None:
    assert result(card(met({"labCase": "due"}, compared=compared, image={"labCase": "late"}), row(lab="due"))) == expected


@pytest.mark.parametrize(("reason", "expected"), [("", "not_in_twenty"), ("missing_file", "missing_file")])
def test_all_values_of_a_record_that_is_not_there_are_lost(reason: str, expected: str) -> None:
    assert result(card(met({"labCase": "due"}, image=None, reason=reason), row(lab="due"))) == ("lost", expected)


def test_a_cell_of_a_column_that_is_left_out_is_lost() -> None:
    [one] = card(met({}), row(fax="312-555-0100"))["fields"]
    assert (one["field"], one["cells"]) == (None, [{"column": "Fax", "value": "312-555-0100"}])
    assert (one["result"], one["reason"]) == ("lost", "column_left_out")


def test_a_cell_that_repeats_what_is_carried_is_not_lost() -> None:
    binding = TableBinding(kind=TableKind.NOTE, columns=(ColumnBinding(header="Patient Name", ignored=REPEATS_PATIENT),))
    repeating = replace(row(), headers=("Patient Name",), cells=("Ada Quist",), binding=binding)
    [one] = card(met({}), repeating)["fields"]
    assert (one["result"], one["reason"], one["twenty"]) == ("normalised", "said_elsewhere", None)


def test_a_field_that_is_blank_everywhere_stands_on_no_card() -> None:
    blank = {"dateOfBirth": None, "labCase": "", "fee": {"amountMicros": None, "currencyCode": "USD"}}
    assert card(met(blank), row())["fields"] == []


def test_results_are_counted_by_object() -> None:
    cards = [card(met({"labCase": "due"}), row(lab="due")), card(met({"labCase": "due"}, image=None), row(lab="due"))]
    assert results_of(cards) == [{"object": "people", "equal": 1, "normalised": 0, "different": 0, "lost": 1}]


def document(*cards: SampleCard, differences: int = 0) -> SampleDocument:
    counts = {"source": len(cards), "twenty": len(cards), "missing": 0, "extra": 0, "different": 0}
    return {
        "run": "r1",
        "records": len(cards),
        "patients": 1,
        "chosen": [{"pbnId": "elm:patient:1", "reasons": []}],
        "uncovered": [],
        "objects": [{"object": "people", "differences": [], **counts}],  # type: ignore[typeddict-item]
        "results": results_of(cards),
        "cards": list(cards),
        "differences": differences,
        "requests": 3,
        "seconds": 1.0,
    }


def page(made: SampleDocument) -> ReadPage:
    return read(sample_page(made, FRAME))


GOOD = card(met({"labCase": "<due>"}), row(lab="<due>"))
BAD = card(met({"dateOfBirth": None}), row(dob="31/31/80"), dateOfBirth="invalid_date")


def test_the_page_shows_the_worst_card_first_and_needs_nothing_beside_itself() -> None:
    made = page(document(GOOD, BAD))
    assert made.texts.index("DOB: 31/31/80") < made.texts.index("Lab: <due>")
    assert not [value for name, value in made.attributes if name in ("src", "href")]


def test_cards_without_a_fault_are_folded_so_that_the_page_prints_on_few_sheets() -> None:
    made = page(document(GOOD, BAD))
    assert made.tags["details"] == 1
    assert "Patients: 1 record, all fields equal or normalised" in made.texts


def test_the_page_counts_records_without_a_cell_that_agree_and_shows_them_not() -> None:
    link = card(met({"pbnId": "elm:patient:1"}), None)
    found = page(document(GOOD, link)).texts
    assert "Not shown: 1 record without a cell of their own, all equal." in found
    assert found.count("Patients: elm:patient:1 (patients.csv, row 7)") == 1


@pytest.mark.parametrize(
    ("made", "verdict"),
    [
        (document(GOOD), "Twenty holds all 1 record as Practice by Numbers has them."),
        (document(BAD), "Of 1 record, 0 fields are different in Twenty and 1 value is lost."),
        (document(GOOD, differences=1), "Of 1 record, 0 fields are different in Twenty and 0 values are lost."),
    ],
    ids=["all arrived", "a value is lost", "a record is missing"],
)
def test_the_headline_is_good_only_where_everything_arrived(made: SampleDocument, verdict: str) -> None:
    assert verdict in page(made).texts
