"""The pages of the other reports: the headline tells the truth, the worst comes first, and no line is lost."""

from __future__ import annotations

from typing import Any

import pytest

from cutover.reports.documents.approvals import SampleDocument
from cutover.reports.documents.audit import AuditDocument
from cutover.reports.documents.mapping import ShownMapping
from cutover.reports.documents.rollback import RollbackDocument
from cutover.reports.documents.runs import RunDocument
from cutover.reports.documents.schema import PlanDocument
from cutover.reports.page.parts import PageMark, ReportPage
from cutover.reports.pages.audit import audit_page
from cutover.reports.pages.mapping import mapping_page
from cutover.reports.pages.plan import plan_page
from cutover.reports.pages.rollback import rollback_page
from cutover.reports.pages.sample import sample_page
from cutover.reports.pages.sync import run_page
from cutover.reports.pages.workflows import workflows_page
from producers.workflows.automations import Automation
from tests.cutover.reports.book_pages import book_page
from tests.cutover.reports.pages.reading import FRAME, read


def run(**about: Any) -> RunDocument:
    made: dict[str, Any] = {
        "run": "r1",
        "positions": {"from": "0", "to": "9"},
        "changes": {"created": 3, "updated": 0, "deleted": 0, "unchanged": 7, "withheld": 0},
        "writes": {"create": 3, "update": 0, "delete": 0, "restore": 0, "unchanged": 0},
        "conflicts": 0,
        "dead_letters": 0,
        "requests": 2,
        "seconds": 1.5,
        "stale": 0,
        "conflict_list": [],
        "withheld_list": [],
        "books": [book_page()],
        "findings": [],
        "lost": [],
        "unread": [],
        "read_again": [],
    }
    return made | about  # type: ignore[return-value]


CONFLICT = {
    "object": "people",
    "pbnId": "elm:patient:7",
    "id": "u",
    "fields": ["phones"],
    "reason": "kept-edit",
    "kept": True,
    "changed_by": {"source": "MANUAL", "name": "Ann", "member": None},
}
FINDING = {"code": "renamed", "file": "patients.csv", "column": "Cell", "text": "Cell is read as a phone", "notice": False}
LOST_PHONES = {"field": "phones", "reason": "invalid_phone", "count": 4}
UNREAD = {"file": "a.txt", "sheet": None, "row": None, "reason": "not_a_table"}
WITHHELD = {"entity": "patient", "absent": 9, "live": 10, "why": "over_limit", "records": []}


@pytest.mark.parametrize(
    ("about", "mark", "words"),
    [
        ({}, PageMark.GOOD, "3 records were written to Twenty. Nothing is missing."),
        ({"dead_letters": 2}, PageMark.BAD, "2 records or rows are kept back"),
        (
            {"books": [book_page(issues=[{"field": "phones", "reason": "invalid_phone", "count": 4}])]},
            PageMark.BAD,
            "4 values are lost",
        ),
        (
            {"lost": [{"object": "people", "field": "phones", "reason": "invalid_phone", "count": 1}]},
            PageMark.BAD,
            "1 value is lost",
        ),
        ({"books": [book_page(difference=2)]}, PageMark.BAD, "2 records have no account"),
        (
            {"unread": [{"file": "a.txt", "sheet": None, "row": None, "reason": "not_a_table"}]},
            PageMark.BAD,
            "1 file or sheet",
        ),
        ({"withheld_list": [WITHHELD]}, PageMark.BAD, "9 deletions wait for a confirmation"),
        ({"conflict_list": [CONFLICT]}, PageMark.BAD, "1 edit of a person was kept"),
        ({"findings": [FINDING]}, PageMark.OPEN, "1 finding is"),
    ],
)
def test_the_headline_of_a_run_is_good_only_where_everything_arrived(about: dict[str, Any], mark: PageMark, words: str) -> None:
    page = run_page(run(**about), FRAME)
    assert page.headline.mark is mark
    assert words in page.headline.text


def test_a_conflict_names_the_record_and_the_person_who_changed_it() -> None:
    found = read(run_page(run(conflict_list=[CONFLICT]), FRAME)).text
    assert "elm:patient:7" in found
    assert "Ann" in found


def rollback(**about: Any) -> RollbackDocument:
    made: dict[str, Any] = {
        "run": "r2",
        "undone": 5,
        "kept": [],
        "requests": 3,
        "seconds": 2.0,
        "dry_run": False,
        "schema": [],
        "objects": [{"object": "people", "undone": 5, "kept": 0}],
        "ahead": {"requests": 9, "seconds": 6} if about.get("dry_run") else None,
        "automated": [],
    }
    return made | about  # type: ignore[return-value]


KEPT = {"object": "people", "pbnId": "elm:patient:7", "fields": ["phones"], "reason": "kept-edit"}


