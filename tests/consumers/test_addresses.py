"""An address is released before it is claimed, for Twenty's primary e-mail is unique."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from consumers.journal.addresses import primary_of, settle_claims, without_primary
from projections.desired import Desired

ADA, BEA, CLEO, STRANGER = (UUID(int=n) for n in (1, 2, 3, 99))


def person(identity, primary=None, additional=(), **about):
    values = {"emails": {"primaryEmail": primary or "", "additionalEmails": list(additional)}, "name": {"firstName": "x"}}
    return Desired(object="people", id=identity, pbn_id=f"riverside:patient:{identity.int}", values=values, **about)


def settle(*people, held):
    return settle_claims({p.id: p for p in people}, held)


def test_a_free_address_is_claimed_at_once():
    ada = person(ADA, "ada@x.example")
    claims = settle(ada, held={})
    assert (claims.desired, claims.waits, claims.early, claims.let_go) == ({ADA: ada}, {}, frozenset(), frozenset())


def test_who_already_holds_the_address_claims_nothing():
    ada = person(ADA, "ada@x.example")
    claims = settle(ada, held={"ada@x.example": ADA})
    assert (claims.desired[ADA], claims.waits, claims.early) == (ada, {}, frozenset())


def test_who_wants_no_address_waits_for_none():
    claims = settle(person(ADA, None, ["family@x.example"]), held={"family@x.example": BEA})
    assert (claims.waits, claims.early, claims.let_go) == ({}, frozenset(), frozenset())


def test_who_releases_an_address_is_written_before_who_claims_it():
    ada, bea = person(ADA, "family@x.example"), person(BEA, None, ["family@x.example"])
    claims = settle(ada, bea, held={"family@x.example": BEA})
    assert (claims.early, claims.let_go, claims.waits) == ({BEA}, frozenset(), {})
    assert claims.desired == {ADA: ada, BEA: bea}


def test_who_releases_an_address_for_a_free_one_is_only_early():
    claims = settle(person(ADA, "one@x.example"), person(BEA, "two@x.example"), held={"one@x.example": BEA})
    assert (claims.early, claims.let_go, claims.waits) == ({BEA}, frozenset(), {})


def test_where_two_people_swap_they_let_go_first():
    ada, bea = person(ADA, "two@x.example"), person(BEA, "one@x.example")
    claims = settle(ada, bea, held={"one@x.example": ADA, "two@x.example": BEA})
    assert (claims.let_go, claims.early, claims.waits) == ({ADA, BEA}, frozenset(), {})
    assert claims.desired == {ADA: ada, BEA: bea}


def test_in_a_chain_the_last_is_early_and_those_between_let_go_first():
    people = [person(ADA, "two@x.example"), person(BEA, "three@x.example"), person(CLEO, "new@x.example")]
    claims = settle(*people, held={"two@x.example": BEA, "three@x.example": CLEO})
    assert (claims.early, claims.let_go, claims.waits) == ({CLEO}, {BEA}, {})


def test_in_a_ring_of_three_all_let_go_first():
    people = [person(ADA, "two@x.example"), person(BEA, "three@x.example"), person(CLEO, "one@x.example")]
    claims = settle(*people, held={"one@x.example": ADA, "two@x.example": BEA, "three@x.example": CLEO})
    assert (claims.early, claims.let_go, claims.waits) == (frozenset(), {ADA, BEA, CLEO}, {})


def test_an_address_held_by_a_person_who_is_not_written_now_is_waited_for_among_the_additional_ones():
    claims = settle(person(ADA, "family@x.example", ["ada@x.example"]), held={"family@x.example": STRANGER})
    assert claims.waits == {ADA: "family@x.example"}
    assert claims.desired[ADA].values["emails"] == {
        "primaryEmail": "",
        "additionalEmails": ["family@x.example", "ada@x.example"],
    }


def test_who_waits_is_written_with_all_their_other_values():
    claims = settle(person(ADA, "family@x.example"), held={"family@x.example": STRANGER})
    assert claims.desired[ADA].values["name"] == {"firstName": "x"}


def test_a_soft_deleted_holder_still_holds_the_address():
    gone = Desired(object="people", id=BEA, pbn_id="riverside:patient:2", values={}, deleted=True)
    claims = settle(person(ADA, "family@x.example"), gone, held={"family@x.example": BEA})
    assert (claims.waits, claims.early, claims.let_go) == ({ADA: "family@x.example"}, frozenset(), frozenset())


def test_a_holder_whose_addresses_are_not_written_now_still_holds_them():
    bea = Desired(object="people", id=BEA, pbn_id="riverside:patient:2", values={"name": {"firstName": "Bea"}})
    claims = settle(person(ADA, "family@x.example"), bea, held={"family@x.example": BEA})
    assert claims.waits == {ADA: "family@x.example"}


def test_a_holder_who_wants_to_keep_the_address_keeps_it():
    ada, bea = person(ADA, "family@x.example"), person(BEA, "family@x.example")
    claims = settle(ada, bea, held={"family@x.example": BEA})
    assert (claims.waits, claims.desired[BEA]) == ({ADA: "family@x.example"}, bea)


def test_who_waits_in_vain_still_releases_the_address_they_had():
    ada, bea = person(ADA, "two@x.example"), person(BEA, "three@x.example")
    claims = settle(ada, bea, held={"two@x.example": BEA, "three@x.example": STRANGER})
    assert (claims.waits, claims.early, claims.let_go) == ({BEA: "three@x.example"}, {BEA}, frozenset())
    assert primary_of(claims.desired[ADA]) == "two@x.example"


def test_the_primary_address_of_a_person():
    assert primary_of(person(ADA, "ada@x.example")) == "ada@x.example"
    assert primary_of(person(ADA)) is None
    assert primary_of(Desired(object="people", id=ADA, pbn_id=None, values={})) is None


def test_moving_the_primary_address_changes_nothing_in_what_was_given():
    ada = person(ADA, "ada@x.example", ["b@x.example"])
    moved = without_primary(ada)
    assert moved.values["emails"] == {"primaryEmail": "", "additionalEmails": ["ada@x.example", "b@x.example"]}
    assert ada == person(ADA, "ada@x.example", ["b@x.example"])


# what holds for every window

PEOPLE = [UUID(int=n) for n in range(1, 7)]
ADDRESSES = [f"a{n}@x.example" for n in range(8)]


@st.composite
def windows(draw):
    """Draw people of whom no two want the same address, and who holds which."""
    holders = draw(st.lists(st.sampled_from([*PEOPLE, STRANGER]), unique=True))
    held = dict(zip(draw(st.permutations(ADDRESSES)), holders, strict=False))
    wanting = draw(st.lists(st.sampled_from(PEOPLE), unique=True))
    wanted = draw(st.permutations(ADDRESSES))
    gone = draw(st.sets(st.sampled_from(PEOPLE)))
    people = [
        Desired(object="people", id=p, pbn_id=None, values={}, deleted=True)
        if p in gone
        else person(p, draw(st.sampled_from([address, None])))
        for p, address in zip(wanting, wanted, strict=False)
    ]
    return {p.id: p for p in people}, held


@given(window=windows())
def test_written_in_this_order_no_address_is_ever_claimed_while_another_holds_it(window):
    people, held = window
    claims, now = settle_claims(people, held), dict(held)

    def let_go(identity):
        for address in [a for a, holder in now.items() if holder == identity]:
            del now[address]

    def write(identity):
        desired = claims.desired[identity]
        wanted = primary_of(desired)
        if desired.deleted:
            return
        assert wanted is None or now.get(wanted, identity) == identity
        let_go(identity)
        if wanted:
            now[wanted] = identity

    for identity in claims.let_go:
        let_go(identity)
    for identity in claims.early:
        write(identity)
    for identity in people.keys() - claims.early:
        write(identity)


@given(window=windows())
def test_only_an_address_that_is_held_is_waited_for(window):
    people, held = window
    for identity, address in settle_claims(people, held).waits.items():
        assert held[address] != identity
        assert primary_of(people[identity]) == address


@given(window=windows())
def test_everybody_is_still_there(window):
    people, held = window
    assert settle_claims(people, held).desired.keys() == people.keys()
