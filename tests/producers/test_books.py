"""The law of conservation: every record of a delivery has an account, and each term is counted where its fate is settled."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.vocabulary.entities import Entity, pbn_id, record_id
from events.vocabulary.mapping import ColumnMapping, TableBinding, TableKind
from producers.binding.proposal import propose
from producers.changes import books as books_module
from producers.changes.books import Books, Page, Term, findings_of
from producers.changes.filled_cells import FilledCells
from producers.changes.rows.decided_identities import IdentityVerdict
from producers.changes.settled_cells import SettledCells
from producers.kinds.cell_fates import CELL_FATES
from tests.producers import office
from tests.producers.deciding import decide
from tests.producers.desk import PRACTICE, Desk, Row, Rows, message, patient, patients, visit, visits, without

LEDGER = [{"Sequence": str(n), "Batch": f"B{n}", "Remark": "closing"} for n in range(1, 8)]
RULES = [
    {"Rule Name": "Recall", "Trigger": "Recall due", "Timing": "14 days before", "Channel": "Text", "Template": "Hello"},
    {"Rule Name": "Birthday", "Trigger": "Birthday", "Timing": "on the day", "Channel": "Email", "Template": "Hello"},
]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path / "desk")
    yield desk
    desk.close()


def terms(desk: Desk, produced_books: Books) -> dict[str, dict[str, dict[str, int]]]:
    """Return the terms that are not zero, by file and term."""
    assert findings_of(produced_books) == []
    return {page.file: {term: counts for term, counts in page.by_term().items() if counts} for page in produced_books}


def test_a_first_delivery_is_carried_but_for_its_header(desk: Desk) -> None:
    found = desk.produce(patients=patients(3), visits=visits(4, 3)).books
    assert terms(desk, found) == {
        "patients.csv": {"carried": {"created": 3}, "left_out": {"furniture": 1}},
        "visits.csv": {"carried": {"created": 4}, "left_out": {"furniture": 1}},
    }
    assert [(page.file, page.records) for page in found] == [("patients.csv", 4), ("visits.csv", 5)]


def test_a_later_delivery_tells_what_was_new_changed_and_unchanged(desk: Desk) -> None:
    desk.produce(patients=patients(30))
    later = [patient(1, Status="Inactive"), *patients(30)[1:], patient(31)]
    found = desk.produce(day=1, patients=later).books
    assert terms(desk, found) == {
        "patients.csv": {"carried": {"created": 1, "unchanged": 29, "updated": 1}, "left_out": {"furniture": 1}}
    }


@pytest.mark.parametrize("again", [False, True], ids=["new", "unchanged"])
def test_a_row_that_stands_there_twice_is_left_out_once(desk: Desk, again: bool) -> None:
    rows = [*patients(20), patient(7)]
    if again:
        desk.produce(patients=rows)
    counts = terms(desk, desk.produce(patients=rows).books)["patients.csv"]
    assert counts["carried"] == {"unchanged" if again else "created": 20}
    assert counts["left_out"] == {"furniture": 1, "repeated": 1}


@pytest.mark.parametrize("again", [False, True], ids=["new", "unchanged"])
def test_a_second_table_about_the_same_records_is_accounted_for(desk: Desk, again: bool) -> None:
    more: Rows = [{**without([patient(n)], "Status")[0], "City": "Alder"} for n in (1, 2)]
    if again:
        desk.produce(patients=patients(4), towns=more)
    counts = terms(desk, desk.produce(patients=patients(4), towns=more).books)
    carried = sum(sum(page.get("carried", {}).values()) for page in counts.values())
    merged = sum(sum(page.get("merged", {}).values()) for page in counts.values())
    assert carried + merged == 6


def test_rows_that_cannot_be_carried_are_held_by_reason(desk: Desk) -> None:
    nameless = {**visit(3), "Patient ID": ""}
    counts = terms(desk, desk.produce(patients=patients(2), visits=[visit(1), visit(2), nameless]).books)
    assert counts["visits.csv"] == {
        "carried": {"created": 2},
        "held": {"missing_patient": 1},
        "left_out": {"furniture": 1},
    }


def test_values_that_did_not_arrive_are_counted_every_time_their_rows_are_read(desk: Desk) -> None:
    rows = [*patients(3), patient(4, Email="nobody at home", Mobile_Phone="12"), patient(5, Email="none, sorry")]
    for _ in range(2):
        (page,) = desk.produce(patients=rows).books
        assert page.issues == {("emails", "invalid_email"): 2, ("phones", "invalid_phone"): 1}


def test_the_filled_cells_of_every_column_are_counted_once_they_are_taken_apart(desk: Desk) -> None:
    rows = [*patients(9), patient(10, Email="", Guarantor_ID="P1"), {**patient(11), "Mobile Phone": " "}]
    (page,) = desk.produce(patients=rows).books
    filled = {column.header: count for column, count in zip(page.columns, page.filled, strict=True)}
    assert filled == {
        "Patient ID": 11,
        "Guarantor ID": 1,
        "First Name": 11,
        "Last Name": 11,
        "Email": 10,
        "Mobile Phone": 10,
        "Date of Birth": 11,
        "Status": 11,
    }
    (page,) = desk.produce(patients=rows).books
    assert page.filled == [0] * 8


def test_the_filled_cells_of_a_table_that_is_mapped_to_nothing_are_counted(desk: Desk) -> None:
    _, ledger = desk.produce(patients=patients(2), ledger=LEDGER).books
    assert [c.header for c in ledger.columns] == ["Sequence", "Batch", "Remark"]
    assert ledger.filled == [7, 7, 7]


def test_people_deleted_in_the_pms_are_left_out(desk: Desk) -> None:
    counts = terms(desk, desk.produce(patients=[*patients(3), patient(4, Status="Deleted")]).books)
    assert counts["patients.csv"]["left_out"] == {"furniture": 1, "not_migrated": 1}


def test_patients_beside_a_sample_are_left_out_of_it(desk: Desk) -> None:
    found = desk.produce(patients=patients(5), visits=visits(10, 5), only={"P1", "P2"}.__contains__).books
    counts = terms(desk, found)
    assert counts["patients.csv"] == {"carried": {"created": 2}, "left_out": {"furniture": 1, "not_in_sample": 3}}
    assert counts["visits.csv"]["left_out"]["not_in_sample"] == 6


def test_an_older_delivery_is_left_out_where_a_newer_one_has_spoken(desk: Desk) -> None:
    desk.produce(day=5, patients=patients(3))
    older = [patient(n, Status="Inactive") for n in (1, 2, 3)]
    assert terms(desk, desk.produce(day=1, patients=older).books)["patients.csv"] == {"left_out": {"furniture": 1, "older": 3}}


def test_people_who_were_erased_are_left_out(desk: Desk) -> None:
    desk.produce(patients=patients(3))
    desk.keys.forget(record_id(PRACTICE.namespace, pbn_id(PRACTICE.id, Entity.PATIENT, "P2")))
    counts = terms(desk, desk.produce(patients=[patient(n, Status="Inactive") for n in (1, 2, 3)]).books)
    assert counts["patients.csv"] == {"carried": {"updated": 2}, "left_out": {"forgotten": 1, "furniture": 1}}


def test_a_row_that_is_too_large_is_held(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "small", largest_event=4_000)
    long = message(2, Message="x" * 9_000)
    counts = terms(desk, desk.produce(patients=patients(1), log=[message(1), long]).books)
    assert counts["log.csv"] == {"carried": {"created": 1}, "held": {"too_large": 1}, "left_out": {"furniture": 1}}
    desk.close()


def test_the_lines_of_a_plan_are_merged_into_it(desk: Desk) -> None:
    tables = office.tables()
    lines = len(tables["steps"][1])
    plans = len(tables["proposals"][1])
    for day, carried in enumerate(("created", "unchanged")):
        found = desk.produce(office.extract_of(desk.folder / str(day), tables)).books
        counts = {list(tables)[int(file[6:8])]: counted for file, counted in terms(desk, found).items()}
        assert counts["proposals"] == {"carried": {carried: plans}, "left_out": {"furniture": 1}}
        assert counts["steps"] == {"merged": {"line_of_plan": lines}, "left_out": {"furniture": 1}}


def test_tables_that_make_no_record_are_counted_too(desk: Desk) -> None:
    found = desk.produce(patients=patients(2), ledger=LEDGER, rules=RULES).books
    kinds = {page.file: page.kind for page in found}
    counts = terms(desk, found)
    assert counts["ledger.csv"] == {"left_out": {"furniture": 1, "not_mapped": 7}}
    assert kinds["rules.csv"] is TableKind.AUTOMATION
    assert counts["rules.csv"] == {"used": {"automation": 2}, "left_out": {"furniture": 1}}


def everything(desk: Desk) -> Books:
    """Return the books of a delivery with most of what may become of a row."""
    rows = [*patients(6), patient(3), patient(9, Status="Deleted")]
    seen = [*visits(5, 5), {**visit(8), "Patient ID": ""}]
    extract = desk.extract(patients=rows, visits=seen, ledger=LEDGER, rules=RULES)
    return desk.producer.produce(extract, propose(extract, PRACTICE).mapping, "run").books


@pytest.mark.parametrize("term", [Term.CARRIED, Term.USED, Term.HELD, Term.LEFT_OUT])
def test_without_one_counter_the_books_do_not_balance(desk: Desk, monkeypatch: pytest.MonkeyPatch, term: Term) -> None:
    count = Page.count

    def but_one(page: Page, one: Term, detail: str, number: int = 1) -> None:
        if one is not term:
            count(page, one, detail, number)

    monkeypatch.setattr(books_module.Page, "count", but_one)
    assert findings_of(everything(desk)) != []


COUNTERS = (
    (Term.CARRIED, "created"),
    (Term.CARRIED, "updated"),
    (Term.CARRIED, "unchanged"),
    (Term.MERGED, "line_of_plan"),
    (Term.MERGED, "same_record"),
    (Term.MERGED, "added_up"),
    (Term.USED, "automation"),
    (Term.HELD, "missing_patient"),
    (Term.HELD, "two_people"),
    (Term.HELD, "wrong_cell_count"),
    (Term.LEFT_OUT, "furniture"),
    (Term.LEFT_OUT, "repeated"),
    (Term.LEFT_OUT, "not_mapped"),
    (Term.LEFT_OUT, "not_migrated"),
    (Term.LEFT_OUT, "older"),
    (Term.LEFT_OUT, "forgotten"),
    (Term.LEFT_OUT, "not_in_sample"),
    (Term.LEFT_OUT, "by_decision"),
)
"""Every counter of the books; a row is held for any reason code."""


def left_out(table: TableBinding, header: str) -> TableBinding:
    """Return the table as if a person had left out one column."""
    columns = (replace(c, field=None, custom=None, ignored="left out") if c.header == header else c for c in table.columns)
    return replace(table, columns=tuple(columns))


@pytest.fixture(scope="module")
def all_books(tmp_path_factory: pytest.TempPathFactory) -> list[Books]:
    """Return books of deliveries that use each counter."""
    desk = Desk(tmp_path_factory.mktemp("all") / "desk")
    sample = desk.produce(patients=patients(4), only={"P1"}.__contains__)
    found = [sample.books, everything(desk)]
    rows = [*patients(6), patient(9, Status="Deleted"), patient(2, First_Name="Bo", Date_of_Birth="01/02/1999"), patient(4)]
    extract = desk.extract(day=2, patients=[patient(1, Status="Inactive"), *rows[1:]])
    with (Path(extract.source.address) / "patients.csv").open("a", encoding="utf-8") as file:
        file.write("P31,,Ada,Quist,too,many,cells,here,by,far\r\n")
    desk.mapping = None
    found.append(desk.produce(desk.open(Path(extract.source.address), day=2)).books)
    desk.keys.forget(record_id(PRACTICE.namespace, pbn_id(PRACTICE.id, Entity.PATIENT, "P3")))
    found += [desk.produce(day=1, patients=[patient(n, Status="Inactive") for n in range(1, 5)]).books]
    found += [desk.produce(office.extract_of(desk.folder / "office", office.tables())).books]
    desk.close()
    desk = Desk(tmp_path_factory.mktemp("decided") / "desk")
    desk.produce(patients=[patient(1), other := patient(1, First_Name="Bo", Last_Name="Reyes", Date_of_Birth="11/30/1999")])
    decide(desk, IdentityVerdict.LEAVE_OUT, [3])
    found.append(desk.produce(day=1, patients=[patient(1), other]).books)
    desk.close()
    desk = Desk(tmp_path_factory.mktemp("cells") / "desk")
    people = [{**patient(n), "Fax Remark": "none", "Tax ID": f"{n}"} for n in range(1, 9)]
    mapping = propose(desk.extract(patients=people), PRACTICE).mapping
    desk.mapping = replace(mapping, tables=tuple(left_out(table, "Fax Remark") for table in mapping.tables))
    found.append(desk.produce(patients=[*people, patient(9, Email="at home", Mobile_Phone="12", Status="NULL")]).books)
    desk.close()
    desk = Desk(tmp_path_factory.mktemp("merged") / "desk")
    parts = [
        {"Patient ID": f"P{n}", "Provider": provider, "Outstanding Balance": f"{n}0.00", "As of Date": "05/19/2026"}
        for n in range(1, 7)
        for provider in ("Dr. Orla Finch", "Dr. Ida Moss")
    ]
    parts[1]["Outstanding Balance"] = "2.50"
    found.append(desk.produce(patients=patients(6), balances=parts).books)
    desk.mapping = None
    found.append(desk.produce(day=1, patients=patients(6), again=without(patients(3), "Status")).books)
    desk.close()
    return found


FATES = (*sorted(CELL_FATES), "invalid_email", "invalid_phone")
"""Every fate of a cell; a value is lost for any reason code."""


@pytest.mark.parametrize("fate", FATES)
def test_each_fate_of_a_cell_is_missed_where_it_does_not_count(all_books: list[Books], fate: str) -> None:
    met = [(books, counts) for books in all_books for page in books for counts in page.fates.counts() if counts[fate]]
    assert met, "no delivery has such a cell"
    for books, counts in met:
        number = counts.pop(fate)
        assert "books_differ" in [finding.code for finding in findings_of(books)]
        counts[fate] = number
        assert findings_of(books) == []


@pytest.mark.parametrize(
    ("counters", "counter"), [(SettledCells, "settle"), (SettledCells, "settle_with_row"), (FilledCells, "see")]
)
def test_without_one_counter_of_cells_the_books_do_not_balance(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, counters: type, counter: str
) -> None:
    monkeypatch.setattr(counters, counter, lambda _counts, _cells: None)
    assert findings_of(everything(desk)) != []


def test_the_cells_of_every_column_are_told_by_what_became_of_them(desk: Desk) -> None:
    rows = [
        patient(1, Mobile_Phone="(201) 555-0101", Email="ada@fern.example", Status="Active"),
        patient(2, Mobile_Phone="12", Email="Ada@Fern.example", Status="NULL"),
        patient(3, Mobile_Phone="", Email="nobody at home", Status="Deleted"),
        {**patient(4), "Patient ID": "", "Status": ""},
    ]
    (page,) = desk.produce(patients=rows).books
    told = {column.header: dict(counts) for column, counts in zip(page.columns, page.fates.counts(), strict=True)}
    assert told["Mobile Phone"] == {"normalised": 1, "invalid_phone": 1, "with_row": 1}
    assert told["Email"] == {"carried": 1, "normalised": 1, "invalid_email": 1, "with_row": 1}
    assert told["Status"] == {"carried": 2, "blank": 1}
    assert told["Patient ID"] == {"carried": 3}


@pytest.mark.parametrize(("term", "detail"), COUNTERS)
def test_each_counter_is_missed_where_it_does_not_count(all_books: list[Books], term: Term, detail: str) -> None:
    met = [(books, page) for books in all_books for page in books if page.counts[term, detail]]
    assert met, "no delivery uses this counter"
    for books, page in met:
        number = page.counts.pop((term, detail))
        assert "books_differ" in [finding.code for finding in findings_of(books)]
        page.counts[term, detail] = number
        assert findings_of(books) == []


def test_every_counter_of_the_module_is_among_them() -> None:
    details = {value for name, value in vars(books_module).items() if name.isupper() and isinstance(value, str)}
    assert details - {books_module.BOOKS_DIFFER} == {detail for term, detail in COUNTERS if term is not Term.HELD}


def test_with_every_counter_they_do(desk: Desk) -> None:
    assert findings_of(everything(desk)) == []


def test_an_event_that_the_log_did_not_take_is_found(desk: Desk) -> None:
    found = everything(desk)
    found.events.appended -= 1
    assert [finding.code for finding in findings_of(found)] == ["books_differ"]


BREAK: list[Callable[[Rows], Rows]] = [
    lambda rows: rows,
    lambda rows: [*rows, *rows[:2]],
    lambda rows: [{**row, "Patient ID": ""} if n % 3 == 0 else row for n, row in enumerate(rows)],
    lambda rows: [{**row, "Status": "Deleted"} if n % 4 == 1 else row for n, row in enumerate(rows)],
    lambda rows: [dict.fromkeys(row, "") if n == 2 else row for n, row in enumerate(rows)],
    lambda rows: [{**row, "Notes": "two\nlines"} if "Notes" in row else row for row in rows],
    lambda rows: rows[::-1],
]
tables = st.tuples(st.integers(1, 25), st.lists(st.sampled_from(BREAK), max_size=3))


@pytest.fixture(scope="module")
def approved(tmp_path_factory: pytest.TempPathFactory) -> ColumnMapping:
    """Return the mapping as a person approved it before anything happened to rows: the same for every example."""
    desk = Desk(tmp_path_factory.mktemp("approved"))
    mapping = propose(desk.extract(patients=patients(30), visits=visits(30, 30)), PRACTICE).mapping
    desk.close()
    return mapping


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(days=st.lists(st.tuples(tables, tables), min_size=1, max_size=3))
def test_whatever_happens_to_rows_the_books_agree_with_a_count_of_another_reader(
    tmp_path_factory: pytest.TempPathFactory,
    approved: ColumnMapping,
    days: list[tuple[tuple[int, list[Callable[[Rows], Rows]]], ...]],
) -> None:
    desk = Desk(tmp_path_factory.mktemp("desk"))
    desk.mapping = approved
    for day, (people, appointments) in enumerate(days):
        files: dict[str, list[Row]] = {"patients": patients(people[0]), "visits": visits(appointments[0], people[0])}
        for name, changes in (("patients", people[1]), ("visits", appointments[1])):
            for change in changes:
                files[name] = change(files[name])
        extract = desk.extract(day=day, **files)
        produced = desk.produce(extract)
        assert findings_of(produced.books) == []
        counted = {}
        for file in extract.sha256:
            with (Path(extract.source.address) / file).open(newline="", encoding="utf-8") as text:
                counted[file] = sum(1 for _ in csv.reader(text))
        assert {page.file: page.records for page in produced.books} == counted
        assert sum(page.settled for page in produced.books) == sum(counted.values())
    desk.close()
