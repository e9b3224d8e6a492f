"""Commands for approvals: the mapping, the data model, the sample, going live."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cutover.cli.answering import in_project
from cutover.cli.options import HERE, HtmlOption, JsonOption, Paths, ProjectOption

TableArgument = Annotated[str, typer.Argument(metavar="TABLE", help="The table's name, its file's or its kind.")]
ExamplesOption = Annotated[bool, typer.Option("--examples", help="Show real values, three a column; recorded.")]
ReaderOption = Annotated[str, typer.Option("--by", metavar="NAME", help="Name of the reader of examples.")]
PurposeOption = Annotated[str, typer.Option("--why", metavar="TEXT", help="Purpose of the reading.")]
ColumnArgument = Annotated[str, typer.Argument(metavar="COLUMN", help="The column's header, or its number as #3.")]

commands = typer.Typer()
mapping_app = typer.Typer(no_args_is_help=True, help="Propose, show and approve the meaning of each column.")
schema_app = typer.Typer(no_args_is_help=True, help="Plan and apply Twenty's data model.")
sample_app = typer.Typer(invoke_without_command=True, help="Sync a representative sample first.")
commands.add_typer(mapping_app, name="map")
commands.add_typer(schema_app, name="schema")
commands.add_typer(sample_app, name="sample")


@mapping_app.command("propose")
def map_propose(
    paths: Paths,
    other: Annotated[
        Path | None, typer.Option("--from", metavar="FILE", help="Take over choices of another practice's mapping.")
    ] = None,
    examples: ExamplesOption = False,
    by: ReaderOption = "",
    why: PurposeOption = "",
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Propose the meaning of each column; write mapping.toml."""
    from cutover.commands.approvals.mapping import map_propose as run
    from cutover.runs.arguments.named_person import NamedPerson

    in_project(project, as_json, lambda s: run(s, paths, other, NamedPerson(by=by, why=why, decrypt=examples)))


