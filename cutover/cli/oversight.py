"""Commands about the workspace: its status, its differences, dead letters, and erasure."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from cutover.cli.answering import answer, in_project
from cutover.cli.options import (
    HERE,
    FieldOption,
    FileOption,
    HtmlOption,
    JsonOption,
    ObjectOption,
    ProjectOption,
    ReasonOption,
    RecordOption,
    YesOption,
)


class _Side(StrEnum):
    """The sides of a conflict, for the command line alone: to import the engine's would make `--help` wait."""

    OURS = "ours"
    THEIRS = "theirs"


class _Verdict(StrEnum):
    """The ways to settle an id, for the command line alone."""

    SAME = "same"
    ANOTHER = "another"
    LEAVE_OUT = "leave-out"


commands = typer.Typer()
letters_app = typer.Typer(no_args_is_help=True, help="List, retry and dismiss records that were not written.")
commands.add_typer(letters_app, name="dead-letters")
conflicts_app = typer.Typer(no_args_is_help=True, help="List and resolve what people and PbN both changed.")
commands.add_typer(conflicts_app, name="conflicts")
identities_app = typer.Typer(no_args_is_help=True, help="List and decide ids under which two people stand.")
commands.add_typer(identities_app, name="identities")


@commands.command()
def doctor(project: ProjectOption = HERE, as_json: JsonOption = False) -> None:
    """Check settings, keys, disk, log, state and Twenty."""
    from cutover.commands.oversight.doctor import doctor as run

    answer(as_json, lambda: run(project))


@commands.command()
def status(project: ProjectOption = HERE, as_json: JsonOption = False) -> None:
    """Show positions, lag, records written and dead letters."""
    from cutover.commands.oversight.status import status as run

    in_project(project, as_json, run)


