"""Parts that taking back leaves alone: other people's data, and what they built on ours."""

from __future__ import annotations

import pytest

from consumers.data_model.applying.apply import apply
from consumers.data_model.applying.holdings import HoldingReason, KeptModelPart, holds_value
from consumers.data_model.applying.undo import UndoResult, undo
from consumers.data_model.applying.words import add_words
from consumers.data_model.errors import SchemaError
from consumers.data_model.ledger import applied_version
from consumers.twenty.metadata import SelectOption
from consumers.twenty.workspace import Workspace
from events.decisions import Decided, Decisions
from projections.desired import MissingWord
from projections.spec import TwentyField
from tests.consumers.data_model.models import PATIENT, STATUS, TASK_STATUS, field, small_plan
from tests.consumers.workbench.model_edits import create_field, create_relation

ADDRESS = TwentyField(object="person", name="mailingAddress", label="Mailing Address", type="ADDRESS")
FEE = TwentyField(object="person", name="fee", label="Fee", type="CURRENCY")
AUTHOR = TwentyField(object="person", name="originalAuthor", label="Original Author", type="TEXT")
BORN = TwentyField(object="person", name="dateOfBirth", label="Date of Birth", type="DATE")
FLAG = TwentyField(object="person", name="nitrousOk", label="Nitrous OK", type="BOOLEAN")
LINES = TwentyField(object="person", name="lineItems", label="Lines", type="RAW_JSON")
PROVIDER = TwentyField(
    object="person", name="primaryProvider", label="Provider", type="RELATION", target="workspaceMember", back_label="Patients"
)
VALUES = (ADDRESS, FEE, AUTHOR, BORN, FLAG, LINES, PROVIDER, STATUS)


def put(workspace: Workspace, decisions: Decisions, *fields: TwentyField) -> None:
    wanted = small_plan(workspace.metadata(refresh=True), *fields, decisions=decisions.all())
    apply(workspace, wanted, decisions, "run-1", sleep=lambda seconds: None)


def take_back(workspace: Workspace, decisions: Decisions) -> UndoResult:
    return undo(workspace, decisions, "run-2", sleep=lambda seconds: None)


def test_a_field_that_holds_a_value_stays_whatever_its_type(workspace: Workspace, decisions: Decisions) -> None:
    put(workspace, decisions, *VALUES)
    member = workspace.members()[0].id
    records = [
        {"mailingAddress": {"addressCity": "Salem"}},
        {"fee": {"amountMicros": 0, "currencyCode": "USD"}},
        {"originalAuthor": "Ann"},
        {"dateOfBirth": "1980-02-29"},
        {"nitrousOk": False},
        {"lineItems": [{"code": "D0120"}]},
        {"primaryProviderId": member},
        {"patientStatus": "GONE"},
    ]
    ids = [one["id"] for one in workspace.create("people", records)]
    workspace.soft_delete("people", ids[:1])  # restored, it would want its value back
    result = take_back(workspace, decisions)
    assert result.removed == ("treatmentPlan",)
    assert set(result.kept) == {
        KeptModelPart(object="person", fields=(one.name,), reason=HoldingReason.HOLDS_VALUES) for one in VALUES
    }
    assert applied_version(decisions, workspace.identity()) is None
    # once they are gone, the next undo takes the rest
    workspace.destroy("people", ids)
    assert take_back(workspace, decisions).kept == ()
    assert "patientStatus" not in workspace.metadata(refresh=True).object("person").fields


def test_blank_values_keep_nothing(workspace: Workspace, decisions: Decisions) -> None:
    put(workspace, decisions, *VALUES)
    blank = {
        "mailingAddress": {"addressCity": "", "addressLat": None},
        "fee": {"amountMicros": None, "currencyCode": "USD"},
        "originalAuthor": "",
        "dateOfBirth": None,
        "nitrousOk": None,
        "lineItems": [],
        "patientStatus": None,
    }
    workspace.create("people", [blank, {}])
    assert take_back(workspace, decisions).kept == ()


