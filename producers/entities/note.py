"""Notes: the columns of their tables, and the words for them."""

from __future__ import annotations

from events.vocabulary.mapping import TableKind
from producers.entities.carried import Exported, carried
from producers.entities.column import Column
from producers.entities.shared import CREATED_WORDS, OF_A_LEDGER, PATIENT_ID, PATIENT_NAME, PATIENT_WORDS, native_id
from producers.entities.spec import SourceSpec, words
from producers.kinds import cells
from producers.vocabulary.aliases import aliases

SPEC = SourceSpec(
    place=8,
    kind=TableKind.NOTE,
    nouns=words("note notes clinical progress chart"),
    enough=3.8,
    signs=words("signed signature topaz clinical progress"),
    columns=(
        native_id("the note's id"),
        PATIENT_ID,
        PATIENT_NAME,
        Column(name="type", kind=cells.WORD, issue="title", weight=0.8),
        Column(name="text", kind=cells.TEXT, issue="body", weight=2.0, need="the text of the note"),
        Column(name="author", kind=cells.AUTHOR, issue="originalAuthor", weight=1.4),
        Column(name="created_at", kind=cells.DATE_TIME, issue="originalCreateDate", weight=0.8),
    ),
    clear=aliases(
        PATIENT_WORDS
        + CREATED_WORDS
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
    | hand | created by user | initials | documented by | charted by | writer | added by
created_at: note date | date | entry date time | date time | note date time | date of note | noted on | written on
    | recorded on | note created | signed on | date written | timestamp | time stamp | written at | note time | charted on
    | documented on | day
"""
    ),
    vague=aliases(
        """
native_id: id | ref | reference | number | key
patient_id: patient | chart | chart number | client | pat
type: title | subject | heading
author: name | doctor | provider code | provider id | provider number
created_at: when | time
text: message
"""
    ),
    carried={
        "title": carried("type"),
        "body": carried("text"),
        "originalAuthor": carried("author"),
        "originalCreateDate": carried("created_at"),
    },
    exported=(
        Exported(
            place=8,
            name="Note",
            fields=(
                "title",
                "body",
                "originalAuthor",
                "originalCreateDate",
            ),
            manual="the patient notes and clinical notes with their whole text",
        ),
    ),
    keeps_columns=True,
    needed=frozenset({"text"}),
    against=OF_A_LEDGER | {"amount", "balance", "payment"},
)
