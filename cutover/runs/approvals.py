"""Approvals: no record is written before the mapping, the schema and a sample are approved. They are decisions in the log."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from consumers.data_model.ledger import applied_version
from cutover.project.errors import ApprovalMissing
from events.decisions import Decided, Decision, Decisions
from events.vocabulary.mapping import ColumnMapping, from_json
from producers.state.voided import unfinished_voids


@dataclass(frozen=True, slots=True)
class MappingState:
    """The newest proposal (decision and mapping) and the newest approval, extended by runs since."""

    proposal: Decision | None
    approval: Decision | None

    @property
    def proposed(self) -> ColumnMapping | None:
        """Return the mapping that was proposed last."""
        return _mapping(self.proposal.body["mapping"]) if self.proposal else None

    @property
    def approved(self) -> ColumnMapping | None:
        """Return the mapping in force."""
        return _mapping(self.approval.body["mapping"]) if self.approval else None


@lru_cache(maxsize=4)
def _mapping(text: str) -> ColumnMapping:
    """Return the mapping of a decision, read once: every part of a run asks for it."""
    return from_json(text)


def mapping_state(decisions: Decisions) -> MappingState:
    """Return the state of the mapping."""
    proposal = approval = None
    for decision in decisions.all(Decided.MAPPING_PROPOSED, Decided.MAPPING_APPROVED, Decided.MAPPING_EXTENDED):
        if decision.decided is Decided.MAPPING_PROPOSED:
            proposal = decision
        else:
            approval = decision
    return MappingState(proposal, approval)


def approved_mapping(decisions: Decisions) -> ColumnMapping:
    """Return the mapping in force. Raises ApprovalMissing, naming the next command."""
    state = mapping_state(decisions)
    if (approved := state.approved) is not None:
        return approved
    if state.proposal is None:
        raise ApprovalMissing(
            "no mapping is approved, nothing was written; next: `cutover map propose PATH`, then `cutover map approve`"
        )
    raise ApprovalMissing(
        "the proposed mapping is not approved, nothing was written; next: `cutover map show`, then `cutover map approve`"
    )


def require_schema(decisions: Decisions, workspace: str, mapping: ColumnMapping) -> None:
    """Raise ApprovalMissing unless the workspace's data model was made for this mapping, or for the one a run has extended."""
    version = applied_version(decisions, workspace)
    if version is None:
        raise ApprovalMissing(
            "this workspace's data model is not applied, nothing was written; "
            "next: `cutover schema plan`, then `cutover schema apply`"
        )
    last = decisions.last(Decided.MAPPING_APPROVED, Decided.MAPPING_EXTENDED)
    if version != mapping.version and last is not None and last.decided is Decided.MAPPING_APPROVED:
        raise ApprovalMissing(
            "the mapping was approved anew since the data model was applied, nothing was written; next: `cutover schema apply`"
        )


@dataclass(frozen=True, slots=True)
class SampleState:
    """The samples of a workspace that were taken and not rejected since, oldest first; accepted by a person or not."""

    taken: tuple[Decision, ...] = ()
    is_accepted: bool = False


def sample_state(decisions: Decisions, workspace: str) -> SampleState:
    """Return where the sample stands. A rejection ends all that was taken and accepted before it."""
    state = SampleState()
    for decision in decisions.all(Decided.SAMPLE_TAKEN, Decided.SAMPLE_ACCEPTED, Decided.SAMPLE_REJECTED):
        if decision.workspace != workspace:
            continue
        if decision.decided is Decided.SAMPLE_TAKEN:
            state = SampleState((*state.taken, decision), state.is_accepted)
        else:
            is_accepted = decision.decided is Decided.SAMPLE_ACCEPTED
            state = SampleState(state.taken if is_accepted else (), is_accepted)
    return state


def require_sample(decisions: Decisions, workspace: str) -> None:
    """Raise ApprovalMissing unless a sample was accepted for this workspace, and not rejected since."""
    state = sample_state(decisions, workspace)
    if state.is_accepted:
        return
    if state.taken:
        raise ApprovalMissing(
            "the sample is not accepted, nothing was written; "
            "next: `cutover sample accept --by NAME`, or the same command with --without-sample"
        )
    raise ApprovalMissing(
        "no sample was taken, nothing was written; next: `cutover sample`, or the same command with --without-sample"
    )


def require_not_live(decisions: Decisions, *, after_go_live: bool, what: str = "another delta") -> None:
    """Raise ApprovalMissing after `go-live`, unless the operator says that it is meant."""
    live = decisions.last(Decided.WENT_LIVE)
    if live is not None and not after_go_live:
        raise ApprovalMissing(
            f"the practice went live on {live.recorded_at:%Y-%m-%d}, nothing was written; "
            f"if {what} is meant: the same command with --after-go-live"
        )


def require_finished_voids(decisions: Decisions) -> None:
    """Raise ApprovalMissing while a delivery is voided whose changes are not all in the log: the command was killed."""
    for extract, decision in unfinished_voids(decisions).items():
        raise ApprovalMissing(
            f"the voiding of delivery {extract} by {decision.body['by']} was not finished; "
            f"run `cutover extract void {extract} --by NAME` again first"
        )
