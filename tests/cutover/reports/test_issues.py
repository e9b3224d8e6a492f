"""Records and values that did not move, with the reason: one entry each, with file, row and field."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from consumers.reconcile.reconcile import reconcile
from consumers.reconcile.reconciliation import Reconciliation
from consumers.state.fold import ADDRESS_TAKEN
from consumers.state.view_rows import DEAD, WAITING
from cutover.reports.records import issues as issues_module
from cutover.reports.records.issues import ReportedIssue, issues
from events.change_events import ChangeEvent, record_of
from events.sealing.keys import KeyStore
from events.vocabulary.entities import Entity
from events.vocabulary.records import Record
from tests.consumers.reconcile.small_practice import Migration, Tables, write_extract
from tests.cutover.reports.conftest import troubled

pytestmark = pytest.mark.integration


def all_issues(migration: Migration, found: Reconciliation | None = None) -> list[ReportedIssue]:
    return issues(
        found=found or migration.reconcile(),
        log=migration.log,
        keys=migration.keys,
        view=migration.view,
        state=migration.state,
        decisions=migration.decisions,
        context=migration.engine.context(),
    )


def brief(found: list[ReportedIssue]) -> list[tuple[object, ...]]:
    return [(i["reason"], i["pbnId"], i["file"], i["row"], i["field"]) for i in found]


def of(migration: Migration, reason: str) -> list[tuple[object, ...]]:
    return [(i["pbnId"], i["file"], i["row"]) for i in all_issues(migration) if i["reason"] == reason]


def mended() -> Tables:
    """Return the tables without any trouble in their rows, but those of the providers."""
    content = troubled()
    content["patient"][2]["WirelessPhone"] = ""
    for name in ("appointment", "claim", "document"):
        content[name].pop()
    return content


def test_each_trouble_is_reported_with_its_place(migration: Migration) -> None:
    assert brief(all_issues(migration)) == [
        ("unknown_patient", "elm:appointment:3009", "appointment.csv", 5, None),
        ("missing_patient", "elm:claim:5003", "claim.csv", 4, None),
        ("missing_file", "elm:document:9002", "document.csv", 3, None),
        ("not_a_table", None, "letter.txt", 0, None),
        ("invalid_phone", "elm:patient:2003", "patient.csv", 4, "phones"),
        ("unmatched_provider", "elm:patient:2003", "patient.csv", 4, "primaryProvider"),
        ("unknown_provider", "elm:patient:2004", "patient.csv", 5, "primaryProvider"),
    ]


def test_values_without_a_field_any_more_are_reported_with_their_place(migration: Migration) -> None:
    field = migration.workspace.metadata().object("person").field("dateOfBirth")
    migration.workspace.delete_field(field.id)
    found = migration.reconcile()
    gone = [i for i in all_issues(migration, found) if i["reason"] == "missing_field"]
    assert {i["field"] for i in gone} == {"dateOfBirth"}
    assert {i["file"] for i in gone} == {"patient.csv"}
    assert all(i["row"] and i["pbnId"] for i in gone)


def test_of_the_records_those_that_are_kept_back_alone_are_opened_again(
    migration: Migration, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The comparison has opened all of them, and gives their doubts along."""
    found, opened = migration.reconcile(), list[bytes]()

    def opening(event: ChangeEvent, keys: KeyStore) -> Record:
        opened.append(event.record_id)
        return record_of(event, keys)

    monkeypatch.setattr(issues_module, "record_of", opening)
    reasons = {i["reason"] for i in all_issues(migration, found)}
    assert {"invalid_phone", "unmatched_provider"} <= reasons
    assert sorted(opened) == sorted(head.record_id for head in migration.view.kept_back())


def test_every_key_is_always_there(migration: Migration) -> None:
    for issue in all_issues(migration):
        place, about = (
            {"file", "sheet", "row", "column", "others", "rows"},
            {"reason", "entity", "pbnId", "field", "provider", "count"},
        )
        assert set(issue) == place | about


def test_no_value_of_a_record_is_in_them(migration: Migration) -> None:
    for issue in all_issues(migration):
        assert not {"Ito", "Cy", "123", "2999"} & {str(value) for value in issue.values()}


def test_what_is_mended_is_reported_no_more(migration: Migration, tmp_path: Path) -> None:
    migration.producer.deletion_limit = 1.0
    migration.sync(write_extract(tmp_path / "day-2", mended(), day=2))
    assert {i["reason"] for i in all_issues(migration)} == {"unmatched_provider", "unknown_provider"}


def test_a_table_that_is_held_as_a_whole_is_one_issue_until_a_full_extract_mends_it(
    migration: Migration, tmp_path: Path
) -> None:
    """No letter lists its rows one by one, and Twenty has none of them."""
    content = mended()
    visits = [{**content["appointment"][0], "AptNum": f"31{n}", "PatNum": f"00{2001 + n}"} for n in range(4)]
    migration.sync(write_extract(tmp_path / "day-2", {**content, "appointment": visits}, day=2, scope="partial"))
    held = [i for i in all_issues(migration) if i["reason"] == "padded_ids"]
    assert [(i["file"], i["row"], i["count"]) for i in held] == [("appointment.csv", 0, 4)]
    migration.sync(write_extract(tmp_path / "day-3", mended(), day=3))
    assert of(migration, "padded_ids") == []


def test_a_row_that_a_partial_extract_does_not_have_is_still_open(migration: Migration, tmp_path: Path) -> None:
    migration.sync(write_extract(tmp_path / "day-2", mended(), day=2, scope="partial"))
    assert of(migration, "missing_patient") == [("elm:claim:5003", "claim.csv", 4)]


