"""The office's turns: what happens at the practice, and to the export of it, between two extracts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from cutover.commands.approvals.mapping import map_approve
from cutover.commands.approvals.mapping_edits import map_change
from cutover.mapping_file.changing import change_object
from tests.simulation import model_turns
from tests.simulation.office import CARRIERS, FILES, HEADERS, UNKNOWN, Row
from tests.simulation.simulation import Simulation

RENAMED = {"patient": {"mobile": ("Cell Phone", "Mobile Number"), "birth": ("DOB", "Birth Date")}}


def work_in_the_office(s: Simulation) -> None:
    """Do a day's work: new families, changes, deletions, returns."""
    for _ in range(s.chance.randint(1, 6)):
        _work(s)


def _work(s: Simulation) -> None:
    c, office = s.chance, s.office
    patients = office.of("patient")
    what = c.choices(
        ("new family", "new record", "edit patient", "edit record", "delete", "bring back", "move", "swap", "reassign"),
        (1, 4, 6, 6, 2, 2, 1, 2, 1),
    )[0]
    if what == "new family" or not patients:
        office.new_family()
    elif what == "new record":
        patient = c.choice(patients)
        kind = c.choice([k for k in FILES if k != "patient" and (k, patient.id) not in office.rows])
        office.new_record(kind, patient)
    elif what == "edit patient":
        _edit_patient(s, c.choice(patients))
    elif what == "edit record" and (rows := [r for r in office.rows.values() if r.kind != "patient"]):
        row = c.choice(rows)
        fresh = office.new_record(row.kind, office.rows["patient", row.cells["patient"]])
        if fresh.kind != "balance":
            del office.rows[fresh.kind, fresh.id]
        name = c.choice([n for n in fresh.cells if n not in ("patient", "number")])
        office.put(row.changed(**{name: fresh.cells[name]}))
    elif what == "delete":
        office.remove(c.choice(list(office.rows.values())))
    elif what == "bring back" and office.gone:
        office.bring_back(c.choice(list(office.gone.values())))
    elif what == "move":
        _move(s, c.choice(patients), c.choice(patients))
    elif what == "swap":
        one, other = c.choice(patients), c.choice(patients)
        office.put(one.changed(email=other.cells["email"]))
        if one.id != other.id:
            office.put(other.changed(email=one.cells["email"]))
    elif what == "reassign" and (rows := [r for r in office.rows.values() if r.kind not in ("patient", "balance")]):
        office.put(c.choice(rows).changed(patient=c.choice(patients).id))


def _edit_patient(s: Simulation, row: Row) -> None:
    c = s.chance
    cells: dict[str, Any] = {
        "first": c.choice(("Ada", "Bo", "Zed")),
        "status": c.choice(("Active", "Inactive")),
        "carrier": c.choice(CARRIERS) or None,
        "mobile": s.office.new_phone() if c.random() < 0.8 else None,
        "street": f"{c.randint(1, 99)} Oak St" if c.random() < 0.8 else None,
        "birth": date(1940, 1, 1) + timedelta(days=c.randrange(28_000)),
        "email": f"new{s.next_number()}@home.example" if c.random() < 0.7 else None,
    }
    # a name and a date of birth that both change hold the id as another human's: nobody here gets both
    fixed = "first" if int(row.id) % 2 else "birth"
    name = c.choice([n for n in cells if n != fixed])
    s.office.put(row.changed(**{name: cells[name]}))


def _move(s: Simulation, row: Row, head: Row) -> None:
    """Move into another household, whose address they may share from now on."""
    shares = {"email": head.cells["email"]} if s.chance.random() < 0.5 else {}
    s.office.put(row.changed(guarantor=head.cells["guarantor"], **shares))


def turn_the_object_on(s: Simulation) -> None:
    """Turn the object of the table without a kind on: from the next extract its rows are records of Twenty's."""
    if s.unknown_is_on:
        return
    session, table = s.bench.session, f"{FILES[UNKNOWN]}.csv"
    map_change(session, table, None, lambda file: change_object(file, table, on=True, name=None, labels=None, identity=()))
    map_approve(session, "Test")
    model_turns.apply_the_data_model(s)
    s.unknown_is_on = True


def new_word(s: Simulation) -> None:
    """Use a word that no option is there for yet."""
    if patients := s.office.of("patient"):
        s.office.put(s.chance.choice(patients).changed(carrier=f"Carrier {s.next_number()}"))


def new_column(s: Simulation) -> None:
    """Add a column to PbN, or take one out of the export."""
    columns = s.columns["patient"]
    if "guard" in columns:
        del columns["guard"]
        return
    columns["guard"] = "Night Guard Due"
    for row in s.office.of("patient"):
        s.office.put(row.changed(guard=f"model {s.chance.randrange(1000)}"))


def fresh_column(s: Simulation) -> None:
    """Add a column that PbN never had."""
    number = s.next_number()
    s.columns["patient"][f"own{number}"] = f"Own Column {number}"
    for row in s.office.of("patient"):
        s.office.put(row.changed(**{f"own{number}": f"word {s.chance.randrange(1000)}"}))


def renamed_column(s: Simulation) -> None:
    """Rename a header from now on."""
    cell, names = s.chance.choice(list(RENAMED["patient"].items()))
    s.columns["patient"][cell] = s.chance.choice((*names, HEADERS["patient"][cell]))


def unreadable_row(s: Simulation) -> None:
    """Add for good one row that cannot be read."""
    s.unreadable += 1
