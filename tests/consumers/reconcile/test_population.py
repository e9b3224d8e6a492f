"""When a field of Twenty counts as filled."""

from __future__ import annotations

from typing import Any

import pytest

from consumers.reconcile.population import Population, has_value


@pytest.mark.parametrize(
    ("kind", "value", "filled"),
    [
        ("TEXT", "", False),
        ("TEXT", "x", True),
        ("NUMBER", 0, True),
        ("BOOLEAN", False, True),
        ("SELECT", None, False),
        ("CURRENCY", {"amountMicros": None, "currencyCode": "USD"}, False),
        ("CURRENCY", {"amountMicros": 0, "currencyCode": "USD"}, True),
        ("PHONES", {"primaryPhoneNumber": "", "primaryPhoneCountryCode": "US", "additionalPhones": []}, False),
        ("PHONES", {"primaryPhoneNumber": "3125550101", "additionalPhones": []}, True),
        ("EMAILS", {"primaryEmail": "", "additionalEmails": []}, False),
        ("EMAILS", {"primaryEmail": "", "additionalEmails": ["a@b.example"]}, True),
        ("RICH_TEXT", {"markdown": "", "blocknote": "[{}]"}, False),
        ("RICH_TEXT", {"markdown": "words", "blocknote": None}, True),
        ("FULL_NAME", {"firstName": "", "lastName": ""}, False),
        ("RAW_JSON", [], False),
        ("PHONES", None, False),
    ],
)
def test_a_value_that_says_something_is_filled(kind: str, value: Any, filled: bool) -> None:
    assert has_value(kind, value) is filled


def test_rates_are_rounded_to_four_digits() -> None:
    population = Population({"name": "TEXT"})
    for text in ("x", "", ""):
        population.count({"name": text}, {"name": text})
    assert population.rates() == {"name": 0.3333}


def test_a_field_that_no_record_has_is_empty() -> None:
    assert Population({}, ["status"]).rates() == {"status": 0.0}
