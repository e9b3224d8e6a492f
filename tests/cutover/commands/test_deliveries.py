"""The deliveries that were read can be listed with the sums of their books, and Twenty need not answer for that."""

from __future__ import annotations

from typing import Any

import pytest

from cutover.commands.extracts.deliveries import list_deliveries
from cutover.commands.records.sync import sync
from cutover.reports.answer import Answer
from cutover.runs.syncing import SyncOptions
from events.decisions import Decided
from tests.consumers.reconcile.small_practice import write_extract
from tests.cutover.commands.office import Office
from tests.cutover.reports.conftest import troubled

pytestmark = pytest.mark.integration


def listed(answer: Answer) -> list[dict[str, Any]]:
    return list(answer.document["deliveries"])


def read_again(office: Office, **changed: Any) -> None:
    """Put a copy of the first reading into the log, with other fields of its body; None removes one."""

    def put(session: Any) -> None:
        first = next(iter(session.decisions.all(Decided.EXTRACT_READ)))
        body = {name: value for name, value in (first.body | changed).items() if value is not None}
        session.decisions.record(Decided.EXTRACT_READ, body)

    office.ask(put)


def test_a_delivery_is_listed_with_the_sums_of_its_books(office: Office) -> None:
    office.without_twenty()
    answer = office.run(list_deliveries)
    [one] = listed(answer)
    books = office.ask(lambda s: next(iter(s.decisions.all(Decided.EXTRACT_READ))).body["books"])
    assert one["records"] == sum(page["records"] for page in books)
    assert one["records"] == sum(one[term] for term in ("carried", "merged", "used", "held", "left_out"))
    assert (one["held"], one["deleted"], one["balanced"]) == (2, 0, True)
    assert (one["path"].rpartition("/")[2], one["command"], one["scope"]) == ("day-1", "sync", "full")
    assert not answer.findings


def test_deletions_stand_with_the_delivery_that_they_follow_from(office: Office) -> None:
    fewer = troubled()
    del fewer["claim"][0]
    extract = write_extract(office.folder / "day-2", fewer, day=2)
    office.run(sync, [extract], SyncOptions(without_sample=True, confirm_deletions=True))
    first, second = listed(office.run(list_deliveries))
    assert (first["deleted"], second["deleted"]) == (0, 1)
    assert first["taken_at"] < second["taken_at"]


def test_books_that_do_not_balance_are_a_finding(office: Office) -> None:
    read_again(office, findings=[{"code": "books_differ", "text": "", "notice": False, "kind": None, "field": None}])
    answer = office.run(list_deliveries)
    assert [one["balanced"] for one in listed(answer)] == [True, False]
    assert answer.findings


def test_a_reading_of_an_earlier_version_has_no_counts(office: Office) -> None:
    read_again(office, books=None, changes=None)
    one = listed(office.run(list_deliveries))[-1]
    assert [one[name] for name in ("records", "held", "deleted", "balanced")] == [None] * 4
