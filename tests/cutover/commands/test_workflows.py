"""`cutover workflows` writes the practice's reminder rules down, with a sketch of how to rebuild each in Twenty."""

import csv
import json
import os

import pytest

from cutover.commands.extracts.workflows import workflows
from cutover.project.errors import UsageError
from cutover.project.init_project import init_project
from cutover.project.project import find_project
from cutover.reports.workflow_sketches.sketch import sketch
from producers.workflows.automations import Automation

RULES = """\
Rule Name,Trigger,Timing,Channel,Template,Active
Two days before,Appointment scheduled,2 days before at 10:00 AM,Text,"Hi {FirstName}, see you {ApptDate}. Reply C.",Yes
Review,Appointment completed,2 hours after,Email,"Dear {FirstName},
how did we do? {ReviewLink}",Yes
Birthday,Birthday,Same day at 9:00 AM,Email,"Happy ```birthday```!",No
"""
PATIENTS = "Patient ID,First Name,Last Name,Email,Mobile Phone,Date of Birth\n1,Ada,Quist,a@example.com,,02/03/1980\n"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch):
    for name in [name for name in os.environ if name.upper().startswith("CUTOVER_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def project(tmp_path):
    init_project(tmp_path / "fern", practice_id="fern", name="Fern Street Dental")
    with find_project(tmp_path / "fern") as found:
        yield found


@pytest.fixture
def extract(tmp_path):
    (tmp_path / "day-1").mkdir()
    (tmp_path / "day-1" / "rules.csv").write_text(RULES, encoding="utf-8")
    (tmp_path / "day-1" / "patients.csv").write_text(PATIENTS, encoding="utf-8")
    return tmp_path / "day-1"


def rule(**said):
    return Automation(
        **{"name": None, "trigger": None, "timing": None, "channel": None, "template": None, "active": True} | said
    )


def test_the_document_lists_the_rules_and_where_they_were_written(project, extract, tmp_path):
    answer = workflows(project, extract, tmp_path / "rules.json")
    assert answer.document["out"] == str(tmp_path / "rules.json")
    assert [r["name"] for r in answer.document["rules"]] == ["Two days before", "Review", "Birthday"]
    assert answer.document["rules"][2] == {
        "name": "Birthday",
        "trigger": "Birthday",
        "timing": "Same day at 9:00 AM",
        "channel": "Email",
        "template": "Happy ```birthday```!",
        "active": False,
    }
    assert not answer.findings


def test_json_holds_the_same_rules(project, extract, tmp_path):
    answer = workflows(project, extract, tmp_path / "rules.json")
    written = json.loads((tmp_path / "rules.json").read_text(encoding="utf-8"))
    assert written == {"practice": "fern", "rules": answer.document["rules"]}


def test_csv_keeps_the_lines_of_a_template(project, extract, tmp_path):
    workflows(project, extract, tmp_path / "rules.csv")
    with (tmp_path / "rules.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [r["name"] for r in rows] == ["Two days before", "Review", "Birthday"]
    assert rows[1]["template"] == "Dear {FirstName},\nhow did we do? {ReviewLink}"
    assert [r["active"] for r in rows] == ["yes", "yes", "no"]


def test_markdown_has_a_section_for_each_rule_with_a_sketch(project, extract, tmp_path):
    workflows(project, extract, tmp_path / "RULES.MD")
    text = (tmp_path / "RULES.MD").read_text(encoding="utf-8")
    assert text.startswith("# Reminder rules of Fern Street Dental\n")
    assert [line for line in text.splitlines() if line.startswith("## ")] == [
        "## 1. Two days before",
        "## 2. Review",
        "## 3. Birthday",
    ]
    assert "- Timing: 2 days before at 10:00 AM" in text
    assert "1. Trigger: On a schedule" in text
    assert "- `{FirstName}`: the Person's `name.firstName`" in text
    assert "cannot send text messages by itself" in text
    assert "go-live" in text
    assert "Leave it inactive" in text


def test_a_template_with_backticks_stays_in_its_block(project, extract, tmp_path):
    workflows(project, extract, tmp_path / "rules.md")
    assert "````text\nHappy ```birthday```!\n````" in (tmp_path / "rules.md").read_text(encoding="utf-8")


def test_an_extract_without_rules_is_a_finding_and_writes_nothing(project, tmp_path):
    (tmp_path / "patients.csv").write_text(PATIENTS, encoding="utf-8")
    (tmp_path / "rules.md").write_text("earlier", encoding="utf-8")
    answer = workflows(project, tmp_path / "patients.csv", tmp_path / "rules.md")
    assert answer.findings
    assert answer.document == {"rules": [], "out": None}
    assert (tmp_path / "rules.md").read_text(encoding="utf-8") == "earlier"


def test_a_file_is_replaced_whole_and_nothing_is_left_beside_it(project, extract, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "rules.json").write_text("earlier", encoding="utf-8")
    workflows(project, extract, out / "rules.json")
    assert [p.name for p in out.iterdir()] == ["rules.json"]
    assert json.loads((out / "rules.json").read_text(encoding="utf-8"))["rules"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("rules.docx", r"\.md, \.html, \.json, \.csv"),
        ("rules", r"\.md, \.html, \.json, \.csv"),
        ("nowhere/rules.md", "no folder"),
        ("folder.md", "is a folder"),
    ],
)
def test_a_file_that_cannot_be_written_is_named_before_anything_is_read(project, tmp_path, name, said):
    (tmp_path / "folder.md").mkdir()
    with pytest.raises(UsageError, match=said):
        workflows(project, tmp_path / "not-looked-at", tmp_path / name)


def test_a_rule_after_a_visit_starts_from_the_task_and_waits():
    drawn = sketch(rule(trigger="Appointment completed", timing="2 hours after", channel="Email"))
    assert "`appointmentStatus` of a Task" in drawn.trigger
    assert "Delay: 2 hours after." in drawn.steps
    assert any(step.startswith("Send Email") for step in drawn.steps)
    assert not any("text messages" in gap for gap in drawn.gaps)


@pytest.mark.parametrize(
    "timing", ["2 days before", "3 days out", "Same day at 9:00 AM", "30 days after, repeat every 60 days"]
)
def test_a_rule_by_days_runs_on_a_schedule_in_utc(timing):
    drawn = sketch(rule(trigger="Visit booked", timing=timing, channel="E-mail"))
    assert drawn.trigger.startswith("On a schedule")
    assert any(timing in step for step in drawn.steps)
    assert any("UTC" in gap for gap in drawn.gaps)


@pytest.mark.parametrize(
    ("trigger", "about"),
    [
        ("Birthday", "`dateOfBirth`"),
        ("Recall due date passed", "`recallStatus`"),
        ("Balance over 60 days", "`outstandingBalance`"),
        ("Treatment presented", "Treatment Plan"),
        ("Claim denied", "Insurance Claim"),
        ("Appointment scheduled", "`dueAt`"),
        ("Visit cancelled", "`appointmentStatus`"),
        ("New patient registered", "People"),
    ],
)
def test_the_trigger_is_looked_for_in_twentys_fields(trigger, about):
    drawn = sketch(rule(trigger=trigger, timing="every day", channel="Email"))
    assert about in " ".join((drawn.trigger, *drawn.steps))


def test_a_rule_that_repeats_needs_a_count_of_its_own():
    assert any(
        "does not count" in gap for gap in sketch(rule(trigger="Recall due", timing="monthly, max 3", channel="Text")).gaps
    )


def test_a_message_that_asks_for_a_reply_needs_a_webhook():
    assert any("webhook" in gap for gap in sketch(rule(trigger="Visit booked", channel="Text", template="Reply C.")).gaps)


@pytest.mark.parametrize(
    ("channel", "steps"),
    [
        ("Text", ["HTTP Request"]),
        ("SMS", ["HTTP Request"]),
        ("E-mail", ["Send Email"]),
        ("Text and Email", ["HTTP Request", "Send Email"]),
        ("Text Preferred", ["HTTP Request", "Send Email"]),
        ("Phone call", ["Create Record"]),
        ("Postcard", ["Create Record"]),
        (None, ["Create Record"]),
    ],
)
def test_the_channel_decides_how_the_message_goes_out(channel, steps):
    drawn = sketch(rule(trigger="New patient", timing="At once", channel=channel))
    assert [step.partition(":")[0] for step in drawn.steps] == steps


def test_a_rule_whose_words_say_nothing_says_that_it_is_not_clear():
    drawn = sketch(rule(name="Zebra", trigger="Zebra", channel="Pigeon"))
    assert sum("not clear" in gap for gap in drawn.gaps) == 2


def test_placeholders_are_mapped_or_said_to_be_unknown():
    template = "{FirstName} {{ApptTime}} [Provider] {ReviewLink} {Zorp} {FirstName}"
    said = dict(sketch(rule(template=template)).placeholders)
    assert list(said) == ["{FirstName}", "{{ApptTime}}", "[Provider]", "{ReviewLink}", "{Zorp}"]
    assert "`name.firstName`" in said["{FirstName}"]
    assert "`dueAt`" in said["{{ApptTime}}"]
    assert "`assignee`" in said["[Provider]"]
    assert said["{ReviewLink}"].startswith("not in Twenty")
    assert said["{Zorp}"].startswith("not known")
