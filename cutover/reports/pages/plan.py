"""The page of `schema plan`: what is made in Twenty, what is in the way, who is to be invited."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cutover.reports.counted import counted
from cutover.reports.documents.schema import PlanDocument, PlanItem
from cutover.reports.page.parts import LineList, Marked, PageMark, PagePart, PageSection, PageTable, ReportPage, listed
from cutover.reports.pages.framing import Frame

PEOPLE = 100
"""People in the workspace whom a page lists."""


def plan_page(document: PlanDocument, frame: Frame) -> ReportPage:
    """Return the page. It names people by id, and holds no value of a patient."""
    clashes = [one for one in document["items"] if one["action"] == "CLASH"]
    steps = sum(one["action"] not in ("CLASH", "ADOPT") for one in document["items"])
    steps += sum(one["steps"] for one in document["views"])
    blocking = [one for one in document["server"]["lacks"] if one["blocks"]]
    doubtful = [one for one in document["people"] if not one["adopted"]]
    if blocking or clashes:
        said = f"{len(clashes):,} clashes and {len(blocking):,} needs of the server stop the data model."
        headline = Marked(said, PageMark.BAD)
    elif any(one["reason"] != "deleted_by_cutover" for one in document["trash"]):
        in_trash = sum(one["records"] for one in document["trash"] if one["reason"] != "deleted_by_cutover")
        headline = Marked(
            f"{counted(in_trash, 'record')} in Twenty's trash {'needs' if in_trash == 1 else 'need'} a decision first.",
            PageMark.OPEN,
        )
    elif document["workflows"] or doubtful:
        said = f"{len(document['workflows']):,} workflows and {len(doubtful):,} people in Twenty need a decision first."
        headline = Marked(said, PageMark.OPEN)
    elif steps:
        headline = Marked(f"{counted(steps, 'step makes', 'steps make')} Twenty ready. Nothing is in the way.", PageMark.OPEN)
    else:
        headline = Marked("Twenty's data model is ready.", PageMark.GOOD)
    return ReportPage(
        title=frame.title("the plan for Twenty's data model"),
        made=frame.made(f"Mapping {document['mapping']}."),
        headline=headline,
        facts=tuple(_facts(document)),
        sections=(
            PageSection("In the way", tuple(_in_the_way(document, clashes))),
            PageSection("People to invite", _invitations(document)),
            PageSection("People who are in Twenty already", _people(document)),
            PageSection("Twenty's trash", _trash(document)),
            PageSection("Views and the menu", _views(document)),
            *(_object(name, [one for one in document["items"] if one["object"] == name]) for name in _objects(document)),
        ),
    )


def _facts(document: PlanDocument) -> Iterator[str]:
    server = document["server"]
    yield f"Twenty {server['version']}" if server["version"] else "The server does not state its version."
    if document["fallback_member"]:
        yield f"{document['fallback_member']} takes the place of providers who are no members."


def _in_the_way(document: PlanDocument, clashes: Sequence[PlanItem]) -> Iterator[PagePart]:
    if clashes:
        rows = [(_name(one), one["reason"]) for one in clashes]
        yield listed("Clashes", ("Object or field", "Why"), rows)
    if document["server"]["lacks"]:
        lacks = [
            (
                one["need"],
                ", ".join(one["missing"]),
                Marked("stops the data model", PageMark.BAD) if one["blocks"] else "notice",
                one["effect"],
                one["to_do"],
            )
            for one in document["server"]["lacks"]
        ]
        yield listed("Needs of the server", ("Need", "Missing", "", "Effect", "What to do"), lacks)
    if document["workflows"]:
        firing = [(one["name"], one["event"], one["id"]) for one in document["workflows"]]
        yield listed("Workflows that fire on every record written: switch them off", ("Name", "Fires on", "Id"), firing)


def _invitations(document: PlanDocument) -> tuple[LineList, ...]:
    lines = tuple(" ".join(filter(None, (one["provider"], one["email"]))) for one in document["invite"])
    return (LineList(lines),) if lines else ()


def _people(document: PlanDocument) -> tuple[PageTable, ...]:
    ordered = sorted(document["people"], key=lambda one: one["adopted"])
    rows = [
        (
            one["pbnId"],
            one["id"],
            one["reason"].replace("_", " ").lower(),
            "adopted" if one["adopted"] else Marked("to decide", PageMark.OPEN),
        )
        for one in ordered
    ]
    columns = ("Patient", "Person in Twenty", "Because of", "What happens")
    where = "`cutover schema plan --json` lists them"
    return (listed("Those to decide first", columns, rows, most=PEOPLE, where=where),) if rows else ()


def _trash(document: PlanDocument) -> tuple[PageTable, ...]:
    rows = [(one["object"], one["records"], one["reason"].replace("_", " "), one["to_do"]) for one in document["trash"]]
    columns = ("Object", "Records", "Because of", "What to do")
    return (listed("Records that concern this project", columns, rows, numbers=(1,)),) if rows else ()


def _views(document: PlanDocument) -> tuple[PageTable, ...]:
    rows = [
        (one["action"].replace("_", " ").lower(), one["label"], one["kind"].lower(), ", ".join(one["columns"]))
        for one in document["views"]
    ]
    return (listed(f"{len(rows):,} entries", ("What", "Name", "Kind", "Columns"), rows),) if rows else ()


def _objects(document: PlanDocument) -> list[str]:
    return list(dict.fromkeys(one["object"] for one in document["items"]))


def _object(name: str, items: Sequence[PlanItem]) -> PageSection:
    rows = [
        (
            one["action"].replace("_", " ").lower(),
            one["field"] or "(the object)",
            one["label"],
            one["type"],
            one["options"] or None,
            one["reason"],
        )
        for one in items
    ]
    columns = ("What", "Field", "Label", "Type", "Options", "Note")
    return PageSection(f"Object: {name}", (listed(f"{len(rows):,} entries", columns, rows, numbers=(4,)),))


def _name(one: PlanItem) -> str:
    return f"{one['object']}.{one['field']}" if one["field"] else one["object"]