@commands.command()
def reconcile(
    html: HtmlOption = None,
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Compare PbN with Twenty; list what did not move and why."""
    from cutover.cli.paging import with_page
    from cutover.commands.oversight.reconcile import reconcile as run
    from cutover.reports.pages.reconcile import reconcile_page

    in_project(project, as_json, lambda s: with_page(html, s.project, lambda: run(s), reconcile_page))


@letters_app.command("list")
def letters_list(
    record: RecordOption = None,
    reason: ReasonOption = None,
    file: FileOption = None,
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """List the records that are kept back, and why."""
    from cutover.commands.oversight.dead_letters import ChosenLetters
    from cutover.commands.oversight.dead_letters import list_dead_letters as run

    in_project(project, as_json, lambda s: run(s, ChosenLetters(record=record, reason=reason, file=file)))


@letters_app.command("show")
def letters_show(
    record: Annotated[str, typer.Argument(metavar="NAME", help="A pbnId, an id, or FILE:ROW.")],
    decrypt: Annotated[bool, typer.Option("--decrypt", help="Show values and Twenty's words; recorded.")] = False,
    by: Annotated[str, typer.Option(metavar="NAME", help="Name of the reader.")] = "",
    why: Annotated[str, typer.Option(metavar="TEXT", help="Purpose of the reading.")] = "",
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Show everything about one dead letter."""
    from cutover.commands.oversight.dead_letters import ChosenLetters
    from cutover.commands.oversight.dead_letters import show_dead_letters as run
    from cutover.runs.arguments.named_person import NamedPerson

    in_project(project, as_json, lambda s: run(s, ChosenLetters(record=record), NamedPerson(by=by, why=why, decrypt=decrypt)))


@letters_app.command("retry")
def letters_retry(
    record: RecordOption = None,
    reason: ReasonOption = None,
    file: FileOption = None,
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Try the refused records again."""
    from cutover.commands.oversight.dead_letters import ChosenLetters
    from cutover.commands.oversight.dead_letters import retry_dead_letters as run

    in_project(project, as_json, lambda s: run(s, ChosenLetters(record=record, reason=reason, file=file)))


@letters_app.command("dismiss")
def letters_dismiss(
    record: Annotated[str | None, typer.Argument(metavar="[NAME]", help="A pbnId, an id, or FILE:ROW.")] = None,
    reason: ReasonOption = None,
    file: FileOption = None,
    by: Annotated[str, typer.Option(metavar="NAME", help="Name of the person who decides.")] = "",
    why: Annotated[str, typer.Option(metavar="TEXT", help="Reason of the decision.")] = "",
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Give dead letters up until PbN changes them."""
    from cutover.commands.oversight.dead_letters import ChosenLetters
    from cutover.commands.oversight.dead_letters import dismiss_dead_letters as run
    from cutover.runs.arguments.named_person import NamedPerson

    chosen = ChosenLetters(record=record, reason=reason, file=file)
    in_project(project, as_json, lambda s: run(s, chosen, NamedPerson(by=by, why=why)))


@conflicts_app.command("list")
def conflicts_list(
    record: RecordOption = None,
    object_name: ObjectOption = None,
    field: FieldOption = None,
    reason: ReasonOption = None,
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """List the conflicts that are not settled."""
    from cutover.commands.oversight.conflicts import ChosenConflicts
    from cutover.commands.oversight.conflicts import list_conflicts as run

    chosen = ChosenConflicts(record=record, object=object_name, field=field, reason=reason)
    in_project(project, as_json, lambda s: run(s, chosen))


@conflicts_app.command("show")
def conflicts_show(
    record: Annotated[str, typer.Argument(metavar="NAME", help="A pbnId, an id in Twenty, or FILE:ROW.")],
    field: FieldOption = None,
    decrypt: Annotated[bool, typer.Option("--decrypt", help="Show both sides' values; recorded.")] = False,
    by: Annotated[str, typer.Option(metavar="NAME", help="Name of the reader.")] = "",
    why: Annotated[str, typer.Option(metavar="TEXT", help="Purpose of the reading.")] = "",
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Show everything about the conflicts of one record."""
    from cutover.commands.oversight.conflicts import ChosenConflicts
    from cutover.commands.oversight.conflicts import show_conflicts as run
    from cutover.runs.arguments.named_person import NamedPerson

    chosen = ChosenConflicts(record=record, field=field)
    in_project(project, as_json, lambda s: run(s, chosen, NamedPerson(by=by, why=why, decrypt=decrypt)))


@conflicts_app.command("resolve")
def conflicts_resolve(
    take: Annotated[_Side, typer.Option(help="The side that wins: PbN (ours) or Twenty (theirs).")],
    record: Annotated[str | None, typer.Argument(metavar="[NAME]", help="A pbnId, an id, or FILE:ROW.")] = None,
    object_name: ObjectOption = None,
    field: FieldOption = None,
    reason: ReasonOption = None,
    everything: Annotated[bool, typer.Option("--all", help="All conflicts that are open.")] = False,
    by: Annotated[str, typer.Option(metavar="NAME", help="Name of the person who decides.")] = "",
    why: Annotated[str, typer.Option(metavar="TEXT", help="Reason of the decision.")] = "",
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Take a side in conflicts; the next sync carries it out."""
    from consumers.journal.three_way import Take
    from cutover.commands.oversight.conflicts import ChosenConflicts
    from cutover.commands.oversight.conflicts import resolve_conflicts as run
    from cutover.runs.arguments.named_person import NamedPerson

    chosen = ChosenConflicts(record=record, object=object_name, field=field, reason=reason, everything=everything)
    in_project(project, as_json, lambda s: run(s, chosen, Take(take.value), NamedPerson(by=by, why=why)))


@identities_app.command("list")
def identities_list(
    decrypt: Annotated[bool, typer.Option("--decrypt", help="Show the rows' cells; recorded.")] = False,
    by: Annotated[str, typer.Option(metavar="NAME", help="Name of the reader.")] = "",
    why: Annotated[str, typer.Option(metavar="TEXT", help="Purpose of the reading.")] = "",
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """List the patients' ids under which two people stand."""
    from cutover.commands.oversight.identities import list_identities as run
    from cutover.runs.arguments.named_person import NamedPerson

    in_project(project, as_json, lambda s: run(s, NamedPerson(by=by, why=why, decrypt=decrypt)))


@identities_app.command("decide")
def identities_decide(
    pbn_id: Annotated[str, typer.Argument(metavar="PBNID")],
    verdict: Annotated[_Verdict, typer.Argument(metavar="same|another|leave-out")],
    row: Annotated[str | None, typer.Option(metavar="FILE:ROW", help="The row that the decision is about.")] = None,
    rows: Annotated[
        str | None, typer.Option(metavar="CHOICE", help="With `another`: hold, stay, move, or the day from which rows move.")
    ] = None,
    by: Annotated[str, typer.Option(metavar="NAME", help="Name of the person who decides.")] = "",
    why: Annotated[str, typer.Option(metavar="TEXT", help="Reason of the decision.")] = "",
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Decide who stands under an id; the next sync carries it out."""
    from cutover.commands.oversight.deciding_identities import decide_identity as run
    from cutover.runs.arguments.named_person import NamedPerson
    from producers.changes.rows.decided_identities import IdentityVerdict

    decider = NamedPerson(by=by, why=why)
    in_project(project, as_json, lambda s: run(s, pbn_id, IdentityVerdict(verdict.value), decider, row, rows))


@commands.command()
def trace(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A pbnId, an id in Twenty, or FILE:ROW.")],
    decrypt: Annotated[bool, typer.Option("--decrypt", help="Show values and Twenty's words; recorded.")] = False,
    by: Annotated[str, typer.Option(metavar="NAME", help="Name of the reader.")] = "",
    why: Annotated[str, typer.Option(metavar="TEXT", help="Purpose of the reading.")] = "",
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Show everything about one record in order of time."""
    from cutover.commands.oversight.trace import trace as run
    from cutover.runs.arguments.named_person import NamedPerson

    in_project(project, as_json, lambda s: run(s, name, NamedPerson(decrypt=decrypt, by=by, why=why)))


@commands.command()
def forget(
    pbn_id: Annotated[str, typer.Argument(metavar="PBNID")],
    in_twenty: Annotated[bool, typer.Option("--in-twenty", help="Take their records out of Twenty first.")] = False,
    force: Annotated[bool, typer.Option("--force", help="With --in-twenty: also what people worked on.")] = False,
    yes: YesOption = False,
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Erase a patient from the log."""
    from cutover.commands.oversight.forget import forget as run

    in_project(project, as_json, lambda s: run(s, pbn_id, yes=yes, in_twenty=in_twenty, force=force))
