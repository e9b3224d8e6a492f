"""Two images of the same state are equal, whichever way they were read."""

from __future__ import annotations

from typing import Any

import pytest

from consumers.twenty.images import canonical, selection
from consumers.twenty.metadata import FieldMetadata, ObjectMetadata


def an_object(**fields: str) -> ObjectMetadata:
    made = {
        name: FieldMetadata(id=f"id-{name}", name=name, label=name, type=kind, object_id="o") for name, kind in fields.items()
    }
    return ObjectMetadata(id="o", singular="thing", plural="things", label_singular="Thing", label_plural="Things", fields=made)


REST = {
    "id": "CF61A865-B9B4-5CB6-95B8-D42506A62DE9",
    "name": {"firstName": "Ga", "lastName": ""},
    "balance": {"amountMicros": 1234500000, "currencyCode": "USD"},
    "due": "2025-03-09T15:04:05.000Z",
    "day": "2025-03-09",
    "phones": {
        "primaryPhoneNumber": "4155550101",
        "primaryPhoneCountryCode": "US",
        "primaryPhoneCallingCode": "+1",
        "additionalPhones": [],
    },
    "createdBy": {"source": "API", "workspaceMemberId": None, "name": "key", "context": {}},
    "file": [{"fileId": "f1", "label": "x.pdf", "url": "http://x/file?token=1", "extension": ".pdf"}],
    "count": 3,
    "text": "",
    "searchVector": "'ga':1",
}
GRAPHQL = {
    "__typename": "Thing",
    "id": "cf61a865-b9b4-5cb6-95b8-d42506a62de9",
    "name": {"__typename": "FullName", "firstName": "Ga", "lastName": None},
    "balance": {"amountMicros": "1234500000", "currencyCode": "USD"},
    "due": "2025-03-09T15:04:05Z",
    "day": "2025-03-09T00:00:00.000Z",
    "phones": {"primaryPhoneNumber": "4155550101", "primaryPhoneCountryCode": "US", "primaryPhoneCallingCode": "+1"},
    "createdBy": {"source": "API", "workspaceMemberId": None, "name": "key"},
    "file": [{"fileId": "f1", "label": "x.pdf", "url": "http://x/file?token=2"}],
    "count": 3.0,
    "text": None,
}
THING = an_object(
    id="UUID",
    name="FULL_NAME",
    balance="CURRENCY",
    due="DATE_TIME",
    day="DATE",
    phones="PHONES",
    createdBy="ACTOR",
    file="FILES",
    count="NUMBER",
    text="TEXT",
    searchVector="TS_VECTOR",
)


def test_rest_and_graphql_come_out_the_same() -> None:
    assert canonical([REST], THING) == canonical([GRAPHQL], THING)


def test_an_image_has_only_what_was_answered_and_nothing_the_server_makes_for_itself() -> None:
    (image,) = canonical([REST | {"unheardOf": 1}], THING)
    assert set(image) == set(REST) - {"searchVector"}
    assert canonical([{"id": "x"}], THING) == [{"id": "x"}]
    assert image["file"] == [{"fileId": "f1", "label": "x.pdf"}]
    assert "context" not in image["createdBy"]


@pytest.mark.parametrize(
    ("kind", "value", "image"),
    [
        ("CURRENCY", {"amountMicros": None, "currencyCode": None}, {"amountMicros": None, "currencyCode": None}),
        ("CURRENCY", None, {"amountMicros": None, "currencyCode": None}),
        ("CURRENCY", {"amountMicros": "-5", "currencyCode": "USD"}, {"amountMicros": -5, "currencyCode": "USD"}),
        ("EMAILS", {"primaryEmail": None, "additionalEmails": None}, {"primaryEmail": "", "additionalEmails": []}),
        ("RICH_TEXT", {"markdown": None}, {"blocknote": None, "markdown": ""}),
        ("DATE_TIME", "2025-03-09T15:04:05.678901+00:00", "2025-03-09T15:04:05.678Z"),
        ("DATE_TIME", "2025-03-09T15:04:05-08:00", "2025-03-09T23:04:05.000Z"),
        ("DATE_TIME", "0001-01-01T00:00:00.000Z", "0001-01-01T00:00:00.000Z"),
        ("DATE_TIME", None, None),
        ("FILES", [], None),
        ("RAW_JSON", [{"fee": 1.5}], [{"fee": 1.5}]),
        ("SELECT", None, None),
        ("NUMERIC", "1.5", 1.5),
        ("BOOLEAN", False, False),
    ],
)
def test_each_type_has_one_form(kind: str, value: Any, image: Any) -> None:
    assert canonical([{"x": value}], an_object(x=kind)) == [{"x": image}]


def test_a_composite_is_selected_with_all_its_parts() -> None:
    assert selection("emails", THING.fields["phones"]).startswith("emails { primaryPhoneNumber ")
    assert selection("file", THING.fields["file"]) == "file { fileId label }"
    assert selection("text", THING.fields["text"]) == "text"
