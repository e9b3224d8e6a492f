"""Three-way comparison: Twenty's present value, its answer to our last write, and the wanted value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.journal.sameness import same
from consumers.journal.three_way import Difference, LastWrite, Policy, compare, edited, is_blank

KINDS = {"title": "TEXT", "appointmentType": "TEXT", "status": "SELECT", "emails": "EMAILS", "dueAt": "DATE_TIME"}
KEEPING = [Policy.TWENTY_WINS, Policy.REPORT_ONLY]


def wrote(**values):
    """Return a last write that Twenty answered as it was sent."""
    return LastWrite(values, dict(values))


def compared(wanted, last, image, policy=Policy.TWENTY_WINS):
    return compare(wanted, last, image, KINDS, policy)


# nothing new is wanted


def test_what_is_wanted_as_before_is_not_written():
    assert compared({"title": "Prophy"}, wrote(title="Prophy"), {"title": "Prophy"}).is_empty


@pytest.mark.parametrize("policy", Policy)
def test_what_only_a_person_changed_is_left(policy):
    assert compared({"title": "Prophy"}, wrote(title="Prophy"), {"title": "Call first!"}, policy).is_empty


# something new is wanted


def test_what_only_pbn_changed_is_written_with_the_image_before():
    difference = compared({"title": "Crown"}, wrote(title="Prophy"), {"title": "Prophy"})
    assert (difference.write, difference.before, difference.conflicts) == ({"title": "Crown"}, {"title": "Prophy"}, ())


def test_only_the_fields_that_differ_are_written():
    wanted = {"title": "Crown", "status": "DONE", "appointmentType": "Crown"}
    last = wrote(title="Prophy", status="DONE", appointmentType="Prophy")
    image = {"title": "Prophy", "status": "DONE", "appointmentType": "Crown", "position": 3}
    assert compared(wanted, last, image).write == {"title": "Crown"}


@pytest.mark.parametrize("policy", Policy)
def test_what_twenty_already_holds_is_not_written_though_we_did_not_write_it(policy):
    difference = compared({"title": "Crown"}, wrote(title="Prophy"), {"title": "Crown"}, policy)
    assert difference.is_empty
    assert (difference.values["title"], difference.answer["title"]) == ("Crown", "Crown")


def test_what_twenty_answered_differently_is_not_an_edit():
    last = LastWrite({"dueAt": "2026-03-09T16:30:00.000Z"}, {"dueAt": "2026-03-09T16:30:00Z"})
    difference = compared({"dueAt": "2026-03-10T16:30:00.000Z"}, last, {"dueAt": "2026-03-09T16:30:00Z"})
    assert (difference.write, difference.conflicts) == ({"dueAt": "2026-03-10T16:30:00.000Z"}, ())


@pytest.mark.parametrize(("answer", "now"), [(None, ""), ("", None), ({"primaryEmail": ""}, None), (None, [])])
def test_a_blank_in_another_form_is_no_edit(answer, now):
    """Twenty answers null where it held an empty text, once a field was emptied: no person did that."""
    last = LastWrite({"title": "Prophy"}, {"title": answer})
    difference = compared({"title": "Crown"}, last, {"title": now})
    assert (difference.write, difference.conflicts) == ({"title": "Crown"}, ())
    assert edited(last, {"title": now}) == ()


def test_a_field_never_wanted_before_is_written_where_twenty_has_nothing():
    difference = compared({"appointmentType": "Crown"}, wrote(title="Prophy"), {"title": "Prophy", "appointmentType": ""})
    assert (difference.write, difference.conflicts) == ({"appointmentType": "Crown"}, ())


def test_a_field_never_wanted_before_that_a_person_filled_is_a_conflict():
    difference = compared(
        {"appointmentType": "Crown"}, wrote(title="Prophy"), {"title": "Prophy", "appointmentType": "Root canal"}
    )
    assert (difference.write, difference.conflicts) == ({}, ("appointmentType",))


def test_a_blank_that_is_newly_wanted_clears_what_we_wrote():
    assert compared({"title": ""}, wrote(title="Prophy"), {"title": "Prophy"}).write == {"title": ""}


# both changed


@pytest.mark.parametrize("policy", KEEPING)
def test_a_persons_edit_is_kept_and_listed(policy):
    difference = compared({"title": "Crown"}, wrote(title="Prophy"), {"title": "Call first!"}, policy)
    assert (difference.write, difference.conflicts, difference.overwritten) == ({}, ("title",), ())
    assert not difference.is_empty


def test_where_the_source_wins_the_edit_is_overwritten_listed_and_kept_in_the_image_before():
    difference = compared({"title": "Crown"}, wrote(title="Prophy"), {"title": "Call first!"}, Policy.SOURCE_WINS)
    assert (difference.write, difference.before) == ({"title": "Crown"}, {"title": "Call first!"})
    assert (difference.conflicts, difference.overwritten) == (("title",), ("title",))


def test_twenty_wins_unless_somebody_decides_otherwise():
    difference = compare({"title": "Crown"}, wrote(title="Prophy"), {"title": "Call first!"}, KINDS)
    assert difference.write == {}


def test_a_conflict_in_one_field_holds_up_no_other():
    wanted = {"title": "Crown", "status": "DONE"}
    difference = compared(wanted, wrote(title="Prophy", status="TODO"), {"title": "Call first!", "status": "TODO"})
    assert (difference.write, difference.conflicts) == ({"status": "DONE"}, ("title",))


@pytest.mark.parametrize("policy", KEEPING)
def test_a_kept_edit_is_met_as_such_again(policy):
    image = {"title": "Call first!"}
    first = compared({"title": "Crown"}, wrote(title="Prophy"), image, policy)
    again = compared({"title": "Crown"}, LastWrite(first.values, first.answer), image, policy)
    later = compared({"title": "Implant"}, LastWrite(again.values, again.answer), image, policy)
    assert first.conflicts == again.conflicts == later.conflicts == ("title",)


def test_when_pbn_goes_back_to_what_we_wrote_the_kept_edit_is_no_conflict_any_more():
    image = {"title": "Call first!"}
    first = compared({"title": "Crown"}, wrote(title="Prophy"), image)
    assert compared({"title": "Prophy"}, LastWrite(first.values, first.answer), image).is_empty


def test_when_the_person_takes_their_edit_back_what_is_wanted_is_written():
    first = compared({"title": "Crown"}, wrote(title="Prophy"), {"title": "Call first!"})
    again = compared({"title": "Crown"}, LastWrite(first.values, first.answer), {"title": "Prophy"})
    assert (again.write, again.conflicts) == ({"title": "Crown"}, ())


# records that were in Twenty before us


def test_a_field_that_a_matched_person_already_has_is_theirs():
    difference = compared({"title": "Crown", "status": "DONE"}, None, {"title": "Root canal", "status": None})
    assert (difference.write, difference.conflicts) == ({"status": "DONE"}, ("title",))


def test_an_empty_composite_of_a_matched_person_is_filled():
    wanted = {"emails": {"primaryEmail": "ada@mail.example", "additionalEmails": []}}
    image = {"emails": {"primaryEmail": "", "additionalEmails": []}}
    assert compared(wanted, None, image).write == wanted


def test_what_a_matched_person_already_has_as_wanted_is_remembered_and_not_written():
    difference = compared({"title": "Crown"}, None, {"title": "Crown"})
    assert (difference.is_empty, dict(difference.values)) == (True, {"title": "Crown"})


# what holds for all of them

texts = st.sampled_from(["", "a", "b", "c"])
maps = st.dictionaries(st.sampled_from(["title", "appointmentType", "status"]), texts)
lasts = st.none() | st.builds(LastWrite, maps, maps)
policies = st.sampled_from(Policy)


def applied(image, difference):
    """Return Twenty's image, and our last write, after the difference was written."""
    after = {**image, **difference.write}
    return after, LastWrite(difference.values, {**difference.answer, **difference.write})


