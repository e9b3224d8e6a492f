"""`schema plan` and `schema apply`: what Twenty's data model needs, and the people to invite."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path

from rich.console import RenderableType

from consumers.data_model.applying.apply import apply
from consumers.data_model.applying.switching import switch_off_samples, switch_on_again, switched_off
from consumers.data_model.firing_workflows import FiringWorkflow, firing_workflows
from consumers.data_model.invitations import unmatched_providers
from consumers.data_model.layout.comparing import LayoutItem, LayoutVerdict
from consumers.data_model.planning.compare import Kind
from consumers.data_model.planning.inspection import Inspection
from consumers.data_model.planning.plan import SchemaPlan
from consumers.data_model.steps import ModelStep
from consumers.sync.adoptions import WHAT_HAPPENS, Meeting
from consumers.sync.trash import TO_DO, InTrash
from cutover.project.errors import UsageError
from cutover.reports.answer import Answer, table
from cutover.reports.counted import counted
from cutover.reports.documents.schema import (
    AppliedDocument,
    DriftDocument,
    Invitation,
    ListedWorkflow,
    PlanDocument,
    TrashedRecords,
)
from cutover.reports.planned_model import inspected_server, plan_item, planned_view, require_same, save_plan
from cutover.reports.planned_objects import planned_objects
from cutover.runs.approvals import approved_mapping, require_schema
from cutover.runs.arguments.mapped_records import mapped_records
from cutover.runs.arguments.people_before import own_patients, people_before
from cutover.runs.arguments.trash import trash_of
from cutover.runs.coverage import require_coverage
from cutover.runs.data_model import inspection_of, lay_out, layout_for, plan_for
from cutover.runs.happenings.telling import step_of
from cutover.runs.run import running
from cutover.runs.session import Session
from events.vocabulary.entities import Entity
from events.vocabulary.mapping import TableKind
from projections.destination import destination
from projections.providers import Provider

_WITHOUT_VIEWS = "Give the API key's role the permissions for views and layouts, or set [twenty] views = false."
_SHOWN = 50
"""People shown in words at most."""


def schema_plan(session: Session, out: Path | None = None) -> Answer:
    """Show what would be made, added and adopted, and what is in the way. Changes nothing; `out` is a file for the plan."""
    mapping = approved_mapping(session.decisions)
    made, layout = plan_for(session, mapping), layout_for(session, mapping)
    if out is not None:
        save_plan(out, made, layout)
    server = inspection_of(session, made, mapping)
    invite = _to_invite(session)
    patients = own_patients(session, mapped_records(session, TableKind.PATIENT, Entity.PATIENT))
    met, trash = people_before(session, patients), _trash_json(trash_of(session, patients))
    workflows = firing_workflows(session.workspace)
    document: PlanDocument = {
        "workspace": made.workspace,
        "mapping": made.version,
        "items": [plan_item(item) for item in made.items],
        "views": [planned_view(item) for item in layout],
        "server": inspected_server(server),
        "invite": invite,
        "fallback_member": session.project.settings.twenty.fallback_member or None,
        "people": [
            {"pbnId": one.pbn_id, "id": one.twenty_id, "adopted": one.adopted, "reason": one.likeness.value} for one in met
        ],
        "trash": trash,
        "workflows": _workflows_json(workflows),
    }
    text: list[RenderableType] = [
        *_server(server),
        *planned_objects(made.items),
        *_views(layout),
        *_invitations(session, invite),
        *_people(met),
        *_trash(trash),
        *_workflows(workflows),
    ]
    following = ""
    if server.blocking:
        text.append("`schema apply` is refused on this server: it lacks what is needed.")
    elif made.clashes:
        text.append(f"{counted(len(made.clashes), 'clash', 'clashes')}: `schema apply` is refused until they are put right.")
    elif steps := len(made.to_do) + sum(len(item.steps) for item in layout):
        text.append(f"{counted(steps, 'step')} to do.")
        following = f"`cutover schema apply {out}`" if out is not None else "`cutover schema apply`"
    else:
        text.append("Nothing to do.")
        following = "`cutover schema apply`, which records that"
    doubtful = any(not one.adopted for one in met)
    in_the_way = any(one["reason"] != InTrash.DELETED_BY_CUTOVER for one in trash)
    findings = bool(server.blocking or made.clashes or doubtful or in_the_way or workflows)
    return Answer(document=document, text=text, findings=findings, next_step=following)


class SampleSwitch(StrEnum):
    """Choice about Twenty's own sample workflows that our writes fire: left, switched off, or switched on again."""

    LEAVE = "leave"
    OFF = "off"
    ON = "on"

    @classmethod
    def of(cls, *, disable: bool, enable: bool) -> SampleSwitch:
        """Return the choice of a command line. Raises UsageError where it says both."""
        if disable and enable:
            raise UsageError("--disable-sample-workflow and --enable-sample-workflow exclude each other: give one of them")
        return cls.OFF if disable else cls.ON if enable else cls.LEAVE


