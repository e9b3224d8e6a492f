"""A patient becomes a person."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from events.vocabulary.entities import Entity
from projections.desired import MissingWord
from tests.projections.practice import ADAS_ID, COMPANY_ID, FALLBACK_MEMBER, MARIAS_MEMBER, desired, fields_of, projected


def person(values, **about):
    return fields_of(Entity.PATIENT, values, native_id="1042", **about)


def test_a_person_has_the_pbn_id_and_the_id_made_from_it():
    ada = desired(Entity.PATIENT, {}, native_id="1042")
    assert (ada.object, ada.id, ada.pbn_id, ada.values["pbnId"]) == (
        "people",
        ADAS_ID,
        "riverside:patient:1042",
        "riverside:patient:1042",
    )


def test_a_paired_person_keeps_the_id_they_had_in_twenty():
    theirs = UUID(int=42)
    ada = desired(Entity.PATIENT, {}, native_id="1042", pairings={ADAS_ID.bytes: theirs})
    assert (ada.id, ada.pbn_id) == (theirs, "riverside:patient:1042")


def test_a_person_belongs_to_the_practices_company_which_must_be_there_first():
    ada = desired(Entity.PATIENT, {}, native_id="1042")
    assert (ada.values["companyId"], ada.needs) == (str(COMPANY_ID), ("companies", COMPANY_ID))


def test_a_person_is_the_only_record_of_a_patient():
    assert len(projected(Entity.PATIENT, {"first_name": "Ada"}).records) == 1


def test_a_column_that_no_extract_had_changes_nothing():
    assert person({}).keys() == {"pbnId", "companyId"}


def test_a_name_stays_as_pbn_has_it():
    assert person({"first_name": "ADA Q", "last_name": "d’Amico"})["name"] == {"firstName": "ADA Q", "lastName": "d’Amico"}


def test_a_blank_part_of_a_name_clears_it():
    assert person({"first_name": None, "last_name": "D’Amico"})["name"] == {"firstName": "", "lastName": "D’Amico"}


def test_the_owner_of_an_address_has_it_as_the_primary_one():
    values = {"emails": ["ada@mail.example", "family@mail.example"], "primary_email": "ada@mail.example"}
    assert person(values)["emails"] == {"primaryEmail": "ada@mail.example", "additionalEmails": ["family@mail.example"]}


def test_the_owner_may_own_an_address_of_a_later_column():
    values = {"emails": ["family@mail.example", "ada@mail.example"], "primary_email": "ada@mail.example"}
    assert person(values)["emails"] == {"primaryEmail": "ada@mail.example", "additionalEmails": ["family@mail.example"]}


def test_who_does_not_own_an_address_has_it_among_the_additional_ones_with_an_empty_primary():
    values = {"emails": ["family@mail.example"], "primary_email": None}
    assert person(values)["emails"] == {"primaryEmail": "", "additionalEmails": ["family@mail.example"]}


@pytest.mark.parametrize("blank", [None, []])
def test_blank_addresses_clear_both_parts(blank):
    assert person({"emails": blank, "primary_email": None})["emails"] == {"primaryEmail": "", "additionalEmails": []}


def test_the_first_number_is_the_primary_one_and_the_rest_are_additional():
    phones = person({"phones": ["+12065550142", "+12065550143", "+12065550144"]})["phones"]
    assert phones == {
        "primaryPhoneNumber": "+12065550142",
        "additionalPhones": [{"number": "+12065550143"}, {"number": "+12065550144"}],
    }


@pytest.mark.parametrize("blank", [None, []])
def test_blank_numbers_clear_every_part_the_codes_too(blank):
    assert person({"phones": blank})["phones"] == {
        "primaryPhoneNumber": "",
        "primaryPhoneCountryCode": "",
        "primaryPhoneCallingCode": "",
        "additionalPhones": [],
    }


def test_an_address_has_its_parts():
    values = {
        "address_street1": "12 Alder Way",
        "address_street2": "Unit 3",
        "address_city": "Riverside",
        "address_state": "WA",
        "address_postcode": "98101",
        "address_country": "US",
    }
    assert person(values)["mailingAddress"] == {
        "addressStreet1": "12 Alder Way",
        "addressStreet2": "Unit 3",
        "addressCity": "Riverside",
        "addressState": "WA",
        "addressPostcode": "98101",
        "addressCountry": "US",
    }


def test_blank_parts_of_an_address_are_cleared():
    address = person({"address_street1": None, "address_city": "Riverside"})["mailingAddress"]
    assert address == {
        "addressStreet1": "",
        "addressStreet2": "",
        "addressCity": "Riverside",
        "addressState": "",
        "addressPostcode": "",
        "addressCountry": "",
    }


def test_a_birth_date_is_a_date():
    assert person({"birth_date": date(1987, 12, 1)})["dateOfBirth"] == "1987-12-01"


def test_pbns_own_dates_are_utc_to_the_millisecond():
    created, modified = datetime(2019, 5, 1, 17, 30, tzinfo=UTC), datetime(2024, 2, 29, 0, 0, 0, 7000, tzinfo=UTC)
    values = person({"created_at": created, "modified_at": modified})
    assert values["originalCreateDate"] == "2019-05-01T17:30:00.000Z"
    assert values["originalModifiedDate"] == "2024-02-29T00:00:00.007Z"


@pytest.mark.parametrize(
    ("field", "name"),
    [("birth_date", "dateOfBirth"), ("created_at", "originalCreateDate"), ("modified_at", "originalModifiedDate")],
)
def test_a_blank_date_clears(field, name):
    assert person({field: None})[name] is None


@pytest.mark.parametrize("reference", ["11", "DR1", "dr1", "Maria Lopez", "Lopez, Maria", "Dr. Maria Lopez, DDS"])
def test_the_primary_provider_is_their_member(reference):
    assert person({"provider_ref": reference})["primaryProviderId"] == MARIAS_MEMBER


@pytest.mark.parametrize("reference", ["HYG2", "Somebody Else"])
def test_a_provider_who_is_no_member_or_unknown_is_the_fallback_member(reference):
    assert person({"provider_ref": reference})["primaryProviderId"] == FALLBACK_MEMBER


def test_a_provider_who_is_no_member_is_nobody_where_no_fallback_is_configured():
    assert person({"provider_ref": "HYG2"}, fallback_member=None)["primaryProviderId"] is None


@pytest.mark.parametrize("blank", [None, ""])
def test_no_provider_is_nobody_and_not_the_fallback_member(blank):
    assert person({"provider_ref": blank})["primaryProviderId"] is None


@pytest.mark.parametrize("word", ["Northern Mutual", "NORTHERN MUTUAL", " northern  mutual "])
def test_a_carrier_is_the_option_of_its_word_whatever_its_case_and_blanks(word):
    assert person({"insurance_carrier": word})["insuranceCarrier"] == "NORTHERN_MUTUAL"


def test_a_status_is_the_option_of_its_word():
    assert person({"status": "Deceased"})["patientStatus"] == "DECEASED"


def test_words_of_a_text_field_are_carried_as_they_are():
    assert person({"referral_source": "Mrs. Whitlock, a friend"})["referralSource"] == "Mrs. Whitlock, a friend"


@pytest.mark.parametrize(
    ("field", "name", "cleared"),
    [
        ("insurance_carrier", "insuranceCarrier", None),
        ("referral_source", "referralSource", ""),
        ("status", "patientStatus", None),
    ],
)
@pytest.mark.parametrize("blank", [None, ""])
def test_a_blank_word_clears_and_is_not_missing(field, name, cleared, blank):
    ada = projected(Entity.PATIENT, {field: blank})
    assert (ada.records[0].values[name], ada.missing_words) == (cleared, ())


def test_a_word_without_an_option_is_reported_and_its_field_left_empty():
    ada = projected(Entity.PATIENT, {"insurance_carrier": "Cascade Health", "status": "Dismissed"})
    assert ada.missing_words == (
        MissingWord(object="people", field="insuranceCarrier", word="Cascade Health"),
        MissingWord(object="people", field="patientStatus", word="Dismissed"),
    )
    assert ada.records[0].values["insuranceCarrier"] is None


def test_a_word_for_a_field_that_the_workspace_lacks_is_left_out():
    ada = projected(Entity.PATIENT, {"status": "Active"}, types={}, options={})
    assert ("patientStatus" in ada.records[0].values, ada.missing_words) == (False, ())


def test_the_guarantor_is_not_carried():
    assert person({"guarantor_id": "1040"}) == person({})
