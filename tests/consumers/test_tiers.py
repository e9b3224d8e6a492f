"""Tiers of a rollback: no record of a tier points at another one of it, and children go first."""

from __future__ import annotations

from consumers.rollback.tiers import is_of_links, tiers_of
from projections.destination import destination


def test_every_object_is_of_one_tier_in_the_order_of_the_rollback() -> None:
    tiers = tiers_of(destination().write_order)
    assert tuple(plural for tier in tiers for plural in tier) == destination().rollback_order


def test_links_follow_what_they_belong_to_and_go_before_people() -> None:
    tiers = tiers_of({"people", "companies", "tasks", "taskTargets", "attachments", "notes"})
    assert tiers == [("tasks", "notes", "attachments"), ("taskTargets",), ("people",), ("companies",)]
    assert [is_of_links(tier) for tier in tiers] == [False, True, False, False]


def test_objects_that_are_not_written_any_more_come_last_one_by_one() -> None:
    assert tiers_of({"recalls", "people", "campaigns"}) == [("people",), ("campaigns",), ("recalls",)]
