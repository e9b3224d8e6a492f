"""A treatment plan becomes a treatmentPlan: its line items are flattened into it, and nothing is lost."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.vocabulary.entities import Entity
from projections.values import decimal_text
from tests.projections.practice import ADAS_ID, PRACTICE, desired, fields_of, projected

FILLING = {"code": "D2392", "description": "Composite", "tooth": "14", "surface": "MO", "fee": 210_500_000, "status": "Planned"}
CROWN = {"code": "D2740", "description": None, "tooth": "30", "surface": "B", "fee": 1_200_000_000, "status": None}
EXAM = {"code": "D0120", "description": None, "tooth": None, "surface": None, "fee": None, "status": "Done"}
BLANK = dict.fromkeys(FILLING)
TWO = {"lines": [FILLING, CROWN]}


def plan(values):
    return fields_of(Entity.TREATMENT_PLAN, values)


def lines(*lines):
    return plan({"lines": list(lines)})


def test_a_plan_as_a_record():
    values = {
        "patient_id": "1042",
        "name": "Phase 1",
        "status": "Presented",
        "estimated_cost": 1_410_500_000,
        "actual_cost": 0,
        "created_at": datetime(2026, 1, 2, 8, 0, tzinfo=UTC),
        "lines": [FILLING, CROWN],
    }
    assert plan(values) == {
        "pbnId": "riverside:treatment-plan:77",
        "name": "Phase 1",
        "patientId": str(ADAS_ID),
        "status": "PRESENTED",
        "estimatedCost": {"amountMicros": 1_410_500_000, "currencyCode": "USD"},
        "actualCost": {"amountMicros": 0, "currencyCode": "USD"},
        "originalCreateDate": "2026-01-02T08:00:00.000Z",
        "procedureCode": "D2392; D2740",
        "toothSurface": "14-MO; 30-B",
        "surfaceFee": {"amountMicros": 1_410_500_000, "currencyCode": "USD"},
        "lineItemCount": 2,
        "lineItems": [
            {"code": "D2392", "tooth": "14", "surface": "MO", "fee": "210.50", "status": "Planned", "description": "Composite"},
            {"code": "D2740", "tooth": "30", "surface": "B", "fee": "1200.00", "status": None},
        ],
    }


def test_a_plan_comes_after_its_person():
    assert desired(Entity.TREATMENT_PLAN, {"patient_id": "1042"}).needs == ("people", ADAS_ID)


@pytest.mark.parametrize("nobody", [{}, {"patient_id": None}])
def test_a_plan_without_a_patient_belongs_to_nobody(nobody):
    record = desired(Entity.TREATMENT_PLAN, nobody)
    assert (record.values["patientId"], record.needs) == (None, None)


@pytest.mark.parametrize("blank", [{}, {"name": None}, {"name": ""}])
def test_a_plan_that_says_nothing_is_named_by_its_native_id(blank):
    assert plan(blank)["name"] == "Treatment plan 77"


def test_a_plan_keeps_the_name_that_pbn_gave_it():
    named = {"name": "Phase 1", "status": "Accepted", "estimated_cost": 5_000_000, "lines": [CROWN]}
    assert plan(named)["name"] == "Phase 1"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ({**TWO, "status": "Accepted", "estimated_cost": 1_250_000_000}, "D2392 Composite, D2740 · Accepted · $1,250.00"),
        ({**TWO, "actual_cost": 90_000_000}, "D2392 Composite, D2740 · $90.00"),
        (TWO, "D2392 Composite, D2740 · $1,410.50"),
        ({"lines": [EXAM, EXAM]}, "D0120"),
        ({"lines": [{**BLANK, "description": "Whitening"}]}, "Whitening"),
        ({"lines": [{**EXAM, "code": f"D{n}"} for n in range(5)], "status": "New"}, "D0, D1, D2 +2 · New"),
        ({"status": "Accepted", "estimated_cost": 5_000_000}, "Treatment plan · Accepted · $5.00"),
        ({"lines": [BLANK], "status": "Accepted"}, "Treatment plan · Accepted"),
    ],
)
def test_the_name_of_a_plan_without_one_is_made_of_procedures_status_and_cost(said, name):
    assert plan(said)["name"] == name


def test_a_long_description_does_not_fill_a_made_name():
    (named, _) = lines({**FILLING, "description": "a filling " * 30})["name"].split(" · ")
    assert named.startswith("D2392 a filling a filling")
    assert named.endswith("…")
    assert len(named) <= 50


def test_the_codes_stand_in_line_order():
    assert lines(CROWN, EXAM, FILLING)["procedureCode"] == "D2740; D0120; D2392"


def test_the_teeth_and_surfaces_stand_in_line_order():
    assert lines(CROWN, EXAM, FILLING)["toothSurface"] == "30-B; 14-MO"


@pytest.mark.parametrize(
    ("tooth", "surface", "expected"),
    [("14", "MO", "14-MO"), ("14", None, "14"), (None, "UR", "UR"), (None, None, ""), ("", "", "")],
)
def test_a_tooth_and_its_surface(tooth, surface, expected):
    assert lines({**BLANK, "tooth": tooth, "surface": surface})["toothSurface"] == expected


def test_the_surface_fee_is_the_sum_of_the_lines_that_have_one():
    assert lines(FILLING, EXAM, CROWN)["surfaceFee"] == {"amountMicros": 1_410_500_000, "currencyCode": "USD"}


def test_fees_that_sum_to_nought_are_not_blank():
    credit = {**FILLING, "fee": -210_500_000}
    assert lines(FILLING, credit)["surfaceFee"] == {"amountMicros": 0, "currencyCode": "USD"}


def test_lines_without_any_fee_have_no_sum():
    assert lines(EXAM)["surfaceFee"] == {"amountMicros": None, "currencyCode": ""}


@pytest.mark.parametrize("none", [[], None])
def test_a_plan_without_lines_clears_what_they_would_say(none):
    values = plan({"lines": none})
    assert {name: values[name] for name in ("procedureCode", "toothSurface", "surfaceFee", "lineItemCount", "lineItems")} == {
        "procedureCode": "",
        "toothSurface": "",
        "surfaceFee": {"amountMicros": None, "currencyCode": ""},
        "lineItemCount": 0,
        "lineItems": None,
    }


def test_a_plan_whose_lines_no_extract_had_leaves_them_as_they_are():
    assert plan({}).keys() == {"pbnId", "name", "patientId"}


def test_a_blank_line_is_a_line():
    values = lines(BLANK, FILLING)
    assert values["lineItemCount"] == 2
    assert values["lineItems"][0] == {"code": None, "tooth": None, "surface": None, "fee": None, "status": None}


@pytest.mark.parametrize(("field", "name"), [("estimated_cost", "estimatedCost"), ("actual_cost", "actualCost")])
def test_a_blank_cost_clears_amount_and_currency(field, name):
    assert plan({field: None})[name] == {"amountMicros": None, "currencyCode": ""}


texts = st.none() | st.text(min_size=1, max_size=8)
any_line = st.fixed_dictionaries(
    {**dict.fromkeys(FILLING, texts), "fee": st.none() | st.integers(-(10**13), 10**13)},
)


@given(given_lines=st.lists(any_line, min_size=1, max_size=5))
def test_every_line_is_there_whole_and_in_order(given_lines):
    def read(line):
        fee = None if line["fee"] is None else round(float(line["fee"]) * 1_000_000)
        return {**dict.fromkeys(FILLING), **line, "fee": fee}

    values = plan({"lines": given_lines})
    assert [read(line) for line in values["lineItems"]] == given_lines
    assert values["lineItemCount"] == len(given_lines)


@pytest.mark.parametrize(
    ("micros", "expected"),
    [
        (0, "0.00"),
        (1_234_500_000, "1234.50"),
        (-1_234_500_000, "-1234.50"),
        (10_000, "0.01"),
        (1, "0.000001"),
        (125_000, "0.125"),
        (None, None),
    ],
)
def test_a_fee_is_a_decimal_text_with_at_least_two_places(micros, expected):
    assert decimal_text(micros) == expected


def test_the_currency_is_the_practices():
    values = fields_of(Entity.TREATMENT_PLAN, {"actual_cost": 5}, practice=replace(PRACTICE, currency="CAD"))
    assert values["actualCost"] == {"amountMicros": 5, "currencyCode": "CAD"}


def test_a_plan_is_one_record():
    assert len(projected(Entity.TREATMENT_PLAN, {"patient_id": "1042", "lines": [FILLING]}).records) == 1
