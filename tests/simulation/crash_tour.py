"""A practice whose processes die at one crash point after the other, each time in the middle of what leads there."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from consumers.state.partition_ownership import OwnershipLost
from consumers.twenty.transport.errors import TwentyError
from cutover.commands.approvals.schema import schema_apply
from cutover.commands.records.rollback import RollbackOptions, rollback
from events.crash_points import CrashPoint
from events.log.port import LogFenced
from tests.simulation.office import Row
from tests.simulation.office_turns import fresh_column, new_word, unreadable_row, work_in_the_office
from tests.simulation.people_turns import add_a_stranger, edit_a_migrated_field
from tests.simulation.simulation import Simulation
from tests.simulation.template import Template, log_on_kafka

_TRIES = 20

SCHEMA = (
    CrashPoint.BEFORE_SCHEMA_UNDO,
    CrashPoint.SCHEMA_UNDO_SENT,
    CrashPoint.SCHEMA_UNDO_RECORDED,
)
"""Reached only where the data model itself is taken back, which has a tour of its own."""
STEP = (
    CrashPoint.BEFORE_SCHEMA_STEP,
    CrashPoint.SCHEMA_STEP_INTENDED,
    CrashPoint.SCHEMA_STEP_SENT,
    CrashPoint.SCHEMA_STEP_RECORDED,
)
REFUSED = (CrashPoint.BEFORE_REFUSED_ROWS, CrashPoint.REFUSED_ROWS_APPENDED, CrashPoint.REFUSED_ROWS_FOLDED)
COMMANDS = ("full_extract", "full_extract", "partial_extract", "roll_back_a_record", "roll_back_a_run", "replay_a_range")
TOURED = tuple(point for point in CrashPoint if point not in SCHEMA)


def tour(simulation: Simulation) -> None:
    """Let processes of a practice die at all points but those of the data model, in an order that its seed decides. Raises
    AssertionError as `die_at`, with the seed and what was done last.
    """
    order = list(TOURED)
    simulation.chance.shuffle(order)
    with simulation.seeded.rehearsal():
        simulation.said.append("begin:")
        simulation.full_extract()
        for point in order:
            try:
                die_at(simulation, point)
            except Exception as error:
                told = "\n".join(simulation.said[-25:])
                raise AssertionError(f"{error}\nseed {simulation.seed}, {point}\n{told}") from error
        simulation.bench.close()


def tour_of_the_data_model(simulation: Simulation) -> None:
    """Take everything back with the data model, and make the data model again, by processes that die at all points of that.
    Raises AssertionError.
    """
    chance, options = simulation.chance, RollbackOptions(everything=True, schema=True, yes=True)
    with simulation.seeded.rehearsal():
        simulation.said.append("the data model:")
        simulation.full_extract()
        for point in chance.sample(SCHEMA, len(SCHEMA)):
            simulation.dies(lambda s: rollback(s, options), point, chance.randint(1, 3))
        simulation.take_back(options, lambda _source, _write: True)
        objects = {item.name_singular for item in simulation.bench.app.state.workspace.model}
        assert "treatmentPlan" not in objects, f"wrong: seed {simulation.seed}, the data model is still there"
        for point in chance.sample(STEP, len(STEP)):
            simulation.dies(schema_apply, point, chance.randint(1, 3))
        simulation.command(schema_apply)
        simulation.full_extract()
        simulation.compare()
        simulation.verify()
        simulation.bench.close()


@contextmanager
def practice_on_kafka(seed: int, template: Template, folder: Path, broker: str) -> Iterator[Simulation]:
    """Return a practice with its log on this broker: in one partition, as the model thinks of one order of all events.

    Time is real there: a process that a busy machine let stand still for some seconds is told that it may have been replaced,
    and is started again.
    """
    simulation = Simulation(seed, template, folder)
    simulation.forgives = lambda error: isinstance(error, TwentyError | OwnershipLost | LogFenced)
    with log_on_kafka(broker, simulation.bench.folder):
        simulation.bench.forget_state()  # it has seen the log in SQLite, whose offsets are others
        yield simulation
        simulation.bench.close()
        gc.collect()  # sockets that kafka-python left open are this test's


def die_at(simulation: Simulation, point: CrashPoint) -> str:
    """Let a process die at this point, and start the command again. Gives the command's name. Raises AssertionError where the
    workspace is then not as the model says, or the point is never reached.
    """
    lead, command = _WAYS.get(point, (_anything, _any_command))
    deaths = simulation.deaths
    for tried in range(_TRIES):
        simulation.said.append(f"on the way to {point}:")
        lead(simulation)
        simulation.crash_at = (point, 2 if tried < 2 and simulation.chance.random() < 0.4 else 1)
        name = command(simulation)
        simulation.compare()
        if simulation.deaths > deaths:
            simulation.verify()
            return name
    raise AssertionError(f"{point} is never reached")


def _anything(s: Simulation) -> None:
    work_in_the_office(s)
    edit_a_migrated_field(s)


def _carried(s: Simulation) -> None:
    """Have records in Twenty: the point before may have taken all of them back."""
    _anything(s)
    s.full_extract()


def _any_command(s: Simulation) -> str:
    name = s.chance.choice(COMMANDS)
    getattr(s, name)()
    return name


def _full(s: Simulation) -> str:
    s.full_extract()
    return "full_extract"


def _take_back(s: Simulation) -> str:
    name = s.chance.choice(("roll_back_a_record", "roll_back_everything"))
    getattr(s, name)()
    return name


def _retry(s: Simulation) -> str:
    s.retry()
    return "retry"


def _delete(s: Simulation) -> Row:
    row = s.chance.choice([r for r in s.office.rows.values() if r.kind != "patient"])
    s.office.remove(row)
    return row


def _leave(s: Simulation) -> None:
    _delete(s)


def _bring_back(s: Simulation) -> None:
    """Remove a record, and enter it again once Twenty has it in the trash: one that was taken back since would be made anew."""
    row = _delete(s)
    s.full_extract()
    s.office.bring_back(row)


def _stranger(s: Simulation) -> None:
    s.office.new_family()
    add_a_stranger(s)


_WAYS: Mapping[CrashPoint, tuple[Callable[[Simulation], None], Callable[[Simulation], str]]] = {
    **dict.fromkeys((CrashPoint.BEFORE_DELETE, CrashPoint.DELETED), (_leave, _full)),
    **dict.fromkeys((CrashPoint.BEFORE_RESTORE, CrashPoint.RESTORED), (_bring_back, _full)),
    **dict.fromkeys((CrashPoint.BEFORE_PAIRING, CrashPoint.PAIRED), (_stranger, _full)),
    **dict.fromkeys((CrashPoint.BEFORE_DESTROY, CrashPoint.DESTROYED), (_carried, _take_back)),
    **dict.fromkeys((CrashPoint.BEFORE_RETRY, CrashPoint.RETRY_RECORDED), (_anything, _retry)),
    **dict.fromkeys((CrashPoint.BEFORE_MAPPING_EXTENDED, CrashPoint.MAPPING_EXTENDED), (fresh_column, _full)),
    **dict.fromkeys(STEP, (new_word, _full)),
    **dict.fromkeys(REFUSED, (unreadable_row, _full)),
}
