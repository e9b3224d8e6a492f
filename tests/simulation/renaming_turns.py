"""The turns of an admin in Twenty's settings: they rename objects, fields and options of ours; the model stays as it is."""

from __future__ import annotations

from typing import Any

from tests.simulation.renaming import FIELDS, OBJECTS
from tests.simulation.simulation import Simulation
from tests.simulation.wire import call


def rename_a_field(s: Simulation) -> None:
    """Give a field of ours another label and another API name."""
    plural, name = s.chance.choice(FIELDS)
    item = s.renamed.object(s.bench.app.state.workspace, plural)
    there = item.by_name.get(s.renamed.column(plural, name)) if item is not None else None
    if there is None:
        return
    new = f"{name}Of{s.next_number()}"
    _change(s, f"fields/{there.id}", {"name": new, "label": f"Ours {new}"})
    s.renamed.fields[plural, name] = new
    s.say(f"{plural} {name} is {new}")


def rename_an_object(s: Simulation) -> None:
    """Give an object of ours other labels and other API names."""
    plural = s.chance.choice(OBJECTS)
    item = s.renamed.object(s.bench.app.state.workspace, plural)
    if item is None:
        return
    number = s.next_number()
    new = f"{plural}Of{number}"
    names = {"nameSingular": f"{plural}OneOf{number}", "namePlural": new}
    _change(s, f"objects/{item.id}", {**names, "labelSingular": f"One {new}", "labelPlural": f"All {new}"})
    s.renamed.objects[plural] = new
    s.say(f"{plural} is {new}")


def rename_an_option(s: Simulation) -> None:
    """Give an option of ours another label: even that of another word."""
    plural, name = s.chance.choice([one for one in FIELDS if one[1] in ("patientStatus", "insuranceCarrier", "status")])
    item = s.renamed.object(s.bench.app.state.workspace, plural)
    there = item.by_name.get(s.renamed.column(plural, name)) if item is not None else None
    if there is None or not there.options:
        return
    options = [dict(vars(option)) for option in there.options]
    chosen = s.chance.choice(options)
    chosen["label"] = s.chance.choice([f"Word {s.next_number()}", *(str(one["label"]) for one in options)])
    _change(s, f"fields/{there.id}", {"options": options})
    s.say(f"{plural} {name} {chosen['value']} is called {chosen['label']}")


def _change(s: Simulation, path: str, body: dict[str, Any]) -> None:
    status, answer = call(s.bench.app, "PATCH", f"/rest/metadata/{path}", body)
    assert status == 200, (path, status, answer)
    s.bench.wire.model = None  # the client of the simulation reads the data model when it was changed
