"""Patients come in households."""

from collections import defaultdict
from datetime import datetime

import pytest

from cutover.demo_practice.days.first_day import first_day
from cutover.demo_practice.practice.blemishes import PLACEHOLDER_EMAIL
from cutover.demo_practice.practice.email_ownership import holders, owners

TAKEN_AT = datetime(2026, 10, 5, 18, 30)


@pytest.fixture(scope="module", params=[1, 7, 23])
def households(request):
    found = defaultdict(list)
    for patient in first_day(request.param, 250, TAKEN_AT).patients.values():
        found[patient.guarantor_id].append(patient)
    return found


def test_there_are_families_and_people_alone(households):
    sizes = [len(family) for family in households.values()]
    assert sum(size == 1 for size in sizes) > 20
    assert sum(size > 2 for size in sizes) > 20


def test_a_family_shares_its_address_and_its_home_phone(households):
    for family in households.values():
        assert len({(one.street, one.unit, one.town, one.postcode, one.home) for one in family}) == 1


def test_the_guarantor_is_one_of_the_family(households):
    for guarantor, family in households.items():
        assert guarantor in {one.id for one in family}


def test_most_families_share_an_email_address(households):
    families = [family for family in households.values() if len(family) > 1]
    sharing = [family for family in families if len({one.email for one in family if one.email}) < len(family)]
    assert len(sharing) > len(families) / 2


def test_a_shared_address_has_one_owner_the_guarantor_or_the_oldest(households):
    everyone = [one for family in households.values() for one in family]
    owned, by_id = owners(everyone), {one.id: one for one in everyone}
    kinds = set()
    for address, sharing in holders(everyone).items():
        owner = by_id[owned[address]]
        assert owner in sharing
        guarantors = {one.guarantor_id for one in sharing} & {one.id for one in sharing}
        if len(sharing) > 1:
            kinds.add("guarantor" if guarantors else "oldest")
        if guarantors:
            assert owner.id in guarantors
        elif owner.birth:
            assert all(owner.birth <= one.birth for one in sharing if one.birth)
    assert kinds == {"guarantor", "oldest"}


def test_the_flaws_are_few_and_always_there(households):
    everyone = [one for family in households.values() for one in family]
    assert sum(0 < len(one.mobile) < 10 for one in everyone) == 1
    assert sum(one.mobile == "0" * 10 for one in everyone) == 1
    assert sum(one.email == PLACEHOLDER_EMAIL for one in everyone) == 2
    assert sum(one.status == "Deleted" for one in everyone) == 2
    assert sum(one.first != one.first.strip() for one in everyone) == 2
