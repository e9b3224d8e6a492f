"""The rehearsal workspace answers as a real Twenty did: each cassette on a workspace of its own."""

import asyncio

import pytest

from rehearsal.server.server import WorkspaceSettings, create_app
from tests.rehearsal.cassettes import API_KEY, DATA_MODEL, Clock, load, names, play


@pytest.mark.parametrize("name", names())
def test_answers_as_recorded(name: str) -> None:
    cassette, clock = load(name), Clock()
    limit = 100 if cassette.get("needs") == "default-limits" else 0
    workflows = cassette.get("needs") == "sample-workflows"
    app = create_app(WorkspaceSettings(api_key=API_KEY, rate_limit=limit, sample_workflows=workflows), clock)

    async def scenario() -> None:
        if name != DATA_MODEL:
            await play(app, load(DATA_MODEL), clock)
        await play(app, cassette, clock)

    asyncio.run(scenario())
