from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from events.vocabulary.entities import Entity
from events.vocabulary.mapping import ColumnMapping, FieldType, TableKind, from_json, to_json
from producers.binding.errors import CannotBind
from producers.binding.meeting import Growing
from producers.binding.proposal import Proposal, RunBinding, bind_for_run, propose
from producers.sources.extract import ExtractScope
from projections.custom_names import custom_names
from tests.producers.office import OFFICE, Rows, Tables, change, extract_of, renamed, tables, with_column, without

Run = Callable[..., RunBinding]


@pytest.fixture
def proposal(tmp_path: Path) -> Proposal:
    return propose(extract_of(tmp_path / "first", tables()), OFFICE)


@pytest.fixture
def approved(proposal: Proposal) -> ColumnMapping:
    return from_json(to_json(proposal.mapping))


@pytest.fixture
def run(tmp_path: Path, approved: ColumnMapping) -> Run:
    def bind(data: Tables, mapping: ColumnMapping = approved, scope: ExtractScope = "full") -> RunBinding:
        return bind_for_run(extract_of(tmp_path / "later", data, scope), mapping, OFFICE)

    return bind


def codes(run: RunBinding) -> list[tuple[str, str | None]]:
    return [(f.code, f.column) for f in run.findings]


def fields(run: RunBinding, kind: TableKind) -> list[str | None]:
    return next([c.field or c.custom for c in b.binding.columns] for b in run.tables if b.binding.kind is kind)


def test_columns_that_nobody_knows_become_custom_fields_on_the_object_of_their_row(proposal: Proposal) -> None:
    assert {(f.entity, f.name, f.label, f.type) for f in proposal.mapping.custom_fields} == {
        (Entity.PATIENT, "smileCoach", "Smile coach", FieldType.TEXT),
        (Entity.PATIENT, "teamColour", "Team colour", FieldType.SELECT),
        (Entity.PATIENT, "loyaltyStars", "Loyalty stars", FieldType.NUMBER),
        (Entity.PATIENT, "textConsent", "Text consent", FieldType.BOOLEAN),
        (Entity.APPOINTMENT, "wing", "Wing", FieldType.SELECT),
        (Entity.BILLING, "over90", "Over 90 days", FieldType.NUMBER),
    }


def test_the_words_of_a_select_are_collected(proposal: Proposal) -> None:
    words = {(v.entity, v.field): set(v.words) for v in proposal.mapping.vocabularies}
    assert words[Entity.APPOINTMENT, "status"] == {"Completed", "Scheduled", "No Show"}
    assert words[Entity.PATIENT, "insurance_carrier"] == {"Aetna", "Guardian", "Cigna"}
    assert words[Entity.PATIENT, "teamColour"] == {"Red", "Blue"}
    assert (Entity.PATIENT, "smileCoach") not in words


def test_free_text_about_referrals_is_text_and_its_words_are_not_kept(tmp_path: Path) -> None:
    def unique(headers: list[str], rows: Rows) -> tuple[list[str], Rows]:
        at = headers.index("How Heard")
        return headers, [[*row[:at], f"from my cousin no {n}", *row[at + 1 :]] for n, row in enumerate(rows)]

    found = propose(extract_of(tmp_path / "x", change(unique, "patients")), OFFICE).mapping
    vocabulary = found.vocabulary(Entity.PATIENT, "referral_source")
    assert vocabulary is not None
    assert (vocabulary.type, vocabulary.words) == (FieldType.TEXT, ())


def test_what_has_no_object_in_twenty_gets_no_custom_field(tmp_path: Path) -> None:
    data = with_column("staff", "Shoe Size", lambda n: str(n)) | {
        "rules": with_column("rules", "Colour", lambda n: "Red")["rules"]
    }
    found = propose(extract_of(tmp_path / "x", data), OFFICE)
    ignored = {c.header: c.ignored for t in found.mapping.tables for c in t.columns if c.header in ("Shoe Size", "Colour")}
    assert ignored.keys() == {"Shoe Size", "Colour"}
    assert all(ignored.values())


def test_columns_of_lines_are_text_on_the_plan(tmp_path: Path) -> None:
    data = with_column("steps", "Lab Days", lambda n: str(n % 5))
    custom = propose(extract_of(tmp_path / "x", data), OFFICE).mapping.custom_of(Entity.TREATMENT_PLAN)
    assert [(f.name, f.type) for f in custom.values()] == [("labDays", FieldType.TEXT)]


