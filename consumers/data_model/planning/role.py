"""The least role for our API key: rights on what the mapping carries, and no others. Pure.

Rights on system objects (links, attachments, timeline rows, the triggers of workflows) cannot be set: every key has them
(`validateOperationIsPermittedOrThrow` in `twenty-orm/repository/permissions.utils.ts`, 2.21; `test_least_role` of
`tests/interoperability`). Members may be read by every key.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from consumers.twenty.metadata import Metadata
from consumers.twenty.rights.roles import ObjectGrant
from projections.spec import TwentyObject

FLAGS = ("DATA_MODEL", "LAYOUTS", "VIEWS")
"""Rights beside records that making and following the data model takes: objects, fields and options; navigation; views."""
UPLOADS = "UPLOAD_FILE"


@dataclass(frozen=True, slots=True, kw_only=True)
class NeededRole:
    """Rights of our key: objects (singular) to write, those to read alone, and `flags`, Twenty's words for all else."""

    label: str
    writes: tuple[str, ...]
    reads: tuple[str, ...]
    flags: tuple[str, ...]

    def grants(self, metadata: Metadata) -> list[ObjectGrant]:
        """Return the rights on objects, by their metadata ids."""
        wanted = ((name, True) for name in self.writes), ((name, False) for name in self.reads)
        return [ObjectGrant(object_id=metadata.object(name).id, writes=writes) for some in wanted for name, writes in some]


def needed_role(practice: str, metadata: Metadata, objects: Sequence[TwentyObject], *, documents: bool) -> NeededRole:
    """Return the role for these objects. Objects whose records point at ours are read: they tell of people's work."""
    present = [metadata.object(one.singular) for one in objects if one.singular in metadata]
    writes = {one.singular for one in present if not one.is_system}
    ours = {one.singular for one in present}
    reads = {
        one.singular
        for one in metadata.objects
        if one.is_active and not one.is_system and any(f.relation and f.relation.target in ours for f in one.columns.values())
    }
    return NeededRole(
        label=f"Cutover {practice}",
        writes=tuple(sorted(writes)),
        reads=tuple(sorted(reads - writes)),
        flags=(*FLAGS, *((UPLOADS,) if documents else ())),
    )
