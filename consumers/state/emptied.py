"""Values that Twenty emptied: with a field, an option or an object that a person deleted. They are no edit of a person.

A field that was made again holds nothing of what was written before. An option that is gone, or was made again, is blank in the
records that had it. Our last write to such a record is read as if it had left the field blank.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Emptied:
    """Moments at which parts of the data model came into being, by object (plural API name).

    `fields` are by column. `options` are by column and value; None for an option that is not there now. `objects` are those
    that were made again.
    """

    fields: Mapping[str, Mapping[str, datetime]] = field(default_factory=dict)
    options: Mapping[str, Mapping[str, Mapping[str, datetime | None]]] = field(default_factory=dict)
    objects: Mapping[str, datetime] = field(default_factory=dict)

    def concerns(self, plural: str) -> bool:
        """Tell whether anything of an object may have been emptied."""
        return plural in self.fields or plural in self.options

    def as_left(self, plural: str, at: datetime, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return values written at a time as Twenty has left them since: None for those that it emptied."""
        return {name: None if self._is_emptied(plural, name, value, at) else value for name, value in values.items()}

    def went_with_object(self, plural: str, at: datetime) -> bool:
        """Tell whether a record written at a time went with its object, which was made again since."""
        made = self.objects.get(plural)
        return made is not None and at < made

    def _is_emptied(self, plural: str, name: str, value: Any, at: datetime) -> bool:
        made = self.fields.get(plural, {}).get(name)
        if made is not None and at < made:
            return True
        options = self.options.get(plural, {}).get(name)
        if options is None or not isinstance(value, str) or value not in options:
            return False
        option_made = options[value]
        return option_made is None or at < option_made


NOTHING_EMPTIED = Emptied()
