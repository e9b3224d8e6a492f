"""Rows that are held for what they link to: tables with padded ids, and rows that name an id under which two people stand."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import islice

from events.vocabulary.entities import Entity, pbn_id
from producers.binding.errors import CannotBind
from producers.binding.findings import Finding
from producers.binding.links import PADDED_IDS
from producers.binding.location_evidence import IDS_PER_LOCATION
from producers.binding.sampled import BoundTable
from producers.kinds.profile import SAMPLE
from producers.records.assembly import id_reader
from producers.state.identities import IDENTITY_HELD

_NAMED = 6


def require_known_links(held: Sequence[BoundTable], known: Callable[[Collection[str]], Collection[object]]) -> None:
    """Raise CannotBind where a table is held for ids that earlier extracts wrote as it does: then it is not the odd one.

    `known` gives those of some patients, by their ids, that the log knows.
    """
    problems = []
    for bound in held:
        patient_of, file = id_reader(bound.binding), bound.table.file
        named = {native for _, cells in islice(bound.table.rows(), SAMPLE) if (native := patient_of(cells)[1]) is not None}
        if len(known(named)) * 2 > len(named):
            text = f"{file} has the patients' ids as earlier exports wrote them, and the patient table has not"
            problems.append(Finding(code=PADDED_IDS, file=file, column=None, text=text))
    if problems:
        raise CannotBind(problems)


def colliding_ids(practice: str, natives: Sequence[str]) -> list[Finding]:
    """Return the finding about ids that are other patients' at other locations, if there are any."""
    if not natives:
        return []
    named = _shown([pbn_id(practice, Entity.PATIENT, native) for native in natives])
    text = (
        f"{len(natives)} ids are other patients' at other locations ({named}): where ids are unique per location only, "
        'write [locations] ids = "location" and the field of the location into cutover.toml'
    )
    return [Finding(code=IDS_PER_LOCATION, file="", column=None, text=text)]


def waiting_rows(practice: str, waiting: Mapping[str, int]) -> list[Finding]:
    """Return the finding about the rows that wait for the patients' ids they name to be settled, if there are any."""
    if not waiting:
        return []
    named = _shown([pbn_id(practice, Entity.PATIENT, native) for native in waiting])
    text = f"Rows that name an id under which two people stand, and wait until it is settled: {sum(waiting.values())} ({named})"
    return [Finding(code=IDENTITY_HELD, file="", column=None, text=text)]


def _shown(ids: Sequence[str]) -> str:
    return ", ".join(ids[:_NAMED]) + (f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else "")
