"""`cutover workflows`: the practice's reminder rules as a reference to rebuild them in Twenty. They are exported, never run."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from cutover.project.errors import UsageError
from cutover.project.project import Project
from cutover.reports.answer import Answer, table
from cutover.reports.documents.workflows import AutomationRule, WorkflowsDocument
from cutover.reports.page.html import html_of
from cutover.reports.pages.framing import Frame
from cutover.reports.pages.workflows import workflows_page
from cutover.reports.workflow_sketches.sketch import NOT_ACTIVE_BEFORE, sketch
from producers.binding.proposal import propose
from producers.sources.addresses import SourcePlace
from producers.sources.extract import open_extract
from producers.workflows.automations import Automation, automations
from projections.custom_names import custom_names

_COLUMNS = ("name", "trigger", "timing", "channel", "template", "active")


def workflows(project: Project, path: SourcePlace, out: Path) -> Answer:
    """Write the rules of an extract to `out`, as Markdown, HTML, JSON or CSV by its ending.

    Without rules nothing is written, which is a finding. Raise ExtractError, UsageError.
    """
    render = _FORMATS.get(out.suffix.casefold())
    if render is None:
        raise UsageError(f"--out: {out}: the ending says what is written; name a file that ends in {', '.join(_FORMATS)}")
    if not out.parent.is_dir():
        raise UsageError(f"--out: {out}: there is no folder {out.parent}; make it, or name another")
    if out.is_dir():
        raise UsageError(f"--out: {out}: is a folder; name a file in it")
    extract = open_extract(path, now=project.world.now(), practice=project.practice, copies=project.copies_folder)
    rules = automations(propose(extract, project.practice, names=custom_names()).bound)
    listed = [_rule(rule) for rule in rules]
    if not rules:
        text = f"{path} holds no reminder rules, nothing was written; export them from Practice by Numbers if there are any."
        nothing: WorkflowsDocument = {"rules": [], "out": None}
        return Answer(document=nothing, text=[text], findings=True)
    _write(out, render(rules, project))
    rows = [[rule.name, rule.trigger, rule.timing, rule.channel, "yes" if rule.active else "no"] for rule in rules]
    shown = table(f"Reminder rules: {len(rules)}", ("name", "trigger", "timing", "channel", "active"), rows)
    document: WorkflowsDocument = {"rules": listed, "out": str(out)}
    return Answer(document=document, text=[shown, f"Written to {out}. {NOT_ACTIVE_BEFORE}"])


def _rule(rule: Automation) -> AutomationRule:
    return {
        "name": rule.name,
        "trigger": rule.trigger,
        "timing": rule.timing,
        "channel": rule.channel,
        "template": rule.template,
        "active": rule.active,
    }


def _as_json(rules: Sequence[Automation], project: Project) -> str:
    document = {"practice": project.practice.id, "rules": [_rule(rule) for rule in rules]}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _as_csv(rules: Sequence[Automation], project: Project) -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, _COLUMNS)
    writer.writeheader()
    writer.writerows({**_rule(rule), "active": "yes" if rule.active else "no"} for rule in rules)
    return text.getvalue()


def _as_markdown(rules: Sequence[Automation], project: Project) -> str:
    lines = [
        f"# Reminder rules of {_plain(project.practice.name)}",
        "",
        f"{len(rules)} rules, as they are in Practice by Numbers, each with a sketch of a Twenty workflow that does the same.",
        "The sketches are read from the rules' words: check each with the practice.",
        NOT_ACTIVE_BEFORE,
        "",
        f"Times of day are the practice's ({project.practice.zone.key}).",
        "Twenty sends e-mails, but no text messages by itself: those need an SMS service, which a workflow can call.",
    ]
    for number, rule in enumerate(rules, 1):
        lines += [
            "",
            f"## {number}. {_plain(rule.name or 'A rule without a name')}",
            "",
            *_facts(rule),
            "",
            *_template(rule),
            *_rebuild(rule),
        ]
    return "\n".join(lines) + "\n"


def _facts(rule: Automation) -> list[str]:
    facts = (
        ("Trigger", rule.trigger),
        ("Timing", rule.timing),
        ("Channel", rule.channel),
        ("Active", "yes" if rule.active else "no"),
    )
    return [f"- {label}: {_plain(value) if value else '(not said)'}" for label, value in facts]


def _template(rule: Automation) -> list[str]:
    if not rule.template:
        return []
    fence = "`" * max(3, 1 + max((len(ticks) for ticks in re.findall("`+", rule.template)), default=0))
    return ["Template:", "", f"{fence}text", rule.template, fence, ""]


def _rebuild(rule: Automation) -> list[str]:
    drawn = sketch(rule)
    lines = [
        "In Twenty:",
        "",
        f"1. Trigger: {_plain(drawn.trigger)}",
        *(f"{n}. {_plain(step)}" for n, step in enumerate(drawn.steps, 2)),
    ]
    if not rule.active:
        lines.append(f"{len(drawn.steps) + 2}. Leave it inactive: it is switched off in Practice by Numbers.")
    if drawn.placeholders:
        lines += ["", "Placeholders:", "", *(f"- `{name}`: {field}" for name, field in drawn.placeholders)]
    if drawn.gaps:
        lines += ["", "Mind:", "", *(f"- {gap}" for gap in drawn.gaps)]
    return lines


def _plain(text: str) -> str:
    """Put a text on one line, so that it stays in its heading or list."""
    return " ".join(text.split())


def _as_html(rules: Sequence[Automation], project: Project) -> str:
    return html_of(workflows_page(rules, Frame(practice=project.practice, made_at=project.world.now())))


_FORMATS: dict[str, Callable[[Sequence[Automation], Project], str]] = {
    ".md": _as_markdown,
    ".html": _as_html,
    ".json": _as_json,
    ".csv": _as_csv,
}


def _write(out: Path, text: str) -> None:
    """Write a file in one step: a file is there whole, or as it was before."""
    beside = out.with_name(f"{out.name}.{os.getpid()}.new")
    try:
        with beside.open("x", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(out)
    except OSError as error:
        raise UsageError(f"--out: {out}: cannot be written ({error.strerror}); name a file that this user may write") from None
    finally:
        beside.unlink(missing_ok=True)
