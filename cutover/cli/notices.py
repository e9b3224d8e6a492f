"""Notices: a command or a web address is told that a command has finished, has failed, or waits for a decision.

A notice holds counts, codes and the practice's id: no message, no name of a file, no value of a record. A notice that cannot be
delivered is a line on standard error, and changes neither the work nor the exit code.
"""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from cutover.project.errors import SettingsError
from cutover.project.load_settings import load_settings
from cutover.project.setting_sections import NotifySection
from events.errors import ExitCode

FINISHED, FAILED, WAITING = "finished", "failed", "waiting"
_PATIENCE: Final = 15.0
"""Seconds that a notice may take."""


def notify(folder: Path, command: str, exit_code: int, document: Mapping[str, Any] | None = None) -> None:
    """Send the notice of a command's end, where the project's settings name a command or an address for it.

    With settings that cannot be read no notice is sent: the command itself ends with that error.
    """
    try:
        settings = load_settings(folder.absolute())
    except SettingsError:
        return
    if not (settings.notify.command or settings.notify.url):
        return
    notice = notice_of(settings.practice.id, command, exit_code, document)
    for trouble in _sent(settings.notify, notice, folder):
        sys.stderr.write(f"cutover: the notice was not sent: {trouble}\n")


def notice_of(practice: str, command: str, exit_code: int, document: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return a notice: the event, the practice, the command, its exit code, and the counts of its document."""
    if exit_code in (ExitCode.DONE, ExitCode.FINDINGS):
        event = FINISHED
    else:
        event = WAITING if exit_code == ExitCode.APPROVAL else FAILED
    said = {"event": event, "practice": practice, "command": command, "exit_code": exit_code}
    return {**said, "counts": _counts(document or {})}


def _counts(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the numbers of a document, and the numbers of the objects in it; nothing else."""
    found: dict[str, Any] = {}
    for name, value in document.items():
        if isinstance(value, Mapping):
            if inner := {k: v for k, v in value.items() if _is_count(v)}:
                found[name] = inner
        elif _is_count(value):
            found[name] = value
    return found


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _sent(notify: NotifySection, notice: Mapping[str, Any], folder: Path) -> list[str]:
    """Send a notice; return a sentence for each way that failed."""
    troubles = []
    if notify.command and (trouble := _to_command(notify.command, json.dumps(notice), folder)):
        troubles.append(trouble)
    if notify.url and (trouble := _to_address(notify.url, notice)):
        troubles.append(trouble)
    return troubles


def _to_command(command: str, notice: str, folder: Path) -> str | None:
    """Run the command with the notice on its standard input; return what went wrong. Its words may hold a secret."""
    try:
        words = shlex.split(command)
        done = subprocess.run(words, cwd=folder, input=notice, text=True, capture_output=True, timeout=_PATIENCE, check=False)  # noqa: S603
    except (OSError, ValueError, IndexError, subprocess.TimeoutExpired) as error:
        return f"the command of [notify] could not be run ({type(error).__name__})"
    return f"the command of [notify] ended with {done.returncode}" if done.returncode else None


def _to_address(url: str, notice: Mapping[str, Any]) -> str | None:
    """Post the notice as JSON; return what went wrong. The address may hold a secret."""
    import httpx

    try:
        answer = httpx.post(url, json=dict(notice), timeout=_PATIENCE)
    except httpx.HTTPError as error:
        return f"the address of [notify] did not answer ({type(error).__name__})"
    return f"the address of [notify] answered {answer.status_code}" if answer.is_error else None
