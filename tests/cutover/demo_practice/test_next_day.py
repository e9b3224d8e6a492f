"""Differences between two extracts."""

from datetime import datetime, timedelta

import pytest

from cutover.demo_practice.days.first_day import first_day
from cutover.demo_practice.days.next_day import next_day
from cutover.demo_practice.practice.email_ownership import address, holders, owners

MONDAY = datetime(2026, 10, 5, 18, 30)
WEDNESDAY = MONDAY + timedelta(days=2)
PARTS = ("patients", "appointments", "plans", "balances", "claims", "notes", "messages", "documents")


@pytest.fixture(scope="module", params=[1, 7, 23])
def days(request):
    monday = first_day(request.param, 250, MONDAY)
    return monday, next_day(request.param, monday, WEDNESDAY)


def test_ten_to_fifteen_records_in_a_hundred_differ(days):
    before, after = days
    total = different = 0
    for part in PARTS:
        old, new = getattr(before, part), getattr(after, part)
        total += len(old)
        different += sum(old.get(key) != new.get(key) for key in old.keys() | new.keys())
    assert 0.10 <= different / total <= 0.15


@pytest.mark.parametrize("part", PARTS)
def test_every_entity_gains_some_and_loses_few(days, part):
    old, new = (getattr(day, part) for day in days)
    assert new.keys() - old.keys()
    assert 0 < len(old.keys() - new.keys()) <= len(old) * 0.03


@pytest.mark.parametrize("part", [part for part in PARTS if part != "documents"])
def test_every_entity_but_documents_is_edited(days, part):
    old, new = (getattr(day, part) for day in days)
    assert sum(old[key] != new[key] for key in old.keys() & new.keys()) >= 3


def test_a_small_practice_loses_no_patient():
    monday = first_day(7, 20, MONDAY)
    assert monday.patients.keys() <= next_day(7, monday, WEDNESDAY).patients.keys()


def test_who_leaves_takes_everything_along(days):
    before, after = days
    gone = before.patients.keys() - after.patients.keys()
    assert not [key for part in PARTS[1:] for key, record in getattr(after, part).items() if record.patient_id in gone]
    assert not [one.id for one in after.patients.values() if one.guarantor_id in gone]


def test_an_owner_who_leaves_has_an_heir_to_the_address(days):
    before, after = days
    left = {email for email, who in owners(before.patients.values()).items() if who not in after.patients}
    assert left & owners(after.patients.values()).keys()


def test_an_owner_who_takes_another_address_leaves_the_shared_one_to_another(days):
    before, after = days
    now = owners(after.patients.values())
    moved = {
        email
        for email, who in owners(before.patients.values()).items()
        if who in after.patients and email in now and now[email] != who and address(after.patients[who]) != email
    }
    assert moved


def test_a_household_moves_together(days):
    before, after = days
    movers = {
        one.guarantor_id
        for key, one in after.patients.items()
        if key in before.patients and one.street != before.patients[key].street
    }
    assert movers
    for guarantor in movers:
        assert len({one.street for one in after.patients.values() if one.guarantor_id == guarantor}) == 1


def test_a_new_child_shares_the_address_of_a_guarantor_who_was_here(days):
    before, after = days
    sharing = holders(after.patients.values())
    children = [
        one for key, one in after.patients.items() if key not in before.patients and one.guarantor_id in before.patients
    ]
    assert children
    assert all(len(sharing[one.email.lower()]) > 1 for one in children if one.email)


def test_visits_of_the_two_days_between_take_place(days):
    before, after = days
    due = [key for key, visit in before.appointments.items() if MONDAY < visit.start <= WEDNESDAY and key in after.appointments]
    assert len(due) > 10
    assert {after.appointments[key].status for key in due} >= {"Complete", "No Show"}


def test_messages_queued_on_the_first_day_are_past_on_the_second(days):
    before, after = days
    future = [m for m in before.messages.values() if m.sent > MONDAY]
    past_now = [m for m in future if m.sent <= WEDNESDAY and m.id in after.messages]
    assert len(past_now) >= 3
    assert any(after.messages[m.id].result != "Queued" for m in past_now)
    assert any(after.messages[m.id] == m for m in past_now), "one is to be met again unchanged, and is past all the same"
    assert any(m.sent > WEDNESDAY for m in after.messages.values())


def test_the_second_day_brings_a_custom_column_with_few_values(written):
    before, after = (written.table(day, "Pt Roster") for day in (1, 2))
    assert set(after[0]) - set(before[0]) == {"Night Guard Due"}
    assert 0 < sum(bool(row["Night Guard Due"]) for row in after) < len(after) / 5


def test_the_rows_of_the_second_day_stand_in_another_order(written):
    for name in ("Pt Roster", "Appt Book", "Contact Log"):
        before, after = ([next(iter(row.values())) for row in written.table(day, name)] for day in (1, 2))
        assert before == sorted(before, key=int)
        assert after != sorted(after, key=int)


def test_the_lines_of_a_treatment_plan_stay_together_and_in_order(written):
    rows = written.table(2, "Tx Cases")
    seen = [row["Case #"] for row in rows]
    together = [key for index, key in enumerate(seen) if index == 0 or seen[index - 1] != key]
    assert len(together) == len(set(together))
    codes = {plan["pbnId"]: plan["procedureCode"] for plan in written.truths[1]["treatmentPlans"]}
    for key in together:
        assert codes[f"juniper:treatment-plan:{key}"] == "; ".join(row["Proc Cd"] for row in rows if row["Case #"] == key)
