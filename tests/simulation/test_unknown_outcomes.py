"""Writes whose answer is lost (applied, not applied, partly applied): nothing is lost, and nothing is made twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.simulation.office_turns import work_in_the_office
from tests.simulation.people_turns import edit_a_migrated_field
from tests.simulation.simulation import Simulation, Turn
from tests.simulation.template import Template

WANTED = 1_000
RULES: Mapping[Turn, int] = {
    work_in_the_office: 4,
    Simulation.full_extract: 4,
    Simulation.partial_extract: 2,
    edit_a_migrated_field: 2,
    Simulation.roll_back_a_record: 1,
    Simulation.roll_back_a_run: 1,
    Simulation.roll_back_everything: 2,
}


@pytest.mark.long
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
