"""`extract void`: withdraw one delivery. All is then as if it was never read, but for what people did in Twenty."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from consumers.rollback.compensator import Undone
from consumers.rollback.scopes import OfRecords
from cutover.following.reports import LOCK as FOLLOWER
from cutover.project.errors import UsageError
from cutover.project.locks import exclusive
from cutover.reports.answer import Answer, table
from cutover.reports.counted import counted
from cutover.reports.documents.deliveries import CorrectedEntity, VoidDocument
from cutover.runs.approvals import approved_mapping
from cutover.runs.arguments.named_person import NamedPerson
from cutover.runs.carrying import carry
from cutover.runs.claims.consuming import alone
from cutover.runs.claims.producing import producing
from cutover.runs.happenings.telling import step_of
from cutover.runs.renumbered import renumbered
from cutover.runs.run import Run, preview, running
from cutover.runs.run_outcome import RunOutcome, totals, writes_of
from cutover.runs.session import Session
from events.decisions import Decided, Decision
from events.vocabulary.entities import Entity
from producers.changes.produce import Producer
from producers.changes.produced import Produced
from producers.sources.extract import Extract, open_extract
from producers.sources.port import ExtractError
from producers.state.voided import voided_extracts
from producers.voiding.corrections import NEVER, Corrector, confirmations_now, corrections
from producers.voiding.letters import settle_letters
from producers.voiding.rereading import Rereading, Without, reading_again


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidOptions:
    """The delivery to be withdrawn, by id; who decides and why."""

    extract: str
    person: NamedPerson
    dry_run: bool = False


@dataclass(kw_only=True)
class _Voiding:
    """One voiding: the delivery's reading, the others to be read again, and results."""

    reading: Decision
    rereadings: Sequence[Rereading]
    changes: Sequence[CorrectedEntity] = ()
    undone: Undone
    outcome: RunOutcome


def void_extract(session: Session, options: VoidOptions) -> Answer:
    """Withdraw a delivery. Killed anywhere, the same command goes on.

    Raises UsageError where the delivery is unknown or another one is not where it was read; nothing was written then.
    """
    if not options.dry_run:
        options.person.require_name_to_decide("voiding a delivery")
    with ExitStack() as held:
        held.enter_context(exclusive(session.project, FOLLOWER, holder="extract void"))
        held.enter_context(producing(session, holder="extract void"))
        held.enter_context(alone(session, holder="extract void"))
        readings = _readings(session, options.extract)
        v = _Voiding(
            reading=readings[options.extract],
            rereadings=list(_opened(session, [d for e, d in readings.items() if e != options.extract])),
            undone=Undone(),
            outcome=RunOutcome(),
        )
        held.enter_context(renumbered(session))
        if options.dry_run:
            run = preview("void", session.log, session.world)
        else:
            run = held.enter_context(running("void", session.log, session.decisions, session.world, session.workspace_id))
        _void(session, options, v, run)
    return _answer(options, v, run)


def _readings(session: Session, extract: str) -> dict[str, Decision]:
    """Return the first whole reading of each delivery that counts, and of the one to be voided, in their order."""
    kinds = {d.run: d.body["kind"] for d in session.decisions.all(Decided.RUN_STARTED)}
    read = list(session.decisions.all(Decided.EXTRACT_READ))
    if not any(d.body["extract"] == extract for d in read):
        raise UsageError(f"no delivery {extract!r} was read; `cutover extract list` shows them with their ids")
    voided = voided_extracts(session.decisions).keys() - {extract}
    whole: dict[str, Decision] = {}
    for decision in read:
        name = str(decision.body["extract"])
        if name not in voided and (kinds.get(decision.run) != "sample" or name == extract):
            whole.setdefault(name, decision)
    sampled = {str(d.body["extract"]): str(d.body["folder"]) for d in read if d.body["extract"] not in voided}
    only_sampled = [path for name, path in sampled.items() if name not in whole]
    if only_sampled:
        raise UsageError(
            f"of {only_sampled[0]} a sample alone was read: sync it, or take it back with `cutover sample reject`, then void; "
            "nothing was written"
        )
    return whole


def _opened(session: Session, readings: Sequence[Decision]) -> Iterator[Rereading]:
    confirmed = {str(d.body["extract"]) for d in session.decisions.all(Decided.DELETIONS_CONFIRMED)}
    for decision in readings:
        yield Rereading(extract=_open(session, decision), confirm_deletions=decision.body["extract"] in confirmed)


def _open(session: Session, decision: Decision) -> Extract:
    """Open a delivery where it was read, as it was dated then. Raises UsageError where it is gone or is not that one."""
    body = decision.body
    path, wanted, moment = str(body["folder"]), str(body["extract"]), datetime.fromisoformat(body["taken_at"])
    marker, now = session.project.settings.deliveries.marker, session.world.now()
    try:
        for taken_at in (None, moment):
            extract = open_extract(
                path,
                scope=body["scope"],
                taken_at=taken_at,
                now=now,
                practice=session.practice,
                marker=marker,
                copies=session.project.copies_folder,
            )
            if extract.id == wanted:
                return replace(extract, taken_at=moment)
    except ExtractError as error:
        raise UsageError(
            f"{path} must be read again, and cannot be: {error}; bring delivery {wanted} back there; nothing was written"
        ) from error
    raise UsageError(
        f"{path} must be read again, and is not delivery {wanted} any more: bring its files back as they were; "
        "nothing was written"
    )


