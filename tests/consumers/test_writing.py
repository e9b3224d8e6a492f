"""Writes of a window of events: intents first, full batches, one step at the end, and nothing a second time."""

from __future__ import annotations

from math import ceil

import pytest

from consumers.twenty.transport.errors import Unreachable
from events.compensations import Action, Phase
from events.log.port import CHANGES
from tests.consumers.workbench import (
    Bench,
    appointment,
    document,
    family,
    id_of,
    patient,
    patient_id,
    task_id,
)


def test_every_write_has_its_intent_in_the_log_before_the_request_leaves(bench: Bench) -> None:
    bench.deliver(*family())
    bench.sync()
    bench.deliver(patient("1", "Ada", "Quist-Vale"), appointment("10", of="3"), gone=[appointment("11", of="2")])
    bench.sync()
    bench.rollback()
    assert sum(step.startswith("request") for step in bench.fate.steps) >= 15
    assert bench.unannounced == []


def test_intents_come_first_then_the_requests_then_outcomes_and_offsets_in_one_step(bench: Bench) -> None:
    bench.deliver()
    bench.sync()  # the company has a window of its own
    bench.deliver(*family())
    bench.fate.steps.clear()
    bench.sync()
    steps = [step for step in bench.fate.steps if not step.startswith("fold") and step != "append 1 decisions"]
    assert steps[0] == "append 12 compensations"
    assert all(step.startswith("request") for step in steps[1:-1])
    assert steps[-1] == "append 12 compensations, commit"


def test_parents_are_written_before_their_children(bench: Bench) -> None:
    bench.deliver(*family())
    bench.sync()
    written = [step.split()[2] for step in bench.fate.steps if step.startswith("request create")]
    assert written.index("companies") < written.index("people") < written.index("tasks") < written.index("taskTargets")
    assert written.index("people") < written.index("attachments")


def test_a_new_record_is_a_plain_create_under_its_deterministic_id(bench: Bench) -> None:
    bench.deliver(*family())
    bench.sync()
    assert {step.split()[1] for step in bench.fate.steps if step.startswith("request")} == {"create"}
    assert bench.person("1")["pbnId"] == "fern:patient:1"
    assert bench.read("tasks", task_id("10"))["pbnId"] == "fern:appointment:10"


def test_a_change_goes_to_its_record_by_id_and_sends_what_changed(bench: Bench) -> None:
    bench.deliver(*family())
    bench.sync()
    bench.fate.steps.clear()
    bench.deliver(patient("1", "Adele", "Quist"))
    tally = bench.sync()
    assert [s for s in bench.fate.steps if s.startswith("request")] == ["request update people (1)"]
    assert tally.writes["update"] == 1
    update = [e for e in bench.compensations() if e.action is Action.UPDATE and e.phase is Phase.INTENDED]
    assert [list(bench.body(e).written) for e in update] == [["name"]]
    assert bench.person("1")["name"] == {"firstName": "Adele", "lastName": "Quist"}


def test_an_initial_load_fills_its_batches(bench: Bench) -> None:
    people, visits = 430, 450
    bench.deliver(
        *(patient(str(n), f"Person {n}", "Vale", mail=f"p{n}@x.example") for n in range(people)),
        *(appointment(str(n), of=str(n % people)) for n in range(visits)),
    )
    bench.sync()
    batches = ceil(people / 200) + 2 * ceil(visits / 200) + 1
    assert bench.workspace.requests <= batches + 3
    assert bench.lag() == 0
    assert bench.twenty.count("people") == people
    assert bench.twenty.count("taskTargets") == visits


def test_small_windows_come_to_the_same(bench: Bench) -> None:
    bench.deliver(*family())
    bench.sync(window=2)
    assert bench.lag() == 0
    assert bench.live_creates().total() == 13
    assert bench.open_intents() == set()


def test_the_same_events_again_write_nothing(bench: Bench) -> None:
    bench.deliver(*family())
    bench.sync()
    before, events = bench.content(), bench.events()
    bench.fate.steps.clear()
    bench.deliver(*family())
    assert bench.sync().writes.total() == 0
    assert [s for s in bench.fate.steps if s.startswith("request")] == []
    assert (bench.content(), bench.events()) == (before, events)


def test_only_the_newest_event_of_a_record_is_written(bench: Bench) -> None:
    bench.deliver(*(patient("1", first, "Quist") for first in ("Ada", "Adele", "Adelaide")))
    tally = bench.sync()
    assert bench.person("1")["name"]["firstName"] == "Adelaide"
    assert tally.writes["update"] == 0


def test_a_record_that_came_and_went_before_it_was_carried_is_never_written(bench: Bench) -> None:
    bench.deliver(patient("1", "Ada", "Quist"), gone=[patient("1")])
    bench.sync()
    assert not bench.has("people", patient_id("1"))
    assert bench.live_creates()[patient_id("1")] == 0


def test_a_word_without_an_option_gets_one(bench: Bench) -> None:
    bench.deliver(patient("1", "Ada", "Quist", insurance_carrier="Granite Dental"))
    bench.sync()
    assert bench.person("1")["insuranceCarrier"] == "GRANITE_DENTAL"


def test_a_document_without_its_bytes_waits_for_them(bench: Bench) -> None:
    bench.files.clear()
    bench.deliver(patient("3", "Cleo", "Vale"), document("50", of="3"))
    bench.sync()
    attachment = id_of(document("50", of="3").entity, "50")
    assert bench.waiting() == {attachment: "missing_file"}
    bench.files["xray.png"] = b"\x89PNG"
    bench.retry()
    assert bench.waiting() == {}
    assert bench.has("attachments", attachment)


def test_what_was_committed_is_what_was_settled(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.deliver()
    bench.sync()
    committed = bench.log.committed(bench.group, CHANGES)
    bench.deliver(*family())

    def no_answer(*_args: object) -> list[object]:
        raise Unreachable("nobody answers", retriable=False)

    with monkeypatch.context() as patched:
        patched.setattr(bench.workspace, "create", no_answer)
        with pytest.raises(Unreachable):
            bench.sync()
    assert bench.log.committed(bench.group, CHANGES) == committed
    assert len(bench.open_intents()) == 12
    bench.sync()
    assert bench.lag() == 0
    assert bench.open_intents() == set()
    assert bench.live_creates().total() == 13
