"""Owner of a shared address: the guarantor, else the oldest, else the lowest id."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest

from producers.changes.appending.email_ownership import Holder, owner


def holder(number: int, *, guarantor: int | None = None, born: int | None = 1980, native: str | None = None) -> Holder:
    birth = None if born is None else date(born, 1, 1)
    return Holder(
        record_id=bytes([number]) * 16,
        guarantor_id=None if guarantor is None else bytes([guarantor]) * 16,
        birth_date=birth,
        native_id=native or str(number),
    )


@pytest.mark.parametrize(
    ("holders", "expected"),
    [
        ([holder(1)], 1),
        ([holder(1, born=1950), holder(2, guarantor=3), holder(3, born=1999)], 3),
        ([holder(1, born=1950, guarantor=9), holder(2, born=1960, guarantor=9)], 1),  # the guarantor has another address
        ([holder(1, guarantor=1, born=1990), holder(2, born=1960)], 2),  # a guarantor of nobody else is none
        ([holder(1, born=1990), holder(2, born=1960), holder(3, born=None)], 2),
        ([holder(1, born=None), holder(2, born=2020)], 2),
        ([holder(1, native="10"), holder(2, native="9")], 2),
        ([holder(1, native="A1"), holder(2, native="500")], 2),
        ([holder(1, guarantor=2, born=1950), holder(2, born=1990), holder(3, guarantor=4, born=1940), holder(4, born=1980)], 4),
    ],
)
def test_the_owner_does_not_depend_on_the_order(holders: list[Holder], expected: int) -> None:
    assert {owner(order) for order in permutations(holders)} == {bytes([expected]) * 16}


def test_nobody_owns_what_nobody_has() -> None:
    assert owner([]) is None
