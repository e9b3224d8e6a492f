"""Writes that a killed run left open are settled by what Twenty holds: done, or not done and pending again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from consumers.journal import settling
from events.compensations import Action, Body, Cause, Compensation, Phase
from tests.consumers.workbench import Bench, appointment, document, id_of, killed_after, patient, patient_id, task_id

BURIED = "2026-05-20T03:00:00.000Z"
XRAY = document("50", of="3")


def is_done(action: Action, image: Mapping[str, Any] | None, **body: Any) -> bool:
    cause = Cause(topic="changes", partition=0, offset=0, event_id=bytes(16), revision=1)
    event = Compensation(
        event_id=bytes(16),
        intent_id=bytes(16),
        phase=Phase.INTENDED,
        action=action,
        workspace="one",
        run="run",
        object="people",
        twenty_id=bytes(16),
        record_id=bytes(16),
        cause=cause,
        recorded_at=datetime(2026, 5, 20, tzinfo=UTC),
    )
    written: Sequence[str] = list(body.get("values", {}))
    kinds = {"city": "TEXT", "file": "FILES"}
    return settling._is_done(event, Body(**{"written": written, **body}), image, kinds)


@pytest.mark.parametrize(
    ("action", "image", "done"),
    [
        (Action.CREATE, None, False),
        (Action.CREATE, {"city": "another", "deletedAt": None}, True),
        (Action.DESTROY, None, True),
        (Action.DESTROY, {"city": "Bend", "deletedAt": None}, False),
        (Action.DELETE, None, True),
        (Action.DELETE, {"city": "Bend", "deletedAt": BURIED}, True),
        (Action.DELETE, {"city": "Bend", "deletedAt": None}, False),
        (Action.DELETE, {"city": "another", "deletedAt": BURIED}, False),
        (Action.RESTORE, None, False),
        (Action.RESTORE, {"city": "Bend", "deletedAt": None}, True),
        (Action.RESTORE, {"city": "Bend", "deletedAt": BURIED}, False),
        (Action.RESTORE, {"city": "another", "deletedAt": None}, False),
        (Action.UPDATE, None, False),
        (Action.UPDATE, {"city": "Bend", "deletedAt": None}, True),
        (Action.UPDATE, {"city": "another", "deletedAt": None}, False),
    ],
)
def test_a_write_is_done_where_twenty_holds_what_it_asked_for(
    action: Action, image: Mapping[str, Any] | None, done: bool
) -> None:
    assert is_done(action, image, values={"city": "Bend"}) is done


def test_an_upload_is_done_once_the_file_is_another_one() -> None:
    """The intent does not hold the file that was sent; only that the file changed can be seen."""
    before = {"file": [{"fileId": "1"}], "city": "Salem"}
    body = {"values": {"city": "Bend"}, "written": ["city", "file"], "before": before}
    assert not is_done(Action.UPDATE, {"city": "Bend", "file": [{"fileId": "1"}]}, **body)
    assert not is_done(Action.UPDATE, {"city": "Salem", "file": [{"fileId": "2"}]}, **body)
    assert is_done(Action.UPDATE, {"city": "Bend", "file": [{"fileId": "2"}]}, **body)


@pytest.mark.parametrize(
    ("action", "before", "shows"),
    [
        (Action.UPDATE, {"city": "Salem"}, True),
        (Action.UPDATE, {"city": "Bend"}, False),
        (Action.UPDATE, {}, True),
        (Action.RESTORE, {}, True),
    ],
)
def test_an_update_that_changed_nothing_does_not_show_that_writes_before_it_arrived(
    action: Action, before: Mapping[str, Any], shows: bool
) -> None:
    body = Body(values={"city": "Bend"}, written=["city"] if action is Action.UPDATE else [], before=before)
    assert settling._is_seen(cast(Compensation, SimpleNamespace(action=action)), body, {"city": "TEXT"}) is shows


@pytest.mark.parametrize("forget_state", [False, True])
def test_a_changed_file_is_uploaded_by_the_next_run_where_the_first_died_before_its_upload(
    bench: Bench, forget_state: bool
) -> None:
    bench.deliver(patient("3", "Cleo", "Vale"), XRAY)
    bench.sync()
    before = bench.read("attachments", id_of(XRAY.entity, "50"))["file"]
    bench.deliver(document("50", of="3", path="new.png", sha256="cd" * 32))
    bench.files["new.png"] = b"\x89PNG and more"
    with killed_after(bench, 1):
        bench.sync()
    assert len(bench.open_intents()) == 1
    again = bench.reopened(forget_state=forget_state)
    again.sync()
    after = again.read("attachments", id_of(XRAY.entity, "50"))["file"]
    assert after != before
    assert again.open_intents() == set()
    again.close()


def test_what_did_not_arrive_makes_its_record_pending_whatever_else_arrived(bench: Bench) -> None:
    """An appointment is a task and a link: the task arrived, the link did not."""
    bench.deliver(patient("1", "Ada", "Quist"))
    bench.sync()
    bench.deliver(appointment("7", of="1"))
    with killed_after(bench, 3):
        bench.sync()
    assert bench.has("tasks", task_id("7"))
    assert bench.links("7") == []
    again = bench.reopened()
    again.sync()
    assert again.links("7") == [patient_id("1")]
    assert again.lag() == 0
    again.close()


def test_an_edit_of_a_field_that_was_not_sent_is_met_as_one_after_the_settling(bench: Bench) -> None:
    """Settled with what Twenty holds now, the person's value would count as our answer, and be overwritten later."""
    bench.deliver(patient("1", "Ada", "Quist", status="Active"))
    bench.sync()
    bench.edit("people", patient_id("1"), {"name": {"firstName": "Addie", "lastName": "Quist"}})
    bench.deliver(patient("1", status="Inactive"))
    with killed_after(bench, 3):
        bench.sync()
    assert bench.person("1")["patientStatus"] == "INACTIVE"
    again = bench.reopened()
    again.deliver(patient("1", "Adele"))
    assert [c.fields for c in again.sync().conflicts] == [("name",)]
    assert again.person("1")["name"]["firstName"] == "Addie"
    again.close()


def test_of_several_writes_of_a_record_the_one_that_did_not_arrive_has_the_last_word(bench: Bench) -> None:
    """The task's update stands before the link's creation in the log. The link arrived; the task is as a person left it."""
    bench.deliver(patient("1", "Ada", "Quist"), patient("2", "Bo", "Vale"), appointment("7", of="1"))
    bench.sync()
    bench.deliver(appointment("7", of="2", type="Check-up"))
    with killed_after(bench, 5):
        bench.sync()
    assert bench.links("7") == [patient_id("2")]
    bench.edit("tasks", task_id("7"), {"title": "A person's title"})
    again = bench.reopened()
    conflicts = again.sync().conflicts
    assert [(c.object, c.fields) for c in conflicts] == [("tasks", ("title",))]
    assert again.links("7") == [patient_id("2")]
    again.close()
