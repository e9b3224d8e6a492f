"""Applying a plan: the missing objects, fields, relations and options are made, one durable step at a time."""

from __future__ import annotations

import time
from collections.abc import Callable

from consumers.data_model.applying.building import builder
from consumers.data_model.errors import SchemaClash, WrongWorkspace
from consumers.data_model.ledger import applied_version
from consumers.data_model.planning.compare import Item, Kind, wanted_item
from consumers.data_model.planning.plan import SchemaPlan
from consumers.data_model.steps import ModelStep
from consumers.twenty.metadata import Metadata
from consumers.twenty.workspace import Workspace
from events.crash_points import CrashPoint, ignore
from events.decisions import Decided, Decisions


def apply(
    workspace: Workspace,
    plan: SchemaPlan,
    decisions: Decisions,
    run: str,
    *,
    sleep: Callable[[float], None] = time.sleep,
    reached: Callable[[CrashPoint], None] = ignore,
) -> list[ModelStep]:
    """Do what the plan asks for and the workspace still lacks; gives the steps done, those of a killed run included that
    were never recorded. Repeating it is the resume. With nothing left to do it records at most that this version is applied.

    Raises SchemaClash and WrongWorkspace (before anything is changed), StepNotSeen, TwentyError, LogError.
    """
    build = builder(workspace, decisions, run, sleep, reached)
    if plan.workspace != build.identity:
        raise WrongWorkspace("the plan was made for another workspace: run `cutover schema plan` for this one")
    _refuse_clashes(plan.items)
    _refuse_clashes(_present(workspace.metadata(), plan))
    done = build.settle()
    for item in plan.to_do:
        now = wanted_item(workspace.metadata(), item.wanted)
        _refuse_clashes((now,))
        if now.step is not None:
            build.build(now.step)
            done.append(now.step)
    if done or applied_version(decisions, build.identity) != plan.version:
        adopted = [item.name for item in plan.items if item.kind is Kind.ADOPT and not item.ours]
        body = {"mapping": plan.version, "steps": [step.name for step in done], "adopted": adopted}
        build.record(Decided.SCHEMA_APPLIED, body)
    return done


def _present(metadata: Metadata, plan: SchemaPlan) -> tuple[Item, ...]:
    """Return the plan's items compared with the workspace as it is now: people may have changed it."""
    return tuple(wanted_item(metadata, item.wanted) for item in plan.items)


def _refuse_clashes(items: tuple[Item, ...]) -> None:
    reasons = [item.reason for item in items if item.kind is Kind.CLASH and item.reason]
    if reasons:
        raise SchemaClash(reasons)
