"""A person is forgotten between the death of a process and the run that recovers: nobody else's records suffer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cutover.commands.oversight.forget import forget
from events.crash_points import CrashPoint
from tests.simulation.comparison import differences
from tests.simulation.office_turns import work_in_the_office
from tests.simulation.people_turns import edit_a_migrated_field
from tests.simulation.simulation import Simulation
from tests.simulation.template import Template

POINTS = (
    CrashPoint.KEYS_DURABLE,
    CrashPoint.CHANGES_APPENDED,
    CrashPoint.WINDOW_READ,
    CrashPoint.INTENTS_APPENDED,
    CrashPoint.CREATED,
    CrashPoint.UPDATED,
    CrashPoint.OUTCOMES_APPENDED,
)


@pytest.fixture
def practice(template: Template, memory: Path) -> Iterator[Simulation]:
    """Yield a practice with one extract carried, and news of many kinds since."""
    simulation = Simulation(9_100, template, memory)
    with simulation.seeded.rehearsal():
        simulation.said.append("begin:")
        simulation.full_extract()
        for _ in range(4):
            work_in_the_office(simulation)
            edit_a_migrated_field(simulation)
        simulation.office.new_family()
        yield simulation
        simulation.bench.close()


@pytest.mark.parametrize(("point", "lose_the_state"), [(point, number % 2 == 0) for number, point in enumerate(POINTS)])
def test_nothing_of_others_is_lost_and_nothing_stops(practice: Simulation, point: CrashPoint, lose_the_state: bool) -> None:
    patient = practice.office.of("patient")[0]
    practice.office.put(patient.changed(street="1 Forgotten Way"))
    restarted = practice.blur

    def forget_them() -> None:
        restarted()
        practice.bench.end_process()
        forget(practice.bench.session, practice.model.places.ids.pbn("patient", patient.id), yes=True)
        if lose_the_state:
            practice.bench.forget_state()
            practice.model.forget_state()

    practice.blur = forget_them  # type: ignore[method-assign]
    practice.crash_at = (point, 1)
    practice.full_extract()
    assert practice.deaths == 1
    assert others(practice, patient.id) == []
    assert practice.bench.session.view.open_intents() == []
    practice.verify()
    ends = practice._ends()
    practice.restart()
    practice.blur = restarted  # type: ignore[method-assign]
    work_in_the_office(practice)
    practice.full_extract()
    assert others(practice, patient.id) == []
    assert practice._ends() != ends


def others(practice: Simulation, patient: str) -> list[str]:
    """Return the differences from the model in records that are not this patient's."""
    person = practice.model.places.person(patient)[1]
    theirs = {person}
    for (plural, identity), held in practice.model.twenty.records.items():
        if person in held.fields.values():
            theirs |= {identity, *(held.fields.get(name) for name in ("taskId", "noteId") if plural.endswith("Targets"))}
    found = differences(practice.bench.app.state.workspace, practice.model)
    return [line for line in found if line.replace(":", " ").split()[2] not in theirs]
