"""The console script: the groups of commands in one program.

Nothing but the words of the command line is imported with this module: `--help` waits for no database driver. Each command
imports what it needs.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from typer.exceptions import TyperException

from cutover.cli import approvals, extracts, log, oversight, projects, records
from cutover.cli.answering import OBJECTS_BETWEEN_COLLECTIONS
from cutover.cli.failure import Failure, report
from events.errors import ExitCode

GROUPS = (projects, extracts, approvals, records, oversight, log)
"""Modules of commands, in the order of the help; a new command is a function in one of them, or in a new module here."""

_ABOUT: dict[str, Any] = {
    "name": "cutover",
    "no_args_is_help": True,
    "pretty_exceptions_enable": False,
    "rich_markup_mode": None,
}
app = typer.Typer(**_ABOUT)
for group in GROUPS:
    app.add_typer(group.commands)


def _show_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"cutover {version('cutover')}")
        raise typer.Exit()


@app.callback()
def about(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the program's version.")
    ] = False,
) -> None:
    """Move a dental practice from Practice by Numbers to Twenty, keep the two in step, and take it all back."""


def program_of(given: Sequence[str]) -> typer.Typer:
    """Return the program with the one command that a line names first, or with all commands where it names none.

    To read the options of all commands takes typer longer than `status` takes to read the state.
    """
    one = typer.Typer(**_ABOUT)
    one.registered_callback = app.registered_callback
    for group in GROUPS:
        commands, groups = group.commands.registered_commands, group.commands.registered_groups
        one.registered_commands += [c for c in commands if given[:1] == [_name_of(c)]]
        one.registered_groups += [g for g in groups if given[:1] == [g.name]]
    return one if one.registered_commands or one.registered_groups else app


def _name_of(command: Any) -> str:
    return command.name or typer.main.get_command_name(command.callback.__name__)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code. A mistake in the command line is one line, and exit code 2."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # else it looks for plugins in each installed package
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)  # before imports, which leave little to collect
    try:
        code = typer.main.get_command(program_of(given)).main(given, prog_name="cutover", standalone_mode=False)
    except TyperException as mistake:
        code = _report(mistake, as_json="--json" in given)
    finally:
        gc.freeze()  # the process ends: its last collection would look through all that was imported
    sys.exit(code if isinstance(code, int) else 0)


def _report(mistake: Any, *, as_json: bool) -> int:
    context = mistake.ctx
    if type(mistake).__name__ == "NoArgsIsHelpError":  # a group without a command shows its help
        mistake.show()
        return int(ExitCode.USAGE)
    path = context.command_path if context else "cutover"
    message = " ".join(mistake.format_message().replace("Value error, ", "").split()).rstrip(".")
    failure = Failure(message=f"{message[:1].lower()}{message[1:]}; see `{path} --help`", code=int(ExitCode.USAGE))
    report(failure, as_json=as_json)
    return failure.code


if __name__ == "__main__":
    main()
