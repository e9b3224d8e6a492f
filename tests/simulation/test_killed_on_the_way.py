"""Findings of the simulation, told step by step: each of these once ended with something lost or wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from cutover.commands.records.replay import replay
from events.crash_points import CrashPoint
from tests.simulation.office_turns import new_column
from tests.simulation.simulation import Simulation
from tests.simulation.template import Template
from tests.simulation.wire import call


@pytest.fixture
def practice(template: Template, memory: Path) -> Iterator[Simulation]:
    """Yield a practice with one extract carried."""
    simulation = Simulation(9_000, template, memory)
    with simulation.seeded.rehearsal():
        simulation.said.append("begin:")
        simulation.full_extract()
        yield simulation
        simulation.bench.close()


@pytest.mark.parametrize("point", [CrashPoint.BEFORE_MAPPING_EXTENDED, CrashPoint.MAPPING_EXTENDED])
def test_a_new_column_whose_run_is_killed_before_twenty_has_the_field(practice: Simulation, point: CrashPoint) -> None:
    new_column(practice)
    practice.crash_at = (point, 1)
    practice.full_extract()
    assert practice.deaths == 1
    practice.compare()
    assert any(held.fields.get("nightGuardDue") for held in practice.model.twenty.records.values())


def test_a_return_whose_update_has_nothing_to_send_is_not_taken_for_done(practice: Simulation) -> None:
    """The patient comes back with a column more, empty as in Twenty: brought back, and an update that sends nothing."""
    gone = practice.office.of("patient")[-1]
    practice.office.remove(gone)
    practice.full_extract()
    new_column(practice)
    practice.office.bring_back(gone)
    practice.crash_at = (CrashPoint.BEFORE_RESTORE, 1)
    practice.full_extract()
    assert practice.deaths == 1
    practice.compare()


def test_a_record_that_people_removed_still_waits_for_its_address(practice: Simulation) -> None:
    patient = next(row for row in practice.office.of("patient") if row.cells["email"])
    plural, identity = practice.model.places.person(patient.id)
    call(practice.bench.app, "DELETE", f"/rest/{plural}/{identity}?soft_delete=true")
    call(practice.bench.app, "POST", "/rest/people", {"emails": {"primaryEmail": "nemo@home.example"}})
    practice.office.put(patient.changed(email="nemo@home.example"))
    practice.crash_at = (CrashPoint.OUTCOMES_APPENDED, 1)
    practice.full_extract()
    assert practice.deaths == 1
    waiting = {UUID(bytes=head.record_id): head.reason for head in practice.bench.session.view.kept_back()}
    assert waiting == {UUID(identity): "address_taken"}


def test_a_replay_brings_the_practice_back_before_the_people_who_belong_to_it(practice: Simulation) -> None:
    practice.roll_back_everything()
    practice.office.put(practice.office.of("patient")[0].changed(city="Redmond"))
    practice.compare()
    answer = practice.command(lambda s: replay(s, f"run:{practice.runs[1]}", None, None, dry_run=False))
    practice.model.replay(2, practice.model.run)
    practice.compare()
    assert answer.document["dead_letters"] == 0
    assert len(practice.model.twenty.records) > 20
