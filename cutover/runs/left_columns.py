"""Columns that were carried and that the mapping leaves out now: Twenty keeps their values, and nothing keeps them up to date.

They are found and counted when a mapping is approved, and kept with the approval; later runs repeat what it says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from itertools import islice

from cutover.reports.documents.mapping import LeftColumn
from cutover.runs.approvals import mapping_state
from cutover.runs.session import Session
from events.decisions import Decided
from events.vocabulary.entities import Entity
from events.vocabulary.mapping import ColumnMapping, from_json
from events.vocabulary.records import FIELDS, Record
from producers.changes.clearing import cleared_columns
from producers.entities.registry import SOURCES
from producers.state.last_events import last_events

LEFT_COLUMNS = "left_columns"
"""The key of the approval's body."""
_AT_ONCE = 1_000
_Field = tuple[Entity, str]


def newly_left(session: Session, mapping: ColumnMapping) -> list[LeftColumn]:
    """Return the columns that earlier approved mappings carried and this one does not, with the records that hold their values.

    Raises LogError, CodecError.
    """
    filled = _filled(mapping)
    left: dict[_Field, str] = {}
    for decision in session.decisions.all(Decided.MAPPING_APPROVED, Decided.MAPPING_EXTENDED):
        for field, header in _filled(from_json(decision.body["mapping"])).items():
            if field not in filled:
                left[field] = header
    if not left:
        return []
    session.producer().catch_up()
    counts = _holding(session, left)
    return [
        {"entity": entity.value, "field": name, "header": left[entity, name], "records": number}
        for (entity, name), number in counts.items()
    ]


def left_columns(session: Session) -> list[LeftColumn]:
    """Return the columns that the mapping in force leaves out, as its approval found them."""
    approval = session.decisions.last(Decided.MAPPING_APPROVED)
    told: list[LeftColumn] = approval.body.get(LEFT_COLUMNS, []) if approval is not None else []
    mapping = mapping_state(session.decisions).approved if told else None
    filled = _filled(mapping) if mapping is not None else {}
    since = approval.offset if approval is not None else 0
    over = cleared_columns(session.decisions, since) if told else set[_Field]()
    return [one for one in told if (of := (Entity(one["entity"]), one["field"])) not in filled and of not in over]


def left_column_lines(left: Sequence[LeftColumn]) -> list[str]:
    """Return a line for each of these columns: what Twenty keeps, and what can be done."""
    return [
        f"Notice: the column {one['header']!r} ({one['entity']}, {one['field']}) was carried and is left out now: Twenty keeps "
        f"its values of {one['records']:,} records, and they are not kept up to date. Keep them so, clear them with "
        "`cutover map clear --by NAME`, or carry the column again with `cutover map set`."
        for one in left
    ]


def _filled(mapping: ColumnMapping) -> dict[_Field, str]:
    """Return the fields of records that a mapping's columns fill, with the header of the first of them."""
    found: dict[_Field, str] = {}
    for table in mapping.tables:
        entity = SOURCES[table.kind].rows_of if table.kind in SOURCES else None
        if entity is None:
            continue
        for column in table.columns:
            names: tuple[str, ...] = () if column.custom is None else (column.custom,)
            if column.field is not None:
                fills = SOURCES[table.kind].column(column.field).fills or (column.field,)
                names = tuple(name for name in fills if name in FIELDS[entity])
            for name in names:
                found.setdefault((entity, name), column.header)
    return found


def _holding(session: Session, fields: Collection[_Field]) -> Counter[_Field]:
    """Return the number of live records that hold a value of each of these fields; fields that none holds are left away."""
    state, log = session.project.producer_state(), session.log
    found: Counter[_Field] = Counter()
    for entity in dict.fromkeys(entity for entity, _ in fields):
        names = [name for of, name in fields if of is entity]
        slots = state.live_slots(entity, state.last_slot())
        while piece := list(islice(slots, _AT_ONCE)):
            for event in last_events(log, session.keys, state.at_slots(piece)).values():
                record = event.read()
                found.update((entity, name) for name in names if record is not None and _has(record, name))
    return found


def _has(record: Record, name: str) -> bool:
    return record.values.get(name) not in (None, "", []) or record.custom.get(name) not in (None, "")
