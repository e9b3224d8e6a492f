"""`sample`: a covering slice of the practice first, compared with its source field by field."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Collection, Iterable
from pathlib import Path

from rich.console import RenderableType

from consumers.reconcile.reconcile import reconcile
from consumers.reconcile.reconciliation import ObjectReconciliation
from consumers.sync.late_members import note_members
from consumers.sync.slice import carry_slice
from cutover.project.errors import UsageError
from cutover.reports.answer import Answer, table
from cutover.reports.books import has_lost_values, pages_of, value_lines
from cutover.reports.documents.approvals import SampledObject, SampleDocument
from cutover.reports.findings import finding_lines
from cutover.runs.approvals import approved_mapping, mapping_state, require_schema
from cutover.runs.arguments.extracts import open_extracts, remember
from cutover.runs.carrying import follow_mapping, following
from cutover.runs.claims.consuming import alone
from cutover.runs.claims.producing import producing
from cutover.runs.happenings.telling import step_of
from cutover.runs.renumbered import renumbered
from cutover.runs.run import Run, running
from cutover.runs.run_outcome import RunOutcome, totals
from cutover.runs.session import Session
from events.decisions import Decided
from events.vocabulary.entities import Entity, pbn_id
from events.vocabulary.mapping import ColumnMapping
from events.vocabulary.practice import Practice
from events.vocabulary.records import Record
from producers.binding.proposal import bind_for_run
from producers.records.assembly import UnusableRow, compile_reader
from producers.sources.extract import Extract
from projections.custom_names import custom_names

LARGEST = 500
"""Records that a sample should not exceed much."""


def sample(session: Session, patients: int | None) -> Answer:
    """Carry a few patients with everything that hangs on them, and compare what arrived field by field."""
    mapping = approved_mapping(session.decisions)
    require_schema(session.decisions, session.workspace_id, mapping)
    proposal = mapping_state(session.decisions).proposal
    paths = [Path(p) for p in proposal.body.get("paths", [])] if proposal else []
    missing = [p for p in paths if not p.exists()]
    if not paths or missing:
        where = f" ({missing[0]})" if missing else ""
        raise UsageError(
            f"the extract that the mapping was proposed for is not there any more{where}; run `cutover map propose PATH` again"
        )
    extract = open_extracts(session, paths)[0]
    chosen = choose(extract, mapping, session.practice, patients)
    outcome = RunOutcome()
    with (
        producing(session, holder="sample"),
        alone(session, holder="sample"),
        renumbered(session),
        running("sample", session.log, session.decisions, session.world, session.workspace_id) as run,
    ):
        session.engine.settle(run.id)
        producer = session.producer()
        mapping = approved_mapping(session.decisions)  # no other command extends it from here on
        produced = producer.produce(extract, mapping, run.id, only_patients=chosen.__contains__)
        outcome.produced.append(produced)
        remember(session, extract, produced, run.id)
        carried = _carry(session, run, outcome, chosen)
        totals(session, run, outcome)
    found = reconcile(session.view, session.log, session.keys, session.workspace, session.engine.context(), only=carried)
    objects = [_object(o) for o in found.objects]
    differences = sum(o["missing"] + o["different"] + o["extra"] for o in objects)
    body = {"patients": len(chosen), "objects": objects, "differences": differences}
    session.decisions.record(Decided.DATA_READ, {"command": "sample"}, run=run.id)
    session.decisions.record(Decided.SAMPLE_TAKEN, body, workspace=session.workspace_id, run=run.id)
    records = sum(o["source"] for o in objects)
    document: SampleDocument = {
        "run": run.id,
        "records": records,
        "patients": len(chosen),
        "objects": objects,
        "differences": differences,
        "requests": outcome.requests,
        "seconds": run.seconds,
    }
    pages = pages_of(produced.extract, produced.books)
    rows = [(o["object"], o["source"], o["twenty"], o["missing"], o["different"]) for o in objects]
    text: list[RenderableType] = [
        table(
            f"sample of {len(chosen)} patients",
            ("object", "source", "Twenty", "missing", "different"),
            rows,
            right=(1, 2, 3, 4),
        ),
        *value_lines(pages),
        *finding_lines(produced.findings),
        *(f"Different: {d['record']}: {', '.join(d['fields'])}" for o in objects for d in o["differences"][:10]),
        "Look at them in Twenty.",
    ]
    missing_values = bool(outcome.tally.lost) or has_lost_values(pages)
    findings = bool(differences or produced.refused or outcome.unread) or missing_values
    following = "`cutover sample accept --by NAME`, or `cutover sample reject --by NAME` to take it back"
    return Answer(document=document, text=text, findings=findings, next_step=following)


def _carry(session: Session, run: Run, outcome: RunOutcome, chosen: Collection[str]) -> frozenset[bytes]:
    """Carry the sample's records alone, whichever run appended their events; gives their ids. Raises TwentyError, LogError."""
    follow_mapping(session, run)
    before = session.workspace.requests
    with step_of(session, "writing the sample to Twenty") as tick:
        projector = session.engine.projector(run.id)
        projector.tally = outcome.tally
        note_members(session.decisions, session.workspace_id, session.members, run.id)
        practice = session.practice.id
        patients = {i for native in chosen for i in session.ids_of(pbn_id(practice, Entity.PATIENT, native))}
        prepare = following(session, run, projector)
        carried = carry_slice(projector, session.log, patients, prepare=prepare, progress=tick)
    outcome.requests += session.workspace.requests - before
    return frozenset(carried)


