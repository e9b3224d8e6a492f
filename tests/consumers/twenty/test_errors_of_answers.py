"""Every answer that is not a good one becomes the error that says what to do next, and shows no record's values."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from consumers.twenty.transport.answers import payload
from consumers.twenty.transport.calls import Call, Surface
from consumers.twenty.transport.errors import (
    NotFound,
    OutcomeUnknown,
    Refusal,
    Refused,
    ServerFault,
    TwentyError,
    Unauthorised,
    UnexpectedAnswer,
    Unreachable,
)
from events.errors import Effect

ID = "cf61a865-b9b4-5cb6-95b8-d42506a62de9"
SECRET = "Zebedee"


def bad_request(*messages: str, **more: Any) -> httpx.Response:
    return httpx.Response(400, json={"statusCode": 400, "error": "BadRequestException", "messages": list(messages), **more})


def graphql_error(message: str, code: str = "BAD_USER_INPUT", **extensions: Any) -> httpx.Response:
    error = {"message": message, "extensions": {"code": code, **extensions}}
    return httpx.Response(200, json={"data": {"people": None}, "errors": [error]})


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("A duplicate entry was detected", Refusal.DUPLICATE),
        (f"Multiple records found with the same unique field values for id (id: {SECRET}). Cannot", Refusal.DUPLICATE),
        ("File 8f0e is already associated with a permanent files field", Refusal.DUPLICATE),
        ('insert or update on table "person" violates foreign key constraint "FK_1"', Refusal.MISSING_RELATION),
        ("File not found: 8f0e5c1a-1f3e-4b51-9a57-0d6f0d1c7001", Refusal.MISSING_RELATION),
        (f'Invalid value "{SECRET}" for field "patientStatus". Valid values are: ACTIVE', Refusal.VALUE),
        (f"Invalid string value '{SECRET}' for email field \"emails.primaryEmail\"", Refusal.VALUE),
        (f"Provided phone number is invalid {SECRET}", Refusal.VALUE),
        (f'Value "{SECRET}" is not a valid UUID', Refusal.VALUE),
        ("The URL of the link is not valid", Refusal.VALUE),
        ('null value in column "id" of relation "person" violates not-null constraint', Refusal.VALUE),
        ("searchVector TS_VECTOR-typed field does not support write operations", Refusal.VALUE),
        ('Object person doesn\'t have any "nope" field.', Refusal.UNKNOWN_FIELD),
        ("object 'nopes' not found. eg: companies", Refusal.UNKNOWN_OBJECT),
        ("Maximum number of records to upsert is 200.", Refusal.LIMIT),
        ("Entity performing the request does not have permission", Refusal.PERMISSION),
        ("args.data.forEach is not a function", Refusal.OTHER),
    ],
)
def test_a_refused_batch_says_why_and_keeps_twentys_words_apart(twenty: Any, words: str, kind: Refusal) -> None:
    twenty.then(bad_request(words))
    with pytest.raises(Refused) as refused:
        twenty.workspace().create("people", [{"id": ID, "name": {"firstName": SECRET}}])
    assert (refused.value.kind, refused.value.outcome, refused.value.retriable) == (kind, Effect.NOT_APPLIED, False)
    assert words in refused.value.detail
    assert SECRET not in str(refused.value)


def test_the_refused_field_is_named_where_the_object_has_it(twenty: Any) -> None:
    twenty.then(
        bad_request('Invalid value "x" for field "patientStatus". Valid values are: ACTIVE'),
        bad_request(f'Invalid string value \'field "{SECRET}" and more\' for text field "jobTitle"'),
    )
    workspace = twenty.workspace()
    with pytest.raises(Refused) as first:
        workspace.create("people", [{"id": ID}])
    with pytest.raises(Refused) as second:
        workspace.create("people", [{"id": ID}])
    assert first.value.field == "patientStatus"
    assert second.value.field is None


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        ("A duplicate entry was detected", Effect.UNKNOWN),
        ('insert or update on table "person" violates foreign key constraint "FK_1"', Effect.UNKNOWN),
        ('Invalid value "x" for field "patientStatus". Valid values are: ACTIVE', Effect.NOT_APPLIED),
        ("Multiple records found with the same unique field values for id", Effect.NOT_APPLIED),
    ],
)
def test_an_upsert_that_the_database_refuses_may_have_kept_some_updates(twenty: Any, words: str, outcome: Effect) -> None:
    twenty.then(bad_request(words))
    with pytest.raises(Refused) as refused:
        twenty.workspace().upsert("people", [{"id": ID, "jobTitle": "x"}])
    assert refused.value.outcome is outcome


@pytest.mark.parametrize(
    ("response", "kind"),
    [
        (httpx.Response(500, json="request entity too large"), Refusal.TOO_LARGE),
        (httpx.Response(500, text="request entity too large"), Refusal.TOO_LARGE),
        (httpx.Response(413, text="<html>Request Entity Too Large</html>"), Refusal.TOO_LARGE),
        (httpx.Response(500, json={"statusCode": 500, "messages": ["Data validation error."]}), Refusal.VALUE),
    ],
)
def test_some_refusals_come_as_server_errors(twenty: Any, response: httpx.Response, kind: Refusal) -> None:
    twenty.then(response)
    with pytest.raises(Refused) as refused:
        twenty.workspace().create("people", [{"id": ID}])
    assert (refused.value.kind, refused.value.outcome) == (kind, Effect.NOT_APPLIED)


LOST = [
    httpx.Response(502, text="Bad Gateway"),
    httpx.Response(500, json={"statusCode": 500, "messages": ["Internal server error"]}),
    bad_request("Query read timeout"),
    httpx.Response(200, content=b'{"data": {"peo', headers={"Content-Type": "application/json"}),
    httpx.ReadTimeout("slow"),
    httpx.WriteTimeout("slow"),
    httpx.ReadError("reset"),
    httpx.RemoteProtocolError("Server disconnected without sending a response."),
]


@pytest.mark.parametrize("lost", LOST, ids=repr)
def test_a_write_without_an_answer_is_not_sent_again(twenty: Any, lost: Any) -> None:
    twenty.then(lost)
    with pytest.raises(OutcomeUnknown) as unknown:
        twenty.workspace().create("people", [{"id": ID, "name": {"firstName": SECRET}}])
    assert (unknown.value.outcome, unknown.value.retriable) == (Effect.UNKNOWN, False)
    assert "read back" in str(unknown.value)
    assert len(twenty.sent) == 1


@pytest.mark.parametrize("lost", LOST, ids=repr)
def test_a_read_without_an_answer_is_tried_again(twenty: Any, lost: Any) -> None:
    twenty.then(lost, httpx.Response(200, json={"data": {"people": {"totalCount": 3}}}))
    assert twenty.workspace().count("people") == 3


def test_a_write_that_never_left_is_tried_again(twenty: Any) -> None:
    twenty.then(httpx.ConnectError("refused"), httpx.Response(201, json={"data": {"createPeople": [{"id": ID}]}}))
    assert twenty.workspace().create("people", [{"id": ID}]) == [{"id": ID}]


def test_a_workspace_that_stays_down_is_reported_in_one_line_after_a_bounded_wait(twenty: Any, clock: Any) -> None:
    twenty.then(*[httpx.ConnectError("refused")] * 100)
    workspace = twenty.workspace(patience=30)
    workspace.metadata()
    started = clock()
    with pytest.raises(Unreachable) as down:
        workspace.count("people")
    assert 30 <= clock() - started <= 45
    assert str(down.value) == ("Twenty does not answer at http://twenty.test (ConnectError): start it, or correct [twenty] url")


def test_no_address_is_shown_with_its_password() -> None:
    from consumers.twenty.workspace import Workspace

    with Workspace("http://user:hunter2@127.0.0.1:1/", "key", patience=0) as workspace:
        with pytest.raises(Unreachable) as down:
            workspace.metadata()
        assert "hunter2" not in str(down.value)
        assert workspace.url == "http://127.0.0.1:1"


@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(401, json={"statusCode": 401, "messages": ["Token invalid."], "error": "UNAUTHENTICATED"}),
        httpx.Response(
            403, json={"statusCode": 403, "messages": ["Missing authentication token"], "error": "FORBIDDEN_EXCEPTION"}
        ),
        graphql_error("Token invalid.", "UNAUTHENTICATED"),
        graphql_error("Forbidden resource", "FORBIDDEN"),
    ],
)
def test_a_wrong_key_is_reported_at_once_and_without_the_key(twenty: Any, response: httpx.Response) -> None:
    twenty.then(response)
    with pytest.raises(Unauthorised, match="CUTOVER_TWENTY__API_KEY") as wrong:
        twenty.workspace().count("people")
    assert "the-key" not in str(wrong.value)
    assert wrong.value.outcome is Effect.NOT_APPLIED


@pytest.mark.parametrize("key", ["", "  ", "ключ"])
def test_a_key_that_is_none_is_never_sent(key: str) -> None:
    from consumers.twenty.workspace import Workspace

    with Workspace("http://twenty.test", key) as workspace, pytest.raises(Unauthorised):
        workspace.metadata()


def test_a_record_that_is_gone(twenty: Any) -> None:
    gone = {"statusCode": 404, "error": "NotFoundException", "messages": ["Record not found"]}
    twenty.then(httpx.Response(404, json=gone))
    with pytest.raises(NotFound) as missing:
        twenty.workspace().update("people", ID, {"jobTitle": SECRET})
    assert ID in str(missing.value)
    assert SECRET not in str(missing.value)


def test_graphql_names_the_record_that_holds_a_duplicate(twenty: Any) -> None:
    twenty.then(graphql_error("A duplicate entry was detected", conflictingRecordId=ID, conflictingObjectNameSingular="person"))
    with pytest.raises(Refused) as refused:
        twenty.workspace().update_many("people", [ID], {"pbnId": SECRET})
    assert (refused.value.kind, refused.value.conflicting_id) == (Refusal.DUPLICATE, ID)


def test_graphql_errors_without_extensions_are_understood(twenty: Any) -> None:
    twenty.then(httpx.Response(200, json={"errors": [{"message": 'Cannot query field "people" on type "Query".'}]}))
    with pytest.raises(Refused) as refused:
        twenty.workspace().count("people")
    assert refused.value.kind is Refusal.UNKNOWN_OBJECT


def test_a_server_that_fails_while_reading_is_asked_again_and_reported_in_the_end(twenty: Any) -> None:
    twenty.then(*[graphql_error("boom", "INTERNAL_SERVER_ERROR") for _ in range(100)])
    with pytest.raises(ServerFault, match="INTERNAL_SERVER_ERROR"):
        twenty.workspace(patience=20).count("people")
    assert len(twenty.sent) > 3


@pytest.mark.parametrize(
    "page",
    [
        httpx.Response(200, text="<html>Welcome</html>"),
        httpx.Response(302, headers={"Location": "https://elsewhere.test"}),
        httpx.Response(404, json={"message": "Cannot POST /graphql", "error": "Not Found", "statusCode": 404}),
        httpx.Response(200, json={"data": None}),
        httpx.Response(200, json={"hello": "world"}),
    ],
)
def test_an_answer_that_is_not_twentys_points_to_the_address(twenty: Any, page: httpx.Response) -> None:
    twenty.then(page)
    with pytest.raises(UnexpectedAnswer, match=r"\[twenty\] url"):
        twenty.workspace().count("people")


def test_after_a_write_it_leaves_the_outcome_unknown(twenty: Any) -> None:
    twenty.then(httpx.Response(200, text="<html>Welcome</html>"), httpx.Response(200, json={"data": {}}))
    workspace = twenty.workspace()
    for act in (lambda: workspace.create("people", [{"id": ID}]), lambda: workspace.destroy("people", [ID])):
        with pytest.raises(UnexpectedAnswer) as unexpected:
            act()
        assert unexpected.value.outcome is Effect.UNKNOWN


def test_a_text_that_is_no_unicode_is_refused_before_anything_leaves(twenty: Any) -> None:
    with pytest.raises(Refused) as refused:
        twenty.workspace().create("people", [{"id": ID, "jobTitle": "half a pair: \ud83d"}])
    assert (refused.value.kind, twenty.sent) == (Refusal.VALUE, [])


def test_every_error_says_whether_it_may_be_repeated_and_what_it_did() -> None:
    def tree(error: type[TwentyError]) -> list[type[TwentyError]]:
        return [error] + [one for kind in error.__subclasses__() for one in tree(kind)]

    for error in tree(TwentyError):
        assert isinstance(error.retriable, bool)
        assert isinstance(error.outcome, Effect)
        assert not (error.retriable and error.outcome is not Effect.NOT_APPLIED)


@pytest.mark.parametrize(("begun", "outcome"), [(True, Effect.UNKNOWN), (False, Effect.NOT_APPLIED)])
def test_a_refusal_that_names_none_of_several_changes_leaves_open_which_were_made(begun: bool, outcome: Effect) -> None:
    call = Call(
        method="POST", path="/metadata", purpose="change it", surface=Surface.METADATA, writes=True, graphql=True, roots=2
    )
    said = {"errors": [{"message": "no", "extensions": {"code": "METADATA_VALIDATION_FAILED"}}]} | (
        {"data": None} if begun else {}
    )
    with pytest.raises(Refused) as refused:
        payload(call, httpx.Response(200, json=said))
    assert (refused.value.outcome, refused.value.roots) == (outcome, ())
