"""Whatever a delivery mixes, each of its records and filled cells has an account, as a count by other readers says."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from tests.producers.mixed.balance import assert_balanced
from tests.producers.mixed.deliveries import deliveries
from tests.producers.mixed.files import MixedFile

pytestmark = pytest.mark.integration


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(days=deliveries())
def test_the_books_agree_with_other_readers(days: list[list[MixedFile]]) -> None:
    assert_balanced(days)
