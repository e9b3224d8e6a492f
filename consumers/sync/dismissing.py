"""Dismissing: a person gives up records that are kept back, each in its present revision.

A dead letter with a reason of its own says so in the log, in the record's own partition and after the letters that it answers.
A rebuilt state therefore holds the same. A new revision of the record is carried like any other.
"""

from __future__ import annotations

from collections.abc import Sequence

from consumers.journal.journal import Journal
from consumers.state.fold import DISMISSED
from consumers.state.view_rows import Head
from consumers.sync.window import work_of
from events.dead_letters import Stage
from events.log.port import Log


def dismiss(journal: Journal, log: Log, heads: Sequence[Head]) -> None:
    """Append a letter for each of these records. Only the owner of their partitions may. Raises LogError."""
    left = list(heads)
    while left:
        work = work_of(log, left)  # as many as fit into memory
        letters = [journal.letter(w.subject, Stage.WRITE, DISMISSED, max(1, w.head.attempts), {}) for w in work]
        journal.settle([], letters=letters)
        left = left[len(work) :]
