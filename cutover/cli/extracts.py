"""Commands about extracts: their contents, the time that they take, their automation rules, those that were read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cutover.cli.answering import answer, in_project, with_project
from cutover.cli.options import HERE, HtmlOption, JsonOption, OnePath, Paths, ProjectOption

commands = typer.Typer()
extract_app = typer.Typer(no_args_is_help=True, help="List the deliveries that were read; withdraw one.")
commands.add_typer(extract_app, name="extract")


@commands.command()
def audit(paths: Paths, html: HtmlOption = None, project: ProjectOption = HERE, as_json: JsonOption = False) -> None:
    """Report the contents and the quality of extracts. Needs no server."""
    from cutover.cli.paging import with_page
    from cutover.commands.extracts.audit import audit as run
    from cutover.reports.pages.audit import audit_page

    answer(as_json, lambda: with_project(project, lambda p: with_page(html, p, lambda: run(p, paths), audit_page)))


@commands.command()
def estimate(paths: Paths, project: ProjectOption = HERE, as_json: JsonOption = False) -> None:
    """Estimate requests and time at the workspace's rate limit."""
    from cutover.commands.extracts.estimate import estimate as run

    in_project(project, as_json, lambda s: run(s, paths))


@commands.command()
def workflows(
    path: OnePath,
    out: Annotated[Path, typer.Option(metavar="FILE", help=".md, .html, .json or .csv")],
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Write PbN's automation rules to a file, to rebuild them."""
    from cutover.commands.extracts.workflows import workflows as run

    answer(as_json, lambda: with_project(project, lambda p: run(p, path, out)))


@extract_app.command("list")
def extract_list(project: ProjectOption = HERE, as_json: JsonOption = False) -> None:
    """List the deliveries that were read, with their books."""
    from cutover.commands.extracts.deliveries import list_deliveries as run

    in_project(project, as_json, run)


@extract_app.command("void")
def extract_void(
    extract: Annotated[str, typer.Argument(metavar="ID", help="The delivery's id, as `extract list` shows it.")],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who decides; kept in the log.")] = "",
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="Why; kept in the log.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")] = False,
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Withdraw a delivery: all is as if never read."""
    from cutover.commands.extracts.voiding import VoidOptions
    from cutover.commands.extracts.voiding import void_extract as run
    from cutover.runs.arguments.named_person import NamedPerson

    options = VoidOptions(extract=extract, person=NamedPerson(by=by, why=why), dry_run=dry_run)
    in_project(project, as_json, lambda s: run(s, options))
