"""The truth says what the destination must hold; here it is held against the tables and the field map."""

import hashlib
import re
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import phonenumbers
import pytest

ZONE = ZoneInfo("America/Denver")
KEYS = [
    "practice", "currency", "day", "scope", "takenAt", "schema", "companies", "providers", "people", "tasks", "notes",
    "treatmentPlans", "billingRecords", "insuranceClaims", "attachments", "automations", "deleted", "uncertain", "value_issues",
    "record_issues",
]  # fmt: skip
BOTH_DAYS = pytest.mark.parametrize("day", [1, 2])


def ids(records):
    return {record["pbnId"] for record in records}


def utc(text, form="%m/%d/%Y %I:%M %p"):
    return datetime.strptime(text, form).replace(tzinfo=ZONE).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def amount(text):
    if text in ("", "-"):
        return None
    value = Decimal(re.sub(r"[$,()]", "", text))
    return str(-value if "(" in text else value)


@BOTH_DAYS
def test_it_has_every_part_of_a_truth_file(written, day):
    truth = written.truths[day - 1]
    assert sorted(truth) == sorted(KEYS)
    assert (truth["day"], truth["scope"], truth["uncertain"]) == (day, "full", [])


@BOTH_DAYS
@pytest.mark.parametrize(
    ("part", "entity", "table", "key"),
    [
        ("notes", "note", "Chart Notes", "Note Key"),
        ("treatmentPlans", "treatment-plan", "Tx Cases", "Case #"),
        ("billingRecords", "billing", "Acct Aging", "Pt #"),
        ("insuranceClaims", "claim", "Ins Claims", "Clm Key"),
        ("attachments", "document", "Imaging Index", "Img #"),
    ],
)
def test_it_expects_one_record_for_each_in_the_tables(written, day, part, entity, table, key):
    assert ids(written.truths[day - 1][part]) == {f"juniper:{entity}:{row[key]}" for row in written.table(day, table)}


@BOTH_DAYS
def test_it_expects_everyone_but_those_deleted_in_the_program(written, day):
    rows = written.table(day, "Pt Roster")
    expected = {f"juniper:patient:{row['Pt #']}" for row in rows if row["Pt Stat"] != "Deleted"}
    assert ids(written.truths[day - 1]["people"]) == expected
    assert len(expected) == len(rows) - 2


@BOTH_DAYS
def test_visits_and_messages_are_tasks(written, day):
    expected = {f"juniper:appointment:{row['Appt #']}" for row in written.table(day, "Appt Book")}
    expected |= {f"juniper:communication:{row['Msg Key']}" for row in written.table(day, "Contact Log")}
    assert ids(written.truths[day - 1]["tasks"]) == expected


def test_what_is_gone_on_the_second_day_is_deleted(written):
    first, second = written.truths
    parts = ("people", "tasks", "notes", "treatmentPlans", "billingRecords", "insuranceClaims", "attachments")
    before, after = (set().union(*(ids(truth[part]) for part in parts)) for truth in (first, second))
    assert first["deleted"] == []
    assert set(second["deleted"]) == before - after


@BOTH_DAYS
def test_people_have_their_phones_mobile_first_and_valid(written, day):
    people = {person["pbnId"]: person for person in written.truths[day - 1]["people"]}
    for row in written.table(day, "Pt Roster"):
        person = people.get(f"juniper:patient:{row['Pt #']}")
        if person:
            typed = [re.sub(r"\D", "", row[column]) for column in ("Cellular", "Res Phone", "Bus Phone")]
            good = list(dict.fromkeys(f"+1{digits}" for digits in typed if len(digits) == 10 and digits.strip("0")))
            assert person["phones"] == {"primary": good[0] if good else None, "additional": good[1:]}
            assert all(phonenumbers.is_valid_number(phonenumbers.parse(number)) for number in good)


@BOTH_DAYS
def test_an_address_is_the_primary_of_one_person_at_most(written, day):
    certain = [person["emails"] for person in written.truths[day - 1]["people"] if "$any_of" not in person["emails"]]
    primaries = [emails["primaryEmail"] for emails in certain if emails["primaryEmail"]]
    assert len(primaries) == len(set(primaries))
    assert all(address == address.lower() for address in primaries)
    assert sum(bool(emails["additionalEmails"]) for emails in certain) > 40


def test_the_heir_of_a_deleted_owner_may_have_to_wait(written):
    first, second = written.truths
    assert not [person for person in first["people"] if "$any_of" in person["emails"]]
    heirs = [person["emails"]["$any_of"] for person in second["people"] if "$any_of" in person["emails"]]
    assert heirs
    for owning, waiting in heirs:
        assert waiting == {"primaryEmail": None, "additionalEmails": [owning["primaryEmail"]]}


