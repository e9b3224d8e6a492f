"""Lines of treatment plans: the columns of their tables, and the words for them."""

from __future__ import annotations

from dataclasses import replace

from events.vocabulary.entities import Entity
from events.vocabulary.mapping import TableKind
from producers.entities.column import Column
from producers.entities.shared import LINE_ALIASES, LINE_NOUNS, LINES
from producers.entities.spec import SourceSpec, words
from producers.kinds import cells
from producers.vocabulary.aliases import aliases

SPEC = SourceSpec(
    place=4,
    kind=TableKind.TREATMENT_LINE,
    nouns=LINE_NOUNS,
    enough=4.5,
    signs=words("tooth surface priority prognosis discount"),
    columns=(
        Column(name="plan_id", kind=cells.PLAN_ID, issue="id", weight=1.6, need="the treatment plan's id"),
        Column(name="plan_name", kind=cells.WORD, weight=0.2, ignored="repeats the treatment plan, to which the line belongs"),
        Column(
            name="line_patient", kind=cells.WORD, weight=0.1, many=True, ignored="repeats the patient of the treatment plan"
        ),
        *(replace(c, need="the procedure code") if c.name == "code" else c for c in LINES),
    ),
    clear={
        **aliases(
            """
plan_id: treatment plan id | treat plan num | treatment plan number | plan id | plan number | case id | case number
    | tx plan id | treatment case id | estimate id | tp id | treatment id | case no | plan no | plan key | proposal id
    | proposal number
plan_name: plan name | case name | heading | treatment plan name | treatment plan | proposal name
line_patient: patient id | patient number | patnum | pat id | patient no | patient key | patient identifier | patient name
    | patient
"""
        ),
        **LINE_ALIASES,
        "line_status": LINE_ALIASES["line_status"] | {"status", "state"},
        "line_id": LINE_ALIASES["line_id"] | {"id"},
    },
    vague=aliases("plan_id: plan | case | parent id\nfee: total\ndescription: name | treatment"),
    entity=Entity.TREATMENT_PLAN,
)
