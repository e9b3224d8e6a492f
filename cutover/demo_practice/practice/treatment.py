"""Treatment plans and their lines: procedures on teeth and surfaces, quadrants without a tooth, examinations without either."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from datetime import datetime

from cutover.demo_practice.practice import words
from cutover.demo_practice.practice.chance import some_time_before
from cutover.demo_practice.practice.model import Patient, PlanLine, TreatmentPlan


def of_patients(
    chance: random.Random, ids: Iterator[str], patients: Iterable[Patient], taken_at: datetime
) -> list[TreatmentPlan]:
    """Return the plans on the first day: two patients in five have one."""
    return [plan(chance, next(ids), patient, taken_at, 700) for patient in patients if chance.random() < 0.4]


def plan(chance: random.Random, native_id: str, patient: Patient, taken_at: datetime, days: int) -> TreatmentPlan:
    """Return a plan of the last so many days; its estimate is its own figure, with a courtesy off the lines' fees."""
    status = chance.choice(words.CASE_STATUSES)
    lines = tuple(line(chance, done=status == "Finished") for _ in range(chance.choice((1, 1, 2, 3, 4, 6))))
    estimate = max(0, sum(one.fee for one in lines) - chance.choice((0, 0, 2500, 10000)))
    return TreatmentPlan(
        id=native_id,
        patient_id=patient.id,
        title=chance.choice(words.CASES),
        status=status,
        opened=some_time_before(chance, taken_at, days),
        estimate=estimate,
        actual=estimate + chance.choice((0, 0, -1550, 4025)) if status in ("Finished", "In Progress") and estimate else None,
        lines=lines,
    )


def line(chance: random.Random, *, done: bool = False) -> PlanLine:
    """Invent one procedure."""
    code, description, on_tooth, surfaces, fee = chance.choice(words.PROCEDURES)
    return PlanLine(
        code=code,
        description=description,
        tooth=str(chance.randint(2, 31)) if on_tooth else "",
        surface=chance.choice(words.SURFACES[surfaces]) if surfaces else "",
        fee=fee + chance.choice((0, 0, 0, 525, -275)),
        status="Done" if done else chance.choice(words.LINE_STATUSES),
    )
