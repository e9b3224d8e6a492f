"""`sync`, `produce` and `consume`: extracts into the log, the log into Twenty, until caught up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import RenderableType

from consumers.consume import consume
from consumers.data_model.ledger import applied_version
from consumers.happenings import JoinedGroup, LeftGroup
from consumers.late_members import fill_links, note_members
from consumers.projector import Projector, Tally
from cutover.commands.schema import apply_extension
from cutover.reports.findings import conflict_lines, conflict_list, withheld_lines, withheld_list
from cutover.reports.reasons import explain
from cutover.runs.answer import Answer, table
from cutover.runs.approvals import approved_mapping, require_not_live, require_sample, require_schema
from cutover.runs.consuming import alone, together
from cutover.runs.extracts import open_extracts, remember
from cutover.runs.positions import position_text
from cutover.runs.producing import producing
from cutover.runs.progress import progress
from cutover.runs.renumbered import renumbered
from cutover.runs.run import Run, running
from cutover.runs.session import Session
from cutover.runs.telling import Meter, tell_notices, tell_produced, tell_window
from events.crash_points import CrashPoint
from events.decisions import Decided
from events.log import CHANGES
from producers.extract import Extract, Scope
from producers.produced import Produced

CHANGES_KEYS = ("created", "updated", "deleted", "unchanged", "withheld")
WRITES_KEYS = ("create", "update", "delete", "restore", "unchanged")
POLL = 5.0
"""Seconds between two looks, in follow mode."""


@dataclass(frozen=True, slots=True)
class SyncOptions:
    """How a sync was asked for."""

    scope: Scope | None = None
    taken_at: str | None = None
    confirm_deletions: bool = False
    without_sample: bool = False
    after_go_live: bool = False


@dataclass
class Outcome:
    """What a run came to."""

    produced: list[Produced] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
    standing: int = 0
    requests: int = 0

    @property
    def changes(self) -> Counter[str]:
        """The change events of all extracts together."""
        return sum((p.changes for p in self.produced), Counter[str]())

    @property
    def has_findings(self) -> bool:
        """Whether anything needs a look."""
        drift = any(not f.notice for p in self.produced for f in p.findings)
        return bool(drift or self.standing or self.tally.conflicts or self.tally.lost or any(p.withheld for p in self.produced))


def sync(session: Session, paths: Sequence[Path], options: SyncOptions) -> Answer:
    """Produce, then consume until caught up. Raises ApprovalMissing before anything is written."""
    require_approvals(session, options)
    extracts = open_extracts(session, paths, scope=options.scope, taken_at=options.taken_at)
    return sync_extracts(session, extracts, options)


def sync_extracts(
    session: Session,
    extracts: Sequence[Extract],
    options: SyncOptions,
    stopped: Callable[[], bool] = lambda: False,
) -> Answer:
    """The same for opened extracts, the approvals being there. Asked to stop, it ends after the window at work."""
    outcome = Outcome()
    with (
        producing(session, holder="sync"),
        alone(session, holder="sync"),
        renumbered(session),
        running("sync", session.log, session.decisions, session.world, session.workspace_id) as run,
    ):
        session.settle(run.id)
        for extract in extracts:
            if stopped():
                break
            produce_extract(session, extract, run, options, outcome)
            carry(session, run, outcome, stopped=stopped)
        totals(session, run, outcome)
    return answer_of(session, run, outcome)


def require_approvals(session: Session, options: SyncOptions) -> None:
    """Raise ApprovalMissing unless everything is approved that a sync needs; TwentyError."""
    mapping = approved_mapping(session.decisions)
    require_schema(session.decisions, session.workspace_id, mapping)
    if not options.without_sample:
        require_sample(session.decisions, session.workspace_id)
    require_not_live(session.decisions, after_go_live=options.after_go_live)


def produce(session: Session, paths: Sequence[Path], options: SyncOptions) -> Answer:
    """The first half of a sync: change events only, nothing is written to Twenty."""
    approved_mapping(session.decisions)
    extracts = open_extracts(session, paths, scope=options.scope, taken_at=options.taken_at)
    return produce_extracts(session, extracts, options)


def produce_extracts(session: Session, extracts: Sequence[Extract], options: SyncOptions) -> Answer:
    """The same for opened extracts."""
    outcome = Outcome()
    with (
        producing(session, holder="produce"),
        renumbered(session),
        running("produce", session.log, session.decisions, session.world) as run,
    ):
        for extract in extracts:
            produce_extract(session, extract, run, options, outcome)
        outcome.standing = sum(p.refused for p in outcome.produced[-1:])
        run.totals.update(_counts(outcome))
    return answer_of(session, run, outcome)


def consume_events(
    session: Session,
    *,
    follow: bool,
    without_sample: bool = False,
    stopped: Callable[[], bool] = lambda: False,
    at_work: Callable[[], AbstractContextManager[None]] = nullcontext,
    at_rest: Callable[[], None] = lambda: None,
) -> Answer:
    """The second half of a sync: what lies in the log is carried into Twenty; with `follow`, until the command is stopped.

    What is begun `at_work` is finished, also when asked to stop. `at_rest` is called when there is nothing to do for now.
    Raises ApprovalMissing before anything is written.
    """
    mapping = approved_mapping(session.decisions)
    require_schema(session.decisions, session.workspace_id, mapping)
    if not without_sample:
        require_sample(session.decisions, session.workspace_id)
    outcome = Outcome()
    with ExitStack() as to_the_end, together(session, holder="consume"):
        _ = session.view  # a state that is away is met before the run is begun
        tell_notices(session)
        session.tell(JoinedGroup(session.group))
        with running("consume", session.log, session.decisions, session.world, session.workspace_id) as run:

            def carry_on() -> None:
                with at_work():
                    session.forget_members()
                    carry(session, run, outcome, stopped=stopped)

            worker = session.worker(run.id, carry=carry_on, poll=POLL, at_rest=at_rest, stopped=stopped)
            worker.work(stopped, follow=follow)
            to_the_end.enter_context(at_work())
            totals(session, run, outcome)
    session.tell(LeftGroup(session.group))
    return answer_of(session, run, outcome)


def produce_extract(session: Session, extract: Extract, run: Run, options: SyncOptions, outcome: Outcome) -> None:
    """Append an extract's changes. Only within `producing`: the mapping is the one in force since no other command extends it.

    Raises ApprovalMissing, CannotBind, LogError.
    """
    began = session.world.monotonic()
    with progress(f"reading {extract.root.name}") as tick:
        producer = session.producer(tick)
        mapping = approved_mapping(session.decisions)
        if options.confirm_deletions:
            session.decisions.record(Decided.DELETIONS_CONFIRMED, {"extract": extract.id}, run=run.id)
        produced = producer.produce(extract, mapping, run.id, confirm_deletions=options.confirm_deletions)
    outcome.produced.append(produced)
    tell_produced(session.tell, run.id, extract.id, produced, session.world.monotonic() - began)
    session.world.reached(CrashPoint.BEFORE_EXTRACT_REMEMBERED)
    remember(session, extract, produced, run.id)  # last: an extract that was read is not read again by a follower
    session.world.reached(CrashPoint.EXTRACT_REMEMBERED)


def carry(
    session: Session,
    run: Run,
    outcome: Outcome,
    until: Mapping[int, int] | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> None:
    """Consume until caught up, and add what was done to the outcome. Raises ApprovalMissing, TwentyError, LogError.

    Before each window the data model follows the mapping: a producer may have extended it for an event of this very window.
    """
    follow_mapping(session, run)
    before = session.workspace.requests
    meter = Meter.of(session)
    ends = session.log.ends(CHANGES)
    committed = session.log.committed(session.group, CHANGES)
    left = sum(end - committed.get(partition, 0) for partition, end in ends.items())
    with progress("writing to Twenty", left) as tick:
        projector = session.projector(run.id)
        projector.tally = outcome.tally
        note_members(session.decisions, session.workspace_id, session.members, run.id)
        prepare = following(session, run, projector)
        consume(
            projector,
            session.log,
            window=session.pace.window,
            until=until,
            prepare=prepare,
            progress=tick,
            carried=lambda window, account: tell_window(session, run.id, meter, window, account),
            stopped=stopped,
        )
        if projector.owner.partitions == frozenset(ends):  # else one of several workers: the next sync fills them
            fill_links(projector, session.log, session.decisions, session.members, run.id)
    outcome.requests += session.workspace.requests - before


def following(session: Session, run: Run, projector: Projector) -> Callable[[], None]:
    """Return the step that runs before each window: the data model, and the projector's context, follow the log.

    The window is read by then: the mapping and the providers that its events need lie in the log before them.
    """

    def prepare() -> None:
        session.log_watch.look()
        modelled = follow_mapping(session, run)
        elsewhere = session.home not in projector.owner.partitions
        if (elsewhere and session.providers_ahead.look()) or modelled:
            projector.context = session.context()

    return prepare


def follow_mapping(session: Session, run: Run) -> bool:
    """Make what the mapping in force needs in Twenty; True where the session's data model is another one now.

    Where another worker or a person has applied the mapping since, the data model is read again: the values of a field that
    the session does not know would be left out. Raises ApprovalMissing where a person approved the mapping that is in force
    and has not applied the data model yet.
    """
    mapping = approved_mapping(session.decisions)
    if applied_version(session.decisions, session.workspace_id) != mapping.version:
        require_schema(session.decisions, session.workspace_id, mapping)
        apply_extension(session, mapping, run.id)
    elif session.modelled == mapping.version:
        return False
    else:
        session.workspace.metadata(refresh=True)
    session.modelled = mapping.version
    return True


def totals(session: Session, run: Run, outcome: Outcome) -> None:
    """What stands at the end of a run: dead letters and waiting records, refused rows; and the run's own totals."""
    refused = sum(p.refused for p in outcome.produced[-1:])
    outcome.standing = session.view.count_kept_back() + refused
    run.totals.update(_counts(outcome))


