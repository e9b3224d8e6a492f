"""`map set`, `ignore`, `custom`, `accept`, `code` and `export`: decisions about columns, written to mapping.toml."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tomlkit import TOMLDocument, dumps
from tomlkit.items import Table

from cutover.mapping_file.changing import column_of, table_of
from cutover.mapping_file.document import parsed, written
from cutover.mapping_file.objects import IDENTITY, LABELS, OBJECT, ON
from cutover.mapping_file.reading import decided
from cutover.mapping_file.sharing import exported
from cutover.project.errors import UsageError
from cutover.reports.answer import Answer
from cutover.reports.counted import counted
from cutover.reports.documents.mapping import ChangedMapping, ExportedMapping
from cutover.runs.mapping_edits import draft, mapping_file, read_file
from cutover.runs.session import Session
from producers.binding.findings import doubts_of


def map_change(session: Session, table: str, column: str | None, change: Callable[[TOMLDocument], None]) -> Answer:
    """Change mapping.toml, and read it back: a change that cannot be read leaves the file as it was.

    Raises ApprovalMissing without a proposal, MappingFileError.
    """
    before = draft(session)
    file = read_file(session)
    document = parsed(written(before.mapping) if file is None else file)
    change(document)
    mapping = decided(before.base, document).mapping
    mapping_file(session).write_text(dumps(document), encoding="utf-8")
    line = table_of(document, table) if column is None else column_of(document, table, column)
    doubtful = doubts_of(mapping)
    said: ChangedMapping = {
        "mapping_file": str(mapping_file(session)),
        "table": str(table_of(document, table).get("name", "")),
        "column": str(line.get("header", "")),
        "means": str(line.get("means", _said_of(line))),
        "doubtful": doubtful,
    }
    about = "the table" if column is None else said["column"] or column
    text = [f"{said['table']}: {about} means {said['means']}. {len(doubtful)} left to decide."]
    return Answer(document=said, text=text, next_step="`cutover map show`" if doubtful else "`cutover map approve --by NAME`")


def _said_of(table: Table) -> str:
    """Return the words for what a table is taken for: its kind, or its object and whether that is on."""
    if OBJECT not in table:
        return str(table.get("kind", ""))
    identity = " and ".join(map(str, table.get(IDENTITY, ()))) or "nothing"
    return f"{table[LABELS]} ({'on' if table[ON] else 'off'}; rows are told apart by {identity})"


def map_export(session: Session, out: Path) -> Answer:
    """Write the mapping without values, for another practice's `map propose --from`. Raises UsageError where OUT exists."""
    if out.exists():
        raise UsageError(f"{out} is there already; name a new file")
    mapping = draft(session).mapping
    out.write_text(exported(mapping), encoding="utf-8")
    columns = [c for t in mapping.tables for c in t.columns]
    document: ExportedMapping = {
        "written": str(out),
        "tables": len(mapping.tables),
        "columns": len(columns),
        "settled": sum(c.settled for c in columns),
    }
    text = [
        f"Written to {out}: {counted(document['columns'], 'column')}, {document['settled']} settled by people. "
        "It holds no value."
    ]
    return Answer(document=document, text=text, next_step=f"for another practice: `cutover map propose PATH --from {out}`")
