"""Patients: the columns of their tables, and the words for them."""

from __future__ import annotations

from events.vocabulary.mapping import TableKind
from events.vocabulary.records import Issue, Value
from producers.entities.carried import ADDRESS, Exported, carried
from producers.entities.column import Column
from producers.entities.shared import REPEATS_PROVIDER, native_id
from producers.entities.spec import SourceSpec, words
from producers.entities.steps import ColumnLayout, RowStep, Steps
from producers.kinds import cells
from producers.kinds.cell_fates import CARRIED, EMPTY, NORMALISED, SAID_ELSEWHERE, fate_of
from producers.kinds.reading import Remembered, filtered
from producers.values.emails import clean_email, split_emails
from producers.values.names import split_name
from producers.values.reasons import is_unknown
from producers.values.sifting import sift
from producers.vocabulary.aliases import aliases


def _names(layout: ColumnLayout) -> list[RowStep]:
    at = layout.at
    parts = {name: at[name][0] for name in ("first_name", "last_name", "middle_initial", "full_name") if name in at}
    if not parts:
        return []
    whole = parts.get("full_name")
    of_parts = [(parts[n], layout.reader(n)) if n in parts else None for n in ("first_name", "last_name", "middle_initial")]
    wholes = Remembered(filtered(_halves), "name")

    def step(cells: list[str], values: dict[str, Value], issues: list[Issue], fates: list[str]) -> None:
        found: list[str | None] = []
        unknown: list[bool] = []
        for part in of_parts:
            if part is None:
                found.append(None)
                unknown.append(False)
                continue
            name, issue, fates[part[0]] = part[1][cells[part[0]]]
            found.append(name)
            unknown.append(name is None and issue is not None)
            if issue is not None:
                issues.append(issue)
        first, last, middle = found
        if whole is not None:
            if first is None and last is None:
                halves, issue, fates[whole] = wholes[cells[whole]]
                first, last = halves or (None, None)
                if issue is not None:
                    issues.append(issue)
                if halves is not None or issue is not None:
                    unknown = [halves is None, halves is None, unknown[2]]
            elif cells[whole].strip():
                fates[whole] = SAID_ELSEWHERE
        if middle is not None and not unknown[0]:
            first = f"{first} {middle}" if first else middle
        if not unknown[0]:
            values["first_name"] = first
        if not unknown[1]:
            values["last_name"] = last

    return [step]


def _halves(text: str) -> tuple[tuple[str | None, str | None] | None, str | None]:
    """Return the first and the last name of a whole one."""
    name, reason = split_name(text)
    return (None if name is None else (name.first, name.last)), reason


def _emails(layout: ColumnLayout) -> list[RowStep]:
    indexes = layout.at.get("email")
    if not indexes:
        return []
    clean = filtered(clean_email)

    def step(cells: list[str], values: dict[str, Value], issues: list[Issue], fates: list[str]) -> None:
        found: list[str] = []
        unknown = False
        for index in indexes:
            cell = cells[index]
            before, fate = len(found), EMPTY
            for part in split_emails(sift(cell)[0]) if "@" in cell else (cell,):
                address, reason = clean(part)
                if reason is not None:
                    issues.append(Issue("emails", reason))
                    unknown = unknown or is_unknown(reason)
                if address is not None and address not in found:
                    found.append(address)
                if address is not None:
                    fate = SAID_ELSEWHERE
                elif fate != SAID_ELSEWHERE:
                    fate = fate_of(part, None, reason)
            if len(found) > before:
                fate = CARRIED if found[-1] == cell.strip() else NORMALISED
            fates[index] = fate
        if found or not unknown:
            values["emails"] = found

    return [step]


def _phones(layout: ColumnLayout) -> list[RowStep]:
    at = layout.at
    columns = [(at[name][0], layout.reader(name)) for name in ("mobile_phone", "home_phone", "work_phone") if name in at]
    if not columns:
        return []

    def step(cells: list[str], values: dict[str, Value], issues: list[Issue], fates: list[str]) -> None:
        found: list[str] = []
        unknown = False
        for index, remembered in columns:
            number, issue, fates[index] = remembered[cells[index]]
            if issue is not None:
                issues.append(issue)
                unknown = unknown or (number is None and is_unknown(issue.reason))
            if number in found:
                fates[index] = SAID_ELSEWHERE
            elif number is not None:
                found.append(number)
        if found or not unknown:
            values["phones"] = found

    return [step]


def _assemble(layout: ColumnLayout) -> Steps:
    done = words("full_name first_name last_name middle_initial email mobile_phone home_phone work_phone")
    return Steps([*_names(layout), *_emails(layout), *_phones(layout)], done)


