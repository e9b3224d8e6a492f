"""Deliveries as they come in the field, through the whole program: out of order, renumbered, short of records, taken back."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.acceptance.field import BOOK, EVERYBODY, Field, changed
from tests.producers.desk import patient, visit

pytestmark = pytest.mark.acceptance


class TestOutOfOrder:
    def test_the_same_files_again_an_overlap_and_other_columns_change_nothing(self, field: Field) -> None:
        first = field.extract(1, EVERYBODY, BOOK)
        field.sync(first)
        before = field.content()
        assert changed(field.sync(first)) == {}
        overlap = field.extract(2, EVERYBODY[10:30], BOOK[5:60], scope="partial")
        assert changed(field.sync(overlap)) == {}
        reordered = [dict(reversed(row.items())) for row in EVERYBODY]
        assert changed(field.sync(field.extract(3, reordered, BOOK))) == {}
        renamed = [{name.replace("Mobile Phone", "Cell Phone"): cell for name, cell in row.items()} for row in EVERYBODY]
        said = field.sync(field.extract(4, renamed, BOOK))
        assert changed(said) == {}
        assert field.content() == before

    def test_an_archive_of_a_delivery_is_that_delivery(self, field: Field, tmp_path: Path) -> None:
        first = field.extract(1, EVERYBODY, BOOK)
        archive = Path(shutil.make_archive(str(tmp_path / "May 11"), "zip", first))
        said = field.sync(archive)
        assert said["writes"]["create"] >= len(EVERYBODY) + 2 * len(BOOK)
        assert len(field.people()) == len(EVERYBODY)
        assert changed(field.sync(first)) == {}
        assert changed(field.sync(archive)) == {}

    def test_an_older_export_that_arrives_late_overwrites_nothing(self, field: Field) -> None:
        field.sync(field.extract(1, EVERYBODY, BOOK))
        field.sync(field.extract(5, EVERYBODY[:39], BOOK))
        before = field.content()
        late = [{**EVERYBODY[0], "Last Name": "Older"}, *EVERYBODY[2:], patient(41)]
        said = field.sync(field.extract(3, late, BOOK[:79]))
        assert changed(said) == {}
        assert said["stale"] >= 3  # P1, P40 and P41; what hangs on P40, who is gone, is read again, too
        assert field.content() == before

    def test_what_nobody_dated_is_as_old_as_its_first_reading(self, field: Field) -> None:
        first = field.extract(None, EVERYBODY, BOOK)
        field.sync(first)
        field.sync(field.extract(None, [{**EVERYBODY[0], "Last Name": "Newer"}, *EVERYBODY[1:]], BOOK))
        assert changed(field.sync(first)) == {}
        assert field.people()["P1"]["name"]["lastName"] == "Newer"


class TestReconcile:
    def test_it_does_not_say_that_all_is_well_before_a_whole_delivery_was_read(self, field: Field) -> None:
        before = field.bench.cutover("reconcile", json_output=False)
        assert "No delivery was read as a whole yet" in before.out
        assert "Twenty holds what PbN has" not in before.out
        field.bench.ok("map", "propose", field.extract(1, EVERYBODY, BOOK))
        field.bench.ok("sample", "--patients", "5")
        after = field.bench.cutover("reconcile", json_output=False)
        assert after.code == 1
        assert "Twenty holds what PbN has" not in after.out
        assert "rows that are not in the sample" in after.out


class TestCorrectedSettings:
    def test_they_are_carried_by_the_same_extract_and_the_run_says_how_many_records_change(self, field: Field) -> None:
        first = field.extract(1, EVERYBODY[:3], BOOK[:5])
        owing = [{"Billing ID": f"B{n}", "Patient ID": f"P{n}", "Outstanding Balance": "12.50"} for n in range(1, 4)]
        field.write(first, "owing", owing)
        field.sync(first)
        before = field.rest("GET", "tasks")["tasks"][0]
        field.bench.environment |= {"CUTOVER_PRACTICE__TIMEZONE": "America/New_York", "CUTOVER_PRACTICE__CURRENCY": "CAD"}
        said = field.sync(first)
        (again,) = said["read_again"]
        assert (again["settings"], again["records"], again["changed"]) == (["time zone", "currency"], 11, 8)
        assert said["stale"] == 0
        after = field.rest("GET", f"tasks/{before['id']}")["task"]
        assert datetime.fromisoformat(before["dueAt"]) - datetime.fromisoformat(after["dueAt"]) == timedelta(hours=2)
        balances = field.rest("GET", "billingRecords")["billingRecords"]
        assert [b["outstandingBalance"]["currencyCode"] for b in balances] == ["CAD"] * 3
        assert field.sync(first)["read_again"] == []


class TestDeletions:
    def test_over_the_limit_they_are_withheld_and_listed_everything_else_is_applied_and_a_confirmation_releases_them(
        self, field: Field
    ) -> None:
        field.sync(field.extract(1, EVERYBODY, BOOK))
        fewer = field.extract(2, [{**EVERYBODY[0], "Last Name": "Changed"}, *EVERYBODY[1:]], BOOK[:60])
        said = field.bench.cutover("sync", fewer, "--without-sample")
        assert said.code == 1
        assert changed(said.document) == {"updated": 1, "withheld": 20}
        (withheld,) = said.document["withheld_list"]
        assert (withheld["entity"], withheld["absent"], withheld["live"]) == ("appointment", 20, 80)
        assert sorted(withheld["records"]) == sorted(f"fern:appointment:V{n}" for n in range(61, 81))
        assert field.people()["P1"]["name"]["lastName"] == "Changed"
        released = field.bench.cutover("sync", fewer, "--without-sample", "--confirm-deletions")
        assert (released.code, changed(released.document)) == (0, {"deleted": 20})

    def test_a_table_that_was_cut_off_is_not_believed(self, field: Field) -> None:
        field.sync(field.extract(1, EVERYBODY, BOOK))
        cut = field.extract(2, EVERYBODY, BOOK[:77])
        file = cut / "visits.csv"
        file.write_bytes(file.read_bytes().rstrip() + b'\r\nV80,P1,"06/')
        said = field.sync(cut)
        (withheld,) = said["withheld_list"]
        assert (withheld["why"], withheld["absent"]) == ("truncated_file", 2), (
            "V80's row is there; V78 and V79 may have followed"
        )
        assert changed(said) == {"withheld": 2}

    def test_a_full_extract_with_a_file_that_cannot_be_read_deletes_nothing(self, field: Field) -> None:
        field.sync(field.extract(1, EVERYBODY, BOOK))
        damaged = field.extract(2, EVERYBODY, BOOK[:78])
        (damaged / "visits-2.xlsx").write_bytes(b"PK\x03\x04" + bytes(26) + b"xl/worksheets/sheet1.xml, cut off")
        said = field.sync(damaged)
        assert [(w["why"], w["absent"]) for w in said["withheld_list"]] == [("unreadable_file", 2)]

    def test_a_record_that_reappears_is_restored(self, field: Field) -> None:
        field.sync(field.extract(1, EVERYBODY, BOOK))
        before = field.content()
        assert field.sync(field.extract(2, EVERYBODY, BOOK[:79]))["writes"]["delete"] == 1
        assert field.sync(field.extract(3, EVERYBODY, BOOK))["writes"]["restore"] == 1
        assert field.content() == before


class TestRenumbered:
    @pytest.fixture
    def renumbered(self, field: Field) -> Field:
        """P2 has become P902 in PbN; the new id was synced before anybody wrote the alias down."""
        field.sync(field.extract(1, EVERYBODY, BOOK))
        self.before = field.people()["P2"]["id"]
        new = {**EVERYBODY[1], "Patient ID": "P902", "Last Name": "Quist-Vale"}
        field.sync(field.extract(2, [new], [visit(901, Patient_ID="P902")], scope="partial"))
        assert {"P2", "P902"} <= field.people().keys()
        (field.bench.project / "aliases.csv").write_text("entity,old,new\npatient,P2,P902\n", encoding="utf-8")
        field.bench.environment["CUTOVER_PRACTICE__ALIASES"] = "aliases.csv"
        return field

    def test_what_was_carried_twice_becomes_one_with_its_old_id_and_all_that_hangs_on_it(self, renumbered: Field) -> None:
        f = renumbered
        f.sync(f.extract(3, [EVERYBODY[0]], scope="partial"))
        people = f.people()
        assert "P902" not in people
        assert (people["P2"]["id"], people["P2"]["name"]["lastName"]) == (self.before, "Quist-Vale")
        assert people["P2"]["emails"]["primaryEmail"] == "ada2@post.example"
        assert f.visits_of("P2") == 3
        assert [r["kind"] for r in f.bench.ok("status")["runs"]][-2:] == ["renumber", "sync"]
        assert f.bench.ok("log", "verify")["problems"] == []
        whole = [p if p["Patient ID"] != "P2" else {**p, "Patient ID": "P902", "Last Name": "Quist-Vale"} for p in EVERYBODY]
        theirs = [{**v, "Patient ID": "P902"} if v["Patient ID"] == "P2" else v for v in [*BOOK, visit(901, of=2)]]
        assert changed(f.sync(f.extract(4, whole, theirs))) == {}
        assert {issue["reason"] for issue in f.bench.ok("reconcile")["issues"]} == {"unknown_provider"}

    def test_any_of_the_ids_names_the_record_to_rollback_and_forget(self, renumbered: Field) -> None:
        f = renumbered
        last = f.extract(3, [EVERYBODY[0]], scope="partial")
        f.sync(last)
        before = f.content()
        f.bench.ok("rollback", "--record", "fern:patient:P902", "--yes")
        assert "P2" not in f.people()
        f.sync(last)
        assert f.content() == before
        f.bench.ok("forget", "fern:patient:P902", "--yes")
        again = f.sync(f.extract(5, [{**EVERYBODY[1], "Patient ID": "P902", "Last Name": "Back"}], scope="partial"))
        assert changed(again) == {}

    def test_a_circle_is_refused_before_anything_is_written(self, field: Field) -> None:
        (field.bench.project / "aliases.csv").write_text("entity,old,new\npatient,P2,P3\npatient,P3,P2\n", encoding="utf-8")
        field.bench.environment["CUTOVER_PRACTICE__ALIASES"] = "aliases.csv"
        said = field.bench.cutover("sync", field.extract(1, EVERYBODY, BOOK), "--without-sample")
        assert said.code == 2
        assert "aliases.csv: line 2: the ids go in a circle" in said.err
        assert field.people() == {}


class TestConflicts:
    def test_a_conflict_is_listed_with_who_changed_what(self, field: Field) -> None:
        field.sync(field.extract(1, EVERYBODY, BOOK))
        field.rest("PATCH", f"people/{field.people()['P1']['id']}", json={"name": {"lastName": "Married"}})
        newer = field.extract(2, [{**EVERYBODY[0], "Last Name": "Vale"}, *EVERYBODY[1:]], BOOK)
        said = field.bench.cutover("sync", newer, "--without-sample")
        assert said.code == 1
        (conflict,) = said.document["conflict_list"]
        assert {k: conflict[k] for k in ("object", "pbnId", "fields", "reason", "kept")} == {
            "object": "people",
            "pbnId": "fern:patient:P1",
            "fields": ["name"],
            "reason": "edited_in_twenty",
            "kept": True,
        }
        assert field.people()["P1"]["name"]["lastName"] == "Married"


class TestTakenBack:
    @pytest.fixture
    def synced(self, field: Field) -> Field:
        """Two days are in Twenty."""
        field.sync(field.extract(1, EVERYBODY, BOOK))
        self.first = field.content()
        self.delivery = field.extract(2, [{**p, "Last Name": "Vale"} for p in EVERYBODY], [*BOOK[:79], visit(81)])
        self.run = field.sync(self.delivery)["run"]
        self.second = field.content()
        return field

    def test_a_run_is_taken_back_and_the_same_extract_brings_it_forward(self, synced: Field) -> None:
        said = synced.bench.cutover("rollback", "--run", self.run, "--yes")
        assert (said.code, said.document["kept"]) == (0, [])
        assert synced.content() == self.first
        again = synced.sync(self.delivery)
        assert changed(again) == {}, "the log has it already; it was pending"
        assert synced.content() == self.second

    def test_a_rollback_is_taken_back_by_a_replay(self, synced: Field) -> None:
        synced.bench.ok("rollback", "--run", self.run, "--yes")
        synced.bench.ok("replay", "--from", "start")
        assert synced.content() == self.second

    def test_a_rollback_that_was_killed_goes_on(self, synced: Field) -> None:
        b = synced.bench
        b.environment["CUTOVER_TWENTY__BATCH_SIZE"] = "5"
        rollback = b.start("rollback", "--run", self.run, "--yes", stdout=subprocess.DEVNULL)
        del b.environment["CUTOVER_TWENTY__BATCH_SIZE"]
        deadline = time.monotonic() + 60
        while rollback.poll() is None and synced.content() == self.second and time.monotonic() < deadline:
            time.sleep(0.01)
        rollback.send_signal(signal.SIGKILL)
        rollback.wait(timeout=20)
        assert b.cutover("rollback", "--run", self.run, "--yes").code == 0
        assert synced.content() == self.first
        assert b.ok("log", "verify")["problems"] == []
        synced.sync(self.delivery)
        assert synced.content() == self.second

    def test_what_it_kept_is_listed_with_why(self, synced: Field) -> None:
        synced.rest("PATCH", f"people/{synced.people()['P1']['id']}", json={"name": {"lastName": "Married"}})
        said = synced.bench.cutover("rollback", "--run", self.run, "--yes")
        assert said.code == 1
        assert said.document["kept"] == [
            {"object": "people", "pbnId": "fern:patient:P1", "fields": ["name"], "reason": "edited_in_twenty"}
        ]
        assert synced.people()["P1"]["name"]["lastName"] == "Married"
