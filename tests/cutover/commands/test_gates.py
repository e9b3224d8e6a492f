"""Gates and previews: going live over what is open, rollbacks afterwards and by filter, dry runs, saved plans, drift."""

from __future__ import annotations

from typing import Any

import pytest

from cutover.commands.approvals.go_live import go_live
from cutover.commands.approvals.schema import schema_apply, schema_check, schema_plan
from cutover.commands.oversight.status import status
from cutover.commands.records.replay import replay
from cutover.commands.records.rollback import RollbackOptions, rollback
from cutover.project.errors import ApprovalMissing, UsageError
from events.decisions import Decided
from tests.cutover.commands.office import Office

pytestmark = pytest.mark.integration


def back(office: Office, **options: Any) -> dict[str, Any]:
    return dict(office.run(rollback, RollbackOptions(**options)).document)


def undone(document: dict[str, Any]) -> dict[str, int]:
    return {one["object"]: one["undone"] for one in document["objects"] if one["undone"]}


def runs(office: Office) -> list[str]:
    return [run["kind"] for run in office.run(status).document["runs"]]


def test_going_live_over_what_is_open_needs_a_reason_and_a_name(office: Office) -> None:
    refusal = r"open: .*\d+ records kept back.*, \d+ rows that made no record.*`cutover dead-letters list`"
    with pytest.raises(ApprovalMissing, match=refusal):
        office.run(go_live)
    with pytest.raises(UsageError, match="--by NAME"):
        office.run(go_live, accept_open="known")
    office.run(go_live, accept_open="a picture is too large", by="Dana")
    recorded = office.ask(lambda session: session.decisions.last(Decided.WENT_LIVE))
    assert (recorded.body["by"], recorded.body["why"]) == ("Dana", "a picture is too large")


def test_going_live_names_how_many_records_were_taken_back_and_not_carried_again(office: Office) -> None:
    taken = back(office, everything=True, yes=True)
    pending = office.run(status).document["pending"]
    assert pending > 1
    assert taken["undone"] >= pending
    with pytest.raises(UsageError, match=f"not carried yet: {pending} records taken back; the practice cannot go live"):
        office.run(go_live)


def test_after_going_live_a_rollback_must_be_meant(office: Office) -> None:
    office.run(go_live, accept_open="known", by="Dana")
    with pytest.raises(ApprovalMissing, match="--after-go-live"):
        back(office, everything=True, yes=True)
    assert back(office, everything=True, dry_run=True)["undone"] > 0
    assert back(office, everything=True, yes=True, after_go_live=True)["undone"] > 0


def test_a_dry_run_predicts_the_rollback_by_object_and_is_no_run(office: Office) -> None:
    before = runs(office)
    predicted = back(office, everything=True, schema=True, dry_run=True)
    office.run(replay, "start", None, None, dry_run=True)
    assert runs(office) == before
    done = back(office, everything=True, schema=True, yes=True)
    assert undone(predicted) == undone(done)
    assert predicted["kept"] == done["kept"]
    assert predicted["schema"] == done["schema"] != []


def test_a_refused_rollback_is_no_run(office: Office) -> None:
    before = runs(office)
    for options in ({"run": "nothing"}, {"record": "elm:patient:none"}, {"everything": True, "objects": ("spaceship",)}):
        with pytest.raises(UsageError):
            back(office, **options, yes=True)
    assert runs(office) == before


@pytest.mark.parametrize(
    ("options", "objects"),
    [
        ({"everything": True, "objects": ("note",)}, {"notes", "noteTargets"}),
        ({"everything": True, "objects": ("notes",), "started_by": "me"}, {"notes", "noteTargets"}),
        ({"since": "2000-01-01T00:00Z", "objects": ("note",)}, {"notes", "noteTargets"}),
        ({"since": "2000-01-01T00:00Z", "until": "2000-01-02T00:00Z"}, set()),
    ],
    ids=["object", "object and user", "object and time", "another time"],
)
def test_a_rollback_is_narrowed_by_object_by_time_and_by_user(
    office: Office, options: dict[str, Any], objects: set[str]
) -> None:
    user = office.ask(lambda session: session.decisions.last(Decided.RUN_STARTED).body["by"])
    options = {name: user if value == "me" else value for name, value in options.items()}
    assert set(undone(back(office, **options, dry_run=True))) <= objects
    with pytest.raises(UsageError, match="started no run"):
        back(office, everything=True, started_by="somebody else", dry_run=True)


def test_a_saved_plan_is_applied_and_nothing_else(office: Office) -> None:
    saved = office.folder / "plan.json"
    back(office, everything=True, schema=True, yes=True)
    assert office.run(schema_plan, saved).next_step == f"`cutover schema apply {saved}`"
    with pytest.raises(UsageError, match="name a new file"):
        office.run(schema_plan, saved)
    assert office.run(schema_apply, saved).document["steps"]
    assert office.run(schema_apply, saved).document["steps"] == []


def test_a_plan_that_no_longer_fits_is_refused(office: Office) -> None:
    saved = office.folder / "plan.json"
    office.run(schema_plan, saved)
    back(office, everything=True, schema=True, yes=True)
    with pytest.raises(ApprovalMissing, match=r"steps are not in .*plan\.json"):
        office.run(schema_apply, saved)
    saved.write_text("{}", encoding="utf-8")
    with pytest.raises(UsageError, match="is no saved plan"):
        office.run(schema_apply, saved)


def test_drift_of_the_data_model_is_found(office: Office) -> None:
    assert not office.run(schema_check).findings
    gone = office.ask(lambda session: session.workspace.metadata().object("person").fields["patientStatus"].id)
    office.ask(lambda session: session.workspace.delete_field(gone))
    found = office.run(schema_check)
    assert found.findings
    assert [(one["object"], one["field"]) for one in found.document["drift"]] == [("person", "patientStatus")]