SPEC = SourceSpec(
    place=2,
    kind=TableKind.PATIENT,
    nouns=words("patient patients person client s"),
    enough=4.4,
    signs=words("gender sex ssn marital salutation guarantor recall race ethnicity hipaa premed deceased preferred"),
    columns=(
        native_id("the patient's id"),
        Column(
            name="full_name",
            kind=cells.FULL_NAME,
            issue="name",
            weight=1.4,
            need="the patient's name",
            fills=("first_name", "last_name"),
        ),
        Column(name="first_name", kind=cells.NAME, issue="name", weight=0.7, need="the patient's name"),
        Column(name="last_name", kind=cells.NAME, issue="name", weight=0.7, need="the patient's name"),
        Column(name="middle_initial", kind=cells.INITIAL, issue="name", weight=0.3, fills=("first_name",)),
        Column(name="email", kind=cells.EMAIL, issue="emails", weight=1.5, many=True, fills=("emails",)),
        Column(name="mobile_phone", kind=cells.PHONE, issue="phones", weight=1.2, fills=("phones",)),
        Column(name="home_phone", kind=cells.PHONE, issue="phones", weight=1.0, fills=("phones",)),
        Column(name="work_phone", kind=cells.PHONE, issue="phones", weight=1.0, fills=("phones",)),
        Column(name="address_street1", kind=cells.STREET, issue="mailingAddress", weight=1.0),
        Column(name="address_street2", kind=cells.STREET, issue="mailingAddress", weight=0.4),
        Column(name="address_city", kind=cells.CITY, issue="mailingAddress", weight=0.8),
        Column(name="address_state", kind=cells.STATE, issue="mailingAddress", weight=0.8),
        Column(name="address_postcode", kind=cells.POSTCODE, issue="mailingAddress", weight=0.8),
        Column(name="address_country", kind=cells.WORD, issue="mailingAddress", weight=0.3),
        Column(name="birth_date", kind=cells.BIRTH_DATE, issue="dateOfBirth", weight=2.0),
        Column(name="status", kind=cells.PATIENT_STATUS, issue="patientStatus", weight=0.5),
        Column(name="guarantor_id", kind=cells.PATIENT_ID, issue="guarantor", weight=1.0),
        Column(
            name="guarantor_name",
            kind=cells.FULL_NAME,
            weight=0.2,
            ignored="repeats the guarantor, who is named by id",
            repeats="guarantor_id",
        ),
        Column(name="provider_ref", kind=cells.PROVIDER, issue="primaryProvider", weight=0.5),
        Column(
            name="provider_name",
            kind=cells.FULL_NAME,
            weight=0.2,
            ignored=REPEATS_PROVIDER,
            repeats="provider_ref",
            stands_in=True,
        ),
        Column(name="insurance_carrier", kind=cells.CARRIER, clean=cells.WORDS, issue="insuranceCarrier", weight=0.6),
        Column(name="referral_source", kind=cells.WORD, clean=cells.WORDS, issue="referralSource", weight=0.8),
        Column(name="created_at", kind=cells.DATE_TIME, issue="originalCreateDate", weight=0.3),
        Column(name="modified_at", kind=cells.DATE_TIME, issue="originalModifiedDate", weight=0.3),
    ),
    clear=aliases(
        """
native_id: patient id | patient number | patient no | patnum | pat id | patient key | patient identifier
    | patient account number | patient record id | pid | person id | patient guid | client id | patient code | patient ref
full_name: patient name | full name | name | patient | patient full name | display name | last first | client name
    | name of patient
first_name: first name | fname | given name | patient first name | forename | first
last_name: last name | lname | surname | family name | patient last name | last
middle_initial: middle initial | mi | middle i | middle name | middle
email: email | email address | e-mail | primary email | home email | personal email | patient email | electronic mail
    | email 1 | email 2 | secondary email | alternate email | other email | work email
mobile_phone: mobile phone | cell phone | cell | mobile | wireless phone | mobile number | cell number | cellular
    | cell phone number | mobile phone number | wireless | sms number | text number | cellular phone | handy
    | mobile telephone | sms phone | text phone | mobile contact
home_phone: home phone | hm phone | home | home number | home phone number | home telephone | residence phone | landline
    | evening | evening number
work_phone: work phone | wk phone | work | work number | work phone number | business phone | office phone | daytime phone
    | work telephone | business | daytime | daytime number | office | office number
address_street1: home street address | address | street | address 1 | street 1 | address line 1 | street address | addr1
    | mailing address
    | mailing street | home address | street line 1 | residence address
address_street2: address 2 | address second line | second address line | street 2 | address line 2 | addr2 | apt | unit
    | suite | apartment | street line 2 | apt unit
address_city: city | town | city name | home city | mailing city
address_state: state | st | province | state code | region | home state | mailing state
address_postcode: zip | zip code | postal code | postcode | zip postal code | post code | mailing zip | home zip
address_country: country | country code | nation
birth_date: birth date | birthdate | date of birth | dob | birthday | born | patient dob | birth day | date born | born on
    | birth
status: patient status | status | pat status | active status | patient state | standing | status id | record status
    | patient standing
guarantor_id: family head id | family head number | head of family | guarantor account | guarantor chart
    | guarantor id | guarantor | guar id | responsible party id | guarantor number | responsible party
    | guarantor no | family id | head of household id | head of house id | hoh id | account holder id | resp party id
    | guarantor patient id | resp party | billing party id | family number | bill to id | payer id | pays for
    | responsible party patient id | financially responsible | responsible person id
guarantor_name: guarantor name | guarantor | responsible party | responsible party name | head of household
    | head of house | account holder | responsible party full name | bill to | bill to name
provider_ref: primary provider | preferred provider | pri prov | provider | prov1 | provider id | primary provider id
    | primary dentist | dentist | doctor | primary doctor | preferred dentist | prov 1 | provider 1 | provider number
    | primary care dentist | primary care provider | usual provider | assigned provider | default provider | prov
    | treating provider | dentist in charge
    | general practitioner | provider of record | attending dentist | assigned dentist | family dentist
provider_name: provider name | primary provider name | dentist name | doctor name
insurance_carrier: insurance carrier | carrier | carrier name | primary insurance carrier | prim ins carrier | insurance
    | primary insurance | insurance company | ins co | primary carrier | dental insurance | insurance plan
    | insurance name | payer | dental carrier | insurer | primary insurance name | insurance provider
    | primary dental carrier | insurance group carrier | insured with | primary payer
referral_source: referral source | how heard about us | referred by | referred from | referral | referring source | how heard
    | how did you hear | how did you hear about us | heard about us | source of referral | marketing source | lead source
    | referred via | ref source | how they found us | acquisition source | came from | referrer | referral name
    | found us through | source
created_at: created | created on | created at | create date | creation date | date created | created date | entered on
    | entry date | date entered | entered | entered date | added on | date added | sec date entry | record created
    | patient since | registered on | registration date | added | setup date | date registered | file opened | opened on
    | chart opened | first created | inserted at | chart created
modified_at: modified | modified on | last modified | modified at | date modified | modified date | last change | changed
    | last changed | updated | updated on | last updated | last update | updated at | date t stamp | last edited
    | record modified | change date | last modified date | last edit | last touched | date updated | file changed
    | last update on | last saved | edited on
"""
    ),
    vague=aliases(
        """
full_name: client | person
native_id: id | number | chart number | account number | chart | account id | key | record number | record id
mobile_phone: phone | phone number | primary phone | contact number | phone 1 | main phone
home_phone: phone | phone 2 | other phone | alternate phone | evening phone
created_at: date | entry
birth_date: date
"""
    ),
    carried={
        "name": carried("first_name last_name", "full_name first_name last_name"),
        "emails": carried("emails", "email"),
        "phones": carried("phones", "mobile_phone home_phone work_phone"),
        "mailingAddress": carried(ADDRESS),
        "dateOfBirth": carried("birth_date"),
        "primaryProvider": carried("provider_ref"),
        "insuranceCarrier": carried("insurance_carrier"),
        "referralSource": carried("referral_source"),
        "patientStatus": carried("status"),
        "originalCreateDate": carried("created_at"),
        "originalModifiedDate": carried("modified_at"),
    },
    exported=(
        Exported(
            place=0,
            name="Patient",
            fields=(
                "name",
                "emails",
                "phones",
                "mailingAddress",
                "dateOfBirth",
                "patientStatus",
                "originalCreateDate",
                "originalModifiedDate",
            ),
            manual="the patient list with ids, names and contact data",
        ),
        Exported(
            place=1,
            name="Primary Provider",
            fields=("primaryProvider",),
            manual="the patients' primary providers",
            part="primaryProvider",
        ),
        Exported(
            place=2,
            name="Insurance Carrier",
            fields=("insuranceCarrier",),
            manual="the patients' insurance carriers",
            part="insuranceCarrier",
        ),
        Exported(
            place=7,
            name="Referral Source",
            fields=("referralSource",),
            manual="the patients' referral sources",
            part="referralSource",
        ),
    ),
    keeps_columns=True,
    assemble=_assemble,
    linked_by=(("appointment", "patient_id"), ("patient", "guarantor_id")),
    fewest_linked=8,
)
