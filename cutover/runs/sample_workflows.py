"""Twenty's own sample workflows: none may run while records are written. A load reads more with the same request."""

from __future__ import annotations

from collections.abc import Sequence

from consumers.data_model.firing_workflows import Asked, FiringWorkflow, firing_workflows, firing_workflows_beside
from consumers.sync import pairing
from consumers.twenty import graphql, members
from cutover.project.errors import ApprovalMissing
from cutover.runs.session import Session

_PEOPLE = "people"


def require_no_sample_workflow(session: Session) -> None:
    """Raise ApprovalMissing while a sample workflow of Twenty runs that our writes fire. Costs one request, where some
    workflow fires a second one. Raises TwentyError.
    """
    _refuse(firing_workflows(session.workspace))


def require_no_sample_workflow_before_load(session: Session) -> None:
    """Raise what `require_no_sample_workflow` does, and read with its request what a load needs first: the members, and while
    none of our people is in Twenty, the people who are there.
    """
    workspace, before = session.workspace, session.workspace.requests
    beside: dict[str, Asked] = {members.OBJECT: ({}, members.COLUMNS)}
    has_columns = set(pairing.COLUMNS) <= workspace.metadata().object(_PEOPLE).columns.keys()
    if has_columns and not session.view.has_any(_PEOPLE):
        beside[_PEOPLE] = (graphql.LIVE_AND_DELETED, pairing.COLUMNS)
    firing, found = firing_workflows_beside(workspace, beside, if_few=[_PEOPLE])
    read = found.get(members.OBJECT)
    session.read_ahead(
        None if read is None else members.members_of(read), found.get(_PEOPLE), requests=workspace.requests - before
    )
    _refuse(firing)


def _refuse(firing: Sequence[FiringWorkflow]) -> None:
    running = [one for one in firing if one.is_sample]
    if running:
        names = ", ".join(f"“{one.name}” (fires on {one.event})" for one in running)
        raise ApprovalMissing(
            f"Twenty's sample workflow {names} runs and would write over migrated records, nothing was written; next: "
            "`cutover schema apply --disable-sample-workflow`, which is recorded and reversible, or in Twenty: Workflows, open "
            "it, Deactivate; then the same command again"
        )
