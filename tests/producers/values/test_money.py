from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.values.money import MICROS, clean_money, money_cleaner


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1234.50", "1234.50"),
        ("1,234.50", "1234.50"),
        ("$1,234.50", "1234.50"),
        ("$ 1,234.50", "1234.50"),
        (" 675.26 ", "675.26"),
        ("12", "12"),
        (".5", "0.5"),
        ("5.", "5"),
        ("0.00", "0"),
        ("$0.00", "0"),
        ("1234.5", "1234.5"),
        ("1,234,567.89", "1234567.89"),
        ("0.000001", "0.000001"),
        ("1.10000000", "1.1"),
        ("USD 12.00", "12"),
        ("12.00 USD", "12"),
        ("US$12.00", "12"),
        ("€ 12,00", "12"),
        ("1.234,50", "1234.50"),
        ("+3.00", "3"),
        ('="12.00"', "12"),
        ("12.00 DR", "12"),
        ("007.50", "7.50"),
    ],
)
def test_amounts_are_exact(text: str, amount: str) -> None:
    assert clean_money(text) == (int(Decimal(amount) * MICROS), None)


@pytest.mark.parametrize(
    "text",
    [
        "(1,234.50)",
        "1,234.50-",
        "1,234.50 CR",
        "1,234.50CR",
        "-1,234.50",
        "-$1,234.50",
        "$-1,234.50",
        "($1,234.50)",
        "$(1,234.50)",
        "$1,234.50-",
        "$1,234.50 CR",
        "−1,234.50",
        "- 1,234.50",
        " -$1,234.50 ",
        "$1,234.50 cr",
        "( 1,234.50 )",
    ],
)
def test_all_ways_of_writing_less_than_nothing(text: str) -> None:
    assert clean_money(text) == (-1_234_500_000, None)


@pytest.mark.parametrize("text", ["", " ", "-", "--", "–", "n/a", "N/A", "null", "$-", "$ -", "\0"])
def test_blank_is_not_zero(text: str) -> None:
    assert clean_money(text) == (None, None)


@pytest.mark.parametrize(
    "text",
    [
        "see ledger",
        "#REF!",
        "N/A*",
        "12.00.00",
        "1,23.00",
        "12,3456",
        "(12.00",
        "12.00)",
        "50%",
        "12 34",
        "1e5x",
        "9" * 30,
        "two",
    ],
)
def test_what_is_no_amount_is_lost(text: str) -> None:
    assert clean_money(text) == (None, "invalid_money")


def test_what_excel_left_is_not_guessed() -> None:
    assert clean_money("1.2E+05") == (None, "excel_damaged")


def test_more_than_millionths_are_rounded_and_told() -> None:
    assert clean_money("0.30000000000000004") == (300_000, "inexact_money")
    assert clean_money("0.9999999") == (1_000_000, "inexact_money")


@pytest.mark.parametrize(
    ("text", "micros"),
    [
        ("0.0000005", 1),
        ("0.00000049", 0),
        ("0.0000015", 2),
        ("0.00000150", 2),
        ("-0.0000005", -1),
        ("1.9999995", 2_000_000),
    ],
)
def test_halves_of_a_millionth_are_rounded_away_from_nothing(text: str, micros: int) -> None:
    assert clean_money(text) == (micros, "inexact_money")


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2, allow_nan=False))
def test_every_amount_survives_being_written(amount: Decimal) -> None:
    micros = int(amount * MICROS)
    for text in (
        f"{amount:.2f}",
        f"{amount:,.2f}",
        f"${amount:,.2f}",
        f"({-amount:,.2f})" if amount < 0 else f"{amount:.2f}",
        f"{amount:.6f}",
    ):
        assert clean_money(text) == (micros, None)


@given(st.text(max_size=30) | st.text("0123456789.,-()$CR E+", max_size=20))
def test_no_text_breaks_it(text: str) -> None:
    value, reason = clean_money(text)
    assert value is None or type(value) is int
    assert reason in (None, "invalid_money", "inexact_money", "excel_damaged")


def test_an_amount_is_carried_as_far_as_64_bits_hold_its_millionths() -> None:
    assert clean_money("9,000,000,000,000.00") == (9_000_000_000_000 * MICROS, None)
    assert clean_money("9,000,000,000,000.01") == (None, "invalid_money")
    assert clean_money("-9,000,000,000,000.01") == (None, "invalid_money")


@pytest.mark.parametrize(("text", "amount"), [("1.234", 1234), ("1,234", 1.234), ("1.234,5", 1234.5), ("1,5", 1.5)])
def test_with_a_comma_as_decimal_mark_points_divide_groups(text: str, amount: float) -> None:
    assert clean_money(text, ",") == (int(amount * MICROS), None)


@pytest.mark.parametrize(
    ("text", "read"),
    [("$5", (5 * MICROS, None)), ("5 USD", (5 * MICROS, None)), ("5", (5 * MICROS, None)), ("€5", (None, "other_currency"))],
)
def test_an_amount_in_another_currency_is_lost(text: str, read: tuple[int | None, str | None]) -> None:
    """Carried, it would be five dollars."""
    assert money_cleaner(".", frozenset({"USD"}))(text) == read
