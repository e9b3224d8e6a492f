"""Twenty beside the model: whatever is lost, too many, wrong or overwritten."""

from __future__ import annotations

from rehearsal.workspace.workspace import RehearsalWorkspace
from tests.simulation.destination import OBJECTS, plain, same
from tests.simulation.model import Model
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
                now = plain(name, row.get(renamed.column(plural, name)))
                if not same(now, value):
                    is_an_edit = model.edits.get(((plural, identity), name), now) == value
                    what = "overwritten" if is_an_edit else "wrong"
                    found.append(f"{what}: {plural} {identity} {row.get('pbnId')}: {name} is {now!r}, expected {value!r}")
    return found
