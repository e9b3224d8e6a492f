"""Extracts, processes that die, Twenty and the people in it take turns as a seed decides; after every step Twenty holds what
the independent model says, and the log is whole.

One seed again, with all that happened: CUTOVER_SIMULATION_SEED=17 pytest tests/simulation/test_simulation.py
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from tests.simulation.rules import RULES
from tests.simulation.simulation import Simulation
from tests.simulation.template import Template

SEEDS = 200
STEPS = 100
_ASKED = os.environ.get("CUTOVER_SIMULATION_SEED")


@pytest.mark.parametrize("seed", [int(_ASKED)] if _ASKED else range(SEEDS))
def test_whatever_happens_twenty_is_as_the_model_says(template: Template, memory: Path, seed: int) -> None:
    simulation = Simulation(seed, template, memory)
    try:
        simulation.run(STEPS, RULES)
    except Exception as error:
        told = "\n".join(f"{number:4} {said}" for number, said in enumerate(simulation.said))
        again = f"again: CUTOVER_SIMULATION_SEED={simulation.seed} pytest tests/simulation/test_simulation.py"
        raise AssertionError(f"seed {simulation.seed}, step {len(simulation.said) - 1}; {again}\n{told}\n{error}") from error


@pytest.mark.parametrize("seed", [1001, 1002])
def test_the_same_seed_gives_the_same_log_byte_for_byte(template: Template, memory: Path, seed: int) -> None:
    logs = []
    for _ in range(2):
        simulation = Simulation(seed, template, memory)
        simulation.run(50, RULES)
        with sqlite3.connect(simulation.folder / "project/.cutover/log.db") as database:
            logs.append([*database.execute("SELECT * FROM entries"), *database.execute("SELECT * FROM commits")])
        database.close()
    assert logs[0] == logs[1]
    assert len(logs[0]) > 500


def test_there_are_rules_enough() -> None:
    assert len(RULES) >= 12
    assert all(callable(turn) for turn in RULES)
