"""The program in a process of its own for each command, without importing it anew each time.

    python -m tests.acceptance.program SOCKET

imports the program once, and forks for each message on the socket: a line of JSON (`arguments`, `environment`) with three
descriptors, for standard output, standard error and the ending. The child runs and ends as `python -m cutover.main` does; each
command takes a second and a half less. Its process id, and later its exit code, are written to the third descriptor.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from threading import Thread
from typing import IO, Any, NamedTuple

from events.errors import ExitCode
from tests.json_documents import check_output

ROOT = Path(__file__).parents[2]
_LONGEST_REQUEST = 1 << 20


class Said(NamedTuple):
    """Output and exit code of a command."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Return the JSON document on standard output."""
        return json.loads(self.out)


class Process:
    """A running program; its methods are those of `subprocess.Popen`."""

    def __init__(self, pid: int, ending: IO[str], stdout: IO[str] | None, stderr: IO[str] | None) -> None:
        """Take `ending` gives the exit code when the program has ended."""
        self.pid, self._ending, self.stdout, self.stderr = pid, ending, stdout, stderr
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return the exit code, or None while the program runs."""
        return self._ended_within(0)

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit code when the program has ended. Raises subprocess.TimeoutExpired."""
        code = self._ended_within(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
        return code

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """Return all that the program still says, when it has ended. Raises subprocess.TimeoutExpired."""
        said = {"out": "", "err": ""}

        def read(name: str, pipe: IO[str]) -> None:
            with pipe:
                said[name] = pipe.read()

        pipes = [(name, pipe) for name, pipe in (("out", self.stdout), ("err", self.stderr)) if pipe and not pipe.closed]
        readers = [Thread(target=read, args=found) for found in pipes]
        for reader in readers:
            reader.start()
        self.wait(timeout)
        for reader in readers:
            reader.join()
        return said["out"], said["err"]

    def send_signal(self, by: signal.Signals) -> None:
        """Send a signal, unless the program has ended."""
        if self.poll() is None:
            os.kill(self.pid, by)

    def terminate(self) -> None:
        """Send SIGTERM."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Send SIGKILL."""
        self.send_signal(signal.SIGKILL)

    def _ended_within(self, seconds: float | None) -> int | None:
        if self.returncode is None:
            with selectors.DefaultSelector() as waiting:  # `select` takes no descriptor above 1023
                waiting.register(self._ending, selectors.EVENT_READ)
                ended = waiting.select(seconds)
            if ended:
                with self._ending:
                    self.returncode = int(self._ending.readline())
        return self.returncode


def run(arguments: Sequence[str], environment: Mapping[str, str], timeout: float, folder: Path = ROOT) -> Said:
    """Run `cutover ARGUMENTS` in a folder; its document must fit its type. A run over `timeout` seconds is killed."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as out, tempfile.TemporaryFile("w+", encoding="utf-8") as err:
        process = start(arguments, environment, stdout=out.fileno(), stderr=err.fileno(), folder=folder)
        try:
            code = process.wait(timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            code = process.wait()
        out.seek(0)
        err.seek(0)
        said = Said(code, out.read(), err.read())
    if code in (ExitCode.DONE, ExitCode.FINDINGS):
        check_output(arguments, said.out)
    return said


def start(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    *,
    stdout: int | IO[Any] | None = None,
    stderr: int | IO[Any] | None = None,
    folder: Path = ROOT,
) -> Process:
    """Start `cutover ARGUMENTS` in a folder and leave it running. `stdout` and `stderr` as for `subprocess.Popen`."""
    request = json.dumps({"arguments": list(arguments), "environment": dict(environment), "folder": str(folder)}).encode()
    assert len(request) < _LONGEST_REQUEST
    told, tells = os.pipe()
    with _output(stdout, 1) as (out, read_out), _output(stderr, 2) as (err, read_err):
        socket.send_fds(_imported(), [request], [out, err, tells])
    os.close(tells)
    ending = os.fdopen(told, encoding="ascii")
    return Process(int(ending.readline()), ending, read_out, read_err)


@contextmanager
def _output(wanted: int | IO[Any] | None, own: int) -> Iterator[tuple[int, IO[str] | None]]:
    """Give the descriptor that a program writes to, while it is handed over; and what is read from, where that is a pipe."""
    if wanted == subprocess.PIPE:
        reads, writes = os.pipe()
        yield writes, os.fdopen(reads, encoding="utf-8")
        os.close(writes)
    elif wanted == subprocess.DEVNULL:
        with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
            yield nowhere.fileno(), None
    elif wanted is None or isinstance(wanted, int):
        yield own if wanted is None else wanted, None
    else:
        yield wanted.fileno(), None


@cache
def _imported() -> socket.socket:
    """Return the socket of the process that has imported the program."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        command = [sys.executable, "-m", "tests.acceptance.program", str(theirs.fileno())]
        process = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, cwd=ROOT)

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


def _serve(requests: socket.socket) -> None:
    """Fork for each request, until there is none; the grandchild runs the program, and ends with it."""
    signal.signal(signal.SIGCHLD, _reap)
    while (message := socket.recv_fds(requests, _LONGEST_REQUEST, 3))[0]:
        request, (out, err, tells) = json.loads(message[0]), message[1]
        if os.fork() == 0:
            requests.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            if child := os.fork():
                os.close(out)
                os.close(err)
                os.write(tells, f"{child}\n".encode())
                _, status = os.waitpid(child, 0)
                os.write(tells, f"{os.waitstatus_to_exitcode(status)}\n".encode())
                os._exit(0)
            for number, descriptor in ((1, out), (2, err)):
                os.dup2(descriptor, number)
                os.close(descriptor)
            os.close(tells)
            os.environ.clear()
            os.environ.update(request["environment"])
            os.chdir(request["folder"])
            sys.argv = ["cutover", *request["arguments"]]
            main()
            sys.exit()
        for descriptor in (out, err, tells):
            os.close(descriptor)


def _reap(*_: object) -> None:
    """Wait for the children that have ended, so that their processor time counts as that of the tests."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _import_everything() -> None:
    """Import what any command imports, so that no child has to; a child's garbage collector leaves all of it alone."""
    for package in (cutover.cli, cutover.commands):
        for module in walk_packages(package.__path__, f"{package.__name__}."):
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
    "uvicorn.lifespan.on",
    "uvicorn.loops.asyncio",
    "uvicorn.protocols.http.h11_impl",
)
"""By a client, a log, a database or a server when it is opened."""


if __name__ == "__main__":
    import cutover.cli
    import cutover.commands
    from cutover.main import main

    _import_everything()
    _serve(socket.socket(fileno=int(sys.argv[1])))
