"""`cutover audit` says what extracts hold and lack, in headers, counts and reason codes. It writes nothing."""

import json
import os
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console

from cutover.commands.extracts.audit import audit
from cutover.project.errors import UsageError
from cutover.project.init_project import init_project
from cutover.project.project import find_project
from events.clock import World
from producers.sources.port import ExtractMissing

NOW = datetime(2026, 5, 20, 12, 0, tzinfo=UTC)

PATIENTS = """\
Patient ID,First Name,Last Name,Email,Mobile Phone,Date of Birth,Status,Primary Provider,Shoe Size
1,Ada,Quist,family@example.com,(303) 555-0143,02/03/1980,Active,D1,38
2,Bo,Quist,family@example.com,,04/05/2010,Active,D1,44
3,Cleo,Vale,none@none.com,12,13/13/2001,Active,D9,41
4,Dov,Marsh,dov@example.com,,01/01/1970,Deleted,D1,40
"""
VISITS = """\
Appointment ID,Patient ID,Appointment Date,Start Time,Type,Provider,Duration,Status,Date Created
10,1,05/20/2026,9:00 AM,Cleaning,D1,30,Scheduled,05/01/2026 8:00 AM
,2,05/21/2026,9:00 AM,Cleaning,D1,30,Scheduled,05/01/2026 8:00 AM
13,77,05/22/2026,10:00 AM,Filling,D1,60,Scheduled,05/01/2026 8:00 AM
"""
STAFF = """\
Provider ID,Provider Name,Email,Active
D1,Dr. Orla Finch,orla@example.com,Yes
"""
GOALS = "Month,Production Goal,Actual Production\nJan,1000,900\nFeb,1000,1100\n"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch):
    for name in [name for name in os.environ if name.upper().startswith("CUTOVER_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def project(tmp_path):
    init_project(tmp_path / "fern", practice_id="fern", name="Fern Street Dental")
    with find_project(tmp_path / "fern", World(now=lambda: NOW)) as found:
        yield found


@pytest.fixture
def folder(tmp_path):
    extract = tmp_path / "day-1"
    extract.mkdir()
    for name, text in (("patients", PATIENTS), ("visits", VISITS), ("staff", STAFF), ("goals", GOALS)):
        (extract / f"{name}.csv").write_text(text, encoding="utf-8")
    (extract / "letter.txt").write_text("Dear all,\nthis is a letter.\n", encoding="utf-8")
    return extract


@pytest.fixture
def quality(project, folder):
    return audit(project, [folder]).document["extracts"][0]["quality"]


def texts(answer):
    console = Console(width=200, record=True, file=open(os.devnull, "w"))  # noqa: SIM115, PTH123
    with console.file:
        for part in answer.text:
            console.print(part, markup=False)
        return console.export_text()


def test_each_table_is_listed_with_what_became_of_its_columns(project, folder):
    tables = {t["file"]: t for t in audit(project, [folder]).document["extracts"][0]["tables"]}
    assert {name: (t["kind"], t["rows"], t["rejected"]) for name, t in tables.items()} == {
        "goals.csv": ("unknown", 2, 0),
        "patients.csv": ("patient", 4, 0),
        "staff.csv": ("provider", 1, 0),
        "visits.csv": ("appointment", 3, 0),
    }
    columns = {c["header"]: c for c in tables["patients.csv"]["columns"]}
    assert (columns["Date of Birth"]["outcome"], columns["Date of Birth"]["field"]) == ("bound", "birth_date")
    assert (columns["Shoe Size"]["outcome"], columns["Shoe Size"]["field"]) == ("custom", "shoeSize")
    assert 0.7 <= columns["Date of Birth"]["confidence"] <= 1
    assert {c["outcome"] for c in tables["goals.csv"]["columns"]} == {"ignored"}


def test_a_table_of_no_known_entity_and_a_file_without_table_are_reported(project, folder):
    extract = audit(project, [folder]).document["extracts"][0]
    assert [(f["code"], f["file"]) for f in extract["findings"]] == [("unknown_table", "goals.csv")]
    assert extract["file_issues"] == [{"file": "letter.txt", "sheet": None, "row": None, "reason": "not_a_table"}]


def test_the_quality_is_given_in_counts(quality):
    assert quality["records"] == {"provider": 1, "patient": 3, "appointment": 2}
    assert quality["not_migrated"] == 1
    assert quality["shared_emails"] == {"addresses": 1, "patients": 2}
    assert quality["refused_rows"] == [{"file": "visits.csv", "entity": "appointment", "reason": "missing_id", "count": 1}]
    assert quality["orphans"] == [{"entity": "appointment", "reason": "unknown_patient", "count": 1}]
    assert quality["duplicates"] == []
    assert {"entity": "patient", "field": "dateOfBirth", "reason": "invalid_date", "count": 1} in quality["value_issues"]


def test_a_provider_that_is_in_no_table_is_counted_with_its_rows(quality):
    assert quality["unknown_providers"] == {"providers": 1, "rows": 1}


def test_blanks_are_shares_of_the_records_for_the_fields_that_have_a_column(quality):
    assert quality["blanks"]["patient"]["dateOfBirth"] == pytest.approx(1 / 3, abs=0.001)
    assert quality["blanks"]["patient"]["shoeSize"] == 0
    assert "referralSource" not in quality["blanks"]["patient"]


def test_what_there_is_no_file_for_is_to_be_exported_by_hand(project, folder):
    document = audit(project, [folder]).document
    asked = {m["object"] for m in document["manual"]}
    assert {"Billing Record", "Note", "Communication", "Document", "Insurance Claim", "Treatment Plan"} <= asked
    objects = {o["object"]: o for o in document["objects"]}
    assert len(objects) == 15
    assert (objects["Note"]["exportable"], objects["Note"]["found"]) == ("no", False)
    assert (objects["Practice"]["exportable"], objects["Provider"]["exportable"]) == ("yes", "yes")
    assert objects["Note"]["why"][0]["code"] == "no_table"


def test_several_extracts_are_reported_oldest_first_and_judged_together(project, folder, tmp_path):
    later = tmp_path / "day-2"
    later.mkdir()
    soon = (NOW + timedelta(hours=12)).isoformat()
    (later / "manifest.toml").write_text(f'taken_at = "{soon}"\nscope = "full"\n', encoding="utf-8")
    (later / "visits.csv").write_text(VISITS.replace("\n,2", "\n11,2"), encoding="utf-8")
    document = audit(project, [later, folder]).document
    assert [e["path"] for e in document["extracts"]] == [str(folder), str(later)]
    assert [(e["scope"], e["taken_at_stated"]) for e in document["extracts"]] == [("partial", False), ("full", True)]
    objects = {o["object"]: o for o in document["objects"]}
    assert (objects["Patient"]["records"], objects["Appointment"]["records"]) == (3, 2)


def test_no_patients_value_is_in_the_answer(project, folder):
    answer = audit(project, [folder])
    said = json.dumps(answer.document) + texts(answer)
    for value in ("Ada", "Quist", "Vale", "Marsh", "example.com", "555", "1980", "13/13", "Finch", "D9"):
        assert value not in said


def test_whatever_is_missing_or_refused_is_a_finding(project, folder):
    assert audit(project, [folder]).findings


def test_the_text_names_the_files_and_what_can_be_carried(project, folder):
    said = texts(audit(project, [folder]))
    assert "patients.csv" in said
    assert "letter.txt holds no table" in said
    assert "What can be carried" in said
    assert "To be exported by hand" in said


def test_it_needs_no_keys_and_leaves_the_project_as_it_was(project, folder):
    before = sorted((p.relative_to(project.folder), p.stat().st_mtime_ns) for p in project.folder.rglob("*"))
    audit(project, [folder])
    assert sorted((p.relative_to(project.folder), p.stat().st_mtime_ns) for p in project.folder.rglob("*")) == before


def test_a_single_file_is_an_extract_and_is_named(project, folder):
    extract = audit(project, [folder / "patients.csv"]).document["extracts"][0]
    assert extract["path"] == str(folder / "patients.csv")
    assert [t["file"] for t in extract["tables"]] == ["patients.csv"]


def test_without_an_extract_or_with_one_that_is_not_there_it_says_so(project, tmp_path):
    with pytest.raises(UsageError, match="no extract"):
        audit(project, [])
    with pytest.raises(ExtractMissing):
        audit(project, [tmp_path / "nowhere"])
