"""Keyed hashes: of a raw row under its binding, of a typed record, of an address. None of them can be turned back into a value.

An unchanged row is recognised by its fingerprint alone, before anything is typed. The hash key comes from the key store; the
binding, the practice's settings and the cleaner's version go into it, so that a row is read again when one of them changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable

from events.vocabulary.mapping import ColumnMapping, LocatedBinding, TableBinding, TableKind
from producers.sources.tables.odd_cells import OddRow
from producers.sources.tables.plain_lines import SEPARATOR as _SEPARATOR
from producers.state.row_settings import RowSettings, digest_of

CLEANER = 2
"""Raised when cleaning changes what a row becomes: all rows are read again then; those that read the same change nothing."""


class Fingerprints:
    """The keyed hashes of one practice."""

    def __init__(self, key: bytes, settings: RowSettings | None = None) -> None:
        """Take a `key` of 32 bytes, the same for ever (`KeyStore.derive`). Fingerprints of rows need the settings of the
        practice.
        """
        self._keyed = hashlib.blake2b(digest_size=16, key=key)
        self._settings = digest_of(settings or {})

    def of_rows(self, binding: TableBinding, mapping: ColumnMapping, renumbered: bytes = b"") -> Callable[[list[str]], bytes]:
        """Return the function from a raw row's cells to its 16-byte fingerprint, under this binding and digest of
        renumbered ids.
        """
        base = self._keyed.copy()
        base.update(self._settings + binding_digest(binding, mapping) + renumbered)
        copy, join = base.copy, _SEPARATOR.join

        def fingerprint(cells: list[str]) -> bytes:
            digest = copy()
            text = join(cells)
            if text.count(_SEPARATOR) >= len(cells):  # one stands in a cell: say where cells end in another way
                text = _SEPARATOR * len(cells) + repr(cells)
            # a lone surrogate stands for a byte that no encoding explains
            digest.update(text.encode() if text.isascii() else text.encode("utf-8", "surrogatepass"))
            if isinstance(cells, OddRow):
                digest.update(cells.mark())
            return digest.digest()

        return fingerprint

    def of_joined_rows(
        self, binding: TableBinding, mapping: ColumnMapping, renumbered: bytes = b""
    ) -> Callable[[Iterable[bytes | None]], list[bytes | None]]:
        """Return the function from rows as `joined_cells` gives them to the fingerprints that `of_rows` gives; of None it
        is None.
        """
        base = self._keyed.copy()
        base.update(self._settings + binding_digest(binding, mapping) + renumbered)
        copy = base.copy

        def fingerprints(rows: Iterable[bytes | None]) -> list[bytes | None]:
            found: list[bytes | None] = []
            add = found.append
            for row in rows:
                if row is None:
                    add(None)
                else:
                    digest = copy()
                    digest.update(row)
                    add(digest.digest())
            return found

        return fingerprints

    def of_content(self, payload: bytes) -> bytes:
        """Return the 16-byte hash of a typed record's Avro bytes."""
        return self._of(payload)

    def of_text(self, purpose: str, text: str) -> bytes:
        """Return the 16-byte hash of a text, e.g. of an address."""
        return self._of(f"{purpose}:{text}".encode())

    def of_id(self, purpose: str, record_id: bytes) -> bytes:
        """Return the 16-byte hash of an id, e.g. the household key that starts with a patient."""
        return self._of(purpose.encode() + b":" + record_id)

    def combine(self, parts: bytes) -> bytes:
        """Return the fingerprint of several rows that make one record."""
        return self._of(parts)

    def _of(self, data: bytes) -> bytes:
        digest = self._keyed.copy()  # made once: a key costs a block of its own
        digest.update(data)
        return digest.digest()


def binding_digest(binding: TableBinding, mapping: ColumnMapping) -> bytes:
    """Return the digest of a mapping's part in how a row is read: meanings and verdicts of columns, types of custom fields."""
    types = {f.name: f.type.value for f in mapping.custom_fields if f.entity == binding.kind.entity}
    meaning = [(c.field, c.custom, types.get(c.custom or ""), c.verdict) for c in binding.columns]
    said = (binding.kind.value, meaning, [c.key for c in binding.columns]) if binding.key else (binding.kind.value, meaning)
    if isinstance(binding, LocatedBinding):  # the same cells are about another record at another location
        return hashlib.sha256(repr((said, binding.at_location)).encode()).digest()
    return hashlib.sha256(repr(said).encode()).digest()


def mapping_digest(mapping: ColumnMapping, kinds: Collection[TableKind]) -> str:
    """Return the digest of a mapping's part in how rows of these kinds of tables are read."""
    parts = sorted(binding_digest(binding, mapping) for binding in mapping.tables if binding.kind in kinds)
    return hashlib.sha256(b"".join(parts)).hexdigest()[:16]
