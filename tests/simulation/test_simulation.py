"""Extracts, processes that die, Twenty and the people in it take turns as a seed decides; after every step Twenty holds what
the independent model says, and the log is whole.

One seed again, with all that happened: CUTOVER_SIMULATION_SEED=17 pytest tests/simulation/test_simulation.py
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping
from contextlib import nullcontext, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.simulation import model_turns
from tests.simulation.rules import RULES, admin_of
from tests.simulation.simulation import Simulation, Turn
from tests.simulation.small_parts import EVERY, SIZES, small_parts
from tests.simulation.template import Template, state_on_postgres
from tests.simulation.world import Seeded

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


LEAKS: dict[str, dict[str, Any]] = {
    "clock": {"now": lambda: datetime.now(UTC)},
    "ids": {"new_id": lambda: uuid4().bytes},
    "entropy": {"entropy": os.urandom},
}


@pytest.mark.parametrize("leak", [*LEAKS, "workspace"])
def test_what_is_not_of_the_seed_is_noticed(
    template: Template, memory: Path, monkeypatch: pytest.MonkeyPatch, leak: str
) -> None:
    """A clock, an id or a random byte from elsewhere makes another log, or in the workspace another workspace."""
    made = Seeded.world
    if leak == "workspace":
        monkeypatch.setattr(Seeded, "rehearsal", lambda _seeded: nullcontext())
    else:
        monkeypatch.setattr(Seeded, "world", lambda *about: replace(made(*about), **LEAKS[leak]))
    assert after_one_step(template, memory) != after_one_step(template, memory)


def test_without_a_leak_one_step_gives_the_same_log_and_the_same_workspace(template: Template, memory: Path) -> None:
    assert after_one_step(template, memory) == after_one_step(template, memory)


def after_one_step(template: Template, memory: Path) -> list[tuple[object, ...]]:
    """Return every row of the log and of the workspace."""
    simulation = Simulation(1001, template, memory)
    simulation.run(1, RULES)
    rows = rows_of_the_log(simulation)
    with sqlite3.connect(simulation.folder / "workspace.db") as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        rows += [row for name in tables for row in database.execute(f'SELECT * FROM "{name}"')]
    database.close()
    return rows


def test_neither_lost_answers_nor_the_admin_draw_from_the_stream_of_the_steps(template: Template, memory: Path) -> None:
    """A request more or less, or a turn of the admin, leaves what happens next as it is."""
    simulation = Simulation(1001, template, memory)
    simulation.answers_get_lost()
    lose, before = simulation.trouble, simulation.chance.getstate()
    assert lose is not None
    write = httpx.Request("POST", "http://localhost/rest/batch/people", content=b"[]")
    for _ in range(10):
        with suppress(httpx.TransportError):
            lose(write, lambda *_: httpx.Response(200))
    assert simulation.unknown.total() > 0
    with simulation.seeded.rehearsal():
        for turn in (model_turns.delete_an_option, model_turns.switch_a_field_off, model_turns.remove_a_view):
            simulation.said.append(turn.__name__)
            turn(simulation)
    simulation.bench.close()
    assert simulation.chance.getstate() == before


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
        simulation.run(steps, rules, admin_of(simulation.seed))
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


def test_the_seeds_take_every_size_of_every_part_and_leave_the_engines_own() -> None:
    taken: dict[tuple[str, str], set[int]] = {}
    for seed in range(1, 40 * EVERY, EVERY):
        with small_parts(seed):
            for module, name in SIZES:
                taken.setdefault((module.__name__, name), set()).add(getattr(module, name))
    assert taken == {(module.__name__, name): set(sizes) for (module, name), sizes in SIZES.items()}
    assert all(getattr(module, name) == sizes[-1] for (module, name), sizes in SIZES.items())
