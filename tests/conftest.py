"""Common settings of all tests: hypothesis, and plain-assert messages in the suites that adapters inherit."""

import gc
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

from projections.registry import DESTINATIONS
from tests import services
from tests.tiers import Tiers

NAMED_BROKER = os.environ.get("CUTOVER_TEST_KAFKA")
_MEMORY, _ROOM = Path("/dev/shm"), 8 << 30
pytest.register_assert_rewrite("tests.events.log_contract")

settings.register_profile("cutover", deadline=None, max_examples=60, print_blob=True)
settings.load_profile("cutover")


def pytest_configure(config):
    """Register one report for the run: the workers' tests are told to the process that started them. The tiers hold in each
    process.

    Folders of tests lie in memory where there is room, temporary ones too: a commit in SQLite waits for the disk, thousands of
    times in a run.
    """
    config.pluginmanager.register(Tiers())
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(services.Report())
        if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM:
            os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))
    tempfile.tempdir = os.environ.get("PYTEST_DEBUG_TEMPROOT")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Put the long tests first, in random order like the rest: each worker begins with a share of them.

    xdist's `worksteal` gives each worker one stretch of the list: all long tests at its head would be one worker's.
    """
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    long = [item for item in items if item.get_closest_marker("long")]
    rest = [item for item in items if not item.get_closest_marker("long")]
    items[:] = [item for number in range(workers) for item in (*long[number::workers], *rest[number::workers])]


def pytest_collection_finish():
    """Let the garbage collector leave alone all that is imported by now, and look at the rest a seventieth as often.

    Together that takes a fifth off the processor time of every test; a test's own garbage has no time to pile up.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(autouse=True)
def no_custom_objects():
    """Forget the custom objects of a practice after a test: a program ends then, but the tests of a worker share a process."""
    yield
    DESTINATIONS.declare(())


@pytest.fixture(scope="session")
def folder_of_the_run(tmp_path_factory):
    """Return a folder that all workers of this test run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def made_once(folder_of_the_run):
    """Make a folder once a test run: `made_once(NAME, MAKE)` gives the path; whichever worker asks first calls MAKE with it.

    Tests copy such a folder, and leave it as it is.
    """

    def folder(name, make):
        done, making = folder_of_the_run / name, folder_of_the_run / f"{name}.making"
        with FileLock(folder_of_the_run / f"{name}.lock"):
            if not done.exists():
                shutil.rmtree(making, ignore_errors=True)
                making.mkdir()
                make(making)
                making.rename(done)
        return done

    return folder


@pytest.fixture(scope="session")
def kafka(folder_of_the_run):
    """Return the address of a Kafka broker for this test run: the one that CUTOVER_TEST_KAFKA names, or one of our own."""
    if NAMED_BROKER:
        return NAMED_BROKER
    from tests.kafka_broker import shared_broker  # kafka-python is slow to import

    folder = folder_of_the_run / "kafka"
    folder.mkdir(exist_ok=True)
    with FileLock(folder / "broker.lock"):
        return shared_broker(folder)


@pytest.fixture(scope="session")
def postgres_server():
    """Yield a PostgreSQL server for this process: the one that CUTOVER_TEST_POSTGRES names, or one of our own."""
    from tests import postgres

    with postgres.server() as url:
        yield url


@pytest.fixture
def postgres(postgres_server):
    """Yield the URL of an empty database."""
    from tests.postgres import database

    with database(postgres_server) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request, tmp_path):
    """Return the URL of an empty database on each engine: a file, and a server's. What is tested with it holds on both."""
    return f"sqlite:///{tmp_path}/database.db" if request.param == "sqlite" else request.getfixturevalue("postgres")