@pytest.mark.parametrize(
    ("about", "mark"), [({}, PageMark.GOOD), ({"dry_run": True}, PageMark.OPEN), ({"kept": [KEPT]}, PageMark.BAD)]
)
def test_a_rollback_is_good_only_where_nothing_is_kept(about: dict[str, Any], mark: PageMark) -> None:
    assert rollback_page(rollback(**about), FRAME).headline.mark is mark


def test_a_looked_at_rollback_says_that_nothing_was_written_and_names_each_kept_record() -> None:
    found = read(rollback_page(rollback(dry_run=True, kept=[KEPT], schema=["create_field person.pbnId"]), FRAME)).text
    assert "Nothing was written." in found
    assert "about 9 requests, at the rate limit 6 s" in found
    assert "elm:patient:7" in found
    assert "create_field person.pbnId" in found


def column(header: str, *, doubtful: bool = False, **about: Any) -> dict[str, Any]:
    return {
        "header": header,
        "field": "birth_date",
        "custom": None,
        "ignored": None,
        "confidence": 0.5 if doubtful else 1.0,
        "evidence": "the header is an alias",
        "verdict": None,
        "codes": [],
        "goes_to": "Person.dateOfBirth",
        "doubtful": doubtful,
        "settled": False,
        "examples": [],
    } | about


def mapping(*columns: dict[str, Any], approved: bool = False) -> ShownMapping:
    made: dict[str, Any] = {
        "version": "v1",
        "approved": approved,
        "mapping_file": "mapping.toml",
        "bindings": [{"kind": "patient", "confidence": 1.0, "columns": list(columns)}],
        "objects": [],
        "custom_fields": [],
        "vocabularies": [],
        "missing": [],
    }
    return made  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("document", "mark"),
    [
        (mapping(column("DOB", doubtful=True), approved=True), PageMark.OPEN),
        (mapping(column("DOB")), PageMark.OPEN),
        (mapping(column("DOB"), approved=True), PageMark.GOOD),
    ],
    ids=["in doubt", "not approved", "approved"],
)
def test_a_mapping_is_good_only_when_it_is_approved_and_free_of_doubt(document: ShownMapping, mark: PageMark) -> None:
    assert mapping_page(document, FRAME).headline.mark is mark


def test_a_mapping_begins_with_what_a_person_must_decide_and_ends_with_a_signature() -> None:
    codes = [{"code": "0", "count": 3, "proposed": "Patient", "word": None}]
    found = read(mapping_page(mapping(column("DOB"), column("Sex", doubtful=True, codes=codes)), FRAME))
    assert found.texts.index("Sex") < found.texts.index("DOB")
    assert "not settled" in found.texts
    assert "Signed" in found.texts


def test_a_mapping_shows_the_objects_of_unknown_tables_and_their_state() -> None:
    goals = {"name": "goal", "plural": "goals", "label": "Goal", "label_plural": "Goals", "on": False, "identity": []}
    document = mapping(column("DOB"))
    found = read(mapping_page({**document, "objects": [goals]}, FRAME)).texts  # type: ignore[list-item]
    assert {"Goals", "off: its rows are left out", "none: cannot be turned on"} <= set(found)


def plan(**about: Any) -> PlanDocument:
    made: dict[str, Any] = {
        "workspace": "w",
        "mapping": "v1",
        "items": [],
        "views": [],
        "server": {"version": "2.21.0", "lists_operations": True, "lacks": []},
        "invite": [],
        "fallback_member": None,
        "people": [],
        "trash": [],
        "workflows": [],
    }
    return made | about  # type: ignore[return-value]


def item(action: str, **about: Any) -> dict[str, Any]:
    return {
        "action": action,
        "object": "person",
        "field": "pbnId",
        "label": "PbN ID",
        "type": "TEXT",
        "audited": None,
        "options": 0,
        "ours": False,
        "reason": None,
    } | about


@pytest.mark.parametrize(
    ("about", "mark"),
    [
        ({}, PageMark.GOOD),
        ({"items": [item("ADOPT")]}, PageMark.GOOD),
        ({"items": [item("CREATE_FIELD")]}, PageMark.OPEN),
        ({"workflows": [{"id": "x", "name": "Sample", "event": "person.created"}]}, PageMark.OPEN),
        ({"trash": [{"object": "person", "reason": "same_id", "records": 2, "to_do": "t"}]}, PageMark.OPEN),
        ({"trash": [{"object": "person", "reason": "deleted_by_cutover", "records": 2, "to_do": "t"}]}, PageMark.GOOD),
        ({"people": [{"pbnId": "p", "id": "x", "adopted": False, "reason": "same_name_and_phone"}]}, PageMark.OPEN),
        ({"items": [item("CLASH", reason="another type")]}, PageMark.BAD),
        (
            {
                "server": {
                    "version": None,
                    "lists_operations": False,
                    "lacks": [{"need": "n", "missing": ["x"], "blocks": True, "effect": "e", "to_do": "t"}],
                }
            },
            PageMark.BAD,
        ),
    ],
)
def test_a_plan_is_good_only_where_nothing_is_left_to_do(about: dict[str, Any], mark: PageMark) -> None:
    assert plan_page(plan(**about), FRAME).headline.mark is mark


