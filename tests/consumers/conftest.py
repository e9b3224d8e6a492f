"""A small practice beside a rehearsal workspace."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.consumers.workbench import Bench, Host

MEMORY = Path("/dev/shm")
"""Where the databases of these tests lie if there is such a place: thousands of durable steps are made, and none is to last."""


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Yield a folder for databases."""
    if not MEMORY.is_dir():
        yield tmp_path_factory.mktemp("databases")
        return
    folder = Path(tempfile.mkdtemp(prefix="cutover-tests-", dir=MEMORY))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def host(databases: Path) -> Iterator[Host]:
    """Serve all workspaces of the session from one server."""
    host = Host(databases)
    yield host
    host.close()


@pytest.fixture
def new_folder(databases: Path) -> Iterator[Callable[[], Path]]:
    """Give folders that are not there yet, and removes them in the end."""
    base = Path(tempfile.mkdtemp(dir=databases))
    numbers = count()
    yield lambda: base / f"bench-{next(numbers)}"
    shutil.rmtree(base, ignore_errors=True)


@pytest.fixture
def new_bench(host: Host, new_folder: Callable[[], Path]) -> Iterator[Callable[..., Bench]]:
    """Make benches, each beside a workspace of its own."""
    with ExitStack() as stack:

        def make(*, timeout: float = 20.0, in_flight: int = 1, **about: Any) -> Bench:
            url, metadata = host.workspace(**about)
            bench = Bench(new_folder(), url, metadata, timeout=timeout, in_flight=in_flight)
            bench.peoples_url = host.calm(url)
            stack.callback(bench.close)
            return bench

        yield make


@pytest.fixture
def bench(new_bench: Callable[..., Bench]) -> Bench:
    """Return a practice of which nothing is in Twenty yet."""
    return new_bench()
