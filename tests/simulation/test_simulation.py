"""Extracts, processes that die, Twenty and the people in it take turns as a seed decides; after every step Twenty holds what
the independent model says, and the log is whole.

One seed again, with all that happened: CUTOVER_SIMULATION_SEED=17 pytest tests/simulation/test_simulation.py
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.simulation.rules import RULES
from tests.simulation.simulation import Simulation, Turn
from tests.simulation.template import Template, state_on_postgres

SEEDS = 200
STEPS = 100
_ASKED = os.environ.get("CUTOVER_SIMULATION_SEED")


@pytest.mark.parametrize("seed", [int(_ASKED)] if _ASKED else range(SEEDS))
def test_whatever_happens_twenty_is_as_the_model_says(template: Template, memory: Path, seed: int) -> None:
    run(Simulation(seed, template, memory), STEPS)


@pytest.mark.parametrize("seed", [1001, 1002])
def test_the_same_seed_gives_the_same_log_byte_for_byte(template: Template, memory: Path, seed: int) -> None:
    logs = []
    for _ in range(2):
        simulation = Simulation(seed, template, memory)
        simulation.run(50, RULES)
        logs.append(rows_of_the_log(simulation))
    assert logs[0] == logs[1]
    assert len(logs[0]) > 500


@pytest.mark.long
def test_with_state_and_keys_on_postgres_the_same_seed_gives_the_same_log(
    template: Template, memory: Path, postgres_server: str
) -> None:
    """Each step is compared with the model there too. The state is lost more often than otherwise."""
    rules = {**RULES, Simulation.lose_the_state: 8}
    simulation = Simulation(1003, template, memory)
    simulation.bench.forget_state()  # as on PostgreSQL, where it is empty at first
    run(simulation, STEPS, rules)
    log = rows_of_the_log(simulation)
    with state_on_postgres(postgres_server, template):
        there = Simulation(1003, template, memory)
        run(there, STEPS, rules)
    assert any(said.startswith("lose_the_state") for said in there.said)
    assert rows_of_the_log(there) == log


def run(simulation: Simulation, steps: int, rules: Mapping[Turn, int] = RULES) -> None:
    try:
        simulation.run(steps, rules)
    except Exception as error:
        told = "\n".join(f"{number:4} {said}" for number, said in enumerate(simulation.said))
        again = f"again: CUTOVER_SIMULATION_SEED={simulation.seed} pytest tests/simulation/test_simulation.py"
        raise AssertionError(f"seed {simulation.seed}, step {len(simulation.said) - 1}; {again}\n{told}\n{error}") from error


def rows_of_the_log(simulation: Simulation) -> list[tuple[object, ...]]:
    with sqlite3.connect(simulation.folder / "project/.cutover/log.db") as database:
        rows = [*database.execute("SELECT * FROM entries"), *database.execute("SELECT * FROM commits")]
    database.close()
    return rows


def test_there_are_rules_enough() -> None:
    assert len(RULES) >= 12
    assert all(callable(turn) for turn in RULES)
