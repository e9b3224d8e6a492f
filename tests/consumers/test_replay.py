"""Replay: every record is compared with Twenty again; what Twenty lost is made again, what people did stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from consumers.state.view_rows import DEAD
from tests.consumers.workbench import Bench, Host, appointment, claim, family, id_of, patient, patient_id, plan, task_id


@pytest.fixture
def carried(bench: Bench) -> Bench:
    bench.deliver(*family())
    bench.sync()
    return bench


def test_where_nothing_differs_nothing_is_written(carried: Bench) -> None:
    events = carried.events()
    assert carried.replay().writes.total() == carried.replay().writes["unchanged"]
    assert carried.events() == events


def test_what_twenty_lost_is_made_again(carried: Bench) -> None:
    before = carried.content()
    carried.twenty.destroy("tasks", [task_id("10")])
    carried.twenty.destroy("insuranceClaims", [id_of(claim("40", of="3").entity, "40")])
    carried.replay()
    assert carried.content() == before


def test_a_person_whom_twenty_lost_comes_back_with_what_hung_on_them(carried: Bench) -> None:
    before = carried.content()
    carried.twenty.destroy("people", [patient_id("1"), patient_id("3")])
    carried.replay()
    assert carried.content() == before


def test_what_came_back_is_taken_back_once(carried: Bench) -> None:
    carried.twenty.destroy("people", [patient_id("1")])
    carried.replay()
    assert carried.rollback().kept == []
    assert sum(map(len, carried.content().values())) == 0


def test_peoples_edits_stay(carried: Bench) -> None:
    carried.edit("people", patient_id("1"), {"name": {"firstName": "Addie", "lastName": "Quist"}})
    carried.twenty.soft_delete("tasks", [task_id("10")])
    before = carried.content()
    carried.replay()
    assert carried.content() == before


def test_an_older_revision_never_comes_over_a_newer_one(carried: Bench) -> None:
    carried.deliver(patient("1", "Adele"))
    carried.sync()
    carried.deliver(patient("1", "Adelaide"))
    carried.replay()
    assert carried.person("1")["name"]["firstName"] == "Adelaide"
    carried.sync()
    assert carried.person("1")["name"]["firstName"] == "Adelaide"


def test_what_was_rolled_back_a_replay_brings_forward(carried: Bench) -> None:
    before = carried.content()
    carried.rollback()
    carried.replay()
    assert carried.content() == before
    assert carried.sync().writes.total() == carried.sync().writes["unchanged"]


def test_a_dead_letter_for_which_a_replay_has_nothing_to_write_stays_one(carried: Bench) -> None:
    """Counted as applied, it would be left out by the retry that an operator asks for."""
    carried.deliver(gone=[claim("40", of="3")])
    carried.sync()
    record = UUID(id_of(claim("40", of="3").entity, "40")).bytes
    dead = replace(carried.view.heads([record])[record], applied_revision=1, status=DEAD, reason="value")
    carried.view.save(heads=[dead])
    carried.replay()
    assert carried.view.heads([record])[record] == dead


@pytest.mark.parametrize("window", [3, 10_000])
def test_on_a_second_workspace_the_log_alone_rebuilds_the_same(
    host: Host, new_bench: Callable[..., Bench], window: int
) -> None:
    first = new_bench()
    first.deliver(*family())
    first.sync()
    first.deliver(
        patient("1", "Adele", birth_date=date(1971, 1, 1)),
        appointment("11", of="3"),
        plan("30", of="1", status="Accepted"),
        gone=[claim("40", of="3")],
    )
    first.sync()
    first.edit("people", patient_id("1"), {"jobTitle": "Baker"})
    url, metadata = host.workspace(model=2)
    second = Bench(first.folder, url, metadata)
    second.sync(window=window)

    def shared(bench: Bench) -> object:
        without = {"jobTitle", "primaryProviderId", "assigneeId"}
        return {
            name: {
                i: {k: v for k, v in image.items() if k not in without} for i, image in images.items() if not image["deletedAt"]
            }
            for name, images in bench.content().items()
        }

    assert shared(second) == shared(first)
    assert first.sync().writes.total() == 0
    second.rollback()
    assert sum(map(len, second.content().values())) == 0
    assert first.has("tasks", task_id("11"))
    second.close()
