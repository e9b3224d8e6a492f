"""`schema plan` and `schema apply`: what Twenty's data model needs, and the people to invite."""

from __future__ import annotations

from typing import Any

from rich.console import RenderableType

from consumers.data_model.apply import apply
from consumers.data_model.invitations import unmatched_providers
from consumers.data_model.plan import SchemaPlan, plan
from cutover.answer import Answer, table
from cutover.approvals import approved_mapping, mapping_state
from cutover.extracts import open_extracts
from cutover.runs import running
from cutover.session import Session
from events.mapping import Mapping, TableKind
from events.records import Record
from producers.assembly import Refused, compile_reader
from producers.proposal import bind_for_run
from projections.providers import Provider


def schema_plan(session: Session) -> Answer:
    """What would be made, added and adopted, and what is in the way. Changes nothing."""
    made = _plan(session, approved_mapping(session.decisions))
    invite = _to_invite(session)
    document = {**made.as_json(), "invite": invite, "fallback_member": session.project.settings.twenty.fallback_member or None}
    rows = [(item.kind.value.replace("_", " ").lower(), item.name, item.reason or "") for item in made.items]
    text: list[RenderableType] = [table("data model", ("what", "object.field", "note"), rows), *_invitations(session, invite)]
    if made.clashes:
        text.append(f"{len(made.clashes)} clashes: `schema apply` is refused until they are put right.")
    elif made.to_do:
        text.append(f"{len(made.to_do)} steps to do. Next: `cutover schema apply`.")
    else:
        text.append("Nothing to do. Next: `cutover schema apply` records it.")
    return Answer(document, text, findings=bool(made.clashes))


def schema_apply(session: Session) -> Answer:
    """Make the data model, one recorded step at a time; repeating it is the resume. Raises SchemaClash."""
    mapping = approved_mapping(session.decisions)
    made = _plan(session, mapping)
    with running("schema", session.log, session.decisions, session.world, session.workspace_id) as run:
        done = apply(
            session.workspace, made, session.decisions, run.id, sleep=session.world.sleep, reached=session.world.reached
        )
        run.totals["steps"] = len(done)
    invite = _to_invite(session)
    document = {
        "run": run.id,
        "mapping": mapping.version,
        "workspace": session.workspace_id,
        "steps": [{"kind": s.kind.value, "name": s.name} for s in done],
        "invite": invite,
        "fallback_member": session.project.settings.twenty.fallback_member or None,
    }
    text: list[RenderableType] = [
        f"{len(done)} steps done; the data model fits mapping {mapping.version}.",
        *_invitations(session, invite),
    ]
    text.append("Next: `cutover sample`, or `cutover sync PATH --without-sample`.")
    return Answer(document, text)


def apply_extension(session: Session, mapping: Mapping, run: str) -> bool:
    """What a run's extended mapping needs on top; True when something was made. Raises SchemaClash, TwentyError."""
    made = _plan(session, mapping)
    return bool(
        apply(session.workspace, made, session.decisions, run, sleep=session.world.sleep, reached=session.world.reached)
    )


def _plan(session: Session, mapping: Mapping) -> SchemaPlan:
    return plan(session.workspace.metadata(refresh=True), mapping, session.decisions.all())


def _to_invite(session: Session) -> list[dict[str, Any]]:
    providers, inactive = _providers(session)
    return [{"provider": label, "email": email} for label, email in unmatched_providers(providers, session.members, inactive)]


def _providers(session: Session) -> tuple[list[Provider], set[str]]:
    """The providers of the extracts that the mapping was proposed for, as far as they still lie there."""
    proposal = mapping_state(session.decisions).proposal
    mapping = approved_mapping(session.decisions)
    found: dict[str, Provider] = {}
    inactive: set[str] = set()
    for record in _provider_records(session, [] if proposal is None else proposal.body.get("paths", []), mapping):
        texts = {name: value if isinstance(value, str) else None for name, value in record.values.items()}
        found[record.native_id] = Provider(
            record.native_id,
            texts.get("code"),
            texts.get("first_name"),
            texts.get("last_name"),
            texts.get("display_name"),
            texts.get("email"),
        )
        if record.values.get("active") is False:
            inactive.add(record.native_id)
    return list(found.values()), inactive


def _provider_records(session: Session, paths: list[str], mapping: Mapping) -> list[Record]:
    from pathlib import Path

    records = []
    for extract in open_extracts(session, [Path(p) for p in paths if Path(p).exists()]):
        for bound in bind_for_run(extract, mapping, session.practice).tables:
            if bound.binding.kind is TableKind.PROVIDER:
                read = compile_reader(bound.binding, mapping, session.practice, extract.taken_at)
                found = [read(cells) for _, cells in bound.table.rows(lambda _rejected: None)]
                records += [r for r in found if not isinstance(r, Refused)]
    return records


def _invitations(session: Session, invite: list[dict[str, Any]]) -> list[RenderableType]:
    if not invite:
        return ["", "Every provider is a member of the workspace."]
    fallback = session.project.settings.twenty.fallback_member
    effect = (
        f"Until then their records go to {fallback}."
        if fallback
        else "Until then their records have no member (set twenty.fallback_member)."
    )
    rows = [(i["provider"], i["email"] or "no e-mail known") for i in invite]
    return ["", table("people to invite (an API key cannot)", ("provider", "e-mail"), rows), effect]
