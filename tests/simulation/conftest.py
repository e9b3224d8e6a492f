"""Start of every simulation: one template for all workers of a test run."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.simulation.template import Template, short_lived_folder


@pytest.fixture(scope="session")
def template(folder_of_the_run: Path, made_once: Callable[[str, Callable[[Path], None]], Path]) -> Template:
    """Return the prepared project and workspace; the first worker that comes makes them."""

    def make(shared: Path) -> None:
        with short_lived_folder() as folder:
            Template.made(folder, folder_of_the_run / "simulation-extract")
            shutil.copytree(folder, shared, dirs_exist_ok=True)

    return Template.at(made_once("simulation-template", make))


@pytest.fixture(scope="module")
def memory() -> Iterator[Path]:
    """Yield a folder in memory."""
    with short_lived_folder() as folder:
        yield folder
