"""Cells of xls workbooks that are no plain text: each is read as it is shown, or said to be no value."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Callable

import pytest

from producers.sources.tables.odd_cells import Oddity
from producers.sources.tables.spreadsheets.old_workbook import cells_of_old_workbook

from .conftest import Read
from .test_workbook_cells import HEADER, odd_in, visit
from .written.old_workbooks import Formula, old_workbook
from .written.sheets import Sheet

ReadOne = Callable[..., Read]

VISITS = zlib.decompress(
    base64.b64decode(
        """
eNrtWE1IVFEUPvf9OOOo48ykhgYyCFmZ4PxYtNHJonSTjQUVFdTYvMVgjDFORAVlmcsgaFUEIdiijdWmHyqoXYtAqUUQBE4tWwUFLdTXOefd9xptAgdMMN
43vHPv+e7Pd//vmzczHZydeNRUgCXoBhUWzEqoKOIEPpW2EwBMN02K2qEXH9PFmkKlFyeyQofnNW89NIc03wVQ4KH2Gi3AZ3yOwxnoH84a4VXELm5DSlAb
utAKuIOMHxq5VSG2p9iuY/uAc75gu5OZ62y7MO+sOArTif62HXIVH1FaOM0PVO8TLvORmSjUwxtaxZdvCCuvDj25TOr0Gkto1qphEnBCe42skSPfB/cwES
KEWajDeZ6EH2YY4Lu9oV+FXX51eQHI/1zMe/7Ce3H+lvI3FQ1gFMyTvD/GcT2PadYePpQZyeRH5uAuNPAOAZp7JlWApJFHb/85XBmY/aBhZDFIpjJpDHYP
pw1cSlFiIpEonvY96VR44GxmJO/D1bOtIxLtiEVi2zFPzMoTk3zM5uMWH5d83OY7Lb5T8p3M++hK4SMosOgIquGtWY02DbUcD/IGDeBAzN3/9m7fYDJxgp
lRvnasy2kjDQiYcIVKYGE/p+hg19rGJbayvcq1buB4E9s6zIlha7JeRvaOcZ5rnNqKOnHG+8SmovhmjI9/HXjaPP4lsQXjU72FC3VTHxIT0IKXZRrL028M
2kW7uH2L8Cxhh0IeZJ/YNv5xqHmVgGy7KW/gWpgHH0eDbC2PRkc4niLHyvJU9FTH09DTHE9HT5c6ooSOYJ0KmV+wjsfxSMfreKRDLwcvsU+CdY4pdFD7+0
iHFJQSCgor+GQt1jxXOV6xgsIK1dRqxYseKawXlxRK0VEn1Gf1Qy2horJKjaxJZRW/4xWrqKxSK/uhsspFnfrR4PRDK6GgsUJA1qKxQtDxihU0VghJBY0V
qjyk0MQK3UoIHtOw4DX2Gz5w4cKFCxcuXLhYIQh+YQR+RdLkyzK98Hnkd515fBbczyT/LQ7AMP7y+M9yD2QxzMH5stZPA+jCrksss4z9vZBwGNVzMASD3I
6hstcv/oESxf1ZdsHAym2hcvUXymnnP9b/BS3e/zs=
"""
    )
)
"""Four visits, as xlwt wrote them: the amount of the second is `#REF!`, the codes are numbers shown with five digits."""


def test_an_error_is_no_blank(read_one: ReadOne) -> None:
    got = read_one(VISITS, "visits.xls")
    assert odd_in(got) == {3: ((4, Oddity.ERROR),)}
    assert got.cells[1][:5] == ["2", "P002", "Ada Quist", "05/02/2026", ""]


def test_a_number_keeps_the_zeros_that_its_format_shows(read_one: ReadOne) -> None:
    assert [cells[5] for cells in read_one(VISITS, "visits.xls").cells] == ["04611", "04612", "04613", "04614"]


@pytest.mark.parametrize("stored", [0.0, None])
def test_a_formula_that_was_never_computed_is_neither_zero_nor_blank(read_one: ReadOne, stored: float | None) -> None:
    paid = Formula(result=stored, on_opening=True)
    rows = [HEADER, visit(1), [*visit(2)[:4], paid, "fine"], visit(3)]
    got = read_one(old_workbook([Sheet(name="Note", rows=[["Printed"]]), Sheet(name="V", rows=rows)]), "visits.xls")
    assert odd_in(got) == {3: ((4, Oddity.NO_VALUE),)}
    assert got.cells[1] == ["2", "P002", "Ada Quist", "05/02/2026", "", "fine"]


@pytest.mark.parametrize("paid", [Formula(result=0.0, on_opening=False), Formula(result=2.5, on_opening=True)])
def test_a_computed_formula_is_its_result(read_one: ReadOne, paid: Formula) -> None:
    got = read_one(
        old_workbook([Sheet(name="V", rows=[HEADER, visit(1), [*visit(2)[:4], paid, "fine"], visit(3)])]), "visits.xls"
    )
    assert odd_in(got) == {}
    assert float(got.cells[1][4]) == paid.result


def test_a_damaged_workbook_is_left_to_the_reader_of_its_rows() -> None:
    assert cells_of_old_workbook(VISITS[:3000]) == {}
    assert cells_of_old_workbook(VISITS[:512] + bytes(len(VISITS) - 512)) == {}
