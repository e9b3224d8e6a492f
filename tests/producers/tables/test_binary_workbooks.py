"""Numbers of xlsb workbooks: each way in which they are stored is read as it is shown."""

from __future__ import annotations

import struct
from collections.abc import Callable

import pytest

from .conftest import Read
from .test_workbook_cells import HEADER, visit
from .written.binary_workbooks import Stored, binary_workbook
from .written.sheets import Sheet

WHOLE, HUNDREDFOLD = 2, 1


def shortened(number: float) -> int:
    """Return the upper half of a number of eight bytes."""
    return int(struct.unpack("<ii", struct.pack("<d", number))[1])


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (Stored(2, struct.pack("<i", 4614 << 2 | WHOLE)), "04614"),
        (Stored(2, struct.pack("<i", 461400 << 2 | WHOLE | HUNDREDFOLD)), "04614"),
        (Stored(2, struct.pack("<i", shortened(4614.0))), "04614"),
        (Stored(5, struct.pack("<d", 4614.0)), "04614"),
        (Stored(9, struct.pack("<dH", 4614.0, 0) + bytes(8)), "04614"),
        (Stored(2, struct.pack("<i", 461450 << 2 | WHOLE | HUNDREDFOLD)), "4614.5"),
    ],
    ids=["whole", "hundredfold", "shortened", "eight bytes", "result", "no whole number"],
)
def test_a_number_keeps_the_zeros_that_its_format_shows(read_one: Callable[..., Read], cell: Stored, shown: str) -> None:
    rows = [HEADER, [*visit(1)[:5], cell], visit(2)]
    assert read_one(binary_workbook([Sheet(name="Visits", rows=rows)]), "visits.xlsb").cells[0][5] == shown
