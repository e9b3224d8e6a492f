"""The real Twenty of the interoperability suite: its address, its sample workflow out of the way, a member who signs in.

An API key can neither make a key nor give one a role: what takes a person is done by a member of the workspace, signed in with
CUTOVER_TEST_TWENTY_USER (an e-mail address) and CUTOVER_TEST_TWENTY_PASSWORD.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from consumers.data_model.firing_workflows import TRIGGERS, firing_workflows
from consumers.twenty.workspace import Workspace
from cutover.commands.approvals.mapping import map_approve, map_propose
from cutover.project.init_project import init_project
from tests.consumers.reconcile.small_practice import write_extract
from tests.cutover.commands.office import Office, setting
from tests.cutover.reports.conftest import troubled

URL, KEY = os.environ.get("CUTOVER_TEST_TWENTY_URL", "").rstrip("/"), os.environ.get("CUTOVER_TEST_TWENTY_KEY", "")
USER, PASSWORD = os.environ.get("CUTOVER_TEST_TWENTY_USER", ""), os.environ.get("CUTOVER_TEST_TWENTY_PASSWORD", "")
RATE = int(os.environ.get("CUTOVER_TEST_TWENTY_RATE", "100"))

needs_twenty = pytest.mark.skipif(
    not (URL and KEY),
    reason="no real Twenty: set CUTOVER_TEST_TWENTY_URL and CUTOVER_TEST_TWENTY_KEY to an EMPTY workspace and its API key",
)
needs_member = pytest.mark.skipif(
    not (URL and KEY and USER and PASSWORD),
    reason="no member of a real Twenty: set CUTOVER_TEST_TWENTY_USER and CUTOVER_TEST_TWENTY_PASSWORD beside URL and KEY",
)


@contextmanager
def without_sample_workflow() -> Iterator[Workspace]:
    """Yield the workspace while the rows by which Twenty fires its sample workflow lie in the trash."""
    with Workspace(URL, KEY, rate_limit=RATE) as workspace:
        rows = [row for one in firing_workflows(workspace) for row in one.triggers]
        if rows:
            workspace.soft_delete(TRIGGERS, rows)
        try:
            yield workspace
        finally:
            if rows:
                workspace.restore(TRIGGERS, rows)


def approved_office(folder: Path, monkeypatch: pytest.MonkeyPatch, owner: str, **settings: str) -> tuple[Office, Path]:
    """Return a project for the real Twenty whose mapping is approved, and the extract that it was proposed for. `owner` is the
    e-mail address of the member who stands in for providers; further `settings` are those of [twenty].
    """
    put = setting(monkeypatch)
    for name, value in {"URL": URL, "API_KEY": KEY, "RATE_LIMIT": str(RATE), "FALLBACK_MEMBER": owner, **settings}.items():
        put(name, value)
    office = Office(folder, put)
    init_project(office.project, practice_id="elm", name="Elm Street Dental", timezone="America/Chicago")
    extract = write_extract(folder / "day-1", troubled())
    office.run(map_propose, [extract])
    office.run(map_approve, "Test", accept_doubtful=True)
    return office, extract


@dataclass(frozen=True)
class Asker:
    """Sends GraphQL with a token of its own: an access token of a member, or an API key."""

    token: str

    def answer(self, query: str, path: str = "metadata", **variables: Any) -> dict[str, Any]:
        """Return the whole answer, errors included."""
        headers = {"Authorization": f"Bearer {self.token}", "Origin": URL} if self.token else {"Origin": URL}
        body = {"query": query, "variables": variables}
        return dict(httpx.post(f"{URL}/{path}", json=body, headers=headers, timeout=120).json())

    def ask(self, query: str, path: str = "metadata", **variables: Any) -> dict[str, Any]:
        """Return the data of an answer that must be without errors."""
        answer = self.answer(query, path, **variables)
        assert not answer.get("errors"), answer["errors"]
        return dict(answer["data"])

    def rest(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Return the data of an answer of REST that must be good."""
        answer = httpx.request(
            method, f"{URL}/rest/{path}", json=body, headers={"Authorization": f"Bearer {self.token}"}, timeout=60
        )
        assert answer.is_success, answer.text
        return answer.json()["data"]


def signed_in() -> Asker:
    """Return the member, signed in as the front end does it."""
    anybody = Asker("")
    query = (
        "mutation L($email: String!, $password: String!, $origin: String!) "
        "{ getLoginTokenFromCredentials(email: $email, password: $password, origin: $origin) { loginToken { token } } }"
    )
    login = anybody.ask(query, email=USER, password=PASSWORD, origin=URL)["getLoginTokenFromCredentials"]["loginToken"]
    query = (
        "mutation T($token: String!, $origin: String!) { getAuthTokensFromLoginToken(loginToken: $token, origin: $origin) "
        "{ tokens { accessOrWorkspaceAgnosticToken { token } } } }"
    )
    given = anybody.ask(query, token=login["token"], origin=URL)["getAuthTokensFromLoginToken"]["tokens"]
    return Asker(given["accessOrWorkspaceAgnosticToken"]["token"])


@contextmanager
def key_with_role(member: Asker, role_id: str) -> Iterator[str]:
    """Yield an API key with that role, made by a member as in Settings, APIs & Webhooks; it is revoked in the end."""
    expires = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(time.time() + 86400))
    given = {"name": "Cutover, least", "expiresAt": expires, "roleId": role_id}
    made = member.ask("mutation K($input: CreateApiKeyInput!) { createApiKey(input: $input) { id } }", input=given)
    identity = made["createApiKey"]["id"]
    query = "mutation G($id: UUID!, $at: String!) { generateApiKeyToken(apiKeyId: $id, expiresAt: $at) { token } }"
    try:
        yield str(member.ask(query, id=identity, at=expires)["generateApiKeyToken"]["token"])
    finally:
        member.ask("mutation R($input: RevokeApiKeyInput!) { revokeApiKey(input: $input) { id } }", input={"id": identity})
