"""A whole migration sends each published Twenty only what that version takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import services
from tests.services import Service
from tests.twenty_versions.journey import form_of_schema, journey
from tests.twenty_versions.packages import CHECKED, CannotFetch, schema
from tests.twenty_versions.source import named_in_the_client


@pytest.mark.parametrize("version", CHECKED)
def test_every_request_to_the_metadata_api_is_valid(version: str, tmp_path: Path) -> None:
    try:
        types = schema(version)
    except CannotFetch as error:
        services.missing(Service.NPM, f"the types of the published Twentys cannot be fetched: {error}")
    sent, ended = journey(types, tmp_path)
    assert [(one.name, one.refusals) for one in sent if one.refusals] == []
    assert {name: said.err for name, said in ended.items() if said.code not in (0, 1)} == {}
    assert [lack for lack in ended["schema plan"].document["server"]["lacks"] if lack["blocks"]] == []
    assert ended["sync day-1"].document["dead_letters"] == 0
    [documents] = [one for one in ended["reconcile"].document["objects"] if one["object"] == "attachments"]
    assert documents["twenty"] == documents["source"] > 0
    assert (documents["missing"], documents["different"]) == (0, 0)
    unsent = named_in_the_client(types) - {root for one in sent for root in one.roots}
    assert unsent <= {"uploadFilesFieldFile"}, "the migration that is checked does not send all that the client can send"
    names, form = {one.name for one in sent}, form_of_schema(types)
    assert {"mutation createFileUpload", "mutation uploadFilesFieldFile"} & names
    assert ("query usageLimits" in names) is form.usage_limits
    assert ("PATCH /rest/metadata/objects" in names) is form.makes_private
