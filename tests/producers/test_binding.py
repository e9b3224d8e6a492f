from __future__ import annotations

from pathlib import Path

import pytest

from events.vocabulary.mapping import TableKind
from producers.binding.guessing import column_scores
from producers.binding.guessing.binding import bind_as
from producers.binding.guessing.header_scores import VAGUELY, header_score, repeats_patient
from producers.binding.guessing.table_kinds import guess
from producers.binding.proposal import propose
from producers.kinds.profile import KnownIds, profiles_of
from tests.producers.office import OFFICE, Rows, change, extract_of, renamed, tables, with_column, without, write_csv

MEANINGS = {
    "patients": """native_id full_name birth_date email mobile_phone home_phone address_street1 address_city address_state
        address_postcode status guarantor_id provider_ref insurance_carrier referral_source created_at
        +smileCoach +teamColour +loyaltyStars +textConsent""",
    "visits": "native_id patient_id - starts_at start_time type provider_ref length_minutes status note created_at +wing",
    "proposals": "native_id patient_id name status estimated_cost actual_cost created_at",
    "steps": "plan_id line_order code description tooth surface fee line_status",
    "owing": "patient_id - balance payment_plan_status last_payment_date as_of_date +over90",
    "journal": "native_id patient_id type text author created_at",
    "claims": "native_id number patient_id carrier service_date status submitted_amount paid_amount adjustment_amount",
    "contacts": "native_id patient_id type channel delivered_at delivery_status message",
    "staff": "native_id display_name email active",
    "rules": "name trigger timing channel template active",
}
KINDS = {
    "patients": TableKind.PATIENT,
    "visits": TableKind.APPOINTMENT,
    "proposals": TableKind.TREATMENT_PLAN,
    "steps": TableKind.TREATMENT_LINE,
    "owing": TableKind.BILLING,
    "journal": TableKind.NOTE,
    "claims": TableKind.CLAIM,
    "contacts": TableKind.COMMUNICATION,
    "staff": TableKind.PROVIDER,
    "rules": TableKind.AUTOMATION,
}


def bound(folder: Path, data: dict[str, tuple[list[str], Rows]]) -> dict[str, tuple[TableKind, list[str]]]:
    proposal = propose(extract_of(folder, data), OFFICE)
    return {
        name: (b.binding.kind, [c.field or (f"+{c.custom}" if c.custom else "-") for c in b.binding.columns])
        for name, b in zip(data, proposal.bound, strict=True)
    }


@pytest.mark.parametrize("name", MEANINGS)
def test_a_vocabulary_never_seen_before_is_understood(tmp_path: Path, name: str) -> None:
    found = bound(tmp_path / "x", tables())
    assert found[name] == (KINDS[name], MEANINGS[name].split())


def test_the_order_of_the_columns_does_not_matter(tmp_path: Path) -> None:
    data = change(lambda headers, rows: (headers[::-1], [row[::-1] for row in rows]), *tables())
    found = bound(tmp_path / "x", data)
    assert {n: sorted(columns) for n, (_, columns) in found.items()} == {n: sorted(m.split()) for n, m in MEANINGS.items()}


def test_the_values_decide_where_headers_are_wrong(tmp_path: Path) -> None:
    data = renamed("patients", {"Electronic Mail": "Handy", "Handy": "Electronic Mail"})
    kind, columns = bound(tmp_path / "x", data)["patients"]
    assert kind is TableKind.PATIENT
    assert (columns[3], columns[4]) == ("email", "mobile_phone")


def test_vague_headers_are_told_apart_by_their_values(tmp_path: Path) -> None:
    headers = {
        "Contacted At": "Date",
        "Medium": "Via",
        "Disposition": "Result",
        "Wording": "Note",
        "Topic": "Type",
        "Log Id": "ID",
    }
    kind, columns = bound(tmp_path / "x", renamed("contacts", headers))["contacts"]
    assert kind is TableKind.COMMUNICATION
    assert columns == MEANINGS["contacts"].split()


def test_plan_and_lines_may_stand_in_one_table(tmp_path: Path) -> None:
    data = tables()
    (plan_headers, plans), (line_headers, lines) = data.pop("proposals"), data.pop("steps")
    joined = [[*next(p for p in plans if p[0] == line[0]), *line[1:]] for line in lines]
    data["both"] = ([*plan_headers, *line_headers[1:]], joined)
    kind, columns = bound(tmp_path / "x", data)["both"]
    assert kind is TableKind.TREATMENT_PLAN
    assert columns == [*MEANINGS["proposals"].split(), *MEANINGS["steps"].split()[1:]]


def test_a_header_that_comes_twice_is_a_second_address(tmp_path: Path) -> None:
    data = with_column("patients", "Electronic Mail", lambda n: f"other{n}@post.example")
    assert bound(tmp_path / "x", data)["patients"][1].count("email") == 2


