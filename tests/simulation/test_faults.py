"""Every kind of trouble at every request of a small sync and of its rollback: the command, repeated where it says so, comes to
the same end.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rehearsal.server.allowance_faults import ALLOWANCE_KINDS
from rehearsal.server.faults import KINDS
from tests.simulation.office_turns import new_word, work_in_the_office
from tests.simulation.people_turns import edit_a_migrated_field
from tests.simulation.simulation import Simulation
from tests.simulation.template import Template
from tests.simulation.troubles import OF_RECORDS, TROUBLES, Counting, at

SAMPLE = 4
"""Positions of each kind that are struck here; the long suite strikes all of them."""
Command = Callable[[Simulation], None]


def delta(s: Simulation) -> None:
    """Write a second extract, with something of everything."""
    s.full_extract()


def take_back(s: Simulation) -> None:
    """Take all of it back."""
    s.roll_back_everything()


COMMANDS: dict[str, Command] = {"sync": delta, "rollback": take_back}


def prepared(template: Template, folder: Path, seed: int = 8_000) -> Simulation:
    """Return a practice with one extract carried, and a day's work since."""
    simulation = Simulation(seed, template, folder)
    with simulation.seeded.rehearsal():
        simulation.said.append("begin:")
        simulation.full_extract()
        edit_a_migrated_field(simulation)
        for _ in range(4):
            work_in_the_office(simulation)
        new_word(simulation)
    return simulation


def requests(simulation: Simulation, folder: Path, command: Command) -> int:
    """Return the number of requests that a command sends when nothing goes wrong."""
    twin, counting = simulation.forked(folder), Counting()
    with twin.seeded.rehearsal():
        twin.trouble = counting.strike
        command(twin)
        twin.compare()
        twin.bench.close()
    return counting.count


def strike(simulation: Simulation, folder: Path, command: Command, kind: str, position: int) -> None:
    """Do it with this trouble at this request."""
    twin = simulation.forked(folder)
    with twin.seeded.rehearsal():
        twin.trouble = at(position, TROUBLES[kind])
        command(twin)
        twin.compare()
        twin.verify()
        twin.bench.close()


def test_every_kind_of_the_rehearsal_is_known_here() -> None:
    toured_elsewhere = set(ALLOWANCE_KINDS)  # tests/consumers/test_allowances.py strikes every request with them
    assert set(KINDS) - OF_RECORDS - toured_elsewhere <= set(TROUBLES)


@pytest.fixture(scope="module")
def practice(template: Template, memory: Path) -> Iterator[Simulation]:
    """Yield the practice that every fault strikes a copy of."""
    simulation = prepared(template, memory)
    yield simulation
    simulation.bench.close()


@pytest.fixture(scope="module")
def counts(practice: Simulation, memory: Path) -> dict[str, int]:
    """Return the number of requests that each command sends when nothing goes wrong."""
    return {name: requests(practice, memory / "counted", command) for name, command in COMMANDS.items()}


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("kind", TROUBLES)
def test_a_fault_at_any_request(practice: Simulation, counts: dict[str, int], memory: Path, kind: str, name: str) -> None:
    count, chance = counts[name], copy.deepcopy(practice.chance)
    for position in chance.sample(range(count), SAMPLE):
        try:
            strike(practice, memory / "struck", COMMANDS[name], kind, position)
        except Exception as error:
            raise AssertionError(f"{kind} at request {position} of {count} of the {name}: {error}") from error