def test_the_same_header_in_two_objects_of_twenty_keeps_its_name_and_in_one_gets_a_suffix(tmp_path: Path) -> None:
    data = with_column("contacts", "Wing", lambda n: "North") | {
        "claims": with_column("claims", "Wing", lambda n: "South")["claims"]
    }
    found = propose(extract_of(tmp_path / "x", data), OFFICE, names=custom_names()).mapping
    names = {(f.entity, f.name) for f in found.custom_fields if f.label == "Wing"}
    assert names == {(Entity.APPOINTMENT, "wing"), (Entity.COMMUNICATION, "wingPbn"), (Entity.CLAIM, "wing")}


def test_an_approved_mapping_covers_the_same_tables_again_without_a_finding(run: Run, approved: ColumnMapping) -> None:
    again = run(tables())
    assert again.findings == ()
    assert again.mapping == approved
    shuffled = change(lambda headers, rows: ([h.upper() for h in headers[::-1]], [row[::-1] for row in rows]), *tables())
    assert run(shuffled).findings == ()


def test_a_renamed_column_that_binds_with_confidence_goes_on(run: Run, approved: ColumnMapping) -> None:
    bound = run(renamed("patients", {"Born On": "D.O.B.", "Handy": "Cell"}))
    assert codes(bound) == [("renamed_column", "D.O.B."), ("renamed_column", "Cell")]
    assert fields(bound, TableKind.PATIENT)[2:5] == ["birth_date", "email", "mobile_phone"]
    assert bound.mapping.version != approved.version
    assert run(renamed("patients", {"Born On": "D.O.B.", "Handy": "Cell"}), bound.mapping).findings == ()


def test_a_new_column_becomes_a_new_custom_field(run: Run, approved: ColumnMapping) -> None:
    bound = run(with_column("patients", "Shoe Size", lambda n: str(36 + n % 9)))
    assert codes(bound) == [("new_custom_field", "Shoe Size")]
    new = set(bound.mapping.custom_fields) - set(approved.custom_fields)
    assert [(f.entity, f.name, f.type) for f in new] == [(Entity.PATIENT, "shoeSize", FieldType.NUMBER)]
    assert fields(bound, TableKind.PATIENT)[-1] == "shoeSize"


def test_a_custom_column_written_differently_is_the_same_field(run: Run) -> None:
    bound = run(renamed("patients", {"Loyalty Stars": "LOYALTY_STARS"}))
    assert bound.findings == ()
    assert "loyaltyStars" in fields(bound, TableKind.PATIENT)


def test_a_missing_column_is_a_notice_and_changes_nothing(run: Run, approved: ColumnMapping) -> None:
    bound = run(without("patients", "Handy", "Team Colour"))
    assert [(f.code, f.notice) for f in bound.findings] == [("missing_column", True)] * 2
    assert bound.mapping == approved


def test_a_missing_table_is_no_trouble(run: Run) -> None:
    data = tables()
    del data["journal"], data["patients"]
    assert run(data, scope="partial").findings == ()


@pytest.mark.parametrize(
    ("name", "header"), [("patients", "Client Key"), ("visits", "Client Key"), ("visits", "Booking No"), ("steps", "CDT")]
)
def test_a_required_column_that_is_gone_stops_the_run(run: Run, name: str, header: str) -> None:
    with pytest.raises(CannotBind, match="map approve") as caught:
        run(without(name, header))
    assert [p.code for p in caught.value.problems] == ["missing_required_column"]


def test_a_required_column_under_a_name_that_says_nothing_stops_the_run(run: Run) -> None:
    with pytest.raises(CannotBind, match="'Xyz' may be the appointment's id"):
        run(renamed("visits", {"Booking No": "Xyz"}))


@pytest.mark.parametrize("name", ["patients", "visits", "contacts"])
def test_a_table_whose_headers_say_nothing_any_more_stops_the_run(run: Run, name: str) -> None:
    with pytest.raises(CannotBind):
        run(change(lambda headers, rows: ([f"Col{n}" for n in range(len(headers))], rows), name))


