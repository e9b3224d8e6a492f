"""The page of `workflows`: each reminder rule of the practice, with a sketch of a workflow in Twenty that does the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cutover.reports.page.parts import LineList, Marked, PageMark, PagePart, PageSection, Prose, ReportPage, Verbatim, listed
from cutover.reports.pages.framing import Frame
from cutover.reports.workflow_sketches.sketch import NOT_ACTIVE_BEFORE, sketch
from producers.workflows.automations import Automation


def workflows_page(rules: Sequence[Automation], frame: Frame) -> ReportPage:
    """Return the page. The templates are the practice's own texts, with placeholders for patients."""
    active = sum(rule.active for rule in rules)
    gaps = sum(bool(sketch(rule).gaps) for rule in rules)
    said = f"{len(rules):,} rules are to be rebuilt in Twenty, {active:,} of them active; {gaps:,} need a look at their gaps."
    rows = [(r.name or "A rule without a name", r.trigger, r.timing, r.channel, "yes" if r.active else "no") for r in rules]
    columns = ("Rule", "Trigger", "Timing", "Channel", "Active")
    return ReportPage(
        title=frame.title("reminder rules"),
        made=frame.made(),
        headline=Marked(said, PageMark.OPEN),
        facts=(
            NOT_ACTIVE_BEFORE,
            f"Times of day are the practice's ({frame.practice.zone.key}).",
            "Twenty sends e-mails, but no text messages by itself: those need an SMS service, which a workflow can call.",
        ),
        sections=(
            PageSection("All rules", (listed("As they are in Practice by Numbers", columns, rows),)),
            *(
                PageSection(f"{number}. {rule.name or 'A rule without a name'}", tuple(_rule(rule)))
                for number, rule in enumerate(rules, 1)
            ),
        ),
    )


def _rule(rule: Automation) -> Iterator[PagePart]:
    drawn = sketch(rule)
    yield Prose(f"Trigger in Twenty: {drawn.trigger}")
    yield LineList(tuple(drawn.steps))
    if rule.template:
        yield Verbatim(rule.template)
    if drawn.placeholders:
        rows = [(name, field) for name, field in drawn.placeholders]
        yield listed("Placeholders", ("In the template", "In Twenty"), rows)
    if drawn.gaps:
        yield Prose("Mind:")
        yield LineList(tuple(drawn.gaps))
    if not rule.active:
        yield Prose("Leave it inactive: it is switched off in Practice by Numbers.")
