"""GraphQL requests with files: multipart with ``operations``, ``map`` and the files (cassette ``files``)."""

from __future__ import annotations

from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request

from rehearsal.graphql.metadata import UploadedFile
from rehearsal.values import jsontext
from rehearsal.values.errors import ApiError

MAX_PART = 100 * 1024 * 1024


async def read_multipart(request: Request) -> Any:
    """Return the GraphQL request, with each file in its variable's place.

    Raises:
        ApiError: a part is missing, or no JSON.
    """
    async with request.form(max_part_size=MAX_PART) as form:
        try:
            operations = jsontext.parse(str(form["operations"]))
            places = jsontext.parse(str(form["map"]))
        except (KeyError, jsontext.JsonSyntaxError) as error:
            raise ApiError("Misconfigured multipart request; see the GraphQL multipart request specification.") from error
        for key, paths in places.items():
            part = form.get(key)
            if isinstance(part, UploadFile):
                file = UploadedFile(part.filename or "", await part.read())
                for path in paths:
                    _put(operations, path.split("."), file)
    return operations


def _put(target: Any, keys: list[str], value: Any) -> None:
    for key in keys[:-1]:
        target = target[int(key)] if isinstance(target, list) else target[key]
    last: Any = int(keys[-1]) if isinstance(target, list) else keys[-1]
    target[last] = value
