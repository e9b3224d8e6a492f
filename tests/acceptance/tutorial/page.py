"""The steps of docs/tutorial.md, and the comparison of a command's output with the output on the page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[3] / "docs/tutorial.md"
GAP = "…"
"""Stands for any number of lines; at the end of a line, for the rest of that line."""
_ID = r"\d{8}T\d{6}-[0-9a-f]{6}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b(?=[0-9a-f]*\d)[0-9a-f]{16,}\b"
_TIME = r"2\d{3}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?"
_AMOUNT = r"\d+(?:\.\d+)? (?:s|seconds?|min|minutes?|GB|requests)\b"
_ANY = re.compile(f"{_ID}|{_TIME}|{_AMOUNT}")
"""Differs from one time to the next."""
_IN_TWENTY = re.compile(r"<!-- in Twenty: (?P<objects>\w+) (?P<pbn_id>\S+) (?P<values>{.*}) -->")


@dataclass(frozen=True, kw_only=True)
class Command:
    """A command on the page, with the lines below it."""

    line: str
    output: list[str]


@dataclass(frozen=True, kw_only=True)
class Edit:
    """A person's edit in Twenty, in a comment of the page."""

    objects: str
    pbn_id: str
    values: dict[str, Any]


def steps(text: str) -> Iterator[Command | Edit]:
    """Yield the commands and edits of a page, in order."""
    block: list[str] | None = None
    for line in text.splitlines():
        if block is None and (edit := _IN_TWENTY.fullmatch(line)):
            yield Edit(objects=edit["objects"], pbn_id=edit["pbn_id"], values=json.loads(edit["values"]))
        elif line == "```console":
            block = []
        elif line == "```" and block is not None:
            yield from _commands(block)
            block = None
        elif block is not None:
            block.append(line)


def _commands(block: list[str]) -> Iterator[Command]:
    starts = [number for number, line in enumerate(block) if line.startswith("$ ")]
    for start, end in zip(starts, [*starts[1:], len(block)], strict=True):
        yield Command(line=block[start].removeprefix("$ "), output=block[start + 1 : end])


def names_of(expected: list[str], real: list[str]) -> dict[str, str]:
    """Return {id on the page: id of this run} where the real lines are those of the page. Raises AssertionError elsewhere."""
    names: dict[str, str] = {}
    position, gap = 0, False
    for line in expected:
        if line == GAP:
            gap = True
            continue
        ahead = range(position, len(real) if gap else min(position + 1, len(real)))
        found = next((number for number in ahead if _same(line, real[number])), None)
        assert found is not None, f"not there: {line!r}\n" + "\n".join(real[position:])
        names |= dict(zip(re.findall(_ID, line), re.findall(_ID, real[found]), strict=False))
        position, gap = found + 1, False
    assert gap or position == len(real), "on the page the output ends before:\n" + "\n".join(real[position:])
    return names


def _same(expected: str, real: str) -> bool:
    one, other = (" ".join(_ANY.sub("*", line).split()) for line in (expected, real))
    return other.startswith(one.removesuffix(GAP).rstrip()) if one.endswith(GAP) else one == other
