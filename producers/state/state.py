"""Knowledge of the producers: the records that exist, the row as which each was last read, the patients who share an
address.

A cache of the log: each table is a fold of the change events and of the dead letters of refused rows, and the position it
has reached is stored with it. Delete the database and `catch_up` rebuilds it. Nothing in it says anything about a person in
clear: ids are UUIDv5, fingerprints and addresses are keyed hashes, the rest is sealed with the patient's key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, Engine, func, select

from events.database import add_missing_column, bulk, bulk_read, in_parts, open_database, placeholders, read_at_once, reading
from events.vocabulary.entities import Entity
from events.vocabulary.specs import Compiled
from producers.state.state_tables import CONTACTS, HELD, KNOWN, METADATA, REFUSED, SIGHTINGS


class Known(NamedTuple):
    """One record as it was last read: the columns of the table, in their order."""

    slot: int
    record_id: bytes
    entity: Entity
    patient_id: bytes | None
    fingerprint: bytes
    content: bytes
    revision: int
    deleted: bool
    taken_at: int
    recheck_at: int | None
    flagged: bool
    partition: int
    offset: int
    fields: bytes | None = None

    def row(self) -> StateRow:
        """Return the record as `save` takes it. PostgreSQL refuses a boolean for an integer column; SQLite does not."""
        about = (self.slot, self.record_id, self.entity.value, self.patient_id, self.fingerprint, self.content, self.revision)
        place = (self.partition, self.offset, self.fields)
        return (*about, int(self.deleted), self.taken_at, self.recheck_at, int(self.flagged), *place)


StateRow = tuple[int, bytes, str, bytes | None, bytes, bytes, int, int, int, int | None, int, int, int, bytes | None]
"""A record to be saved: the table's columns in their order. The slot is 0 where it is not known whether the record has one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One patient's hold on one address. `sealed` opens to the birth date and the native id."""

    record_id: bytes
    address: bytes
    owned: bool
    guarantor_id: bytes | None
    sealed: bytes


def millis(moment: datetime) -> int:
    """Return an aware datetime as whole milliseconds since 1970 UTC."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def moment(milliseconds: int) -> datetime:
    """Return what `millis` made whole milliseconds of."""
    return _EPOCH + timedelta(milliseconds=milliseconds)


