"""Vocabularies that nobody's software has, for the demo practice's tables: long English labels, what a terminal of the eighties
would have printed, the field names of a web service, and abbreviations with dots.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from events.vocabulary.mapping import TableKind
from producers.sources.tables.recognise import read_tables
from tests.producers.local_files import local_file

MEANINGS: Mapping[TableKind, str] = {
    TableKind.PATIENT: """native_id guarantor_id last_name first_name birth_date address_street1 address_street2 address_city
        address_state address_postcode mobile_phone home_phone work_phone email provider_ref insurance_carrier referral_source
        status created_at modified_at + + + + + + + +""",
    TableKind.APPOINTMENT: "native_id patient_id - starts_at type provider_ref + length_minutes status note created_at +",
    TableKind.TREATMENT_PLAN: """native_id patient_id name status created_at estimated_cost actual_cost code description tooth
        surface fee line_status""",
    TableKind.BILLING: "patient_id - + + balance payment_plan_status last_payment_date as_of_date",
    TableKind.NOTE: "native_id patient_id created_at author type text",
    TableKind.CLAIM: """native_id patient_id - number carrier service_date status submitted_amount paid_amount
        adjustment_amount +""",
    TableKind.COMMUNICATION: "native_id patient_id delivered_at type channel delivery_status message",
    TableKind.DOCUMENT: "native_id patient_id created_at file_name path",
    TableKind.PROVIDER: "native_id code last_name first_name - email active",
    TableKind.AUTOMATION: "name trigger timing channel template active",
    TableKind.UNKNOWN: "- - - - -",
}
"""What the columns of the demo practice's tables mean, in their order. `+`: a custom field; `-`: it has no place in Twenty."""

