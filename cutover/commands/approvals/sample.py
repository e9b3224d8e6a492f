"""`sample`: a covering slice of the practice first, compared with its source field by field."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence

from rich.console import RenderableType

from consumers.reconcile.comparing import ComparedRecord
from consumers.reconcile.doubts import Doubt
from consumers.reconcile.reconcile import reconcile
from consumers.reconcile.reconciliation import Lost, ObjectReconciliation
from consumers.sync.late_members import note_members
from consumers.sync.slice import carry_slice
from cutover.reports.answer import Answer, table
from cutover.reports.books import has_lost_values, pages_of, value_lines
from cutover.reports.counted import counted
from cutover.reports.documents.approvals import SampleCard, SampledObject, SampleDocument
from cutover.reports.findings import finding_lines
from cutover.reports.records.naming import Names
from cutover.reports.sampling.cards import DIFFERENT, LOST, RESULTS, CardSource, card_of, results_of
from cutover.reports.sampling.choosing import BoundExtract, bound, choose
from cutover.reports.sampling.source_rows import key_of, source_rows
from cutover.runs.approvals import approved_mapping, require_schema
from cutover.runs.arguments.extracts import open_extracts, proposed_places, remember
from cutover.runs.carrying import follow_mapping, following
from cutover.runs.claims.consuming import alone
from cutover.runs.claims.producing import producing
from cutover.runs.coverage import require_coverage
from cutover.runs.happenings.telling import step_of
from cutover.runs.renumbered import renumbered
from cutover.runs.run import Run, running
from cutover.runs.run_outcome import RunOutcome, totals
from cutover.runs.sample_workflows import require_no_sample_workflow_before_load
from cutover.runs.session import Session
from events.decisions import Decided
from events.vocabulary.entities import Entity, pbn_id

_SHOWN = 5
"""Patients, and reasons of each, that the terminal lists; the document has all of them."""
_CAUSES = 10


def sample(session: Session, patients: int | None) -> Answer:
    """Carry a few patients with everything that hangs on them, and compare what arrived field by field.

    Raise UsageError before anything is written.
    """
    mapping = approved_mapping(session.decisions)
    require_coverage(session)
    require_schema(session.decisions, session.workspace_id, mapping)
    require_no_sample_workflow_before_load(session)
    extracts = open_extracts(session, proposed_places(session))
    deliveries = bound(extracts, mapping, session.practice)
    choice = choose(deliveries, mapping, session.practice, patients)
    chosen = {patient.native_id for patient in choice.patients}
    outcome = RunOutcome(requests=session.requests_ahead)
    with (
        producing(session, holder="sample"),
        alone(session, holder="sample"),
        renumbered(session),
        running("sample", session.log, session.decisions, session.world, session.workspace_id) as run,
    ):
        session.engine.settle(run.id)
        for extract in extracts:
            mapping = approved_mapping(session.decisions)  # no other command extends it from here on
            produced = session.producer().produce(extract, mapping, run.id, only_patients=chosen.__contains__)
            outcome.produced.append(produced)
            remember(session, extract, produced, run.id)
        carried = _carry(session, run, outcome, chosen)
        totals(session, run, outcome)
    met: list[ComparedRecord] = []
    context = session.engine.context()
    doubts: list[Doubt] = []
    found = reconcile(
        session.view,
        session.log,
        session.keys,
        session.workspace,
        context,
        only=carried,
        compared=met.append,
        doubted=doubts.append,
    )
    cards = _cards(session, deliveries, met, doubts, found.lost)
    results = results_of(cards)
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
        "chosen": [
            {"pbnId": pbn_id(session.practice.id, Entity.PATIENT, p.native_id), "reasons": [r.document() for r in p.reasons]}
            for p in choice.patients
        ],
        "uncovered": [feature.document() for feature in choice.uncovered],
        "objects": objects,
        "results": results,
        "cards": cards,
        "differences": differences,
        "requests": outcome.requests,
        "seconds": run.seconds,
    }
    pages = [page for produced in outcome.produced for page in pages_of(produced.extract, produced.books)]
    rows = [(o["object"], o["source"], o["twenty"], o["missing"], o["different"]) for o in objects]
    text: list[RenderableType] = [
        table(
            f"sample of {len(chosen)} patients",
            ("object", "source", "Twenty", "missing", "different"),
            rows,
            right=(1, 2, 3, 4),
        ),
        table(
            "fields of the sample",
            ("object", *RESULTS),
            [(r["object"], r["equal"], r["normalised"], r["different"], r["lost"]) for r in results],
            right=(1, 2, 3, 4),
        ),
        *_chosen_lines(document),
        *value_lines(pages),
        *finding_lines([finding for produced in outcome.produced for finding in produced.findings]),
        *(f"Different: {d['record']}: {', '.join(d['fields'])}" for o in objects for d in o["differences"][:10]),
        *_field_lines(cards),
        "`--html FILE` writes a page with every card. Look at them in Twenty.",
    ]
    missing_values = bool(outcome.tally.lost) or has_lost_values(pages)
    findings = bool(differences or any(p.refused for p in outcome.produced) or outcome.unread) or missing_values
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


def _cards(
    session: Session,
    deliveries: Sequence[BoundExtract],
    met: Sequence[ComparedRecord],
    doubts: Sequence[Doubt],
    left_out: Sequence[Lost],
) -> list[SampleCard]:
    """Return a card for each record of the sample, from the cells of its row to Twenty. Raises LogError, CodecError."""
    names = Names(session.log, session.keys, session.practice)
    heads = session.view.heads([one.record_id for one in met])
    names.hold(list(heads.values()))
    named = {record_id: names.of(head) for record_id, head in heads.items()}
    keys = {record_id: key_of(one.event.source, one.event.entity) for record_id, one in named.items()}
    rows = source_rows(deliveries, frozenset(keys.values()))
    reasons: dict[bytes, dict[str, str]] = defaultdict(dict)
    for doubt in doubts:
        reasons[doubt.record_id][doubt.field] = doubt.reason
    for lost in left_out:
        reasons[lost.record_id][lost.field] = lost.reason
    sources = {
        record_id: CardSource(pbn_id=names.pbn_id(one), row=rows.get(keys[record_id]), reasons=reasons[record_id])
        for record_id, one in named.items()
    }
    return [card_of(one, sources[one.record_id]) for one in met]


def _field_lines(cards: Sequence[SampleCard]) -> Iterator[str]:
    """Yield a line for each cause by which fields are lost or different, with the first record and without a value."""
    causes: Counter[tuple[str, str, str, str | None]] = Counter()
    first: dict[tuple[str, str, str, str | None], str] = {}
    for card in cards:
        for one in card["fields"]:
            if one["result"] in (LOST, DIFFERENT):
                cause = (one["result"], card["object"], one["field"] or one["cells"][0]["column"], one["means"])
                causes[cause] += 1
                first.setdefault(cause, card["pbnId"] or card["id"])
    for cause, count in causes.most_common(_CAUSES):
        result, plural, name, means = cause
        times = f", and {count - 1:,} more" if count > 1 else ""
        yield f"{result.capitalize()}: {plural} {name}: {first[cause]}{times}{f': {means}' if means else ''}"
    if len(causes) > _CAUSES:
        yield f"… and {len(causes) - _CAUSES} more causes; `--json` or `--html FILE` has them."


def _chosen_lines(document: SampleDocument) -> Iterator[str]:
    """Yield a line for each of the first patients with reasons, and for what the sample does not show."""
    for patient in document["chosen"][:_SHOWN]:
        texts = [reason["text"] for reason in patient["reasons"]]
        more = f" and {len(texts) - _SHOWN} more" if len(texts) > _SHOWN else ""
        yield f"Chosen: {patient['pbnId']}: {', '.join(texts[:_SHOWN])}{more}"
    if len(document["chosen"]) > _SHOWN:
        yield f"… and {counted(len(document['chosen']) - _SHOWN, 'more patient')}; `--json` lists them with the reasons."
    missing = document["uncovered"]
    if missing:
        yield f"Not in the sample: {counted(len(missing), 'kind')}, such as {missing[0]['text']}; `--json` lists them."


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
