"""Columns that several kinds of tables have, and the words for them."""

from __future__ import annotations

from producers.entities.column import Column
from producers.entities.spec import words
from producers.kinds import cells
from producers.vocabulary.aliases import aliases

REPEATS_PATIENT = "repeats the patient, to whom the row is linked by id"
REPEATS_PROVIDER = "repeats the provider, who is linked by another column"

PATIENT_ID = Column(name="patient_id", kind=cells.PATIENT_ID, issue="patient", weight=1.0, need="the patient's id")
PATIENT_NAME = Column(
    name="patient_name", kind=cells.FULL_NAME, weight=0.2, many=True, ignored=REPEATS_PATIENT, repeats="patient_id"
)
PROVIDER_NAME = Column(
    name="provider_name",
    kind=cells.FULL_NAME,
    weight=0.2,
    many=True,
    ignored=REPEATS_PROVIDER,
    repeats="provider_ref",
    stands_in=True,
)
CREATED = Column(name="created_at", kind=cells.DATE_TIME, issue="originalCreateDate", weight=0.4)


def native_id(what: str) -> Column:
    """Return the column of a row's own id, without which its table cannot be read."""
    return Column(name="native_id", kind=cells.ID, issue="id", weight=1.2, need=what)


LINES = (
    Column(name="line_id", kind=cells.ID, weight=0.1, ignored="a line item is a part of its plan and has no id of its own"),
    Column(name="line_order", kind=cells.ORDER, issue="lineItems", weight=0.5),
    Column(name="code", kind=cells.CODE, issue="lineItems", weight=3.0),
    Column(name="description", kind=cells.WORD, issue="lineItems", weight=0.3),
    Column(name="tooth", kind=cells.TOOTH, issue="lineItems", weight=2.0),
    Column(name="surface", kind=cells.SURFACE, issue="lineItems", weight=2.0),
    Column(name="fee", kind=cells.MONEY, issue="lineItems", weight=0.8),
    Column(name="line_status", kind=cells.WORD, clean=cells.WORDS, issue="lineItems", weight=0.5),
)
"""The columns of a line item, which may stand in the table of the plans, too."""

LINE_NOUNS = words("line item procedure treatment service")

PATIENT_WORDS = """
patient_id: patient id | patient number | patient no | patnum | patient key | patient identifier | patient record id
    | chart id | patient account number | pid | person id | patient guid | pt number | client id | patient ref
    | patient code | related patient id
patient_name: patient name | client | patient | patient full name | pt name | name of patient | patient last first | client name
    | patient last name | patient first name | person name | who
"""
PROVIDER_WORDS = """
provider_ref: provider | provider id | provider number | provnum | prov | doctor | dentist | provider code | dentist id
    | doctor id | treating provider | treating doctor | provider abbr | provider initials | primary provider | clinician
    | practitioner | rendering provider | scheduled provider | prov1 | prov 1 | provider 1
provider_name: provider name | doctor name | dentist name | provider full name | treating provider name
    | provider last name | provider first name
"""
CREATED_WORDS = """
created_at: created | created on | created at | create date | creation date | date created | created date | entered
    | entered on | entry date | entry date time | date entered | entered date | added on | date added | added date
    | sec date entry | sec date t entry | first entered | inserted on | insert date | record created | originally created
    | setup date
"""
LINE_ALIASES = aliases(
    """
line_id: proc tp num | line id | item id | procedure id | treatment item id | plan line id | plan item id | line item id
    | detail id | procedure number | row id
line_order: item order | line | line number | sequence | order | seq | line no | item number | item | position
    | sort order | item no | line order | visit order | step
code: procedure code | proc code | ada code | code | cdt code | cdt | ada | service code | treatment code | procedure
description: description | procedure description | proc description | service | treatment description | procedure name
    | service description | line description | item description | service name | item | treatment item | ada description
    | cdt description | nomenclature | what
tooth: tooth | tooth number | tooth num | teeth | tooth no | tooth range | th | tooth teeth | tooth area | where
surface: surface | surfaces | surf | area | tooth surface | surface area | surface quadrant | quad | quadrant | side
fee: fee | amount | procedure fee | fee amount | line fee | price | line amount | cost | charge | item fee | unit fee
    | line total | office fee | ucr fee | procedure amount | list price | surface fee | each | gross fee | net fee
    | billed fee
line_status: procedure status | proc status | line status | item status | treatment status | service status
    | procedure state | item stage | line stage | stage
"""
)

OF_A_LEDGER = words("transaction transactions credit credits debit debits charge charges check")
"""Words in the headers of a ledger: it has a balance in every row, but is no list of balances."""
