"""The commands of docs/tutorial.md, carried out one by one in a folder, beside a rehearsal workspace.

    python -m tests.acceptance.tutorial.player

prints every command with its whole output: what the page is written from.
"""

from __future__ import annotations

import os
import shlex
import socket
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx

from tests.acceptance import program
from tests.acceptance.tutorial.page import PAGE, Command, Edit, steps
from tests.acceptance.tutorial.practice import write_extracts

_ADDRESS = "127.0.0.1:3000"
"""Of the rehearsal workspace, on the page."""
_WIDTH = {"COLUMNS": "100"}


class Player:
    """A terminal as the reader of the page has it. To be closed."""

    def __init__(self, folder: Path) -> None:
        with closing(socket.socket()) as one:
            one.bind(("127.0.0.1", 0))
            self._port = one.getsockname()[1]
        self._top = self.folder = folder
        self._environment = {name: value for name, value in os.environ.items() if not name.startswith("CUTOVER_")} | _WIDTH
        self._workspace: program.Process | None = None
        self.names: dict[str, str] = {}
        """{id on the page: id of this run}."""

    def close(self) -> None:
        """End the rehearsal workspace."""
        if self._workspace is not None:
            self._workspace.terminate()
            self._workspace.communicate(timeout=20)

    def play(self, command: Command) -> list[str]:
        """Carry out a command; gives the lines that it printed, with the folder and the address of the page."""
        line = command.line.replace(_ADDRESS, f"127.0.0.1:{self._port}")
        for name, here in self.names.items():
            line = line.replace(name, here)
        words = shlex.split(line)
        if words[:2] == ["cutover", "rehearse"]:
            said = self._rehearse([str(self._port) if word == "3000" else word for word in words[1:]])
        elif words[0] == "cutover":
            ran = program.run(words[1:], self._environment, 400, folder=self.folder)
            said = ran.out + ran.err
        elif words[0] == "export":
            self._environment |= dict(word.split("=", 1) for word in words[1:])
            said = ""
        elif words[0] == "cd":
            self.folder = self.folder / words[1]
            said = ""
        else:
            assert words[:3] == ["python", "-m", "tests.acceptance.tutorial.practice"], line
            write_extracts(self.folder / words[3])
            said = ""
        told = said.replace(f"127.0.0.1:{self._port}", _ADDRESS).replace(f"{self._top}/", "")
        return [line.rstrip() for line in told.rstrip("\n").split("\n")] if told else []

    def edit(self, edit: Edit) -> None:
        """Change a record as a person in Twenty does."""
        [found] = self.find(edit.objects, edit.pbn_id)
        self.rest("PATCH", f"{edit.objects}/{found['id']}", json=edit.values)

    def find(self, objects: str, pbn_id: str) -> list[dict[str, Any]]:
        """Return Twenty's records with a pbnId."""
        return list(self.rest("GET", objects, params={"filter": f'pbnId[eq]:"{pbn_id}"'})[objects])

    def rest(self, method: str, path: str, **more: Any) -> Any:
        """Return the data of an answer over REST."""
        key = {"Authorization": f"Bearer {self._environment['CUTOVER_TWENTY__API_KEY']}"}
        answer = httpx.request(method, f"http://127.0.0.1:{self._port}/rest/{path}", headers=key, **more)
        assert answer.is_success, answer.text
        return answer.json()["data"]

    def _rehearse(self, words: list[str]) -> str:
        self._workspace = program.start(words, self._environment, stdout=subprocess.PIPE, folder=self.folder)
        assert self._workspace.stdout is not None
        return self._workspace.stdout.readline()


def _print_all() -> None:
    with tempfile.TemporaryDirectory() as folder, closing(Player(Path(folder))) as player:
        for step in steps(PAGE.read_text(encoding="utf-8")):
            if isinstance(step, Edit):
                player.edit(step)
                print(f"(in Twenty: {step.objects} {step.pbn_id} {step.values})")
            else:
                print(f"$ {step.line}", *player.play(step), sep="\n", flush=True)


if __name__ == "__main__":
    _print_all()
