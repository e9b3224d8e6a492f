"""`schema plan` names the server's version and what it lacks; `schema apply` refuses before the first write."""

from __future__ import annotations

from pathlib import Path

import pytest
from graphql import build_schema, print_schema

from rehearsal.graphql.metadata_schema import metadata_schema
from rehearsal.values.forms import RECORDED
from tests.acceptance.program import Said
from tests.acceptance.workbench import OWNER, Bench
from tests.twenty_versions.journey import KEY, LAKEVIEW, served


def planned(folder: Path, cut: tuple[str, ...]) -> tuple[Said, Said, list[str]]:
    """Plan and apply on a server whose metadata API lacks those lines; gives the names of what it was sent, too."""
    sdl = print_schema(metadata_schema(RECORDED))
    for line in cut:
        assert line in sdl
        sdl = sdl.replace(line, "")
    with served(build_schema(sdl)) as (url, server):
        bench = Bench(folder / "project", url, KEY, folder / "unused", {"CUTOVER_TWENTY__FALLBACK_MEMBER": OWNER})
        bench.init(LAKEVIEW / "practice.toml")
        bench.ok("map", "propose", LAKEVIEW / "day-1")
        bench.ok("map", "approve", "--by", "Test")
        plan, applied = bench.cutover("schema", "plan"), bench.cutover("schema", "apply")
        return plan, applied, [one.name for one in server.sent]


def test_the_version_and_what_can_be_worked_around_are_named(tmp_path: Path) -> None:
    plan, applied, _ = planned(tmp_path, ())
    assert plan.document["server"]["version"] == "of a schema.0"
    assert [(one["need"], one["blocks"]) for one in plan.document["server"]["lacks"]] == [("limits", False)]
    assert (plan.code, applied.code) == (0, 0)


@pytest.mark.parametrize(
    ("cut", "need", "missing"),
    [
        (("  isUnique: Boolean\n",), "data model", "CreateFieldInput.isUnique"),
        (
            (
                "  uploadFilesFieldFile(file: Upload!, fieldMetadataId: String!): StoredFile!\n",
                "  completeFileUpload(fileId: String!): StoredFile!\n",
            ),
            "uploads",
            "Mutation.completeFileUpload",
        ),
    ],
)
def test_what_nothing_can_stand_in_for_is_refused_before_the_first_write(
    tmp_path: Path, cut: tuple[str, ...], need: str, missing: str
) -> None:
    plan, applied, sent = planned(tmp_path, cut)
    [lack] = [one for one in plan.document["server"]["lacks"] if one["blocks"]]
    assert (lack["need"], missing in lack["missing"]) == (need, True)
    assert plan.code == 1
    assert applied.code == 4
    assert "nothing was written" in applied.err
    assert missing in applied.err
    assert not [one for one in sent if one.startswith(("POST", "PATCH", "DELETE", "mutation"))]