def test_a_row_that_a_partial_extract_brought_in_order_is_history(migration: Migration, tmp_path: Path) -> None:
    content = mended()
    content["claim"] = [{**content["claim"][0], "ClaimNum": "5003"}]
    migration.sync(write_extract(tmp_path / "day-2", content, day=2, scope="partial"))
    assert of(migration, "missing_patient") == []


def test_a_row_stays_open_while_its_table_is_not_exported(migration: Migration, tmp_path: Path) -> None:
    content = mended()
    del content["claim"]
    migration.sync(write_extract(tmp_path / "day-2", content, day=2))
    assert of(migration, "missing_patient") == [("elm:claim:5003", "claim.csv", 4)]


def test_a_row_is_reported_where_it_was_last_seen(migration: Migration, tmp_path: Path) -> None:
    content = troubled()
    content["patient"].insert(0, {**content["patient"][0], "PatNum": "2000", "Email": "zoe@home.example"})
    content["claim"].insert(0, {**content["claim"][0], "ClaimNum": "5000"})
    migration.sync(write_extract(tmp_path / "day-2", content, day=2))
    assert of(migration, "invalid_phone") == [("elm:patient:2003", "patient.csv", 5)]
    assert of(migration, "missing_patient") == [("elm:claim:5003", "claim.csv", 5)]


def test_a_file_of_an_earlier_extract_is_history(migration: Migration, tmp_path: Path) -> None:
    migration.sync(write_extract(tmp_path / "day-2", troubled(), day=2))
    assert of(migration, "not_a_table") == []


def test_a_record_that_got_its_patient_is_reported_no_more(migration: Migration, tmp_path: Path) -> None:
    content = troubled()
    content["patient"].append({**content["patient"][0], "PatNum": "2999", "Email": "new@home.example"})
    migration.sync(write_extract(tmp_path / "day-2", content, day=2))
    assert of(migration, "unknown_patient") == []


@pytest.mark.parametrize(
    ("status", "reason", "field"), [(WAITING, ADDRESS_TAKEN, "emails"), (DEAD, "duplicate", None), (DEAD, "value", None)]
)
def test_a_record_that_is_kept_back_is_reported_with_its_reason(
    migration: Migration, status: str, reason: str, field: str | None
) -> None:
    ann = UUID(migration.id(Entity.PATIENT, "2001")).bytes
    head = migration.view.heads([ann])[ann]
    migration.view.save(heads=[replace(head, status=status, reason=reason)])
    assert (reason, "elm:patient:2001", "patient.csv", 2, field) in brief(all_issues(migration))


def test_erased_people_are_in_no_report(migration: Migration) -> None:
    migration.keys.forget(UUID(migration.id(Entity.PATIENT, "2003")).bytes)
    assert "elm:patient:2003" not in {i["pbnId"] for i in all_issues(migration)}


def test_a_member_who_came_later_settles_the_matter(migration: Migration) -> None:
    context = migration.engine.context()
    joined = replace(context, members={**context.members, "ox@elm.example": "some-member"})
    found = issues(
        found=reconcile(migration.view, migration.log, migration.keys, migration.workspace, joined),
        log=migration.log,
        keys=migration.keys,
        view=migration.view,
        state=migration.state,
        decisions=migration.decisions,
        context=joined,
    )
    assert "unmatched_provider" not in {i["reason"] for i in found}


def test_the_values_of_a_column_that_fails_are_one_issue_that_counts_them(migration: Migration, tmp_path: Path) -> None:
    content = mended()
    model = content["patient"][0]
    content["patient"] += [{**model, "PatNum": str(4000 + n), "Birthdate": f"{13 + n % 15}/31/1980"} for n in range(60)]
    migration.producer.deletion_limit = 1.0
    migration.sync(write_extract(tmp_path / "day-2", content, day=2))
    found = [i for i in all_issues(migration) if i["reason"] == "invalid_date"]
    assert [(i["pbnId"], i["file"], i["row"], i["field"], i["count"]) for i in found] == [
        (None, "patient.csv", 0, "dateOfBirth", 60)
    ]


def test_records_of_one_provider_without_a_member_are_one_issue_that_counts_them(migration: Migration, tmp_path: Path) -> None:
    content = mended()
    model = content["patient"][2]
    content["patient"] += [{**model, "PatNum": str(4000 + n), "Email": f"p{n}@home.example"} for n in range(20)]
    migration.producer.deletion_limit = 1.0
    migration.sync(write_extract(tmp_path / "day-2", content, day=2))
    (found,) = [i for i in all_issues(migration) if i["reason"] == "unmatched_provider"]
    assert (found["pbnId"], found["file"], found["row"], found["count"]) == ("elm:patient:2003", "patient.csv", 4, 21)
    assert sorted(found["others"]) == [f"elm:patient:{4000 + n}" for n in range(20)]
    assert (found["provider"], found["rows"]) == ("Otto Ox", [4, *range(7, 27)])


def test_a_reference_that_no_list_has_is_not_shown(migration: Migration) -> None:
    """It may be any text: a column may be bound wrongly."""
    (found,) = [i for i in all_issues(migration) if i["reason"] == "unknown_provider"]
    assert found["provider"] is None
    assert "77" not in str(found)


def test_one_provider_is_one_issue_over_several_deliveries(migration: Migration, tmp_path: Path) -> None:
    content = troubled()
    content["patient"].append({**content["patient"][2], "PatNum": "4001", "Email": "new@home.example"})
    migration.sync(write_extract(tmp_path / "day-2", content, day=2))
    (found,) = [i for i in all_issues(migration) if i["reason"] == "unmatched_provider"]
    assert (found["pbnId"], found["others"], found["count"]) == ("elm:patient:2003", ["elm:patient:4001"], 2)
