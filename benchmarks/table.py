"""The table of docs/benchmarks.md, made from lines."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.line import Line

_HEAD = (
    "| what | records | on | ours | floor, or peer | of its speed | processor | memory | aim |",
    "|---|--:|---|--:|---|--:|--:|--:|---|",
)


def table(lines: Iterable[Line]) -> str:
    """Return the lines as a table in Markdown."""
    return "\n".join([*_HEAD, *(row for line in lines for row in _rows(line))])


def replace_table(page: Path, name: str, lines: Sequence[Line]) -> None:
    """Put the table between its marks on the page, with the machine and the date. Raises ValueError where a mark is missing."""
    text = page.read_text(encoding="utf-8")
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    if begin not in text or end not in text:
        raise ValueError(f"{page} has no marks for the table {name}")
    made = f"{begin}\n{_machine()}\n\n{table(lines)}\n{end}"
    page.write_text(re.sub(f"{re.escape(begin)}.*{re.escape(end)}", lambda _: made, text, flags=re.DOTALL), encoding="utf-8")


def _rows(line: Line) -> list[str]:
    where = line.engine or "–"
    memory = f"{line.memory:,.0f} MB" if line.memory else ""
    processor = f"{line.processor:.1f} s" if line.processor else ""
    ratio = f"{line.ratio:.2f}" if line.ratio else ""
    floor = f"{_figure(line.floor, line.unit)} ({line.floor_is})" if line.floor else ""
    cells = (line.name, f"{line.size:,}", where, _figure(line.ours, line.unit), floor, ratio, processor, memory, line.aim)
    rows = ["| " + " | ".join(cells) + " |"]
    if line.peer:
        share = line.ours / line.peer if line.unit == "/s" else line.peer / line.ours
        peer = f"{_figure(line.peer, line.unit)} ({line.peer_is})"
        rows.append("| " + " | ".join((f"{line.name}, a peer", "", "", "", peer, f"{share:.2f}", "", "", "")) + " |")
    return rows


def _figure(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    if unit == "s" and value < 0.1:
        return f"{value * 1_000:.2f} ms"
    if unit == "/s":
        return f"{value:,.0f}/s"
    return f"{value:,.3g} {unit}" if value < 1_000 else f"{value:,.0f} {unit}"


def _machine() -> str:
    processor = next(
        (text.partition(":")[2].strip() for text in _lines_of("/proc/cpuinfo") if text.startswith("model name")),
        platform.machine() or "unknown",
    )
    memory = next((int(text.split()[1]) / 2**20 for text in _lines_of("/proc/meminfo") if text.startswith("MemTotal")), 0.0)
    today = datetime.now(UTC).date().isoformat()
    return f"{today}, Python {platform.python_version()}, {os.cpu_count()} × {processor}, {memory:.0f} GiB."


def _lines_of(file: str) -> list[str]:
    try:
        return Path(file).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
