"""The four tiers of tests, and which one a test belongs to.

unit          this process alone: no server, no broker, no other process, nothing that takes many seconds
integration   servers, brokers, PostgreSQL, processes, large files, a scenario repeated many times
acceptance    whole runs of the program
simulation    practices that a seed makes up, compared with a model after each step

A test's folder decides, or a service among its fixtures, or `pytestmark = pytest.mark.integration`. A unit test that starts a
process or binds a port fails.
"""

import sys

import pytest

UNIT, INTEGRATION, ACCEPTANCE, SIMULATION = TIERS = ("unit", "integration", "acceptance", "simulation")
_FOLDERS = {
    "acceptance": ACCEPTANCE,
    "golden": ACCEPTANCE,
    "interoperability": ACCEPTANCE,
    "simulation": SIMULATION,
    "twenty_versions": INTEGRATION,
}
"""Of the folders whose tests are no unit tests."""
_SERVICES = frozenset(
    (
        *("kafka", "postgres", "postgres_server", "open_absent"),
        *("host", "serve_rehearsal", "open_workspace", "carried"),
        "other_process",
    )
)
"""Fixtures that start a server or a process, or connect with one."""
_ENGINES = frozenset({"postgres", "kafka"})
"""Parameters of fixtures that stand for a server."""
_FORBIDDEN = frozenset({"subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.system", "os.exec", "socket.bind"})


def tier_of(item):
    """Return the tier of a collected test: the marker that it carries already, or what its folder and its fixtures say."""
    for tier in TIERS:
        if item.get_closest_marker(tier):
            return tier
    folder = item.path.relative_to(item.config.rootpath).parts[1]
    if folder in _FOLDERS:
        return _FOLDERS[folder]
    parameters = item.callspec.params.values() if hasattr(item, "callspec") else ()
    needs_server = _SERVICES.intersection(item.fixturenames) or any(p in _ENGINES for p in parameters if isinstance(p, str))
    return INTEGRATION if needs_server else UNIT


class Tiers:
    """The pytest plugin that marks each test with its tier, and holds unit tests to theirs."""

    def __init__(self):
        self._running = ""
        sys.addaudithook(self._heed)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items):
        for item in items:
            if not any(item.get_closest_marker(tier) for tier in TIERS):
                item.add_marker(tier_of(item))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item):
        self._running = item.nodeid if item.get_closest_marker(UNIT) else ""
        try:
            return (yield)
        finally:
            self._running = ""

    def _heed(self, event, arguments):
        if self._running and event in _FORBIDDEN:
            raise AssertionError(f"{self._running} is a unit test, and does {event}: mark it as an integration test")