def schema_apply(
    session: Session,
    saved: Path | None = None,
    samples: SampleSwitch = SampleSwitch.LEAVE,
    *,
    views_again: bool = False,
) -> Answer:
    """Make the data model, one recorded step at a time; repeating it is the resume.

    With a `saved` plan nothing else is done, but for the choice about `samples`, and with `views_again` the views that people
    deleted. Raises SchemaClash, ServerLacks,
    ApprovalMissing where the plan does not fit.
    """
    mapping = approved_mapping(session.decisions)
    require_coverage(session)
    made = plan_for(session, mapping)
    if saved is not None:
        require_same(saved, made, layout_for(session, mapping))
    inspection_of(session, made, mapping).refuse()
    with running("schema", session.log, session.decisions, session.world, session.workspace_id) as run:
        done = _applied(session, made, run.id)
        laid = lay_out(session, mapping, run.id, again=views_again)
        switch = {SampleSwitch.OFF: switch_off_samples, SampleSwitch.ON: switch_on_again}.get(samples)
        world = session.world
        switched = (
            switch(session.workspace, session.decisions, run.id, sleep=world.sleep, reached=world.reached) if switch else []
        )
        run.totals["steps"] = len(done) + len(laid.done) + len(switched)
    invite = _to_invite(session)
    workflows = firing_workflows(session.workspace)
    document: AppliedDocument = {
        "run": run.id,
        "mapping": mapping.version,
        "workspace": session.workspace_id,
        "steps": [{"kind": s.kind.value, "name": s.name} for s in (*done, *laid.done)],
        "views_refused": [s.name for s in laid.refused],
        "switched": [{"id": str(s.field), "name": s.label, "on": samples is SampleSwitch.ON} for s in switched],
        "invite": invite,
        "fallback_member": session.project.settings.twenty.fallback_member or None,
        "workflows": _workflows_json(workflows),
    }
    text: list[RenderableType] = [
        f"{counted(len(done) + len(laid.done), 'step')} done; the data model fits mapping {mapping.version}.",
        *(f"Twenty refused the view {s.name}: it is left out. {_WITHOUT_VIEWS}" for s in laid.refused),
        *_invitations(session, invite),
        *_workflows(workflows),
        *_switched(session),
    ]
    return Answer(document=document, text=text, next_step="`cutover sample`, or `cutover sync PATH --without-sample`")


def _applied(session: Session, made: SchemaPlan, run: str) -> list[ModelStep]:
    """Carry the plan out, and show how far it is. Raises as `apply`."""
    world = session.world
    with step_of(session, "data model", len(made.to_do), every=0) as advance:
        return apply(session.workspace, made, session.decisions, run, sleep=world.sleep, reached=world.reached, told=advance)


def schema_check(session: Session) -> Answer:
    """Compare the workspace's data model with the approved mapping: what is missing or in the way. Changes nothing."""
    mapping = approved_mapping(session.decisions)
    require_schema(session.decisions, session.workspace_id, mapping)
    made = plan_for(session, mapping)
    drift = [item for item in made.items if item.step is not None or item.kind is Kind.CLASH]
    views = [item for item in layout_for(session, mapping) if item.verdict in (LayoutVerdict.MAKE, LayoutVerdict.REMOVED)]
    document: DriftDocument = {
        "workspace": made.workspace,
        "mapping": made.version,
        "drift": [plan_item(item) for item in drift],
        "views": [planned_view(item) for item in views],
    }
    rows = [(item.kind.value.replace("_", " ").lower(), item.name, item.reason or "not there") for item in drift]
    deleted = [item.label for item in views if item.verdict is LayoutVerdict.REMOVED]
    text: list[RenderableType] = [table("drift", ("what", "object.field", "why"), rows)] if drift else []
    text += [f"Deleted in Twenty: “{label}”, {_VIEW_NOTES[LayoutVerdict.REMOVED]}." for label in deleted]
    fits = "The workspace's data model is that of the approved mapping."
    text.append(f"{counted(len(drift), 'difference')}." if drift else fits)
    return Answer(document=document, text=text, findings=bool(drift), next_step="`cutover schema plan`" if drift else "")


_VIEW_WORDS = {
    LayoutVerdict.MAKE: "make",
    LayoutVerdict.KEEP: "as it is",
    LayoutVerdict.REMOVED: "deleted in Twenty",
    LayoutVerdict.LEFT_OUT: "left out",
}
_VIEW_NOTES = {
    LayoutVerdict.REMOVED: "not made again, but by `cutover schema apply --views-again`",
    LayoutVerdict.LEFT_OUT: "the workspace has one of its fields as another type",
}


