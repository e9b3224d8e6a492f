"""Looks at Twenty: the images of records that are taken back, and the live records that point at those to be destroyed.

Records of several objects share a look: one request for the images, one for what points at them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from consumers.journal.people_work import TwentyPlace, pointers_at
from consumers.rollback.chains import Chain
from consumers.twenty.images import Image
from consumers.twenty.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRecords:
    """Records as Twenty held them: their images, and by record the places of those that pointed at it."""

    images: Mapping[str, Mapping[str, Image]]
    pointers: Mapping[TwentyPlace, Sequence[TwentyPlace]]

    def image(self, chain: Chain) -> Image | None:
        """Return the image of a chain's record; None where Twenty has none."""
        return self.images.get(chain.object, {}).get(id_of(chain))

    def built_on(self, chain: Chain, goes: Callable[[str, str], bool]) -> tuple[str, ...]:
        """Return the objects of the records that point at a chain's record and do not go by themselves."""
        pointing = self.pointers.get((chain.object, id_of(chain)), ())
        return tuple(dict.fromkeys(plural for plural, identity in pointing if not goes(plural, identity)))


def look_at(workspace: Workspace, chains: Sequence[Chain], *, for_pointers: bool) -> HeldRecords:
    """Read the records of some chains, deleted ones too, and with `for_pointers` what points at those that are to be
    destroyed. Raises TwentyError.
    """
    metadata = workspace.metadata()
    ids: dict[str, list[str]] = {}
    going: dict[str, list[str]] = {}
    for chain in chains:
        if chain.object not in metadata:
            continue  # its records went with the object, which a person deleted
        ids.setdefault(chain.object, []).append(id_of(chain))
        if chain.destroys and for_pointers:
            going.setdefault(chain.object, []).append(id_of(chain))
    images = workspace.read_several(ids, deleted=True)
    pointers: dict[TwentyPlace, list[TwentyPlace]] = {}
    for pointer in pointers_at(workspace, going):
        pointers.setdefault(pointer.at, []).append(pointer.place)
    return HeldRecords(images=images, pointers=pointers)


def id_of(chain: Chain) -> str:
    """Return the id of a chain's record, as Twenty writes it."""
    return str(UUID(bytes=chain.twenty_id))
