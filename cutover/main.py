"""The console script: the groups of commands in one program.

Nothing but the words of the command line is imported with this module: `--help` waits for no database driver. Each command
imports what it needs.
"""

from __future__ import annotations

import typer

from cutover.cli import approvals, extracts, log, oversight, projects, records

GROUPS = (projects, extracts, approvals, records, oversight, log)
"""Modules of commands, in the order of the help; a new command is a function in one of them, or in a new module here."""

app = typer.Typer(
    name="cutover",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Move a dental practice from Practice by Numbers to Twenty, keep the two in step, and take it all back.",
)
for group in GROUPS:
    app.add_typer(group.commands)


def main() -> None:
    """The console script."""
    app()


if __name__ == "__main__":
    main()
