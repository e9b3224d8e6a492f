"""Reading requests and writing answers, alike for all surfaces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from rehearsal.values import jsontext
from rehearsal.values.errors import ApiError, validation_pipe

MAX_BODY = 10 * 1024 * 1024


def answer(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return a JSON answer."""
    return Response(orjson.dumps(body), status, headers, media_type="application/json; charset=utf-8")


async def nowhere(request: Request, error: Exception) -> Response:
    """Return the answer to a path or a method that there is not."""
    message = f"Cannot {request.method} {request.url.path}"
    return answer({"message": message, "error": "Not Found", "statusCode": 404}, 404)


async def read_json(request: Request) -> Any:
    """Return the JSON body of a request; where there is none ``{}`` if it is said to be JSON, else None: JavaScript's
    undefined.

    Raises:
        ApiError: it is no JSON, or longer than 10 MB (cassettes ``paths-and-names``, ``batch-limits``).
    """
    body = await request.body()
    if len(body) > MAX_BODY:
        message = "request entity too large"
        raise ApiError(message, status=500, body=message)
    if not body and "content-type" not in request.headers:
        return None
    try:
        return jsontext.parse_body(body)
    except jsontext.JsonSyntaxError as error:
        raise validation_pipe(str(error)) from error
