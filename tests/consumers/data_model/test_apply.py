"""Applying, and taking back, on a workspace."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from consumers.data_model.applying.apply import apply
from consumers.data_model.applying.undo import UndoResult, undo
from consumers.data_model.applying.words import add_words
from consumers.data_model.errors import SchemaClash, WrongWorkspace
from consumers.data_model.ledger import applied_version, read_ledger
from consumers.data_model.planning.plan import plan
from consumers.data_model.steps import StepKind, step_of
from consumers.twenty.metadata import SelectOption
from consumers.twenty.transport.errors import OutcomeUnknown, Refused
from consumers.twenty.workspace import Workspace
from events.decisions import Decided, Decisions
from events.errors import Effect
from events.vocabulary.entities import Entity
from events.vocabulary.mapping import ColumnMapping, CustomField, FieldType, Vocabulary
from projections.desired import MissingWord
from projections.destination import destination_fields
from tests.consumers.data_model.killing import Fate
from tests.consumers.data_model.models import PATIENT, PBN_ID, STATUS, TASK_STATUS, metadata, small_plan
from tests.consumers.workbench.model_edits import create_field, create_object

Model = Callable[[str], list[Any]]


def no_sleep(seconds: float) -> None:
    """Do not sleep: nothing is worth waiting for here."""


def put(workspace: Workspace, decisions: Decisions, *fields: Any) -> list[str]:
    """Plan and apply a small destination; the names of the steps."""
    wanted = small_plan(workspace.metadata(refresh=True), *fields, decisions=decisions.all())
    return [step.name for step in apply(workspace, wanted, decisions, "run-1", sleep=no_sleep)]


def take_back(workspace: Workspace, decisions: Decisions) -> UndoResult:
    return undo(workspace, decisions, "run-2", sleep=no_sleep)


def recorded(decisions: Decisions) -> Counter[str]:
    return Counter(one.decided.value for one in decisions.all())


@pytest.mark.parametrize("tools", [False, True], ids=["each-field-by-itself", "fields-together"])
def test_the_whole_destination_is_made_and_taken_back_without_a_trace(
    tools: bool, workspace: Workspace, decisions: Decisions, url: str, data_model: Model, fate: Fate
) -> None:
    fate.tools = tools
    mapping = ColumnMapping(
        practice="riverside",
        custom_fields=(
            CustomField(entity=Entity.PATIENT, name="nitrousOk", label="Nitrous OK", type=FieldType.BOOLEAN),
            CustomField(entity=Entity.APPOINTMENT, name="chair", label="Chair", type=FieldType.SELECT),
        ),
        vocabularies=(
            Vocabulary(
                entity=Entity.PATIENT,
                field="insurance_carrier",
                type=FieldType.SELECT,
                words=("Aetna, Inc.", "Delta", "delta ", "1st Care"),
            ),
            Vocabulary(entity=Entity.PATIENT, field="referral_source", type=FieldType.TEXT, words=()),
            Vocabulary(entity=Entity.APPOINTMENT, field="chair", type=FieldType.SELECT, words=("Chair 1", "Chair 2")),
        ),
    )
    before = data_model(url)
    steps = apply(workspace, plan(workspace.metadata(), mapping), decisions, "run-1", sleep=no_sleep)
    assert len(steps) == 3 + len(destination_fields(mapping))
    assert applied_version(decisions, workspace.identity()) == mapping.version

    again = plan(workspace.metadata(refresh=True), mapping, decisions.all())
    assert not again.to_do
    assert not again.clashes
    assert all(item.ours for item in again.items)
    person = workspace.metadata().object("person")
    assert person.field("referralSource").type == "TEXT"
    assert [o.value for o in person.field("insuranceCarrier").options] == ["AETNA_INC", "DELTA", "OPTION_1ST_CARE"]
    assert person.field("pbnId").is_unique
    assert person.field("primaryProvider").column == "primaryProviderId"

    before_undo = workspace.metadata_requests
    result = take_back(workspace, decisions)
    assert result.kept == ()
    objects = {step.object for step in steps if step.kind is StepKind.CREATE_OBJECT}
    own = [step.name for step in reversed(steps) if step.object not in objects or step.kind is StepKind.CREATE_OBJECT]
    along = [step.name for step in reversed(steps) if step.name not in own]
    assert list(result.removed) == [*own, *along]
    assert along
    assert workspace.metadata_requests - before_undo <= len(own) + 4, "fields go with their object, without a request"
    assert data_model(url) == before
    assert applied_version(decisions, workspace.identity()) is None


def test_objects_fields_and_both_sides_of_a_relation_get_their_icons(
    workspace: Workspace, decisions: Decisions, url: str, data_model: Model
) -> None:
    mapping = ColumnMapping(practice="riverside")
    apply(workspace, plan(workspace.metadata(), mapping), decisions, "run-1", sleep=no_sleep)
    made = {one["nameSingular"]: one for one in data_model(url)}
    icons = {(one["nameSingular"], field["name"]): field["icon"] for one in made.values() for field in one["fields"]}
    assert made["treatmentPlan"]["icon"] == "IconDental"
    assert icons["billingRecord", "outstandingBalance"] == "IconReportMoney"
    assert icons["treatmentPlan", "patient"] == "IconUser"
    assert icons["person", "treatmentPlans"] == "IconDental"


def test_nothing_left_to_do_is_recorded_once_a_version(workspace: Workspace, decisions: Decisions) -> None:
    assert put(workspace, decisions) == [
        "treatmentPlan",
        "person.patientStatus",
        "task.status",
        "treatmentPlan.pbnId",
        "treatmentPlan.patient",
    ]
    before = recorded(decisions)
    assert put(workspace, decisions) == []
    assert recorded(decisions) == before
    newer = small_plan(workspace.metadata(), decisions=decisions.all(), version="v2")
    assert apply(workspace, newer, decisions, "run-3") == []
    assert recorded(decisions) - before == Counter({"SCHEMA_APPLIED": 1})


def test_each_step_is_intended_before_and_recorded_after_with_its_inverse(workspace: Workspace, decisions: Decisions) -> None:
    put(workspace, decisions, PBN_ID)
    found = list(decisions.all())
    assert [one.decided.value for one in found] == ["SCHEMA_STEP_INTENDED", "SCHEMA_STEP_APPLIED"] * 2 + ["SCHEMA_APPLIED"]
    assert {(one.workspace, one.run) for one in found} == {(workspace.identity(), "run-1")}
    field = workspace.metadata().object("treatmentPlan").field("pbnId")
    body = found[3].body
    assert body["step"]["field"] == "pbnId"
    assert body["ids"]["field"] == field.id
    assert body["inverse"] == {"action": "DELETE_FIELD", "id": field.id, "options": [], "parts": []}
    assert found[-1].body["mapping"] == "v1"


def test_a_clash_refuses_the_whole_apply(workspace: Workspace, decisions: Decisions, url: str, data_model: Model) -> None:
    create_field(workspace, workspace.metadata().object("person").id, "patientStatus", "Status", "NUMBER")
    before = data_model(url)
    with pytest.raises(SchemaClash, match=r"person\.patientStatus: .* NUMBER, we need SELECT"):
        put(workspace, decisions)
    assert data_model(url) == before
    assert not list(decisions.all())


def test_a_clash_that_came_up_since_the_plan_refuses_too(workspace: Workspace, decisions: Decisions) -> None:
    old = small_plan(workspace.metadata())
    create_field(workspace, workspace.metadata().object("person").id, "patientStatus", "Status", "NUMBER")
    with pytest.raises(SchemaClash):
        apply(workspace, old, decisions, "run-1")
    assert not list(decisions.all())


def test_a_plan_is_good_for_its_own_workspace_only(workspace: Workspace, decisions: Decisions) -> None:
    with pytest.raises(WrongWorkspace):
        apply(workspace, small_plan(metadata()), decisions, "run-1")


def test_what_was_there_is_adopted_and_stays(workspace: Workspace, decisions: Decisions, url: str, data_model: Model) -> None:
    person = workspace.metadata().object("person")
    create_field(
        workspace,
        person.id,
        "patientStatus",
        "Their label",
        "SELECT",
        options=[SelectOption(value="ACTIVE", label="active", color="red")],
    )
    create_object(workspace, "treatmentPlan", "treatmentPlans", "Plan", "Plans")
    before = data_model(url)
    assert put(workspace, decisions) == ["treatmentPlan.pbnId", "person.patientStatus", "task.status", "treatmentPlan.patient"]
    applied = next(one for one in decisions.all(Decided.SCHEMA_APPLIED))
    assert applied.body["adopted"] == ["treatmentPlan"]
    field = workspace.metadata().object("person").field("patientStatus")
    assert [option.value for option in field.options] == ["ACTIVE", "GONE"]
    assert take_back(workspace, decisions).kept == ()
    assert data_model(url) == before


def test_a_record_keeps_its_choice_when_options_come_and_go(workspace: Workspace, decisions: Decisions) -> None:
    task = workspace.create("tasks", [{"title": "Theirs", "status": "IN_PROGRESS"}])[0]["id"]
    put(workspace, decisions, TASK_STATUS)
    assert workspace.read("tasks", [task])[task]["status"] == "IN_PROGRESS"
    take_back(workspace, decisions)
    assert workspace.read("tasks", [task])[task]["status"] == "IN_PROGRESS"


ADDRESS = PBN_ID.__class__(object="person", name="address", label="Address", type="TEXT")
"""A field whose name Twenty reserves."""


def outcomes(decisions: Decisions) -> dict[str, str]:
    """Return the last decision about each step."""
    told = [one for one in decisions.all() if "step" in one.body]
    return {step_of(one.body).name: one.decided.value for one in told}


def test_a_refusal_that_names_no_step_is_an_unknown_outcome_which_is_read_back(
    workspace: Workspace, decisions: Decisions
) -> None:
    """2.21 does not say which of several changes failed validation: those before it are made, and looked for."""
    with pytest.raises(Refused) as refused:
        put(workspace, decisions, ADDRESS)
    assert (refused.value.outcome, refused.value.roots) == (Effect.UNKNOWN, ())
    assert outcomes(decisions) == {"treatmentPlan": "SCHEMA_STEP_APPLIED", "person.address": "SCHEMA_STEP_INTENDED"}
    assert workspace.metadata(refresh=True).object("treatmentPlan")
    put(workspace, decisions)  # the next apply settles the step that does not show
    assert outcomes(decisions)["person.address"] == "SCHEMA_STEP_UNDONE"
    assert read_ledger(decisions, workspace.identity()).open == ()


def test_after_a_refusal_that_names_no_step_the_look_takes_seconds_not_half_a_minute(
    workspace: Workspace, decisions: Decisions
) -> None:
    slept: list[float] = []
    wanted = small_plan(workspace.metadata(refresh=True), ADDRESS, decisions=decisions.all())
    with pytest.raises(Refused):
        apply(workspace, wanted, decisions, "run-1", sleep=slept.append)
    assert 0 < sum(slept) < 2, "the server has answered: nothing is under way any more"


def test_steps_behind_a_refused_one_are_not_begun(workspace: Workspace, decisions: Decisions) -> None:
    with pytest.raises(Refused):
        put(workspace, decisions, ADDRESS, TASK_STATUS)
    assert outcomes(decisions)["task.status"] == "SCHEMA_STEP_INTENDED", "not known yet: the refusal names no step"
    status = workspace.metadata(refresh=True).object("task").field("status")
    assert "WAITING" not in [option.value for option in status.options]
    assert "task.status" in put(workspace, decisions, TASK_STATUS), "the next apply makes them"


def test_fields_are_made_together_where_the_server_can(workspace: Workspace, decisions: Decisions, fate: Fate) -> None:
    fate.tools = True
    before = workspace.metadata_requests
    assert put(workspace, decisions) == [
        "treatmentPlan",
        "task.status",
        "treatmentPlan.pbnId",
        "person.patientStatus",
        "treatmentPlan.patient",
    ]
    assert read_ledger(decisions, workspace.identity()).open == ()
    assert set(outcomes(decisions).values()) == {"SCHEMA_STEP_APPLIED"}
    field = workspace.metadata().object("treatmentPlan").field("pbnId")
    [applied] = [one for one in read_ledger(decisions, workspace.identity()).applied if one.step.name == "treatmentPlan.pbnId"]
    assert (applied.made.field, field.is_unique) == (field.id, True)
    offered, plan_, again, tools, object_and_options, fields, seen, confirmed = 1, 2, 2, 1, 1, 1, 1, 2
    assert workspace.metadata_requests - before == sum(
        (offered, plan_, again, tools, object_and_options, fields, seen, confirmed)
    )


def test_where_fields_are_refused_together_the_one_at_fault_is_found(
    workspace: Workspace, decisions: Decisions, fate: Fate
) -> None:
    fate.tools = True
    with pytest.raises(Refused):
        put(workspace, decisions, PBN_ID, STATUS, PATIENT, ADDRESS)
    assert read_ledger(decisions, workspace.identity()).open == ()
    assert outcomes(decisions) == {
        "treatmentPlan": "SCHEMA_STEP_APPLIED",
        "treatmentPlan.pbnId": "SCHEMA_STEP_APPLIED",
        "person.patientStatus": "SCHEMA_STEP_APPLIED",
        "treatmentPlan.patient": "SCHEMA_STEP_APPLIED",
        "person.address": "SCHEMA_STEP_UNDONE",
    }


def test_a_lost_answer_about_several_fields_is_made_good_by_looking(
    workspace: Workspace, decisions: Decisions, fate: Fate
) -> None:
    fate.tools = True
    fate.strike(4, after=True, error=httpx.ReadTimeout("slow"))
    assert len(put(workspace, decisions)) == 5
    assert recorded(decisions)["SCHEMA_STEP_APPLIED"] == 5


def test_a_lost_answer_is_made_good_by_looking(workspace: Workspace, decisions: Decisions, fate: Fate) -> None:
    fate.strike(4, after=True, error=httpx.ReadTimeout("slow"))
    assert "treatmentPlan.pbnId" in put(workspace, decisions)
    assert recorded(decisions)["SCHEMA_STEP_APPLIED"] == 5


def test_a_request_that_never_arrived_is_not_counted_and_goes_out_again(
    workspace: Workspace, decisions: Decisions, fate: Fate
) -> None:
    fate.strike(4, error=httpx.ReadTimeout("lost"))
    with pytest.raises(OutcomeUnknown):
        put(workspace, decisions)
    assert [step.name for step in read_ledger(decisions, workspace.identity()).open] == ["treatmentPlan.pbnId"]
    fate.spare()
    assert put(workspace, decisions)[0] == "treatmentPlan.pbnId"
    assert read_ledger(decisions, workspace.identity()).open == ()


def test_what_somebody_else_made_meanwhile_is_not_claimed(workspace: Workspace, decisions: Decisions, fate: Fate) -> None:
    fate.strike(4, error=httpx.ReadTimeout("lost"))
    with pytest.raises(OutcomeUnknown):
        put(workspace, decisions)
    fate.spare()
    plans = workspace.metadata(refresh=True).object("treatmentPlan")
    theirs = create_field(workspace, plans.id, "pbnId", "Our own id", "TEXT", is_unique=True)
    assert "treatmentPlan.pbnId" not in put(workspace, decisions)
    take_back(workspace, decisions)
    assert workspace.metadata(refresh=True).object("treatmentPlan").field("pbnId").id == theirs.id


def test_words_met_later_become_options_once(workspace: Workspace, decisions: Decisions, url: str, data_model: Model) -> None:
    before = data_model(url)
    put(workspace, decisions, STATUS, TASK_STATUS)
    words = [
        MissingWord(object="people", field="patientStatus", word="Moved, away"),
        MissingWord(object="people", field="patientStatus", word="GONE"),
        MissingWord(object="tasks", field="status", word="Later"),
    ]
    ids = {o.value: o.id for o in workspace.metadata().object("person").field("patientStatus").options}
    assert add_words(workspace, words, decisions, "run-2", sleep=no_sleep)
    options = workspace.metadata().object("person").field("patientStatus").options
    assert [(o.value, o.label) for o in options] == [("ACTIVE", "Active"), ("GONE", "Gone"), ("MOVED_AWAY", "Moved away")]
    assert {o.value: o.id for o in options if o.value in ids} == ids
    count = recorded(decisions)
    assert not add_words(workspace, [], decisions, "run-2")
    assert not add_words(workspace, [MissingWord(object="people", field="jobTitle", word="Nurse")], decisions, "run-2")
    assert recorded(decisions) == count
    # a worker asks for what another one has added by now: its context is out of date
    assert add_words(workspace, words, decisions, "run-2", sleep=no_sleep)
    assert recorded(decisions) == count
    assert take_back(workspace, decisions).kept == ()
    assert data_model(url) == before


def test_taking_back_twice_does_nothing_more(workspace: Workspace, decisions: Decisions) -> None:
    assert take_back(workspace, decisions) == UndoResult()
    put(workspace, decisions, STATUS)
    take_back(workspace, decisions)
    count = recorded(decisions)
    assert count["SCHEMA_REMOVED"] == 1
    assert take_back(workspace, decisions) == UndoResult()
    assert recorded(decisions) == count


def test_what_others_deleted_and_made_anew_is_theirs(workspace: Workspace, decisions: Decisions) -> None:
    put(workspace, decisions, STATUS)
    person = workspace.metadata().object("person")
    workspace.delete_field(person.field("patientStatus").id)
    create_field(workspace, person.id, "patientStatus", "Patient Status", "TEXT")
    result = take_back(workspace, decisions)
    assert "person.patientStatus" in result.removed
    assert workspace.metadata(refresh=True).object("person").field("patientStatus").type == "TEXT"


def test_applied_again_after_others_deleted_a_field_both_makings_are_taken_back(
    workspace: Workspace, decisions: Decisions, url: str, data_model: Model
) -> None:
    before = data_model(url)
    put(workspace, decisions, STATUS)
    workspace.delete_field(workspace.metadata().object("person").field("patientStatus").id)
    assert put(workspace, decisions, STATUS) == ["person.patientStatus"]
    take_back(workspace, decisions)
    assert data_model(url) == before
