"""Commands about the workspace: its status, its differences, dead letters, and erasure."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cutover.cli.answering import in_project
from cutover.cli.options import HERE, JsonOption, ProjectOption, YesOption

commands = typer.Typer()
letters_app = typer.Typer(no_args_is_help=True, help="List and retry records that were not written.")
commands.add_typer(letters_app, name="dead-letters")


@commands.command()
def status(project: ProjectOption = HERE, as_json: JsonOption = False) -> None:
    """Show positions, lag, records written and dead letters."""
    from cutover.commands.oversight.status import status as run

    in_project(project, as_json, run)


@commands.command()
def reconcile(
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="A page for the practice's manager.")] = None,
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Compare PbN with Twenty; list what did not move and why."""
    from cutover.commands.oversight.reconcile import reconcile as run

    in_project(project, as_json, lambda s: run(s, html))


@letters_app.command("list")
def letters_list(project: ProjectOption = HERE, as_json: JsonOption = False) -> None:
    """List the records that are kept back, and why."""
    from cutover.commands.oversight.dead_letters import list_dead_letters as run

    in_project(project, as_json, run)


@letters_app.command("retry")
def letters_retry(project: ProjectOption = HERE, as_json: JsonOption = False) -> None:
    """Try the refused records again."""
    from cutover.commands.oversight.dead_letters import retry_dead_letters as run

    in_project(project, as_json, run)


@commands.command()
def forget(
    pbn_id: Annotated[str, typer.Argument(metavar="PBNID")],
    yes: YesOption = False,
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Erase a patient from the log."""
    from cutover.commands.oversight.forget import forget as run

    in_project(project, as_json, lambda s: run(s, pbn_id, yes=yes))
