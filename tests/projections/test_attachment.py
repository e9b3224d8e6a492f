"""A document becomes an attachment on its person."""

from datetime import UTC, datetime

import pytest

from events.vocabulary.entities import Entity
from projections.desired import Upload
from tests.projections.practice import ADAS_ID, desired, fields_of

DIGEST = "ab" * 32
DOCUMENT = {
    "patient_id": "1042",
    "file_name": "x-ray left.png",
    "path": "documents/0017.png",
    "sha256": DIGEST,
    "size": 2048,
    "created_at": datetime(2026, 3, 9, 16, 30, tzinfo=UTC),
}


def test_a_document_as_an_attachment():
    assert fields_of(Entity.DOCUMENT, DOCUMENT) == {
        "pbnId": "riverside:document:77",
        "name": "x-ray left.png",
        "targetPersonId": str(ADAS_ID),
        "originalCreateDate": "2026-03-09T16:30:00.000Z",
        "file": [{"sha256": DIGEST, "label": "x-ray left.png"}],
    }


def test_the_bytes_are_uploaded_under_their_original_name():
    record = desired(Entity.DOCUMENT, DOCUMENT)
    assert record.upload == Upload(path="documents/0017.png", sha256=DIGEST, name="x-ray left.png")
    assert (record.object, record.needs) == ("attachments", ("people", ADAS_ID))


@pytest.mark.parametrize("missing", [None, ""])
def test_a_document_whose_bytes_are_not_in_the_extract_uploads_nothing(missing):
    record = desired(Entity.DOCUMENT, {**DOCUMENT, "sha256": missing})
    assert (record.upload, "file" in record.values) == (None, False)


def test_a_document_without_a_date_keeps_the_date_that_twenty_gives():
    values = fields_of(Entity.DOCUMENT, {**DOCUMENT, "created_at": None})
    assert (values["originalCreateDate"], "createdAt" in values) == (None, False)


def test_a_document_without_a_patient_belongs_to_nobody():
    record = desired(Entity.DOCUMENT, {**DOCUMENT, "patient_id": None})
    assert (record.values["targetPersonId"], record.needs) == (None, None)
