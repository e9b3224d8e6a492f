"""Twenty's own sample workflows: none may run while records are written."""

from __future__ import annotations

from consumers.data_model.firing_workflows import firing_workflows
from cutover.project.errors import ApprovalMissing
from cutover.runs.session import Session


def require_no_sample_workflow(session: Session) -> None:
    """Raise ApprovalMissing while a sample workflow of Twenty runs that our writes fire. Costs one request. Raises
    TwentyError.
    """
    running = [one for one in firing_workflows(session.workspace) if one.is_sample]
    if running:
        names = ", ".join(f"“{one.name}” (fires on {one.event})" for one in running)
        raise ApprovalMissing(
            f"Twenty's sample workflow {names} runs and would write over migrated records, nothing was written; next: "
            "`cutover schema apply --disable-sample-workflow`, which is recorded and reversible, or in Twenty: Workflows, open "
            "it, Deactivate; then the same command again"
        )
