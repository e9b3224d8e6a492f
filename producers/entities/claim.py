"""Insurance claims: the columns of their tables, and the words for them."""

from __future__ import annotations

from events.vocabulary.mapping import TableKind
from producers.entities.carried import Exported, carried
from producers.entities.column import Column
from producers.entities.shared import PATIENT_ID, PATIENT_NAME, PATIENT_WORDS, native_id
from producers.entities.spec import SourceSpec, words
from producers.kinds import cells
from producers.vocabulary.aliases import aliases

SPEC = SourceSpec(
    place=6,
    kind=TableKind.CLAIM,
    nouns=words("claim claims"),
    enough=4.5,
    signs=words("payer subscriber insured deductible claim claims facility filing adjudication preauth"),
    columns=(
        native_id("the claim's id"),
        PATIENT_ID,
        PATIENT_NAME,
        Column(name="number", kind=cells.ID, clean=cells.CODES, issue="name", weight=0.8),
        Column(name="status", kind=cells.CLAIM, weight=1.0),
        Column(name="submitted_amount", kind=cells.MONEY, issue="submittedAmount", weight=1.4, need="the submitted amount"),
        Column(name="paid_amount", kind=cells.MONEY, issue="paidAmount", weight=1.0),
        Column(name="adjustment_amount", kind=cells.MONEY, issue="adjustmentAmount", weight=1.0),
        Column(name="carrier", kind=cells.CARRIER, weight=1.2),
        Column(name="service_date", kind=cells.DATE, issue="serviceDate", weight=1.0),
    ),
    clear=aliases(
        PATIENT_WORDS
        + """
native_id: claim guid | claim uid | claim id | claim num | claim key | claim record id | insurance claim id
    | claim number | claim no
    | claim internal id | claim ref
number: claim identifier | claim number | claim no | claim control number | claim reference | carrier claim number
    | reference number | claim reference number | payer claim number | icn | external claim number | tracking number
status: claim status | status | state | claim state | claim outcome | adjudication | progress | claim progress
    | current status
submitted_amount: billed to insurance | submitted amount | claim fee | billed | amount billed | billed amount
    | claim amount | submitted
    | amount submitted | total billed | fee submitted | total fee | charge | charges | total charge | charged amount
    | fee billed | amount claimed | claimed | total claimed | claimed amount | asked | requested | amount requested
    | claim total | claim amount submitted | total claim
paid_amount: payer paid | carrier paid | paid by carrier
    | paid amount | ins pay amt | paid | amount paid | insurance paid | received | payment | payment amount
    | insurance payment | ins paid | amount received | received amount | total paid | benefit paid | reimbursed | payout
    | reimbursement | got | paid by insurance | insurance payments | total received
adjustment_amount: adjustment | adjustment amount | write off | writeoff | adjusted | write off amount | adjustments
    | amount adjusted | contractual adjustment | discount | ppo adjustment | contractual write off | written off
carrier: carrier | carrier name | insurance carrier | insurance | insurance company | payer | payer name | ins co
    | insurer | insurance name | insurance plan | company | insurance provider
service_date: date of service | service date | dos | date service | treatment date | procedure date | serviced on
    | date serviced | visit date | performed on | treated on | date treated | visit on | treatment on
"""
    ),
    vague=aliases(
        """
native_id: id | ref | reference | number | key | record id
patient_id: patient | chart | chart number | client | pat
number: number | reference
submitted_amount: amount | total | fee
carrier: name | plan
service_date: date | period start | billable start
status: result
"""
    ),
    carried={
        "name": carried("number", "number native_id"),
        "status": carried("status"),
        "submittedAmount": carried("submitted_amount"),
        "paidAmount": carried("paid_amount"),
        "adjustmentAmount": carried("adjustment_amount"),
        "carrier": carried("carrier"),
        "serviceDate": carried("service_date"),
    },
    exported=(
        Exported(
            place=9,
            name="Insurance Claim",
            fields=(
                "name",
                "status",
                "submittedAmount",
                "paidAmount",
                "adjustmentAmount",
                "carrier",
                "serviceDate",
            ),
            manual="the insurance claims",
        ),
    ),
    keeps_columns=True,
    numbered="number",
    against=words("invoice receipt"),
)
