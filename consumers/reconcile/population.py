"""Population of the fields: the share of records that have a value in PbN, and in Twenty."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from consumers.journal.three_way import is_blank
from projections.types.registry import TYPES


def has_value(kind: str, value: Any) -> bool:
    """Return whether an image's value, of a field of this Twenty type, says anything."""
    if value is None or isinstance(value, str):
        return bool(value)
    known = TYPES.get(kind)
    if known is not None and known.says and isinstance(value, Mapping):
        # a currency code or a calling code by itself is the server's default
        return any(not is_blank(value.get(part)) for part in known.says)
    return not is_blank(value)


class Population:
    """The fields of one object, counted record by record. `fields` are those to report even where no record has them."""

    def __init__(self, kinds: Mapping[str, str], fields: Iterable[str] = ()) -> None:
        self._kinds = kinds
        self._filled: Counter[str] = Counter(dict.fromkeys(fields, 0))
        self._wanted: Counter[str] = Counter(dict.fromkeys(fields, 0))
        self._records = 0

    def count(self, wanted: Mapping[str, Any], image: Mapping[str, Any]) -> None:
        """Take the wanted values of our fields, and the image of their live record."""
        self._records += 1
        for name, value in wanted.items():
            kind = self._kinds.get(name, "TEXT")
            self._wanted[name] += has_value(kind, value)
            self._filled[name] += has_value(kind, image.get(name))

    def rates(self) -> dict[str, float]:
        """Return the share of the records that have a value in Twenty, for each field, by name."""
        return self._shares(self._filled)

    def wanted_rates(self) -> dict[str, float]:
        """Return the share of the records that are to have a value, for each field, by name."""
        return self._shares(self._wanted)

    def _shares(self, counted: Mapping[str, int]) -> dict[str, float]:
        records = self._records or 1
        return {name: round(filled / records, 4) for name, filled in sorted(counted.items())}
