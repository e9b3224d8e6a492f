"""Tables of no known entity, the whole way: proposed, turned on, approved, synced, replayed, rolled back, turned off."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from cutover.commands.approvals.mapping import map_approve, map_propose, map_show
from cutover.commands.approvals.mapping_edits import map_change
from cutover.commands.approvals.sample import sample
from cutover.commands.approvals.schema import schema_apply, schema_plan
from cutover.commands.extracts.estimate import estimate
from cutover.commands.oversight.reconcile import reconcile
from cutover.commands.oversight.trace import trace
from cutover.commands.records.replay import replay
from cutover.commands.records.rollback import RollbackOptions, rollback
from cutover.commands.records.sync import sync
from cutover.mapping_file.changing import change_object
from cutover.mapping_file.errors import MappingFileError
from cutover.project.init_project import init_project
from cutover.runs.session import Session
from cutover.runs.syncing import SyncOptions
from tests.consumers.reconcile.small_practice import DENTIST
from tests.cutover.commands.office import SETTINGS, Office, setting

pytestmark = pytest.mark.integration

Rows = list[list[str]]
PATIENTS: Rows = [
    ["Patient ID", "First Name", "Last Name", "Date of Birth", "Email"],
    *([f"P{i:04d}", f"Ada{i}", f"Quist{i}", "02/03/1970", f"ada{i}@x.example"] for i in range(24)),
]
PROVIDERS: Rows = [
    ["Provider ID", "First Name", "Last Name", "Email", "Abbr"],
    ["1", "Ines", "Abernathy", DENTIST, "DR1"],
    ["2", "Omar", "Bell", "omar@x.example", "DR2"],
]
GOALS: Rows = [
    ["Provider", "Month", "Production Goal", "New Patients", "State"],
    *(
        [p, f"{m:02d}/01/2026", f"${40_000 + m * 100}.00", str(10 + m), "Open" if m > 3 else "Closed"]
        for p in ("DR1", "DR2")
        for m in range(1, 7)
    ),
]
KPIS: Rows = [
    ["KPI ID", "KPI Name", "Value", "Unit", "As Of"],
    *([f"K{i}", f"Metric of kind {chr(64 + i)}", str(i * 1.5), "percent", "11/20/2026"] for i in range(1, 9)),
]
PRODUCTION: Rows = [
    ["Date", "Provider", "Gross Production", "Collections", "Collection %"],
    *(
        [f"11/{d:02d}/2026", p, f"{1_000 + d * 3}.50", f"{900 + d}.25", f"{90 + d % 7}%"]
        for d in range(2, 12)
        for p in ("DR1", "DR2")
    ),
]
LAB: Rows = [
    ["Case No", "Patient ID", "Lab", "Due", "Sent"],
    *(
        [f"LC-{i}", f"P{i % 24:04d}", "Glidewell" if i % 2 else "Apex", f"12/{1 + i % 20:02d}/2026", "Yes" if i % 3 else "No"]
        for i in range(1, 13)
    ),
]
TABLES = {
    "patients.csv": PATIENTS,
    "providers.csv": PROVIDERS,
    "Goals 2026.csv": GOALS,
    "kpis.csv": KPIS,
    "production_report.csv": PRODUCTION,
    "lab cases.csv": LAB,
}
OBJECTS = ("Goals 2026.csv", "kpis.csv", "production_report.csv", "lab cases.csv")
ROWS = {"goals": 12, "kpis": 8, "productionReports": 20, "labCases": 12}


@dataclass
class Place:
    """A project whose extracts hold tables of no known entity."""

    office: Office
    tables: dict[str, Rows] = field(default_factory=lambda: {name: [[*row] for row in rows] for name, rows in TABLES.items()})
    day: int = 0

    def extract(self) -> Path:
        """Write the tables as the extract of another day."""
        self.day += 1
        folder = self.office.folder / f"day-{self.day}"
        folder.mkdir()
        for name, rows in self.tables.items():
            with (folder / name).open("w", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows(rows)
        manifest = f'taken_at = "2026-11-{20 + self.day}T03:00:00-06:00"\nscope = "full"\n'
        (folder / "manifest.toml").write_text(manifest, encoding="utf-8")
        return folder

    def deliver(self) -> Any:
        """Sync the extract of another day."""
        options = SyncOptions(without_sample=True, confirm_deletions=True)
        return self.office.run(sync, [self.extract()], options).document

    def change(self, table: str, **changes: Any) -> Any:
        """Change what mapping.toml says about the object of a table, by command."""
        wanted = {"on": None, "name": None, "labels": None, "identity": ()} | changes
        return self.office.run(map_change, table, None, lambda file: change_object(file, table, **wanted)).document

    def turn_all_on(self) -> None:
        """Propose, turn every object on, approve, and make the data model."""
        self.office.run(map_propose, [self.extract()])
        for table in OBJECTS:
            self.change(table, on=True)
        self.office.run(map_approve, "Dana Reyes")
        self.office.run(schema_apply)

    def records(self, plural: str) -> list[dict[str, Any]]:
        """Return the living records of an object in Twenty, sorted by pbnId."""

        def read(s: Session) -> list[dict[str, Any]]:
            found = s.workspace.find(plural, {"pbnId": {"is": "NOT_NULL"}}, fields=("id",))
            images = s.workspace.read(plural, [one["id"] for one in found])
            return sorted(map(dict, images.values()), key=lambda one: str(one["pbnId"]))

        return list(self.office.ask(read))

    def record(self, plural: str, pbn: str) -> dict[str, Any]:
        [found] = [one for one in self.records(plural) if one["pbnId"] == pbn]
        return found


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    put: Callable[[str, str | None], None] = setting(monkeypatch)
    for name, value in SETTINGS.items():
        put(name, value)
    office = Office(tmp_path, put)
    init_project(office.project, practice_id="elm", name="Elm Street Dental", timezone="America/Chicago")
    with office.served():
        yield Place(office)


def test_an_unknown_table_is_proposed_as_an_object_and_left_out_until_it_is_turned_on(place: Place) -> None:
    extract = place.extract()
    proposed = place.office.run(map_propose, [extract]).document
    assert {t["file"]: t["kind"] for t in proposed["tables"] if t["file"] in OBJECTS} == dict.fromkeys(OBJECTS, "unknown")
    place.office.run(map_approve, "Dana Reyes")
    planned = place.office.run(schema_plan).document
    assert not [one for one in planned["items"] if {"goal", "kpi", "labCase", "productionReport"} & set(map(str, one.values()))]
    place.office.run(schema_apply)
    done = place.office.run(sync, [extract], SyncOptions(without_sample=True)).document
    assert done["changes"]["created"] == 1 + 2 + 24
    shown = place.office.run(map_show).document
    assert [(o["name"], o["on"]) for o in shown["objects"]] == [
        ("goal", False), ("kpi", False), ("labCase", False), ("productionReport", False),
    ]  # fmt: skip


def test_objects_are_carried_with_typed_fields_identity_and_links(place: Place) -> None:
    place.turn_all_on()
    done = place.deliver()
    assert done["changes"]["created"] == 1 + 2 + 24 + sum(ROWS.values())
    assert (done["dead_letters"], done["conflicts"]) == (0, 0)
    assert {plural: len(place.records(plural)) for plural in ROWS} == ROWS
    [ines] = place.office.ask(lambda s: [m.id for m in s.members if m.email == DENTIST])
    goal = place.record("goals", "elm:custom.goal:dr1|2026-05-01")
    assert goal["productionGoal"] == {"amountMicros": 40_500_000_000, "currencyCode": "USD"}
    assert (goal["month"], goal["newPatients"], goal["state"], goal["providerId"]) == ("2026-05-01", 15, "OPEN", ines)
    kpi = place.record("kpis", "elm:custom.kpi:K3")
    assert (kpi["name"], kpi["value"], kpi["asOf"]) == ("Metric of kind C", 4.5, "2026-11-20")
    day = place.record("productionReports", "elm:custom.productionReport:2026-11-05|dr2")
    assert (day["grossProduction"]["amountMicros"], day["collection"]) == (1_015_500_000, 95)
    assert day["providerName"] == "Omar Bell"
    case = place.record("labCases", "elm:custom.labCase:LC-3")
    [ada3] = [p["id"] for p in place.records("people") if p["pbnId"] == "elm:patient:P0003"]
    assert (case["patientId"], case["lab"], case["due"], case["sent"]) == (ada3, "GLIDEWELL", "2026-12-04", False)
    compared = {o["object"]: o for o in place.office.run(reconcile).document["objects"]}
    assert {name: (compared[name]["source"], compared[name]["twenty"], compared[name]["different"]) for name in ROWS} == {
        name: (count, count, 0) for name, count in ROWS.items()
    }
    [told] = place.office.run(trace, "elm:custom.kpi:K3").document["records"]
    assert [step["kind"] for step in told["steps"]] == ["row", "intent", "written"]


def test_changed_new_and_vanished_rows_are_carried(place: Place) -> None:
    place.turn_all_on()
    place.deliver()
    goals = place.tables["Goals 2026.csv"]
    goals[1] = ["dr1", "2026-01-01", "$55,000.00", "", "Closed"]  # the same row, its date and its case written otherwise
    goals.pop(12)
    goals.append(["DR2", "07/01/2026", "$1.00", "3", "Stretched"])
    place.tables["lab cases.csv"][3][1] = "P0020"
    place.tables["lab cases.csv"][4][1] = ""
    done = place.deliver()
    assert (done["changes"]["created"], done["changes"]["updated"], done["changes"]["deleted"]) == (1, 3, 1)
    changed = place.record("goals", "elm:custom.goal:dr1|2026-01-01")
    assert (changed["productionGoal"]["amountMicros"], changed["newPatients"]) == (55_000_000_000, None)
    assert place.record("goals", "elm:custom.goal:dr2|2026-07-01")["state"] == "STRETCHED"
    assert len(place.records("goals")) == 12
    assert place.record("labCases", "elm:custom.labCase:LC-4")["patientId"] is None
    again = place.deliver()
    assert (again["changes"]["created"], again["changes"]["updated"], again["changes"]["deleted"]) == (0, 0, 0)


def test_a_row_without_its_key_is_kept_back_and_counted(place: Place) -> None:
    place.turn_all_on()
    place.deliver()
    place.tables["Goals 2026.csv"].append(["", "07/01/2026", "$1.00", "3", "Open"])
    place.tables["lab cases.csv"].append(["LC-99", "P9999", "Apex", "12/01/2026", "No"])
    done = place.deliver()
    assert done["changes"]["created"] == 1
    assert done["dead_letters"] == 2
    assert len(place.records("labCases")) == ROWS["labCases"]  # its patient is not there: it waits


def test_a_replay_puts_right_what_was_destroyed(place: Place) -> None:
    place.turn_all_on()
    place.deliver()
    lost = place.record("kpis", "elm:custom.kpi:K3")["id"]
    place.office.ask(lambda s: s.workspace.destroy("kpis", [lost]))
    place.office.run(replay, "start", None, "custom.kpi", dry_run=False)
    assert place.record("kpis", "elm:custom.kpi:K3")["id"] == lost


def test_everything_is_taken_back_the_data_model_too(place: Place) -> None:
    place.turn_all_on()
    place.deliver()
    place.tables["Goals 2026.csv"][1][3] = "99"
    done = place.deliver()
    place.office.run(rollback, RollbackOptions(run=done["run"], yes=True))
    assert place.record("goals", "elm:custom.goal:dr1|2026-01-01")["newPatients"] == 11
    taken = place.office.run(rollback, RollbackOptions(everything=True, schema=True, yes=True)).document
    assert taken["kept"] == []
    objects = place.office.ask(lambda s: [o.singular for o in s.workspace.metadata(refresh=True).objects])
    assert not {"goal", "kpi", "productionReport", "labCase"} & set(objects)


def test_an_object_that_is_turned_off_keeps_its_records_and_says_so(place: Place) -> None:
    place.turn_all_on()
    place.deliver()
    place.change("kpis.csv", on=False)
    place.office.run(map_approve, "Dana Reyes")
    place.office.run(schema_apply)
    place.tables["kpis.csv"][1][2] = "77"
    place.tables["kpis.csv"].pop()
    answer = place.office.run(sync, [place.extract()], SyncOptions(without_sample=True))
    assert (answer.document["changes"]["updated"], answer.document["changes"]["deleted"]) == (0, 0)
    assert len(place.records("kpis")) == ROWS["kpis"]
    assert "'KPIs' is turned off: its rows are left out, and the 8 records that were synced before stay" in str(answer.text)
    place.change("kpis.csv", on=True)
    place.office.run(map_approve, "Dana Reyes")
    place.office.run(schema_apply)
    done = place.deliver()
    assert (done["changes"]["updated"], done["changes"]["deleted"]) == (1, 1)


def test_names_and_labels_are_the_operators_until_they_are_approved(place: Place) -> None:
    place.office.run(map_propose, [place.extract()])
    place.change("kpis.csv", on=True, name="officeMetric", labels=("Metric", "Metrics"))
    place.office.run(map_approve, "Dana Reyes")
    place.office.run(schema_apply)
    place.deliver()
    assert [one["pbnId"] for one in place.records("officeMetrics")][:1] == ["elm:custom.officeMetric:K1"]
    planned = place.office.run(schema_plan).text
    assert "clash" not in str(planned).lower()
    with pytest.raises(MappingFileError, match="its name is fixed"):
        place.change("kpis.csv", name="other")


def test_an_object_without_identity_cannot_be_turned_on(place: Place) -> None:
    place.tables = {
        "patients.csv": PATIENTS,
        "counts.csv": [["Amount", "Number"], ["1.00", "2"], ["1.00", "2"], ["3.00", "2"], ["1.00", "2"]],
    }
    place.office.run(map_propose, [place.extract()])
    with pytest.raises(MappingFileError, match="nothing tells its rows apart"):
        place.change("counts.csv", on=True)


def test_a_sample_shows_the_records_of_objects_too(place: Place) -> None:
    place.turn_all_on()
    shown = place.office.run(sample, 3).document
    assert {"goals", "kpis", "productionReports"} <= {card["object"] for card in shown["cards"]}
    fields = [one for card in shown["cards"] for one in card["fields"]]
    assert {one["reason"] for one in fields if one["result"] == "lost"} <= {"unmatched_provider"}


def test_an_estimate_counts_the_rows_of_objects_that_are_on_and_is_within_two_requests_of_the_load(place: Place) -> None:
    extract = place.extract()
    place.office.run(map_propose, [extract])
    before = place.office.run(estimate, [extract]).document
    assert not set(ROWS) & set(before["records"])
    for table in OBJECTS:
        place.change(table, on=True)
    forecast = place.office.run(estimate, [extract]).document  # what waits for approval counts
    assert {plural: forecast["records"][plural] for plural in ROWS} == ROWS
    assert forecast["total_records"] == before["total_records"] + sum(ROWS.values())
    place.office.run(map_approve, "Dana Reyes")
    place.office.run(schema_apply)
    loaded = place.office.run(sync, [extract], SyncOptions(without_sample=True)).document
    assert abs(forecast["total_requests"] - loaded["requests"]) <= 2
    assert loaded["writes"]["create"] == forecast["total_records"]
