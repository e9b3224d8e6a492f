"""Rules that the cells of one column prove: the order of day and month, the decimal mark, the unit, the padding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.verdicts.date_orders import DateOrders
from producers.verdicts.decimal_marks import DecimalMarks
from producers.verdicts.units import Units
from producers.verdicts.widths import Widths, lost_zeros

Counter = TypeVar("Counter", DateOrders, DecimalMarks, Units, Widths)


def counted(counter: Counter, cells: Sequence[str]) -> Counter:
    for cell in cells:
        counter.add(cell)
    return counter


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["25/12/1980", "03/04/1980"], "dmy"),
        (["12/25/1980", "03/04/1980"], "mdy"),
        (["03/04/1980", "05/05/1980", "1980-03-14"], None),
        (["12/25/1980"] * 3 + ["25/12/1980"], "mdy"),
        (["12/25/1980"] * 3 + ["25/12/1980"] * 2, "both"),
        (["12/25/1980"] * 100 + ["25/12/1980"] * 2, "mdy"),
        (["25.12.80 09:30"], "dmy"),
    ],
)
def test_the_order_of_dates_is_that_of_cells_with_one_reading(cells: list[str], order: str | None) -> None:
    assert counted(DateOrders(setting="mdy"), cells).decided() == order


def test_dates_that_begin_with_a_short_year_prove_no_order_where_the_setting_has_the_year_first() -> None:
    cells = ["26/07/04", "26/07/19", "25/11/30"]
    assert counted(DateOrders(setting="ymd"), cells).decided() is None
    assert counted(DateOrders(setting="mdy"), cells).decided() == "dmy"


@pytest.mark.parametrize(
    ("cells", "mark"),
    [
        (["1.234,56", "1.234"], ","),
        (["12,5"], ","),
        (["1.234.567"], ","),
        (["0,125"], ","),
        (["1,234.56", "1,234"], "."),
        (["12.5"], "."),
        (["1,234,567"], "."),
        (["1234.567"], "."),
        (["1.234", "1,234", "12", "-"], None),
        (["€ 1.234,50"], ","),
        (["(12.50)", "12.50 CR", "12.50", "12,50"], "."),
        (["12.50", "12,50"], "both"),
        (["1.2.3", "3, 4"], None),
    ],
)
def test_the_decimal_mark_is_that_of_numbers_with_one_reading(cells: list[str], mark: str | None) -> None:
    assert counted(DecimalMarks(), cells).decided() == mark


@given(st.lists(st.integers(1, 10**9), min_size=1), st.sampled_from([("{:,.2f}", "."), ("{:.2f}", "."), ("{:.1f}", ".")]))
def test_amounts_with_cents_prove_the_mark_with_which_they_were_written(cents: list[int], written: tuple[str, str]) -> None:
    point = [written[0].format(n / 100) for n in cents]
    comma = [cell.translate(str.maketrans(".,", ",.")) for cell in point]
    assert (counted(DecimalMarks(), point).decided(), counted(DecimalMarks(), comma).decided()) == (".", ",")


@pytest.mark.parametrize(
    ("cells", "unit"),
    [
        (["4 mm", "12mm", "3"], "mm"),
        (["30 min", "45 mins.", "1 minute"], "min"),
        (["10%", "5 %"], "%"),
        (["$25.00", "$5", "1"], "$"),
        (["4 mm", "1 cm"], None),
        (["4", "5 mm"], None),
        (["4 mm", "none seen"], None),
        (["12A", "14A"], None),
        (["4", "5"], None),
    ],
)
def test_a_column_has_the_unit_of_most_of_its_numbers_and_no_other(cells: list[str], unit: str | None) -> None:
    assert counted(Units(), cells).unit == unit


def test_numbers_of_two_units_are_mixed() -> None:
    assert counted(Units(), ["4 mm", "1 cm"]).are_mixed
    assert not counted(Units(), ["4 mm", "5 mm", "3"]).are_mixed
    assert not counted(Units(), ["4 mm", "1 cm", "loose"]).are_mixed


@pytest.mark.parametrize(
    ("cells", "width"),
    [
        (["000101", "000102", "110103"], 6),
        (["101", "102", "103"], None),
        (["000101", "000102"], None),
        (["000101", "000102", "103"], None),
        (["P00101", "P00102", "P00103"], None),
    ],
)
def test_padded_ids_have_one_width_and_zeros_in_front(cells: list[str], width: int | None) -> None:
    assert counted(Widths(), cells).width() == width


def test_ids_that_were_padded_and_are_shorter_have_lost_their_zeros() -> None:
    assert lost_zeros(["101", "102", "110103", "104"], 6)
    assert not lost_zeros(["000101", "102", "103", "104"], 6)
    assert not lost_zeros(["110101", "110102", "110103"], 6)
