"""The shared-contact index: which patients have which address, and whose it is after an extract.

The addresses of patients whose rows changed come from pass one over the extract, those of everybody else from the state.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date

from events.sealing.keys import KeyStore
from events.vocabulary.entities import Entity, pbn_id, record_id
from events.vocabulary.practice import Practice
from events.vocabulary.records import Record
from producers.changes.appending.email_ownership import EmailOwnership, Holder, emails_of, holder_of, owners
from producers.state.fingerprints import Fingerprints
from producers.state.state import Contact, ProducerState


@dataclass(frozen=True, slots=True)
class Address:
    """Addresses of a changed patient as pass one keeps them: the holder and the addresses, as keyed hashes."""

    holder: Holder
    addresses: tuple[bytes, ...]


class Contacts:
    """Reading and writing the index."""

    def __init__(
        self,
        state: ProducerState,
        keys: KeyStore,
        fingerprints: Fingerprints,
        practice: Practice,
        entropy: Callable[[int], bytes],
    ) -> None:
        self._state, self._keys, self._fingerprints = state, keys, fingerprints
        self._practice, self._entropy = practice, entropy

    def patient_id(self, native_id: str) -> bytes:
        """Return the record id of a patient."""
        return record_id(self._practice.namespace, pbn_id(self._practice.id, Entity.PATIENT, native_id))

    def address(self, email: str) -> bytes:
        """Return the keyed hash of an address."""
        return self._fingerprints.of_text("e-mail", email)

    def of_record(self, record: Record) -> Address:
        """Return the entry of a patient's record."""
        addresses = tuple(self.address(email) for email in emails_of(record))
        return Address(holder_of(record, self.patient_id), addresses)

    def rows(self, record: Record) -> list[Contact]:
        """Return what the state keeps of a patient's record. Empty when the patient was forgotten."""
        entry = self.of_record(record)
        emails = record.values.get("emails") or []
        assert isinstance(emails, list)
        key = self._keys.of(entry.holder.record_id)
        if key is None:
            return []
        birth = entry.holder.birth_date
        plain = json.dumps([birth.isoformat() if birth else None, entry.holder.native_id]).encode()
        nonce = self._entropy(12)
        sealed = nonce + key.cipher.encrypt(nonce, plain, entry.holder.record_id)
        return [
            Contact(
                record_id=entry.holder.record_id,
                address=address,
                owned=email == record.values.get("primary_email"),
                guarantor_id=entry.holder.guarantor_id,
                sealed=sealed,
            )
            for email, address in zip(emails, entry.addresses, strict=True)
        ]

    def _holder(self, contact: Contact) -> Holder | None:
        key = self._keys.of(contact.record_id)
        if key is None:
            return None
        birth, native_id = json.loads(key.cipher.decrypt(contact.sealed[:12], contact.sealed[12:], contact.record_id))
        return Holder(
            record_id=contact.record_id,
            guarantor_id=contact.guarantor_id,
            birth_date=date.fromisoformat(birth) if birth else None,
            native_id=native_id,
        )

    def settle(self, changed: Mapping[bytes, Address], gone: Collection[bytes]) -> EmailOwnership:
        """Decide about the owners of the touched addresses, now that these patients changed and those are gone."""
        moving = [*changed, *gone]
        touched = {a for entry in changed.values() for a in entry.addresses}
        touched |= {c.address for c in self._state.contacts_of(moving)}
        before = self._state.holders_of(sorted(touched))
        staying = [c for c in before if c.record_id not in changed and c.record_id not in gone]
        held = [(address, entry.holder) for entry in changed.values() for address in entry.addresses]
        held += [(contact.address, holder) for contact in staying if (holder := self._holder(contact)) is not None]
        found = dict.fromkeys(touched) | owners(held)
        moved = {c.record_id for c in staying if c.owned != (found[c.address] == c.record_id)}
        return EmailOwnership(owners=found, moved=frozenset(moved), address=self.address)
