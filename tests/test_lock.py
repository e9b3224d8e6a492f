"""The lock has all that `make install` needs, in versions that pyproject.toml allows, with hashes, and no address."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
WANTED = [
    *PROJECT["build-system"]["requires"],
    *PROJECT["project"]["dependencies"],
    *PROJECT["project"]["optional-dependencies"]["dev"],
]
TEXT = (ROOT / "requirements.lock").read_text(encoding="utf-8")


def canonical(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def locked():
    """Return {name: versions}; several where they depend on the version of Python."""
    found = {}
    for name, version in re.findall(r"^([A-Za-z0-9._-]+)==([^ ;]+)", TEXT, re.MULTILINE):
        found.setdefault(canonical(name), []).append(version)
    return found


@pytest.mark.parametrize("wanted", WANTED)
def test_what_the_project_asks_for_is_locked_in_a_version_that_it_allows(wanted):
    requirement = Requirement(wanted)
    versions = locked().get(canonical(requirement.name), [])
    assert versions, "run: make lock LOCK_ARGS="
    assert all(version in requirement.specifier for version in versions), "run: make lock LOCK_ARGS="


def test_every_locked_version_has_its_hashes():
    entries = re.split(r"^(?=\S)", TEXT, flags=re.MULTILINE)[1:]
    assert len(entries) > len(WANTED)
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_lock_names_no_place_to_fetch_from():
    assert "://" not in TEXT
    assert not re.search(r"--(extra-)?index|--find-links|--trusted-host", TEXT)
