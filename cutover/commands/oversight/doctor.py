"""`doctor`: the project, its machine and its workspace, one check after the other; each says what is wrong and what to do.

A check that fails ends nothing: the others still run. Nothing is written, in the project or in Twenty.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from consumers.data_model.firing_workflows import firing_workflows
from cutover.project.errors import exit_code_of, message_of
from cutover.project.init_project import IGNORED
from cutover.project.load_settings import load_settings
from cutover.project.master_key import load_master_key
from cutover.project.project import Project, find_project, is_there
from cutover.project.settings import FILE_NAME, Settings
from cutover.reports.answer import Answer, table
from cutover.reports.counted import counted
from cutover.reports.documents.oversight.doctor import DoctorDocument
from cutover.runs.coverage import is_loopback, lacks_coverage
from cutover.runs.session import Session
from events.log.port import TOPICS, LogMissing

_LEAST_FREE = 1 << 30
"""Bytes that must be free where the project lies."""
_TIMES_THE_LOG = 2
"""A replay and a vacuum of the log need about as much again as the log itself."""


class CheckState(StrEnum):
    """The result of a check."""

    RIGHT = "right"
    NOTICE = "notice"
    WRONG = "wrong"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check: its name, its result, what was found, and what to do where something is wrong."""

    name: str
    state: CheckState
    found: str
    to_do: str = ""


def doctor(folder: Path) -> Answer:
    """Check everything that a migration rests on. Raises nothing that a check can report."""
    checks = list(_checks(folder.absolute()))
    document: DoctorDocument = {
        "checks": [{"name": c.name, "state": c.state.value, "found": c.found, "to_do": c.to_do} for c in checks],
        "wrong": sum(c.state is CheckState.WRONG for c in checks),
        "notices": sum(c.state is CheckState.NOTICE for c in checks),
    }
    rows = [(c.state.value, c.name, c.found + (f". To do: {c.to_do}" if c.to_do else "")) for c in checks]
    said = f"{document['wrong']} wrong, {document['notices']} to look at." if any(_asks(c) for c in checks) else "All is right."
    return Answer(
        document=document, text=[table("doctor", ("", "check", "found"), rows), said], findings=any(map(_asks, checks))
    )


def _asks(check: Check) -> bool:
    return check.state in (CheckState.WRONG, CheckState.NOTICE)


def _checks(folder: Path) -> Iterator[Check]:
    settings: list[Settings] = []
    yield from _tried("settings", lambda: _settings(folder, settings))
    yield from _tried("folder", lambda: _folder(folder))
    if not settings:
        yield Check(name="everything else", state=CheckState.SKIPPED, found="not checked before the settings are right")
        return
    yield from _tried("master key", lambda: _master_key(settings[0], folder))
    yield from _tried("disk", lambda: _disk(folder))
    with find_project(folder) as project, Session(project) as session:
        yield from _tried("log", lambda: _log(project))
        yield from _tried("key store", lambda: _key_store(project))
        yield from _tried("state", lambda: _state(project))
        yield from _tried("Twenty's address", lambda: _address(settings[0]))
        yield from _tried("coverage", lambda: _coverage(settings[0]))
        twenty = list(_tried("Twenty", lambda: _twenty(session)))
        yield from twenty
        if twenty[-1].state is CheckState.WRONG:
            yield Check(name="rights, workflows", state=CheckState.SKIPPED, found="not checked before Twenty answers")
            return
        yield from _tried("rights of the API key", lambda: _rights(session))
        yield from _tried("workflows", lambda: _workflows(session))


def _tried(name: str, check: Callable[[], Iterable[Check]]) -> Iterator[Check]:
    """Give the results of a check; an error with an exit code is a result, any other a defect. Raises the defect."""
    try:
        yield from list(check())
    except Exception as error:
        if exit_code_of(error) is None:
            raise
        yield Check(name=name, state=CheckState.WRONG, found=message_of(error))


def _settings(folder: Path, found: list[Settings]) -> Iterator[Check]:
    if not (folder / FILE_NAME).is_file():
        yield Check(
            name="settings",
            state=CheckState.WRONG,
            found=f"there is no {FILE_NAME} in {folder}",
            to_do="`cutover init`, or --project DIR",
        )
        return
    settings = load_settings(folder)
    found.append(settings)
    yield Check(name="settings", state=CheckState.RIGHT, found=f"practice {settings.practice.id}")
    now = find_project(folder).world.now().astimezone(settings.to_practice().zone)
    yield Check(
        name="time zone",
        state=CheckState.NOTICE if str(settings.practice.timezone) in ("UTC", "Etc/UTC") else CheckState.RIGHT,
        found=f"{settings.practice.timezone}, where it is {now:%Y-%m-%d %H:%M} now",
        to_do=""
        if str(settings.practice.timezone) not in ("UTC", "Etc/UTC")
        else "set [practice] timezone to the office's zone",
    )
    url = settings.state.url
    if url.startswith("postgresql") and find_spec("psycopg") is None:
        yield Check(name="driver", state=CheckState.WRONG, found="psycopg is missing", to_do="pip install 'psycopg[binary]'")