def _counts(outcome: Outcome) -> dict[str, Any]:
    changes, writes = outcome.changes, outcome.tally.writes
    return {
        "changes": {key: changes[key] for key in CHANGES_KEYS},
        "writes": {key: writes[key] for key in WRITES_KEYS},
        "conflicts": len(outcome.tally.conflicts),
        "dead_letters": outcome.standing,
        "requests": outcome.requests,
    }


def answer_of(session: Session, run: Run, outcome: Outcome) -> Answer:
    """The answer of a run."""
    counts = _counts(outcome)
    document = {
        "run": run.id,
        "positions": {"from": position_text(run.start), "to": position_text(session.log.ends(CHANGES))},
        **counts,
        "seconds": run.seconds,
        "stale": outcome.changes["stale"],
        "conflict_list": conflict_list(outcome.tally.conflicts),
        "withheld_list": withheld_list([w for p in outcome.produced for w in p.withheld]),
    }
    rows = [("changes in PbN", k, counts["changes"][k]) for k in CHANGES_KEYS]
    rows += [("writes to Twenty", k, counts["writes"][k]) for k in WRITES_KEYS]
    text: list[RenderableType] = [table(f"run {run.id}", ("", "", ""), rows, right=(2,))]
    for produced in outcome.produced:
        text += [f"{'Notice' if f.notice else 'Finding'}: {f.text}" for f in produced.findings]
        text += withheld_lines(produced.withheld)
    if outcome.changes["stale"]:
        text.append(
            f"{outcome.changes['stale']} rows are older than what is known of their records, and change nothing: "
            "the extract was taken before one that was read already"
        )
    text += conflict_lines(outcome.tally.conflicts)
    for (plural, field_name, reason), count in sorted(outcome.tally.lost.items()):
        text.append(f"Finding: {plural}.{field_name}: {count} values were left out: {explain(reason)}")
    if outcome.standing:
        text.append(f"{outcome.standing} rows or records could not be carried; `cutover reconcile` says why")
    text.append(f"{outcome.requests} requests, {run.seconds:.1f} s")
    return Answer(document, text, findings=outcome.has_findings)
