"""`sample`: a covering slice of the practice first, compared with its source field by field."""

from __future__ import annotations

from collections.abc import Collection, Iterator
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
from cutover.reports.sampling.choosing import bound, choose
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

_SHOWN = 5
"""Patients, and reasons of each, that the terminal lists; the document has all of them."""


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
    extracts = open_extracts(session, paths)
    choice = choose(bound(extracts, mapping, session.practice), mapping, session.practice, patients)
    chosen = {patient.native_id for patient in choice.patients}
    outcome = RunOutcome()
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
        "chosen": [
            {"pbnId": pbn_id(session.practice.id, Entity.PATIENT, p.native_id), "reasons": [r.document() for r in p.reasons]}
            for p in choice.patients
        ],
        "uncovered": [feature.document() for feature in choice.uncovered],
        "objects": objects,
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
        *_chosen_lines(document),
        *value_lines(pages),
        *finding_lines([finding for produced in outcome.produced for finding in produced.findings]),
        *(f"Different: {d['record']}: {', '.join(d['fields'])}" for o in objects for d in o["differences"][:10]),
        "Look at them in Twenty.",
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


def _chosen_lines(document: SampleDocument) -> Iterator[str]:
    """Yield a line for each of the first patients with reasons, and for what the sample does not show."""
    for patient in document["chosen"][:_SHOWN]:
        texts = [reason["text"] for reason in patient["reasons"]]
        more = f" and {len(texts) - _SHOWN} more" if len(texts) > _SHOWN else ""
        yield f"Chosen: {patient['pbnId']}: {', '.join(texts[:_SHOWN])}{more}"
    if len(document["chosen"]) > _SHOWN:
        yield f"… and {len(document['chosen']) - _SHOWN} more patients; `--json` lists them with the reasons."
    missing = document["uncovered"]
    if missing:
        yield f"Not in the sample: {len(missing)} kinds, such as {missing[0]['text']}; `--json` lists them."


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
