"""E-mail addresses that several of our people have: released before they are claimed, waited for while they are held."""

from __future__ import annotations

import pytest

from tests.consumers.workbench import Bench, patient, patient_id


@pytest.fixture
def household(bench: Bench) -> Bench:
    """Return a household: Ada has the family's address, Bo has it too."""
    bench.deliver(
        patient("1", "Ada", "Quist", mail="family@x.example"),
        patient("2", "Bo", "Quist", mail=None, shared=["family@x.example"]),
    )
    bench.sync()
    return bench


def test_the_owner_has_it_as_primary_the_others_as_an_additional_one(household: Bench) -> None:
    assert household.mails("1") == ("family@x.example", [])
    assert household.mails("2") == ("", ["family@x.example"])


def test_an_address_is_released_before_it_is_claimed(household: Bench) -> None:
    household.deliver(patient("2", mail="family@x.example"), patient("1", mail="ada@x.example", shared=["family@x.example"]))
    household.fate.steps.clear()
    tally = household.sync()
    assert (household.mails("1"), household.mails("2")) == (("ada@x.example", ["family@x.example"]), ("family@x.example", []))
    assert tally.dead_letters == 0
    requests = [step for step in household.fate.steps if step.startswith("request")]
    assert requests == ["request update people (1)"] * 2, "the release has a request of its own, which Twenty answers first"


def test_a_new_person_may_claim_what_is_released_in_the_same_window(household: Bench) -> None:
    household.deliver(
        patient("3", "Cleo", "Quist", mail="family@x.example"), patient("1", mail=None, shared=["family@x.example"])
    )
    tally = household.sync()
    assert household.mails("3") == ("family@x.example", [])
    assert household.mails("1") == ("", ["family@x.example"])
    assert tally.dead_letters == 0


@pytest.fixture
def couple(bench: Bench) -> Bench:
    bench.deliver(patient("1", "Ada", "Quist", mail="a@x.example"), patient("2", "Bo", "Quist", mail="b@x.example"))
    bench.sync()
    return bench


def swap(couple: Bench) -> int:
    return couple.deliver(patient("1", mail="b@x.example"), patient("2", mail="a@x.example"))


def test_two_people_swap_their_addresses_in_one_window(couple: Bench) -> None:
    swap(couple)
    tally = couple.sync()
    assert (couple.mails("1"), couple.mails("2")) == (("b@x.example", []), ("a@x.example", []))
    assert tally.dead_letters == 0


def test_of_a_swap_an_address_that_people_added_stays_and_the_other_one_waits(couple: Bench) -> None:
    added = {"primaryEmail": "a@x.example", "additionalEmails": ["work@x.example"]}
    couple.edit("people", patient_id("1"), {"emails": added})
    swap(couple)
    tally = couple.sync()
    assert couple.mails("1") == ("a@x.example", ["work@x.example"])
    assert [one.reason for one in tally.conflicts] == ["edited_in_twenty"]
    assert couple.waiting() == {patient_id("2"): "address_taken"}
    assert couple.rollback().kept != []
    assert couple.mails("1") == ("a@x.example", ["work@x.example"])


@pytest.mark.parametrize("emails", ["new@x.example", ""])
@pytest.mark.parametrize("leaves", [False, True])
def test_an_address_that_people_gave_another_one_for_is_free_at_once(couple: Bench, emails: str, leaves: bool) -> None:
    """Also where its holder leaves PbN in the same window: the state knows the address that we wrote."""
    couple.edit("people", patient_id("1"), {"emails": {"primaryEmail": emails, "additionalEmails": []}})
    couple.deliver(patient("2", mail="a@x.example"), gone=[patient("1")] if leaves else [])
    couple.sync()
    assert (couple.mails("2")[0], couple.waiting()) == ("a@x.example", {})


def test_a_ring_of_three_turns(bench: Bench) -> None:
    ring = ["a@x.example", "b@x.example", "c@x.example"]
    bench.deliver(*(patient(str(n), f"P{n}", "Ring", mail=ring[n]) for n in range(3)))
    bench.sync()
    bench.deliver(*(patient(str(n), mail=ring[(n + 1) % 3]) for n in range(3)))
    tally = bench.sync()
    assert [bench.mails(str(n))[0] for n in range(3)] == ["b@x.example", "c@x.example", "a@x.example"]
    assert tally.dead_letters == 0


