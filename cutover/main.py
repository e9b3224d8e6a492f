"""The command line: what is typed, and how it ends. What each command does is in `cutover.commands`.

Nothing but the words of the command line is imported with this module: `--help` waits for no database driver. Each command
imports what it needs.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer

from cutover.project.errors import ExitCode, UsageError, defect_of, exit_code_of, message_of
from cutover.project.log_format import LogFormat

if TYPE_CHECKING:
    from cutover.project.project import Project
    from cutover.reports.answer import Answer
    from cutover.runs.session import Session

app = typer.Typer(
    name="cutover",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Move a dental practice from Practice by Numbers to Twenty, keep the two in step, and take it all back.",
)
mapping_app = typer.Typer(no_args_is_help=True, help="Propose, show and approve the meaning of each column.")
schema_app = typer.Typer(no_args_is_help=True, help="Plan and apply Twenty's data model.")
sample_app = typer.Typer(invoke_without_command=True, help="Sync a representative sample first.")
letters_app = typer.Typer(no_args_is_help=True, help="List and retry records that were not written.")
log_app = typer.Typer(no_args_is_help=True, help="Show, export and verify the log.")
app.add_typer(mapping_app, name="map")
app.add_typer(schema_app, name="schema")
app.add_typer(sample_app, name="sample")
app.add_typer(letters_app, name="dead-letters")
app.add_typer(log_app, name="log")

ProjectOption = Annotated[Path, typer.Option("--project", metavar="DIR", help="The project's folder.")]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
Paths = Annotated[list[Path], typer.Argument(metavar="PATH…", help="Folders or files of extracts.")]
YesOption = Annotated[bool, typer.Option("--yes", help="Yes, this is meant.")]
FullOption = Annotated[
    bool | None, typer.Option("--full/--partial", help="Whether the extract holds everything (else its manifest says).")
]
TakenOption = Annotated[
    str | None, typer.Option("--taken-at", metavar="TIME", help="When it was taken, where its manifest does not say.")
]
ConfirmOption = Annotated[bool, typer.Option("--confirm-deletions", help="Accept an unusually large number of deletions.")]
SampleOption = Annotated[bool, typer.Option("--without-sample", help="Without an accepted sample.")]
FormatOption = Annotated[LogFormat, typer.Option(help="Form of the lines on standard error.")]
HERE = Path()


def _answer(as_json: bool, work: Callable[[], Answer]) -> NoReturn:
    """Run a command, print its answer, end with its exit code; an error is one line on standard error."""
    from cutover.reports.answer import show

    try:
        answer = work()
        show(answer, as_json=as_json)
    except KeyboardInterrupt:
        _fail("stopped; repeat the same command to go on", 130)
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(int(ExitCode.DONE)) from None
    except Exception as error:
        code = exit_code_of(error)
        if code is None:
            _defect(error)
        _fail(message_of(error), int(code))
    raise typer.Exit(int(answer.exit_code))


def _defect(error: Exception) -> NoReturn:
    """A defect of ours ends with 70, never with 1. Its text may repeat a record's values: only its kind and place are shown,
    unless CUTOVER_DEBUG asks for all of it.
    """
    if os.environ.get("CUTOVER_DEBUG"):
        import traceback

        traceback.print_exception(error)
    _fail(defect_of(error), 70)


def _fail(message: str, code: int) -> NoReturn:
    sys.stderr.write(f"cutover: {message}\n")
    raise typer.Exit(code)


def _in_project(folder: Path, as_json: bool, work: Callable[[Session], Answer]) -> NoReturn:
    from cutover.cli.crash import crash_points
    from cutover.project.project import find_project
    from cutover.runs.session import Session
    from events.clock import World

    def run() -> Answer:
        with find_project(folder, World(reached=crash_points(os.environ))) as project:
            answer = work(Session(project))
            for warning in project.warnings:
                sys.stderr.write(f"cutover: notice: {warning}\n")
            return answer

    _answer(as_json, run)


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR")],
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

    def work() -> Answer:
        made = init_project(
            folder, practice_id=practice, name=name, timezone=timezone, currency=currency, date_order=date_order.lower()
        )
        document = {
            "project": str(made.folder),
            "settings": str(made.settings_file),
            "master_key_file": str(made.master_key_file),
            "practice": made.practice_id,
        }
        return Answer(
            document,
            [
                f"{made.name} ({made.practice_id}): {made.settings_file}",
                f"Master key: {made.master_key_file}. Back it up apart from the log: without it nothing can be read.",
                "Next: write your Twenty's address into cutover.toml, set CUTOVER_TWENTY__API_KEY, then `cutover audit PATH`.",
            ],
        )

    _answer(as_json, work)


@app.command()
def rehearse(
    port: Annotated[int, typer.Option(help="0 picks a free one.")] = 0,
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
    as_json: JsonOption = False,
) -> None:
    """Serve a rehearsal workspace on this machine. SIGTERM ends it."""
    from cutover.commands.rehearse import rehearse as serve

    try:
        serve(
            *(port, api_key, rate_limit, member or [], file, fault or [], seed),
            like=like,
            sample_workflows=sample_workflows,
            latency=latency,
            as_json=as_json,
        )
    except UsageError as error:
        _fail(message_of(error), int(ExitCode.USAGE))


@app.command()
def demo(folder: Annotated[Path, typer.Argument(metavar="DIR")] = Path("demo"), as_json: JsonOption = False) -> None:
    """Rehearse a whole migration on this machine."""
    from cutover.commands.demo import demo as run

    _answer(as_json, lambda: run(folder, quiet=as_json))


@app.command()
def audit(paths: Paths, project: ProjectOption = HERE, as_json: JsonOption = False) -> None:
    """Report the contents and the quality of extracts. Needs no server."""
    from cutover.commands.audit import audit as run

    _answer(as_json, lambda: _with_project(project, lambda p: run(p, paths)))


@app.command()
def estimate(paths: Paths, project: ProjectOption = HERE, as_json: JsonOption = False) -> None:
    """Estimate requests and time at the workspace's rate limit."""
    from cutover.commands.estimate import estimate as run

    _answer(as_json, lambda: _with_project(project, lambda p: run(p, paths, p.settings.twenty.rate_limit)))


