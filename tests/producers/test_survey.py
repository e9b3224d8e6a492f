"""A survey counts what extracts hold and how good it is, as a run would read them."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from events.vocabulary.entities import Entity
from events.vocabulary.practice import Practice
from producers.sources.extract import open_extract
from producers.survey.exportability import Exportability, Exportable, verdicts
from producers.survey.survey import PATIENT_NOT_CARRIED, UNKNOWN_PATIENT, Survey, survey

PRACTICE = Practice(
    id="fern",
    name="Fern Street Dental",
    zone=ZoneInfo("America/Denver"),
    currency="USD",
    date_order="mdy",
    namespace=UUID(int=11),
)
NOW = datetime(2026, 5, 20, 3, 0, tzinfo=UTC)

PATIENTS = """\
Patient ID,First Name,Last Name,Email,Mobile Phone,Date of Birth,Status,Insurance Carrier,Primary Provider,Recall Status
1,Ada,Quist,family@example.com,(303) 555-0143,02/03/1980,Active,Delta,D1,Due
2,Bo,Quist,FAMILY@example.com,,04/05/2010,Active,Delta,D1,Done
3,Cleo,Vale,none@none.com,12,,Active,,D9,Due
4,Dov,Marsh,dov@example.com,,01/01/1970,Deleted,,,
"""
PROVIDERS = """\
Provider ID,Provider Name,Email,Active
D1,Dr. Orla Finch,orla@example.com,Yes
D2,Dr. Ivo Lund,,Yes
"""
VISITS = """\
Appointment ID,Patient ID,Appointment Date,Start Time,Type,Provider,Duration,Status,Date Created
10,1,05/20/2026,9:00 AM,Cleaning,D1,30,Scheduled,05/01/2026 8:00 AM
11,2,05/21/2026,9:00 AM,Cleaning,D1,30,Scheduled,05/01/2026 8:00 AM
12,4,05/22/2026,9:00 AM,Filling,D1,60,Scheduled,05/01/2026 8:00 AM
13,77,05/22/2026,10:00 AM,Filling,D1,60,Scheduled,05/01/2026 8:00 AM
"""
DOCUMENTS = """\
Document ID,Patient ID,File Name,File Path,Uploaded
20,1,consent.txt,documents/1/consent.txt,05/01/2026
21,2,x-ray.png,documents/2/x-ray.png,05/01/2026
"""


def extract(folder: Path, **files: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def surveyed(*folders: Path) -> list[Survey]:
    return survey([open_extract(f, now=NOW, practice=PRACTICE) for f in folders], PRACTICE, os.urandom)


def one(folder: Path, **files: str) -> Survey:
    return surveyed(extract(folder, **files))[0]


def judged(*surveys: Survey) -> dict[str, Exportability]:
    return {v.name: v for v in verdicts(surveys, lambda reference: reference in {"D1", "D2"})}


def test_patients_deleted_in_the_pms_are_counted_apart(tmp_path: Path) -> None:
    found = one(tmp_path, patients=PATIENTS)
    assert (found.records[Entity.PATIENT], found.not_migrated) == (3, 1)


def test_a_value_that_cannot_be_carried_is_counted_by_field_and_reason(tmp_path: Path) -> None:
    assert one(tmp_path, patients=PATIENTS).issues == {
        (Entity.PATIENT, "emails", "placeholder_email"): 1,
        (Entity.PATIENT, "phones", "invalid_phone"): 1,
    }


def test_an_address_is_shared_whatever_its_case(tmp_path: Path) -> None:
    found = one(tmp_path, patients=PATIENTS)
    assert (found.shared_addresses, found.sharing_patients) == (1, 2)


def test_a_row_that_says_the_same_again_is_no_second_patient(tmp_path: Path) -> None:
    repeated = PATIENTS + PATIENTS.splitlines()[1] + "\n"
    found = one(tmp_path, patients=repeated)
    assert (found.records[Entity.PATIENT], found.repeated[Entity.PATIENT], found.differing[Entity.PATIENT]) == (3, 1, 0)
    assert (found.shared_addresses, found.sharing_patients) == (1, 2)


def test_a_row_with_anothers_id_that_says_something_else_is_told_apart_from_a_repeated_one(tmp_path: Path) -> None:
    found = one(tmp_path, patients=PATIENTS + "1,Esme,Thorne,,,03/03/1990,Active,,,\n")
    assert (found.repeated[Entity.PATIENT], found.differing[Entity.PATIENT]) == (0, 1)


def test_blanks_are_counted_for_fields_and_custom_fields(tmp_path: Path) -> None:
    blanks = one(tmp_path, patients=PATIENTS).blanks
    assert blanks[Entity.PATIENT, "dateOfBirth"] == 1
    assert blanks[Entity.PATIENT, "insuranceCarrier"] == 1
    assert blanks[Entity.PATIENT, "phones"] == 2
    assert blanks[Entity.PATIENT, "recallStatus"] == 0


def test_rows_without_their_patient_are_counted_by_what_became_of_the_patient(tmp_path: Path) -> None:
    found = one(tmp_path, patients=PATIENTS, visits=VISITS)
    assert found.orphans == {(Entity.APPOINTMENT, PATIENT_NOT_CARRIED): 1, (Entity.APPOINTMENT, UNKNOWN_PATIENT): 1}
    assert (found.records[Entity.APPOINTMENT], found.fresh[Entity.APPOINTMENT]) == (4, 2)


def test_a_patient_of_one_extract_is_known_to_the_others(tmp_path: Path) -> None:
    visits = "\n".join(VISITS.splitlines()[:3]) + "\n"
    late = surveyed(extract(tmp_path / "a", visits=visits), extract(tmp_path / "b", patients=PATIENTS))
    assert not late[0].orphans


def test_what_an_earlier_extract_had_is_not_fresh(tmp_path: Path) -> None:
    more = PATIENTS + "5,Finn,O'Dell,finn@example.com,,06/06/1966,Active,,,Due\n"
    first, second = surveyed(extract(tmp_path / "a", patients=PATIENTS), extract(tmp_path / "b", patients=more))
    assert (first.fresh[Entity.PATIENT], second.fresh[Entity.PATIENT]) == (3, 1)


def test_a_document_whose_file_is_missing_is_refused_and_a_file_without_index_is_reported(tmp_path: Path) -> None:
    (tmp_path / "documents" / "1").mkdir(parents=True)
    (tmp_path / "documents" / "1" / "consent.txt").write_text("signed", encoding="utf-8")
    (tmp_path / "documents" / "loose.txt").write_text("whose", encoding="utf-8")
    found = one(tmp_path, patients=PATIENTS, index=DOCUMENTS)
    assert found.refused == {("index.csv", Entity.DOCUMENT, "missing_file"): 1}
    assert [(i.file, i.reason) for i in found.file_issues] == [("documents/loose.txt", "not_in_index")]
    assert found.upload_bytes == len("signed")
    verdict = judged(found)["Document"]
    assert verdict.exportable is Exportable.PARTLY
    assert [reason.code for reason in verdict.why] == ["missing_file", "not_in_index"]


def test_without_any_document_file_there_is_nothing_to_carry(tmp_path: Path) -> None:
    verdict = judged(one(tmp_path, patients=PATIENTS, index=DOCUMENTS))["Document"]
    assert (verdict.exportable, [reason.code for reason in verdict.why]) == (Exportable.NO, ["missing_file"])


def test_an_object_without_a_file_cannot_be_carried_and_is_asked_for(tmp_path: Path) -> None:
    found = judged(one(tmp_path, patients=PATIENTS))
    assert found["Patient"].exportable is Exportable.PARTLY
    for name in ("Billing Record", "Note", "Communication", "Insurance Claim", "Treatment Plan", "Provider"):
        assert (found[name].exportable, [r.code for r in found[name].why]) == (Exportable.NO, ["no_table"])
        assert found[name].manual
    assert "AR balances" in found["Billing Record"].manual[0]


def test_a_field_without_a_column_is_missing(tmp_path: Path) -> None:
    found = judged(one(tmp_path, patients=PATIENTS))
    assert found["Patient"].missing_fields == ["mailingAddress", "originalCreateDate", "originalModifiedDate"]
    assert (found["Referral Source"].exportable, found["Insurance Carrier"].exportable) == (Exportable.NO, Exportable.YES)


def test_providers_are_matched_by_their_e_mail_and_must_be_listed(tmp_path: Path) -> None:
    found = judged(one(tmp_path, patients=PATIENTS, staff=PROVIDERS))
    assert [r.code for r in found["Provider"].why] == ["no_email"]
    assert [r.code for r in found["Primary Provider"].why] == ["unknown_provider"]


def test_custom_fields_that_practices_often_keep_are_asked_for(tmp_path: Path) -> None:
    verdict = judged(one(tmp_path, patients=PATIENTS))["Custom field"]
    assert verdict.exportable is Exportable.PARTLY
    assert verdict.missing_fields == ["treatmentCoordinator", "lastCleaningDate", "hipaaConsentDate"]


def test_all_twelve_objects_and_what_is_around_them_are_judged(tmp_path: Path) -> None:
    assert list(judged(one(tmp_path, patients=PATIENTS))) == [
        "Patient",
        "Primary Provider",
        "Insurance Carrier",
        "Appointment",
        "Treatment Plan",
        "Treatment Plan Line Item",
        "Billing Record",
        "Referral Source",
        "Note",
        "Insurance Claim",
        "Custom field",
        "Communication",
        "Practice",
        "Document",
        "Provider",
    ]
