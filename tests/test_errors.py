"""One root of errors: everything that a command may end with says with which code, and whether it may be tried again."""

import pkgutil
from importlib import import_module

import pytest

from events.errors import CutoverError, ExitCode

PACKAGES = ("events", "producers", "projections", "consumers", "cutover")


def errors_of_the_project():
    for package in PACKAGES:
        for found in pkgutil.walk_packages(import_module(package).__path__, f"{package}."):
            if not found.name.endswith("__main__"):
                module = import_module(found.name)
                yield from (
                    kind
                    for kind in vars(module).values()
                    if isinstance(kind, type) and issubclass(kind, Exception) and kind.__module__ == found.name
                )


ERRORS = sorted(set(errors_of_the_project()), key=lambda kind: f"{kind.__module__}.{kind.__qualname__}")


def test_the_errors_are_found():
    assert len(ERRORS) > 40


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__qualname__)
def test_every_error_descends_from_the_root(kind):
    assert issubclass(kind, CutoverError)
    assert kind.exit_code is None or kind.exit_code in ExitCode
    assert isinstance(kind.retriable, bool)
