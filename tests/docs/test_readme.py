"""The README's map of the repository, and its list of what is not there yet."""

import tomllib

from tests.docs.documents import ROOT, sections, table_rows, text


def listed():
    return [row[0].strip("`/") for row in table_rows(sections(text(ROOT / "README.md"))["Where things are"])]


def test_the_packages_that_are_listed_are_those_that_are_there():
    folders = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks"}
    assert sorted(listed()) == sorted(folders)


def test_the_packages_that_are_listed_are_those_that_are_installed():
    included = tomllib.loads(text(ROOT / "pyproject.toml"))["tool"]["setuptools"]["packages"]["find"]["include"]
    assert {pattern.removesuffix("*") for pattern in included} == set(listed())


def test_the_first_section_tells_the_two_commands():
    assert {"make demo", "make test"} <= {line.partition("#")[0].strip() for line in text(ROOT / "README.md").splitlines()}


def test_the_changelog_knows_this_version():
    version = tomllib.loads(text(ROOT / "pyproject.toml"))["project"]["version"]
    assert f"## [{version}]" in text(ROOT / "CHANGELOG.md")