@given(wanted=maps, last=lasts, image=maps, policy=policies)
def test_a_field_is_written_only_if_it_is_wanted_and_differs(wanted, last, image, policy):
    write = compared(wanted, last, image, policy).write
    assert write.items() <= wanted.items()
    assert not any(same(KINDS[name], value, image.get(name)) for name, value in write.items())


@given(wanted=maps, last=lasts, image=maps, policy=policies)
def test_what_is_written_can_be_taken_back(wanted, last, image, policy):
    difference = compared(wanted, last, image, policy)
    assert difference.before == {name: image.get(name) for name in difference.write}


@given(wanted=maps, last=lasts, image=maps, policy=st.sampled_from(KEEPING))
def test_a_conflict_is_never_written_unless_the_source_wins(wanted, last, image, policy):
    difference = compared(wanted, last, image, policy)
    assert not set(difference.conflicts) & set(difference.write)
    assert difference.overwritten == ()


@given(wanted=maps, last=lasts, image=maps)
def test_where_the_source_wins_every_conflict_is_written(wanted, last, image):
    difference = compared(wanted, last, image, Policy.SOURCE_WINS)
    assert set(difference.conflicts) == set(difference.overwritten) <= set(difference.write)


@given(wanted=maps, last=lasts, image=maps, policy=policies)
def test_after_a_write_the_same_comparison_writes_nothing(wanted, last, image, policy):
    first = compared(wanted, last, image, policy)
    after, written = applied(image, first)
    again = compared(wanted, written, after, policy)
    assert again.write == {}
    assert set(again.conflicts) == set(first.conflicts) - set(first.overwritten)


