"""Names of records: never empty, whatever PbN left blank, and of one line."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.vocabulary.entities import Entity
from tests.projections.practice import fields_of

WORDS = st.none() | st.text(st.characters(categories=("L", "N", "Zs", "P")), max_size=60).map(str.strip)
MONEY = st.none() | st.integers(-(10**15), 10**15)
DAYS = st.none() | st.dates(min_value=date(1950, 1, 1))
LINES = st.none() | st.lists(
    st.fixed_dictionaries(
        {"code": WORDS, "description": WORDS, "tooth": WORDS, "surface": WORDS, "fee": MONEY, "status": WORDS}
    ),
    max_size=6,
)
SAID = {
    Entity.BILLING: {
        "balance": MONEY,
        "payment_plan_status": WORDS,
        "last_payment_date": DAYS,
        "as_of_date": DAYS,
    },
    Entity.TREATMENT_PLAN: {
        "name": WORDS,
        "status": WORDS,
        "estimated_cost": MONEY,
        "actual_cost": MONEY,
        "lines": LINES,
    },
    Entity.CLAIM: {"number": WORDS, "status": WORDS},
    Entity.NOTE: {"type": WORDS, "text": WORDS},
    Entity.APPOINTMENT: {"type": WORDS},
    Entity.COMMUNICATION: {"type": WORDS},
}


@pytest.mark.parametrize("entity", SAID)
@given(data=st.data())
def test_a_name_is_never_empty(entity, data):
    said = data.draw(st.fixed_dictionaries({}, optional=SAID[entity]))
    values = fields_of(entity, said)
    name = values.get("name") or values.get("title")
    assert name.strip()
    assert "\n" not in name


@given(st.integers(-(10**15), 10**15), st.dates(min_value=date(1950, 1, 1)))
def test_balances_that_differ_have_names_that_differ(balance, day):
    amounts = {balance, balance + 1, -balance - 1}
    assert len({fields_of(Entity.BILLING, {"balance": one, "as_of_date": day})["name"] for one in amounts}) == len(amounts)
