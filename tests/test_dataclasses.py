"""A dataclass with three or more fields takes them by name: two positional values of one type are easily swapped."""

import dataclasses
from importlib import import_module
from pkgutil import walk_packages

import pytest

PACKAGES = ("events", "producers", "projections", "consumers", "rehearsal", "cutover")
_FEW = 2
"""Fields that may be given by position."""


def modules():
    for name in PACKAGES:
        package = import_module(name)
        yield package
        for found in walk_packages(package.__path__, f"{name}."):
            if not found.name.endswith("__main__"):
                yield import_module(found.name)


def of_ours():
    """Return every dataclass of the six packages, in the module that defines it."""
    return {
        f"{made.__module__}.{made.__qualname__}": made
        for module in modules()
        for made in vars(module).values()
        if isinstance(made, type) and dataclasses.is_dataclass(made) and made.__module__ == module.__name__
    }


def taken_by_position(made):
    return [field.name for field in dataclasses.fields(made) if field.init and not field.kw_only]


@pytest.fixture(scope="module")
def found():
    return of_ours()


def test_a_dataclass_of_three_and_more_fields_takes_them_by_name(found):
    assert len(found) > 150
    torn = {
        name: taken_by_position(made)
        for name, made in found.items()
        if len([field for field in dataclasses.fields(made) if field.init]) > _FEW and taken_by_position(made)
    }
    assert torn == {}
