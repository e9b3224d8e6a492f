"""Commands for approvals: the mapping, the data model, the sample, going live."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cutover.cli.answering import in_project
from cutover.cli.options import HERE, JsonOption, Paths, ProjectOption

commands = typer.Typer()
mapping_app = typer.Typer(no_args_is_help=True, help="Propose, show and approve the meaning of each column.")
schema_app = typer.Typer(no_args_is_help=True, help="Plan and apply Twenty's data model.")
sample_app = typer.Typer(invoke_without_command=True, help="Sync a representative sample first.")
commands.add_typer(mapping_app, name="map")
commands.add_typer(schema_app, name="schema")
commands.add_typer(sample_app, name="sample")


@mapping_app.command("propose")
def map_propose(paths: Paths, project: ProjectOption = HERE, as_json: JsonOption = False) -> None:
    """Propose the meaning of each column of the extracts."""
    from cutover.commands.approvals.mapping import map_propose as run

    in_project(project, as_json, lambda s: run(s, paths))


@mapping_app.command("show")
def map_show(project: ProjectOption = HERE, as_json: JsonOption = False) -> None:
    """Show the mapping, with confidence and evidence of each column."""
    from cutover.commands.approvals.mapping import map_show as run

    in_project(project, as_json, run)


@mapping_app.command("approve")
def map_approve(
    by: Annotated[str, typer.Option(metavar="NAME", help="Who approves.")] = "",
    accept_doubtful: Annotated[
        bool, typer.Option("--accept-doubtful", help="Approve doubtful columns as proposed; needs --by.")
    ] = False,
    codes: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Take the words of codes from this mapping; needs --by.")
    ] = None,
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Approve the proposed mapping."""
    from cutover.commands.approvals.mapping import map_approve as run

    in_project(project, as_json, lambda s: run(s, by, accept_doubtful=accept_doubtful, codes=codes))


@schema_app.command("plan")
def schema_plan(project: ProjectOption = HERE, as_json: JsonOption = False) -> None:
    """Show the objects and fields to make, clashes, people to invite."""
    from cutover.commands.approvals.schema import schema_plan as run

    in_project(project, as_json, run)


@schema_app.command("apply")
def schema_apply(project: ProjectOption = HERE, as_json: JsonOption = False) -> None:
    """Make the data model step by step; safe to repeat."""
    from cutover.commands.approvals.schema import schema_apply as run

    in_project(project, as_json, run)


@sample_app.callback()
def sample(
    context: typer.Context,
    patients: Annotated[
        int | None, typer.Option(min=1, help="How many patients (default: as many as cover everything).")
    ] = None,
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Sync a representative sample and compare it field by field."""
    if context.invoked_subcommand is None:
        from cutover.commands.approvals.sample import sample as run

        in_project(project, as_json, lambda s: run(s, patients))


@sample_app.command("accept")
def sample_accept(project: ProjectOption = HERE, as_json: JsonOption = False) -> None:
    """Accept the sample."""
    from cutover.commands.approvals.sample import sample_accept as run

    in_project(project, as_json, run)


@commands.command("go-live")
def go_live(project: ProjectOption = HERE, as_json: JsonOption = False) -> None:
    """End the migration window."""
    from cutover.commands.approvals.go_live import go_live as run

    in_project(project, as_json, run)
