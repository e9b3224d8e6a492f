"""Real values of columns, for a person who asked for them by name. They are shown, and written nowhere."""

from __future__ import annotations

from collections.abc import Sequence

from cutover.mapping_file.document import seen_tables
from cutover.runs.arguments.extracts import open_extracts, proposed_places
from cutover.runs.arguments.named_person import NamedPerson
from cutover.runs.session import Session
from events.decisions import Decided
from events.vocabulary.mapping import ColumnMapping
from producers.binding.declared_location import tables_of
from producers.binding.matching import sights_of
from producers.binding.sampled import occurrences
from producers.kinds.sights import TableSight

Examples = Sequence[Sequence[Sequence[str]]]
"""Values by binding of a mapping, and by column of the binding."""


def no_examples(mapping: ColumnMapping) -> Examples:
    """Return no value for each column."""
    return [[()] * len(binding.columns) for binding in mapping.tables]


def read_examples(
    session: Session, mapping: ColumnMapping, sights: Sequence[TableSight], reader: NamedPerson, command: str
) -> Examples:
    """Return values of the columns that were seen; the reading is recorded first. Raises LogError."""
    session.decisions.record(Decided.DATA_READ, {"command": command, "by": reader.by, "reason": reader.why})
    return [
        [
            seen.columns[occurrence].examples if seen is not None and occurrence in seen.columns else ()
            for occurrence in occurrences(binding.headers)
        ]
        for binding, seen in zip(mapping.tables, seen_tables(mapping, sights), strict=True)
    ]


def proposal_sights(session: Session) -> list[TableSight]:
    """Look at the first rows of the extracts that the mapping was proposed for. Raises UsageError, ExtractError."""
    paths = proposed_places(session, asked_by="--examples: ")
    return [sight for extract in open_extracts(session, paths) for sight in sights_of(tables_of(extract, session.practice))]
