from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from producers.binding.proposal import propose
from producers.workflows.automations import automations
from tests.producers.office import OFFICE, change, extract_of, tables, without

RULE = {
    "name": "Two days before",
    "trigger": "Visit booked",
    "timing": "2 days before",
    "channel": "Text",
    "template": "See you {day}.",
    "active": True,
}


def test_reminder_rules_are_a_reference_to_rebuild_from(tmp_path: Path) -> None:
    bound = propose(extract_of(tmp_path / "x", tables()), OFFICE).bound
    assert [asdict(rule) for rule in automations(bound)] == [RULE]


def test_a_template_keeps_its_lines_and_a_rule_may_be_off(tmp_path: Path) -> None:
    rows = [["Birthday", "Birthday", "same day", "Email", "Dear {name},\nmany happy returns.", "No"]]
    bound = propose(extract_of(tmp_path / "x", change(lambda headers, _: (headers, rows * 2), "rules")), OFFICE).bound
    found = automations(bound)
    assert [(rule.template, rule.active) for rule in found] == [("Dear {name},\nmany happy returns.", False)]


def test_without_a_word_about_it_a_rule_is_active(tmp_path: Path) -> None:
    bound = propose(extract_of(tmp_path / "x", without("rules", "Live")), OFFICE).bound
    assert [rule.active for rule in automations(bound)] == [True]