@given(wanted=maps, last=lasts, image=maps)
def test_a_persons_edit_is_never_overwritten_by_default(wanted, last, image):
    write = compared(wanted, last, image).write
    for name in write:
        answered, now = last.answer.get(name) if last and name in last.values else None, image.get(name)
        assert answered == now or (is_blank(answered) and is_blank(now))  # a text that is not set is "" or null


@given(wanted=maps, last=lasts, image=maps, policy=policies)
def test_comparing_changes_nothing_that_it_is_given(wanted, last, image, policy):
    before = (dict(wanted), last and (dict(last.values), dict(last.answer)), dict(image))
    compared(wanted, last, image, policy)
    assert (dict(wanted), last and (dict(last.values), dict(last.answer)), dict(image)) == before


# edits, and what is blank


def test_edited_fields_are_those_of_ours_that_twenty_no_longer_holds_as_answered():
    last = LastWrite({"title": "Crown", "status": "DONE", "dueAt": None}, {"title": "Crown", "status": "DONE", "other": 1})
    assert edited(last, {"title": "Call first!", "status": "DONE", "dueAt": "2026", "other": 2}) == ("title",)


def test_a_field_that_the_image_does_not_show_is_not_edited():
    assert edited(wrote(title="Crown"), {}) == ()


@pytest.mark.parametrize("value", [None, "", [], {}, {"primaryEmail": "", "additionalEmails": []}, {"amountMicros": None}])
def test_what_says_nothing_is_blank(value):
    assert is_blank(value)


@pytest.mark.parametrize("value", [0, False, " ", [None], {"firstName": "Ada", "lastName": ""}, {"amountMicros": 0}])
def test_what_says_something_is_not_blank(value):
    assert not is_blank(value)


def test_a_difference_without_writes_and_conflicts_is_empty():
    assert Difference(values={"title": "Crown"}).is_empty
    assert not Difference(write={"title": "Crown"}).is_empty
    assert not Difference(conflicts=("title",)).is_empty