@mapping_app.command("show")
def map_show(
    examples: ExamplesOption = False,
    by: ReaderOption = "",
    why: PurposeOption = "",
    html: HtmlOption = None,
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Show the mapping, with confidence and evidence of each column."""
    from cutover.cli.paging import with_page
    from cutover.commands.approvals.mapping import map_show as run
    from cutover.reports.pages.mapping import mapping_page
    from cutover.runs.arguments.named_person import NamedPerson

    reader = NamedPerson(by=by, why=why, decrypt=examples)
    in_project(project, as_json, lambda s: with_page(html, s.project, lambda: run(s, reader), mapping_page))


@mapping_app.command("approve")
def map_approve(
    by: Annotated[str, typer.Option(metavar="NAME", help="Who approves.")] = "",
    accept_doubtful: Annotated[
        bool, typer.Option("--accept-doubtful", help="Approve doubtful columns as proposed; needs --by.")
    ] = False,
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Approve the proposed mapping."""
    from cutover.commands.approvals.mapping import map_approve as run

    in_project(project, as_json, lambda s: run(s, by, accept_doubtful=accept_doubtful))


@mapping_app.command("set")
def map_set(
    table: TableArgument,
    column: ColumnArgument,
    meaning: Annotated[str, typer.Argument(metavar="MEANING", help="A field, as in birth_date.")],
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Set the field that a column means, in mapping.toml."""
    from cutover.commands.approvals.mapping_edits import map_change as run
    from cutover.mapping_file.changing import set_meaning

    in_project(project, as_json, lambda s: run(s, table, column, lambda file: set_meaning(file, table, column, meaning)))


@mapping_app.command("ignore")
def map_ignore(
    table: TableArgument, column: ColumnArgument, project: ProjectOption = HERE, as_json: JsonOption = False
) -> None:
    """Leave a column out, in mapping.toml."""
    from cutover.commands.approvals.mapping_edits import map_change as run
    from cutover.mapping_file.changing import ignore

    in_project(project, as_json, lambda s: run(s, table, column, lambda file: ignore(file, table, column)))


@mapping_app.command("clear")
def map_clear(
    column: Annotated[str, typer.Argument(metavar="[COLUMN]", help="The column's header or its field; all without.")] = "",
    by: Annotated[str, typer.Option(metavar="NAME", help="Who decides.")] = "",
    why: Annotated[str, typer.Option(metavar="TEXT", help="Why; kept in the log.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing; show what would be cleared.")] = False,
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Clear the values of columns that are left out now."""
    from cutover.commands.approvals.left_columns import map_clear as run
    from cutover.runs.arguments.named_person import NamedPerson

    in_project(project, as_json, lambda s: run(s, column, NamedPerson(by=by, why=why), dry_run=dry_run))


@mapping_app.command("custom")
def map_custom(
    table: TableArgument,
    column: ColumnArgument,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The field's name, as in labCaseDue.")],
    kind: Annotated[str, typer.Argument(metavar="TYPE", help="TEXT, NUMBER, CURRENCY, DATE, DATE_TIME, SELECT or BOOLEAN.")],
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Give a column a custom field of its own, in mapping.toml."""
    from cutover.commands.approvals.mapping_edits import map_change as run
    from cutover.mapping_file.changing import make_custom

    in_project(project, as_json, lambda s: run(s, table, column, lambda file: make_custom(file, table, column, name, kind)))


@mapping_app.command("object")
def map_object(
    table: TableArgument,
    on: Annotated[bool | None, typer.Option("--on/--off", help="Sync its rows as records of an object, or not.")] = None,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="The object's API name, as in providerGoal.")] = None,
    labels: Annotated[
        tuple[str, str] | None, typer.Option("--labels", metavar="ONE SEVERAL", help="The object's name for people.")
    ] = None,
    identity: Annotated[
        list[str] | None, typer.Option("--identity", metavar="COLUMN", help="Tells rows apart; may be repeated.")
    ] = None,
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Turn the object of an unknown table on or off."""
    from cutover.commands.approvals.mapping_edits import map_change as run
    from cutover.mapping_file.changing import change_object

    in_project(
        project,
        as_json,
        lambda s: run(
            s,
            table,
            None,
            lambda file: change_object(file, table, on=on, name=name, labels=labels, identity=identity or ()),
        ),
    )


@mapping_app.command("accept")
def map_accept(
    table: TableArgument,
    column: Annotated[str | None, typer.Argument(metavar="COLUMN", help="Without it, the table's kind.")] = None,
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Accept a doubtful column, or a doubtful table, as proposed."""
    from cutover.commands.approvals.mapping_edits import map_change as run
    from cutover.mapping_file.changing import accept

    in_project(project, as_json, lambda s: run(s, table, column, lambda file: accept(file, table, column)))


@mapping_app.command("code")
def map_code(
    table: TableArgument,
    column: ColumnArgument,
    code: Annotated[str, typer.Argument(metavar="CODE")],
    word: Annotated[str, typer.Argument(metavar="WORD", help="An empty word: the code means nothing.")],
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Set the word that a bare code stands for, in mapping.toml."""
    from cutover.commands.approvals.mapping_edits import map_change as run
    from cutover.mapping_file.changing import set_code

    in_project(project, as_json, lambda s: run(s, table, column, lambda file: set_code(file, table, column, code, word)))


@mapping_app.command("export")
def map_export(
    out: Annotated[Path, typer.Option(metavar="FILE", help="A new file; must not exist.")],
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Write the mapping without values, for another practice."""
    from cutover.commands.approvals.mapping_edits import map_export as run

    in_project(project, as_json, lambda s: run(s, out))


@schema_app.command("plan")
def schema_plan(
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Save the plan, for `schema apply FILE`.")] = None,
    html: HtmlOption = None,
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Show the objects and fields to make, clashes, people to invite."""
    from cutover.cli.paging import with_page
    from cutover.commands.approvals.schema import schema_plan as run
    from cutover.reports.pages.plan import plan_page

    in_project(project, as_json, lambda s: with_page(html, s.project, lambda: run(s, out), plan_page))


@schema_app.command("check")
def schema_check(project: ProjectOption = HERE, as_json: JsonOption = False) -> None:
    """Compare the workspace's data model with the approved mapping."""
    from cutover.commands.approvals.schema import schema_check as run

    in_project(project, as_json, run)


@schema_app.command("apply")
def schema_apply(
    saved: Annotated[Path | None, typer.Argument(metavar="FILE", help="A saved plan: nothing else is done.")] = None,
    disable: Annotated[
        bool, typer.Option("--disable-sample-workflow", help="Switch off Twenty's sample workflow that fires on patients.")
    ] = False,
    enable: Annotated[
        bool, typer.Option("--enable-sample-workflow", help="Switch on again what --disable-sample-workflow switched off.")
    ] = False,
    views_again: Annotated[
        bool, typer.Option("--views-again", help="Make the views again that were deleted in Twenty.")
    ] = False,
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Make the data model step by step; safe to repeat."""
    from cutover.commands.approvals.schema import SampleSwitch
    from cutover.commands.approvals.schema import schema_apply as run

    in_project(
        project, as_json, lambda s: run(s, saved, SampleSwitch.of(disable=disable, enable=enable), views_again=views_again)
    )


@schema_app.command("role")
def schema_role(
    remove: Annotated[bool, typer.Option("--remove", help="Delete the role that this command made.")] = False,
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Make the least role for Cutover's API key."""
    from cutover.commands.approvals.role import schema_role as run

    in_project(project, as_json, lambda s: run(s, remove=remove))


@sample_app.callback()
def sample(
    context: typer.Context,
    patients: Annotated[
        int | None, typer.Option(min=1, help="How many patients (default: as many as cover everything).")
    ] = None,
    html: HtmlOption = None,
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Sync a representative sample and compare it field by field."""
    if context.invoked_subcommand is None:
        from cutover.cli.paging import with_page
        from cutover.commands.approvals.sample import sample as run
        from cutover.reports.pages.sample import sample_page

        in_project(project, as_json, lambda s: with_page(html, s.project, lambda: run(s, patients), sample_page))


@sample_app.command("accept")
def sample_accept(
    by: Annotated[str, typer.Option(metavar="NAME", help="Name of the person who accepts.")] = "",
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Accept the sample, with a name."""
    from cutover.commands.approvals.sample_signing import sample_accept as run
    from cutover.runs.arguments.named_person import NamedPerson

    in_project(project, as_json, lambda s: run(s, NamedPerson(by=by)))


@sample_app.command("reject")
def sample_reject(
    by: Annotated[str, typer.Option(metavar="NAME", help="Name of the person who rejects.")] = "",
    why: Annotated[str, typer.Option(metavar="TEXT", help="Reason of the decision.")] = "",
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Reject the sample and take it back out of Twenty."""
    from cutover.commands.approvals.sample_signing import sample_reject as run
    from cutover.runs.arguments.named_person import NamedPerson

    in_project(project, as_json, lambda s: run(s, NamedPerson(by=by, why=why)))


@commands.command("go-live")
def go_live(
    accept_open: Annotated[
        str, typer.Option("--accept-open", metavar="WHY", help="Accept open differences and dead letters; needs --by.")
    ] = "",
    by: Annotated[str, typer.Option(metavar="NAME", help="Who accepts what is open.")] = "",
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """End the migration window."""
    from cutover.commands.approvals.go_live import go_live as run

    in_project(project, as_json, lambda s: run(s, accept_open=accept_open, by=by))