@app.command()
def workflows(
    path: Annotated[Path, typer.Argument(metavar="PATH")],
    out: Annotated[Path, typer.Option(metavar="FILE", help=".md, .json or .csv")],
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Write PbN's automation rules to a file, to rebuild them."""
    from cutover.commands.workflows import workflows as run

    _answer(as_json, lambda: _with_project(project, lambda p: run(p, path, out)))


def _with_project(folder: Path, work: Callable[[Project], Answer]) -> Answer:
    from cutover.project.project import find_project

    with find_project(folder) as project:
        return work(project)


@mapping_app.command("propose")
def map_propose(paths: Paths, project: ProjectOption = HERE, as_json: JsonOption = False) -> None:
    """Propose the meaning of each column of the extracts."""
    from cutover.commands.mapping import map_propose as run

    _in_project(project, as_json, lambda s: run(s, paths))


@mapping_app.command("show")
def map_show(project: ProjectOption = HERE, as_json: JsonOption = False) -> None:
    """Show the mapping, with confidence and evidence of each column."""
    from cutover.commands.mapping import map_show as run

    _in_project(project, as_json, run)


@mapping_app.command("approve")
def map_approve(
    by: Annotated[str, typer.Option(metavar="NAME", help="Who approves.")] = "",
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Approve the proposed mapping."""
    from cutover.commands.mapping import map_approve as run

    _in_project(project, as_json, lambda s: run(s, by))


@schema_app.command("plan")
def schema_plan(project: ProjectOption = HERE, as_json: JsonOption = False) -> None:
    """Show the objects and fields to make, clashes, people to invite."""
    from cutover.commands.schema import schema_plan as run

    _in_project(project, as_json, run)


@schema_app.command("apply")
def schema_apply(project: ProjectOption = HERE, as_json: JsonOption = False) -> None:
    """Make the data model step by step; safe to repeat."""
    from cutover.commands.schema import schema_apply as run

    _in_project(project, as_json, run)


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
        from cutover.commands.sample import sample as run

        _in_project(project, as_json, lambda s: run(s, patients))


@sample_app.command("accept")
def sample_accept(project: ProjectOption = HERE, as_json: JsonOption = False) -> None:
    """Accept the sample."""
    from cutover.commands.sample import sample_accept as run

    _in_project(project, as_json, run)


@app.command()
def sync(
    paths: Paths,
    full: FullOption = None,
    taken_at: TakenOption = None,
    confirm_deletions: ConfirmOption = False,
    follow: Annotated[bool, typer.Option("--follow", help="Go on: pick up each delivery as it arrives.")] = False,
    without_sample: SampleOption = False,
    after_go_live: Annotated[bool, typer.Option("--after-go-live", help="A delta after go-live is meant.")] = False,
    log_format: FormatOption = LogFormat.TEXT,
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Sync extracts into Twenty until caught up."""
    from cutover.commands.sync import sync as run
    from cutover.runs.syncing import SyncOptions

    options = SyncOptions(_scope(full), taken_at, confirm_deletions, without_sample, after_go_live)
    if follow:
        _follow(project, as_json, log_format, paths, options)
    _in_project(project, as_json, lambda s: run(s, paths, options))


def _follow(folder: Path, as_json: bool, form: LogFormat, paths: list[Path], options: object) -> NoReturn:
    from cutover.cli.aloud import go_on
    from cutover.cli.lines import say
    from cutover.following.delivery_follower import Follower
    from cutover.project.stopping import Stop, pause_until
    from cutover.reports.answer import show
    from cutover.runs.syncing import SyncOptions

    assert isinstance(options, SyncOptions)

    def work(stop: Stop) -> None:
        Follower(
            make_session=lambda: _session(folder),
            paths=paths,
            options=options,
            stopped=stop,
            said=lambda answer: show(answer, as_json=as_json),
            tell=say,
            pause=lambda seconds: pause_until(stop, seconds),
            at_work=stop.at_work,
        ).follow()

    go_on("sync --follow", form, work, as_json=as_json)


def _session(folder: Path) -> Session:
    """A fresh session of a follower."""
    from cutover.cli.crash import crash_points
    from cutover.following.outages import LOG_PATIENCE
    from cutover.project.project import find_project
    from cutover.runs.session import Session
    from events.clock import World

    project = find_project(folder, World(reached=crash_points(os.environ)))
    project.log_patience = LOG_PATIENCE
    return Session(project)


def _scope(full: bool | None) -> Literal["full", "partial"] | None:
    return None if full is None else "full" if full else "partial"


@app.command()
def produce(
    paths: Paths,
    full: FullOption = None,
    taken_at: TakenOption = None,
    confirm_deletions: ConfirmOption = False,
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Append the changes of extracts to the log: half a sync."""
    from cutover.commands.sync import produce as run
    from cutover.runs.syncing import SyncOptions

    options = SyncOptions(_scope(full), taken_at, confirm_deletions)
    _in_project(project, as_json, lambda s: run(s, paths, options))


@app.command()
def consume(
    follow: Annotated[bool, typer.Option("--follow", help="Go on until stopped.")] = False,
    without_sample: SampleOption = False,
    log_format: FormatOption = LogFormat.TEXT,
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Write the log's changes to Twenty: the other half."""
    from cutover.cli.aloud import come_to_an_end, go_on
    from cutover.cli.lines import say
    from cutover.following.log_follower import LogFollower
    from cutover.project.stopping import Stop, pause_until
    from cutover.runs.syncing import consume_events

    def work(stop: Stop) -> Answer | None:
        pause = lambda seconds: pause_until(stop, seconds)  # noqa: E731
        return LogFollower(lambda: _session(project), stop, say, pause, stop.at_work, without_sample=without_sample).follow()

    def once(session: Session) -> Answer:
        session.tell = say
        carry = lambda stop: consume_events(session, follow=False, without_sample=without_sample, stopped=stop)  # noqa: E731
        return come_to_an_end("consume", log_format, carry)

    if follow:
        go_on("consume --follow", log_format, work, as_json=as_json)
    _in_project(project, as_json, once)


@app.command()
def status(project: ProjectOption = HERE, as_json: JsonOption = False) -> None:
    """Show positions, lag, records written and dead letters."""
    from cutover.commands.status import status as run

    _in_project(project, as_json, run)


@app.command()
def replay(
    start: Annotated[str, typer.Option("--from", metavar="POSITION")],
    until: Annotated[str | None, typer.Option(metavar="POSITION")] = None,
    entity: Annotated[str | None, typer.Option(metavar="E", help="Only records of this entity.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing, show the differences.")] = False,
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Consume again from a position; only what differs is written."""
    from cutover.commands.replay import replay as run

    _in_project(project, as_json, lambda s: run(s, start, until, entity, dry_run=dry_run))


@app.command()
def rollback(
    to: Annotated[str | None, typer.Option(metavar="POSITION")] = None,
    run: Annotated[str | None, typer.Option(metavar="ID")] = None,
    record: Annotated[str | None, typer.Option(metavar="PBNID", help="A record and what hangs on it.")] = None,
    everything: Annotated[bool, typer.Option("--all")] = False,
    schema: Annotated[bool, typer.Option("--schema", help="The data model too.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
    force: Annotated[bool, typer.Option("--force", help="Also what people have changed since.")] = False,
    yes: YesOption = False,
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Undo writes to Twenty: a run, a record, a range or all."""
    from cutover.commands.rollback import RollbackOptions
    from cutover.commands.rollback import rollback as work

    options = RollbackOptions(to, run, record, everything, schema, dry_run, force, yes)
    _in_project(project, as_json, lambda s: work(s, options))


@app.command()
def reconcile(
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="A page for the practice's manager.")] = None,
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Compare PbN with Twenty; list what did not move and why."""
    from cutover.commands.reconcile import reconcile as run

    _in_project(project, as_json, lambda s: run(s, html))


@app.command("go-live")
def go_live(project: ProjectOption = HERE, as_json: JsonOption = False) -> None:
    """End the migration window."""
    from cutover.commands.go_live import go_live as run

    _in_project(project, as_json, run)


@letters_app.command("list")
def letters_list(project: ProjectOption = HERE, as_json: JsonOption = False) -> None:
    """List the records that are kept back, and why."""
    from cutover.commands.dead_letters import list_dead_letters as run

    _in_project(project, as_json, run)


@letters_app.command("retry")
def letters_retry(project: ProjectOption = HERE, as_json: JsonOption = False) -> None:
    """Try the refused records again."""
    from cutover.commands.dead_letters import retry_dead_letters as run

    _in_project(project, as_json, run)


TopicOption = Annotated[str, typer.Option(help="changes, compensations, decisions or dead-letters.")]
DecryptOption = Annotated[bool, typer.Option("--decrypt", help="Open the payloads too; reading them is itself recorded.")]


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
    from cutover.commands.log import log_show as run

    _in_project(project, as_json, lambda s: run(s, topic, start, limit, decrypt=decrypt))


@log_app.command("tail")
def log_tail(
    topic: TopicOption = "changes",
    limit: Annotated[int, typer.Option(min=1)] = 10,
    decrypt: DecryptOption = False,
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Show the newest events as JSON."""
    from cutover.commands.log import log_tail as run

    _in_project(project, as_json, lambda s: run(s, topic, limit, decrypt=decrypt))


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
    from cutover.commands.log_export import ExportOptions
    from cutover.commands.log_export import log_export as run

    options = ExportOptions(topic, start, limit, decrypt, by, reason)
    _in_project(project, as_json, lambda s: run(s, out, options))


@log_app.command("verify")
def log_verify(project: ProjectOption = HERE, as_json: JsonOption = False) -> None:
    """Check that the log is whole."""
    from cutover.commands.log import log_verify as run

    _in_project(project, as_json, run)


@app.command()
def forget(
    pbn_id: Annotated[str, typer.Argument(metavar="PBNID")],
    yes: YesOption = False,
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Erase a patient from the log."""
    from cutover.commands.forget import forget as run

    _in_project(project, as_json, lambda s: run(s, pbn_id, yes=yes))


def main() -> None:
    """The console script."""
    app()


if __name__ == "__main__":
    main()
