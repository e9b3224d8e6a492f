from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from events.vocabulary.entities import Entity
from events.vocabulary.mapping import ColumnBinding, ColumnMapping, CustomField, FieldType, TableBinding, TableKind
from events.vocabulary.records import Issue, Record
from producers.binding.proposal import propose
from producers.records.assembly import UnusableRow, compile_reader, id_reader
from producers.sources.extract import DocumentFile, Documents
from tests.producers.office import OFFICE, TAKEN, extract_of, tables

DIGEST = "0123456789abcdef" * 4


def binding(kind: TableKind, *fields: str) -> TableBinding:
    """Return a binding of these fields; `+name` is a custom field, `-` is ignored."""
    return TableBinding(
        kind=kind,
        columns=tuple(
            ColumnBinding(header=f, ignored="left out")
            if f == "-"
            else ColumnBinding(header=f, custom=f[1:])
            if f[0] == "+"
            else ColumnBinding(header=f, field=f)
            for f in fields
        ),
    )


def read(
    kind: TableKind, row: dict[str, str], *custom: CustomField, documents: Documents | None = None
) -> Record | UnusableRow:
    bound = binding(kind, *row)
    return compile_reader(
        bound, ColumnMapping(practice="fern", tables=(bound,), custom_fields=custom), OFFICE, TAKEN, documents
    )(list(row.values()))


def record(kind: TableKind, row: dict[str, str], *custom: CustomField, documents: Documents | None = None) -> Record:
    found = read(kind, row, *custom, documents=documents)
    assert isinstance(found, Record)
    return found


def test_a_patient_has_typed_values() -> None:
    row = {
        "native_id": "0042",
        "first_name": " Ada ",
        "last_name": "de Wit",
        "email": "Ada@Post.example",
        "work_phone": "303-555-0133",
        "mobile_phone": "(303) 555-0111",
        "home_phone": "303.555.0111",
        "address_postcode": "80201",
        "birth_date": "7/4/51",
        "status": "Current",
        "guarantor_id": "0040",
        "created_at": "01/05/2026 9:30 AM",
        "modified_at": "01/06/2026",
    }
    found = record(TableKind.PATIENT, row)
    assert (found.entity, found.native_id, found.issues) == (Entity.PATIENT, "0042", ())
    assert found.values == {
        "first_name": "Ada",
        "last_name": "de Wit",
        "emails": ["ada@post.example"],
        "phones": ["+13035550111", "+13035550133"],
        "address_postcode": "80201",
        "birth_date": date(1951, 7, 4),
        "status": "Current",
        "guarantor_id": "0040",
        "created_at": datetime(2026, 1, 5, 16, 30, tzinfo=UTC),
        "modified_at": datetime(2026, 1, 6, 7, 0, tzinfo=UTC),
    }


def test_the_name_of_a_group_of_rows_is_no_patient() -> None:
    row = {"native_id": "Dr. Orla Finch", "first_name": "", "last_name": "", "birth_date": "", "email": ""}
    assert read(TableKind.PATIENT, row) == UnusableRow(reason="lone_cell", native_id="Dr. Orla Finch")
    assert isinstance(read(TableKind.PATIENT, {**row, "native_id": "P007"}), Record)
    assert isinstance(read(TableKind.PATIENT, {**row, "native_id": "QUIST", "email": "ada@post.example"}), Record)


def test_a_column_that_the_table_has_not_is_absent_and_a_blank_cell_is_none() -> None:
    found = record(
        TableKind.PATIENT, {"native_id": "1", "full_name": "Vale, Bo", "birth_date": "-", "email": "", "mobile_phone": "-"}
    )
    assert found.values == {"first_name": "Bo", "last_name": "Vale", "birth_date": None, "emails": [], "phones": []}


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ({"full_name": "O'Dell Jr., Mary Ann"}, ("Mary Ann", "O'Dell Jr.")),
        ({"first_name": "Ada", "last_name": "Quist", "middle_initial": "M"}, ("Ada M", "Quist")),
        ({"first_name": "", "last_name": "Quist", "middle_initial": ""}, (None, "Quist")),
        ({"first_name": "", "last_name": "", "full_name": "Quist, Ada"}, ("Ada", "Quist")),
        ({"first_name": "Ada", "last_name": "Quist", "full_name": "Somebody, Else"}, ("Ada", "Quist")),
    ],
)
def test_a_name_may_stand_in_one_cell_or_in_several(row: dict[str, str], name: tuple[str | None, str]) -> None:
    values = record(TableKind.PATIENT, {"native_id": "1", **row}).values
    assert (values["first_name"], values["last_name"]) == name


def test_addresses_of_all_columns_are_kept_once_in_their_order() -> None:
    bound = binding(TableKind.PATIENT, "native_id", "email", "full_name", "email")
    read_row = compile_reader(bound, ColumnMapping(practice="fern"), OFFICE, TAKEN)
    found = read_row(["1", "b@post.example; A@post.example", "Vale, Bo", "a@post.example"])
    assert isinstance(found, Record)
    assert found.values["emails"] == ["b@post.example", "a@post.example"]


