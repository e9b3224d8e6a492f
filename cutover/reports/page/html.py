"""A page as one HTML file that needs nothing beside itself, and the writing of that file."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from cutover.project.errors import UsageError
from cutover.reports.page.parts import Bars, ColumnChart, FoldedTables, LineList, Marked, PageTable, Prose, ReportPage, Verbatim

_TEMPLATES = Path(__file__).with_name("templates")
_KINDS = {
    "bars": Bars,
    "column_chart": ColumnChart,
    "folded": FoldedTables,
    "lines": LineList,
    "marked": Marked,
    "prose": Prose,
    "table": PageTable,
    "verbatim": Verbatim,
}
READABLE_BY_OWNER = 0o600


def html_of(page: ReportPage) -> str:
    """Return the file's text."""
    return _template().render(page=page)


def require_place(file: Path) -> None:
    """Raise UsageError unless a page can be written there; called before a command does anything."""
    if file.is_dir():
        raise UsageError(f"--html: {file} is a folder; name a file in it")
    if not file.absolute().parent.is_dir():
        raise UsageError(f"--html: the folder {file.absolute().parent} does not exist; make it, or give another file")


def write_page(file: Path, page: ReportPage) -> None:
    """Write a page that its owner alone can read: it names records, and a sample's shows values. Raises UsageError."""
    try:
        file.touch(mode=READABLE_BY_OWNER)
        file.write_text(html_of(page), encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"--html: {file}: cannot be written ({error.strerror}); name a file that this user may write"
        ) from None


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    for name, kind in _KINDS.items():
        environment.tests[name] = lambda value, kind=kind: isinstance(value, kind)
    environment.filters["shown"] = lambda value: "" if value is None else f"{value:,}" if isinstance(value, int) else value
    return environment.get_template("page.html")