@pytest.mark.parametrize(
    "header", ["Emergency Contact Phone", "Guarantor Email", "Previous Dentist", "Secondary Insurance Carrier"]
)
def test_a_word_more_may_make_it_something_else(tmp_path: Path, header: str) -> None:
    data = with_column("patients", header, lambda n: "(303) 555-0190" if "Phone" in header else f"x{n}@post.example")
    assert bound(tmp_path / "x", data)["patients"][1][-1].startswith("+")


def test_what_repeats_the_patient_is_left_out_beside_the_patients_id(tmp_path: Path) -> None:
    data = with_column("visits", "Patient Phone", lambda n: "(303) 555-0190")
    assert bound(tmp_path / "x", data)["visits"][1][-1] == "-"
    assert repeats_patient(TableKind.APPOINTMENT, "Pt DOB")
    assert not repeats_patient(TableKind.PATIENT, "Pt DOB")
    assert not repeats_patient(TableKind.CLAIM, "Patient Portion")


def test_a_providers_name_stands_in_for_the_id_where_there_is_none(tmp_path: Path) -> None:
    headers, rows = renamed("visits", {"Clinician": "Provider Name"})["visits"]
    rows = [[*row[:6], "Dr. Orla Finch", *row[7:]] for row in rows]
    alone = bound(tmp_path / "x", tables() | {"visits": (headers, rows)})["visits"][1]
    beside = bound(tmp_path / "y", tables() | {"visits": ([*headers, "Provider ID"], [[*row, "P1"] for row in rows])})[
        "visits"
    ][1]
    assert alone[6] == "provider_ref"
    assert (beside[6], beside[-1]) == ("-", "provider_ref")


OTHER_TABLES = {
    "goals": (
        "Month|Provider|Production Goal|Production|New Patients",
        ["2026-01", "Dr. Finch", "$50,000.00", "$48,000.00", "12"],
    ),
    "recall": ("Client Key|Client|Recall Type|Due|State of it", ["F101", "Vale, Bo", "Prophy", "06/01/2026", "Due"]),
    "codes": ("Code|Description|Fee|Category", ["D0120", "Exam", "$50.00", "Diagnostic"]),
    "ledger": (
        "Transaction ID|Client Key|Date|Description|Charges|Credits|Balance",
        ["9", "F101", "05/01/2026", "Exam", "$9.00", "", "$9.00"],
    ),
    "payments": ("Payment ID|Client Key|Date|Amount|Tender", ["1", "F101", "05/01/2026", "$9.00", "Visa"]),
}


@pytest.mark.parametrize("name", OTHER_TABLES)
def test_a_table_of_no_known_entity_is_reported_with_its_counts(tmp_path: Path, name: str) -> None:
    line, row = OTHER_TABLES[name]
    rows = [[row[0][:-1] + str(n) if i == 0 else cell for i, cell in enumerate(row)] for n in range(9)]
    data = tables() | {name: (line.split("|"), rows)}
    proposal = propose(extract_of(tmp_path / "x", data), OFFICE)
    assert proposal.tables[-1].kind is TableKind.UNKNOWN
    assert proposal.tables[-1].rows == 9
    unknown = [f for f in proposal.findings if f.code == "unknown_table"]
    assert [f.file for f in unknown] == [proposal.tables[-1].file]
    assert f"{len(line.split('|'))} columns, 9 rows" in unknown[0].text


def test_an_empty_table_is_bound_by_its_headers_alone() -> None:
    headers = ["Appointment ID", "Patient ID", "Appointment Date", "Provider", "Length", "Status"]
    found = guess(headers, profiles_of([], len(headers)), KnownIds())
    assert found.kind is TableKind.APPOINTMENT
    assert len(found.bound) == 6


def test_headers_are_scored_by_aliases_vague_aliases_and_likeness() -> None:
    scores = [header_score(TableKind.PATIENT, "birth_date", h) for h in ("DOB", "date", "Brith Date", "Wing")]
    assert scores[0] == 1.0
    assert 1.0 > scores[2] > scores[1] > scores[3] == 0.0


@pytest.mark.parametrize(
    ("name", "header", "least", "most"),
    [
        ("home_phone", "Telephone at Home", 0.8, 0.9),
        ("work_phone", "Bus Phone", 0.8, 1.0),
        ("modified_at", "Date Record Was Last Changed", 0.8, 0.9),
        ("birth_date", "Brith Date", 0.8, 0.8),
        ("last_name", "Patient Surn", 0.8, 0.8),
        ("address_city", "addressDetail.city", 0.8, 1.0),
        ("mobile_phone", "Pharmacy Phone", 0.0, 0.0),
        ("created_at", "Entered By", 0.0, 0.0),
        ("status", "Status Date", 0.0, 0.0),
    ],
)
def test_a_header_may_say_it_in_other_words(name: str, header: str, least: float, most: float) -> None:
    assert least <= header_score(TableKind.PATIENT, name, header) <= most


def test_what_is_vague_stays_vague_in_other_words() -> None:
    assert header_score(TableKind.TREATMENT_PLAN, "estimated_cost", "Fee Amt") <= VAGUELY
    assert header_score(TableKind.TREATMENT_PLAN, "fee", "Fee Amt") == 1.0