def test_a_column_that_holds_something_else_now_stops_the_run(run: Run) -> None:
    def swapped(headers: list[str], rows: Rows) -> tuple[list[str], Rows]:
        one, other = headers.index("Electronic Mail"), headers.index("Born On")
        return headers, [[row[other] if i == one else row[one] if i == other else c for i, c in enumerate(row)] for row in rows]

    with pytest.raises(CannotBind) as caught:
        run(change(swapped, "patients"))
    assert {(p.code, p.column) for p in caught.value.problems} == {
        ("changed_meaning", "Electronic Mail"),
        ("changed_meaning", "Born On"),
    }


def test_a_typed_custom_column_that_holds_something_else_now_stops_the_run(run: Run) -> None:
    def words(headers: list[str], rows: Rows) -> tuple[list[str], Rows]:
        at = headers.index("Loyalty Stars")
        return headers, [[*row[:at], "many", *row[at + 1 :]] for row in rows]

    with pytest.raises(CannotBind, match="'Loyalty Stars' was approved as loyaltyStars"):
        run(change(words, "patients"))


def test_links_that_lead_to_no_patient_of_a_full_extract_stop_the_run(run: Run) -> None:
    def elsewhere(headers: list[str], rows: Rows) -> tuple[list[str], Rows]:
        return headers, [[row[0], f"Z{n}", *row[2:]] for n, row in enumerate(rows)]

    data = change(elsewhere, "visits")
    with pytest.raises(CannotBind, match="approved as patient_id"):
        run(data)
    assert run(data, scope="partial").findings == ()


def test_a_new_table_of_no_known_entity_is_a_finding_until_it_was_seen(
    run: Run, tmp_path: Path, approved: ColumnMapping
) -> None:
    data = tables() | {"goals": (["Month", "Goal"], [[f"2026-{n:02}", "9"] for n in range(1, 13)])}
    first = run(data)
    assert [(f.code, f.notice) for f in first.findings] == [("unknown_table", False)]
    assert [f.notice for f in run(data, first.mapping).findings] == [True]


def test_proposing_for_a_later_extract_extends_and_forgets_nothing(tmp_path: Path, approved: ColumnMapping) -> None:
    data = renamed("visits", {"Visit Date": "Appointment On", "Wing": "Floor"})
    del data["contacts"]
    later = propose(extract_of(tmp_path / "later", data), OFFICE, approved)
    assert {f.code for f in later.findings if not f.notice} == {"renamed_column", "new_custom_field"}
    for binding in approved.tables:
        kept = next(t for t in later.mapping.tables if t.kind is binding.kind)
        assert kept.columns[: len(binding.columns)] == binding.columns
    assert set(approved.custom_fields) < set(later.mapping.custom_fields)
    for vocabulary in approved.vocabularies:
        found = later.mapping.vocabulary(vocabulary.entity, vocabulary.field)
        assert found is not None
        assert set(vocabulary.words) <= set(found.words)
    again = bind_for_run(extract_of(tmp_path / "again", tables()), later.mapping, OFFICE)
    assert {(f.code, f.notice) for f in again.findings} == {("missing_column", True)}


def test_two_files_of_one_kind_share_their_fields(tmp_path: Path) -> None:
    data = tables()
    headers, rows = data["visits"]
    data["visits"], data["more"] = (headers, rows[:20]), (headers, rows[20:])
    found = propose(extract_of(tmp_path / "x", data), OFFICE)
    assert len([t for t in found.mapping.tables if t.kind is TableKind.APPOINTMENT]) == 1
    assert [f.name for f in found.mapping.custom_of(Entity.APPOINTMENT).values()] == ["wing"]


@pytest.mark.parametrize("spelling", ["smile_coach", "SMILE COACH", "SmileCoach", "Smile-Coach"])
def test_a_column_of_another_table_is_the_custom_field_of_its_header_whatever_its_label_is(
    approved: ColumnMapping, spelling: str
) -> None:
    relabelled = tuple(replace(f, label="Who looks after them") for f in approved.custom_fields)
    growing = Growing(mapping=replace(approved, custom_fields=relabelled))
    assert growing.custom_for(spelling, Entity.PATIENT, set()) == "smileCoach"
    assert growing.mapping.custom_fields == relabelled