def _folder(folder: Path) -> Iterator[Check]:
    if not os.access(folder, os.W_OK | os.X_OK):
        yield Check(
            name="folder",
            state=CheckState.WRONG,
            found=f"{folder} cannot be written",
            to_do="run as the user that owns the project",
        )
        return
    data = folder / ".cutover"
    if data.is_dir() and os.name == "posix" and stat.S_IMODE(data.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO):
        yield Check(name="folder", state=CheckState.NOTICE, found=f"others may enter {data}", to_do=f"chmod 700 {data}")
    else:
        yield Check(name="folder", state=CheckState.RIGHT, found=str(folder))
    ignored = folder / ".gitignore"
    lines = ignored.read_text(encoding="utf-8", errors="replace").splitlines() if ignored.is_file() else []
    if missing := [entry for entry in IGNORED if entry not in lines]:
        yield Check(
            name=".gitignore",
            state=CheckState.NOTICE,
            found=f"lacks {', '.join(missing)}: records of patients may get into version control",
            to_do=f"add these lines to {ignored}",
        )
    else:
        yield Check(name=".gitignore", state=CheckState.RIGHT, found="keeps extracts, reports and keys out of version control")


def _master_key(settings: Settings, folder: Path) -> Iterator[Check]:
    master = load_master_key(settings.keys, folder)
    if master.warning:
        yield Check(name="master key", state=CheckState.WRONG, found=master.warning)
    else:
        yield Check(name="master key", state=CheckState.RIGHT, found=f"from {master.source}")


def _disk(folder: Path) -> Iterator[Check]:
    data = folder / ".cutover"
    used = sum(file.stat().st_size for file in data.rglob("*") if file.is_file()) if data.is_dir() else 0
    free = shutil.disk_usage(folder).free
    enough = free >= max(_LEAST_FREE, _TIMES_THE_LOG * used)
    yield Check(
        name="disk",
        state=CheckState.RIGHT if enough else CheckState.WRONG,
        found=f"{free / 1e9:.1f} GB free, {used / 1e9:.1f} GB used by the project",
        to_do="" if enough else "make room: at least 1 GB, and twice what the project uses",
    )


def _log(project: Project) -> Iterator[Check]:
    try:
        log = project.log()
    except LogMissing:
        yield Check(name="log", state=CheckState.SKIPPED, found="no log yet: `cutover map propose PATH` makes it")
        return
    events = sum(end for topic in TOPICS for end in log.ends(topic).values())
    yield Check(name="log", state=CheckState.RIGHT, found=f"answers; about {counted(events, 'event')}")
    if project.settings.log.is_shared and find_spec("crc32c") is None:
        yield Check(name="crc32c", state=CheckState.NOTICE, found="missing: checksums are slow", to_do="pip install crc32c")


def _key_store(project: Project) -> Iterator[Check]:
    if not is_there(project.settings.keys.url):
        yield Check(name="key store", state=CheckState.SKIPPED, found="not made yet")
        return
    project.keys()
    yield Check(name="key store", state=CheckState.RIGHT, found="opens with the master key")


def _state(project: Project) -> Iterator[Check]:
    if not is_there(project.settings.state.url):
        yield Check(name="state", state=CheckState.SKIPPED, found="not made yet")
        return
    for topic in TOPICS:
        project.producer_state().progress(topic)
    yield Check(name="state", state=CheckState.RIGHT, found="answers")


def _address(settings: Settings) -> Iterator[Check]:
    url = settings.workspace_url()
    parts = urlsplit(url)
    if parts.scheme == "http" and not is_loopback(url):
        yield Check(
            name="Twenty's address",
            state=CheckState.WRONG,
            found="http to another machine: records of patients would travel unencrypted",
            to_do="use an https address",
        )
    else:
        place = parts.netloc.rpartition("@")[2]  # without a user's name and password
        yield Check(name="Twenty's address", state=CheckState.RIGHT, found=f"{parts.scheme}://{place}")


def _coverage(settings: Settings) -> Iterator[Check]:
    url, twenty = settings.workspace_url(), settings.twenty
    refusal = lacks_coverage(url, twenty)
    if refusal is not None:
        yield Check(name="coverage", state=CheckState.WRONG, found=refusal, to_do=f"set both in {FILE_NAME}")
    elif is_loopback(url):
        yield Check(name="coverage", state=CheckState.RIGHT, found="not needed: Twenty is on this machine")
    elif twenty.covered is not None:
        yield Check(name="coverage", state=CheckState.RIGHT, found=f"{twenty.covered.value}, says {twenty.covered_by}")


def _twenty(session: Session) -> Iterator[Check]:
    workspace = session.workspace.identity()
    version = session.workspace.version() or "a version that it does not tell"
    yield Check(name="Twenty", state=CheckState.RIGHT, found=f"{version}, workspace {workspace}")


def _rights(session: Session) -> Iterator[Check]:
    session.require_sight("compare records")
    yield Check(
        name="rights of the API key", state=CheckState.RIGHT, found="it sees every record of the objects that are written"
    )


def _workflows(session: Session) -> Iterator[Check]:
    firing = firing_workflows(session.workspace)
    for workflow in firing:
        yield Check(
            name="workflows",
            state=CheckState.WRONG if workflow.is_sample else CheckState.NOTICE,
            found=f"{workflow.name!r} fires on {workflow.event}, and writes over records",
            to_do=workflow.to_do,
        )
    if not firing:
        yield Check(name="workflows", state=CheckState.RIGHT, found="none fires when records are written")
