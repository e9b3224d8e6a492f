"""What practices and their software call the columns: per kind of table and column, the headers seen or plausible.

An alias is compared with a header after `headers.meaning` has expanded abbreviations, so `patient id` also stands for `PAT_ID`
and `Pt Id`. `CLEAR` aliases say what a column is on their own; `VAGUE` ones (`date`, `amount`, `result`) are words that several
columns could bear: they count for less, and the values decide.
"""

from __future__ import annotations

from collections.abc import Mapping

from events.vocabulary.mapping import TableKind
from producers.vocabulary.headers import readings


def _table(text: str) -> dict[str, frozenset[str]]:
    """Lines of `column: alias | alias | …`; a line that begins with `|` continues the one before."""
    out: dict[str, set[str]] = {}
    column = ""
    for line in text.strip().splitlines():
        head, _, rest = line.partition(":") if not line.strip().startswith("|") else (column, "", line.strip()[1:])
        column = head.strip()
        out.setdefault(column, set()).update(said for alias in rest.split("|") for said in readings(alias) if said)
    return {name: frozenset(aliases) for name, aliases in out.items()}


_PATIENT_ID = """
patient_id: patient id | patient number | patient no | patnum | patient key | patient identifier | patient record id
    | chart id | patient account number | pid | person id | patient guid | pt number | client id | patient ref
    | patient code | related patient id
patient_name: patient name | client | patient | patient full name | pt name | name of patient | patient last first | client name
    | patient last name | patient first name | person name | who
"""
_PROVIDER_REF = """
provider_ref: provider | provider id | provider number | provnum | prov | doctor | dentist | provider code | dentist id
    | doctor id | treating provider | treating doctor | provider abbr | provider initials | primary provider | clinician
    | practitioner | rendering provider | scheduled provider | prov1 | prov 1 | provider 1
provider_name: provider name | doctor name | dentist name | provider full name | treating provider name
    | provider last name | provider first name
"""
_CREATED = """
created_at: created | created on | created at | create date | creation date | date created | created date | entered
    | entered on | entry date | entry date time | date entered | entered date | added on | date added | added date
    | sec date entry | sec date t entry | first entered | inserted on | insert date | record created | originally created
    | setup date
"""

