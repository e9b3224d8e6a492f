"""The key store: one data key per patient (and one for the practice), wrapped by the master key, in a database of its own.

It is no cache: without it the log cannot be read. It is backed up apart from the log, and a key is durable here before the
first event that is sealed with it. Forgetting a patient destroys their data key and leaves an opaque tombstone.

    KeyStoreError            nothing was written
    ├─ MasterKeyMissing      give the file, variable or command that `[keys]` names
    └─ WrongMasterKey        the store was made under another master key
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Column, LargeBinary, MetaData, Table, insert, update
from sqlalchemy.exc import IntegrityError

from events.database import DatabaseUnreachable, open_database, placeholders, read_at_once, reading
from events.errors import CutoverError, ExitCode

METADATA = MetaData()
_KEYS = Table(
    "data_keys",
    METADATA,
    Column("key_id", LargeBinary(16), primary_key=True),
    Column("subject", LargeBinary(16), nullable=False, unique=True),
    Column("wrapped", LargeBinary, nullable=True),  # NULL: forgotten, the row is the tombstone
)

PRACTICE_SUBJECT = bytes(16)
"""The subject of the practice's own key: what belongs to no patient."""


KEPT = 16_384
"""Ciphers in memory at most: 40 MB."""
_FEW = 64
"""Keys that a command looks up one by one; one that asks for more reads all wrapped keys at once."""


class KeyStoreError(CutoverError):
    """The key store cannot be used; nothing was written."""

    exit_code = ExitCode.USAGE


class MasterKeyMissing(KeyStoreError):
    """There is no master key where the settings point."""


