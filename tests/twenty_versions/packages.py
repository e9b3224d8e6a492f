"""The published versions of `twenty-client-sdk`, fetched through npm; the package has the number of its Twenty."""

from __future__ import annotations

import json
import shutil
import subprocess
import tarfile
from functools import cache
from pathlib import Path

from graphql import GraphQLSchema

from tests.fetched import fetched
from tests.twenty_versions.typings import schema_of

PACKAGE = "twenty-client-sdk"

CHECKED = ("2.4.0", "2.13.0", "2.23.0", "2.26.0", "2.33.0", "2.35.0", "2.37.0", "2.38.0", "2.40.0", "2.43.0")
"""Every version that was published when this was last changed; docs/destination.md names them.

The tests keep to these, so that a new Twenty does not break a change that has nothing to do with it. `make
check-twenty-versions` checks all that are published now.
"""

HOW = "needs npm (apt-get install npm)"

_TYPINGS = "package/dist/metadata/generated/schema.d.ts"


class CannotFetch(Exception):
    """npm is missing, or does not give the package."""


def published() -> tuple[str, ...]:
    """Return the versions that can be had now, the oldest first. Raises CannotFetch."""
    versions = json.loads(_npm("view", PACKAGE, "versions", "--json"))
    return tuple(sorted((one for one in versions if "-" not in one), key=lambda one: [int(n) for n in one.split(".")]))


@cache
def schema(version: str) -> GraphQLSchema:
    """Return the schema of a version's metadata API. Raises CannotFetch."""
    return schema_of(
        (fetched(f"{PACKAGE}-{version}", lambda folder: _fetch(version, folder)) / "schema.d.ts").read_text("utf-8")
    )


def _fetch(version: str, folder: Path) -> None:
    [packed] = json.loads(_npm("pack", f"{PACKAGE}@{version}", "--json", "--pack-destination", str(folder)))
    archive = folder / packed["filename"]
    with tarfile.open(archive) as members:
        typings = members.extractfile(_TYPINGS)
        assert typings is not None
        (folder / "schema.d.ts").write_bytes(typings.read())
    archive.unlink()


def _npm(*arguments: str) -> str:
    npm = shutil.which("npm")
    if npm is None:
        raise CannotFetch(HOW)
    try:
        done = subprocess.run([npm, *arguments], capture_output=True, text=True, timeout=300)
    except subprocess.TimeoutExpired:
        raise CannotFetch("npm does not end") from None
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["no reason given"]
        raise CannotFetch(f"npm {' '.join(arguments[:2])}: {said[0][:200]}")
    return done.stdout
