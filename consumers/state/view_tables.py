"""The tables of the consumers' view, and the indexes by which each of its questions is asked.

Rows are found by short ids (`consumers.state.short_ids`). The conditions of partial indexes are SQL texts, which the questions
repeat word for word: a database takes such an index only where it can prove the condition, and a bound value proves nothing.
In SQLite the tables have no primary keys, whose indexes of whole ids would be larger. States of earlier releases
keep theirs, and without statistics SQLite takes the workspace, such a key's first column, for selective: a question by short
ids names the workspace in a way that no index serves.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    func,
    text,
)

from consumers.state.applied import TABLES as APPLIED_WRITES
from consumers.state.conflicts import CONFLICTS
from consumers.state.fencing import FENCES
from consumers.state.short_ids import LENGTH, Upsert
from events.database import CONDITION, SUPERSEDED
from events.vocabulary.entities import Entity

METADATA = MetaData()

HEADS = Table(
    "consumer_heads",
    METADATA,
    Column("workspace", String, nullable=False),
    Column("record_id", LargeBinary(16), nullable=False),
    Column("entity", String, nullable=False),
    Column("patient_id", LargeBinary(16)),
    Column("partition", Integer, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("deleted", Boolean, nullable=False),
    Column("applied_revision", Integer, nullable=False),
    Column("status", String, nullable=False),  # "", or a reason to wait: see `consumers.state.view_rows.Head`
    Column("reason", String),
    Column("waits_for", LargeBinary(16)),
    Column("attempts", Integer, nullable=False),
    Column("settled_at", BigInteger, nullable=False),  # when the last write was settled, ms since 1970
    PrimaryKeyConstraint("workspace", "record_id").ddl_if(dialect="postgresql"),
)
WRITTEN = Table(
    "consumer_written",
    METADATA,
    Column("workspace", String, nullable=False),
    Column("object", String, nullable=False),
    Column("twenty_id", LargeBinary(16), nullable=False),
    Column("record_id", LargeBinary(16), nullable=False),
    Column("alive", Boolean, nullable=False),  # in Twenty, soft-deleted or not
    Column("deleted", Boolean, nullable=False),  # soft-deleted by us
    Column("created", Boolean, nullable=False),  # read no more; tables of earlier releases demand a value
    Column("intent_partition", Integer, nullable=False),
    Column("intent_offset", BigInteger, nullable=False),
    Column("outcome_partition", Integer, nullable=False),
    Column("outcome_offset", BigInteger, nullable=False),
    Column("address", LargeBinary(16)),  # keyed hash of the primary e-mail held
    PrimaryKeyConstraint("workspace", "object", "twenty_id").ddl_if(dialect="postgresql"),
)
OPEN = Table(
    "consumer_open_intents",
    METADATA,
    Column("intent_id", LargeBinary(16), primary_key=True),
    Column("workspace", String, nullable=False),
    Column("partition", Integer, nullable=False),
    Column("offset", BigInteger, nullable=False),
)
PROGRESS = Table(
    "consumer_progress",
    METADATA,
    Column("workspace", String, primary_key=True),
    Column("topic", String, primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("offset", BigInteger, nullable=False),
)
for table in (FENCES, CONFLICTS, *APPLIED_WRITES.sorted_tables):
    table.to_metadata(METADATA)

_LEADING = ", ".join(f"'{entity}'" for entity in sorted(entity for entity in Entity if not entity.of_patient))

IS_PENDING = text("applied_revision < revision AND status = ''")
IS_KEPT_BACK = text("status <> ''")
IS_LEADING = text(f"entity IN ({_LEADING})")
"""The practice and its providers: a handful of records, which all the others need."""
IS_PATIENT = text(f"entity = '{Entity.PATIENT}'")
IS_GONE = text("(NOT alive OR deleted)")
"""Not among the live records of Twenty: destroyed, or soft-deleted."""
HAS_ADDRESS = text("address IS NOT NULL")


def _index(name: str, *columns: Any, where: Any = None) -> None:
    Index(name, *columns, sqlite_where=where, info={CONDITION: where})


def _short(column: Column[Any]) -> Any:
    return func.substr(column, 1, LENGTH)


_index("consumer_heads_pending", HEADS.c.workspace, HEADS.c.partition, HEADS.c.offset, where=IS_PENDING)
_index("consumer_heads_kept_back", HEADS.c.workspace, HEADS.c.partition, HEADS.c.offset, where=IS_KEPT_BACK)
_index("consumer_heads_leading", HEADS.c.workspace, where=IS_LEADING)
_index("consumer_heads_patients", HEADS.c.workspace, HEADS.c.partition, HEADS.c.offset, where=IS_PATIENT)
_index("consumer_heads_by_record", _short(HEADS.c.record_id))
_index("consumer_heads_by_patient", _short(HEADS.c.patient_id))
_index("consumer_written_by_record", _short(WRITTEN.c.record_id))
_index("consumer_written_by_id", _short(WRITTEN.c.twenty_id))
_index("consumer_written_counted", WRITTEN.c.workspace, WRITTEN.c.object)
_index("consumer_written_address", WRITTEN.c.workspace, WRITTEN.c.address, where=HAS_ADDRESS)
_index("consumer_written_gone", WRITTEN.c.workspace, WRITTEN.c.object, where=IS_GONE)

METADATA.info[SUPERSEDED] = (
    "ix_consumer_heads_waits_for",
    "ix_consumer_written_record_id",
    "ix_consumer_written_address",
    "ix_consumer_applied_record_id",
    "consumer_heads_of_patient",
    "consumer_written_for",
)
"""Indexes of states that earlier versions made."""

HEADS_KEPT = Upsert(
    table=HEADS.name,
    key=("workspace", "record_id"),
    fixed=("entity",),
    placed=("patient_id", "partition", "offset"),
    updated=("revision", "deleted", "applied_revision", "status", "reason", "waits_for", "attempts", "settled_at"),
)
WRITTEN_KEPT = Upsert(
    table=WRITTEN.name,
    key=("workspace", "object", "twenty_id"),
    fixed=("record_id", "created"),
    placed=("address",),
    updated=("alive", "deleted", "intent_partition", "intent_offset", "outcome_partition", "outcome_offset"),
)
