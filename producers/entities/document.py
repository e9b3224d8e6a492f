"""Documents: the columns of their tables, and the words for them."""

from __future__ import annotations

from events.vocabulary.mapping import TableKind
from producers.entities.carried import Exported, carried
from producers.entities.column import Column
from producers.entities.shared import CREATED_WORDS, PATIENT_ID, PATIENT_NAME, PATIENT_WORDS
from producers.entities.spec import IdFrom, SourceSpec, words
from producers.kinds import cells
from producers.vocabulary.aliases import aliases

SPEC = SourceSpec(
    place=10,
    kind=TableKind.DOCUMENT,
    nouns=words("document file attachment upload image scan"),
    enough=3.0,
    signs=words("image mime url file filename attachment thumbnail scan category document"),
    columns=(
        Column(name="native_id", kind=cells.ID, issue="id", weight=0.8),
        PATIENT_ID,
        PATIENT_NAME,
        Column(name="file_name", kind=cells.FILE, issue="name", weight=2.0, need="the file"),
        Column(name="path", kind=cells.PATH, weight=2.0, need="the file"),
        Column(name="created_at", kind=cells.DATE_TIME, issue="originalCreateDate", weight=0.5),
    ),
    clear=aliases(
        PATIENT_WORDS
        + CREATED_WORDS
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
    vague=aliases(
        """
native_id: id | ref | reference | number | key
patient_id: patient | chart | chart number | client | pat
file_name: document | description | doc
created_at: when | entered
"""
    ),
    carried={
        "name": carried("file_name", "file_name path"),
        "file": carried("sha256", "path file_name"),
        "originalCreateDate": carried("created_at"),
    },
    exported=(
        Exported(
            place=11,
            name="Document",
            fields=(
                "name",
                "file",
                "originalCreateDate",
            ),
            manual="an index of the documents, and the files themselves",
        ),
    ),
    keeps_columns=True,
    id_from=IdFrom.FILE,
    needed=frozenset({"sha256", "path"}),
)
