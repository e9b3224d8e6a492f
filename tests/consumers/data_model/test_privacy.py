"""Objects with health data are made private, and open again, where the practice wants that and Twenty offers it."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import uvicorn

from consumers.data_model.applying.apply import apply
from consumers.data_model.applying.undo import undo
from consumers.data_model.errors import NotShared, SchemaClash
from consumers.data_model.planning.compare import Kind
from consumers.data_model.planning.plan import SchemaPlan, plan
from consumers.data_model.planning.preflight import lacks
from consumers.data_model.planning.privacy import Privacy
from consumers.twenty.workspace import Workspace
from events.decisions import Decisions
from events.vocabulary.mapping import ColumnMapping
from projections.spec import TwentyField
from rehearsal.server.server import WorkspaceSettings, create_app
from tests.consumers.data_model.conftest import KEY

WISH = Privacy(private=("note", "treatmentPlan"), granted=("note", "treatmentPlan"))
MAPPING = ColumnMapping(practice="fern")


@contextlib.contextmanager
def served(like: str) -> Iterator[tuple[str, Any]]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        app = create_app(WorkspaceSettings(api_key=KEY, rate_limit=0, like=like))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", app.state.workspace
        server.should_exit = True
        thread.join(timeout=10)


@pytest.fixture
def twenty() -> Iterator[tuple[str, Any]]:
    with served("2.43") as found:
        yield found


def planned(workspace: Workspace, decisions: Decisions, privacy: Privacy) -> SchemaPlan:
    return plan(workspace.metadata(refresh=True), MAPPING, decisions.all(), privacy)


def applied(workspace: Workspace, decisions: Decisions, privacy: Privacy) -> list[str]:
    wanted = planned(workspace, decisions, privacy)
    return [step.kind.value for step in apply(workspace, wanted, decisions, "run", sleep=lambda _seconds: None)]


def share(held: Any, *singulars: str) -> None:
    held.shared.update(held.model.singular(one).id for one in singulars)


def test_private_and_open_again(
    twenty: tuple[str, Any], open_workspace: Callable[[str], Workspace], decisions: Decisions
) -> None:
    url, held = twenty
    workspace = open_workspace(url)
    share(held, "note")
    with pytest.raises(NotShared, match=r"treatmentPlan private.*sharing rule"):
        applied(workspace, decisions, WISH)
    share(held, "treatmentPlan")
    assert applied(workspace, decisions, WISH) == ["MAKE_PRIVATE"], "what was done before is not done again"
    model = workspace.metadata(refresh=True)
    assert [model.object(one).readability for one in ("note", "treatmentPlan", "person")] == ["PRIVATE", "PRIVATE", "OPEN"]
    assert applied(workspace, decisions, WISH) == []
    removed = undo(workspace, decisions, "run", sleep=lambda _seconds: None).removed
    assert "note" in removed
    assert workspace.metadata(refresh=True).object("note").readability == "OPEN"


def test_the_plan_shows_it_last(
    twenty: tuple[str, Any], open_workspace: Callable[[str], Workspace], decisions: Decisions
) -> None:
    found = planned(open_workspace(twenty[0]), decisions, WISH)
    assert [(item.kind, item.name) for item in found.items[-2:]] == [
        (Kind.MAKE_PRIVATE, "note"),
        (Kind.MAKE_PRIVATE, "treatmentPlan"),
    ]


def test_an_object_of_which_the_key_would_lose_sight_is_not_made_private(
    twenty: tuple[str, Any], open_workspace: Callable[[str], Workspace], decisions: Decisions
) -> None:
    workspace = open_workspace(twenty[0])
    with pytest.raises(SchemaClash, match=r"note: the API key might no longer see all of it.*granted"):
        applied(workspace, decisions, Privacy(private=("note",)))
    assert "treatmentPlan" not in workspace.metadata(refresh=True), "nothing was changed"


@pytest.mark.parametrize("audited", [True, False])
def test_fields_are_made_with_the_wish_for_the_audit_log(
    twenty: tuple[str, Any], open_workspace: Callable[[str], Workspace], decisions: Decisions, *, audited: bool
) -> None:
    url, held = twenty
    workspace = open_workspace(url)
    wanted = planned(workspace, decisions, Privacy(audited=audited))
    assert {item.wanted.audited for item in wanted.items if isinstance(item.wanted, TwentyField)} == {audited}
    apply(workspace, wanted, decisions, "run", sleep=lambda _seconds: None)
    assert held.model.singular("person").by_name["dateOfBirth"].audit_logged is audited


@pytest.mark.parametrize(("like", "missing"), [("2.21", 2), ("2.40", 1), ("2.43", 0)])
def test_a_server_that_does_not_offer_it_is_named_before_the_first_write(
    open_workspace: Callable[[str], Workspace], decisions: Decisions, like: str, missing: int
) -> None:
    with served(like) as (url, _):
        workspace = open_workspace(url)
        wish = Privacy(private=("note",), granted=("note",), audited=True)
        steps = [item.step for item in planned(workspace, decisions, wish).to_do if item.step]
        blocking = [one for one in lacks(workspace.offered(), steps, documents=True) if one.blocks]
        paths = {path for one in blocking for path in one.missing}
        wanted = {"CreateFieldInput.isAuditLogged", "UpdateObjectPayload.readability"}
        assert len(paths & wanted) == missing
        assert paths <= wanted


def test_without_a_wish_nothing_of_it_is_asked_for(open_workspace: Callable[[str], Workspace], decisions: Decisions) -> None:
    with served("2.21") as (url, _):
        workspace = open_workspace(url)
        found = planned(workspace, decisions, Privacy())
        assert all(item.step is None or item.step.audited is None for item in found.items)
        assert Kind.MAKE_PRIVATE not in {item.kind for item in found.items}
