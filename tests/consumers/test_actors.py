"""Last actor on a record in Twenty, as a conflict names them."""

from __future__ import annotations

from typing import Any

import pytest

from consumers.journal.actors import Actor, last_actor

OURS = {"source": "API", "name": "Cutover", "workspaceMemberId": None}
DANA = {"source": "MANUAL", "name": "Dana Reyes", "workspaceMemberId": "m-1"}


@pytest.mark.parametrize(
    ("created", "updated", "expected"),
    [
        (OURS, DANA, Actor(source="MANUAL", name="Dana Reyes", member="m-1")),
        (OURS, {**OURS, "name": "Newsletter"}, Actor(source="API", name="Newsletter", member=None)),
        (OURS, {"source": "WORKFLOW", "name": "Cleanup"}, Actor(source="WORKFLOW", name="Cleanup", member=None)),
        (OURS, OURS, None),  # ourselves, after whoever it was
        (DANA, DANA, Actor(source="MANUAL", name="Dana Reyes", member="m-1")),  # a person who was there before us
        (OURS, {"source": "", "name": ""}, None),
        (None, None, None),
    ],
)
def test_a_member_an_integration_or_nobody_knows(created: Any, updated: Any, expected: Actor | None) -> None:
    assert last_actor({"createdBy": created, "updatedBy": updated}) == expected


def test_the_time_is_that_of_the_records_last_change() -> None:
    actor = last_actor({"createdBy": OURS, "updatedBy": DANA, "updatedAt": "2026-05-20T03:00:00.000Z"})
    assert actor is not None
    assert actor.at == "2026-05-20T03:00:00.000Z"
