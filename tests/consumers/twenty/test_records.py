"""Records go out in batches and come back as images."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from consumers.twenty import graphql as queries
from consumers.twenty.transport.errors import OutcomeUnknown, Refusal, Refused, UnexpectedAnswer
from events.errors import Effect

A = "aaaaaaaa-b9b4-5cb6-95b8-d42506a62de9"
B = "bbbbbbbb-b9b4-5cb6-95b8-d42506a62de9"
C = "cccccccc-b9b4-5cb6-95b8-d42506a62de9"


def created(*records: dict[str, Any], key: str = "createPeople") -> httpx.Response:
    return httpx.Response(201, json={"data": {key: list(records)}})


def graphql(**data: Any) -> httpx.Response:
    return httpx.Response(200, json={"data": data})


def page(*nodes: dict[str, Any], more: str | None = None) -> dict[str, Any]:
    return {"edges": [{"node": node} for node in nodes], "pageInfo": {"hasNextPage": more is not None, "endCursor": more}}


def test_a_batch_of_creates_is_one_request(twenty: Any) -> None:
    twenty.then(created({"id": A, "jobTitle": "a"}, {"id": B, "jobTitle": "b"}))
    workspace = twenty.workspace()
    images = workspace.create("people", [{"id": A, "jobTitle": "a"}, {"id": B, "jobTitle": "b"}])
    assert [image["jobTitle"] for image in images] == ["a", "b"]
    [request] = twenty.sent
    assert (request.method, request.url.path, request.url.query) == ("POST", "/rest/batch/people", b"")
    assert request.headers["Authorization"] == "Bearer the-key"
    assert workspace.requests == 1


def test_nothing_to_write_is_no_request(twenty: Any) -> None:
    workspace = twenty.workspace()
    assert workspace.create("people", []) == []
    assert workspace.upsert("people", []) == []
    assert workspace.update_many("people", [], {"jobTitle": "x"}) == []
    assert workspace.destroy("people", []) == workspace.restore("people", []) == workspace.soft_delete("people", []) == []
    assert workspace.read("people", []) == {}
    assert twenty.sent == []


def test_more_than_a_batch_is_a_mistake_of_the_caller(twenty: Any) -> None:
    with pytest.raises(ValueError, match="batch of 200"):
        twenty.workspace().create("people", [{"id": A}] * 201)


def refuses(words: str, status: int = 400) -> httpx.Response:
    return httpx.Response(status, json={"statusCode": status, "error": "BadRequestException", "messages": [words]})


@pytest.mark.parametrize(
    ("words", "size"), [("Maximum number of records to upsert is 60.", 60), ("Maximum number of records to upsert is 25.", 25)]
)
def test_a_server_that_takes_fewer_records_at_once_is_believed_for_the_rest_of_the_session(
    twenty: Any, words: str, size: int
) -> None:
    workspace = twenty.workspace()
    error = refused_by(workspace, twenty.then(refuses(words)), [{"id": A}] * 200)
    assert workspace.parts_after(error, 200) == size
    assert workspace.batch_size == size


def test_one_that_names_no_number_gets_sixty(twenty: Any) -> None:
    workspace = twenty.workspace()
    error = refused_by(workspace, twenty.then(refuses("Maximum number of records exceeded")), [{"id": A}] * 200)
    assert workspace.parts_after(error, 200) == 60
    assert workspace.parts_after(error, 60) == 30
    assert workspace.batch_size == 30


def test_a_body_that_is_too_large_is_halved_and_the_next_batches_are_as_large_as_ever(twenty: Any) -> None:
    workspace = twenty.workspace()
    error = refused_by(workspace, twenty.then(httpx.Response(500, json="request entity too large")), [{"id": A}] * 200)
    assert workspace.parts_after(error, 200) == 100
    assert workspace.batch_size == 200


def refused_by(workspace: Any, _twenty: Any, records: Any) -> Refused:
    with pytest.raises(Refused) as refused:
        workspace.create("people", records)
    return refused.value


def test_an_upsert_is_matched_by_id_whatever_the_order_of_the_answer(twenty: Any) -> None:
    twenty.then(created({"id": B, "jobTitle": "b"}, {"id": A, "jobTitle": "a"}))
    images = twenty.workspace().upsert("people", [{"id": A, "jobTitle": "a"}, {"id": B, "jobTitle": "b"}])
    assert [image["id"] for image in images] == [A, B]
    assert twenty.sent[0].url.query == b"upsert=true"


def test_an_upsert_without_an_id_would_decide_identity_by_email_and_is_not_sent(twenty: Any) -> None:
    with pytest.raises(ValueError, match="id"):
        twenty.workspace().upsert("people", [{"emails": {"primaryEmail": "a@example.com"}}])
    assert twenty.sent == []


def test_an_upsert_that_hit_another_record_is_noticed(twenty: Any) -> None:
    twenty.then(created({"id": C}))
    with pytest.raises(UnexpectedAnswer, match=A) as noticed:
        twenty.workspace().upsert("people", [{"id": A}])
    assert noticed.value.outcome is Effect.UNKNOWN


def test_one_record_is_patched(twenty: Any) -> None:
    twenty.then(httpx.Response(200, json={"data": {"updatePerson": {"id": A, "jobTitle": "x"}}}))
    assert twenty.workspace().update("people", A, {"jobTitle": "x"}) == {"id": A, "jobTitle": "x"}
    assert (twenty.sent[0].method, twenty.sent[0].url.path) == ("PATCH", f"/rest/people/{A}")


def test_the_same_values_for_many_go_by_id_and_never_without_a_filter(twenty: Any) -> None:
    twenty.then(graphql(updatePeople=[{"id": A}, {"id": B}]), graphql(updatePeople=[{"id": C}]))
    images = twenty.workspace(batch_size=2).update_many("people", [A, B, C], {"jobTitle": "x"})
    assert [image["id"] for image in images] == [A, B, C]
    assert [twenty.body(n)["variables"]["f"]["id"]["in"] for n in (0, 1)] == [[A, B], [C]]
    assert "$f: PersonFilterInput!, $d: PersonUpdateInput!" in twenty.body(0)["query"]


@pytest.mark.parametrize(
    ("method", "mutation"), [("soft_delete", "deletePeople"), ("restore", "restorePeople"), ("destroy", "destroyPeople")]
)
def test_thousands_are_changed_by_id_in_one_request(twenty: Any, method: str, mutation: str) -> None:
    ids = [f"aaaaaaaa-b9b4-5cb6-95b8-{n:012x}" for n in range(2000)]
    twenty.then(graphql(**{mutation: [{"id": one} for one in ids]}))
    assert getattr(twenty.workspace(), method)("people", ids) == ids
    assert len(twenty.sent) == 1


def test_ids_that_are_not_there_are_passed_over(twenty: Any) -> None:
    twenty.then(graphql(destroyPeople=[{"id": B}]))
    assert twenty.workspace().destroy("people", [A, B]) == [B]


def test_records_of_several_objects_are_destroyed_in_one_request(twenty: Any) -> None:
    twenty.then(graphql(destroyPeople=[{"id": A}], destroyTreatmentPlans=[]))
    assert twenty.workspace().destroy_several({"people": [A, B], "treatmentPlans": [C]}) == {
        "people": [A],
        "treatmentPlans": [],
    }
    assert twenty.body() == {
        "query": (
            "mutation($f0: PersonFilterInput!, $f1: TreatmentPlanFilterInput!) "
            "{ destroyPeople(filter: $f0) { id } destroyTreatmentPlans(filter: $f1) { id } }"
        ),
        "variables": {"f0": {"id": {"in": [A, B]}}, "f1": {"id": {"in": [C]}}},
    }


def test_an_answer_that_lacks_one_of_the_objects_leaves_the_outcome_unknown(twenty: Any) -> None:
    twenty.then(graphql(destroyPeople=[{"id": A}]))
    with pytest.raises(UnexpectedAnswer) as noticed:
        twenty.workspace().destroy_several({"people": [A], "treatmentPlans": [B]})
    assert noticed.value.outcome is Effect.UNKNOWN


def test_more_objects_or_ids_than_a_request_takes_are_a_mistake_of_the_caller(twenty: Any) -> None:
    with pytest.raises(ValueError, match="one request"):
        twenty.workspace().destroy_several({"people": [A] * 5001, "treatmentPlans": [B]})


@pytest.mark.parametrize(("limit", "most"), [("MOST_ROOTS", 1), ("MOST_FIELDS", 10)])
def test_objects_that_are_too_much_for_one_request_are_read_in_several(
    twenty: Any, monkeypatch: pytest.MonkeyPatch, limit: str, most: int
) -> None:
    monkeypatch.setattr(queries, limit, most)
    twenty.then(graphql(people=page({"id": A})), graphql(treatmentPlans=page({"id": B})))
    images = twenty.workspace().read_several({"people": [A], "treatmentPlans": [B]})
    assert (set(images["people"]), set(images["treatmentPlans"])) == ({A}, {B})


def test_a_server_that_does_fewer_than_asked_is_asked_for_the_rest(twenty: Any) -> None:
    ids = [f"aaaaaaaa-b9b4-5cb6-95b8-{n:012x}" for n in range(450)]
    for part in (ids[:200], ids[200:400], ids[400:]):
        twenty.then(graphql(destroyPeople=[{"id": one} for one in part]))
    assert twenty.workspace().destroy("people", ids) == ids


def test_a_read_asks_for_every_column_the_metadata_has_and_no_other(twenty: Any) -> None:
    twenty.then(graphql(people=page({"id": A, "jobTitle": "x"})))
    assert twenty.workspace().read("people", [A, B]) == {A: {"id": A, "jobTitle": "x"}}
    query = twenty.body()["query"]
    switched_off = " retired "
    for part in (
        *(" companyId ", " emails { primaryEmail additionalEmails } ", " createdBy { source workspaceMemberId name } "),
        switched_off,
    ):
        assert part in query
    for part in ("searchVector", "treatmentPlans", "company "):
        assert part not in query
    assert twenty.body()["variables"]["f0"] == {"id": {"in": [A, B]}}


def test_deleted_records_are_read_along_when_asked_for(twenty: Any) -> None:
    twenty.then(graphql(people=page({"id": A, "deletedAt": None}, {"id": B, "deletedAt": "2025-01-01T00:00:00.000Z"})))
    images = twenty.workspace().read("people", [A, B], deleted=True, fields=["deletedAt"])
    assert [image["deletedAt"] is None for image in images.values()] == [True, False]
    assert {"deletedAt": {"is": "NOT_NULL"}} in twenty.body()["variables"]["f0"]["and"][1]["or"]


def test_a_column_that_is_not_there_is_refused_because_twenty_would_answer_null(twenty: Any) -> None:
    with pytest.raises(Refused, match="nope") as refused:
        twenty.workspace().read("people", [A], fields=["nope"])
    assert (refused.value.kind, twenty.sent) == (Refusal.UNKNOWN_FIELD, [])


def test_an_object_that_is_not_there_is_refused(twenty: Any) -> None:
    with pytest.raises(Refused, match="schema plan") as refused:
        twenty.workspace().create("nopes", [{"id": A}])
    assert refused.value.kind is Refusal.UNKNOWN_OBJECT


def test_several_objects_are_read_in_one_request(twenty: Any) -> None:
    twenty.then(graphql(people=page({"id": A}), treatmentPlans=page({"id": B}, {"id": C})))
    images = twenty.workspace().read_several({"people": [A], "treatmentPlans": [B, C]})
    assert {name: set(found) for name, found in images.items()} == {"people": {A}, "treatmentPlans": {B, C}}


def test_of_several_objects_the_columns_that_are_asked_for_are_read(twenty: Any) -> None:
    twenty.then(graphql(people=page({"id": A}), treatmentPlans=page({"id": B})))
    fields = {"people": {"emails", "noSuchField"}, "treatmentPlans": {"patientId"}}
    twenty.workspace().read_several({"people": [A], "treatmentPlans": [B]}, fields=fields)
    assert "node { id emails { primaryEmail additionalEmails } }" in twenty.body()["query"]
    assert "node { id patientId }" in twenty.body()["query"]


def test_thousands_of_ids_of_several_objects_share_their_requests(twenty: Any) -> None:
    ids = [f"aaaaaaaa-b9b4-5cb6-95b8-{n:012x}" for n in range(5001)]

    def answered(request: httpx.Request) -> httpx.Response:
        variables = twenty.body()["variables"]
        roots = ("people", "treatmentPlans")
        return graphql(
            **{
                root: page(*({"id": one} for one in variables[f"f{n}"]["id"]["in"]))
                for n, root in enumerate(roots)
                if f"f{n}" in variables
            }
        )

    twenty.then(answered, answered)
    images = twenty.workspace().read_several({"people": ids, "treatmentPlans": [B]})
    assert (len(images["people"]), set(images["treatmentPlans"])) == (5001, {B})
    assert len(twenty.sent) == 2


def test_a_search_follows_the_pages(twenty: Any) -> None:
    twenty.then(graphql(people=page({"id": A}, more="next")), graphql(people=page({"id": B})))
    assert twenty.workspace().find("people", {"pbnId": {"startsWith": "riverside:"}}) == [{"id": A}, {"id": B}]
    assert [twenty.body(n)["variables"]["a0"] for n in (0, 1)] == [None, "next"]
    assert twenty.body(0)["variables"]["n0"] == 5000


@pytest.mark.parametrize("filter_", [{}, {"pbnId": {"eq": "x"}}])
def test_a_search_leaves_deleted_records_out_unless_asked(twenty: Any, filter_: dict[str, Any]) -> None:
    twenty.then(graphql(people=page()), graphql(people=page()))
    workspace = twenty.workspace()
    workspace.find("people", filter_)
    workspace.find("people", filter_, deleted=True)
    assert "deletedAt" not in str(twenty.body(0)["variables"])
    assert "deletedAt" in str(twenty.body(1)["variables"])


def test_several_searches_in_one_request_go_on_only_where_there_is_more(twenty: Any) -> None:
    twenty.then(graphql(people=page({"id": A}, more="p2"), treatmentPlans=page({"id": C})), graphql(people=page({"id": B})))
    wanted = {"people": ({"pbnId": {"eq": "x"}}, ("id",)), "treatmentPlans": ({}, ("id", "patientId"))}
    assert twenty.workspace().find_several(wanted) == {"people": [{"id": A}, {"id": B}], "treatmentPlans": [{"id": C}]}
    assert "treatmentPlans" not in twenty.body(1)["query"]


def test_members_are_matched_by_their_folded_email(twenty: Any) -> None:
    name = {"firstName": "Ann", "lastName": "Lee"}
    twenty.then(graphql(workspaceMembers=page({"id": A, "userEmail": "Ann.Lee@Example.COM", "name": name})))
    [member] = twenty.workspace().members()
    assert (member.id, member.email, member.name) == (A, "ann.lee@example.com", "Ann Lee")


def test_every_request_is_told_before_it_leaves_without_any_value(twenty: Any) -> None:
    told: list[tuple[str, str]] = []
    twenty.then(created({"id": A}), graphql(people={"totalCount": 1}))
    workspace = twenty.workspace(on_request=lambda method, path: told.append((method, path)))
    workspace.create("people", [{"id": A}])
    workspace.count("people", {"emails": {"primaryEmail": {"eq": "a@example.com"}}})
    assert told[-2:] == [("POST", "/rest/batch/people"), ("POST", "/graphql")]


CAPPED = {"X-Twenty-Fields-Capped": "true", "X-Twenty-Fields-Max": "200"}


def _read_back(*ids: str) -> httpx.Response:
    nodes = [{"node": {"id": one, "jobTitle": "Dentist", "pbnId": f"p{number}"}} for number, one in enumerate(ids)]
    return httpx.Response(200, json={"data": {"people": {"edges": nodes, "pageInfo": {"hasNextPage": False}}}})


ONE, TWO = "0f5b3a52-0000-4000-8000-00000000000a", "0f5b3a52-0000-4000-8000-00000000000b"


def test_an_answer_that_lacks_fields_is_never_an_image(twenty: Any) -> None:
    half = {"data": {"createPeople": [{"id": ONE}, {"id": TWO}]}}
    twenty.then(httpx.Response(201, json=half, headers=CAPPED), _read_back(TWO, ONE))
    [first, second] = twenty.workspace().create("people", [{"id": ONE}, {"id": TWO}])
    assert (first["id"], first["jobTitle"], second["id"]) == (ONE, "Dentist", TWO)


def test_nor_that_to_a_single_update(twenty: Any) -> None:
    twenty.then(httpx.Response(200, json={"data": {"updatePerson": {"id": ONE}}}, headers=CAPPED), _read_back(ONE))
    assert twenty.workspace().update("people", ONE, {"jobTitle": "Dentist"})["pbnId"] == "p0"


def test_a_record_that_cannot_be_read_back_leaves_the_outcome_unknown(twenty: Any) -> None:
    half = httpx.Response(201, json={"data": {"createPeople": [{"id": ONE}]}}, headers=CAPPED)
    twenty.then(
        half, httpx.Response(200, json={"data": None, "errors": [{"message": "x", "extensions": {"code": "FORBIDDEN"}}]})
    )
    with pytest.raises(OutcomeUnknown):
        twenty.workspace().create("people", [{"id": ONE}])
    twenty.then(half, _read_back())
    with pytest.raises(UnexpectedAnswer) as gone:
        twenty.workspace().create("people", [{"id": ONE}])
    assert gone.value.outcome is Effect.UNKNOWN


def test_graphql_is_not_known_to_leave_fields_out_and_is_not_believed_if_it_does(twenty: Any) -> None:
    whole = _read_back(ONE)
    twenty.then(httpx.Response(200, content=whole.content, headers={**CAPPED, "content-type": "application/json"}))
    with pytest.raises(UnexpectedAnswer, match="leaves fields out"):
        twenty.workspace().read("people", [ONE])


def test_a_header_that_says_no_is_no(twenty: Any) -> None:
    answered = {"data": {"createPeople": [{"id": ONE}]}}
    twenty.then(httpx.Response(201, json=answered, headers={"X-Twenty-Fields-Capped": "false"}))
    assert twenty.workspace().create("people", [{"id": ONE}]) == [{"id": ONE}]
