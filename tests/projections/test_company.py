"""The practice becomes a company."""

from events.vocabulary.entities import Entity
from events.vocabulary.mapping import ColumnMapping
from projections.destination import destination_fields
from tests.projections.practice import COMPANY_ID, desired


def test_a_practice_as_a_company():
    company = desired(Entity.PRACTICE, {"name": "Riverside Dental"}, native_id="riverside")
    assert (company.object, company.id, company.pbn_id) == ("companies", COMPANY_ID, "riverside:practice:riverside")
    assert company.values == {"pbnId": "riverside:practice:riverside", "name": "Riverside Dental"}


def test_a_company_needs_nothing_before_it():
    assert desired(Entity.PRACTICE, {"name": "Riverside Dental"}, native_id="riverside").needs is None


def test_a_location_belongs_to_the_company_of_the_practice() -> None:
    location = desired(Entity.PRACTICE, {"name": "North Office"}, native_id="north-office")
    assert location.pbn_id == "riverside:practice:north-office"
    assert location.values["parentCompanyId"] == str(COMPANY_ID)
    assert location.needs == ("companies", COMPANY_ID)


def test_the_relation_of_locations_is_wanted_where_there_are_several_alone() -> None:
    nothing = ColumnMapping(practice="riverside")
    wanted = [f for f in destination_fields(nothing, has_locations=True) if f not in destination_fields(nothing)]
    assert [(f.object, f.name, f.target, f.back_label) for f in wanted] == [
        ("company", "parentCompany", "company", "Locations")
    ]