@pytest.mark.parametrize(
    ("row", "issue"),
    [
        ({"email": "ada at post"}, Issue("emails", "invalid_email")),
        ({"email": "none@none.com"}, Issue("emails", "placeholder_email")),
        ({"home_phone": "call her"}, Issue("phones", "invalid_phone")),
        ({"work_phone": "303-555-0133 x9"}, Issue("phones", "phone_extension")),
        ({"birth_date": "5/21/2026"}, Issue("dateOfBirth", "future_birth_date")),
        ({"birth_date": "13/45/1990"}, Issue("dateOfBirth", "invalid_date")),
        ({"address_postcode": "2134"}, Issue("mailingAddress", "excel_damaged")),
        ({"created_at": "long ago"}, Issue("originalCreateDate", "invalid_date_time")),
    ],
)
def test_a_value_that_cannot_be_carried_costs_the_value_and_is_named_as_twenty_names_it(
    row: dict[str, str], issue: Issue
) -> None:
    assert record(TableKind.PATIENT, {"native_id": "1", "full_name": "Vale, Bo", **row}).issues == (issue,)


@pytest.mark.parametrize(
    ("kind", "row", "issue"),
    [
        (TableKind.APPOINTMENT, {"starts_at": "soon"}, Issue("dueAt", "invalid_date_time")),
        (TableKind.CLAIM, {"submitted_amount": "twelve"}, Issue("submittedAmount", "invalid_money")),
        (TableKind.CLAIM, {"number": "2.02E+09"}, Issue("name", "excel_damaged")),
        (TableKind.COMMUNICATION, {"delivered_at": "03/08/2026 2:30 AM"}, Issue("dueAt", "missing_local_time")),
        (TableKind.COMMUNICATION, {"delivered_at": "11/01/2026 1:30 AM"}, Issue("dueAt", "ambiguous_local_time")),
        (TableKind.BILLING, {"balance": "n.n."}, Issue("outstandingBalance", "invalid_money")),
    ],
)
def test_issues_of_what_belongs_to_a_patient(kind: TableKind, row: dict[str, str], issue: Issue) -> None:
    assert record(kind, {"native_id": "1", "patient_id": "7", **row}).issues == (issue,)


def test_a_start_may_be_a_date_and_a_time() -> None:
    row = {"native_id": "1", "patient_id": "7", "starts_at": "05/19/2026", "start_time": "2:15 pm", "length_minutes": "1:30"}
    found = record(TableKind.APPOINTMENT, row)
    assert found.values["starts_at"] == datetime(2026, 5, 19, 20, 15, tzinfo=UTC)
    assert found.values["length_minutes"] == 90
    assert "start_time" not in found.values
    without_date = record(TableKind.APPOINTMENT, {**row, "starts_at": ""})
    assert (without_date.values["starts_at"], without_date.issues) == (None, ())


def test_a_communication_lies_in_the_future_when_it_is_delivered_after_the_extract_was_taken() -> None:
    def in_future(delivered: str) -> object:
        return record(TableKind.COMMUNICATION, {"native_id": "1", "patient_id": "7", "delivered_at": delivered}).values[
            "in_future"
        ]

    assert [in_future("05/19/2026 8:59 PM"), in_future("05/19/2026 9:01 PM"), in_future("")] == [False, True, False]


def test_a_claim_without_a_number_column_is_called_by_its_id() -> None:
    assert record(TableKind.CLAIM, {"native_id": "C9", "patient_id": "7"}).values["number"] == "C9"
    assert record(TableKind.CLAIM, {"native_id": "C9", "patient_id": "7", "number": "X-1"}).values["number"] == "X-1"


def test_a_billing_row_without_an_id_of_its_own_takes_its_patients() -> None:
    assert record(TableKind.BILLING, {"patient_id": "7", "balance": "1.50"}).native_id == "7"
    assert record(TableKind.BILLING, {"native_id": "", "patient_id": "7", "balance": "1.50"}).native_id == "7"


@pytest.mark.parametrize(
    ("row", "refused"),
    [
        ({"native_id": "", "patient_id": "7"}, UnusableRow(reason="missing_id")),
        (
            {"native_id": "1.4E+10", "patient_id": "7"},
            UnusableRow(reason="excel_damaged_id", native_id=None, issues=(Issue("id", "excel_damaged"),)),
        ),
        ({"native_id": "9", "patient_id": "-"}, UnusableRow(reason="missing_patient", native_id="9")),
        (
            {"native_id": "9", "patient_id": "1E+9"},
            UnusableRow(reason="excel_damaged_id", native_id="9", issues=(Issue("patient", "excel_damaged"),)),
        ),
    ],
)
def test_a_row_without_its_ids_makes_no_record(row: dict[str, str], refused: UnusableRow) -> None:
    assert read(TableKind.NOTE, {**row, "text": "Rang."}) == refused


