"""The server's endpoints: from HTTP requests to what the workspace does, and back."""

from __future__ import annotations

import logging
import traceback
from collections import Counter
from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from rehearsal.graphql import metadata as metadata_graphql
from rehearsal.graphql.records import RecordsGraphql
from rehearsal.operations import many_fields
from rehearsal.operations.sample_workflows import SampleWorkflows
from rehearsal.rest import metadata as metadata_rest
from rehearsal.rest.answer import HttpAnswer
from rehearsal.rest.records import RecordsApi
from rehearsal.server.access import has_access, missing_token
from rehearsal.server.http import answer, nowhere, read_json
from rehearsal.server.multipart import read_multipart
from rehearsal.values.errors import ApiError
from rehearsal.workspace.persistence import WorkspaceFile
from rehearsal.workspace.roles import Role
from rehearsal.workspace.workspace import RehearsalWorkspace

logger = logging.getLogger(__name__)

_FAILURE = "Internal server error"
_REST_FAILURE: HttpAnswer = (500, {"statusCode": 500, "error": "InternalServerErrorException", "messages": [_FAILURE]})
_GRAPHQL_FAILURE: HttpAnswer = (
    200,
    {"errors": [{"message": _FAILURE, "extensions": {"code": "INTERNAL_SERVER_ERROR"}}], "data": None},
)


class Endpoints:
    """The endpoints of one workspace."""

    def __init__(
        self,
        workspace: RehearsalWorkspace,
        api_key: str,
        file: WorkspaceFile | None,
        workflows: SampleWorkflows,
        role_keys: Mapping[str, str],
    ) -> None:
        self._workspace, self._api_key, self._file, self._workflows = workspace, api_key, file, workflows
        self._role_keys = workspace.roles.keys = role_keys

    def save(self) -> None:
        """Keep what changed."""
        if self._file:
            self._file.save(self._workspace)
        else:
            self._workspace.store.changes()

    async def health(self, request: Request) -> Response:
        return answer({"status": "ok"})

    async def client_config(self, request: Request) -> Response:
        return answer({"appVersion": f"{self._workspace.form.version}.0"})

    async def rest(self, request: Request) -> Response:
        self._open(request)
        body = await read_json(request) if request.method not in ("GET", "HEAD") else {}
        api = RecordsApi(self._workspace, str(request.base_url), _single(request.query_params.multi_items()))
        if request.url.path == "/rest/":
            return await nowhere(request, LookupError())
        response = self._saved(request, lambda: api.handle(request.method, request.url.path, body))
        if api.is_capped:
            response.headers["X-Twenty-Fields-Capped"] = "true"
            response.headers["X-Twenty-Fields-Max"] = str(self._workspace.form.most_fields)
        return response

    async def rest_metadata(self, request: Request) -> Response:
        self._open(request)
        body = await read_json(request) if request.method not in ("GET", "HEAD", "DELETE") else {}
        method, path, query = request.method, request.url.path, request.query_params
        records = RecordsApi(self._workspace, str(request.base_url), _single(query.multi_items()))

        def handle() -> HttpAnswer:
            return metadata_rest.handle(self._workspace, method, path, query, body or {}) or records.handle(method, path, body)

        return self._saved(request, handle)

    async def graphql(self, request: Request) -> Response:
        body = await read_json(request)
        is_open = self._graphql_access(request)
        if isinstance(is_open, Response):
            return is_open
        api = RecordsGraphql(self._workspace, str(request.base_url), is_open=is_open)
        return self._saved(request, lambda: api.handle(body or {}), _GRAPHQL_FAILURE)

    async def metadata(self, request: Request) -> Response:
        is_multipart = request.headers.get("content-type", "").startswith("multipart/")
        body = await (read_multipart(request) if is_multipart else read_json(request))
        is_open = self._graphql_access(request)
        if isinstance(is_open, Response):
            return is_open
        base_url, handle = str(request.base_url), metadata_graphql.handle
        return self._saved(request, lambda: handle(self._workspace, base_url, body, is_open=is_open), _GRAPHQL_FAILURE)

    async def tools(self, request: Request) -> Response:
        self._open(request)
        body = await read_json(request)
        return self._saved(request, lambda: (200, many_fields.handle(self._workspace, body or {})))

    async def download(self, request: Request) -> Response:
        file = self._workspace.files.get(request.path_params["file_id"])
        if (
            file is None
            or file.content is None
            or not self._workspace.files.opens(file.id, request.query_params.get("token", ""))
        ):
            return PlainTextResponse("File not found", 404)
        return Response(file.content, media_type=file.content_type)

    async def upload(self, request: Request) -> Response:
        file = self._workspace.files.get(request.path_params["file_id"])
        if file is None or not self._workspace.files.opens(file.id, request.query_params.get("token", "")):
            return PlainTextResponse("File not found", 404)
        self._workspace.files.receive(file, request.headers.get("content-type", ""), await request.body())
        self.save()
        return Response(status_code=204)

    def _open(self, request: Request) -> None:
        if not has_access(request.headers.get("authorization"), self._api_key, *self._role_keys):
            raise missing_token()

    def _role_of(self, request: Request) -> Role | None:
        """Return the role of a request's key; None for an administrator's. A key whose role is gone has no right here."""
        key = (request.headers.get("authorization") or "").partition(" ")[2].strip()
        if key not in self._role_keys:
            return None
        return self._workspace.roles.labelled(self._role_keys[key]) or Role(id="", label="")

    def _graphql_access(self, request: Request) -> bool | Response:
        try:
            return has_access(request.headers.get("authorization"), self._api_key, *self._role_keys)
        except ApiError as error:
            return answer({"errors": [{"message": error.message, "extensions": error.graphql_extensions()}]})

    def _saved(self, request: Request, do: Callable[[], HttpAnswer], failure: HttpAnswer | None = None) -> Response:
        """Carry out a request and keep what it changed, also when it is refused: an upsert can do both.

        Args:
            request: whose key it is done with.
            do: carries it out.
            failure: the answer when something unforeseen happens.
        """
        try:
            self._workflows.run_due()
            self._workspace.acting = self._role_of(request)
            status, body = do()
        except ApiError:
            raise
        except Exception as error:
            # The message of an unforeseen error may hold what was sent, so only its kind and place are logged.
            place = traceback.extract_tb(error.__traceback__)[-1]
            logger.error("%s at %s:%s", type(error).__name__, place.filename, place.lineno)  # noqa: TRY400
            status, body = failure or _REST_FAILURE
        finally:
            self.save()
        return answer(body, status)


def _single(parameters: list[tuple[str, str]]) -> dict[str, str]:
    """Query parameters; one that stands there twice counts as not sent."""
    counts = Counter(name for name, _ in parameters)
    return {name: value for name, value in parameters if counts[name] == 1}


async def refuse(request: Request, error: Exception) -> Response:
    """Return the REST answer to an ``ApiError``."""
    assert isinstance(error, ApiError)
    return answer(error.rest_body(), error.status, error.headers)
