"""An answer as a page, too: the option `--html` of the commands that report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cutover.project.project import Project
    from cutover.reports.answer import Answer
    from cutover.reports.page.parts import ReportPage
    from cutover.reports.pages.framing import Frame


def with_page(
    html: Path | None, project: Project, work: Callable[[], Answer], page: Callable[[Any, Frame], ReportPage]
) -> Answer:
    """Return the answer of `work`; with `html` write its document as a page, too. Raise UsageError before any work is done."""
    if html is None:
        return work()
    from cutover.reports.page.html import require_place, write_page
    from cutover.reports.pages.framing import Frame

    require_place(html)
    answer = work()
    frame = Frame(practice=project.practice, made_at=project.world.now())
    write_page(html, page(answer.document, frame))
    document = {**answer.document, "html": str(html)}
    return replace(answer, document=document, text=[*answer.text, f"The page: {html}"])