class WrongMasterKey(KeyStoreError):
    """The store's keys were wrapped under another master key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataKey:
    """One data key: its opaque id (16 bytes) and the cipher."""

    id: bytes
    cipher: AESGCM
    material: bytes


class _Row(NamedTuple):
    """A key as it lies in the store, without its subject; `wrapped` is None of a subject that was forgotten."""

    key_id: bytes
    wrapped: bytes | None


class KeyStore:
    """Data keys by subject (the 16-byte record id of a patient, or PRACTICE_SUBJECT) and by key id.

    A cipher takes 2.5 kB and is made in microseconds: KEPT of them stay in memory, of the others the wrapped keys.
    """

    def __init__(self, url: str, master: bytes, entropy: Callable[[int], bytes]) -> None:
        """Take an SQLAlchemy URL, a master key of 32 bytes, and `entropy`, a function that gives n random bytes.

        Raises KeyStoreError, DatabaseUnreachable.
        """
        if len(master) != 32:
            raise MasterKeyMissing("the master key must be 32 bytes (64 hex digits); `cutover init` makes one")
        try:
            self._engine = open_database(url, METADATA)
        except DatabaseUnreachable as error:
            raise type(error)(f"the key store: {error}") from None
        self._master = AESGCM(master)
        self._entropy = entropy
        self._rows: dict[bytes, _Row] = {}
        self._subjects: dict[bytes, bytes] = {}
        self._made: dict[bytes, DataKey] = {}
        self._asked_for, self._has_all = 0, False
        try:
            self._check_master()
        except WrongMasterKey:
            self.close()
            raise

    def _check_master(self) -> None:
        """Open the practice's key, or any key of a store without it. Raises WrongMasterKey."""
        self._load("WHERE subject = ?", [PRACTICE_SUBJECT])
        if not self._rows:
            self._load("WHERE wrapped IS NOT NULL LIMIT 1")
        for subject in self._rows:
            self._key_of(subject)

    def _load(self, which: str = "", values: Sequence[bytes] = ()) -> None:
        """Read the rows for a condition with `?` placeholders. SQLAlchemy takes longer over expressions than over queries."""
        rows = f"SELECT subject, key_id, wrapped FROM data_keys {which}"  # noqa: S608 - conditions are constants
        with reading(self._engine) as connection:
            for subject, key_id, wrapped in read_at_once(connection, rows, tuple(values)):
                self._remember(bytes(subject), bytes(key_id), bytes(wrapped) if wrapped is not None else None)

    def _remember(self, subject: bytes, key_id: bytes, wrapped: bytes | None) -> None:
        self._rows[subject] = _Row(key_id, wrapped)
        self._subjects[key_id] = subject
        if wrapped is None:
            self._made.pop(subject, None)

    def _look_for(self, column: str, values: Sequence[bytes]) -> None:
        """Read the rows of subjects or key ids that were not met yet; a command that asks for many reads all rows at once."""
        if self._has_all or not values:
            return
        self._asked_for += len(values)
        if self._asked_for <= _FEW:
            self._load(f"WHERE {column} IN ({placeholders(values)})", values)
        else:
            self._load()
            self._has_all = True

    def _key_of(self, subject: bytes) -> DataKey | None:
        key = self._made.get(subject)
        if key is not None:
            return key
        row = self._rows[subject]
        if row.wrapped is None:
            return None
        key = self._unwrapped(subject, row.key_id, row.wrapped)
        if len(self._made) < KEPT:
            self._made[subject] = key
        return key

    def _unwrapped(self, subject: bytes, key_id: bytes, wrapped: bytes) -> DataKey:
        try:
            material = self._master.decrypt(wrapped[:12], wrapped[12:], key_id + subject)
        except InvalidTag:
            raise WrongMasterKey(
                "the key store was made under another master key; "
                "give the one that `cutover init` wrote, or restore it from its backup"
            ) from None
        return DataKey(id=key_id, cipher=AESGCM(material), material=material)

    def ensure(self, subjects: Iterable[bytes]) -> None:
        """Make the missing keys of these subjects, durably, in one transaction. Forgotten subjects stay forgotten."""
        missing = [subject for subject in dict.fromkeys(subjects) if subject not in self._rows]
        self._look_for("subject", missing)
        rows = []
        for subject in missing:
            if subject not in self._rows:
                key_id, material, nonce = self._entropy(16), self._entropy(32), self._entropy(12)
                wrapped = nonce + self._master.encrypt(nonce, material, key_id + subject)
                rows.append({"key_id": key_id, "subject": subject, "wrapped": wrapped})
        if rows:
            in_order = sorted(rows, key=lambda row: row["subject"])  # else two processes may wait for each other: a deadlock
            try:
                with self._engine.begin() as connection:
                    connection.execute(insert(_KEYS), in_order)
            except IntegrityError:  # another process made one of them meanwhile: its key is the one
                self._load()
                self.ensure(missing)
                return
            for row in rows:
                self._remember(row["subject"], row["key_id"], row["wrapped"])

    def of(self, subject: bytes) -> DataKey | None:
        """Return the key of a subject, made when it is new; None when the subject was forgotten."""
        key = self._made.get(subject)
        if key is not None:
            return key
        if subject not in self._rows:
            self.ensure((subject,))
        return self._key_of(subject)

    def by_id(self, key_id: bytes) -> DataKey | None:
        """Return the key with this id; None when it was destroyed or never was here."""
        if key_id not in self._subjects:
            self._look_for("key_id", [key_id])
            if key_id not in self._subjects:  # another process may have made it since
                self._load("WHERE key_id = ?", [key_id])
        subject = self._subjects.get(key_id)
        return None if subject is None else self._key_of(subject)

    def forgotten(self, subject: bytes) -> bool:
        """Return whether this subject's key was destroyed."""
        if subject not in self._rows:
            self._look_for("subject", [subject])
        return subject in self._rows and self._rows[subject].wrapped is None

    def forget(self, subject: bytes) -> bool:
        """Destroy a subject's key, durably; a subject that never had one gets a tombstone too. False when already forgotten."""
        if self.forgotten(subject):
            return False
        self.ensure((subject,))
        row = self._rows[subject]
        if row.wrapped is None:  # another process forgot them meanwhile
            return False
        with self._engine.begin() as connection:
            connection.execute(update(_KEYS).where(_KEYS.c.subject == subject).values(wrapped=None))
        self._remember(subject, row.key_id, None)
        return True

    def derive(self, purpose: str) -> bytes:
        """Return a 32-byte key for keyed hashes, derived from the practice's data key (HKDF-SHA256): the same for ever."""
        practice = self.of(PRACTICE_SUBJECT)
        assert practice is not None, "the practice's own key cannot be forgotten"
        return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose.encode()).derive(practice.material)

    def close(self) -> None:
        """Close the database."""
        self._engine.dispose()