class ProducerState:
    """The producers' tables. Every method is one short transaction, or reads."""

    def __init__(self, url: str) -> None:
        """Take an SQLAlchemy URL. Raises DatabaseUnreachable."""
        self._engine = open_database(url, METADATA)
        add_missing_column(self._engine, KNOWN.c.fields)
        add_missing_column(self._engine, HELD.c.since)

    def close(self) -> None:
        """Close the database."""
        self._engine.dispose()

    def progress(self, topic: str) -> dict[int, int]:
        """Return the next offset to fold, by partition."""
        with reading(self._engine) as connection:
            query = 'SELECT partition, "offset" FROM producer_progress WHERE topic = ?'
            return dict(read_at_once(connection, query, (topic,)))

    def save(
        self,
        *,
        records: Iterable[StateRow] = (),
        households: Iterable[tuple[bytes, bytes]] = (),
        contacts: Mapping[bytes, Sequence[Contact]] | None = None,
        refused: Iterable[bytes] = (),
        sightings: Iterable[tuple[bytes, str, bytes, int]] = (),
        progress: dict[tuple[str, int], int] | None = None,
    ) -> None:
        """Fold what a batch of events says, and how far it goes, in one transaction."""
        with self._engine.begin() as connection:
            rows = sorted(records)  # neighbours in the table, or in the index of the ids, are written together
            bulk(connection, _UPSERT, [row[1:] for row in rows if not row[0]])
            bulk(connection, _UPDATE, [(*row[3:], row[0]) for row in rows if row[0]])  # found without the index: half the time
            bulk(
                connection,
                "INSERT INTO producer_households (patient_id, key) VALUES (?, ?) ON CONFLICT (patient_id) DO NOTHING",
                list(households),
            )
            self._save_contacts(connection, contacts or {})
            bulk(
                connection,
                "INSERT INTO producer_refused_rows (fingerprint) VALUES (?) ON CONFLICT DO NOTHING",
                [(f,) for f in refused],
            )
            bulk(
                connection,
                "INSERT INTO producer_sightings (event, extract, file, row) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (event) DO UPDATE SET extract = excluded.extract, file = excluded.file, row = excluded.row",
                list(sightings),
            )
            bulk(
                connection,
                'INSERT INTO producer_progress (topic, partition, "offset") VALUES (?, ?, ?) '
                'ON CONFLICT (topic, partition) DO UPDATE SET "offset" = excluded."offset"',
                [(topic, partition, offset) for (topic, partition), offset in (progress or {}).items()],
            )

    def _save_contacts(self, connection: Connection, contacts: Mapping[bytes, Sequence[Contact]]) -> None:
        bulk(connection, "DELETE FROM producer_contacts WHERE record_id = ?", [(record_id,) for record_id in contacts])
        rows = [(c.record_id, c.address, c.owned, c.guarantor_id, c.sealed) for held in contacts.values() for c in held]
        bulk(
            connection,
            "INSERT INTO producer_contacts (record_id, address, owned, guarantor_id, sealed) VALUES (?, ?, ?, ?, ?)",
            rows,
        )

    def held_identities(self) -> dict[bytes, str]:
        """Return the patients under whose id two people stand, and the reason code; rows that name them are not carried."""
        with reading(self._engine) as connection:
            return {r.record_id: r.reason for r in connection.execute(select(HELD))}

    def hold_identities(self, held: Mapping[bytes, tuple[str, int]], released: Iterable[bytes] = ()) -> None:
        """Hold patients' ids, with reason code and time (ms since 1970), and release others: rows that name those are carried
        when they are read again.
        """
        rows = [(record_id, reason, since) for record_id, (reason, since) in held.items()]
        with self._engine.begin() as connection:
            bulk(connection, "DELETE FROM producer_held_identities WHERE record_id = ?", [(i,) for i in (*released, *held)])
            bulk(connection, "INSERT INTO producer_held_identities (record_id, reason, since) VALUES (?, ?, ?)", rows)

    def release_decided(self, decided: Mapping[bytes, datetime]) -> None:
        """Release the ids that were decided after they were last held."""
        if not decided:
            return
        with reading(self._engine) as connection:
            since = {r.record_id: r.since for r in connection.execute(select(HELD))}
        released = [i for i, moment in decided.items() if i in since and millis(moment) >= (since[i] or 0)]
        if released:
            self.hold_identities({}, released)

    def live_slots(self, entity: Entity, last: int) -> Iterator[int]:
        """Yield the slots up to `last` of an entity's records that are not deleted."""
        slot = 0
        query = f"SELECT slot {_LIVE} AND slot > ? AND slot <= ? ORDER BY slot LIMIT {_PAGE}"
        while True:
            with reading(self._engine) as connection:
                page = read_at_once(connection, query, (entity.value, slot, last))
            yield from (slot for (slot,) in page)
            if len(page) < _PAGE:
                break
            ((slot,),) = page[-1:]

    def live_count(self, entity: Entity) -> int:
        """Return the number of an entity's records that are not deleted."""
        with reading(self._engine) as connection:
            ((count,),) = read_at_once(connection, f"SELECT COUNT(*) {_LIVE}", (entity.value,))
        return int(count)

    def settled(self, entity: Entity, taken_at: datetime) -> SettledRows:
        """Return the settled rows of an entity at this instant."""
        with reading(self._engine) as connection:
            strangers = frozenset(patient_id for (patient_id,) in bulk_read(connection, _STRANGERS, ()))
        return SettledRows(
            _engine=self._engine, _entity=entity, _taken_at=millis(taken_at), _last=self.last_slot(), _strangers=strangers
        )

    def known(self, record_ids: Sequence[bytes]) -> dict[bytes, Known]:
        """Return what is known of these records."""
        return {known.record_id: known for known in self._known("record_id", record_ids)}

    def pages_of(self, entity: Entity) -> Iterator[list[Known]]:
        """Yield an entity's records, deleted ones included, in pages in the order of their slots."""
        slot = 0
        query = f"SELECT {_COLUMNS} FROM producer_records WHERE entity = ? AND slot > ? ORDER BY slot LIMIT {_AT_ONCE}"  # noqa: S608
        while True:
            with reading(self._engine) as connection:
                page = list(_as_known(read_at_once(connection, query, (entity.value, slot))))
            if not page:
                return
            yield page
            slot = page[-1].slot

    def drop_refused(self, fingerprints: Iterable[bytes]) -> None:
        """Drop refused rows of a delivery that was voided: another delivery's row alike is reported afresh."""
        gone = [(fingerprint,) for fingerprint in fingerprints]
        with self._engine.begin() as connection:
            bulk(connection, "DELETE FROM producer_refused_rows WHERE fingerprint = ?", gone)
            bulk(connection, "DELETE FROM producer_sightings WHERE event = ?", gone)

    def has_any(self, entity: Entity) -> bool:
        """Return whether there is any record of an entity, deleted ones included."""
        with reading(self._engine) as connection:
            return any(read_at_once(connection, "SELECT 1 FROM producer_records WHERE entity = ? LIMIT 1", (entity.value,)))

    def live_as_of(self, entity: Entity, taken_at: int) -> Iterator[Known]:
        """Yield an entity's records that are not deleted and were last changed by an extract taken then (ms since 1970)."""
        query = f"SELECT {_COLUMNS} {_LIVE} AND taken_at = ?"
        with reading(self._engine) as connection:
            for row in bulk_read(connection, query, (entity.value, taken_at)):
                yield from _as_known((row,))

    def places(self, entity: Entity) -> Iterator[tuple[int, int, int]]:
        """Yield slot, partition and offset of an entity's records, deleted ones included."""
        query = 'SELECT slot, partition, "offset" FROM producer_records WHERE entity = ?'
        with reading(self._engine) as connection:
            yield from bulk_read(connection, query, (entity.value,))

    def of_patients(self, patient_ids: Sequence[bytes]) -> list[Known]:
        """Return what hangs on these patients, the patients themselves left out. Reads the whole table: for rare occasions."""
        return [k for k in self._known("patient_id", patient_ids) if k.entity is not Entity.PATIENT]

    def orphans(self, most: int) -> dict[Entity, list[Known]]:
        """Return the live records whose patient does not live, at most so many of each entity."""
        with reading(self._engine) as connection:
            if not read_at_once(connection, f"{_STRANGERS} LIMIT 1", ()):
                return {}
            found: dict[Entity, list[Known]] = {}
            for known in _as_known(bulk_read(connection, _ORPHANS, (most,))):
                found.setdefault(known.entity, []).append(known)
        return {entity: found[entity] for entity in sorted(found)}

    def places_seen(self, events: Sequence[bytes]) -> dict[bytes, tuple[str, bytes, int]]:
        """Return the places where these records were last seen, as far as that is kept: (extract, file, row)."""
        with reading(self._engine) as connection:
            rows = [
                r for part in in_parts(events) for r in connection.execute(select(SIGHTINGS).where(SIGHTINGS.c.event.in_(part)))
            ]
        return {r.event: (r.extract, r.file, r.row) for r in rows}

    def at_slots(self, slots: Sequence[int]) -> list[Known]:
        """Return the records at these slots."""
        return self._known("slot", slots)

    def _known(self, column: str, values: Sequence[Any]) -> list[Known]:
        found: list[Known] = []
        with reading(self._engine) as connection:
            for part in in_parts(values, _AT_ONCE):
                query = f"SELECT {_COLUMNS} FROM producer_records WHERE {column} IN ({placeholders(part)})"  # noqa: S608
                found += _as_known(read_at_once(connection, query, tuple(part)))
        return found

    def last_slot(self) -> int:
        """Return the highest slot in use; 0 when there is none."""
        with reading(self._engine) as connection:
            ((slot,),) = read_at_once(connection, "SELECT MAX(slot) FROM producer_records", ())
            return int(slot or 0)

    def counts(self) -> dict[Entity, int]:
        """Return the number of live records of each entity."""
        query = select(KNOWN.c.entity, func.count()).where(KNOWN.c.deleted == 0).group_by(KNOWN.c.entity)
        with reading(self._engine) as connection:
            return {Entity(entity): count for entity, count in connection.execute(query)}

    def households_of(self, patients: Sequence[bytes]) -> dict[bytes, bytes]:
        """Return the household keys of those of these patients who were ever named."""
        found: dict[bytes, bytes] = {}
        with reading(self._engine) as connection:
            for part in in_parts(patients, _AT_ONCE):
                query = f"SELECT patient_id, key FROM producer_households WHERE patient_id IN ({placeholders(part)})"  # noqa: S608
                found.update(read_at_once(connection, query, tuple(part)))
        return found

    def contacts_of(self, record_ids: Sequence[bytes]) -> list[Contact]:
        """Return the addresses that these patients have."""
        return self._contacts(CONTACTS.c.record_id, record_ids)

    def holders_of(self, addresses: Sequence[bytes]) -> list[Contact]:
        """Return who has these addresses."""
        return self._contacts(CONTACTS.c.address, addresses)

    def _contacts(self, column: Column[bytes], values: Sequence[bytes]) -> list[Contact]:
        found: list[Contact] = []
        with reading(self._engine) as connection:
            for part in in_parts(values):
                rows = connection.execute(select(CONTACTS).where(column.in_(part)))
                found += [
                    Contact(
                        record_id=r.record_id, address=r.address, owned=r.owned, guarantor_id=r.guarantor_id, sealed=r.sealed
                    )
                    for r in rows
                ]
        return found

    def forget(self, record_id: bytes) -> None:
        """Drop what the index keeps of a patient's addresses."""
        self.save(contacts={record_id: []})

    def refused(self) -> set[bytes]:
        """Return the fingerprints of rows that are dead letters already."""
        with reading(self._engine) as connection:
            return set(connection.scalars(select(REFUSED.c.fingerprint)))

    def sightings(self) -> dict[bytes, tuple[str, bytes, int]]:
        """Return the places where records with issues and refused rows were last seen: (extract, file, row)."""
        with reading(self._engine) as connection:
            return {r.event: (r.extract, r.file, r.row) for r in connection.execute(select(SIGHTINGS))}


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledRows:
    """The rows of an entity's records that need not be read again when they are met unchanged: records up to a slot.

    Not settled are the rows of deleted records, rows with issues and rows of unknown patients (their place is reported afresh),
    and rows that read differently by now.
    """

    _engine: Engine
    _entity: Entity
    _taken_at: int
    _last: int
    _strangers: frozenset[bytes]

    def after(self, slot: int, limit: int) -> list[tuple[bytes, int]]:
        """Return the fingerprints and slots of so many settled rows behind a slot, in the order of the slots; less at the
        end.
        """
        found: list[tuple[bytes, int]] = []
        while len(found) < limit:
            rows = self._rows("fingerprint, slot", "slot > ? ORDER BY slot LIMIT ?", (slot, limit - len(found)))
            if not self._strangers:
                return rows
            found += [(mark, place) for mark, place, patient_id in rows if patient_id not in self._strangers]
            if not rows:
                break
            slot = rows[-1][1]
        return found

    def among(self, record_ids: Sequence[bytes]) -> list[tuple[bytes, bytes, int]]:
        """Return the ids, fingerprints and slots of those of these records whose rows are settled."""
        found = []
        for part in in_parts(record_ids, _AT_ONCE):
            rows = self._rows("record_id, fingerprint, slot", f"record_id IN ({placeholders(part)})", tuple(part))
            found += [row[:3] for row in rows if not self._strangers or row[3] not in self._strangers]
        return found

    def _rows(self, columns: str, clause: str, values: tuple[Any, ...]) -> list[Any]:
        columns = f"{columns}, patient_id" if self._strangers else columns
        query = f"SELECT {columns} {_LIVE} AND {_READS_THE_SAME} AND slot <= ? AND {clause}"
        with reading(self._engine) as connection:
            return read_at_once(connection, query, (self._entity.value, self._taken_at, self._last, *values))


