"""Twenty's own sample workflows, switched off before a migration and on again: steps in the ledger like all others."""

from __future__ import annotations

import time
from collections.abc import Callable

from consumers.data_model.applying import apart
from consumers.data_model.applying.building import builder
from consumers.data_model.firing_workflows import firing_workflows
from consumers.data_model.ledger import Applied, read_ledger
from consumers.data_model.steps import ModelStep, StepKind
from consumers.twenty.workspace import Workspace
from events.crash_points import CrashPoint, ignore
from events.decisions import Decisions


def switch_off_samples(
    workspace: Workspace,
    decisions: Decisions,
    run: str,
    *,
    sleep: Callable[[float], None] = time.sleep,
    reached: Callable[[CrashPoint], None] = ignore,
) -> list[ModelStep]:
    """Switch off the sample workflows that our writes fire; return the steps done. Raises TwentyError, LogError."""
    build = builder(workspace, decisions, run, sleep, reached)
    build.settle()
    steps = [apart.switching_off(one) for one in firing_workflows(workspace) if one.is_sample]
    for step in steps:
        build.build([step])
    return steps


def switch_on_again(
    workspace: Workspace,
    decisions: Decisions,
    run: str,
    *,
    sleep: Callable[[float], None] = time.sleep,
    reached: Callable[[CrashPoint], None] = ignore,
) -> list[ModelStep]:
    """Switch on again what this project has switched off; return the steps taken back. Raises TwentyError, LogError."""
    build = builder(workspace, decisions, run, sleep, reached)
    build.settle()
    found = switched_off(decisions, build.identity)
    build.take_back_apart(found)
    return [one.step for one in found]


def switched_off(decisions: Decisions, workspace: str) -> list[Applied]:
    """Return the workflows that this project has switched off and not on again, newest first. Raises CodecError, LogError."""
    applied = read_ledger(decisions, workspace).applied
    return [one for one in reversed(applied) if one.step.kind is StepKind.SWITCH_OFF_WORKFLOW]
