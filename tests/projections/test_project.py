"""From a change event's record to desired records: by entity, by operation, and purely."""

import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.change_events import Operation
from events.vocabulary.entities import Entity
from events.vocabulary.records import FIELDS, Record
from projections.desired import Desired, Projected
from projections.destination import destination
from projections.project import MISSING_OBJECT, project
from tests.events.sample_values import records
from tests.projections.practice import context, desired, id_of, projected

WRITTEN = {
    Entity.PRACTICE: "companies",
    Entity.PATIENT: "people",
    Entity.APPOINTMENT: "tasks",
    Entity.COMMUNICATION: "tasks",
    Entity.TREATMENT_PLAN: "treatmentPlans",
    Entity.BILLING: "billingRecords",
    Entity.NOTE: "notes",
    Entity.CLAIM: "insuranceClaims",
    Entity.DOCUMENT: "attachments",
}
each_written_entity = pytest.mark.parametrize("entity", WRITTEN)
operations = st.sampled_from(Operation)


@each_written_entity
def test_an_entitys_records_become_records_of_its_object(entity):
    assert desired(entity, {}).object == WRITTEN[entity]


@pytest.mark.parametrize("operation", Operation)
def test_a_provider_becomes_nothing(operation):
    assert (
        project(operation, Record(entity=Entity.PROVIDER, native_id="11", values={"last_name": "Lopez"}), context())
        == Projected()
    )


def test_every_entity_but_the_provider_is_written():
    assert set(Entity) - WRITTEN.keys() == {Entity.PROVIDER}


@each_written_entity
def test_an_update_asks_for_the_same_record_as_a_creation(entity):
    record = Record(entity=entity, native_id="77", values=dict.fromkeys(FIELDS[entity]))
    assert project(Operation.UPDATED, record, context()) == project(Operation.CREATED, record, context())


@each_written_entity
@pytest.mark.parametrize("operation", [Operation.CREATED, Operation.DELETED])
def test_records_of_an_object_that_the_workspace_lacks_are_told_apart_from_those_to_write(entity, operation):
    record = Record(entity=entity, native_id="77", values=dict.fromkeys(FIELDS[entity]))
    found = project(operation, record, context(types={}, options={}, knows_all_fields=True))
    wanted = project(operation, record, context(types={}, options={})).records
    assert (found.records, found.missing_words) == ((), ())
    assert [(x.object, x.field, x.reason) for x in found.lost] == [(WRITTEN[entity], "", MISSING_OBJECT)]
    assert [(x.object, x.id, x.deleted) for x in found.of_missing_object] == [(x.object, x.id, x.deleted) for x in wanted]


@each_written_entity
def test_a_deletion_asks_for_the_record_to_be_soft_deleted_and_for_nothing_else(entity):
    asked = project(Operation.DELETED, Record(entity=entity, native_id="77", values={}), context())
    gone = Desired(
        object=WRITTEN[entity], id=id_of(entity, "77"), pbn_id=f"riverside:{entity.value}:77", values={}, deleted=True
    )
    assert asked == Projected(records=(gone,))


@each_written_entity
def test_a_deletion_of_a_paired_record_is_of_the_record_it_is_paired_with(entity):
    theirs = id_of(Entity.NOTE, "somebody else")
    asked = project(
        Operation.DELETED,
        Record(entity=entity, native_id="77", values={}),
        context(pairings={id_of(entity, "77").bytes: theirs}),
    )
    assert asked.records[0].id == theirs


@given(operation=operations, record=records)
def test_the_same_event_gives_the_same_records(operation, record):
    assert project(operation, record, context()) == project(operation, record, context())


@settings(max_examples=120)
@given(operation=operations, record=records)
def test_what_goes_in_is_not_changed(operation, record):
    before, around = copy.deepcopy(record), context()
    project(operation, record, around)
    assert record == before
    assert around == context()


@given(record=records)
def test_what_is_desired_can_be_changed_without_changing_the_record(record):
    before = copy.deepcopy(record)
    for asked in project(Operation.CREATED, record, context()).records:
        for value in asked.values.values():
            for part in [value, *value.values()] if isinstance(value, dict) else [value]:
                if isinstance(part, list):
                    part.append("changed")
    assert record == before


@settings(max_examples=120)
@given(record=records)
def test_every_value_survives_the_log_as_json(record):
    for asked in project(Operation.CREATED, record, context()).records:
        values = dict(asked.values)
        assert json.loads(json.dumps(values)) == values


@given(record=records)
def test_records_stand_in_the_order_in_which_they_must_be_written(record):
    order = [destination().write_order.index(asked.object) for asked in project(Operation.CREATED, record, context()).records]
    assert order == sorted(order)


@given(record=records)
def test_every_record_but_a_link_carries_the_pbn_id(record):
    for asked in project(Operation.CREATED, record, context()).records:
        is_link = asked.object in ("taskTargets", "noteTargets")
        assert asked.pbn_id == (None if is_link else f"riverside:{record.entity.value}:{record.native_id}")
        assert asked.values.get("pbnId") == asked.pbn_id


def test_parents_are_written_before_children():
    assert set(destination().write_order) == {o.plural for o in destination().objects.values()}
    place = {plural: number for number, plural in enumerate(destination().write_order)}
    for entity, plural in WRITTEN.items():
        for asked in projected(entity, {"patient_id": "1042"}).records:
            of_its_own = (
                asked.needs is not None and asked.needs[0] == asked.object == "companies"
            )  # a location, of its practice
            assert asked.needs is None or of_its_own or place[asked.needs[0]] < place[asked.object], plural
