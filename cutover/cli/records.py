"""Commands that move records: sync and its halves, replay, rollback."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer

from cutover.cli.answering import fresh_session, in_project
from cutover.cli.options import (
    HERE,
    ConfirmOption,
    FormatOption,
    FullOption,
    HtmlOption,
    JsonOption,
    Paths,
    ProjectOption,
    SampleOption,
    TakenOption,
    VerboseOption,
    YesOption,
)
from cutover.project.log_format import LogFormat

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cutover.reports.answer import Answer
    from cutover.runs.session import Session
    from producers.sources.addresses import SourcePlace


commands = typer.Typer()


@commands.command()
def sync(
    paths: Paths,
    full: FullOption = None,
    taken_at: TakenOption = None,
    confirm_deletions: ConfirmOption = False,
    follow: Annotated[bool, typer.Option("--follow", help="Go on: pick up each delivery as it arrives.")] = False,
    without_sample: SampleOption = False,
    after_go_live: Annotated[bool, typer.Option("--after-go-live", help="A delta after go-live is meant.")] = False,
    html: HtmlOption = None,
    verbose: VerboseOption = False,
    log_format: FormatOption = LogFormat.TEXT,
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Sync extracts into Twenty until caught up."""
    from cutover.cli.paging import with_page
    from cutover.commands.records.sync import sync as run
    from cutover.reports.pages.sync import run_page
    from cutover.runs.syncing import SyncOptions

    options = SyncOptions(
        scope=_scope(full),
        taken_at=taken_at,
        confirm_deletions=confirm_deletions,
        without_sample=without_sample,
        after_go_live=after_go_live,
    )
    if follow and html is not None:
        raise typer.BadParameter("--html goes with a single sync; `cutover reconcile --html FILE` shows the whole at any time")
    if follow:
        _follow(project, as_json, log_format, paths, options)
    in_project(
        project,
        as_json,
        lambda s: with_page(html, s.project, lambda: run(s, paths, options), run_page),
        log_format if verbose else None,
        notice="sync",
    )


def _follow(folder: Path, as_json: bool, form: LogFormat, paths: Sequence[SourcePlace], options: object) -> NoReturn:
    from cutover.cli.aloud import go_on
    from cutover.cli.lines import say
    from cutover.following.delivery_follower import Follower
    from cutover.project.stopping import Stop, pause_until
    from cutover.reports.answer import show
    from cutover.runs.syncing import SyncOptions

    assert isinstance(options, SyncOptions)

    def work(stop: Stop) -> None:
        Follower(
            make_session=lambda: fresh_session(folder),
            paths=paths,
            options=options,
            stopped=stop,
            said=lambda answer: show(answer, as_json=as_json),
            tell=say,
            pause=lambda seconds: pause_until(stop, seconds),
            at_work=stop.at_work,
        ).follow()

    go_on("sync --follow", form, work, as_json=as_json, folder=folder)


def _scope(full: bool | None) -> Literal["full", "partial"] | None:
    return None if full is None else "full" if full else "partial"


