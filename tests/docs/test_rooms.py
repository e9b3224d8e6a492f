"""Each folder of the program is a room: described in its docstring, of a bearable size, and held by an import contract."""

import tomllib

import pytest

from tests.docs.documents import ROOT
from tests.docs.rooms import MOST, PACKAGES, described, folders, modules_in

each_folder = pytest.mark.parametrize("folder", list(folders()), ids=lambda f: f.relative_to(ROOT).as_posix())


@each_folder
def test_a_room_is_described(folder):
    does, may, must_not = described(folder)
    assert does
    assert may, "its docstring lacks a sentence `May import …`"
    assert must_not, "its docstring lacks a sentence `Must not …`"


@each_folder
def test_a_room_holds_no_more_modules_than_a_reader_can_keep_apart(folder):
    assert len(modules_in(folder)) <= MOST


def test_the_rooms_of_every_package_are_held_by_a_contract():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    held = {
        container
        for contract in contracts
        if contract["type"] == "layers" and contract.get("exhaustive")
        for container in contract.get("containers", ())
    }
    with_rooms = {package for package in PACKAGES if any(f.parent == ROOT / package for f in folders())}
    assert with_rooms <= held
