"""The source side of recalls: the columns of their tables, and the words for them."""

from __future__ import annotations

from events.vocabulary.mapping import TableKind
from producers.entities.carried import Exported, carried
from producers.entities.column import Column
from producers.entities.shared import PATIENT_ID, PATIENT_NAME, PATIENT_WORDS, native_id
from producers.entities.spec import SourceSpec, words
from producers.kinds import cells
from producers.vocabulary.aliases import aliases

SPEC = SourceSpec(
    place=12,
    kind=TableKind("recall"),
    nouns=words("recall recare"),
    enough=4.0,
    signs=words("recall recare"),
    columns=(
        native_id("the recall's id"),
        PATIENT_ID,
        PATIENT_NAME,
        Column(name="kind", kind=cells.WORD, clean=cells.WORDS, issue="recallKind", weight=1.0),
        Column(name="due_date", kind=cells.DATE, issue="dueDate", weight=2.0, need="the day on which the patient is due"),
    ),
    clear=aliases(
        PATIENT_WORDS
        + """
native_id: recall id | recall number | recall key
kind: recall type | recall kind | recare type
due_date: due date | recall due | recall due date | date due
"""
    ),
    vague=aliases("native_id: id\nkind: type | kind"),
    carried={"recallKind": carried("kind"), "dueDate": carried("due_date")},
    exported=(Exported(place=13, name="Recall", fields=("recallKind", "dueDate"), manual="the recalls of the patients"),),
    keeps_columns=True,
)
