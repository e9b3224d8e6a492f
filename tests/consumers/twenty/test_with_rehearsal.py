"""The client and a Twenty-compatible workspace, over HTTP."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from consumers.twenty.metadata import SelectOption
from consumers.twenty.transport.errors import NotFound, OutcomeUnknown, Refusal, Refused, Unauthorised
from consumers.twenty.transport.isolation import isolate
from consumers.twenty.workspace import Workspace
from rehearsal.server.faults import Fault
from tests.consumers.workbench.model_edits import create_field, create_object, create_relation

KEY = "rehearsal-key"


def new_ids(count: int) -> list[str]:
    return [str(uuid.uuid5(uuid.NAMESPACE_URL, f"{uuid.uuid4()}")) for _ in range(count)]


@pytest.fixture(scope="module")
def server(serve_rehearsal: Callable[..., str]) -> str:
    return serve_rehearsal(KEY, rate_limit=0, members=("ann.lee@example.com",))


@pytest.fixture(scope="module")
def workspace(server: str) -> Iterator[Workspace]:
    """Yield a workspace with the data model that the tests write to."""
    with Workspace(server, KEY, rate_limit=0) as made:
        person = made.metadata().object("person")
        create_field(made, person.id, "pbnId", "PbN ID", "TEXT", is_unique=True)
        create_field(made, person.id, "mailingAddress", "Mailing Address", "ADDRESS")
        create_field(made, person.id, "dateOfBirth", "Date of Birth", "DATE")
        options = [
            SelectOption(value="ACTIVE", label="Active", color="green", position=0),
            SelectOption(value="INACTIVE", label="Inactive", color="red", position=1),
        ]
        create_field(made, person.id, "patientStatus", "Patient Status", "SELECT", options=options)
        plan = create_object(made, "treatmentPlan", "treatmentPlans", "Treatment Plan", "Treatment Plans")
        create_field(made, plan.id, "estimatedCost", "Estimated Cost", "CURRENCY")
        create_field(made, plan.id, "lineItemCount", "Line Items", "NUMBER")
        create_field(made, plan.id, "lineItems", "Lines", "RAW_JSON")
        create_field(made, plan.id, "originalCreateDate", "Original Create Date", "DATE_TIME")
        create_relation(made, plan.id, "patient", "Patient", person.id, "Treatment Plans")
        yield made


def test_the_data_model_is_read_with_its_relations(workspace: Workspace) -> None:
    metadata = workspace.metadata()
    assert workspace.identity() == metadata.object("people").id
    patient = metadata.object("treatmentPlan").field("patient").relation
    assert patient is not None
    assert (patient.join_column, patient.target, patient.target_field) == ("patientId", "person", "treatmentPlans")
    assert metadata.object("person").field("pbnId").is_unique
    assert [option.value for option in metadata.object("person").field("patientStatus").options][:2] == ["ACTIVE", "INACTIVE"]
    assert {"taskId", "targetPersonId"} <= set(metadata.object("taskTarget").columns)


def test_members(workspace: Workspace) -> None:
    assert "ann.lee@example.com" in [member.email for member in workspace.members()]


def test_what_rest_answers_to_a_write_is_what_graphql_reads(workspace: Workspace) -> None:
    person, company, task, link, note, plan = new_ids(6)
    member = workspace.members()[0].id
    written: dict[str, dict[str, Any]] = {
        "companies": {"id": company, "name": "Riverside Dental"},
        "people": {
            "id": person,
            "name": {"firstName": "Zoë", "lastName": "O'Neil"},
            "emails": {"primaryEmail": f"{person}@example.com", "additionalEmails": ["second@example.com"]},
            "phones": {"primaryPhoneNumber": "+14155550101", "additionalPhones": []},
            "mailingAddress": {"addressStreet1": "1 Main St", "addressCity": "Salem", "addressState": "OR"},
            "dateOfBirth": "1980-02-29",
            "patientStatus": "ACTIVE",
            "companyId": company,
            "pbnId": f"riverside:patient:{person}",
        },
        "tasks": {"id": task, "title": "Cleaning", "assigneeId": member, "dueAt": "2025-03-09T15:04:05.678Z", "status": "DONE"},
        "taskTargets": {"id": link, "taskId": task, "targetPersonId": person},
        "notes": {"id": note, "title": "Note", "bodyV2": {"markdown": "# Title\n\nLine one"}},
        "treatmentPlans": {
            "id": plan,
            "name": "Crown",
            "patientId": person,
            "estimatedCost": {"amountMicros": 1_234_560_000, "currencyCode": "USD"},
            "lineItemCount": 2,
            "lineItems": [{"code": "D2740", "fee": "617.28"}, {"code": "D0120", "fee": "617.28"}],
            "originalCreateDate": "2021-02-03T04:05:06.000Z",
        },
    }
    answered = {plural: workspace.create(plural, [record])[0] for plural, record in written.items()}
    read = workspace.read_several({plural: [record["id"]] for plural, record in written.items()})
    for plural, record in written.items():
        assert read[plural] == {record["id"]: answered[plural]}
    assert answered["people"]["phones"]["primaryPhoneNumber"] == "4155550101"
    assert answered["treatmentPlans"]["patientId"] == person


def test_a_batch_with_bad_records_is_written_but_for_them(workspace: Workspace) -> None:
    ids = new_ids(20)
    records: list[dict[str, Any]] = [{"id": one, "name": {"lastName": "Isolated"}} for one in ids]
    records[3]["patientStatus"] = "NOPE"
    records[11]["companyId"] = new_ids(1)[0]
    records[17]["id"] = ids[0]
    answers, refused = isolate(records, lambda part: workspace.create("people", part))
    assert len(answers) == 17
    assert [error.kind for _, error in refused] == [Refusal.VALUE, Refusal.MISSING_RELATION, Refusal.DUPLICATE]
    assert refused[0][1].field == "patientStatus"
    assert len(workspace.read("people", ids)) == 17


def test_updates_one_by_one_in_batches_and_alike(workspace: Workspace) -> None:
    ids = new_ids(3)
    workspace.create("people", [{"id": one, "jobTitle": "before", "name": {"lastName": "Kept"}} for one in ids])
    assert workspace.update("people", ids[0], {"jobTitle": "one"})["jobTitle"] == "one"
    images = workspace.upsert("people", [{"id": ids[2], "jobTitle": "c"}, {"id": ids[1], "jobTitle": "b"}])
    assert [(image["id"], image["jobTitle"], image["name"]["lastName"]) for image in images] == [
        (ids[2], "c", "Kept"),
        (ids[1], "b", "Kept"),
    ]
    assert {image["jobTitle"] for image in workspace.update_many("people", ids, {"jobTitle": "all"})} == {"all"}
    with pytest.raises(NotFound):
        workspace.update("people", new_ids(1)[0], {"jobTitle": "x"})


def test_thousands_are_read_deleted_restored_and_destroyed_in_a_request_each(workspace: Workspace) -> None:
    ids = new_ids(1000)
    for start in range(0, len(ids), 200):
        workspace.create("treatmentPlans", [{"id": one, "name": "Many"} for one in ids[start : start + 200]])
    before = workspace.requests
    assert set(workspace.read("treatmentPlans", ids, fields=["name"])) == set(ids)
    assert set(workspace.soft_delete("treatmentPlans", ids[:600])) == set(ids[:600])
    assert workspace.read("treatmentPlans", ids[:600], fields=["name"]) == {}
    images = workspace.read("treatmentPlans", ids, deleted=True, fields=["deletedAt"])
    assert {one for one, image in images.items() if image["deletedAt"]} == set(ids[:600])
    assert set(workspace.restore("treatmentPlans", ids[:300])) == set(ids[:300])
    assert set(workspace.destroy("treatmentPlans", ids)) == set(ids)
    assert workspace.read("treatmentPlans", ids, deleted=True) == {}
    assert workspace.requests - before == 7
    assert workspace.destroy("treatmentPlans", ids[:5]) == []


def test_searches(workspace: Workspace) -> None:
    ids, mark = new_ids(230), new_ids(1)[0]
    for part in (ids[:200], ids[200:]):
        workspace.create("treatmentPlans", [{"id": one, "name": mark} for one in part])
    workspace.soft_delete("treatmentPlans", ids[:30])
    wanted = {"name": {"eq": mark}}
    assert {one["id"] for one in workspace.find("treatmentPlans", wanted)} == set(ids[30:])
    assert {one["id"] for one in workspace.find("treatmentPlans", wanted, deleted=True)} == set(ids)
    assert workspace.count("treatmentPlans", wanted) == 200
    several = workspace.find_several({"treatmentPlans": (wanted, ("name",)), "companies": ({"name": {"eq": mark}}, ("id",))})
    assert (len(several["treatmentPlans"]), several["companies"]) == (200, [])


def test_a_document(workspace: Workspace) -> None:
    person, attachment = new_ids(2)
    workspace.create("people", [{"id": person}])
    file_id = workspace.upload("x-ray", b"%PDF-1.4", "application/pdf")
    file = [{"fileId": file_id, "label": "x-ray"}]
    [image] = workspace.create("attachments", [{"id": attachment, "name": "x-ray", "file": file, "targetPersonId": person}])
    assert image["file"] == file
    assert workspace.read("attachments", [attachment]) == {attachment: image}


def test_a_new_option_costs_no_record_its_value(workspace: Workspace) -> None:
    [person] = new_ids(1)
    workspace.create("people", [{"id": person, "patientStatus": "INACTIVE"}])
    field = workspace.metadata().object("person").field("patientStatus")
    workspace.set_options(
        field.id,
        [
            SelectOption(value="ACTIVE", label="Active"),
            SelectOption(value="INACTIVE", label="Inactive"),
            SelectOption(value="DECEASED", label="Deceased"),
        ],
    )
    assert workspace.read("people", [person])[person]["patientStatus"] == "INACTIVE"
    assert workspace.update("people", person, {"patientStatus": "DECEASED"})["patientStatus"] == "DECEASED"


def test_the_data_model_is_taken_back(workspace: Workspace) -> None:
    scratch = create_object(workspace, "visitRecord", "visitRecords", "Visit Record", "Visit Records")
    field = create_field(workspace, scratch.id, "code", "Code", "TEXT")
    with pytest.raises(Refused) as taken:
        create_field(workspace, scratch.id, "code", "Code", "TEXT")
    assert taken.value.kind is Refusal.SCHEMA
    workspace.delete_field(field.id)
    workspace.delete_object(scratch.id)
    assert "visitRecord" not in workspace.metadata()
    with pytest.raises(NotFound):
        workspace.delete_object(scratch.id)


def test_a_wrong_key(server: str) -> None:
    with Workspace(server, "nonsense") as workspace, pytest.raises(Unauthorised):
        workspace.metadata()


def test_through_all_troubles_reads_succeed_and_writes_are_settled_by_reading_back(serve_rehearsal: Callable[..., str]) -> None:
    kinds = ("rate-limit", "500", "502", "503", "reset", "truncated")
    url = serve_rehearsal(KEY, rate_limit=0, faults=tuple(Fault(kind=kind, rate=0.04) for kind in kinds), seed=7)
    with Workspace(
        url, KEY, rate_limit=0, sleep=lambda _: None, clock=iter(range(10**9)).__next__, patience=10**9
    ) as workspace:
        ids, there, unknown = new_ids(120), set(), 0
        for one in ids:
            try:
                there |= {image["id"] for image in workspace.create("people", [{"id": one}])}
            except OutcomeUnknown:
                unknown += 1
                there |= set(workspace.read("people", [one], fields=["id"]))
        assert unknown > 5
        assert set(workspace.read("people", ids, fields=["id"])) == there


def test_at_the_limit_nothing_is_refused(serve_rehearsal: Callable[..., str]) -> None:
    told: list[tuple[str, str]] = []
    url = serve_rehearsal(KEY, rate_limit=1800)
    with Workspace(url, KEY, rate_limit=1800, on_request=lambda *request: told.append(request)) as workspace:
        workspace.metadata()
        before = len(told)
        for _ in range(60):
            workspace.count("people")
        assert workspace.requests == len(told) - before == 60