def _as_known(rows: Iterable[Any]) -> list[Known]:
    return [Known(row[0], row[1], _ENTITIES[row[2]], *row[3:]) for row in rows]


_AT_ONCE = 1_000
"""Values that one question names."""
_COLUMNS = ", ".join(f'"{column.name}"' for column in KNOWN.columns)
_PAGE = 16_384
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ENTITIES: Compiled[str, Entity] = Compiled(Entity)
_LIVE = "FROM producer_records WHERE entity = ? AND deleted = 0"
_READS_THE_SAME = "(flagged = 0 AND (recheck_at IS NULL OR recheck_at > ?))"
# everybody who was ever named has a household
_STRANGERS = (
    "SELECT patient_id FROM producer_households "
    "EXCEPT SELECT record_id FROM producer_records WHERE entity = 'patient' AND deleted = 0"
)
# one query for all entities: a query for each would find the strangers again each time
_ORPHANS = (
    f"SELECT {_COLUMNS} FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY entity ORDER BY slot) AS place "  # noqa: S608 (as above)
    f"FROM producer_records WHERE deleted = 0 AND patient_id IN ({_STRANGERS})) AS orphans WHERE place <= ? ORDER BY slot"
)
_NAMES = [f'"{column.name}"' for column in KNOWN.columns if column is not KNOWN.c.slot]
_UPSERT = (
    f"INSERT INTO producer_records ({', '.join(_NAMES)}) "  # noqa: S608 (the names are the table's own)
    f"VALUES ({', '.join('?' * len(_NAMES))}) ON CONFLICT (record_id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _NAMES[1:])
)
_UPDATE = f"UPDATE producer_records SET {', '.join(f'{name} = ?' for name in _NAMES[2:])} WHERE slot = ?"  # noqa: S608 (as above)
