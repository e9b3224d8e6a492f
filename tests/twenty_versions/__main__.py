"""Print the matrix: python -m tests.twenty_versions [VERSION …]

Without versions it takes all that are published now. Each cell is how often the client sent the document on that version, in a
whole migration; `-` is a document that it did not send there. The exit code is 1 when a version refuses anything.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.acceptance.program import Said
from tests.twenty_versions.documents import Sent
from tests.twenty_versions.journey import journey
from tests.twenty_versions.packages import CHECKED, CannotFetch, published, schema


def main(versions: tuple[str, ...]) -> int:
    """Run a migration on a server of each version, print the matrix and what was refused."""
    sent: dict[str, list[Sent]] = {}
    failed: list[str] = []
    for version in versions:
        with tempfile.TemporaryDirectory() as folder:
            sent[version], ended = journey(schema(version), Path(folder))
        said = next((f"{name}: {one.err.strip()}" for name, one in ended.items() if one.code not in (0, 1)), None)
        print(
            f"{version}: {len(sent[version])} requests; {_named(ended['schema plan'])}{f'; {said}' if said else ''}", flush=True
        )
        failed += [f"{version}: {said}"] if said else []
    print("", *table(sent), "", sep="\n")
    refused = sorted({f"{version}: {one.name}: {why}" for version in versions for one in sent[version] for why in one.refusals})
    if new := [version for version in versions if version not in CHECKED]:
        print(f"new: {', '.join(new)}; where all is well, add them to CHECKED in tests/twenty_versions/packages.py")
    print(*refused, *failed, "every document is valid in every version" if not refused + failed else "", sep="\n")
    return 1 if refused or failed else 0


def _named(plan: Said) -> str:
    """Return what the preflight names, in words."""
    if plan.code not in (0, 1):
        return "no preflight"
    lacks = [f"{one['need']} ({', '.join(one['missing'])})" for one in plan.document["server"]["lacks"]]
    return f"the preflight names {'; '.join(lacks) or 'nothing'}"


def table(sent: dict[str, list[Sent]]) -> list[str]:
    """Return the matrix as lines of text."""
    names = sorted({one.name for requests in sent.values() for one in requests})
    wide = max(map(len, names), default=0)
    lines = ["  ".join([" " * wide, *(f"{version:>8}" for version in sent)])]
    for name in names:
        cells = []
        for requests in sent.values():
            counted = Counter(bool(one.refusals) for one in requests if one.name == name)
            cells.append(f"{counted[True]} BAD" if counted[True] else f"{counted[False]} ok" if counted else "-")
        lines.append("  ".join([f"{name:<{wide}}", *(f"{cell:>8}" for cell in cells)]))
    return lines


if __name__ == "__main__":
    try:
        sys.exit(main(tuple(sys.argv[1:]) or published()))
    except CannotFetch as error:
        print(f"skipped: {error}")
