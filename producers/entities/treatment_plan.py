"""Treatment plans: the columns of their tables, and the words for them."""

from __future__ import annotations

from events.vocabulary.mapping import TableKind
from producers.entities.carried import Exported, carried
from producers.entities.column import Column
from producers.entities.shared import (
    CREATED,
    CREATED_WORDS,
    LINE_ALIASES,
    LINE_NOUNS,
    LINES,
    OF_A_LEDGER,
    PATIENT_ID,
    PATIENT_NAME,
    PATIENT_WORDS,
    native_id,
)
from producers.entities.spec import SourceSpec, words
from producers.kinds import cells
from producers.vocabulary.aliases import aliases

SPEC = SourceSpec(
    place=3,
    kind=TableKind.TREATMENT_PLAN,
    nouns=words("treatment plan case proposal"),
    nouns_of=dict.fromkeys((c.name for c in LINES), LINE_NOUNS),
    enough=4.0,
    signs=words("heading presented presenter signed treatment plan prognosis"),
    columns=(
        native_id("the treatment plan's id"),
        PATIENT_ID,
        PATIENT_NAME,
        Column(name="name", kind=cells.WORD, weight=1.0, need="a name or cost of the plan"),
        Column(name="status", kind=cells.PLAN, weight=0.7),
        Column(name="estimated_cost", kind=cells.MONEY, issue="estimatedCost", weight=1.6, need="a name or cost of the plan"),
        Column(name="actual_cost", kind=cells.MONEY, issue="actualCost", weight=1.4, need="a name or cost of the plan"),
        CREATED,
        *LINES,
    ),
    clear={
        **aliases(
            PATIENT_WORDS
            + CREATED_WORDS
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
    | estimated amount total | plan value | treatment value
actual_cost: actual cost to date | actual cost | completed total | actual total | completed amount | actual
    | completed cost | amount completed
    | cost to date | completed fee | total completed | actual amount | billed to date | done total | charged | did cost
    | completed total amount | actual total amount
created_at: date tp | plan date | presented on | date presented | case date | proposed on | presented date | date proposed
    | treatment plan date | drawn up | drafted on | planned on | diagnosed on
"""
        ),
        **LINE_ALIASES,
    },
    vague=aliases(
        """
native_id: id | ref | reference | number | key | record id
patient_id: patient | chart | chart number | client | pat
estimated_cost: total | amount | cost | fee
actual_cost: completed | done
created_at: date
name: description | treatment
"""
    ),
    carried={
        "name": carried("name"),
        "status": carried("status"),
        "estimatedCost": carried("estimated_cost"),
        "actualCost": carried("actual_cost"),
        "originalCreateDate": carried("created_at"),
        "procedureCode": carried("code", of_lines=True),
        "toothSurface": carried("tooth surface", of_lines=True),
        "surfaceFee": carried("fee", of_lines=True),
    },
    exported=(
        Exported(
            place=4,
            name="Treatment Plan",
            fields=(
                "name",
                "status",
                "estimatedCost",
                "actualCost",
                "originalCreateDate",
            ),
            manual="the treatment plans with their costs",
        ),
        Exported(
            place=5,
            name="Treatment Plan Line Item",
            fields=(
                "procedureCode",
                "toothSurface",
                "surfaceFee",
            ),
            manual="the treatment plans' procedures",
            part="lineItems",
        ),
    ),
    keeps_columns=True,
    linked_by=(("treatment-line", "plan_id"),),
    fewest_linked=3,
    against=OF_A_LEDGER | words("payer encounter"),
)
