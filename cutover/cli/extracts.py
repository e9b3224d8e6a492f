"""Commands about extracts: their contents, the time that they take, their automation rules."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cutover.cli.answering import answer, with_project
from cutover.cli.options import HERE, JsonOption, Paths, ProjectOption

commands = typer.Typer()


@commands.command()
def audit(paths: Paths, project: ProjectOption = HERE, as_json: JsonOption = False) -> None:
    """Report the contents and the quality of extracts. Needs no server."""
    from cutover.commands.extracts.audit import audit as run

    answer(as_json, lambda: with_project(project, lambda p: run(p, paths)))


@commands.command()
def estimate(paths: Paths, project: ProjectOption = HERE, as_json: JsonOption = False) -> None:
    """Estimate requests and time at the workspace's rate limit."""
    from cutover.commands.extracts.estimate import estimate as run

    answer(as_json, lambda: with_project(project, lambda p: run(p, paths, p.settings.twenty.rate_limit)))


@commands.command()
def workflows(
    path: Annotated[Path, typer.Argument(metavar="PATH")],
    out: Annotated[Path, typer.Option(metavar="FILE", help=".md, .json or .csv")],
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Write PbN's automation rules to a file, to rebuild them."""
    from cutover.commands.extracts.workflows import workflows as run

    answer(as_json, lambda: with_project(project, lambda p: run(p, path, out)))
