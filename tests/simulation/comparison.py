"""Twenty beside the model: whatever is lost, too many, wrong or overwritten."""

from __future__ import annotations

from rehearsal.workspace.workspace import RehearsalWorkspace
from tests.simulation.destination import OBJECTS, plain, same
from tests.simulation.model import Model
from tests.simulation.parts import Parts
from tests.simulation.removing import MAYBE_THERE, OWN_FIELDS, OWN_OBJECTS
from tests.simulation.renaming import Renamed

AS_MADE = Renamed()
"""Nothing was renamed."""


def differences(workspace: RehearsalWorkspace, model: Model, renamed: Renamed = AS_MADE) -> list[str]:
    """Return one line for each; none where Twenty holds what the model says, no more and no less."""
    found: list[str] = []
    for plural in OBJECTS:
        item = renamed.object(workspace, plural)
        there = {row["id"]: row for row in workspace.store.table(item)} if item is not None else {}
        expected = {k[1]: h for k, h in model.twenty.records.items() if k[0] == plural}
        found += [f"lost: {plural} {i}" for i in expected.keys() - there.keys()]
        found += [f"too many: {plural} {i} {there[i].get('pbnId')}" for i in there.keys() - expected.keys()]
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
