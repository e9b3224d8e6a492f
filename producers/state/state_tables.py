"""The tables of the producers' state."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Integer, LargeBinary, MetaData, String, Table

METADATA = MetaData()

KNOWN = Table(
    "producer_records",
    METADATA,
    Column("slot", Integer, primary_key=True),
    Column("record_id", LargeBinary(16), nullable=False, unique=True),
    Column("entity", String, nullable=False),  # no index: one would cost each new row more than the few scans of a run
    Column("patient_id", LargeBinary(16)),
    Column("fingerprint", LargeBinary(16), nullable=False),
    Column("content", LargeBinary(16), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("deleted", Integer, nullable=False),  # 0 or 1, as `flagged`
    Column("taken_at", BigInteger, nullable=False),
    Column("recheck_at", BigInteger),
    Column("flagged", Integer, nullable=False),
    Column("partition", Integer, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("fields", LargeBinary),  # see `field_marks`; NULL where the last event must be asked
)
HOUSEHOLDS = Table(
    "producer_households",
    METADATA,
    Column("patient_id", LargeBinary(16), primary_key=True),
    Column("key", LargeBinary, nullable=False),
)
CONTACTS = Table(
    "producer_contacts",
    METADATA,
    Column("record_id", LargeBinary(16), primary_key=True),
    Column("address", LargeBinary(16), primary_key=True, index=True),  # keyed hash of the e-mail
    Column("owned", Boolean, nullable=False),
    Column("guarantor_id", LargeBinary(16)),
    Column("sealed", LargeBinary, nullable=False),  # birth date and native id, sealed with the patient's key
)
REFUSED = Table("producer_refused_rows", METADATA, Column("fingerprint", LargeBinary(16), primary_key=True))
SIGHTINGS = Table(
    "producer_sightings",
    METADATA,
    Column("event", LargeBinary(16), primary_key=True),  # a record's id, or a refused row's fingerprint
    Column("extract", String, nullable=False),
    Column("file", LargeBinary(32), nullable=False),
    Column("row", Integer, nullable=False),
)
HELD = Table(
    "producer_held_identities",
    METADATA,
    Column("record_id", LargeBinary(16), primary_key=True),  # of a patient
    Column("reason", String, nullable=False),
    Column("since", BigInteger),  # ms since 1970; NULL in a state of an earlier version
)
PROGRESS = Table(
    "producer_progress",
    METADATA,
    Column("topic", String, primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("offset", BigInteger, nullable=False),
)
