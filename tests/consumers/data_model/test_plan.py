"""Comparison of the destination's needs with the workspace."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from consumers.data_model.planning.compare import Kind, camel_case, wanted_item
from consumers.data_model.planning.plan import plan
from consumers.data_model.steps import StepKind
from consumers.twenty.metadata import FieldMetadata, Metadata, RelationKind
from events.vocabulary.entities import Entity
from events.vocabulary.mapping import ColumnMapping, CustomField, FieldType, Vocabulary
from projections.destination import destination, destination_fields
from projections.spec import TwentyField
from tests.consumers.data_model.models import (
    PATIENT,
    PBN_ID,
    PLANS,
    STATUS,
    field,
    metadata,
    object_type,
    relation,
    select,
    small_plan,
)

MAPPING = ColumnMapping(
    practice="riverside",
    custom_fields=(CustomField(entity=Entity.PATIENT, name="shoeSize", label="Shoe Size", type=FieldType.NUMBER),),
    vocabularies=(
        Vocabulary(
            entity=Entity.PATIENT, field="insurance_carrier", type=FieldType.SELECT, words=("Delta Dental", "Aetna, Inc.")
        ),
    ),
)
TEXT = TwentyField(object="person", name="comfortItem", label="Comfort Item", type="TEXT")
TASK_TYPE = TwentyField(
    object="task",
    name="taskType",
    label="Type",
    type="SELECT",
    options=(("APPOINTMENT", "Appointment"), ("COMMUNICATION", "Communication")),
)


def test_a_new_workspace_needs_everything_objects_before_fields_before_relations() -> None:
    needed = plan(metadata(), MAPPING)
    assert not needed.clashes
    assert len(needed.to_do) == 3 + len(destination_fields(MAPPING))
    kinds = [item.kind for item in needed.items]
    relations = [n for n, kind in enumerate(kinds) if kind is Kind.CREATE_RELATION]
    assert kinds[:3] == [Kind.CREATE_OBJECT] * 3
    assert relations == list(range(len(kinds) - 4, len(kinds)))
    assert needed.version == MAPPING.version
    assert {"person.shoeSize", "person.primaryProvider", "treatmentPlan.patient"} <= {item.name for item in needed.items}


def test_a_step_holds_all_that_twenty_must_be_told() -> None:
    steps = {item.name: item.step for item in plan(metadata(), MAPPING).items if item.step}
    plans, carrier, patient = steps["treatmentPlan"], steps["person.insuranceCarrier"], steps["treatmentPlan.patient"]
    assert (plans.plural, plans.label, plans.label_plural) == ("treatmentPlans", "Treatment Plan", "Treatment Plans")
    assert carrier.options == (("DELTA_DENTAL", "Delta Dental"), ("AETNA_INC", "Aetna Inc."))  # no comma in a label
    assert (patient.target, patient.back_label) == ("person", "Treatment Plans")
    assert steps["person.pbnId"].unique


def test_a_workspace_that_has_it_all_is_adopted() -> None:
    there = {
        "treatmentPlan": [field("pbnId", "TEXT", is_unique=True), relation("patient", "person")],
        "person": [select("patientStatus", "Active", "Gone", "Third")],
        "task": [select("status", "To do", "Waiting")],
    }
    needed = small_plan(metadata(**there))
    assert {item.kind for item in needed.items} == {Kind.ADOPT}
    assert not needed.to_do


@pytest.mark.parametrize(
    ("found", "wanted", "says"),
    [
        (field("pbnId", "NUMBER"), PBN_ID, "there as NUMBER, we need TEXT"),
        (field("pbnId", "TEXT"), PBN_ID, "not unique"),
        (field("pbnId", "TEXT", is_unique=True, is_active=False), PBN_ID, "inactive"),
        (field("pbnId", "TEXT", is_unique=True, writability="APPLICATION"), PBN_ID, "only an app may write it"),
        (field("pbnId", "TEXT", is_unique=True, writability="SYSTEM"), PBN_ID, "only Twenty itself may write it"),
        (field("patient", "TEXT"), PATIENT, "there as TEXT, we need a relation"),
        (relation("patient", "company"), PATIENT, "leads to company, we need person"),
        (relation("patient", "person", RelationKind.ONE_TO_MANY), PATIENT, "leads to many"),
        (field("patientId", "TEXT"), PATIENT, "needs the name patientId"),
    ],
)
def test_what_cannot_be_used_clashes(found: FieldMetadata, wanted: TwentyField, says: str) -> None:
    item = wanted_item(metadata(treatmentPlan=[found]), wanted)
    assert item.kind is Kind.CLASH
    assert item.step is None
    assert item.reason
    assert item.reason.startswith(item.name)
    assert says in item.reason


@pytest.mark.parametrize(
    ("found", "wanted", "kind"),
    [
        (field("patientStatus", "TEXT"), STATUS, Kind.ADOPT),
        (select("comfortItem", "Blanket"), TEXT, Kind.CLASH),
        (field("comfortItem", "TEXT"), TEXT, Kind.ADOPT),
        (field("comfortItem", "TEXT", is_unique=True), TEXT, Kind.CLASH),
        (select("patientStatus", "Active", "Gone", is_unique=True), STATUS, Kind.CLASH),
        (field("patientStatus", "MULTI_SELECT"), STATUS, Kind.CLASH),
    ],
)
def test_a_text_takes_words_and_a_select_takes_no_free_text(found: FieldMetadata, wanted: TwentyField, kind: Kind) -> None:
    assert wanted_item(metadata(person=[found]), wanted).kind is kind


def test_a_relation_whose_target_the_server_does_not_tell_is_adopted() -> None:
    assert wanted_item(metadata(treatmentPlan=[relation("patient", None)]), PATIENT).kind is Kind.ADOPT


def test_the_other_side_of_a_relation_must_be_free() -> None:
    there = metadata(treatmentPlan=[], person=[field("treatmentPlans", "TEXT")])
    item = wanted_item(there, PATIENT)
    assert item.kind is Kind.CLASH
    assert "person.treatmentPlans" in str(item.reason)
    assert camel_case("Treatment Plans") == "treatmentPlans"


def test_a_field_cannot_have_the_name_of_a_relations_ids() -> None:
    there = metadata(person=[relation("company", "company")])
    assert wanted_item(there, TwentyField(object="person", name="companyId", label="Company", type="TEXT")).kind is Kind.CLASH


def test_a_field_that_every_object_has_cannot_be_made_on_a_new_one() -> None:
    assert (
        wanted_item(metadata(), TwentyField(object="treatmentPlan", name="name", label="Name", type="NUMBER")).kind
        is Kind.CLASH
    )


def test_a_select_gets_the_words_it_lacks_and_keeps_its_own() -> None:
    item = wanted_item(metadata(person=[select("patientStatus", "ACTIVE ")]), STATUS)
    assert item.kind is Kind.ADD_OPTIONS
    assert item.step
    assert item.step.kind is StepKind.ADD_OPTIONS
    assert item.step.options == (("GONE", "Gone"),)
    assert item.step.had == ("o-0",)


def test_a_new_option_gets_a_value_that_nobody_has() -> None:
    found = select("patientStatus", "Active", "Left us")
    found = replace(found, options=(found.options[0], replace(found.options[1], value="GONE")))
    item = wanted_item(metadata(person=[found]), STATUS)
    assert item.step
    assert item.step.options == (("GONE_2", "Gone"),)


def test_the_type_of_a_task_is_written_by_value_so_the_value_counts() -> None:
    found = select("taskType", "Appointment", "Communication")
    found = replace(found, options=(replace(found.options[0], value="APPT"), found.options[1]))
    item = wanted_item(metadata(task=[found]), TASK_TYPE)
    assert item.step
    assert item.step.options == (("APPOINTMENT", "Appointment"),)


def test_a_select_for_which_no_word_is_known_is_used_as_it_is() -> None:
    no_words = replace(STATUS, options=(("UNKNOWN", "Unknown"),))
    assert wanted_item(metadata(person=[select("patientStatus", "Active")]), no_words).kind is Kind.ADOPT
    assert wanted_item(metadata(), no_words).step is not None


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"is_active": False}, "inactive"),
        ({"plural": "planned"}, "its plural is planned"),
        ({"writability": "APPLICATION"}, "only an app may write its records"),
    ],
)
def test_an_object_that_cannot_be_used_clashes(more: dict[str, Any], says: str) -> None:
    there = Metadata([*metadata().objects, object_type("treatmentPlan", [], **more)])
    needed = small_plan(there)
    assert [item.name for item in needed.clashes] == ["treatmentPlan"]  # once, not for each of its fields
    assert says in str(needed.clashes[0].reason)


def test_another_objects_name_is_in_the_way() -> None:
    there = Metadata([*metadata().objects, object_type("visit", [], plural="treatmentPlans")])
    assert wanted_item(there, PLANS).kind is Kind.CLASH


def test_an_object_of_twentys_own_that_is_gone_clashes() -> None:
    there = Metadata(one for one in metadata().objects if one.singular != "note")
    assert [item.name for item in plan(there, MAPPING).clashes] == ["note"]
    assert wanted_item(there, destination().objects["task"]).kind is Kind.ADOPT