_LONG = {
    TableKind.PATIENT: """Unique Patient Number|Account of the Guarantor|Family Name of the Patient
        |Given Name of the Patient
        |Patient's Date of Birth|Home Street Address|Address (second line)|City of Residence|State of Residence|Postal Zip Code
        |Cellular Telephone|Telephone at Home|Telephone at Work|Address for Electronic Mail|Patient's Primary Care Dentist
        |Name of Insurance Company|How the Patient Heard About Us|Current Status of Patient|Date Record Was Created
        |Date Record Was Last Changed|Treatment Coordinator in Charge|Recall Status|Date of Last Cleaning
        |Date of HIPAA Consent|Bonus Points Collected|Nitrous is Ok|Start of Aligner Therapy|Favourite Comfort Item""",
    TableKind.APPOINTMENT: """Unique Appointment Number|Number of Patient|Name of Patient|Date and Time of Appointment
        |Reason for the Visit|Treating Dentist|Chair Used|Planned Duration in Minutes|Outcome of Appointment
        |Remarks about the Appointment|Date the Appointment Was Booked|Lab Work Back By""",
    TableKind.TREATMENT_PLAN: """Number of Treatment Plan|Number of Patient|Title of Treatment Plan
        |Status of Treatment Plan
        |Date Plan Was Created|Total Estimated Cost|Actual Cost to Date|Code of Procedure|Description of Procedure
        |Number of Tooth|Surfaces of Tooth|Price of Procedure|Status of Procedure""",
    TableKind.BILLING: """Number of Patient|Name of Patient|Over Thirty Days|Over Ninety Days|Total Outstanding Balance
        |State of Payment Plan|Date of Last Payment|Balance Calculated as of""",
    TableKind.NOTE: """Unique Note Number|Number of Patient|Date Note Was Written|Person Who Wrote the Note|Kind of Note
        |Complete Text of Note""",
    TableKind.CLAIM: """Internal Claim Identifier|Number of Patient|Name of Patient|Claim Number of the Carrier
        |Name of Insurance Company|Date of Service|Current Status of Claim|Amount Billed to Insurance
        |Amount Paid by Insurance|Amount of Adjustment|Sent Via""",
    TableKind.COMMUNICATION: """Unique Message Number|Number of Patient|Date and Time Message Was Sent|Kind of Message
        |Channel of Communication|Result of Delivery|Text of Message""",
    TableKind.DOCUMENT: """Unique Document Number|Number of Patient|Date Document Was Uploaded|Original Name of the File
        |Where the File is Stored""",
    TableKind.PROVIDER: """Number of Provider|Short Code of Provider|Family Name of Provider
        |Given Name of Provider|Credentials
        |Electronic Mail Address|Currently Active""",
    TableKind.AUTOMATION: """Name of Reminder Rule|Event That Triggers It|When it is Sent|Channel Used|Text of Message
        |Rule is Active""",
    TableKind.UNKNOWN: "Month|Gross Production|Net Production|Amount Collected|New Patients",
}
_TERSE = {
    TableKind.PATIENT: """PATNO|GUARNO|PLNAME|PFNAME|BIRTHDT|ADDR1|ADDR2|CITY|ST|ZIPCD|CELLPH|HOMEPH|WORKPH
        |EMAILAD|PRIDDS
        |INSCO|REFSRC|PATSTAT|ENTDATE|LSTUPD|TXCOORD|RCLSTAT|LSTCLN|HIPAADT|BONPTS|NITROK|ALGNST|CMFITM""",
    TableKind.APPOINTMENT: "APTNO|PATNO|PATNAME|APDATE|APTYPE|PROVCD|OPER|APLEN|APSTAT|APNOTE|BOOKDT|LABBK",
    TableKind.TREATMENT_PLAN: "TXPLNO|PATNO|TXPLNM|TXPLST|TXPLDT|ESTAMT|ACTAMT|ADACODE|PROCDESC|TTH|SURF|FEEAMT|PROCSTAT",
    TableKind.BILLING: "PATNO|PATNAME|OVR30|OVR90|CURBAL|PAYPLAN|LSTPAYDT|AGEDATE",
    TableKind.NOTE: "NOTENO|PATNO|NOTEDT|NOTEUSR|NOTETYP|NOTETXT",
    TableKind.CLAIM: "CLMID|PATNO|PATNAME|CLMNO|INSCO|SVCDATE|CLMSTAT|BILLAMT|PAIDAMT|ADJAMT|SNTVIA",
    TableKind.COMMUNICATION: "MSGNO|PATNO|SENTDT|MSGTYPE|CHANNEL|DLVSTAT|MSGTEXT",
    TableKind.DOCUMENT: "DOCNO|PATNO|SCANDT|DOCNAME|DOCPATH",
    TableKind.PROVIDER: "PROVNO|PROVCD|LNAME|FNAME|CREDS|EMAILAD|ACTFLG",
    TableKind.AUTOMATION: "RULENM|TRIGGER|TIMING|CHANNEL|MSGTEXT|ACTFLG",
    TableKind.UNKNOWN: "MONTH|GROSPR|NETPR|COLLAMT|NEWPTS",
}
_MODERN = {
    TableKind.PATIENT: """patientGuid|responsiblePartyGuid|familyName|givenName|birthDate|addressLine1
        |addressLine2|addressCity
        |addressState|addressPostalCode|mobilePhoneNumber|homePhoneNumber|workPhoneNumber|emailAddress
        |preferredProviderGuid|primaryCarrierName|referralSourceName|patientStatus|createdAt|updatedAt
        |treatmentCoordinator|recallStatus|lastCleaningDate|hipaaConsentDate|bonusPoints|nitrousOk
        |alignerStart|comfortItem""",
    TableKind.APPOINTMENT: """appointmentGuid|patientGuid|patientName|startDateTime|appointmentTypeName
        |providerGuid|operatoryName
        |durationInMinutes|appointmentStatus|appointmentNotes|createdAt|labBackBy""",
    TableKind.TREATMENT_PLAN: """treatmentPlanGuid|patientGuid|treatmentPlanName|treatmentPlanStatus|createdAt
        |totalEstimatedFee
        |totalCompletedFee|procedureCode|procedureDescription|toothNumber|toothSurfaces|procedureFee
        |procedureStatus""",
    TableKind.BILLING: """patientGuid|patientName|over30Days|over90Days|accountBalance|paymentPlanStatus|lastPaymentDate
        |balanceAsOfDate""",
    TableKind.NOTE: "noteGuid|patientGuid|noteDateTime|authorName|noteType|noteText",
    TableKind.CLAIM: """claimGuid|patientGuid|patientName|claimNumber|carrierName|dateOfService|claimStatus|billedAmount
        |paidAmount|adjustmentAmount|sentVia""",
    TableKind.COMMUNICATION: "messageGuid|patientGuid|sentAt|messageType|channelType|deliveryStatus|messageBody",
    TableKind.DOCUMENT: "documentGuid|patientGuid|uploadedAt|fileName|storagePath",
    TableKind.PROVIDER: "providerGuid|providerCode|familyName|givenName|credentials|emailAddress|isActive",
    TableKind.AUTOMATION: "ruleName|triggerEvent|sendTiming|channel|messageTemplate|isActive",
    TableKind.UNKNOWN: "month|grossProduction|netProduction|collected|newPatients",
}
_DOTTED = {
    TableKind.PATIENT: """Acct. No.|Fam. Head No.|Surname|Forename|D.O.B.|Addr 1|Addr 2|City/Town|State/Prov|ZIP
        |Cell Tel|Hm Tel
        |Wk Tel|E-mail Addr.|Usual Dr.|Ins. Carr.|Ref'd By|Act. Status|Dt Added|Dt Last Mod.|Tx Coord
        |Recall Stat|Last Clng|HIPAA Dt|Bonus Pts|N2O OK|Aligner Strt|Comfort""",
    TableKind.APPOINTMENT: """Appt. ID|Acct. No.|Patient|Appt Dt/Tm|Appt Reason|Sched Prov|Op|Dur (min)
        |Appt Stat.|Cmts|Dt Booked
        |Lab Due""",
    TableKind.TREATMENT_PLAN: """Plan No.|Acct. No.|Plan Nm|Plan Stat.|Dt Proposed|Est. Total|Compl. Total
        |ADA Cd|Proc. Descr.|Tooth #
        |Surf.|Proc. Fee|Proc. Stat.""",
    TableKind.BILLING: "Acct. No.|Patient|30+|90+|Bal. Due|Pmt Plan Stat.|Last Pmt Dt|Aging Dt",
    TableKind.NOTE: "Note No.|Acct. No.|Note Dt|Author|Note Cat.|Note",
    TableKind.CLAIM: """Claim ID|Acct. No.|Patient|Claim No.|Ins. Carr.|D.O.S.|Claim Stat.|Amt. Clmd|Ins. Pmt
        |W/O Amt|Via""",
    TableKind.COMMUNICATION: "Comm. ID|Acct. No.|Dt/Tm Sent|Comm. Type|Method|Deliv. Stat.|Msg",
    TableKind.DOCUMENT: "Doc. ID|Acct. No.|Dt Scanned|File Nm|File Loc.",
    TableKind.PROVIDER: "Prov. ID|Init.|Surname|Forename|Cred.|E-mail|Active?",
    TableKind.AUTOMATION: "Rule|Event|Timing|Method|Msg|Active?",
    TableKind.UNKNOWN: "Month|Gross|Net|Coll.|New Pts",
}
VOCABULARIES: Mapping[str, Mapping[TableKind, str]] = {"long": _LONG, "terse": _TERSE, "modern": _MODERN, "dotted": _DOTTED}

