"""The turns of an admin who changes the data model in Twenty's settings, and of the operator who then takes sides.

They draw from a stream of their own, and are taken between the steps of one seed in three: the others are as without them.
"""

from __future__ import annotations

from typing import Any

import pytest

from consumers.data_model.errors import SchemaClash
from consumers.journal.three_way import Take
from cutover.commands.approvals.schema import schema_apply
from cutover.commands.oversight.conflicts import ChosenConflicts, list_conflicts, resolve_conflicts
from cutover.runs.arguments.named_person import NamedPerson
from rehearsal.model.model import Field, ObjectType
from rehearsal.operations.views import destroy_view
from tests.simulation.parts import OURS, THEIRS, Part
from tests.simulation.removing import OWN_FIELDS, OWN_OBJECTS, VIEWS, field_name
from tests.simulation.simulation import Simulation
from tests.simulation.wire import call

EVERY = 3
"""Of so many seeds one has an admin at work."""


def has_admin(seed: int) -> bool:
    """Return whether the data model is changed by people in this seed."""
    return seed % EVERY == EVERY - 1


def switch_a_field_off(s: Simulation) -> None:
    """Switch a field of ours off: what it holds stays."""
    _switch_a_field(s, off=True)


def switch_a_field_on(s: Simulation) -> None:
    """Switch a field of ours on again."""
    _switch_a_field(s, off=False)


def _switch_a_field(s: Simulation, *, off: bool) -> None:
    there = [(p, n, f) for p, n in OWN_FIELDS if (f := _field(s, p, n)) is not None and f.active is off]
    if there:
        plural, name, field = s.seeded.admin.choice(there)
        _ask(s, "PATCH", f"fields/{field.id}", {"isActive": not off})
        s.model.parts.switch(plural, name, off=off)
        s.say(f"{plural} {name}")


def switch_an_object_off(s: Simulation) -> None:
    """Switch an object of ours off: its records stay."""
    _switch_an_object(s, off=True)


def switch_an_object_on(s: Simulation) -> None:
    """Switch an object of ours on again."""
    _switch_an_object(s, off=False)


def _switch_an_object(s: Simulation, *, off: bool) -> None:
    there = [(p, item) for p in OWN_OBJECTS if (item := _object(s, p)) is not None and item.active is off]
    if there:
        plural, item = s.seeded.admin.choice(there)
        _ask(s, "PATCH", f"objects/{item.id}", {"isActive": not off})
        s.model.parts.switch(plural, "", off=off)
        s.say(plural)


def delete_a_field(s: Simulation) -> None:
    """Delete a field of ours with its values."""
    there = [(p, n, f) for p, n in OWN_FIELDS if (f := _field(s, p, n)) is not None]
    if there:
        plural, name, field = s.seeded.admin.choice(there)
        _ask(s, "DELETE", f"fields/{field.id}")
        s.renamed.fields.pop((plural, name), None)
        _removed(s, (plural, name, ""))


def delete_an_option(s: Simulation) -> None:
    """Delete an option of ours: Twenty empties the records that had it."""
    fields = [(p, n, f) for p, n in OWN_FIELDS if (f := _field(s, p, n)) is not None and len(f.options or ()) > 1]
    if fields:
        plural, name, field = s.seeded.admin.choice(fields)
        options = [dict(vars(option)) for option in field.options or ()]
        gone = options.pop(s.seeded.admin.randrange(len(options)))
        _ask(s, "PATCH", f"fields/{field.id}", {"options": options})
        _removed(s, (plural, name, str(gone["value"])))


def delete_an_object(s: Simulation) -> None:
    """Delete an object of ours with its records."""
    there = [(p, item) for p in OWN_OBJECTS if (item := _object(s, p)) is not None]
    if there:
        plural, item = s.seeded.admin.choice(there)
        _ask(s, "DELETE", f"objects/{item.id}")
        s.renamed.objects.pop(plural, None)
        for place in [place for place in s.renamed.fields if place[0] == plural]:
            del s.renamed.fields[place]
        _removed(s, (plural, "", ""))


def remove_a_view(s: Simulation) -> None:
    """Destroy a view of ours."""
    layout = s.bench.app.state.workspace.layout
    there = sorted((one["name"], one["id"]) for one in layout.views.values() if one["name"] in VIEWS)
    if there:
        name, view_id = s.seeded.admin.choice(there)
        destroy_view(s.bench.app.state.workspace, view_id)
        s.removed_views.add(name)
        s.say(name)


def take_a_side(s: Simulation) -> None:
    """Bring back a part that a run met as missing, or leave it out from now on."""
    is_open = [(p, m) for p, m in s.model.parts.missing.items() if m.met and m.take is None]
    if not is_open:
        return
    (plural, name, value), one = s.seeded.admin.choice(is_open)
    take = s.seeded.admin.choice((OURS, OURS, THEIRS))
    what = "option" if value else "field" if name else "object"
    reason = f"{what}_{'deactivated' if one.is_off else 'removed'}"
    chosen = ChosenConflicts(object=plural, field=field_name(name), reason=reason)
    answer = s.command(lambda session: resolve_conflicts(session, chosen, Take(take), NamedPerson(by="Test")))
    count = s.model.parts.decide(plural, name, options=bool(value), off=one.is_off, take=take)
    assert len(answer.document["model"]) == count, (answer.document["model"], count)
    s.say(f"{plural} {name} {reason} {take}")


def list_what_is_missing(s: Simulation) -> None:
    """List the conflicts about the data model: what was met, and is neither there nor decided."""
    model = s.command(list_conflicts).document["model"]
    listed = {(one["object"], one["field"], one["reason"]) for one in model if one["reason"] != "column_not_sent"}
    expected = {
        (p, field_name(n), f"{'option' if v else 'field' if n else 'object'}_{'deactivated' if m.is_off else 'removed'}")
        for (p, n, v), m in s.model.parts.missing.items()
        if m.met and m.take is None
    }
    assert expected <= listed, (listed, expected)


def apply_the_data_model(s: Simulation) -> None:
    """Apply the data model once more: what was removed comes back, but for what was left out."""
    if any(m.is_off and m.take != THEIRS for m in s.model.parts.missing.values()):
        with pytest.raises(SchemaClash, match="inactive"):
            schema_apply(s.bench.session)
        switch_everything_on(s)
    s.command(schema_apply)  # an answer about several fields may be lost, and the process may die: the command is repeated
    s.model.parts.apply()
    s.bench.end_process()


def switch_everything_on(s: Simulation) -> None:
    """Switch on what is switched off, as the refusal of `schema apply` asks."""
    for plural, name, _ in [part for part, m in s.model.parts.missing.items() if m.is_off]:
        found = _field(s, plural, name) if name else _object(s, plural)
        assert found is not None
        _ask(s, "PATCH", f"{'fields' if name else 'objects'}/{found.id}", {"isActive": True})
        s.model.parts.switch(plural, name, off=False)


def _object(s: Simulation, plural: str) -> ObjectType | None:
    return s.renamed.object(s.bench.app.state.workspace, plural)


def _field(s: Simulation, plural: str, column: str) -> Field | None:
    item = _object(s, plural)
    return None if item is None else item.by_column.get(s.renamed.column(plural, column))


def _removed(s: Simulation, part: Part) -> None:
    s.model.remove_part(part)
    s.say(" ".join(part))


def _ask(s: Simulation, method: str, path: str, body: dict[str, Any] | None = None) -> None:
    status, answer = call(s.bench.app, method, f"/rest/metadata/{path}", body)
    assert status == 200, (method, path, status, answer)
    s.bench.wire.model = None
