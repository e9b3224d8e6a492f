"""Evidence that ids are unique per location only: ids of patients that come again at another location."""

from __future__ import annotations

from itertools import islice
from typing import Final

from events.vocabulary.mapping import TableKind
from producers.binding.findings import Finding
from producers.binding.guessing.header_scores import header_score
from producers.binding.guessing.parts import is_location
from producers.binding.sampled import Sampled
from producers.kinds.profile import SAMPLE, profiles_of
from producers.vocabulary.custom_names import camel_case

IDS_PER_LOCATION: Final = "ids_per_location"
_SAID = 0.8


def repeated_at_locations(s: Sampled) -> list[Finding]:
    """Return the finding that a patients' table without an identity has one within each location."""
    headers, file = s.table.headers, s.table.file
    location = next((at for at, header in enumerate(headers) if is_location(header)), None)
    if s.likeness is not TableKind.PATIENT or location is None:
        return []
    rows = [cells for _, cells in islice(s.table.rows(), SAMPLE)]
    by_location = profiles_of(rows, len(headers), location)
    for at, header in enumerate(headers):
        is_id = header_score(TableKind.PATIENT, "native_id", header) >= _SAID
        if is_id and s.profiles[at].unique < 1.0 and by_location[at].unique == 1.0:
            text = (
                f"{file}: ids in {header!r} come again at other locations: where they are unique per location only, write "
                f'[locations] field = "{camel_case(headers[location])}", ids = "location" into cutover.toml'
            )
            return [Finding(code=IDS_PER_LOCATION, file=file, column=header, text=text)]
    return []
