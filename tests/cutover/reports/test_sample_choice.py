"""A sample's patients together show everything, and each says what it was chosen for."""

from __future__ import annotations

import pytest

from cutover.reports.sampling.choosing import Seen, cover
from cutover.reports.sampling.features import Feature, Shows, features_of
from events.vocabulary.entities import Entity
from events.vocabulary.records import Issue, Record

CLAIMS = Feature(shows=Shows.OBJECT, entity="claim")
NOTES = Feature(shows=Shows.OBJECT, entity="note")
PATIENT = Feature(shows=Shows.OBJECT)


def patient(native: str, **values: str) -> Record:
    return Record(entity=Entity.PATIENT, native_id=native, values={"first_name": "Ann", **values})


def seen(*records: Record) -> Seen:
    found = Seen()
    for record in records:
        found.meet(record.native_id, record, features_of(record, frozenset()))
    found.count({record.native_id: 1 for record in records})
    return found


def reasons(found: Seen) -> dict[str, set[str]]:
    return {who: {f.value for f in features if f.shows is Shows.HARDEST} for who, features in found.features().items()}


def test_a_patient_is_chosen_for_what_nobody_chosen_before_shows() -> None:
    choice = cover({"1": {PATIENT}, "2": {PATIENT, CLAIMS}, "3": {PATIENT, NOTES}}, dict.fromkeys("123", 300), None)
    assert {p.native_id: p.reasons for p in choice.patients} == {"2": (CLAIMS, PATIENT), "3": (NOTES,)}
    assert choice.uncovered == ()


def test_of_two_alike_the_one_with_fewer_records_is_chosen() -> None:
    choice = cover({"1": {PATIENT}, "2": {PATIENT}}, {"1": 90, "2": 2}, 1)
    assert [p.native_id for p in choice.patients] == ["2"]


def test_what_a_small_sample_does_not_show_is_named() -> None:
    choice = cover({"1": {PATIENT, CLAIMS}, "2": {PATIENT, NOTES}}, {"1": 2, "2": 3}, 1)
    assert choice.uncovered == (NOTES,)


def test_a_sample_that_shows_everything_is_filled_up_with_any_patients() -> None:
    choice = cover({str(n): {PATIENT} for n in range(300)}, {str(n): 1 for n in range(300)}, None)
    assert len(choice.patients) == 200
    assert [p.reasons[0].shows for p in choice.patients[1:]] == [Shows.SIZE] * 199


@pytest.mark.parametrize(
    ("selects", "expected"),
    [
        ({(Entity.PATIENT, "status")}, {(Shows.FILLED, "status", ""), (Shows.OPTION, "status", "Active")}),
        (set(), {(Shows.FILLED, "status", "")}),
    ],
    ids=["a field of options", "a field of texts"],
)
def test_each_option_is_a_feature_and_no_other_value_is(selects: set[tuple[Entity, str]], expected: set[object]) -> None:
    features = features_of(patient("1", status="Active"), selects)
    assert {(f.shows, f.field, f.value) for f in features if f.field == "status"} == expected


def test_a_blank_field_and_an_issue_are_features() -> None:
    record = Record(entity=Entity.CLAIM, native_id="5", values={"number": None}, issues=(Issue("serviceDate", "invalid_date"),))
    assert set(features_of(record, frozenset())) == {
        CLAIMS,
        Feature(shows=Shows.BLANK, entity="claim", field="number"),
        Feature(shows=Shows.ISSUE, entity="claim", field="serviceDate", value="invalid_date"),
    }


def test_the_hardest_records_are_features() -> None:
    long, short = patient("1", last_name="Featherstonehaugh"), patient("2", last_name="Lee")
    assert reasons(seen(short, long)) == {"1": {"the most text"}, "2": {"the most records"}}


def test_two_patients_with_one_email_address_are_wanted_together() -> None:
    found = reasons(seen(patient("1", primary_email="lee@home.example"), patient("2", primary_email="lee@home.example")))
    assert "has an e-mail address that another patient has too" in found["1"]
    assert "has the e-mail address of another patient" in found["2"]


def test_a_later_delivery_of_everything_replaces_what_an_earlier_one_showed() -> None:
    found = seen(patient("1", last_name="Lee"), patient("2"))
    found.forget({Entity.PATIENT})
    found.meet("2", patient("2"), features_of(patient("2"), frozenset()))
    assert set(found.features()) == {"2"}
