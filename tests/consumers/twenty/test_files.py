"""A document's bytes are sent as Twenty wants them."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from consumers.twenty.errors import UnexpectedAnswer
from consumers.twenty.files import with_extension

FILE_ID = "8f0e5c1a-1f3e-4b51-9a57-0d6f0d1c7001"


def test_the_bytes_go_as_multipart_to_the_metadata_api(twenty: Any) -> None:
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


def test_an_upload_without_an_answer_is_simply_sent_again(twenty: Any) -> None:
    good = httpx.Response(200, json={"data": {"uploadFilesFieldFile": {"id": FILE_ID}}})
    twenty.then(httpx.ReadTimeout("slow"), httpx.Response(502), good)
    assert twenty.workspace().upload("x.pdf", b"%PDF") == FILE_ID


def test_an_upload_without_an_id_is_not_understood(twenty: Any) -> None:
    twenty.then(httpx.Response(200, json={"data": {"uploadFilesFieldFile": None}}))
    with pytest.raises(UnexpectedAnswer):
        twenty.workspace().upload("x.pdf", b"%PDF")


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
