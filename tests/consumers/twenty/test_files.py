"""A document's bytes are sent in the way that the server offers; a lost answer does no harm."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from consumers.twenty.direct_upload import ATTEMPTS, address_of
from consumers.twenty.files import with_extension
from consumers.twenty.transport.errors import Refusal, Refused, ServerFault, UnexpectedAnswer
from consumers.twenty.workspace import Workspace

FILE_ID = "8f0e5c1a-1f3e-4b51-9a57-0d6f0d1c7001"
OWN = f"http://inner-name:3000/file-upload/{FILE_ID}?token=abc.def"
STORAGE = f"https://bucket.s3.example/files-field/{FILE_ID}.pdf?X-Amz-Signature=abc"
OLD = ("uploadFilesFieldFile",)
BOTH = ("uploadFilesFieldFile", "createFileUpload")


def announced(url: str = OWN, content_type: str = "application/octet-stream") -> httpx.Response:
    target = {"fileId": FILE_ID, "uploadUrl": url, "contentType": content_type}
    return httpx.Response(200, json={"data": {"createFileUpload": target}})


def refused(words: str, code: str = "INTERNAL_SERVER_ERROR") -> httpx.Response:
    return httpx.Response(200, json={"data": None, "errors": [{"message": words, "extensions": {"code": code}}]})


STORED = httpx.Response(204)
COMPLETED = httpx.Response(200, json={"data": {"completeFileUpload": {"id": FILE_ID}}})
MISMATCH = httpx.Response(400, json={"statusCode": 400, "messages": ["Uploaded 2 bytes but 4 were declared"]})


class TestInThreeSteps:
    def test_announced_put_and_completed(self, twenty: Any) -> None:
        twenty.then(announced(content_type="application/x-any"), STORED, COMPLETED)
        assert twenty.workspace().upload("consent form.txt", b"I agree.\n") == FILE_ID
        announcement, put, completion = twenty.sent
        assert b'"n":"consent form.txt","s":9,"f":"field-file"' in announcement.content
        assert (put.method, put.content, put.headers["content-type"]) == ("PUT", b"I agree.\n", "application/x-any")
        assert b"completeFileUpload" in completion.content

    def test_the_address_holds_its_permission_and_does_not_get_the_key(self, twenty: Any) -> None:
        twenty.then(announced(STORAGE), STORED, COMPLETED)
        twenty.workspace().upload("x.pdf", b"%PDF")
        assert [("authorization" in request.headers) for request in twenty.sent] == [True, False, True]

    def test_the_permission_is_told_to_nobody(self, twenty: Any) -> None:
        told: list[str] = []
        twenty.then(announced(), STORED, COMPLETED)
        twenty.workspace(on_request=lambda _method, path: told.append(path)).upload("x.pdf", b"%PDF")
        assert told[-2] == f"/file-upload/{FILE_ID}"

    def test_a_file_counts_as_one_upload(self, twenty: Any) -> None:
        twenty.then(announced(), STORED, COMPLETED)
        workspace = twenty.workspace()
        workspace.upload("x.pdf", b"%PDF")
        assert workspace.uploads == 1

    def test_the_server_is_asked_once_what_it_offers(self, twenty: Any) -> None:
        twenty.then(*[announced(), STORED, COMPLETED] * 3)
        workspace = twenty.workspace()
        for _ in range(3):
            workspace.upload("x.pdf", b"%PDF")
        assert twenty.listed == 1

    @pytest.mark.parametrize("lost", [httpx.ReadTimeout("slow"), httpx.Response(502), httpx.ReadError("reset")], ids=repr)
    def test_a_step_without_an_answer_is_repeated(self, twenty: Any, lost: Any) -> None:
        twenty.then(lost, announced(), lost, STORED, lost, COMPLETED)
        assert twenty.workspace().upload("x.pdf", b"%PDF") == FILE_ID

    @pytest.mark.parametrize(
        "failure",
        [
            [MISMATCH],
            [httpx.Response(403, text="<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>")],
            [STORED, refused(f"File {FILE_ID} has not been uploaded to storage yet")],
            [STORED, refused(f"File {FILE_ID} has 2 bytes in storage but 4 were declared", "BAD_USER_INPUT")],
            [STORED, refused(f"File not found: {FILE_ID}", "NOT_FOUND")],
        ],
        ids=["bytes lost", "expired", "not there", "half there", "cleaned up"],
    )
    def test_bytes_that_did_not_arrive_are_announced_and_put_again(self, twenty: Any, failure: list[Any]) -> None:
        twenty.then(announced(), *failure, announced(), STORED, COMPLETED)
        assert twenty.workspace().upload("x.pdf", b"%PDF") == FILE_ID

    def test_one_file_that_never_arrives_is_a_fault_and_no_refusal(self, twenty: Any) -> None:
        twenty.then(*[announced(), MISMATCH] * ATTEMPTS)
        with pytest.raises(ServerFault, match="file storage"):
            twenty.workspace().upload("x.pdf", b"%PDF")
        assert twenty.answers == []

    @pytest.mark.parametrize(
        ("answers", "kind"),
        [
            ([refused("Invalid file size 2000000000 (max 1073741824 bytes)")], Refusal.TOO_LARGE),
            ([announced(), httpx.Response(413, json={"messages": ["Upload exceeds declared size"]})], Refusal.TOO_LARGE),
            ([announced(), STORED, refused("File content does not match its extension. The file has …")], Refusal.VALUE),
        ],
    )
    def test_a_file_that_twenty_does_not_take_is_refused_at_once(self, twenty: Any, answers: list[Any], kind: Refusal) -> None:
        twenty.then(*answers)
        with pytest.raises(Refused) as no:
            twenty.workspace().upload("x.pdf", b"%PDF")
        assert (no.value.kind, twenty.answers) == (kind, [])

    @pytest.mark.parametrize(
        "answers",
        [
            [httpx.Response(200, json={"data": {"createFileUpload": None}})],
            [httpx.Response(200, json={"data": {"createFileUpload": {"fileId": FILE_ID}}})],
            [announced("ftp://x.example/y")],
            [announced(), STORED, httpx.Response(200, json={"data": {"completeFileUpload": {"id": "another"}}})],
        ],
    )
    def test_answers_of_another_form_are_not_understood(self, twenty: Any, answers: list[Any]) -> None:
        twenty.then(*answers)
        with pytest.raises(UnexpectedAnswer):
            twenty.workspace().upload("x.pdf", b"%PDF")

    def test_a_busy_file_storage_is_tried_again_and_does_not_pause_the_workspace(self, twenty: Any) -> None:
        twenty.then(announced(STORAGE), httpx.Response(429), httpx.Response(503), STORED, COMPLETED)
        workspace = twenty.workspace()
        assert workspace.upload("x.pdf", b"%PDF") == FILE_ID
        assert workspace.limited == 0


class TestTheAddress:
    @pytest.mark.parametrize(
        ("announced", "server", "put_to"),
        [
            (OWN, "http://127.0.0.1:3000", f"/file-upload/{FILE_ID}?token=abc.def"),
            (OWN, "https://crm.example/twenty", f"/file-upload/{FILE_ID}?token=abc.def"),
            (OWN.replace("/file", "/twenty/file"), "https://crm.example/twenty", f"/file-upload/{FILE_ID}?token=abc.def"),
            (STORAGE, "https://crm.example", STORAGE),
            (STORAGE.replace("https", "http"), "http://crm.example", STORAGE.replace("https", "http")),
        ],
    )
    def test_the_servers_own_is_reached_where_we_reach_the_server(self, announced: str, server: str, put_to: str) -> None:
        assert address_of(announced, FILE_ID, server) == put_to

    def test_documents_do_not_leave_encryption_behind(self) -> None:
        with pytest.raises(UnexpectedAnswer, match="unencrypted"):
            address_of(STORAGE.replace("https", "http"), FILE_ID, "https://crm.example")


class TestAtOnce:
    def test_the_bytes_go_as_multipart_to_a_server_that_has_only_that(self, twenty: Any) -> None:
        twenty.offers = OLD
        twenty.then(httpx.Response(200, json={"data": {"uploadFilesFieldFile": {"id": FILE_ID}}}))
        assert twenty.workspace().upload("consent form.txt", b"I agree.\n", "text/plain") == FILE_ID
        [request] = twenty.sent
        assert request.url.path == "/metadata"
        for part in (
            b'name="operations"',
            b'"f":"field-file"',
            b'{"0": ["variables.file"]}',
            b'filename="consent form.txt"',
            b"I agree.\n",
        ):
            assert part in request.content

    def test_an_upload_without_an_answer_is_simply_sent_again(self, twenty: Any) -> None:
        twenty.offers = OLD
        good = httpx.Response(200, json={"data": {"uploadFilesFieldFile": {"id": FILE_ID}}})
        twenty.then(httpx.ReadTimeout("slow"), httpx.Response(502), good)
        assert twenty.workspace().upload("x.pdf", b"%PDF") == FILE_ID

    def test_an_upload_without_an_id_is_not_understood(self, twenty: Any) -> None:
        twenty.offers = OLD
        twenty.then(httpx.Response(200, json={"data": {"uploadFilesFieldFile": None}}))
        with pytest.raises(UnexpectedAnswer):
            twenty.workspace().upload("x.pdf", b"%PDF")

    def test_an_empty_file_goes_this_way_where_there_are_both(self, twenty: Any) -> None:
        twenty.offers = BOTH
        twenty.then(httpx.Response(200, json={"data": {"uploadFilesFieldFile": {"id": FILE_ID}}}))
        assert twenty.workspace().upload("x.txt", b"") == FILE_ID
        twenty.offers = ("createFileUpload",)
        with pytest.raises(Refused, match="empty"):
            twenty.workspace().upload("x.txt", b"")


class TestWhereTheServerListsNothing:
    NO_SCHEMA = refused("GraphQL introspection is not allowed", "GRAPHQL_VALIDATION_FAILED")
    """To the question what it offers, and to the one for the usage limits."""

    def test_three_steps_are_tried_once_and_remembered(self, twenty: Any) -> None:
        twenty.offers = None
        twenty.then(self.NO_SCHEMA, self.NO_SCHEMA, announced(), *[announced(), STORED, COMPLETED] * 2)
        workspace = twenty.workspace()
        for _ in range(2):
            assert workspace.upload("x.pdf", b"%PDF") == FILE_ID
        assert twenty.answers == []

    def test_and_if_there_are_none_the_other_way_is_taken(self, twenty: Any) -> None:
        twenty.offers = None
        none = refused('Cannot query field "createFileUpload" on type "Mutation".', "GRAPHQL_VALIDATION_FAILED")
        good = httpx.Response(200, json={"data": {"uploadFilesFieldFile": {"id": FILE_ID}}})
        twenty.then(self.NO_SCHEMA, self.NO_SCHEMA, none, good, good)
        workspace = twenty.workspace()
        for _ in range(2):
            assert workspace.upload("x.pdf", b"%PDF") == FILE_ID
        assert twenty.answers == []

    def test_a_server_without_any_way_that_we_know_is_not_understood(self, twenty: Any) -> None:
        twenty.offers = ("uploadFileInAnotherWay",)
        with pytest.raises(UnexpectedAnswer, match="no way to upload"):
            twenty.workspace().upload("x.pdf", b"%PDF")


@pytest.mark.parametrize("version", ["2.21", "2.40", "2.43"])
def test_a_rehearsal_workspace_of_each_form_takes_and_gives_back_a_document(
    serve_rehearsal: Callable[..., str], version: str
) -> None:
    url = serve_rehearsal("key", rate_limit=0, like=version)
    with Workspace(url, "key", rate_limit=0) as workspace:
        file_id = workspace.upload("x-ray", b"%PDF-1.4\n", "application/pdf")
        [made] = workspace.create("attachments", [{"name": "x-ray", "file": [{"fileId": file_id, "label": "x-ray"}]}])
        assert made["file"] == [{"fileId": file_id, "label": "x-ray"}]
    [entry] = httpx.get(f"{url}/rest/attachments/{made['id']}", headers={"Authorization": "Bearer key"}).json()["data"][
        "attachment"
    ]["file"]
    assert httpx.get(entry["url"]).content == b"%PDF-1.4\n"


@pytest.mark.parametrize(
    ("name", "kind", "sent"),
    [
        ("x-ray.pdf", "application/pdf", "x-ray.pdf"),
        ("consent", "application/pdf", "consent.pdf"),
        ("consent.", "text/plain", "consent.txt"),
        ("scan", "application/octet-stream", "scan.bin"),
        (".", "image/x-nobody-knows", "file.bin"),
    ],
)
def test_a_name_without_an_extension_gets_one(name: str, kind: str, sent: str) -> None:
    assert with_extension(name, kind) == sent
