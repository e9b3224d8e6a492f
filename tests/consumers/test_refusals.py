"""Refusals by Twenty: the culprit becomes a dead letter, the rest of its batch goes through, and nothing is said in clear."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from consumers.twenty.transport.errors import Refused
from events.dead_letters import Stage, detail_of
from projections import project
from tests.consumers.workbench import Bench, appointment, note, patient, patient_id

SECRET = "Quistgaard"


def poisoned(name: str) -> str:
    """Return a name that Twenty refuses: its database takes no NUL in a text."""
    return f"{name}\x00"


@pytest.fixture(autouse=True)
def _a_rule_that_we_do_not_know(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let NULs stand for everything that Twenty refuses and that we do not find before sending."""
    monkeypatch.setattr(project, "valid", lambda projected, _context: projected)


@pytest.fixture
def refused(bench: Bench) -> Bench:
    """Let Twenty refuse one of thirty patients."""
    bench.deliver(
        *(patient(str(n), f"P{n}", poisoned(SECRET) if n == 7 else "Vale", mail=f"p{n}@x.example") for n in range(30)),
        appointment("100", of="7"),
        appointment("101", of="8"),
    )
    bench.sync()
    return bench


def test_the_rest_of_the_batch_goes_through(refused: Bench) -> None:
    assert refused.twenty.count("people") == 29
    assert not refused.has("people", patient_id("7"))
    assert refused.lag() == 0
    assert refused.open_intents() == set()


def test_the_culprit_is_a_dead_letter_with_a_reason_code(refused: Bench) -> None:
    assert refused.waiting()[patient_id("7")] == "value"
    [letter] = [x for x in refused.letters() if x.record_id == UUID(patient_id("7")).bytes]
    assert (letter.stage, letter.reason, letter.attempt) == (Stage.WRITE, "value", 1)
    assert detail_of(letter, refused.keys)["object"] == "people"
    assert detail_of(letter, refused.keys)["detail"]


def test_what_hangs_on_it_is_a_dead_letter_too_and_hinders_nobody(refused: Bench) -> None:
    assert sorted(refused.waiting().values()) == ["missing-relation", "value"]
    assert refused.links("101") == [patient_id("8")]


def test_a_record_of_which_two_parts_are_refused_is_one_dead_letter(bench: Bench) -> None:
    """The link of a note that was refused is refused for that."""
    bench.deliver(patient("1", "Ada", "Quist"), note("20", of="1", text=poisoned("Sealed")))
    assert bench.sync().dead_letters == 1
    assert [x.reason for x in bench.letters()] == ["value"]


def test_no_file_says_it_in_clear(refused: Bench) -> None:
    refused.close()
    files: Mapping[Path, bytes] = {p: p.read_bytes() for p in refused.folder.iterdir() if p.is_file()}
    assert len(files) >= 3
    for secret in (SECRET, "p7@x.example", "p8@x.example", "fern:patient:8", "validation error"):
        assert [p.name for p, data in files.items() if secret.encode() in data] == []


@pytest.mark.parametrize("forget_state", [False, True])
def test_it_is_not_tried_again_by_itself(refused: Bench, forget_state: bool) -> None:
    waiting, events = refused.waiting(), refused.events()
    again = refused.reopened(forget_state=forget_state)
    again.sync()
    assert (again.waiting(), again.events()) == (waiting, events)
    again.close()


def test_a_new_revision_supersedes_it(refused: Bench) -> None:
    refused.deliver(patient("7", last="Quist"))
    refused.sync()
    assert refused.person("7")["name"]["lastName"] == "Quist"
    assert patient_id("7") not in refused.waiting()
    refused.retry()
    assert refused.waiting() == {}
    assert refused.links("100") == [patient_id("7")]
    again = refused.reopened(forget_state=True)
    again.sync()
    assert again.waiting() == {}
    again.close()


def test_a_retry_counts_the_attempts(refused: Bench) -> None:
    refused.retry()
    assert refused.waiting()[patient_id("7")] == "value"
    assert [x.attempt for x in refused.letters() if x.record_id == UUID(patient_id("7")).bytes] == [1, 2]


@pytest.mark.parametrize("forget_state", [False, True])
def test_a_record_of_which_only_a_part_arrived_is_a_dead_letter_until_all_of_it_has(
    bench: Bench, forget_state: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.deliver(patient("1", "Ada", "Quist"))
    bench.sync()
    bench.deliver(appointment("7", of="1"))
    create = bench.workspace.create

    def no_links(plural: str, bodies: Any) -> Any:
        if plural == "taskTargets":
            bodies = [{**body, "targetPersonId": body["taskId"]} for body in bodies]
        return create(plural, bodies)

    with monkeypatch.context() as patched:
        patched.setattr(bench.workspace, "create", no_links)
        bench.sync()
    assert list(bench.waiting().values()) == ["missing-relation"]
    again = bench.reopened(forget_state=forget_state)
    again.sync()
    assert list(again.waiting().values()) == ["missing-relation"]
    again.retry()
    assert again.waiting() == {}
    assert again.links("7") == [patient_id("1")]
    again.close()


def test_an_update_that_is_refused_leaves_the_record_as_it_was(refused: Bench) -> None:
    refused.deliver(patient("8", last=poisoned("Marsh")), patient("9", last="Marsh"))
    refused.sync()
    assert (refused.person("8")["name"]["lastName"], refused.person("9")["name"]["lastName"]) == ("Vale", "Marsh")
    assert refused.waiting()[patient_id("8")] == "value"


def test_twentys_words_stay_out_of_messages(bench: Bench) -> None:
    with pytest.raises(Refused) as raised:
        bench.workspace.create("people", [{"id": patient_id("1"), "name": {"firstName": SECRET, "lastName": "\x00"}}])
    assert SECRET not in str(raised.value)
