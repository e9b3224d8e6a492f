"""Steps of the data model are sent as mutations with all that Twenty needs to know of them."""

from __future__ import annotations

from consumers.data_model.applying.mutations import change_of, field_of
from consumers.data_model.steps import ModelStep
from consumers.twenty.metadata import Metadata
from tests.consumers.data_model.models import PATIENT, PBN_ID, STATUS, metadata, small_plan


def steps_of(name: str) -> tuple[ModelStep, Metadata]:
    there = metadata(treatmentPlan=[])
    [step] = [item.step for item in small_plan(there, PBN_ID, STATUS, PATIENT).items if item.step and item.step.field == name]
    return step, there


def test_a_relation_names_both_sides() -> None:
    step, there = steps_of("patient")
    assert field_of(step, there)["relationCreationPayload"] == {
        "type": "MANY_TO_ONE",
        "targetObjectMetadataId": there.object("person").id,
        "targetFieldLabel": "Treatment Plans",
        "targetFieldIcon": step.back_icon or "IconBox",
    }


def test_options_are_sent_in_their_order_without_ids() -> None:
    step, there = steps_of("patientStatus")
    change = change_of(step, there)
    sent = change.arguments["input"][1]["field"]["options"]
    assert change.mutation == "createOneField"
    assert [(one["value"], one["label"], one["position"]) for one in sent] == [("ACTIVE", "Active", 0), ("GONE", "Gone", 1)]
    assert not any("id" in one for one in sent)
