"""The documentation as the tests read it: files, headings, links, fenced code, tables."""

import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
_FENCE = re.compile(r"^```[^\n]*\n(.*?)^```", re.DOTALL | re.MULTILINE)


def name(path):
    return path.relative_to(ROOT).as_posix()


@cache
def text(path):
    return path.read_text(encoding="utf-8")


def doc(file):
    return text(ROOT / "docs" / file)


def without_code(path):
    return _FENCE.sub("", text(path))


def code_blocks(path):
    return _FENCE.findall(text(path))


def headings(path):
    return re.findall(r"^#+ +(.+?) *$", without_code(path), re.MULTILINE)


def anchors(path):
    """Return the anchors of a file's headings, as GitHub makes them."""
    found, seen = set(), {}
    for heading in headings(path):
        plain = re.sub(r"[`*\[\]]|\]\([^)]*\)", "", heading).lower()
        anchor = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        number = seen.get(anchor, 0)
        seen[anchor] = number + 1
        found.add(f"{anchor}-{number}" if number else anchor)
    return found


def links(path):
    """Return the targets of a file's links to other files of the repository."""
    found = re.findall(r"\[[^\]]*\]\(([^)\s]+)\)", without_code(path))
    return [target for target in found if not re.match(r"[a-z]+:", target)]


def sections(document, level=2):
    """Return {heading: body} of a document's sections of one level."""
    parts = re.split(rf"^{'#' * level} +(.+?) *$", document, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def table_rows(body):
    """Return the cells of every row of the tables in a text, headers and rulers left out."""
    rows = []
    for block in re.findall(r"(?:^\|.*\|\n?)+", body, re.MULTILINE):
        for line in block.strip().splitlines()[2:]:
            rows.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))])
    return rows
