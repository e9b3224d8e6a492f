"""A patient's balance becomes a billingRecord."""

from datetime import date

import pytest

from events.vocabulary.entities import Entity
from projections.desired import MissingWord
from tests.projections.practice import ADAS_ID, desired, fields_of, projected

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
        "name": "Account balance",
        "patientId": str(ADAS_ID),
        "outstandingBalance": {"amountMicros": -1_234_500_000, "currencyCode": "USD"},
        "paymentPlanStatus": "CURRENT",
        "lastPaymentDate": "2026-02-28",
        "asOfDate": "2026-03-09",
    }


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