KINDS = {
    "Pt Roster": TableKind.PATIENT,
    "Appt Book": TableKind.APPOINTMENT,
    "Tx Cases": TableKind.TREATMENT_PLAN,
    "Acct Aging": TableKind.BILLING,
    "Chart Notes": TableKind.NOTE,
    "Ins Claims": TableKind.CLAIM,
    "Contact Log": TableKind.COMMUNICATION,
    "Imaging Index": TableKind.DOCUMENT,
    "Prov Roster": TableKind.PROVIDER,
    "Auto Msgs": TableKind.AUTOMATION,
    "Mo Production": TableKind.UNKNOWN,
}
"""How the names of the demo practice's files begin."""


def headers_of(vocabulary: str, kind: TableKind) -> list[str]:
    """Return the headers of one table in a vocabulary."""
    return [" ".join(header.split()) for header in VOCABULARIES[vocabulary][kind].split("|")]


def relabelled(extract: Path, folder: Path, vocabulary: str) -> Path:
    """Return the tables of a demo practice's extract in another vocabulary: in files whose names say nothing."""
    folder.mkdir(parents=True)
    for number, (name, kind) in enumerate(KINDS.items()):
        (table,) = read_tables(local_file(next(extract.glob(f"{name} *")), extract))
        rows: Sequence[Sequence[str]] = [cells for _, cells in table.rows()]
        text = io.StringIO(newline="")
        csv.writer(text).writerows([headers_of(vocabulary, kind), *rows])
        (folder / f"f{number:02}.csv").write_text(text.getvalue(), encoding="utf-8")
    return folder


def with_columns(folder: Path, number: int, cells: Mapping[str, Sequence[str]]) -> None:
    """Add columns to the table of a file; their cells are repeated as often as there are rows."""
    path = folder / f"f{number:02}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        headers, *rows = csv.reader(file)
    added = [[*row, *(values[n % len(values)] for values in cells.values())] for n, row in enumerate(rows)]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([[*headers, *cells], *added])
