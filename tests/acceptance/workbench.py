"""Workbench of the acceptance tests: the program as a user runs it, a rehearsal workspace, the truth."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cutover.project.setting_sections import MASTER_KEY_FILE
from cutover.project.settings import FILE_NAME
from tests.acceptance import program
from tests.json_documents import check_output

HERE = Path(__file__).parent
EXTRACTS = HERE / "extracts"
OWNER = "owner@x.example"
WORKSPACE = "workspace.db"
MadeOnce = Callable[[str, Callable[[Path], None]], Path]
"""The fixture `made_once`."""


@dataclass
class Bench:
    """A project folder beside a workspace; `cutover(...)` runs a command in it."""

    project: Path
    url: str
    key: str
    before: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def variables(self) -> dict[str, str]:
        """Return the whole environment of a command."""
        return {
            **os.environ,
            "CUTOVER_TWENTY__URL": self.url,
            "CUTOVER_TWENTY__API_KEY": self.key,
            "CUTOVER_TWENTY__RATE_LIMIT": "0",
            "CUTOVER_TWENTY__FALLBACK_MEMBER": OWNER,
            "CUTOVER_DEBUG": "1",
            **self.environment,
        }

    def cutover(self, *arguments: str | Path, json_output: bool = True, stop: float = 400) -> program.Said:
        """Run `cutover ARGUMENTS --project PROJECT --json`."""
        more = ["--project", str(self.project)] if arguments[0] not in ("init", "rehearse") else []
        said = [*map(str, arguments), *more, *(["--json"] if json_output else [])]
        return program.run(said, self.variables, stop)

    def start(self, *arguments: str, **pipes: Any) -> program.Process:
        """Start `cutover ARGUMENTS --project PROJECT` and leave it running; `pipes` as for Popen."""
        return program.start([*arguments, "--project", str(self.project)], self.variables, **pipes)

    def elsewhere(self, folder: Path) -> Bench:
        """Return the same project on another machine: a folder of its own with nothing but the settings and the master key."""
        for file in (FILE_NAME, MASTER_KEY_FILE):
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(self.project / file, folder / file)
        return replace(self, project=folder)

    def is_carried(self) -> bool:
        """Return whether all that lies in the log has been carried into the workspace."""
        status = self.ok("status")
        return not (any(p["lag"] for p in status["partitions"]) or status["pending"] or status["open_intents"])

    def ok(self, *arguments: str | Path, stop: float = 120) -> Any:
        """Run a command that must end with 0 or 1; gives its document."""
        said = self.cutover(*arguments, stop=stop)
        assert said.code in (0, 1), said.err
        return said.document

    def init(self, practice: Path) -> None:
        """Make the project with the values of a `practice.toml`."""
        p = tomllib.loads(practice.read_text(encoding="utf-8"))["practice"]
        self.ok(
            *("init", self.project, "--practice", p["id"], "--name", p["name"], "--timezone", p["time_zone"]),
            *("--currency", p["currency"], "--date-order", p["date_order"].lower()),
        )

    def prepare(self, practice: Path, extract: Path, *approval: str, stop: float = 120) -> None:
        """Run init, map propose, map approve (with these options), schema apply (which may take `stop` seconds)."""
        self.init(practice)
        self.ok("map", "propose", extract)
        self.ok("map", "approve", "--by", "Test", *approval)
        self.ok("schema", "apply", stop=stop)

    def check(self, *arguments: str | Path) -> str:
        """Run the truth check; gives its output. One that could not do its work fails with what it said about that."""
        command = [sys.executable, str(HERE / "truth_check.py"), "--url", self.url, "--api-key", self.key, *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=400, check=False)
        assert done.returncode in (0, 1), f"the truth check ended with {done.returncode}: {done.stderr}"
        return done.stdout

    def assert_truth(self, truth: Path) -> int:
        """Assert that the workspace holds exactly what a truth file says, and strangers' records are untouched; gives how
        many comparisons that were.
        """
        said = self.check("--truth", truth, "--fallback", OWNER, "--baseline", self.before, "--first", 20)
        assert said.rstrip().endswith(" passed, 0 failed"), said
        passed = int(said.rstrip().splitlines()[-1].partition(" passed")[0])
        assert passed, said
        return passed

    def assert_as_before(self, *options: str) -> None:
        """Assert that the workspace equals the snapshot taken at the beginning, data model and soft-deleted rows included."""
        said = self.check("--compare-snapshot", self.before, "--first", 20, *options)
        assert said.rstrip().endswith(" passed, 0 failed"), said


@contextmanager
def workspace(folder: Path, members: Sequence[str], *options: str) -> Iterator[tuple[str, str]]:
    """Run a rehearsal workspace in a process of its own: (url, API key)."""
    arguments = ["rehearse", "--json", "--port", "0", "--rate-limit", "0", *options]
    for member in [OWNER, *members]:
        arguments += ["--member", member]
    server = program.start(arguments, os.environ, stdout=subprocess.PIPE)
    try:
        assert server.stdout is not None
        printed = server.stdout.readline()
        check_output(arguments, printed)
        ready = json.loads(printed)
        yield ready["url"], ready["api_key"]
    finally:
        server.terminate()
        server.wait(timeout=20)
        assert server.stdout is not None
        server.stdout.close()


class Restartable:
    """A rehearsal workspace in a file, in a process that can be killed and started again at the same address."""

    key = "a-key-of-its-own"

    def __init__(self, folder: Path, members: Sequence[str]) -> None:
        with closing(socket.socket()) as one:
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        given = ["--port", str(port), "--api-key", self.key, "--file", str(folder / "workspace.db"), "--rate-limit", "0"]
        people = [word for member in [OWNER, *members] for word in ("--member", member)]
        self._arguments = ["rehearse", "--json", *given, *people]

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._server = program.start(self._arguments, os.environ, stdout=subprocess.PIPE)
        assert self._server.stdout is not None
        assert json.loads(self._server.stdout.readline())["url"] == self.url

    def kill(self) -> None:
        """Kill it, whatever it is at; what it has answered is in its file."""
        self._server.kill()
        self._server.wait(timeout=20)
        assert self._server.stdout is not None
        self._server.stdout.close()


@contextmanager
def restartable_workspace(folder: Path, members: Sequence[str]) -> Iterator[Restartable]:
    """Run a rehearsal workspace that can be killed and started again."""
    made = Restartable(folder, members)
    made.start()
    try:
        yield made
    finally:
        made.kill()


@contextmanager
def bench(folder: Path, members: Sequence[str], *options: str) -> Iterator[Bench]:
    """Set up a project to be made in `folder`, beside a fresh workspace whose snapshot is taken."""
    with workspace(folder, members, *options) as (url, key):
        made = Bench(folder / "project", url, key, folder / "before.json")
        made.check("--snapshot", made.before)
        yield made


def make_prepared(folder: Path, practice: Path, members: Sequence[str], *approval: str) -> None:
    """Make a project with an approved mapping and a data model for day 1 of a practice, and its workspace in a file."""
    with bench(folder, members, "--file", str(folder / WORKSPACE)) as b:
        b.prepare(practice / "practice.toml", practice / "day-1", *approval)


@contextmanager
def copied(made: Path, folder: Path, members: Sequence[str]) -> Iterator[Bench]:
    """Copy a project and its workspace, as they were made in another folder once, in `folder`."""
    shutil.copytree(made, folder, dirs_exist_ok=True)
    with workspace(folder, members, "--file", str(folder / WORKSPACE)) as (url, key):
        yield Bench(folder / "project", url, key, folder / "before.json")


def members_of(truth: Path) -> list[str]:
    """Return the e-mails of the providers of a truth file."""
    return [p["email"] for p in json.loads(truth.read_text(encoding="utf-8"))["providers"] if p["email"]]


def days_of(practice: Path) -> list[Path]:
    """Return the extracts of a practice, in order."""
    return sorted(practice.glob("day-*"))