def test_an_ambiguous_abbreviation_is_read_by_its_cells() -> None:
    headers = ["Case #", "Pt #", "Case Title", "Last Chg", "Chg Amt", "Proc Cd", "Th"]
    rows = [[f"T{n}", f"F{n}", "Crown", f"05/{n + 10}/2026", f"${n}.50", "D2740", str(n + 1)] for n in range(9)]
    found = bind_as(TableKind.TREATMENT_PLAN, headers, profiles_of(rows, 7), KnownIds())
    assert found.index_of("fee") == 4


@pytest.mark.parametrize("written", ["P{n}", "{last}, {first}", "Dr. {first} {last}"])
def test_a_column_of_providers_is_known_by_the_provider_table(tmp_path: Path, written: str) -> None:
    people = [("Orla", "Finch"), ("Ivo", "Lund"), ("Nell", "Sparks")]
    staff = ["Resource Id", "Short Code", "Given Name", "Family Name", "Login Email", "Enabled"]
    rows = [[str(n), f"P{n}" if "n" in written else "", *who, f"p{n}@fern.example", "Yes"] for n, who in enumerate(people, 1)]
    headers, visits = renamed("visits", {"Clinician": "Whose Chair"})["visits"]
    for number, row in enumerate(visits):
        first, last = people[number % 3]
        row[6] = written.format(n=number % 3 + 1, first=first, last=last)
    data = tables() | {"visits": (headers, visits), "staff": (staff, rows)}
    assert (bound(tmp_path / "x", data)["visits"][1][6] == "provider_ref") is ("n" not in written)


def test_ids_of_patients_are_a_link_whatever_their_header_says(tmp_path: Path) -> None:
    headers, rows = without("contacts", "Topic")["contacts"]
    subject = [{"Client Key": "Subject"}.get(h, h) for h in headers]
    kind, meant = bound(tmp_path / "x", tables() | {"contacts": (subject, rows)})["contacts"]
    assert (kind, meant[1]) == (TableKind.COMMUNICATION, "patient_id")


def test_a_table_with_a_column_of_files_is_one_of_documents(tmp_path: Path) -> None:
    headers = ["id", "patient", "doctor", "description", "document", "date"]
    rows = [
        [str(700 + n), f"F{100 + n}", f"P{1 + n % 3}", "Consent form", f"docs/{n}/consent.pdf", "05/18/2026"] for n in range(40)
    ]
    kind, meant = bound(tmp_path / "x", tables() | {"files": (headers, rows)})["files"]
    assert (kind, meant[4]) == (TableKind.DOCUMENT, "path")


@pytest.mark.parametrize("header", ["Referring Dentist", "Previous Chair"])
def test_values_alone_do_not_outdo_a_header_that_says_otherwise(tmp_path: Path, header: str) -> None:
    data = renamed("visits", {"Clinician": header})
    assert bound(tmp_path / "x", data)["visits"][1][6].startswith("+")


def test_a_kinds_needs_are_named_where_no_column_meets_them() -> None:
    headers = ["Appointment Date", "Length", "Status"]
    rows = [["05/19/2026 4:00 PM", "30", "Scheduled"]] * 8
    found = bind_as(TableKind.APPOINTMENT, headers, profiles_of(rows, 3), KnownIds())
    assert found.missing == ("the appointment's id", "the patient's id")


@pytest.mark.parametrize(("spoken", "bound"), [(0.74, False), (0.76, True)])
def test_a_column_is_bound_from_a_score_of_0_45_on(monkeypatch: pytest.MonkeyPatch, spoken: float, bound: bool) -> None:
    """Below it a guess would carry one column's values in another's field."""
    monkeypatch.setattr(column_scores, "header_score", lambda _kind, name, _header: spoken if name == "text" else 0.0)
    monkeypatch.setattr(column_scores, "fit", lambda _shape, _profile, _known: 0.0)
    found = bind_as(TableKind.NOTE, ["Remark"], profiles_of([["red"]], 1), KnownIds())
    assert [b.column.name for b in found.bound] == (["text"] if bound else [])


def test_evidence_holds_no_values(tmp_path: Path) -> None:
    data = tables()
    proposal = propose(extract_of(tmp_path / "x", data), OFFICE)
    cells = {cell for _, rows in data.values() for row in rows for cell in row if len(cell) > 4}
    said = [
        proposal.tables,
        proposal.findings,
        [(t.evidence, [c.evidence for c in t.columns]) for t in proposal.mapping.tables],
    ]
    assert not [cell for cell in cells if cell in str(said)]


def test_a_file_without_header_row_shows_no_value(tmp_path: Path) -> None:
    folder = tmp_path / "x"
    extract_of(folder, without("patients"))
    write_csv(
        folder / "more.csv", ["ada@post.example", "(303) 555-0190", "5"], [["bo@post.example", "(303) 555-0191", "6"]] * 9
    )
    proposal = propose(extract_of(folder, tables()), OFFICE)
    assert "ada@post.example" not in str(proposal.findings)
