"""Dying on purpose is for tests only, and asked for twice."""

from __future__ import annotations

import os
import signal

import pytest

from cutover.cli.crash import crash_points
from cutover.project.errors import SettingsError
from events.crash_points import CrashPoint


@pytest.mark.parametrize("environment", [{}, {"CUTOVER_CRASH_AT": "created"}, {"CUTOVER_DEBUG": "1"}])
def test_nothing_dies_unless_both_variables_are_set(environment, monkeypatch):
    monkeypatch.setattr(os, "kill", lambda *_: pytest.fail("killed"))
    reached = crash_points(environment)
    for point in CrashPoint:
        reached(point)


@pytest.mark.parametrize(("asked", "survives"), [("created", 0), ("created:1", 0), ("created:3", 2)])
def test_it_dies_where_it_was_asked_to(asked, survives, monkeypatch):
    killed = []
    monkeypatch.setattr(os, "kill", lambda process, number: killed.append((process, number)))
    reached = crash_points({"CUTOVER_CRASH_AT": asked, "CUTOVER_DEBUG": "1"})
    for _ in range(survives):
        reached(CrashPoint.CREATED)
        reached(CrashPoint.UPDATED)
    assert killed == []
    reached(CrashPoint.CREATED)
    assert killed == [(os.getpid(), signal.SIGKILL)]


@pytest.mark.parametrize("asked", ["somewhere", "created:often"])
def test_a_point_that_is_none_is_refused(asked):
    with pytest.raises(SettingsError, match="is no crash point"):
        crash_points({"CUTOVER_CRASH_AT": asked, "CUTOVER_DEBUG": "1"})
