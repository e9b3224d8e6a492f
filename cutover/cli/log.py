"""Commands about the log."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cutover.cli.answering import in_project
from cutover.cli.options import HERE, DecryptOption, JsonOption, ProjectOption, TopicOption

commands = typer.Typer()
log_app = typer.Typer(no_args_is_help=True, help="Show, export and verify the log.")
commands.add_typer(log_app, name="log")


@commands.command()
def diff(
    positions: Annotated[list[str], typer.Option("--at", metavar="POSITION", help="A position; give two, the earlier first.")],
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Show the records that differ between two positions of the log."""
    from cutover.commands.log.differences import diff as run

    in_project(project, as_json, lambda s: run(s, positions))


@log_app.command("show")
def log_show(
    topic: TopicOption = "changes",
    start: Annotated[int, typer.Option("--from", metavar="OFFSET")] = 0,
    limit: Annotated[int, typer.Option(min=1)] = 100,
    decrypt: DecryptOption = False,
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Show events as JSON."""
    from cutover.commands.log.reading import log_show as run

    in_project(project, as_json, lambda s: run(s, topic, start, limit, decrypt=decrypt))


@log_app.command("tail")
def log_tail(
    topic: TopicOption = "changes",
    limit: Annotated[int, typer.Option(min=1)] = 10,
    decrypt: DecryptOption = False,
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Show the newest events as JSON."""
    from cutover.commands.log.reading import log_tail as run

    in_project(project, as_json, lambda s: run(s, topic, limit, decrypt=decrypt))


@log_app.command("export")
def log_export(
    out: Annotated[Path, typer.Option(metavar="FILE", help="A new file of JSON lines; must not exist.")],
    topic: TopicOption = "changes",
    start: Annotated[int, typer.Option("--from", metavar="OFFSET")] = 0,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many events (default: all).")] = None,
    decrypt: DecryptOption = False,
    by: Annotated[str, typer.Option(metavar="NAME", help="Who reads the payloads.")] = "",
    reason: Annotated[str, typer.Option(metavar="TEXT", help="What for.")] = "",
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Write events to a file, one JSON object a line."""
    from cutover.commands.log.export import ExportOptions
    from cutover.commands.log.export import log_export as run

    options = ExportOptions(topic=topic, start=start, limit=limit, decrypt=decrypt, by=by, reason=reason)
    in_project(project, as_json, lambda s: run(s, out, options))


@log_app.command("verify")
def log_verify(project: ProjectOption = HERE, as_json: JsonOption = False) -> None:
    """Check that the log is whole."""
    from cutover.commands.log.reading import log_verify as run

    in_project(project, as_json, run)
