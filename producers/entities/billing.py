"""Balances: the columns of their tables, and the words for them."""

from __future__ import annotations

from events.vocabulary.mapping import TableKind
from producers.entities.carried import Exported, carried
from producers.entities.column import Column
from producers.entities.shared import OF_A_LEDGER, PATIENT_ID, PATIENT_NAME, PATIENT_WORDS, REPEATS_PATIENT
from producers.entities.spec import IdFrom, SourceSpec, words
from producers.kinds import cells
from producers.vocabulary.aliases import aliases

SPEC = SourceSpec(
    place=7,
    kind=TableKind.BILLING,
    nouns=words("account billing ar ledger"),
    enough=4.0,
    signs=words("30 31 60 61 90 91 120 thirty sixty ninety aging aged receivable"),
    columns=(
        Column(name="native_id", kind=cells.ID, issue="id", weight=0.8),
        PATIENT_ID,
        PATIENT_NAME,
        Column(name="guarantor_name", kind=cells.FULL_NAME, weight=0.3, ignored=REPEATS_PATIENT, repeats="patient_id"),
        Column(name="balance", kind=cells.MONEY, issue="outstandingBalance", weight=2.5, need="the outstanding balance"),
        Column(name="payment_plan_status", kind=cells.PAYMENT_PLAN, issue="paymentPlanStatus", weight=1.2),
        Column(name="last_payment_date", kind=cells.DATE, issue="lastPaymentDate", weight=1.2),
        Column(name="as_of_date", kind=cells.DATE, issue="asOfDate", weight=1.0),
    ),
    clear=aliases(
        PATIENT_WORDS
        + """
native_id: account id | acct id | billing id | ar id | aging id | fam aging num | balance id | account number | acct no
    | ledger id | billing record id | account key | receivable id | statement id | balance number | account
balance: balance | outstanding balance | total balance | bal total | patient balance | account balance | current balance
    | amount due | balance due | total due | total outstanding | outstanding | amount owed | owed | owing | total owing
    | total ar | open balance | remaining balance | total owed | ending balance | still owes | total amount due
    | net balance | current amount due | ar balance | sum due
payment_plan_status: payment plan status | pay plan status | payment agreement | payment plan | pay plan | pmt agreement
    | payment arrangement | installment status | payment plan state | arrangement status | financing status | arrangement
    | agreement | instalments | installments | plan status | financing
last_payment_date: last payment date | last pay date | date last pay | last pmt | last payment | last paid | last paid on
    | last payment on | date of last payment | most recent payment | last pmt date | last paid date
    | last payment received
as_of_date: balance calculated as of | age date | aged date | as of | as of date | date as of | aging date
    | balance date | snapshot date | report date
    | statement date
    | balance as of | calculated on | aged as of | per | as at | balance on
guarantor_name: guarantor | guarantor name | responsible party | responsible party name | account holder | account name
    | head of house | head of household | family | bill to
"""
    ),
    vague=aliases(
        """
native_id: id | ref | reference | number | key | record id
patient_id: patient | chart | chart number | client | guarantor id | responsible party id | guarantor number
balance: total | amount | due
payment_plan_status: status | plan
as_of_date: date
last_payment_date: paid
"""
    ),
    carried={
        "outstandingBalance": carried("balance"),
        "paymentPlanStatus": carried("payment_plan_status"),
        "lastPaymentDate": carried("last_payment_date"),
        "asOfDate": carried("as_of_date"),
    },
    exported=(
        Exported(
            place=6,
            name="Billing Record",
            fields=(
                "outstandingBalance",
                "paymentPlanStatus",
                "lastPaymentDate",
                "asOfDate",
            ),
            manual="the AR balances of the patients",
        ),
    ),
    keeps_columns=True,
    id_from=IdFrom.PATIENT,
    needed=frozenset({"balance"}),
    against=OF_A_LEDGER,
)
