"""Commands before a migration: a project, a rehearsal workspace, the demo, and what extracts hold."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cutover.cli.answering import answer
from cutover.cli.failure import fail, failure_of
from cutover.cli.options import FolderArgument, JsonOption
from cutover.project.errors import UsageError

if TYPE_CHECKING:
    from cutover.reports.answer import Answer


commands = typer.Typer()


@commands.command()
def init(
    folder: FolderArgument,
    practice: Annotated[str | None, typer.Option(help="The practice's id: lower-case letters, digits, dashes.")] = None,
    name: Annotated[str | None, typer.Option(help="Its name.")] = None,
    timezone: Annotated[str, typer.Option(help="Its time zone.")] = "America/New_York",
    currency: Annotated[str, typer.Option(help="ISO 4217.")] = "USD",
    date_order: Annotated[str, typer.Option(help="mdy, dmy or ymd.")] = "mdy",
    project: Annotated[Path | None, typer.Option("--project", hidden=True)] = None,
    as_json: JsonOption = False,
) -> None:
    """Make a project: cutover.toml and a master key. Needs no server."""
    from cutover.project.init_project import init_project
    from cutover.reports.answer import Answer
    from cutover.reports.documents.projects import NewProject

    def work() -> Answer:
        made = init_project(
            folder, practice_id=practice, name=name, timezone=timezone, currency=currency, date_order=date_order.lower()
        )
        document: NewProject = {
            "project": str(made.folder),
            "settings": str(made.settings_file),
            "master_key_file": str(made.master_key_file),
            "practice": made.practice_id,
        }
        return Answer(
            document=document,
            text=[
                f"{made.name} ({made.practice_id}): {made.settings_file}",
                f"Master key: {made.master_key_file}. Back it up apart from the log: without it nothing can be read.",
            ],
            next_step="write Twenty's address into cutover.toml, its key into .env (.env.example), then `cutover audit PATH`",
        )

    answer(as_json, work)


@commands.command()
def rehearse(
    port: Annotated[int, typer.Option(min=0, max=65_535, help="0 picks a free one.")] = 0,
    api_key: Annotated[str | None, typer.Option(help="The key that opens it (default: a random one).")] = None,
    rate_limit: Annotated[int, typer.Option(min=0, help="Requests a minute; 0 for no limit.")] = 100,
    member: Annotated[list[str] | None, typer.Option(metavar="EMAIL", help="A member; the first is the owner.")] = None,
    file: Annotated[Path | None, typer.Option(help="Keep the workspace in this file.")] = None,
    fault: Annotated[list[str] | None, typer.Option(metavar="KIND[:RATE|@N]", help="A trouble for requests.")] = None,
    seed: Annotated[int, typer.Option(help="Makes the faults repeatable.")] = 0,
    latency: Annotated[str | None, typer.Option(metavar="SECONDS[/AT_ONCE]", help="How long requests take.")] = None,
    like: Annotated[str, typer.Option(help="The version of Twenty to answer like: 2.21, 2.40 or 2.43.")] = "2.21",
    sample_workflows: Annotated[
        bool, typer.Option("--sample-workflows", help="With a new workspace's sample workflows.")
    ] = False,
    timeline: Annotated[bool, typer.Option("--timeline", help="Write timeline rows, as Twenty's worker does.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Serve a rehearsal workspace on this machine. SIGTERM ends it."""
    from cutover.commands.projects.rehearse import rehearse as serve

    try:
        serve(
            *(port, api_key, rate_limit, member or [], file, fault or [], seed),
            like=like,
            sample_workflows=sample_workflows,
            timeline=timeline,
            latency=latency,
            as_json=as_json,
        )
    except UsageError as error:
        fail(failure_of(error), as_json=as_json)


@commands.command()
def demo(folder: FolderArgument = Path("demo"), as_json: JsonOption = False) -> None:
    """Rehearse a whole migration on this machine."""
    from cutover.commands.projects.demo import demo as run

    answer(as_json, lambda: run(folder, quiet=as_json))
