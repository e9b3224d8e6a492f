"""The net effect of the writes between two positions on one record."""

from __future__ import annotations

from itertools import pairwise

import pytest

from consumers.rollback.chains import Chain, ChainLink
from consumers.rollback.differences import NetEffect, net_effect
from events.compensations import Action, Body

C, U, D, R = Action.CREATE, Action.UPDATE, Action.DELETE, Action.RESTORE


def chain(*actions: Action) -> Chain:
    """Return the chain of a record whose writes in scope are these, the oldest first."""
    links = [
        ChainLink(intent_id=bytes([number]), action=action, cause=(0, number), position=(0, number), in_scope=True, size=1)
        for number, action in enumerate(actions)
    ]
    return Chain(object="people", twenty_id=bytes(16), record_id=b"r" * 16, links=links[::-1])


def phones(*numbers: str | None) -> list[Body]:
    """Return bodies of updates that led from each value to the next."""
    return [
        Body(pbn_id="elm:patient:1", written=["phones"], before={"phones": before}, values={"phones": after})
        for before, after in pairwise(numbers)
    ]


def effect(actions: list[Action], bodies: list[Body] | None = None) -> tuple[NetEffect, tuple[str, ...]] | None:
    told = bodies or [Body(pbn_id="elm:patient:1", written=["phones"], before={"phones": "1"}, values={"phones": "2"})] * len(
        actions
    )
    found = net_effect(chain(*actions), lambda link: told[link.position[1]])
    return None if found is None else (found.effect, found.fields)


@pytest.mark.parametrize(
    ("actions", "wanted"),
    [
        ([C], (NetEffect.CREATED, ())),
        ([C, U, U], (NetEffect.CREATED, ())),
        ([R], (NetEffect.CREATED, ())),
        ([U], (NetEffect.UPDATED, ("phones",))),
        ([U, D], (NetEffect.DELETED, ())),
        ([D], (NetEffect.DELETED, ())),
        ([D, R, U], (NetEffect.UPDATED, ("phones",))),
        ([C, D], None),
        ([R, U, D], None),
        ([D, R], None),
    ],
)
def test_the_first_write_tells_what_was_and_the_last_one_what_is(
    actions: list[Action], wanted: tuple[NetEffect, tuple[str, ...]] | None
) -> None:
    bodies = None
    if actions == [D, R]:
        bodies = [Body(pbn_id="elm:patient:1")] * 2
    assert effect(actions, bodies) == wanted


def test_a_field_that_got_its_first_value_back_is_no_difference() -> None:
    assert effect([U, U], phones("1", "2", "1")) is None
    assert effect([U, U], phones("1", "2", "3")) == (NetEffect.UPDATED, ("phones",))