def _views(layout: Sequence[LayoutItem]) -> list[RenderableType]:
    """Return the views and the folder of the menu in words."""
    if not layout:
        return []
    rows = [
        (_VIEW_WORDS[item.verdict], item.what.lower(), item.label, _VIEW_NOTES.get(item.verdict, ", ".join(item.columns)))
        for item in layout
        if item.what != "FOLDER"
    ]
    folders = [
        f"{_VIEW_WORDS[item.verdict]}: the folder {item.label} of the menu"
        + (f", with {', '.join(item.columns)}" if item.columns else "")
        for item in layout
        if item.what == "FOLDER"
    ]
    return [table("views", ("what", "kind", "name", "columns"), rows), *folders]


def _server(found: Inspection) -> list[RenderableType]:
    """Return the server's version, and what it lacks."""
    lines: list[RenderableType] = [f"Twenty {found.version}" if found.version else "This Twenty does not tell its version."]
    if not found.lists:
        lines.append("It does not list its operations: what it lacks shows when it is needed.")
    lines += [f"{'It cannot do without' if one.blocks else 'Notice'}: {one}" for one in found.lacks]
    return [*lines, ""]


def _to_invite(session: Session) -> list[Invitation]:
    providers, inactive = _providers(session)
    return [{"provider": label, "email": email} for label, email in unmatched_providers(providers, session.members, inactive)]


def _providers(session: Session) -> tuple[list[Provider], set[str]]:
    """Return the providers of the extracts that the mapping was proposed for, or of the log where those are gone."""
    found: dict[str, Provider] = {}
    inactive: set[str] = set()
    for record in mapped_records(session, TableKind.PROVIDER, Entity.PROVIDER):
        texts = {name: value if isinstance(value, str) else None for name, value in record.values.items()}
        found[record.native_id] = Provider(
            native_id=record.native_id,
            code=texts.get("code"),
            first_name=texts.get("first_name"),
            last_name=texts.get("last_name"),
            display_name=texts.get("display_name"),
            email=texts.get("email"),
        )
        if record.values.get("active") is False:
            inactive.add(record.native_id)
    return list(found.values()), inactive


def _people(met: Sequence[Meeting]) -> list[RenderableType]:
    """Return the people who are here already: all that JSON has, the first in words."""
    if not met:
        return ["", "No person in the workspace looks like one of the patients."]
    adopted = sum(one.adopted for one in met)
    rows = [(one.pbn_id, one.twenty_id, one.likeness.value, WHAT_HAPPENS[one.likeness]) for one in met[:_SHOWN]]
    title = f"people who are here already: {adopted} adopted, {len(met) - adopted} doubtful"
    more = [f"… and {len(met) - _SHOWN} more; `--json` lists them all"] if len(met) > _SHOWN else []
    return ["", table(title, ("patient", "person in Twenty", "why", "what happens"), rows), *more]


def _trash_json(counts_of: Mapping[str, Mapping[InTrash, int]]) -> list[TrashedRecords]:
    return [
        {"object": name, "reason": reason.value, "records": counts[reason], "to_do": TO_DO[reason]}
        for name, counts in sorted(counts_of.items())
        for reason in InTrash
        if counts.get(reason)
    ]


def _trash(found: Sequence[TrashedRecords]) -> list[RenderableType]:
    """Return the counts of Twenty's trash, and for each reason once what to do about it."""
    if not found:
        return ["", "Nothing in Twenty's trash concerns these records."]
    rows = [(destination().objects[one["object"]].shown, f"{one['records']:,}", one["reason"]) for one in found]
    reasons = {one["reason"]: one["to_do"] for one in found}
    return [
        "",
        table("in Twenty's trash (Deleted records of each object)", ("object", "records", "reason"), rows),
        *(f"{reason}: {to_do}." for reason, to_do in reasons.items()),
    ]


def _workflows(found: Sequence[FiringWorkflow]) -> list[RenderableType]:
    return [f"The workflow “{one.name}” ({one.id}) fires on {one.event}: {one.to_do}." for one in found]


def _switched(session: Session) -> list[RenderableType]:
    return [
        f"The workflow “{one.step.label}” is switched off: `cutover schema apply --enable-sample-workflow` switches it on "
        "again, and so does `cutover rollback --all --schema`."
        for one in switched_off(session.decisions, session.workspace_id)
    ]


def _workflows_json(found: Sequence[FiringWorkflow]) -> list[ListedWorkflow]:
    return [{"id": one.id, "name": one.name, "event": one.event, "sample": one.is_sample} for one in found]


def _invitations(session: Session, invite: list[Invitation]) -> list[RenderableType]:
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
