"""A patient's balance becomes a billingRecord."""

from dataclasses import replace
from datetime import date

import pytest

from events.vocabulary.entities import Entity
from projections.desired import MissingWord
from tests.projections.practice import ADAS_ID, PRACTICE, desired, fields_of, projected

BALANCE = {
    "patient_id": "1042",
    "balance": -1_234_500_000,
    "payment_plan_status": "Current",
    "last_payment_date": date(2026, 2, 28),
    "as_of_date": date(2026, 3, 9),
}


def test_a_balance_as_a_record():
    assert fields_of(Entity.BILLING, BALANCE) == {
        "pbnId": "riverside:billing:77",
        "name": "-$1,234.50 · Mar 9, 2026",
        "patientId": str(ADAS_ID),
        "outstandingBalance": {"amountMicros": -1_234_500_000, "currencyCode": "USD"},
        "paymentPlanStatus": "CURRENT",
        "lastPaymentDate": "2026-02-28",
        "asOfDate": "2026-03-09",
    }


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ({"balance": 264_780_000, "as_of_date": date(2026, 11, 16)}, "$264.78 · Nov 16, 2026"),
        ({"balance": 0, "as_of_date": date(2026, 11, 16)}, "$0.00 · Nov 16, 2026"),
        ({"balance": 264_780_000, "last_payment_date": date(2026, 4, 8)}, "$264.78 · last paid Apr 8, 2026"),
        ({"balance": 264_780_000, "payment_plan_status": "In collections"}, "$264.78 · In collections"),
        ({"balance": 264_780_000}, "$264.78"),
        ({"balance": None, "as_of_date": date(2026, 11, 16)}, "Account balance · Nov 16, 2026"),
        ({}, "Account balance"),
    ],
)
def test_the_name_of_a_balance_is_made_of_its_own_fields(said, name):
    assert fields_of(Entity.BILLING, said)["name"] == name


def test_the_name_of_a_balance_has_the_practices_currency():
    practice = replace(PRACTICE, currency="CAD")
    assert fields_of(Entity.BILLING, {"balance": 264_780_000}, practice=practice)["name"] == "CA$264.78"


def test_a_balance_comes_after_its_person():
    record = desired(Entity.BILLING, BALANCE)
    assert (record.object, record.needs) == ("billingRecords", ("people", ADAS_ID))


def test_a_balance_of_nought_is_not_blank():
    assert fields_of(Entity.BILLING, {"balance": 0})["outstandingBalance"] == {"amountMicros": 0, "currencyCode": "USD"}


def test_blanks_clear():
    cleared = fields_of(Entity.BILLING, dict.fromkeys(BALANCE))
    assert cleared == {
        "pbnId": "riverside:billing:77",
        "name": "Account balance",
        "patientId": None,
        "outstandingBalance": {"amountMicros": None, "currencyCode": ""},
        "paymentPlanStatus": None,
        "lastPaymentDate": None,
        "asOfDate": None,
    }


def test_a_column_that_no_extract_had_changes_nothing():
    assert fields_of(Entity.BILLING, {}).keys() == {"pbnId", "name", "patientId"}


@pytest.mark.parametrize("word", ["In collections", "Paused, by agreement"])
def test_a_word_without_an_option_is_reported(word):
    missing = projected(Entity.BILLING, {"payment_plan_status": word}).missing_words
    assert missing == (MissingWord(object="billingRecords", field="paymentPlanStatus", word=word),)