def choose(extract: Extract, mapping: ColumnMapping, practice: Practice, patients: int | None) -> set[str]:
    """The native ids of patients who together show everything that the extract holds: every entity, every word of a SELECT,
    every kind of issue, shared addresses. Without a number, as many as make 200 to 500 records.
    """
    features: dict[str, set[str]] = defaultdict(set)
    records: dict[str, int] = defaultdict(int)
    for record in _records(extract, mapping, practice):
        native = record.native_id if record.entity is Entity.PATIENT else record.values.get("patient_id")
        if not isinstance(native, str):
            continue
        records[native] += 1
        features[native].update(_features(record))
    known = [p for p in features if f"{Entity.PATIENT.value}:" in features[p]]
    return _cover({p: features[p] for p in known}, records, patients)


def _cover(features: dict[str, set[str]], records: dict[str, int], patients: int | None) -> set[str]:
    chosen: list[str] = []
    covered: set[str] = set()
    left = dict(sorted(features.items()))
    random.Random(0).shuffle(order := list(left))  # noqa: S311 (a fair pick, not a secret)
    while left and (len(chosen) < patients if patients is not None else sum(records[p] for p in chosen) < LARGEST):
        best = max(left, key=lambda p: len(left[p] - covered))
        if not left[best] - covered:
            if patients is None and sum(records[p] for p in chosen) >= LARGEST * 0.4:
                break
            best = next(p for p in order if p in left)
        chosen.append(best)
        covered |= left.pop(best)
    return set(chosen)


def _features(record: Record) -> Iterable[str]:
    entity = record.entity.value
    yield f"{entity}:"
    for name in ("status", "insurance_carrier", "referral_source", "channel", "delivery_status", "payment_plan_status", "type"):
        if record.values.get(name):
            yield f"{entity}:{name}={record.values[name]}"
    for name, value in {**record.values, **record.custom}.items():
        yield f"{entity}:{name}{'+' if value not in (None, [], '') else '-'}"
    for issue in record.issues:
        yield f"{entity}!{issue.field}:{issue.reason}"


def _records(extract: Extract, mapping: ColumnMapping, practice: Practice) -> Iterable[Record]:
    for bound in bind_for_run(extract, mapping, practice, custom_names()).tables:
        if bound.binding.kind.entity in (None, Entity.PROVIDER):
            continue
        read = compile_reader(bound.binding, mapping, practice, extract.taken_at, extract.documents)
        for _, cells in bound.table.rows(lambda _rejected: None):
            record = read(cells)
            if not isinstance(record, UnusableRow):
                yield record


def _object(found: ObjectReconciliation) -> SampledObject:
    wrong = (*found.missing.listed, *found.different.listed)
    return {
        "object": found.object,
        "source": found.source,
        "twenty": found.twenty,
        "missing": found.missing.count,
        "extra": found.extra.count,
        "different": found.different.count,
        "differences": [{"record": d.pbn_id or d.twenty_id, "fields": list(d.fields)} for d in wrong],
    }