def _void(session: Session, options: VoidOptions, v: _Voiding, run: Run) -> None:
    producer = session.producer()
    producer.catch_up()
    folder = session.project.data_folder / "voiding"
    with (
        step_of(session, f"reading {counted(len(v.rereadings), 'delivery', 'deliveries')} again") as tick,
        reading_again(
            producer, v.rereadings, approved_mapping(session.decisions), folder, run.id, lambda _extract: tick(1)
        ) as without,
    ):
        v.changes = _counted(producer, without)
        if options.dry_run:
            return
        if options.extract not in voided_extracts(session.decisions):
            body = {"extract": options.extract, "by": options.person.by, "why": options.person.why}
            _decide(session, Decided.EXTRACT_VOIDED, body, run)
        corrector = Corrector(producer=producer, without=without, run=run.id)
        corrector.correct()
        v.outcome.produced.append(Produced(extract=options.extract, changes=sum(corrector.counts.values(), Counter())))
        settle_letters(producer, without, options.extract)
        confirmed = [one.to_json() for one in confirmations_now(producer, without)]
        finished = {"extract": options.extract, "confirmed": confirmed}
        _decide(session, Decided.EXTRACT_VOID_FINISHED, finished, run)
    _carry(session, v, run, _only_there(producer))


def _decide(session: Session, decided: Decided, body: dict[str, Any], run: Run) -> None:
    """Record a decision as the producer: one that was replaced may have read less than its successor."""
    log = session.producing_log or session.log
    log.append([session.decisions.entry(decided, body, run=run.id)])


def _carry(session: Session, v: _Voiding, run: Run, gone: set[bytes]) -> None:
    """Carry the corrections, then take back what the delivery alone had brought: a deletion would leave it in the trash.

    The second time records are carried that waited for an address that came free.
    """
    session.engine.settle(run.id)
    carry(session, run, v.outcome)
    before = session.workspace.requests
    with step_of(session, "taking back") as tick:
        v.undone = session.engine.compensator(run.id, progress=tick).roll_back(OfRecords(frozenset(gone)))
    v.outcome.requests += session.workspace.requests - before
    carry(session, run, v.outcome)
    totals(session, run, v.outcome)


def _only_there(producer: Producer) -> set[bytes]:
    """Return the records that are now as if they were never read."""
    pages = (page for entity in Entity for page in producer.state.pages_of(entity))
    return {known.record_id for page in pages for known in page if known.deleted and known.taken_at == NEVER}


def _counted(producer: Producer, without: Without) -> list[CorrectedEntity]:
    found: dict[Entity, CorrectedEntity] = {}
    for page in corrections(producer, without):
        for one in page:
            if one.is_silent:
                continue
            entity = (one.now or one.then).entity  # type: ignore[union-attr]  # one of them is there
            counts = found.setdefault(entity, {"entity": entity.value, "created": 0, "updated": 0, "deleted": 0})
            counts[one.operation.value.lower()] += 1  # type: ignore[literal-required]
    return list(found.values())


def _answer(options: VoidOptions, v: _Voiding, run: Run) -> Answer:
    body = v.reading.body
    document: VoidDocument = {
        "extract": options.extract,
        "path": body["folder"],
        "by": options.person.by,
        "why": options.person.why,
        "dry_run": options.dry_run,
        "run": run.id,
        "reread": [{"extract": r.extract.id, "path": r.extract.source.address} for r in v.rereadings],
        "changes": list(v.changes),
        "undone": v.undone.undone,
        "kept": [{"object": k.object, "pbnId": k.pbn_id, "fields": list(k.fields), "reason": k.reason} for k in v.undone.kept],
        "writes": writes_of(v.outcome.tally),
        "conflicts": len(v.outcome.tally.conflicts),
        "requests": v.outcome.requests,
        "seconds": run.seconds,
    }
    would = "would be" if options.dry_run else "were"
    text = [f"{r['path']} {'would be' if options.dry_run else 'was'} read again" for r in document["reread"]]
    rows = [(c["entity"], c["created"], c["updated"], c["deleted"]) for c in v.changes]
    shown = (
        [table(f"records that {would} changed", ("", "created", "updated", "deleted"), rows, right=(1, 2, 3))] if rows else []
    )
    ending = (
        "Nothing was written."
        if options.dry_run
        else f"{body['folder']} is void: {counted(v.undone.undone, 'record was', 'records were')} taken back out of Twenty, "
        f"{len(v.undone.kept):,} stay because people worked on them."
    )
    following = (
        f"`cutover extract void {options.extract} --by NAME`"
        if options.dry_run
        else "`cutover conflicts list`"
        if v.outcome.has_findings or v.undone.kept
        else "`cutover reconcile`"
    )
    findings = not options.dry_run and (v.outcome.has_findings or bool(v.undone.kept))
    return Answer(document=document, text=[*text, *shown, ending], findings=findings, next_step=following)
