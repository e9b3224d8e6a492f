"""`go-live`: the end of the window. A reconciliation, and from then on a sync has to say that it is meant."""

from __future__ import annotations

from consumers.data_model.applying.switching import switched_off
from consumers.reconcile.reconcile import reconcile
from cutover.project.errors import ApprovalMissing, UsageError
from cutover.reports.answer import Answer
from cutover.reports.counted import counted
from cutover.reports.documents.approvals import GoLiveDocument
from cutover.runs.approvals import approved_mapping, require_schema
from cutover.runs.dead_letters_of import dead_letters_of
from cutover.runs.session import Session
from events.decisions import Decided
from events.log.port import CHANGES


def go_live(session: Session, *, accept_open: str = "", by: str = "") -> Answer:
    """Record that the practice works in Twenty from now on.

    Refuses while events are not carried yet, and over open differences, dead letters and conflicts, unless they are accepted
    with a reason and a name, both recorded. Raises UsageError, ApprovalMissing.
    """
    if accept_open and not by:
        raise UsageError("--accept-open needs the name of the person who answers for it; add --by NAME")
    require_schema(session.decisions, session.workspace_id, approved_mapping(session.decisions))
    ends, committed = session.log.ends(CHANGES), session.log.committed(session.group, CHANGES)
    lag, pending = sum(end - committed.get(p, 0) for p, end in ends.items()), session.view.count_pending()
    if lag or pending or not session.view.counts():
        ahead = [
            *([counted(lag, "event")] if lag or not pending else []),
            *([counted(pending, "record") + " taken back"] if pending else []),
        ]
        raise UsageError(
            f"not carried yet: {', '.join(ahead)}; the practice cannot go live; next: `cutover sync PATH` with the last delta"
        )
    session.require_sight("compare what is there")
    engine = session.engine
    found = reconcile(session.view, session.log, session.keys, session.workspace, engine.context(), history=engine.history())
    differences = sum(o.missing.count + o.extra.count + o.different.count for o in found.objects)
    kept_back, conflicts = session.view.count_kept_back(), session.view.count_conflicts()
    rows = dead_letters_of(session).count_rows()
    live = session.decisions.last(Decided.WENT_LIVE)
    if live is None:
        still_open = [
            (differences, counted(differences, "difference"), "reconcile"),
            (kept_back, counted(kept_back, "record kept back", "records kept back") + " (dead letters)", "dead-letters list"),
            (rows, counted(rows, "row that made", "rows that made") + " no record (dead letters)", "dead-letters list"),
            (conflicts, counted(conflicts, "conflict"), "conflicts list"),
        ]
        if (found_open := [one for one in still_open if one[0]]) and not accept_open:
            said = ", ".join(name for _, name, _ in found_open)
            lists = dict.fromkeys(f"`cutover {command}`" for _, _, command in found_open)
            raise ApprovalMissing(
                f"the practice is not live; open: {said}; next: {', '.join(lists)}, "
                'or accept them with `cutover go-live --accept-open "WHY" --by NAME`'
            )
        body = {"differences": differences, "kept_back": kept_back, "conflicts": conflicts, "why": accept_open, "by": by}
        body["refused_rows"] = rows
        session.decisions.record(Decided.WENT_LIVE, body, workspace=session.workspace_id)
    document: GoLiveDocument = {
        "live": True,
        "differences": differences,
        "kept_back": kept_back,
        "refused_rows": rows,
        "conflicts": conflicts,
    }
    text = [
        "The practice is live in Twenty."
        if live is None
        else f"The practice is live since {live.recorded_at:%Y-%m-%d %H:%M} UTC.",
        f"{counted(differences, 'difference')} between PbN and Twenty; `cutover reconcile` names them.",
        "From now on `cutover sync` asks for --after-go-live.",
    ]
    text += [
        f"The workflow “{one.step.label}” is still switched off: `cutover schema apply --enable-sample-workflow` switches it "
        "on again; a later sync asks for it to be off."
        for one in switched_off(session.decisions, session.workspace_id)
    ]
    following = "`cutover reconcile`" if differences else "the team works in Twenty; `cutover status` at any time"
    return Answer(document=document, text=text, findings=bool(differences), next_step=following)
