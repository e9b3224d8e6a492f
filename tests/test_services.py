"""A run in which PostgreSQL, the broker or kcat was missing says so at its end, and fails where every test is asked for."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[1]
TESTS = [
    "tests/events/test_database.py::test_a_reader_sees_one_snapshot_until_it_is_closed[postgres]",
    "tests/events/test_database.py::test_of_those_who_must_be_alone_each_waits_for_its_turn[postgres]",
    "tests/events/test_confluent.py::test_kcat_tells_events_apart_by_their_headers",
]
NOTHING_INSTALLED = """
from pathlib import Path
from tests import postgres
postgres.PACKAGES = Path("/nowhere")
"""
ASKED = ("CI", "CUTOVER_TEST_EVERYTHING", "CUTOVER_TEST_KAFKA", "CUTOVER_TEST_POSTGRES")


@pytest.fixture
def run(tmp_path):
    """Run some tests where nothing of what they need is installed."""
    (tmp_path / "nothing_installed.py").write_text(NOTHING_INSTALLED)
    (tmp_path / "bin").mkdir()

    def run_(*options, **variables):
        environment = {name: value for name, value in os.environ.items() if name not in ASKED and "PYTEST" not in name}
        environment |= {"PATH": f"{tmp_path}/bin", "PYTHONPATH": f"{tmp_path}:{ROOT}", **variables}
        command = [sys.executable, "-m", "pytest", "-p", "nothing_installed", "-p", "no:cacheprovider", *options, *TESTS]
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)

    return run_


def test_what_did_not_run_is_counted_with_what_to_install(run):
    done = run()
    assert done.returncode == 0, done.stdout
    assert "3 TESTS DID NOT RUN" in done.stdout
    assert "PostgreSQL is missing: 2 tests did not run; install it (Debian: apt-get install postgresql)" in done.stdout
    assert "a Kafka broker is missing: 1 tests did not run; install a JRE 17 or newer and Maven" in done.stdout


@pytest.mark.parametrize("variables", [{"CI": "true"}, {"CUTOVER_TEST_EVERYTHING": "1"}], ids=["CI", "ours"])
def test_where_every_test_is_asked_for_the_run_fails(run, variables):
    done = run("-n", "1", **variables)
    assert done.returncode == 1, done.stdout
    assert "3 TESTS DID NOT RUN" in done.stdout, "the workers' tests are counted too"
    assert "The run fails" in done.stdout
