"""The programs that tests are run against, and what a test run says at its end when one of them was missing.

A test whose service is missing is skipped by `missing`, and by nothing else. The end of the run counts such tests aloud; where
every test is asked for (CI=true, or CUTOVER_TEST_EVERYTHING set) the run fails.
"""

import os
from collections import Counter
from enum import Enum

import pytest

_SKIPPED = "not run for want of "


class Service(Enum):
    """A service's name, and how to get it."""

    POSTGRES = ("PostgreSQL", "install it (Debian: apt-get install postgresql), or name a server in CUTOVER_TEST_POSTGRES")
    JAVA = (
        "a Kafka broker",
        "install a JRE 17 or newer and Maven (Debian: apt-get install default-jre-headless maven), start Docker, "
        "or name a broker in CUTOVER_TEST_KAFKA=HOST:PORT",
    )
    KCAT = ("kcat", "install it (Debian: apt-get install kcat)")
    NPM = ("npm, or what it fetches,", "install npm (Debian: apt-get install npm)")

    @property
    def label(self):
        return self.value[0]

    @property
    def remedy(self):
        return self.value[1]


def missing(service, detail=""):
    """Skip the test that needs this service; the end of the run tells of it."""
    pytest.skip(f"{_SKIPPED}{service.label}: {detail or service.remedy}")


def everything_is_asked_for():
    """Return whether a run without one of the services fails."""
    return os.environ.get("CI", "").lower() in ("true", "1") or bool(os.environ.get("CUTOVER_TEST_EVERYTHING"))


class Report:
    """The pytest plugin that counts the tests without their service, fails the run for them, and tells of them at its end."""

    def __init__(self):
        self._without = Counter()

    def pytest_runtest_logreport(self, report):
        """Hear of the tests of all workers."""
        if report.skipped and isinstance(report.longrepr, tuple):
            reason = report.longrepr[2].removeprefix("Skipped: ")
            if reason.startswith(_SKIPPED):
                self._without[reason.removeprefix(_SKIPPED)] += 1

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session):
        if self._without and everything_is_asked_for() and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter):
        if not self._without:
            return
        fails = everything_is_asked_for()
        looks = {"red" if fails else "yellow": True, "bold": True}
        terminalreporter.section(f"{self._without.total()} TESTS DID NOT RUN", **looks)
        for what, count in sorted(self._without.items()):
            service, _, remedy = what.partition(": ")
            terminalreporter.line(f"{service} is missing: {count} tests did not run; {remedy}", **looks)
        terminalreporter.line(
            "The run fails: CI=true, or CUTOVER_TEST_EVERYTHING, asks for every test."
            if fails
            else "This run proves nothing about them. CUTOVER_TEST_EVERYTHING=1 lets such a run fail, as CI does.",
            **looks,
        )
