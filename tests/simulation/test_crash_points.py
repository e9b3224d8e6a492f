"""A process may die at every crash point: the same command started again leaves Twenty as the model says, and the log whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from events.crash_points import CrashPoint
from tests.simulation.crash_tour import practice_on_kafka, tour, tour_of_the_data_model
from tests.simulation.simulation import Simulation
from tests.simulation.template import Template, state_on_postgres

SEEDS = 8
sockets_may_be_left = pytest.mark.filterwarnings(
    "ignore:Exception ignored in. <socket.socket fd=[0-9]+, family=2, type=1, proto=6, laddr=..127.0.0.1"
    ":pytest.PytestUnraisableExceptionWarning"
)
"""kafka-python 3.0.12 leaves the socket of a client that is closed with bytes to send to the garbage collector."""


def test_there_are_points_enough() -> None:
    assert len(CrashPoint) >= 24
    assert len(set(CrashPoint)) == len(CrashPoint)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_dying_at_every_point_in_turn(template: Template, memory: Path, seed: int) -> None:
    tour(Simulation(seed + 5_000, template, memory))


@pytest.mark.long
@sockets_may_be_left
def test_dying_at_every_point_in_turn_with_the_log_on_kafka(template: Template, kafka: str, memory: Path) -> None:
    with practice_on_kafka(5_000, template, memory, kafka) as simulation:
        tour(simulation)


@pytest.mark.long
def test_dying_at_every_point_in_turn_with_state_and_keys_on_postgres(
    template: Template, postgres_server: str, memory: Path
) -> None:
    with state_on_postgres(postgres_server, template):
        tour(Simulation(5_100, template, memory))


@pytest.mark.long
@sockets_may_be_left
def test_the_data_model_is_taken_back_and_made_again_with_the_log_on_kafka(
    template: Template, kafka: str, memory: Path
) -> None:
    with practice_on_kafka(6_000, template, memory, kafka) as simulation:
        tour_of_the_data_model(simulation)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_the_data_model_is_taken_back_and_made_again_by_processes_that_die(template: Template, memory: Path, seed: int) -> None:
    tour_of_the_data_model(Simulation(seed + 6_000, template, memory))