@commands.command()
def produce(
    paths: Paths,
    full: FullOption = None,
    taken_at: TakenOption = None,
    confirm_deletions: ConfirmOption = False,
    verbose: VerboseOption = False,
    log_format: FormatOption = LogFormat.TEXT,
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Append the changes of extracts to the log: half a sync."""
    from cutover.commands.records.sync import produce as run
    from cutover.runs.syncing import SyncOptions

    options = SyncOptions(scope=_scope(full), taken_at=taken_at, confirm_deletions=confirm_deletions)
    in_project(project, as_json, lambda s: run(s, paths, options), log_format if verbose else None, notice="produce")


@commands.command()
def consume(
    follow: Annotated[bool, typer.Option("--follow", help="Go on until stopped.")] = False,
    without_sample: SampleOption = False,
    log_format: FormatOption = LogFormat.TEXT,
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Write the log's changes to Twenty: the other half."""
    from cutover.cli.aloud import come_to_an_end, go_on
    from cutover.cli.lines import say, say_everywhere
    from cutover.following.log_follower import LogFollower
    from cutover.project.stopping import Stop, pause_until
    from cutover.runs.syncing import consume_events

    def work(stop: Stop) -> Answer | None:
        pause = lambda seconds: pause_until(stop, seconds)  # noqa: E731
        return LogFollower(
            make_session=lambda: fresh_session(project),
            stopped=stop,
            tell=say,
            pause=pause,
            at_work=stop.at_work,
            without_sample=without_sample,
        ).follow()

    def once(session: Session) -> Answer:
        say_everywhere(session.project.practice.id)
        session.tell = say
        carry = lambda stop: consume_events(session, follow=False, without_sample=without_sample, stopped=stop)  # noqa: E731
        return come_to_an_end("consume", log_format, carry, as_json=as_json)

    if follow:
        go_on("consume --follow", log_format, work, as_json=as_json, folder=project)
    in_project(project, as_json, once, notice="consume")


@commands.command()
def replay(
    start: Annotated[str, typer.Option("--from", metavar="POSITION")],
    until: Annotated[str | None, typer.Option(metavar="POSITION")] = None,
    entity: Annotated[str | None, typer.Option(metavar="E", help="Only records of this entity.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing, show the differences.")] = False,
    heals: Annotated[
        bool, typer.Option("--heal-automations", help="Write PbN's values over those of Twenty's workflows and applications.")
    ] = False,
    verbose: VerboseOption = False,
    log_format: FormatOption = LogFormat.TEXT,
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Consume again from a position; only what differs is written."""
    from cutover.commands.records.replay import replay as run

    in_project(
        project,
        as_json,
        lambda s: run(s, start, until, entity, dry_run=dry_run, heals=heals),
        log_format if verbose else None,
        notice="replay",
    )


@commands.command()
def rollback(
    to: Annotated[str | None, typer.Option(metavar="POSITION")] = None,
    run: Annotated[str | None, typer.Option(metavar="ID")] = None,
    record: Annotated[str | None, typer.Option(metavar="PBNID", help="A record and what hangs on it.")] = None,
    everything: Annotated[bool, typer.Option("--all")] = False,
    since: Annotated[str | None, typer.Option(metavar="TIME", help="What was read from this time on.")] = None,
    until: Annotated[str | None, typer.Option(metavar="TIME", help="With --since: and before this time.")] = None,
    objects: Annotated[list[str] | None, typer.Option("--object", metavar="OBJECT", help="Only this object.")] = None,
    started_by: Annotated[str | None, typer.Option(metavar="USER", help="Only runs that this user started.")] = None,
    schema: Annotated[bool, typer.Option("--schema", help="The data model too.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
    force: Annotated[bool, typer.Option("--force", help="Also what people have changed since.")] = False,
    after_go_live: Annotated[bool, typer.Option("--after-go-live", help="A rollback after go-live is meant.")] = False,
    keep_timeline: Annotated[bool, typer.Option("--keep-timeline", help="With --all: leave Twenty's timeline rows.")] = False,
    yes: YesOption = False,
    html: HtmlOption = None,
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Take writes to Twenty back: a run, a record, a range or all."""
    from cutover.cli.paging import with_page
    from cutover.commands.records.rollback import RollbackOptions
    from cutover.commands.records.rollback import rollback as work
    from cutover.reports.pages.rollback import rollback_page

    options = RollbackOptions(
        to=to,
        run=run,
        record=record,
        everything=everything,
        since=since,
        until=until,
        objects=tuple(objects or ()),
        started_by=started_by,
        schema=schema,
        dry_run=dry_run,
        force=force,
        after_go_live=after_go_live,
        keep_timeline=keep_timeline,
        yes=yes,
    )
    paged = lambda s: with_page(html, s.project, lambda: work(s, options), rollback_page)  # noqa: E731
    in_project(project, as_json, paged, notice="rollback")
