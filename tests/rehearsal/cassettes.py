"""Playing contract cassettes against an app in this process.

A cassette is a list of steps. A step sends a request and says what the answer must be: exactly what stands there, but for

    {"$match": kind}              a value of this kind: uuid, datetime, string, nonempty, cursor, int, number, bool, any, absent
    {"$like": "a * b"}            a text with anything for each *
    {"$subset": {…}}              an object with at least these keys
    {"$contains": […]}            a list with at least these elements, each its own
    {"$unordered": […]}           a list of these elements in any order
    {"$list": {"length", "each"}} a list of this length, all elements like this
    {"$not": x}, {"$oneOf": […]}

``${name}`` stands for a value captured from an earlier answer; ``$repeat``, ``$text`` and ``$join`` write long lists and texts.
Waiting moves the clock that the app was given; it takes no time.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit
from uuid import UUID

import httpx
from starlette.types import ASGIApp

CONTRACT = Path(__file__).parent / "contract"
DATA_MODEL = "data-model"
API_KEY = "contract-key"

ABSENT = object()
REFERENCE = re.compile(r"\$\{(\w+)(?::([^}]*))?\}")
Names = dict[str, Any]


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += seconds


def load(name: str) -> dict[str, Any]:
    return json.loads((CONTRACT / f"{name}.json").read_text(encoding="utf-8"))


def names() -> list[str]:
    return sorted(path.stem for path in CONTRACT.glob("*.json"))


async def play(app: ASGIApp, cassette: dict[str, Any], clock: Clock) -> None:
    """Play all steps; AssertionError says which step differs, and where."""
    captured: Names = {}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://rehearsal") as client:
        for number, step in enumerate(cassette["steps"], 1):
            difference = await _play_step(client, step, captured, clock)
            assert difference is None, f"{cassette['scenario']}, step {number} ({step.get('about', '')}): {difference}"


async def _play_step(client: httpx.AsyncClient, step: dict[str, Any], captured: Names, clock: Clock) -> str | None:
    clock.wait(step.get("wait_s", 0))
    until = step.get("until") or {"max": 1}
    for count in range(1, until["max"] + 1):  # noqa: B007 - asked for after the loop
        response = await _send(client, expand(step["request"], captured))
        difference = _judge(expand(step["expect"], captured), response)
        if difference is None:
            break
        clock.wait(until.get("every_s", 0))
    if difference is None and count < until.get("min", 1):
        return f"fitted after {count} requests, at least {until['min']} were expected"
    if difference is None:
        captured |= {name: _look_up(response.json(), path) for name, path in step.get("capture", {}).items()}
    return difference


async def _send(client: httpx.AsyncClient, request: dict[str, Any]) -> httpx.Response:
    headers = {"Authorization": f"Bearer {API_KEY}", "Content-Type": "application/json"} | (request.get("headers") or {})
    content: dict[str, Any] = {}
    if "json" in request:
        content["content"] = json.dumps(request["json"], ensure_ascii=False).encode()
    elif "text" in request:
        content["content"] = request["text"].encode()
    elif "multipart" in request:
        del headers["Content-Type"]
        content["files"] = [*_fields(request["multipart"]), *_files(request["multipart"])]
    parts = urlsplit(request["path"])
    query = "&".join(filter(None, [parts.query, urlencode(request.get("query") or {}, quote_via=quote)]))
    url = parts.path + (f"?{query}" if query else "")
    return await client.request(request["method"], url, headers={k: v for k, v in headers.items() if v is not None}, **content)


def _fields(multipart: dict[str, Any]) -> list[Any]:
    return [(name, (None, json.dumps(value))) for name, value in multipart.get("fields", {}).items()]


def _files(multipart: dict[str, Any]) -> list[Any]:
    return [
        (name, (file["name"], base64.b64decode(file["base64"]) if "base64" in file else file["text"].encode(), file["type"]))
        for name, file in multipart.get("files", {}).items()
    ]


def _judge(expect: dict[str, Any], response: httpx.Response) -> str | None:
    if response.status_code != expect["status"]:
        return f"status {response.status_code}, expected {expect['status']}: {response.text[:300]}"
    if "json" in expect and (difference := compare(expect["json"], response.json())):
        return difference
    if "text" in expect and (difference := compare(expect["text"], response.text)):
        return difference
    return compare({"$subset": expect.get("headers", {})}, dict(response.headers))


def _look_up(value: Any, path: str) -> Any:
    """Look up a path as ``data.people[0].id``, ``data[nameSingular=person].id``."""
    for key, inner in re.findall(r"([^.\[\]]+)|\[([^\]]*)\]", path):
        if key:
            value = value[key]
        elif "=" in inner:
            wanted, _, text = inner.partition("=")
            value = next(entry for entry in value if str(entry.get(wanted)) == text)
        else:
            value = value[int(inner)]
    return value


def expand(value: Any, captured: Names) -> Any:
    """Return a request or an expectation with names and generators put in."""
    if isinstance(value, str):
        whole = REFERENCE.fullmatch(value)
        return _reference(whole, captured) if whole else REFERENCE.sub(lambda match: str(_reference(match, captured)), value)
    if isinstance(value, list):
        return [expand(entry, captured) for entry in value]
    if not isinstance(value, dict):
        return value
    if "$repeat" in value:
        repeat = value["$repeat"]
        return [expand(repeat["item"], captured | {"i": i}) for i in range(repeat["start"], repeat["start"] + repeat["count"])]
    if "$text" in value:
        text = value["$text"]
        return text.get("prefix", "") + text["repeat"] * text["count"] + text.get("suffix", "")
    if "$join" in value:
        join = value["$join"]
        return join.get("prefix", "") + join.get("sep", ",").join(expand(join["of"], captured)) + join.get("suffix", "")
    return {key: expand(entry, captured) for key, entry in value.items()}


def _reference(match: re.Match[str], captured: Names) -> Any:
    value = captured[match[1]]
    return format(value, match[2]) if match[2] else value


def compare(expected: Any, got: Any, path: str = "$") -> str | None:
    """Return None when it fits, else where and how it differs."""
    if isinstance(expected, dict) and len(expected) == 1 and next(iter(expected)).startswith("$"):
        operator, operand = next(iter(expected.items()))
        return MATCHERS[operator](operand, got, path)
    if isinstance(expected, dict) and isinstance(got, dict):
        unexpected = sorted(set(got) - set(expected))
        return _subset(expected, got, path) or (f"{path}: unexpected keys {unexpected}" if unexpected else None)
    if isinstance(expected, list) and isinstance(got, list):
        if len(expected) != len(got):
            return f"{path}: {len(got)} elements, expected {len(expected)}"
        return _first(compare(e, g, f"{path}[{i}]") for i, (e, g) in enumerate(zip(expected, got, strict=True)))
    if isinstance(expected, bool) is isinstance(got, bool) and expected == got:
        return None
    return f"{path}: {_short(got)}, expected {_short(expected)}"


def _subset(expected: dict[str, Any], got: Any, path: str) -> str | None:
    if not isinstance(got, dict):
        return f"{path}: {_short(got)}, expected an object"
    return _first(compare(value, got.get(key, ABSENT), f"{path}.{key}") for key, value in expected.items())


def _list(expected: dict[str, Any], got: Any, path: str) -> str | None:
    if not isinstance(got, list) or len(got) != expected.get("length", len(got)):
        return f"{path}: {_short(got)}, expected a list of {expected.get('length', 'any number')}"
    return _first(compare(expected.get("each", {"$match": "any"}), entry, f"{path}[{i}]") for i, entry in enumerate(got))


def _contains(expected: list[Any], got: Any, path: str) -> str | None:
    """Match every expectation with an element of its own; taking the first that fits is enough for these cassettes."""
    left = list(got) if isinstance(got, list) else []
    for i, expectation in enumerate(expected):
        fit = next((entry for entry in left if compare(expectation, entry) is None), ABSENT)
        if fit is ABSENT:
            return f"{path}: nothing fits expectation {i}: {_short(expectation)}"
        left.remove(fit)
    return None


def _unordered(expected: list[Any], got: Any, path: str) -> str | None:
    if not isinstance(got, list) or len(got) != len(expected):
        return f"{path}: {_short(got)}, expected {len(expected)} elements"
    return _contains(expected, got, path)


def _not(expected: Any, got: Any, path: str) -> str | None:
    return f"{path}: {_short(got)} is what it must not be" if got is ABSENT or compare(expected, got) is None else None


def _one_of(expected: list[Any], got: Any, path: str) -> str | None:
    fits = any(compare(choice, got) is None for choice in expected)
    return None if fits else f"{path}: {_short(got)} is none of {_short(expected)}"


def _like(expected: str, got: Any, path: str) -> str | None:
    pattern = ".*".join(map(re.escape, expected.split("*")))
    fits = isinstance(got, str) and re.fullmatch(pattern, got, re.DOTALL)
    return None if fits else f"{path}: {_short(got)}, expected a text like {expected!r}"


def _match(kind: str, got: Any, path: str) -> str | None:
    return None if KINDS[kind](got) else f"{path}: {_short(got)}, expected {kind}"


def _is(convert: Callable[[Any], Any]) -> Callable[[Any], bool]:
    def check(value: Any) -> bool:
        try:
            convert(value)
        except (ValueError, AttributeError, TypeError):
            return False
        return isinstance(value, str)

    return check


KINDS: dict[str, Callable[[Any], bool]] = {
    "any": lambda value: value is not ABSENT,
    "absent": lambda value: value is ABSENT,
    "uuid": _is(UUID),
    "datetime": _is(datetime.fromisoformat),
    "string": lambda value: isinstance(value, str),
    "cursor": lambda value: isinstance(value, str) and value != "",
    "nonempty": lambda value: isinstance(value, str) and value != "",
    "int": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "bool": lambda value: isinstance(value, bool),
}
MATCHERS: dict[str, Callable[[Any, Any, str], str | None]] = {
    "$match": _match,
    "$like": _like,
    "$subset": _subset,
    "$list": _list,
    "$contains": _contains,
    "$unordered": _unordered,
    "$not": _not,
    "$oneOf": _one_of,
}


def _first(differences: Any) -> str | None:
    return next((difference for difference in differences if difference), None)


def _short(value: Any) -> str:
    text = "nothing" if value is ABSENT else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 200 else text[:200] + "…"
