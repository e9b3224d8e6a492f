"""Twenty beside the model: whatever is lost, too many, wrong or overwritten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rehearsal.workspace.workspace import RehearsalWorkspace
from tests.simulation.destination import OBJECTS, is_blank, plain, same
from tests.simulation.model import Model
from tests.simulation.parts import Parts
from tests.simulation.removing import MAYBE_THERE, OWN_FIELDS, OWN_OBJECTS
from tests.simulation.renaming import Renamed
from tests.simulation.twenty import Held

AS_MADE = Renamed()
"""Nothing was renamed."""


def sides(
    workspace: RehearsalWorkspace, model: Model, renamed: Renamed, plural: str
) -> tuple[dict[str, dict[str, Any]], dict[str, Held]]:
    """Return an object's records by id as Twenty has them, and as the model has them."""
    item = renamed.object(workspace, plural)
    there = {row["id"]: row for row in workspace.store.table(item)} if item is not None else {}
    return there, {key[1]: held for key, held in model.twenty.records.items() if key[0] == plural}


def unlike(plural: str, there: Mapping[str, Mapping[str, Any]], expected: Mapping[str, Held], *, more: str) -> list[str]:
    """Return one line for each record that one side alone has; `more` is said of those in Twenty."""
    lost = [f"lost: {plural} {i}" for i in expected.keys() - there.keys()]
    return [*lost, *(f"{more}: {plural} {i} {there[i].get('pbnId')}" for i in there.keys() - expected.keys())]


def differences(workspace: RehearsalWorkspace, model: Model, renamed: Renamed = AS_MADE) -> list[str]:
    """Return one line for each; none where Twenty holds what the model says, no more and no less."""
    found: list[str] = []
    for plural in OBJECTS:
        there, expected = sides(workspace, model, renamed, plural)
        found += unlike(plural, there, expected, more="too many")
        for identity in expected.keys() & there.keys():
            row, held = there[identity], expected[identity]
            if bool(row["deletedAt"]) != held.deleted:
                found.append(f"wrong: {plural} {identity}: deleted {bool(row['deletedAt'])}, expected {held.deleted}")
            for name, value in held.fields.items():
                if model.parts.is_removed(plural, name):
                    if renamed.column(plural, name) in row:
                        found.append(f"made again: {plural}.{name}")
                    continue
                now = plain(name, row.get(renamed.column(plural, name)))
                if not same(now, value):
                    is_an_edit = model.edits.get(((plural, identity), name), now) == value
                    what = "overwritten" if is_an_edit else "wrong"
                    found.append(f"{what}: {plural} {identity} {row.get('pbnId')}: {name} is {now!r}, expected {value!r}")
    return found


def left_over(workspace: RehearsalWorkspace, model: Model, renamed: Renamed, kept: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return one line for each record, value or part of the data model that is lost or left over after all was taken back.

    A field may be gone where no record that stays holds a value in it, an object where no record stays. `kept` says why a part
    of the data model stays.
    """
    found: list[str] = []
    for plural in OBJECTS:
        there, expected = sides(workspace, model, renamed, plural)
        found += unlike(plural, there, expected, more="left over")
        for identity in expected.keys() & there.keys():
            row = there[identity]
            for name, value in expected[identity].fields.items():
                column = renamed.column(plural, name)
                if is_blank(value) if column not in row else same(plain(name, row[column]), value):
                    continue
                found.append(f"lost: {plural} {identity}: {name} was {value!r}")
    stays = {(one["object"], field) for one in kept for field in (*one["fields"], "")}
    for plural in OWN_OBJECTS:
        if renamed.object(workspace, plural) is not None and (plural.removesuffix("s"), "") not in stays:  # by its known name
            found.append(f"left over: the object {plural}")
    people = workspace.model.plural("people")
    for plural, name in OWN_FIELDS if people is not None else ():
        if plural == "people" and people is not None and renamed.column(plural, name) in people.by_column:
            found += [] if (people.name_singular, name) in stays else [f"left over: the field {plural}.{name}"]
    return found


def model_differences(workspace: RehearsalWorkspace, parts: Parts, renamed: Renamed) -> list[str]:
    """Return one line for each part of the data model that is there though it was removed, or the other way round."""
    found: list[str] = []
    for plural in OWN_OBJECTS:
        item = renamed.object(workspace, plural)
        if (item is None) is not parts.is_removed(plural) and (plural != MAYBE_THERE or parts.is_removed(plural)):
            found.append(f"object {plural}: there {item is not None}, removed {parts.is_removed(plural)}")
    for plural, name in OWN_FIELDS:
        item = renamed.object(workspace, plural)
        there = None if item is None else item.by_column.get(renamed.column(plural, name))
        if item is None:
            continue
        if (there is None) is not parts.is_removed(plural, name):
            found.append(f"field {plural}.{name}: there {there is not None}, removed {parts.is_removed(plural, name)}")
        elif there is not None and there.active is parts.is_off(plural, name):
            found.append(f"field {plural}.{name}: active {there.active}")
        values = there.option_values if there is not None else ()
        found += [f"option {p}.{n} {v} is there" for (p, n, v) in parts.missing if (p, n) == (plural, name) and v in values]
        back = {v for p, n, v in parts.made_twice if (p, n) == (plural, name) and v and not parts.is_removed(p, n, v)}
        found += [f"option {plural}.{name} {v} is not there" for v in sorted(back.difference(values))]
    return found