CLEAR: Mapping[TableKind, Mapping[str, frozenset[str]]] = {
    TableKind.PROVIDER: _table(
        """
native_id: provider id | provider number | provnum | employee id | staff id | provider no | dentist id | provider key
    | user id | doctor id | employee number | staff number | resource id | ref
first_name: forename | first name | fname | given name | provider first name | first
last_name: last name | lname | surname | family name | provider last name | last
display_name: provider name | provider | full name | name | employee name | staff name | doctor name | display name
    | employee | dentist | doctor | staff member
code: initial | abbr | abbreviation | code | provider code | initials | short name | provider abbr | short code
    | provider initials
email: email | email address | e-mail | work email | provider email | login email | user email | mail
active: active | is active | enabled | is enabled | currently employed | in use | active flag
"""
    ),
    TableKind.PATIENT: _table(
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
    | provider of record | attending dentist | assigned dentist | family dentist
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
    TableKind.APPOINTMENT: _table(
        _PATIENT_ID
        + _PROVIDER_REF
        + _CREATED
        + """
created_at: booked on | booked | date booked | scheduled on | booking date | made on | date made | booked at
    | date scheduled | appointment made | booked date | made | arranged on | booked when
native_id: appointment id | appointment number | aptnum | appt id | appointment no | appointment key
    | appointment identifier | visit id | visit number | booking id | booking number | booking ref | booking no
    | schedule id
starts_at: appointment date | appointment date time | appt date time | apt date time | appointment start | start date time
    | start | start time date | starts at | starts | scheduled for | scheduled start | appointment on | visit date
    | booking start | visit start | scheduled date | appt start | date of appointment | date of visit | start date
    | scheduled date time | date time | visit date time | slot | slot start | begins | begins at | appointment time slot
    | date and time | when scheduled | start at
start_time: appointment time | appt time | start time | time of appointment | visit time | scheduled time | begin time
type: appointment type | appt type | type | reason | visit type | visit reason | reason for visit | appointment reason
    | procedure | procedures | treatment | service | appointment description | type of visit | purpose | booking type
    | appt reason | what for | service type | appointment category | kind | visit category | treatment type
    | planned procedure
length_minutes: planned length | planned duration | length | length minutes | length min | duration | duration minutes
    | minutes | length in minutes
    | appointment length | scheduled length | appt length | units minutes | mins | booked minutes | time needed | how long
    | chair time | scheduled minutes | planned minutes | time length
status: appointment status | appt status | apt status | status | visit status | booking status | confirmation status
    | state | outcome
note: note | notes | appointment note | appointment notes | appt note | appt notes | comment | comments | remarks | memo
    | appointment comments | scheduling note | booking note | visit note | visit notes | remark
"""
    ),
    TableKind.TREATMENT_PLAN: _table(
        _PATIENT_ID
        + _CREATED
        + """
native_id: treatment plan id | treat plan num | treatment plan number | plan id | plan number | case id | case number
    | tx plan id | treatment case id | estimate id | tp id | treatment id | case no | plan no | plan key | proposal id
    | proposal number
name: plan name | name | treatment plan name | heading | case name | title | plan | treatment plan | case | plan title
    | plan description | treatment plan heading | case description | proposal name | proposal | case title | called
    | plan title name | label
status: plan status | case status | status | tp status | treatment plan status | acceptance | acceptance status
    | plan state | proposal status | stage | plan stage | case stage
estimated_cost: estimated cost | estimated total | estimate | est total | est cost | total estimate | plan total
    | total fee | proposed amount | estimated amount | estimated fee | plan amount | total proposed | proposed total
    | quoted | quoted amount | quoted total | planned cost | would cost | estimate total | estimated total amount
    | estimated amount total
actual_cost: actual cost to date | actual cost | completed total | actual total | completed amount | actual
    | completed cost | amount completed
    | cost to date | completed fee | total completed | actual amount | billed to date | done total | charged | did cost
    | completed total amount | actual total amount
created_at: date tp | plan date | presented on | date presented | case date | proposed on | presented date | date proposed
    | treatment plan date | drawn up | drafted on | planned on | diagnosed on
"""
    ),
    TableKind.TREATMENT_LINE: _table(
        """
plan_id: treatment plan id | treat plan num | treatment plan number | plan id | plan number | case id | case number
    | tx plan id | treatment case id | estimate id | tp id | treatment id | case no | plan no | plan key | proposal id
    | proposal number
plan_name: plan name | case name | heading | treatment plan name | treatment plan | proposal name
line_patient: patient id | patient number | patnum | pat id | patient no | patient key | patient identifier | patient name
    | patient
"""
    ),
    TableKind.BILLING: _table(
        _PATIENT_ID
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
    TableKind.NOTE: _table(
        _PATIENT_ID
        + _CREATED
        + """
native_id: note id | note num | note number | note no | entry id | entry number | progress note id | clinical note id
    | note key | proc note num | note identifier | record id | journal id
type: note type | type | category | note category | kind | note kind | class | entry type | subject type | section
    | note class
text: note | notes | note text | text | note body | clinical note | progress note | content | details | body | memo
    | comments | comment | description | narrative | note content | note details | full note | free text | remarks | words
    | chart note | observation | observations | findings | entry | entry text
author: person who wrote | who wrote | wrote | author | user | user name | entered by | written by | created by
    | provider | provider name | by | signed by
    | staff | recorded by | note author | user id | employee | clinician | note by | noted by | made by | author name
    | hand | created by user | initials | documented by | charted by | writer
created_at: note date | date | entry date time | date time | note date time | date of note | noted on | written on
    | recorded on | note created | signed on | date written | timestamp | time stamp | written at | note time | charted on
    | documented on | day
"""
    ),
    TableKind.CLAIM: _table(
        _PATIENT_ID
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
paid_amount: paid amount | ins pay amt | paid | amount paid | insurance paid | received | payment | payment amount
    | insurance payment | ins paid | amount received | received amount | total paid | benefit paid | reimbursed | payout
    | reimbursement | got | paid by insurance | insurance payments | total received
adjustment_amount: adjustment | adjustment amount | write off | writeoff | adjusted | write off amount | adjustments
    | amount adjusted | contractual adjustment | discount | ppo adjustment | contractual write off | written off
carrier: carrier | carrier name | insurance carrier | insurance | insurance company | payer | payer name | ins co
    | insurer | insurance name | insurance plan | company
service_date: date of service | service date | dos | date service | treatment date | procedure date | serviced on
    | date serviced | visit date | performed on | treated on | date treated | visit on | treatment on
"""
    ),
    TableKind.COMMUNICATION: _table(
        _PATIENT_ID
        + """
native_id: message id | communication id | commlog num | entry id | log id | comm id | contact id | message number
    | communication number | log number | entry number | record id | journal id | reminder id | notification id
    | contact log id | message key | comm log id
type: communication type | comm type | message type | entry type | type | reason | contact type | category | purpose
    | reminder type | message category | topic | subject | notification type | campaign | kind | message kind
    | template name | template | trigger
channel: channel | method | mode | via | sent via | communication method | medium | contact method | delivery method
    | delivery channel | media | sent by | how | send by | delivery mode | means | sent through | through | delivered by
    | type of contact
delivered_at: date time | delivered at | delivery time | delivered on | sent at | sent on | sent | comm date time
    | message date | entry date | communication date | date sent | sent date | date time sent | delivery date
    | contact date | log date | scheduled for | communication date time | message date time | send date | delivered date
    | timestamp | time stamp | contacted on | contacted at | sent date time | date delivered | dispatched at | dispatched
    | time sent at | contact date time | happened at | occurred at | when sent
delivered_time: time sent | sent time | message time | entry time | communication time
delivery_status: delivery status | result | status | outcome | message status | delivery result | sent status
    | communication status | delivery state | disposition | delivery outcome | arrived | delivery | delivered | state
    | message state
message: message | message body | body | text | message text | content | note | notes | description | details | comments
    | message content | communication note | comment | what was said | wording | note text | wording sent | body text
    | sms text | comm note | script
"""
    ),
    TableKind.DOCUMENT: _table(
        _PATIENT_ID
        + _CREATED
        + """
native_id: document id | doc id | doc num | document number | file id | image id | attachment id | upload id | document no
    | document key | scan id | media id
file_name: file name | filename | original name | document name | original file name | name | doc name | attachment name
    | file title | title | original filename | called | file label
path: where stored | path | file path | relative path | location | file location | stored at | storage path | full path
    | document path
    | folder path | file | link | exported to | export path | exported file | lies at | found at | relative file path
    | disk path
created_at: uploaded | uploaded on | date uploaded | upload date | document date | doc date | date | scanned on
    | scan date | imported on | file date | uploaded at | date scanned | captured on | saved on | filed on | date saved
    | date filed | import date | day | added | upload time | received on
"""
    ),
    TableKind.AUTOMATION: _table(
        """
name: rule name | rule | name | automation | automation name | reminder name | reminder | title | campaign name | workflow
    | workflow name | sequence name | rule title
trigger: trigger | event | trigger type | trigger event | when event | starts when | on event | triggered by | condition
    | fires on | fired by | based on
timing: send timing | timing | when | schedule | ts prior | time before | offset | send time | lead time | delay
    | send when | time
    | time prior | send at | interval | how long before
channel: channel | send by | send order | method | via | medium | send via | delivery method | type | media | means
    | send through
template: template | text | template text | message | message template | body | message text | content | wording
    | message body | email body | script
active: active | on | is enabled | enabled | is active | status | active flag | in use | switched on | turned on | live
"""
    ),
}

_LINES = _table(
    """
line_id: proc tp num | line id | item id | procedure id | treatment item id | plan line id | plan item id | line item id
    | detail id | procedure number | row id
line_order: item order | line | line number | sequence | order | seq | line no | item number | item | position
    | sort order | item no | line order | visit order | step
code: procedure code | proc code | ada code | code | cdt code | cdt | ada | service code | treatment code | procedure
description: description | procedure description | proc description | service | treatment description | procedure name
    | service description | line description | item description | service name | item | treatment item | ada description
    | cdt description | what
tooth: tooth | tooth number | tooth num | teeth | tooth no | tooth range | th | tooth teeth | tooth area | where
surface: surface | surfaces | surf | area | tooth surface | surface area | surface quadrant | quad | quadrant | side
fee: fee | amount | procedure fee | fee amount | line fee | price | line amount | cost | charge | item fee | unit fee
    | line total | office fee | ucr fee | procedure amount | list price | surface fee | each | gross fee | net fee
    | billed fee
line_status: procedure status | proc status | line status | item status | treatment status | service status
    | procedure state | item stage | line stage | stage
"""
)
CLEAR = {
    **CLEAR,
    TableKind.TREATMENT_PLAN: {**CLEAR[TableKind.TREATMENT_PLAN], **_LINES},
    TableKind.TREATMENT_LINE: {
        **CLEAR[TableKind.TREATMENT_LINE],
        **_LINES,
        "line_status": _LINES["line_status"] | {"status", "state"},
        "line_id": _LINES["line_id"] | {"id"},
    },
}

VAGUE: Mapping[TableKind, Mapping[str, frozenset[str]]] = {
    TableKind.PROVIDER: _table("native_id: id | ref | reference | number | key\ndisplay_name: called\nactive: status | here"),
    TableKind.PATIENT: _table(
        """
full_name: client | person
native_id: id | number | chart number | account number | chart | account id | key | record number | record id
mobile_phone: phone | phone number | primary phone | contact number | phone 1 | main phone
home_phone: phone 2 | other phone | alternate phone | evening phone
created_at: date | entry
birth_date: date
"""
    ),
    TableKind.APPOINTMENT: _table(
        """
native_id: id | ref | reference | number | key | record id
patient_id: patient | id patient | chart | chart number | client | account id | account number
starts_at: date | when | day | appointment | time
start_time: time | hour | at
status: confirmed | result
type: description
created_at: date
length_minutes: time units | size | units
"""
    ),
    TableKind.TREATMENT_PLAN: _table(
        """
native_id: id | ref | reference | number | key | record id
patient_id: patient | chart | chart number | client | pat
estimated_cost: total | amount | cost | fee
actual_cost: completed | done
created_at: date
name: description | treatment
"""
    ),
    TableKind.TREATMENT_LINE: _table("plan_id: plan | case | parent id\nfee: total\ndescription: name | treatment"),
    TableKind.BILLING: _table(
        """
native_id: id | ref | reference | number | key | record id
patient_id: patient | chart | chart number | client | guarantor id | responsible party id | guarantor number
balance: total | amount | due
payment_plan_status: status | plan
as_of_date: date
last_payment_date: paid
"""
    ),
    TableKind.NOTE: _table(
        """
native_id: id | ref | reference | number | key
patient_id: patient | chart | chart number | client | pat
author: name | doctor
created_at: when | time
text: message
"""
    ),
    TableKind.CLAIM: _table(
        """
native_id: id | ref | reference | number | key | record id
patient_id: patient | chart | chart number | client | pat
number: number | reference
submitted_amount: amount | total | fee
carrier: name | plan
service_date: date
status: result
"""
    ),
    TableKind.COMMUNICATION: _table(
        """
native_id: id | ref | reference | number | key
patient_id: patient | chart | chart number | client | pat
channel: type
delivered_at: date | when | time | day
delivered_time: time
"""
    ),
    TableKind.DOCUMENT: _table(
        """
native_id: id | ref | reference | number | key
patient_id: patient | chart | chart number | client | pat
file_name: document | description | doc
created_at: when | entered
"""
    ),
    TableKind.AUTOMATION: _table("trigger: type\nname: description\ntiming: days"),
}
