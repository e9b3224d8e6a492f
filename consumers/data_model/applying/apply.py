"""Applying a plan: the missing objects, fields, relations and options are made, one durable step at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence

from consumers.data_model.applying.building import builder
from consumers.data_model.applying.mutations import share_a_request
from consumers.data_model.errors import SchemaClash, WrongWorkspace
from consumers.data_model.ledger import applied_version
from consumers.data_model.planning.compare import Item, Kind, WantedPart, wanted_item
from consumers.data_model.planning.plan import SchemaPlan
from consumers.data_model.steps import ModelStep
from consumers.twenty.metadata import Metadata
from consumers.twenty.workspace import Workspace
from events.crash_points import CrashPoint, ignore
from events.decisions import Decided, Decisions
from projections.options import option_key
from projections.spec import TwentyField, TwentyObject

_WORTH_ASKING = 4
"""Steps from which on it pays to ask whether the server makes many fields in one request, and to read what it has made."""


def _silent(_steps: int) -> None:
    """Ignore the number of steps."""


def apply(
    workspace: Workspace,
    plan: SchemaPlan,
    decisions: Decisions,
    run: str,
    *,
    sleep: Callable[[float], None] = time.sleep,
    reached: Callable[[CrashPoint], None] = ignore,
    told: Callable[[int], None] = _silent,
) -> list[ModelStep]:
    """Do what the plan asks for and the workspace still lacks; gives the steps done, those of a killed run included that
    were never recorded. Repeating it is the resume. With nothing left to do it records at most that this version is applied.

    Steps share requests where Twenty allows it. `told` gets the number of further steps done after each request.

    Raises SchemaClash and WrongWorkspace (before anything is changed), StepNotSeen, TwentyError, LogError.
    """
    build = builder(workspace, decisions, run, sleep, reached)
    if plan.workspace != build.identity:
        raise WrongWorkspace("the plan was made for another workspace: run `cutover schema plan` for this one")
    _refuse_clashes(plan.items)
    _refuse_clashes(_present(build.known, plan))
    done = build.settle()
    if done:
        told(len(done))
    built: list[ModelStep] = []
    pending = [item.wanted for item in plan.to_do]
    build.many = len(pending) >= _WORTH_ASKING and workspace.offers_many_fields()
    while steps := _to_build(build.known, pending, built):
        group = build.build(share_a_request(steps, many=build.many))
        built += group
        told(len(group))
    build.confirm(built)
    done += built
    if done or applied_version(decisions, build.identity) != plan.version:
        adopted = [item.name for item in plan.items if item.kind is Kind.ADOPT and not item.ours]
        body = {
            **{"mapping": plan.version, "steps": [step.name for step in done], "adopted": adopted},
            "adopted_ids": _ids_of(workspace.metadata(), [*adopted, *_standard(plan.items)]),
            "adopted_options": _options_met(workspace.metadata(), plan.items),
        }
        build.record(Decided.SCHEMA_APPLIED, body)
    return done


def _standard(items: Iterable[Item]) -> set[str]:
    """Return the objects that a plan's fields are on: Twenty's own ones are used as they are."""
    return {item.wanted.object for item in items if isinstance(item.wanted, TwentyField)}


def _ids_of(metadata: Metadata, names: Iterable[str]) -> dict[str, str]:
    """Return the names of objects and fields by their metadata ids."""
    found = {}
    for name in names:
        singular, _, field = name.partition(".")
        there = metadata.object(singular) if singular in metadata else None
        part = there.fields.get(field) if there and field else there
        if part is not None:
            found[part.id] = name
    return found


def _options_met(metadata: Metadata, items: Iterable[Item]) -> dict[str, list[str]]:
    """Return the value and label by metadata id of options that were there before and stand for words of PbN."""
    found: dict[str, list[str]] = {}
    for wanted in (item.wanted for item in items if isinstance(item.wanted, TwentyField) and item.wanted.options):
        there = metadata.object(wanted.object).fields.get(wanted.name) if wanted.object in metadata else None
        words = {option_key(label) for _, label in wanted.options}
        for option in there.options if there else ():
            if option.id is not None and option.word is None and option_key(option.label) in words:
                found[option.id] = [option.value, option.label]
    return found


def _present(metadata: Metadata, plan: SchemaPlan) -> tuple[Item, ...]:
    """Return the plan's items compared with the workspace as it is now: people may have changed it."""
    return tuple(wanted_item(metadata, item.wanted) for item in plan.items)


def _to_build(known: Metadata, wanted: Sequence[WantedPart], built: Sequence[ModelStep]) -> list[ModelStep]:
    """Return the steps that the data model still lacks, as it is known now, but for fields of objects that are not there yet.

    Raises SchemaClash.
    """
    awaited = {one.singular for one in wanted if isinstance(one, TwentyObject) and one.singular not in known}
    ready = [one for one in wanted if not (isinstance(one, TwentyField) and awaited & {one.object, one.target})]
    items = tuple(wanted_item(known, one) for one in ready)
    done = {(step.kind, step.name) for step in built}
    steps = [item.step for item in items if item.step and (item.step.kind, item.step.name) not in done]
    if steps:
        _refuse_clashes(items)
    return steps


def _refuse_clashes(items: tuple[Item, ...]) -> None:
    reasons = [item.reason for item in items if item.kind is Kind.CLASH and item.reason]
    if reasons:
        raise SchemaClash(reasons)
