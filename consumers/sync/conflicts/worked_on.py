"""People's work on records that left PbN: such a record is a conflict, and is not deleted.

Work is a value of a person's own on the record, and a note, task, file or other record of theirs that points at it. A record of
ours that points at it counts too, where people worked on that one: an appointment with a person's note keeps its patient.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from consumers.journal.automations import automated
from consumers.journal.history import History
from consumers.journal.people_work import Pointer, TwentyPlace, pointers_at, values_of_people
from consumers.journal.three_way import LastWrite, edited
from consumers.state.applied import made_of, names_of
from consumers.state.conflicts import DELETED_IN_SOURCE, DELETED_IN_SOURCE_BUILT_ON
from consumers.state.view import View
from consumers.state.view_rows import Written
from consumers.twenty.images import Image
from consumers.twenty.workspace import Workspace
from projections.destination import destination

MADE_BY = "createdBy"
"""The field that says of a record who made it: named where a person did."""


@dataclass(kw_only=True)
class PeoplesWork:
    """The work of people on one record: values of their own by field, before as we wrote them, and ids of records by object."""

    values: dict[str, Any] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)
    records: dict[str, set[str]] = field(default_factory=dict)

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the fields with people's values, then the objects of records that point at this one."""
        return (*self.values, *sorted(self.records))

    @property
    def theirs(self) -> dict[str, Any]:
        """Return the values by field, and the ids by object, as a conflict notes them."""
        return {**self.values, **{name: sorted(ids) for name, ids in sorted(self.records.items())}}

    @property
    def reason(self) -> str:
        """Return the reason of the conflict."""
        return DELETED_IN_SOURCE if self.values else DELETED_IN_SOURCE_BUILT_ON


NO_WORK: Final = PeoplesWork()


def work_on_link(last: LastWrite, image: Image) -> PeoplesWork:
    """Return the work of people on a link of ours: a value of it that they changed."""
    changed = edited(last, image)
    return PeoplesWork(values={n: image.get(n) for n in changed}, before={n: last.answer[n] for n in changed})


Points = dict[TwentyPlace, list[TwentyPlace]]
"""For each record, the live records that hold it: they point at it, or are the task or note of a link that does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkedOn:
    """Looks for people's work on records of ours in one workspace."""

    workspace: Workspace
    view: View
    history: History

    def among(self, records: Mapping[TwentyPlace, Image | None]) -> dict[TwentyPlace, PeoplesWork]:
        """Return the work of people on those of these records that have any, and that are neither gone nor in the trash.

        The images are whole. A request for each step away from the records, three at most for what Cutover makes.
        Raises TwentyError, LogError.
        """
        images = {place: image for place, image in records.items() if image is not None and not image.get("deletedAt")}
        found: dict[TwentyPlace, PeoplesWork] = defaultdict(PeoplesWork)
        held_by: Points = {}
        met, step = set(images), dict(images)
        while step:
            written = self._written(step)
            self._look_at_values(step, written, found)
            pointers = list(pointers_at(self.workspace, _by_object(p for p in step if p in written), whole=True))
            step = self._next_step(pointers, held_by, met)
        theirs = {place for place, work in found.items() if work.fields}
        while theirs:  # work on a record is work on what it points at
            above = {place for place, holders in held_by.items() for h in holders if h in theirs and _add(found[place], h)}
            theirs = above
        return {place: found[place] for place in images if place in found}

    def _written(self, places: Iterable[TwentyPlace]) -> dict[TwentyPlace, Written]:
        wanted = [(plural, UUID(identity).bytes) for plural, identity in places]
        known = self.view.written(wanted)
        return {(plural, str(UUID(bytes=i))): x for (plural, i), x in known.items() if x.alive}

    def _look_at_values(
        self, images: Mapping[TwentyPlace, Image], written: Mapping[TwentyPlace, Written], found: dict[TwentyPlace, PeoplesWork]
    ) -> None:
        self.history.hold(position for x in written.values() for position in (x.intent, x.outcome))
        made = self._made(written)
        for place, image in images.items():
            if place not in written or place not in made:
                found[place].values[MADE_BY] = image.get(MADE_BY)
            if place in written:
                last = self.history.last_write(written[place])
                for name in values_of_people(last, image):
                    found[place].values[name] = image.get(name)
                    if name in last.answer:
                        found[place].before[name] = last.answer[name]
        self._pass_over_automations(images, found)

    def _pass_over_automations(self, images: Mapping[TwentyPlace, Image], found: Mapping[TwentyPlace, PeoplesWork]) -> None:
        """Take the values of Twenty's automations out of the work of people. Raises TwentyError."""
        changed: dict[str, dict[str, set[str]]] = {}
        for plural, identity in images:
            if names := found[plural, identity].values.keys() - {MADE_BY}:
                changed.setdefault(plural, {})[identity] = set(names)
        for plural, fields_of in changed.items():
            here = {identity: image for (other, identity), image in images.items() if other == plural}
            for identity, fields in automated(self.workspace, plural, fields_of, here).items():
                for name in fields:
                    del found[plural, identity].values[name]
                    found[plural, identity].before.pop(name, None)

    def _made(self, places: Iterable[TwentyPlace]) -> set[TwentyPlace]:
        with self.view.reading() as connection:
            names = names_of(connection, self.view.workspace)
            made: set[TwentyPlace] = set()
            for plural, ids in _by_object(places).items():
                ours = made_of(connection, names, plural, [UUID(identity).bytes for identity in ids])
                made.update((plural, str(UUID(bytes=identity))) for identity in ours)
        return made

    def _next_step(self, pointers: Sequence[Pointer], held_by: Points, met: set[TwentyPlace]) -> dict[TwentyPlace, Image]:
        """Note who points where; return the images of the records that were not looked at yet."""
        owners = destination().owners
        step: dict[TwentyPlace, Image] = {}
        of_links: dict[TwentyPlace, list[TwentyPlace]] = {}
        for pointer in pointers:
            held_by.setdefault(pointer.at, []).append(pointer.place)
            if pointer.place not in met:
                step[pointer.place] = pointer.image
            for plural, column in owners.get(pointer.object, ()):
                owner = (plural, str(pointer.image.get(column)))
                if pointer.image.get(column) and owner != pointer.at:
                    of_links.setdefault(owner, []).append(pointer.at)
        met.update(step)
        for owner, holders in of_links.items():
            for at in holders:
                held_by.setdefault(at, []).append(owner)
        new = _by_object(owner for owner in of_links if owner not in met)
        met.update(of_links)
        images = self.workspace.read_several(new) if new else {}
        step |= {(plural, identity): image for plural, some in images.items() for identity, image in some.items()}
        return step


def _add(work: PeoplesWork, holder: TwentyPlace) -> bool:
    """Add a record that holds another one to the work on it; return whether there was no work on it before."""
    plural, identity = holder
    is_first = not work.fields
    work.records.setdefault(plural, set()).add(identity)
    return is_first


def _by_object(places: Iterable[TwentyPlace]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for plural, identity in places:
        found.setdefault(plural, []).append(identity)
    return found
