"""The practice becomes a company."""

from events.vocabulary.entities import Entity
from tests.projections.practice import COMPANY_ID, desired


def test_a_practice_as_a_company():
    company = desired(Entity.PRACTICE, {"name": "Riverside Dental"}, native_id="riverside")
    assert (company.object, company.id, company.pbn_id) == ("companies", COMPANY_ID, "riverside:practice:riverside")
    assert company.values == {"pbnId": "riverside:practice:riverside", "name": "Riverside Dental"}


def test_a_company_needs_nothing_before_it():
    assert desired(Entity.PRACTICE, {"name": "Riverside Dental"}, native_id="riverside").needs is None