def test_a_chain_of_claims_with_a_free_end(bench: Bench) -> None:
    bench.deliver(*(patient(str(n), f"P{n}", "Chain", mail=f"m{n}@x.example") for n in range(3)))
    bench.sync()
    bench.deliver(*(patient(str(n), mail=f"m{n + 1}@x.example") for n in range(3)))
    tally = bench.sync()
    assert [bench.mails(str(n))[0] for n in range(3)] == ["m1@x.example", "m2@x.example", "m3@x.example"]
    assert tally.dead_letters == 0


def test_a_swap_is_taken_back(couple: Bench) -> None:
    before, position = couple.content(), swap(couple)
    couple.sync()
    after = couple.content()
    events = couple.events()
    assert couple.rollback_to(position).kept == []
    assert couple.events() - events == 8, "each lets go once and gets its own back: four intents, four outcomes"
    assert couple.content() == before
    couple.sync()
    assert couple.content() == after


@pytest.fixture
def bereaved(household: Bench) -> Bench:
    """Delete the owner of the family's address in PbN; the address goes to Bo."""
    household.deliver(patient("2", mail="family@x.example"), gone=[patient("1")])
    household.sync()
    return household


@pytest.mark.parametrize("forget_state", [False, True])
def test_an_heir_waits_with_the_address_among_the_additional_ones(bereaved: Bench, forget_state: bool) -> None:
    assert bereaved.person("1")["deletedAt"]
    assert bereaved.mails("2") == ("", ["family@x.example"])
    assert bereaved.waiting() == {patient_id("2"): "address_taken"}
    again = bereaved.reopened(forget_state=forget_state)
    again.sync()
    assert again.mails("2") == ("", ["family@x.example"])
    assert again.waiting() == {patient_id("2"): "address_taken"}
    again.close()


@pytest.mark.parametrize("forget_state", [False, True])
def test_an_heir_gets_the_address_when_it_becomes_free(bereaved: Bench, forget_state: bool) -> None:
    bereaved.twenty.destroy("people", [patient_id("1")])
    again = bereaved.reopened(forget_state=forget_state)
    again.sync()
    assert again.mails("2") == ("family@x.example", [])
    assert again.waiting() == {}
    again.close()


def test_an_heir_who_was_settled_since_does_not_ask_again_when_the_state_is_lost(bereaved: Bench) -> None:
    bereaved.twenty.soft_delete("people", [patient_id("2")])
    bereaved.twenty.destroy("people", [patient_id("1")])
    assert [c.reason for c in bereaved.sync().conflicts] == ["deleted_in_twenty"]
    assert bereaved.waiting() == {}
    again = bereaved.reopened(forget_state=True)
    assert again.sync().conflicts == []
    again.close()


def test_an_heir_gets_the_address_that_its_owner_gives_up(bereaved: Bench) -> None:
    bereaved.deliver(patient("1", "Ada", "Quist", mail="ada@x.example"))
    bereaved.sync()
    assert bereaved.mails("1") == ("ada@x.example", [])
    assert bereaved.mails("2") == ("family@x.example", [])
    assert bereaved.waiting() == {}


def test_an_heir_whose_owner_comes_back_waits_no_more(bereaved: Bench) -> None:
    bereaved.deliver(
        patient("1", "Ada", "Quist", mail="family@x.example"), patient("2", mail=None, shared=["family@x.example"])
    )
    bereaved.sync()
    assert bereaved.mails("1") == ("family@x.example", [])
    assert bereaved.mails("2") == ("", ["family@x.example"])
    assert bereaved.waiting() == {}


def test_an_address_that_a_person_gave_to_another_of_ours_is_waited_for(household: Bench) -> None:
    household.edit("people", patient_id("2"), {"emails": {"primaryEmail": "new@x.example", "additionalEmails": []}})
    household.deliver(patient("3", "Cleo", "Vale", mail="new@x.example"))
    household.sync()
    assert household.mails("3") == ("", ["new@x.example"])
    assert household.waiting() == {patient_id("3"): "address_taken"}
