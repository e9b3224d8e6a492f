"""The command line as the tests read it: every command by its words, with its options."""

from functools import cache

from typer.main import get_command

from cutover.main import app

COMMON = {"--project", "--json", "--help"}


@cache
def commands():
    """Return {words: options} of every command that does something by itself, hidden options left out."""
    found = {}
    _collect(get_command(app), (), found)
    return found


def _collect(command, words, found):
    below = getattr(command, "commands", None)
    if below is None or getattr(command, "invoke_without_command", False):
        found[" ".join(words)] = _options(command)
    for name, child in (below or {}).items():
        _collect(child, (*words, name), found)


def _options(command):
    shown = [p for p in command.params if p.param_type_name == "option" and not p.hidden]
    return {option for p in shown for option in (*p.opts, *p.secondary_opts)} - COMMON


def accepted(words):
    """Return every option that a command takes."""
    return commands()[words] | COMMON
