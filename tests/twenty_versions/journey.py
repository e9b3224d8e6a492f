"""A practice arrives, is kept in step and is taken back, by the program as a user runs it, on a server of one version."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graphql import GraphQLSchema
from starlette.applications import Starlette

from rehearsal.server.server import WorkspaceSettings, create_app
from rehearsal.values.forms import FORMS, Form
from tests.acceptance.program import Said
from tests.acceptance.workbench import EXTRACTS, OWNER, Bench
from tests.twenty_versions.documents import Sent
from tests.twenty_versions.server import VersionedServer
from tests.twenty_versions.serving import serving

KEY = "key-of-a-version"
LAKEVIEW = EXTRACTS / "lakeview"
PRIVATE = "note"
"""The object that is made private where a version offers that."""

_COMMANDS = (
    ("map", "propose", LAKEVIEW / "day-1"),
    ("map", "approve", "--by", "Test"),
    ("schema", "plan"),
    ("schema", "apply"),
    ("sync", LAKEVIEW / "day-1", "--without-sample"),
    ("sync", LAKEVIEW / "day-2", "--without-sample"),
    ("reconcile",),
    ("schema", "role"),
    ("schema", "role", "--remove"),
    ("rollback", "--all", "--schema", "--yes"),
)


def journey(schema: GraphQLSchema, folder: Path) -> tuple[list[Sent], dict[str, Said]]:
    """Run it; returns what the server was sent, and how the commands ended, up to the first that did not end with 0 or 1.

    Where the version has them, objects are made private and fields audited.
    """
    ended: dict[str, Said] = {}
    with served(schema) as (url, server):
        bench = Bench(folder / "project", url, KEY, folder / "unused", _wishes(form_of_schema(schema)))
        bench.init(LAKEVIEW / "practice.toml")
        for command in _COMMANDS:
            name = " ".join(str(word) for word in command if str(word) != "--without-sample").replace(f"{LAKEVIEW}/", "")
            ended[name] = bench.cutover(*command)
            if ended[name].code not in (0, 1):
                break
    return server.sent, ended


@contextmanager
def served(schema: GraphQLSchema) -> Iterator[tuple[str, VersionedServer]]:
    """Serve a new workspace with that metadata API, on loopback; behind it is a rehearsal workspace that can answer it."""
    app = _rehearsal(form_of_schema(schema))
    shared = app.state.workspace
    shared.shared.add(shared.model.singular(PRIVATE).id)  # by the sharing rule that lets an object be made private
    versioned = VersionedServer(app, schema)
    with serving(versioned) as url:
        yield url, versioned


def form_of_schema(schema: GraphQLSchema) -> Form:
    """Return the form of Twenty that has what the schema has."""

    def has(type_name: str, field: str) -> bool:
        return field in getattr(schema.type_map.get(type_name), "fields", {})

    return Form(
        version="of a schema",
        old_upload=has("Mutation", "uploadFilesFieldFile"),
        usage_limits=has("Query", "usageLimits"),
        visibility=has("Object", "readability"),
        makes_private=has("UpdateObjectPayload", "readability"),
    )


def _rehearsal(form: Form) -> Starlette:
    FORMS[form.version] = form  # a rehearsal workspace finds its form by name
    try:
        return create_app(WorkspaceSettings(api_key=KEY, members=(OWNER,), rate_limit=0, like=form.version))
    finally:
        del FORMS[form.version]


def _wishes(form: Form) -> dict[str, str]:
    """Return the settings that ask for what only newer versions have."""
    audited = {"CUTOVER_TWENTY__AUDITED": "true"} if form.visibility else {}
    private = {f"CUTOVER_TWENTY__{name}": f'["{PRIVATE}"]' for name in ("PRIVATE", "GRANTED")} if form.makes_private else {}
    return audited | private
