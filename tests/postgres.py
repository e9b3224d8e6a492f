"""A PostgreSQL server for tests: the one that CUTOVER_TEST_POSTGRES names, else one from the system's packages, on loopback."""

import getpass
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from tests import ending_with, services
from tests.services import Service

VARIABLE = "CUTOVER_TEST_POSTGRES"
PACKAGES = Path("/usr/lib/postgresql")
"""Where Debian's packages put the programs, outside PATH."""
_STARTUP = 30
_NOBODY = "postgres"
"""PostgreSQL does not run as root; this user comes with its package."""


@contextmanager
def server():
    """Give the URL of a server that ends with the block, and with this process at the latest; skips the test where there is
    none.
    """
    named = os.environ.get(VARIABLE)
    if named:
        yield named
        return
    with restartable() as one:
        yield one.url


@contextmanager
def restartable():
    """Run a server of one's own that can be stopped and started again; skips the test where there are no programs for it."""
    programs = _programs()
    if programs is None:
        services.missing(Service.POSTGRES)
    # not among pytest's folders, which only their owner may enter
    with tempfile.TemporaryDirectory(prefix="cutover-postgres-", ignore_cleanup_errors=True) as folder:
        one = Server(programs, Path(folder))
        one.start()
        try:
            yield one
        finally:
            one.stop()


@contextmanager
def database(url):
    """Make a new, empty database on a server; give its URL."""
    name = f"cutover_{uuid.uuid4().hex}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT", pool_pre_ping=True)
    try:
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        yield make_url(url).set(database=name).render_as_string(hide_password=False)
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    finally:
        engine.dispose()


def empty(url):
    """Drop everything in a database."""
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    finally:
        engine.dispose()


def _programs():
    found = shutil.which("postgres") or next(iter(sorted(map(str, PACKAGES.glob("*/bin/postgres")))), None)
    if found is None:
        return None
    if os.getuid() == 0:
        with suppress(KeyError):
            pwd.getpwnam(_NOBODY)
            return Path(found).parent
        return None
    return Path(found).parent


class Server:
    """A server on loopback, ending with this process at the latest. Its data outlive a stop."""

    def __init__(self, programs, data):
        with closing(socket.socket()) as one:
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
        as_somebody, user = {}, getpass.getuser()
        if os.getuid() == 0:
            owner, user = pwd.getpwnam(_NOBODY), _NOBODY
            os.chown(data, owner.pw_uid, owner.pw_gid)
            as_somebody = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
        making = [programs / "initdb", "--pgdata", data, "--auth", "trust", "--no-sync", "--username", user]
        subprocess.run(making, check=True, capture_output=True, cwd=data, **as_somebody)
        options = {"port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off"}
        self._command = [programs / "postgres", "-D", data, *(f"--{name}={value}" for name, value in options.items())]
        self._more = {"start_new_session": True, "preexec_fn": ending_with.die_with_parent, "cwd": data, **as_somebody}
        self.url = f"postgresql+psycopg://{user}@127.0.0.1:{port}/postgres"

    def start(self):
        """Start it and wait until it answers."""
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **self._more)
        _wait_for(self.url)

    def stop(self):
        """Stop it at once, with every statement that it is at."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait()


def _wait_for(url):
    engine = create_engine(url)
    deadline = time.monotonic() + _STARTUP
    try:
        while True:
            try:
                engine.connect().close()
            except OperationalError:
                assert time.monotonic() < deadline, "PostgreSQL did not start"
                time.sleep(0.1)
            else:
                return
    finally:
        engine.dispose()
