"""The crash points: the places before and after every step that touches the log, the keys, the state or Twenty.

The engine calls `world.reached(point)` there. In production the hook is a no-op. A simulation ends the process at one of them;
the program itself does so where `CUTOVER_CRASH_AT` asks for it (see `cutover.cli.crash`). Wherever it ends, the same command
started again must come to the same end.
"""

from __future__ import annotations

from enum import StrEnum


class CrashPoint(StrEnum):
    """A place where a process may die. The names say what has just not happened yet (`before`) or has happened."""

    # runs
    BEFORE_RUN = "before-run"
    RUN_STARTED = "run-started"
    BEFORE_RUN_END = "before-run-end"
    RUN_ENDED = "run-ended"
    # producing
    BEFORE_KEYS = "before-keys"
    KEYS_DURABLE = "keys-durable"
    BEFORE_CHANGES = "before-changes"
    CHANGES_APPENDED = "changes-appended"
    CHANGES_FOLDED = "changes-folded"
    BEFORE_REFUSED_ROWS = "before-refused-rows"
    REFUSED_ROWS_APPENDED = "refused-rows-appended"
    REFUSED_ROWS_FOLDED = "refused-rows-folded"
    BEFORE_EXTRACT_REMEMBERED = "before-extract-remembered"
    EXTRACT_REMEMBERED = "extract-remembered"
    BEFORE_MAPPING_EXTENDED = "before-mapping-extended"
    MAPPING_EXTENDED = "mapping-extended"
    # consuming
    BEFORE_SETTLING = "before-settling"
    SETTLED = "settled"
    WINDOW_READ = "window-read"
    BEFORE_PAIRING = "before-pairing"
    PAIRED = "paired"
    BEFORE_INTENTS = "before-intents"
    INTENTS_APPENDED = "intents-appended"
    INTENTS_FOLDED = "intents-folded"
    BEFORE_OUTCOMES = "before-outcomes"
    OUTCOMES_APPENDED = "outcomes-appended"
    OUTCOMES_FOLDED = "outcomes-folded"
    WINDOW_CARRIED = "window-carried"
    BEFORE_RETRY = "before-retry"
    RETRY_RECORDED = "retry-recorded"
    # writing to Twenty
    BEFORE_CREATE = "before-create"
    CREATED = "created"
    BEFORE_UPDATE = "before-update"
    UPDATED = "updated"
    BEFORE_DELETE = "before-delete"
    DELETED = "deleted"
    BEFORE_RESTORE = "before-restore"
    RESTORED = "restored"
    BEFORE_DESTROY = "before-destroy"
    DESTROYED = "destroyed"
    # the data model
    BEFORE_SCHEMA_STEP = "before-schema-step"
    SCHEMA_STEP_INTENDED = "schema-step-intended"
    SCHEMA_STEP_SENT = "schema-step-sent"
    SCHEMA_STEP_RECORDED = "schema-step-recorded"
    BEFORE_SCHEMA_UNDO = "before-schema-undo"
    SCHEMA_UNDO_SENT = "schema-undo-sent"
    SCHEMA_UNDO_RECORDED = "schema-undo-recorded"


def ignore(_point: CrashPoint) -> None:
    """Do nothing: no test has asked to hear of crash points."""
