"""A value that Twenty would refuse costs the value, never the record; one that it takes goes out as it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from projections.desired import Desired, LostValue, Projected
from projections.valid import MISSING_FIELD, valid
from tests.projections.practice import context

RECORDINGS = Path(__file__).parents[1] / "rehearsal" / "contract"
PERSON = UUID(int=7)
TYPES = {
    ("people", "id"): "UUID",
    ("people", "name"): "FULL_NAME",
    ("people", "emails"): "EMAILS",
    ("people", "phones"): "PHONES",
    ("people", "mailingAddress"): "ADDRESS",
    ("people", "patientStatus"): "SELECT",
    ("people", "dateOfBirth"): "DATE",
    ("people", "jobTitle"): "TEXT",
    ("people", "companyId"): "RELATION",
    ("people", "vip"): "BOOLEAN",
    ("tasks", "dueAt"): "DATE_TIME",
    ("tasks", "bodyV2"): "RICH_TEXT",
    ("insuranceClaims", "serviceDate"): "DATE",
    ("treatmentPlans", "lineItemCount"): "NUMBER",
    ("treatmentPlans", "lineItems"): "RAW_JSON",
    ("treatmentPlans", "patientId"): "RELATION",
    ("billingRecords", "outstandingBalance"): "CURRENCY",
}
OPTIONS = {("people", "patientStatus"): {"active": "ACTIVE", "inactive": "INACTIVE"}}


def held(plural: str, **values: Any) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """Return the values that go out, and (field, reason) of those that were lost."""
    desired = Desired(object=plural, id=PERSON, pbn_id="fern:patient:7", values=values)
    one = valid(Projected(records=(desired,)), context(types=TYPES, options=OPTIONS, knows_all_fields=True))
    assert {x.object for x in one.lost} <= {plural}
    return dict(one.records[0].values), [(x.field, x.reason) for x in one.lost]


FIELDS = {
    "values-phones": ("people", "phones"),
    "values-emails": ("people", "emails"),
    "values-select": ("people", "patientStatus"),
    "values-dates": ("insuranceClaims", "serviceDate"),
    "values-number-boolean": ("treatmentPlans", "lineItemCount"),
    "values-currency": ("billingRecords", "outstandingBalance"),
    "values-rich-text": ("tasks", "bodyV2"),
}


def recorded(*, refused: bool) -> Iterator[Any]:
    """Yield (plural, field, value) of every value that a real Twenty refused, or took."""
    for name, (plural, field) in FIELDS.items():
        for step in json.loads((RECORDINGS / f"{name}.json").read_text(encoding="utf-8"))["steps"]:
            body, path = step["request"].get("json"), step["request"]["path"]
            value = body.get(field, ...) if isinstance(body, dict) else ...
            recorded_so = path.startswith(f"/rest/{plural}") and (step["expect"]["status"] >= 400) is refused
            if recorded_so and value is not ... and "$text" not in str(value):
                yield pytest.param(plural, field, value, id=f"{name}: {step['about']}")


@pytest.mark.parametrize(("plural", "field", "value"), list(recorded(refused=True)))
def test_what_a_real_twenty_refused_is_not_sent(plural: str, field: str, value: Any) -> None:
    assert held(plural, **{field: value})[0].get(field) != value


@pytest.mark.parametrize(("plural", "field", "value"), list(recorded(refused=True)))
def test_what_is_sent_in_its_place_is_not_refused_again(plural: str, field: str, value: Any) -> None:
    once = held(plural, **{field: value})[0]
    assert held(plural, **once) == (once, [])


@pytest.mark.parametrize(("plural", "field", "value"), [p for p in recorded(refused=False) if p.values[1] == "emails"])
def test_e_mails_that_a_real_twenty_took_are_sent(plural: str, field: str, value: Any) -> None:
    if value and "" not in (value.get("additionalEmails") or []):
        assert held(plural, **{field: value}) == ({field: value}, [])


def test_a_good_record_goes_out_as_it_is() -> None:
    values = {
        "name": {"firstName": "Zoë", "lastName": "O'Brien"},
        "emails": {"primaryEmail": "zoe@x.example", "additionalEmails": ["z.o+b@x.example"]},
        "phones": {"primaryPhoneNumber": "+14155550101", "additionalPhones": [{"number": "+14155550102"}]},
        "patientStatus": "ACTIVE",
        "dateOfBirth": "1970-02-03",
        "companyId": str(PERSON),
        "vip": False,
        "jobTitle": "",
    }
    assert held("people", **values) == (values, [])


def test_blanks_are_blanks() -> None:
    values = {
        "emails": {"primaryEmail": "", "additionalEmails": []},
        "phones": {
            "primaryPhoneNumber": "",
            "primaryPhoneCountryCode": "",
            "primaryPhoneCallingCode": "",
            "additionalPhones": [],
        },
        "patientStatus": None,
        "dateOfBirth": None,
        "companyId": None,
    }
    assert held("people", **values) == (values, [])
    assert held("billingRecords", outstandingBalance={"amountMicros": None, "currencyCode": ""})[1] == []


def test_of_several_addresses_the_bad_ones_are_lost() -> None:
    mails = {"primaryEmail": "ann@x", "additionalEmails": ["a b@x.example", "c@x.example"]}
    assert held("people", emails=mails) == (
        {"emails": {"primaryEmail": "ann@x", "additionalEmails": ["c@x.example"]}},
        [("emails", "invalid_email")],
    )


def test_where_the_first_number_is_lost_the_next_one_is_the_first() -> None:
    phones = {"primaryPhoneNumber": "call me", "additionalPhones": [{"number": "+14155550102"}, {"number": "5550103"}]}
    assert held("people", phones=phones) == (
        {"phones": {"primaryPhoneNumber": "+14155550102", "additionalPhones": []}},
        [("phones", "invalid_phone")],
    )


def test_a_text_loses_only_the_characters_that_cannot_be_stored() -> None:
    assert held("people", jobTitle="a\x00b\ud800c") == ({"jobTitle": "abc"}, [("jobTitle", "invalid_text")])
    assert held("tasks", bodyV2={"markdown": "a\x00b"}) == ({"bodyV2": {"markdown": "ab"}}, [("bodyV2", "invalid_text")])
    lines = [{"code": "D\x000120", "fee": 5}]
    assert held("treatmentPlans", lineItems=lines)[0] == {"lineItems": [{"code": "D0120", "fee": 5}]}


def test_a_word_without_an_option_a_day_that_is_none_a_link_to_nothing_are_left_blank() -> None:
    assert held("people", patientStatus="ARCHIVED", dateOfBirth="2023-02-29", companyId="nope", vip="yes") == (
        {"patientStatus": None, "dateOfBirth": None, "companyId": None, "vip": None},
        [
            ("patientStatus", "unknown_option"),
            ("dateOfBirth", "invalid_date"),
            ("companyId", "invalid_relation"),
            ("vip", "invalid_boolean"),
        ],
    )


def test_a_number_that_is_none_is_left_blank() -> None:
    for value in (float("nan"), float("inf"), True, "4"):
        assert held("treatmentPlans", lineItemCount=value) == ({"lineItemCount": None}, [("lineItemCount", "invalid_number")])


def test_a_field_that_the_workspace_lacks_is_left_out_and_reported() -> None:
    assert held("people", jobTitle="Baker", shoeSize="44") == ({"jobTitle": "Baker"}, [("shoeSize", MISSING_FIELD)])


def test_an_object_that_the_workspace_lacks_is_twentys_to_refuse() -> None:
    assert held("ghosts", name="Boo") == ({"name": "Boo"}, [])


def test_where_not_all_fields_are_known_nothing_is_left_out() -> None:
    desired = Desired(object="people", id=PERSON, pbn_id=None, values={"shoeSize": "44"})
    assert valid(Projected(records=(desired,)), context(types=TYPES)).records == (desired,)


def test_what_was_lost_before_is_kept() -> None:
    before = LostValue(object="people", field="phones", reason="invalid_phone")
    assert valid(Projected(records=(), missing_words=(), lost=(before,)), context()).lost == (before,)


@pytest.mark.parametrize("micros", [2**53, 2**53 + 1, 2**63 - 1, 1 - 2**63, 0])
def test_amounts_up_to_twentys_largest_go_out_as_they_are(micros: int) -> None:
    """Its column holds 64 bits: more than the 53 that a JavaScript number holds."""
    money = {"amountMicros": micros, "currencyCode": "USD"}
    assert held("billingRecords", outstandingBalance=money) == ({"outstandingBalance": money}, [])


@pytest.mark.parametrize("micros", [2**63, -(2**63), 2**64, True, 1.5])
def test_amounts_that_twenty_cannot_hold_are_lost(micros: object) -> None:
    money = {"amountMicros": micros, "currencyCode": "USD"}
    blank = {"amountMicros": None, "currencyCode": ""}
    assert held("billingRecords", outstandingBalance=money) == (
        {"outstandingBalance": blank},
        [("outstandingBalance", "invalid_money")],
    )
