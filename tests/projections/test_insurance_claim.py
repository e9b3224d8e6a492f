"""An insurance claim becomes an insuranceClaim."""

from datetime import date

import pytest

from events.vocabulary.entities import Entity
from projections.desired import MissingWord
from tests.projections.practice import ADAS_ID, desired, fields_of, projected

CLAIM = {
    "patient_id": "1042",
    "number": "C-2026-9",
    "status": "PAID",
    "submitted_amount": 210_500_000,
    "paid_amount": 0,
    "adjustment_amount": -10_000,
    "carrier": "Northern Mutual, Inc.",
    "service_date": date(2026, 3, 1),
}


def test_a_claim_as_a_record():
    assert fields_of(Entity.CLAIM, CLAIM) == {
        "pbnId": "riverside:claim:77",
        "name": "C-2026-9",
        "patientId": str(ADAS_ID),
        "status": "PAID",
        "submittedAmount": {"amountMicros": 210_500_000, "currencyCode": "USD"},
        "paidAmount": {"amountMicros": 0, "currencyCode": "USD"},
        "adjustmentAmount": {"amountMicros": -10_000, "currencyCode": "USD"},
        "carrier": "Northern Mutual, Inc.",
        "serviceDate": "2026-03-01",
    }


def test_a_claim_comes_after_its_person():
    record = desired(Entity.CLAIM, CLAIM)
    assert (record.object, record.needs) == ("insuranceClaims", ("people", ADAS_ID))


@pytest.mark.parametrize("blank", [{}, {"number": None}, {"number": ""}])
def test_a_claim_without_a_number_is_named_by_its_native_id(blank):
    assert fields_of(Entity.CLAIM, blank)["name"] == "77"


def test_blanks_clear():
    cleared = fields_of(Entity.CLAIM, dict.fromkeys(CLAIM))
    blank = {"amountMicros": None, "currencyCode": ""}
    assert cleared == {
        "pbnId": "riverside:claim:77",
        "name": "77",
        "patientId": None,
        "status": None,
        "submittedAmount": blank,
        "paidAmount": blank,
        "adjustmentAmount": blank,
        "carrier": "",
        "serviceDate": None,
    }


def test_a_column_that_no_extract_had_changes_nothing():
    assert fields_of(Entity.CLAIM, {}).keys() == {"pbnId", "name", "patientId"}


def test_a_status_without_an_option_is_reported():
    missing = projected(Entity.CLAIM, {"status": "On hold"}).missing_words
    assert missing == (MissingWord(object="insuranceClaims", field="status", word="On hold"),)