@BOTH_DAYS
def test_a_provider_without_an_email_means_the_fallback_member(written, day):
    truth = written.truths[day - 1]
    emails = {provider["email"] for provider in truth["providers"]}
    assert set(written.practice.member_emails) < emails
    assert emails - set(written.practice.member_emails) == {"slockhart@juniper-ridge.example", None}
    assignees = {task["assignee"] for task in truth["tasks"] if task["taskType"] == "APPOINTMENT"}
    assert assignees == (emails - {None}) | {"$fallback"}
    assert {person["primaryProvider"] for person in truth["people"]} == emails


@BOTH_DAYS
def test_visits_are_done_when_over_or_called_off(written, day):
    tasks = {task["pbnId"]: task for task in written.truths[day - 1]["tasks"]}
    seen = set()
    for row in written.table(day, "Appt Book"):
        task = tasks[f"juniper:appointment:{row['Appt #']}"]
        seen.add((row["Disposition"], task["status"]))
        assert task["dueAt"] == task["originalAppointmentDate"] == utc(row["Appt Start"])
        assert task.get("title", "") == row["Visit Reason"]
    done = {(word, "DONE") for word in ("Complete", "Cancelled", "Broken", "No Show")}
    assert seen == done | {(word, "TODO") for word in ("Scheduled", "Confirmed", "Left Message")}


@BOTH_DAYS
def test_messages_are_to_do_while_they_lie_in_the_future_of_their_extract(written, day):
    truth = written.truths[day - 1]
    taken_at = datetime.fromisoformat(truth["takenAt"]).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    messages = [task for task in truth["tasks"] if task["taskType"] == "COMMUNICATION"]
    assert {message["status"] for message in messages} == {"TODO", "DONE"}
    assert all((message["status"] == "TODO") == (message["dueAt"] > taken_at) for message in messages)


@BOTH_DAYS
def test_treatment_plans_carry_their_lines_whole(written, day):
    rows = written.table(day, "Tx Cases")
    for plan in written.truths[day - 1]["treatmentPlans"]:
        lines = [row for row in rows if row["Case #"] == plan["pbnId"].rpartition(":")[2]]
        assert plan["lineItemCount"] == len(plan["lineItems"]) == len(lines)
        assert [line["fee"] for line in plan["lineItems"]] == [amount(row["Chg Amt"]) for row in lines]
        assert Decimal(plan["surfaceFee"]) == sum(Decimal(line["fee"]) for line in plan["lineItems"])
        assert (plan["estimatedCost"], plan["actualCost"]) == (amount(lines[0]["Case Est"]), amount(lines[0]["Case Actual"]))


@BOTH_DAYS
def test_amounts_are_decimal_texts_and_blanks_are_not_zero(written, day):
    balances = {record["pbnId"]: record["outstandingBalance"] for record in written.truths[day - 1]["billingRecords"]}
    for row in written.table(day, "Acct Aging"):
        assert balances[f"juniper:billing:{row['Pt #']}"] == amount(row["Acct Bal"])
    assert None in balances.values()
    assert any(balance and balance.startswith("-") for balance in balances.values())


@BOTH_DAYS
def test_the_bytes_of_documents_are_those_in_the_folder(written, day):
    attachments = {record["pbnId"]: record for record in written.truths[day - 1]["attachments"]}
    for row in written.table(day, "Imaging Index"):
        content = (written.practice.extracts[day - 1] / row["Stored At"]).read_bytes()
        record = attachments[f"juniper:document:{row['Img #']}"]
        assert (record["size"], record["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())


@BOTH_DAYS
def test_lost_values_are_named_with_file_and_row(written, day):
    truth = written.truths[day - 1]
    lines = next(written.practice.extracts[day - 1].glob("Pt Roster*")).read_bytes().decode("cp1252").splitlines()
    for issue in truth["value_issues"]:
        assert lines[issue["row"] - 1].split(";")[0] == issue["pbnId"].rpartition(":")[2]
    if day == 1:
        reasons = [issue["reason"] for issue in truth["value_issues"] if issue["reason"] != "unmatched_provider"]
        assert sorted(reasons) == ["invalid_phone", "placeholder_email", "placeholder_email", "placeholder_phone"]


def test_every_custom_field_has_its_type_and_the_new_one_only_on_the_second_day(written):
    first, second = (truth["schema"] for truth in written.truths)
    assert second["person"] == first["person"] | {"nightGuardDue": "DATE"}
    for truth in written.truths:
        for singular, part in {
            "person": "people",
            "billingRecord": "billingRecords",
            "insuranceClaim": "insuranceClaims",
        }.items():
            for record in truth[part]:
                assert set(record["custom"]) <= set(truth["schema"][singular])