def audited(**quality: Any) -> AuditDocument:
    whole: dict[str, Any] = {
        "records": {"patient": 10},
        "value_issues": [],
        "refused_rows": [],
        "duplicates": [],
        "orphans": [],
        "shared_emails": {"addresses": 0, "patients": 0},
        "blanks": {"patient": {"email": 0.25}},
        "not_migrated": 0,
        "unknown_providers": {"providers": 0, "rows": 0},
    }
    extract = {
        "extract": "e",
        "path": "day-1",
        "taken_at": "2026-11-16T12:00:00+00:00",
        "taken_at_stated": True,
        "scope": "full",
        "tables": [],
        "file_issues": [],
        "findings": [],
        "quality": whole | quality,
    }
    kind = {
        "object": "Patient",
        "twenty": "person",
        "found": True,
        "records": 10,
        "exportable": "yes",
        "missing_fields": [],
        "why": [],
    }
    return {"practice": "elm", "extracts": [extract], "objects": [kind], "manual": []}  # type: ignore[typeddict-item, list-item]


def test_an_audit_is_good_only_where_everything_can_be_moved_and_no_value_is_in_trouble() -> None:
    assert audit_page(audited(), FRAME).headline.mark is PageMark.GOOD
    value = {"entity": "patient", "field": "mobile_phone", "reason": "invalid_phone", "count": 2}
    assert audit_page(audited(value_issues=[value]), FRAME).headline.mark is PageMark.OPEN
    document = audited()
    document["objects"][0]["exportable"] = "no"
    assert audit_page(document, FRAME).headline.mark is PageMark.BAD


def test_an_audit_lists_refused_rows_before_doubtful_values() -> None:
    refused = {"file": "claims.csv", "entity": "claim", "reason": "missing_id", "count": 1}
    value = {"entity": "patient", "field": "mobile_phone", "reason": "phone_extension", "count": 2}
    found = read(audit_page(audited(value_issues=[value], refused_rows=[refused]), FRAME)).texts
    assert found.index("claims.csv") < found.index("mobile_phone")
    assert "75%" in found


def test_the_rules_of_reminders_show_their_templates_line_by_line() -> None:
    rule = Automation(
        name="Reminder",
        trigger="Appointment",
        timing="2 days before",
        channel="Text",
        template="Hi {First}\nSee you",
        active=False,
    )
    found = read(workflows_page([rule], FRAME))
    assert "Hi {First}\nSee you" in found.texts
    assert "Leave it inactive: it is switched off in Practice by Numbers." in found.texts


def _sampled() -> SampleDocument:
    return {
        "run": "r",
        "records": 0,
        "patients": 0,
        "chosen": [],
        "uncovered": [],
        "objects": [],
        "results": [],
        "cards": [],
        "differences": 0,
        "requests": 0,
        "seconds": 0.0,
    }


@pytest.mark.parametrize(
    "page",
    [
        run_page(run(conflict_list=[CONFLICT], findings=[FINDING], withheld_list=[WITHHELD]), FRAME),
        rollback_page(rollback(kept=[KEPT]), FRAME),
        mapping_page(mapping(column("DOB", doubtful=True)), FRAME),
        plan_page(plan(items=[item("CLASH"), item("CREATE_FIELD")]), FRAME),
        audit_page(audited(), FRAME),
        sample_page(_sampled(), FRAME),
        workflows_page([], FRAME),
    ],
    ids=["sync", "rollback", "mapping", "plan", "audit", "sample", "workflows"],
)
def test_every_page_stands_alone_and_says_when_it_was_made(page: ReportPage) -> None:
    found = read(page)
    assert not {"script", "link", "img", "iframe"} & set(found.tags)
    assert not [value for name, value in found.attributes if name in ("src", "href")]
    assert "18 November 2026, 12:00 (America/Chicago)" in found.text


def test_the_plan_counts_the_steps_of_views_as_the_command_does() -> None:
    view = {"action": "MAKE", "kind": "TABLE", "object": "person", "label": "Patients", "columns": [], "steps": 7}
    said = plan_page(plan(items=[item("CREATE_FIELD"), item("ADOPT")], views=[view]), FRAME).headline.text
    assert said.startswith("8 steps make Twenty ready")
