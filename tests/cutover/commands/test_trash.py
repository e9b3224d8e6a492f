"""`schema plan` counts the records in Twenty's trash that bear Cutover's ids or patients' addresses; a sync does as it says."""

from __future__ import annotations

import shutil
from uuid import UUID, uuid4

import pytest

from consumers.twenty import graphql
from cutover.commands.approvals.mapping import map_approve, map_propose
from cutover.commands.approvals.schema import schema_apply, schema_plan
from cutover.commands.records.sync import sync
from cutover.reports.answer import Answer
from cutover.runs.syncing import SyncOptions
from events.vocabulary.entities import twenty_id
from tests.consumers.reconcile.small_practice import write_extract
from tests.cutover.commands.office import Office
from tests.cutover.reports.conftest import troubled

pytestmark = pytest.mark.integration


def counts(answer: Answer) -> dict[tuple[str, str], int]:
    return {(one["object"], one["reason"]): one["records"] for one in answer.document["trash"]}


def words(answer: Answer) -> str:
    return "\n".join(str(line) for line in answer.text)


def namespace(office: Office) -> UUID:
    return office.ask(lambda session: session.practice.namespace)  # type: ignore[no-any-return]


def trash(office: Office, plural: str, *pbn_ids: str) -> list[str]:
    """Put records of PbN into Twenty's trash as a person does."""
    ids = [str(twenty_id(namespace(office), one)) for one in pbn_ids]
    office.ask(lambda session: session.workspace.soft_delete(plural, ids))
    return ids


def begin_again(office: Office, *, other_namespace: bool = False) -> None:
    """Lose the log and everything beside it, and come as far as the data model again."""
    for one in (office.project / ".cutover").iterdir():
        if one.name != "master.key":
            shutil.rmtree(one) if one.is_dir() else one.unlink()
    (office.project / "mapping.toml").unlink()
    if other_namespace:
        settings = office.project / "cutover.toml"
        settings.write_text(
            settings.read_text(encoding="utf-8").replace(str(namespace(office)), str(uuid4())), encoding="utf-8"
        )
    office.run(map_propose, [office.folder / "day-1"])
    office.run(map_approve, "Test", accept_doubtful=True)
    office.run(schema_apply)


def test_an_empty_trash_is_named_as_such(office: Office) -> None:
    answer = office.run(schema_plan)
    assert answer.document["trash"] == []
    assert "Nothing in Twenty's trash concerns these records." in words(answer)


def test_records_that_people_deleted_are_counted_by_object_and_are_a_finding(office: Office) -> None:
    trash(office, "people", "elm:patient:2001", "elm:patient:2004")  # 2004 has no e-mail
    trash(office, "notes", "elm:note:7001")
    answer = office.run(schema_plan)
    assert counts(answer) == {("person", "deleted_by_people"): 2, ("note", "deleted_by_people"): 1}
    assert answer.findings
    assert "Restore them in Twenty if it was a mistake" in words(answer)


def test_records_that_a_sync_deleted_are_counted_apart_and_are_no_finding(office: Office) -> None:
    assert not office.run(schema_plan).findings
    tables = troubled()
    tables["claim"] = [row for row in tables["claim"] if row["ClaimNum"] != "5001"]
    extract = write_extract(office.folder / "day-2", tables, day=2)
    office.run(sync, [extract], SyncOptions(without_sample=True, scope="full", confirm_deletions=True))
    answer = office.run(schema_plan)
    assert counts(answer) == {("insuranceClaim", "deleted_by_cutover"): 1}
    assert not answer.findings


@pytest.mark.parametrize("other_namespace", [False, True], ids=["same-project", "another-project"])
def test_an_earlier_migration_s_records_are_counted_and_a_sync_restores_them(office: Office, other_namespace: bool) -> None:
    people = trash(office, "people", "elm:patient:2001", "elm:patient:2004")
    begin_again(office, other_namespace=other_namespace)
    answer = office.run(schema_plan)
    reason = "same_pbn_id" if other_namespace else "same_id"
    assert counts(answer)["person", reason] == 2
    assert answer.findings
    assert "empty the trash" in words(answer)
    office.run(sync, [office.folder / "day-1"], SyncOptions(without_sample=True))
    assert [office.read("people", one)["deletedAt"] for one in people] == [None, None]


def test_after_the_trash_was_emptied_a_sync_makes_the_records_anew(office: Office) -> None:
    people = trash(office, "people", "elm:patient:2001", "elm:patient:2004")
    begin_again(office)
    office.ask(lambda session: session.workspace.destroy("people", people))
    assert ("person", "same_id") not in counts(office.run(schema_plan))
    office.run(sync, [office.folder / "day-1"], SyncOptions(without_sample=True))
    assert [office.read("people", one)["deletedAt"] for one in people] == [None, None]


def test_other_people_with_a_patient_s_address_are_counted_and_strangers_are_not(office: Office) -> None:
    def put(session: object, mail: str) -> None:
        twenty = session.workspace  # type: ignore[attr-defined]
        [made] = twenty.create("people", [{"name": {"firstName": "Zoe"}, "emails": {"primaryEmail": mail}}])
        twenty.soft_delete("people", [made["id"]])

    office.ask(lambda session: session.workspace.destroy("people", [str(twenty_id(namespace(office), "elm:patient:2001"))]))
    begin_again(office)
    for mail in ("ann@home.example", "stranger@elsewhere.example"):
        office.ask(lambda session, mail=mail: put(session, mail))
    answer = office.run(schema_plan)
    assert counts(answer)["person", "same_email"] == 1
    assert sum(counts(answer).values()) == 1


def test_a_trash_of_several_pages_is_counted_whole(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    trash(office, "people", *(f"elm:patient:{number}" for number in (2001, 2002, 2003, 2004, 2005)))
    monkeypatch.setattr(graphql, "PAGE", 2)
    monkeypatch.setitem(graphql.ReadShare.__init__.__kwdefaults__, "first", 2)
    assert counts(office.run(schema_plan))["person", "deleted_by_people"] == 5
