"""Writes whose answer is lost (applied, not applied, partly applied): nothing is lost, and nothing is made twice."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tests.simulation.simulation import Simulation
from tests.simulation.template import Template

WANTED = 1_000
RULES = {
    "work_in_the_office": 4,
    "full_extract": 4,
    "partial_extract": 2,
    "edit_a_migrated_field": 2,
    "roll_back_a_record": 1,
    "roll_back_a_run": 1,
    "roll_back_everything": 2,
}


def test_a_thousand_unknown_outcomes(template: Template, memory: Path) -> None:
    unknown: Counter[str] = Counter()
    seed = 7_000
    while unknown.total() < WANTED:
        simulation = Simulation(seed, template, memory)
        simulation.always_troubled = True
        simulation.run(20, RULES)
        unknown += simulation.unknown
        seed += 1
    assert min(unknown.values()) > WANTED / 10
    assert set(unknown) == {"applied", "not applied", "partly applied"}