def test_custom_fields_are_read_by_their_types() -> None:
    types = {
        "chair": FieldType.SELECT,
        "points": FieldType.NUMBER,
        "over90": FieldType.NUMBER,
        "portal": FieldType.BOOLEAN,
        "due": FieldType.DATE,
        "seen": FieldType.DATE_TIME,
        "remark": FieldType.TEXT,
    }
    custom = [CustomField(entity=Entity.PATIENT, name=name, label=name, type=type_) for name, type_ in types.items()]
    cells = ["Red ", "1,204", "$12.50", "N", "05/19/2026", "05/19/2026", "a, b"]
    row = {"native_id": "1", **{f"+{name}": cell for name, cell in zip(types, cells, strict=True)}}
    found = record(TableKind.PATIENT, row, *custom)
    assert found.custom == {
        "chair": "Red",
        "points": 1204.0,
        "over90": 12.5,
        "portal": False,
        "due": date(2026, 5, 19),
        "seen": datetime(2026, 5, 19, 6, 0, tzinfo=UTC),
        "remark": "a, b",
    }
    blank = record(TableKind.PATIENT, {name: "1" if name == "native_id" else "-" for name in row}, *custom)
    assert set(blank.custom.values()) == {None}
    wrong = record(TableKind.PATIENT, {**row, "+points": "many"}, *custom)
    assert ("points" in wrong.custom, wrong.issues) == (False, (Issue("points", "invalid_number"),))


def test_a_document_is_its_file() -> None:
    documents = Documents([DocumentFile(path="documents/7/a.pdf", sha256=DIGEST, size=12)])
    row = {"patient_id": "7", "path": "documents\\7\\A.pdf", "file_name": "X-ray.pdf", "created_at": "05/19/2026"}
    found = record(TableKind.DOCUMENT, row, documents=documents)
    assert found.native_id == DIGEST[:16]
    assert found.values == {
        "patient_id": "7",
        "path": "documents/7/a.pdf",
        "file_name": "X-ray.pdf",
        "sha256": DIGEST,
        "size": 12,
        "created_at": datetime(2026, 5, 19, 6, 0, tzinfo=UTC),
    }
    assert record(TableKind.DOCUMENT, {"native_id": "D1", **row}, documents=documents).native_id == "D1"
    gone = {"native_id": "D2", **row, "path": "documents/7/b.pdf"}
    assert read(TableKind.DOCUMENT, gone, documents=documents) == UnusableRow(reason="missing_file", native_id="D2")


@pytest.mark.parametrize(
    ("row", "values"),
    [
        ({"display_name": "Dr. Orla Finch"}, ("Orla", "Finch", "Dr. Orla Finch")),
        ({"first_name": "Nell", "last_name": "Sparks"}, ("Nell", "Sparks", "Nell Sparks")),
    ],
)
def test_a_provider_has_a_name_in_parts_and_as_it_is_shown(row: dict[str, str], values: tuple[str, ...]) -> None:
    found = record(TableKind.PROVIDER, {"native_id": "P1", **row, "email": "ORLA@fern.example", "active": "Inactive"}).values
    assert (found["first_name"], found["last_name"], found["display_name"]) == values
    assert (found["email"], found["active"]) == ("orla@fern.example", False)


def test_ids_are_read_without_the_rest() -> None:
    def ids(kind: TableKind, row: dict[str, str]) -> tuple[str | None, str | None]:
        return id_reader(binding(kind, *row))(list(row.values()))

    assert ids(TableKind.NOTE, {"text": "x", "native_id": " 9 ", "patient_id": "007"}) == ("9", "007")
    assert ids(TableKind.PATIENT, {"native_id": "9"}) == ("9", "9")
    assert ids(TableKind.BILLING, {"patient_id": "7"}) == ("7", "7")
    assert ids(TableKind.TREATMENT_LINE, {"plan_id": "T1", "code": "D1"}) == ("T1", None)
    assert ids(TableKind.NOTE, {"native_id": "1.4E+10", "patient_id": ""}) == (None, None)


def test_rows_of_lines_and_rules_make_no_record() -> None:
    with pytest.raises(ValueError, match="make no record"):
        compile_reader(binding(TableKind.TREATMENT_LINE, "plan_id", "code"), ColumnMapping(practice="fern"), OFFICE, TAKEN)


def test_a_whole_extract_becomes_records_without_an_issue(tmp_path: Path) -> None:
    extract = extract_of(tmp_path / "x", tables())
    proposal = propose(extract, OFFICE)
    counts: dict[Entity, int] = {}
    for bound in proposal.bound:
        if bound.binding.kind.entity is None:
            continue
        reader = compile_reader(bound.binding, proposal.mapping, OFFICE, extract.taken_at, extract.documents)
        for _, cells in bound.table.rows():
            found = reader(cells)
            assert isinstance(found, Record)
            assert found.issues == ()
            counts[found.entity] = counts.get(found.entity, 0) + 1
    assert counts == {
        Entity.PATIENT: 40,
        Entity.APPOINTMENT: 40,
        Entity.TREATMENT_PLAN: 20,
        Entity.BILLING: 40,
        Entity.NOTE: 40,
        Entity.CLAIM: 40,
        Entity.COMMUNICATION: 40,
        Entity.PROVIDER: 3,
    }
