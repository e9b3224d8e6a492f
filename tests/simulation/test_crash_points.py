"""A process may die at every crash point: the same command started again leaves Twenty as the model says, and the log whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from cutover.commands.rollback import RollbackOptions, rollback
from cutover.commands.schema import schema_apply
from events.crash_points import CrashPoint
from tests.simulation.crash_tour import SCHEMA, STEP, log_on_kafka, tour
from tests.simulation.simulation import Simulation
from tests.simulation.template import Template

SEEDS = 8


def test_there_are_points_enough() -> None:
    assert len(CrashPoint) >= 24
    assert len(set(CrashPoint)) == len(CrashPoint)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_dying_at_every_point_in_turn(template: Template, memory: Path, seed: int) -> None:
    tour(Simulation(seed + 5_000, template, memory))


@pytest.mark.long
def test_dying_at_every_point_in_turn_with_the_log_on_kafka(kafka: str, memory: Path) -> None:
    with log_on_kafka(kafka):
        tour(Simulation(5_000, Template.made(memory / "template"), memory))


def test_the_data_model_is_taken_back_and_made_again_by_processes_that_die(template: Template, memory: Path) -> None:
    simulation = Simulation(6_000, template, memory)
    with simulation.seeded.rehearsal():
        simulation.said.append("the data model:")
        simulation.full_extract()
        options = RollbackOptions(everything=True, schema=True, yes=True)
        for point in SCHEMA:
            simulation.dies(lambda s: rollback(s, options), point, 2)
        simulation.take_back(options, lambda _source, _write: True)
        objects = {item.name_singular for item in simulation.bench.app.state.workspace.model}
        assert "treatmentPlan" not in objects
        for point in STEP:
            simulation.dies(schema_apply, point, 3)
        simulation.command(schema_apply)
        simulation.full_extract()
        simulation.compare()
        simulation.verify()
        simulation.bench.close()
