"""The turns of people in Twenty: they edit, remove, add and merge records, ours and their own; the model hears of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from tests.simulation.destination import Key, plain
from tests.simulation.office import LAST, Row
from tests.simulation.simulation import Simulation
from tests.simulation.wire import call

_EDITS: Mapping[str, Mapping[str, Callable[[int], Any]]] = {
    "people": {
        "patientStatus": lambda n: ("ACTIVE", "INACTIVE")[n % 2],
        "dateOfBirth": lambda n: f"19{50 + n % 40}-05-{1 + n % 28:02d}",
        "mailingAddress": lambda n: {"addressStreet1": f"{n} Elm St", "addressCity": "Redmond"},
    },
    "tasks": {"title": lambda n: f"Call back {n}", "status": lambda n: ("TODO", "DONE")[n % 2]},
    "notes": {"title": lambda n: f"Read this {n}"},
    "insuranceClaims": {"name": lambda n: f"Claim {n}", "status": lambda n: ("PAID", "DENIED")[n % 2]},
    "treatmentPlans": {"name": lambda n: f"Plan {n}", "status": lambda n: ("PRESENTED", "ACCEPTED")[n % 2]},
    "labCases": {"name": lambda n: f"Case {n}", "due": lambda n: f"2026-01-{1 + n % 28:02d}"},
    "billingRecords": {"lastPaymentDate": lambda n: f"2026-01-{1 + n % 28:02d}"},
}
_BLANK_PERSON: Mapping[str, Any] = {
    "pbnId": "", "name": ("", ""), "emails": ("", ()), "phones": ("", ()), "dateOfBirth": None, "mailingAddress": ("", ""),
    "patientStatus": None, "insuranceCarrier": None, "companyId": None, "jobTitle": "", "recallReason": "",
}  # fmt: skip


def _somebody_finds(s: Simulation, *plurals: str) -> Key | None:
    """Return a record of ours."""
    there = sorted(
        k for k, h in s.model.twenty.records.items() if k[0] in (plurals or _EDITS) and not h.deleted and k in s.model.ours
    )
    return s.chance.choice(there) if there else None


def edit_a_migrated_field(s: Simulation) -> None:
    """Change as a person does a field that we wrote."""
    if key := _somebody_finds(s):
        name, value = s.chance.choice(list(_EDITS[key[0]].items()))
        _edit(s, key, name, value(s.next_number()))


def edit_another_field(s: Simulation) -> None:
    """Fill as a person does a field that is none of ours."""
    if key := _somebody_finds(s, "people"):
        _edit(s, key, "jobTitle", f"Clerk {s.next_number()}")


def work_on_a_record_that_leaves_pbn(s: Simulation) -> None:
    """Edit or annotate a record as a person does, which the office then removes."""
    key = _somebody_finds(s)
    row = s.office.rows.get(s.model.ours[key].source) if key else None
    if key is None or row is None:
        return
    if key[0] == "people" and s.chance.random() < 0.5:
        _note_about(s, key)
    else:
        name, value = s.chance.choice(list(_EDITS[key[0]].items()))
        _edit(s, key, name, value(s.next_number()))
    s.office.remove(row)


def take_an_edit_back(s: Simulation) -> None:
    """Put back as a person does what we wrote."""
    for key, ours in s.model.ours.items():
        held = s.model.twenty.records.get(key)
        if held is None or held.deleted or key[0] not in _EDITS:
            continue
        for name in _EDITS[key[0]]:
            if name in ours.answer and ours.answer[name] != held.fields.get(name) and isinstance(ours.answer[name], str):
                _edit(s, key, name, ours.answer[name])
                return


def _edit(s: Simulation, key: Key, name: str, value: Any) -> None:
    if not s.model.parts.takes(key[0], name, value):
        return
    _ask(s, "PATCH", f"/rest/{s.renamed.plural(key[0])}/{key[1]}", {s.renamed.column(key[0], name): value})
    s.model.edit(key, name, plain(name, value))
    s.say(f"{key} {name} {value}")


def put_in_the_bin(s: Simulation) -> None:
    """Soft-delete a record as a person does."""
    if key := _somebody_finds(s):
        _ask(s, "DELETE", f"/rest/{s.renamed.plural(key[0])}/{key[1]}?soft_delete=true")
        s.model.bin(key)
        s.say(f"{key}")


def destroy_a_record(s: Simulation) -> None:
    """Remove a record for good as a person does."""
    if key := _somebody_finds(s):
        _ask(s, "DELETE", f"/rest/{s.renamed.plural(key[0])}/{key[1]}")
        s.model.destroy(key)
        s.say(f"{key}")


def add_a_note(s: Simulation) -> None:
    """Write a note about a migrated person."""
    if key := _somebody_finds(s, "people"):
        _note_about(s, key)


def _note_about(s: Simulation, key: Key) -> None:
    note, link = ("notes", _id(s)), ("noteTargets", _id(s))
    title = f"Ask about {s.next_number()}"
    _ask(s, "POST", "/rest/notes", {"id": note[1], "title": title})
    s.model.add(note, {"title": title, "pbnId": ""})
    _ask(s, "POST", "/rest/noteTargets", {"id": link[1], "noteId": note[1], "targetPersonId": key[1]})
    s.model.add(link, {"noteId": note[1], "targetPersonId": key[1]})
    s.say(f"{key}")


def add_a_stranger(s: Simulation) -> None:
    """Make a person, whose address a patient will have: the patient, or somebody else."""
    patients = _not_yet_told(s)
    if not patients:
        s.office.new_family()
        patients = _not_yet_told(s)
    if not patients:
        return
    row = s.chance.choice(patients)
    mail = row.cells["email"]
    if s.model.twenty.holder(mail) is not None:
        return
    is_patient = s.chance.random() < 0.6
    first, last = (row.cells["first"], row.cells["last"]) if is_patient else ("Nemo", s.chance.choice(LAST))
    key = ("people", _id(s))
    job = f"Smith {s.next_number()}"
    body = {"id": key[1], "name": {"firstName": first, "lastName": last}, "emails": {"primaryEmail": mail}, "jobTitle": job}
    _ask(s, "POST", "/rest/people", body)
    s.model.add(key, {**_BLANK_PERSON, "name": (first, last), "emails": (mail, ()), "jobTitle": job})
    s.say(f"{key} {first} {last} {mail}")


def _not_yet_told(s: Simulation) -> list[Row]:
    """Return patients with an address who were in no extract yet."""
    return [r for r in s.office.of("patient") if ("patient", r.id) not in s.model.told.events and r.cells["email"]]


def merge_people(s: Simulation) -> None:
    """Merge two people: the one goes for good with its links, what else points at it points at the other."""
    stays, goes = _somebody_finds(s, "people"), _somebody_finds(s, "people")
    if not stays or not goes or stays == goes:
        return
    _ask(s, "PATCH", "/rest/people/merge", {"ids": [stays[1], goes[1]], "conflictPriorityIndex": 0})
    s.model.merge(stays, goes)
    s.say(f"{goes} into {stays}")


def empty_the_bin(s: Simulation) -> None:
    """Remove for good what lies in the bin."""
    for key in sorted(k for k, h in s.model.twenty.records.items() if h.deleted):
        if key in s.model.twenty.records:  # it did not go with its task or note
            _ask(s, "DELETE", f"/rest/{s.renamed.plural(key[0])}/{key[1]}")
            s.model.destroy(key)
            s.say(f"{key}")


def link_a_task_to_somebody_else(s: Simulation) -> None:
    """Link a task of ours to another person, too."""
    task, person = _somebody_finds(s, "tasks"), _somebody_finds(s, "people")
    if task and person:
        link = ("taskTargets", _id(s))
        _ask(s, "POST", "/rest/taskTargets", {"id": link[1], "taskId": task[1], "targetPersonId": person[1]})
        s.model.add(link, {"taskId": task[1], "targetPersonId": person[1]})
        s.say(f"{task} to {person}")


def _ask(s: Simulation, method: str, path: str, body: Any = None) -> None:
    status, answer = call(s.bench.app, method, path, body)
    assert status in (200, 201), (method, path, status, answer)


def _id(s: Simulation) -> str:
    return str(UUID(bytes=s.chance.randbytes(16), version=4))