def test_a_booleans_default_is_no_value() -> None:
    assert holds_value(field("flag", "BOOLEAN", default=False)) == {"flag": {"eq": True}}
    assert holds_value(field("flag", "BOOLEAN")) == {"flag": {"is": "NOT_NULL"}}


@pytest.mark.parametrize("deleted", [False, True])
def test_an_object_with_records_left_stays(workspace: Workspace, decisions: Decisions, deleted: bool) -> None:
    put(workspace, decisions, PATIENT)
    record = workspace.create("treatmentPlans", [{"name": "Theirs"}])[0]["id"]
    if deleted:
        workspace.soft_delete("treatmentPlans", [record])
    result = take_back(workspace, decisions)
    assert result == UndoResult(
        ("treatmentPlan.patient",), (KeptModelPart(object="treatmentPlan", fields=(), reason=HoldingReason.HOLDS_RECORDS),)
    )
    assert record in workspace.read("treatmentPlans", [record], deleted=True)
    removed = decisions.last(Decided.SCHEMA_REMOVED)
    assert removed
    assert removed.body["kept"] == [{"object": "treatmentPlan", "fields": [], "reason": "holds-records"}]


def test_an_object_that_others_gave_fields_stays(workspace: Workspace, decisions: Decisions) -> None:
    put(workspace, decisions, PATIENT)
    metadata = workspace.metadata()
    create_field(workspace, metadata.object("treatmentPlan").id, "their", "Their", "TEXT")
    create_relation(workspace, metadata.object("company").id, "plan1", "Plan", metadata.object("treatmentPlan").id, "Companies")
    result = take_back(workspace, decisions)
    assert result.kept == (
        KeptModelPart(object="treatmentPlan", fields=("companies", "their"), reason=HoldingReason.FIELDS_OF_OTHERS),
    )
    assert "their" in workspace.metadata(refresh=True).object("treatmentPlan").fields


def test_a_select_that_others_gave_options_stays(workspace: Workspace, decisions: Decisions) -> None:
    put(workspace, decisions, STATUS)
    status = workspace.metadata().object("person").field("patientStatus")
    workspace.set_options(status.id, [*status.options, SelectOption(value="THEIRS", label="Theirs")])
    assert take_back(workspace, decisions).kept == (
        KeptModelPart(object="person", fields=("patientStatus",), reason=HoldingReason.OPTIONS_OF_OTHERS),
    )


def test_an_added_option_that_a_record_chose_stays(workspace: Workspace, decisions: Decisions) -> None:
    put(workspace, decisions, TASK_STATUS)
    task = workspace.create("tasks", [{"title": "Theirs", "status": "WAITING"}])[0]["id"]
    assert take_back(workspace, decisions).kept == (
        KeptModelPart(object="task", fields=("status",), reason=HoldingReason.OPTIONS_IN_USE),
    )
    assert workspace.read("tasks", [task])[task]["status"] == "WAITING"


def test_words_added_to_our_own_select_go_with_it(workspace: Workspace, decisions: Decisions) -> None:
    put(workspace, decisions, STATUS)
    add_words(
        workspace,
        [MissingWord(object="people", field="patientStatus", word="Moved")],
        decisions,
        "run-1",
        sleep=lambda seconds: None,
    )
    assert take_back(workspace, decisions) == UndoResult(("person.patientStatus", "treatmentPlan", "person.patientStatus"))


def test_the_last_options_of_a_select_stay(workspace: Workspace, decisions: Decisions) -> None:
    person = workspace.metadata().object("person")
    create_field(
        workspace, person.id, "patientStatus", "Status", "SELECT", options=[SelectOption(value="FIRST", label="First")]
    )
    put(workspace, decisions, STATUS)
    status = workspace.metadata().object("person").field("patientStatus")
    workspace.set_options(status.id, [one for one in status.options if one.value != "FIRST"], drop=True)
    assert take_back(workspace, decisions).kept == (
        KeptModelPart(object="person", fields=("patientStatus",), reason=HoldingReason.LAST_OPTIONS),
    )


def test_the_errors_are_one_family() -> None:
    assert all(isinstance(error.retriable, bool) and error.outcome for error in SchemaError.__subclasses__())
