"""Words that turn up later in the stream: a SELECT gets an option for each, recorded like every step."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence

from consumers.data_model.applying.building import builder
from consumers.data_model.applying.mutations import share_a_request
from consumers.data_model.planning.compare import more_options
from consumers.data_model.planning.option_words import missing_words
from consumers.data_model.steps import ModelStep
from consumers.twenty.metadata import FieldMetadata, Metadata
from consumers.twenty.workspace import Workspace
from events.crash_points import CrashPoint, ignore
from events.decisions import Decisions
from projections.desired import MissingWord
from projections.options import option_key


def add_words(
    workspace: Workspace,
    missing: Sequence[MissingWord],
    decisions: Decisions,
    run: str,
    *,
    sleep: Callable[[float], None] = time.sleep,
    reached: Callable[[CrashPoint], None] = ignore,
) -> bool:
    """Make options for these words. Whether the workspace has options now that the caller did not know: added here, by a run
    that was killed, or by another worker. Words of a field that is no SELECT (any more) are passed over.

    Raises StepNotSeen, TwentyError, LogError.
    """
    if not missing:
        return False
    build = builder(workspace, decisions, run, sleep, reached)
    added = bool(build.settle())
    added = any(_known(workspace.metadata(), word) for word in missing) or added
    steps = steps_for(workspace.metadata(), missing)
    left = list(steps)
    while left:
        group = share_a_request(left)
        build.build(group)
        left = [step for step in left if step not in group]
    build.confirm(steps)
    return added or bool(steps)


def steps_for(metadata: Metadata, missing: Iterable[MissingWord]) -> list[ModelStep]:
    """Return one step a field, for the words that have no option there."""
    words: dict[tuple[str, str], list[str]] = {}
    for one in missing:
        words.setdefault((one.object, one.field), []).append(one.word)
    steps = []
    for (name, field_name), of_field in words.items():
        field = _select(metadata, name, field_name)
        new = missing_words(of_field, field.options) if field else ()
        if field and new:
            steps.append(more_options(metadata.object(name).singular, field, new))
    return steps


def _known(metadata: Metadata, missing: MissingWord) -> bool:
    field = _select(metadata, missing.object, missing.field)
    return field is not None and option_key(missing.word) in {option_key(option.stands_for) for option in field.options}


def _select(metadata: Metadata, name: str, field_name: str) -> FieldMetadata | None:
    field = metadata.object(name).fields.get(field_name) if name in metadata else None
    return field if field and field.type == "SELECT" and field.is_active else None
