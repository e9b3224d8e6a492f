"""The program in a process of its own for each command, without importing it anew each time.

    python -m tests.acceptance.program

imports the program once and then forks for each line of JSON on standard input: `arguments`, `environment`, and the files that
standard output and error go to. It answers with the process's id, and with how the process ended (as `subprocess.run` says
it). The child runs and ends as `python -m cutover.main` does; each command takes a second and a half less.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from threading import Timer
from typing import Any, NamedTuple

from events.errors import ExitCode
from tests.json_documents import check_output

ROOT = Path(__file__).parents[2]


class Said(NamedTuple):
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The JSON document on standard output."""
        return json.loads(self.out)


def run(arguments: Sequence[str], environment: Mapping[str, str], timeout: float) -> Said:
    """Run `cutover ARGUMENTS`; its document must fit its type. One that takes longer than `timeout` seconds is killed."""
    with tempfile.TemporaryDirectory() as name:
        out, err = Path(name, "out"), Path(name, "err")
        request = {
            "arguments": list(arguments),
            "environment": dict(environment),
            "out": str(out),
            "err": str(err),
        }
        imported = _imported()
        assert imported.stdin is not None
        assert imported.stdout is not None
        print(json.dumps(request), file=imported.stdin, flush=True)
        timer = Timer(timeout, os.kill, (int(imported.stdout.readline()), 9))
        timer.start()
        code = int(imported.stdout.readline())
        timer.cancel()
        said = Said(code, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8"))
    if code in (ExitCode.DONE, ExitCode.FINDINGS):
        check_output(arguments, said.out)
    return said


@cache
def _imported() -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.acceptance.program"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    atexit.register(process.communicate)  # its input ends, and so does it
    return process


def _serve() -> None:
    """Fork for each request, until there is none; the child runs the program, and ends with it."""
    while line := sys.stdin.readline():
        request = json.loads(line)
        child = os.fork()
        if child == 0:
            for number, file in enumerate((os.devnull, request["out"], request["err"])):
                opened = os.open(file, os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT, 0o600)
                os.dup2(opened, number)
                os.close(opened)
            os.environ.clear()
            os.environ.update(request["environment"])
            sys.argv = ["cutover", *request["arguments"]]
            main()
            sys.exit()
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _import_everything() -> None:
    """Import what any command imports, so that no child has to; a child's garbage collector leaves all of it alone."""
    for package in (cutover.cli, cutover.commands):
        for module in iter_modules(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    for name in _IMPORTED_LATE:
        import_module(name)
    gc.collect()
    gc.freeze()


_IMPORTED_LATE = (
    "events.log.kafka.kafka_log",
    "sqlalchemy.dialects.sqlite",
    "psycopg",
    "httpcore",
    "anyio",
    "h11",
    "rehearsal.server.server",
)
"""By a client, a log or a database when it is opened."""


if __name__ == "__main__":
    import cutover.cli
    import cutover.commands
    from cutover.main import main

    _import_everything()
    _serve()
