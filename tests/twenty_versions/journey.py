"""A practice arrives, is kept in step and is taken back, by the program as a user runs it, on a server of one version."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graphql import GraphQLSchema

from rehearsal.forms import FORMS, RECORDED
from rehearsal.server import WorkspaceSettings, create_app
from tests.acceptance.program import Said
from tests.acceptance.workbench import EXTRACTS, OWNER, Bench
from tests.twenty_versions.documents import Sent
from tests.twenty_versions.server import VersionedServer
from tests.twenty_versions.serving import serving

KEY = "key-of-a-version"
LAKEVIEW = EXTRACTS / "lakeview"

_COMMANDS = (
    ("map", "propose", LAKEVIEW / "day-1"),
    ("map", "approve", "--by", "Test"),
    ("schema", "plan"),
    ("schema", "apply"),
    ("sync", LAKEVIEW / "day-1", "--without-sample"),
    ("sync", LAKEVIEW / "day-2", "--without-sample"),
    ("reconcile",),
    ("rollback", "--all", "--schema", "--yes"),
)


def journey(schema: GraphQLSchema, folder: Path) -> tuple[list[Sent], dict[str, Said]]:
    """Run it; returns what the server was sent, and how the commands ended, up to the first that did not end with 0 or 1."""
    ended: dict[str, Said] = {}
    with served(schema) as (url, server):
        bench = Bench(folder / "project", url, KEY, folder / "unused")
        bench.init(LAKEVIEW / "practice.toml")
        for command in _COMMANDS:
            name = " ".join(str(word) for word in command if not str(word).startswith("--")).replace(f"{LAKEVIEW}/", "")
            ended[name] = bench.cutover(*command)
            if ended[name].code not in (0, 1):
                break
    return server.sent, ended


@contextmanager
def served(schema: GraphQLSchema) -> Iterator[tuple[str, VersionedServer]]:
    """A new workspace with that metadata API, on loopback; behind it is the form of the rehearsal workspace that has it all."""
    mutations = schema.mutation_type.fields if schema.mutation_type else {}
    like = RECORDED.version if "uploadFilesFieldFile" in mutations else max(FORMS)
    app = VersionedServer(create_app(WorkspaceSettings(KEY, members=(OWNER,), rate_limit=0, like=like)), schema)
    with serving(app) as url:
        yield url, app
