"""Dead letters can be read, tried again and given up, by record, reason or file, and Twenty need not answer for that."""

from __future__ import annotations

import pytest

from cutover.commands.oversight.dead_letters import (
    ChosenLetters,
    dismiss_dead_letters,
    list_dead_letters,
    retry_dead_letters,
    show_dead_letters,
)
from cutover.commands.oversight.reconcile import reconcile
from cutover.commands.oversight.status import status
from cutover.project.errors import UsageError
from cutover.runs.arguments.named_person import NamedPerson
from events.decisions import Decided
from tests.cutover.commands.office import Office
from tests.cutover.reports.conftest import troubled

pytestmark = pytest.mark.integration

INES = NamedPerson(by="Ines Abernathy", why="audit", decrypt=True)
DOCUMENT, APPOINTMENT = "elm:document:9001", "elm:appointment:3009"


def brief(document):
    kept = [(x["pbnId"], x["reason"], x["status"], x["file"], x["row"]) for x in document["dead_letters"]]
    return kept + [(x["pbnId"], x["reason"], "row", x["file"], x["row"]) for x in document["rows"]]


EVERYTHING = [
    (DOCUMENT, "file_too_large", "dead", "document.csv", 2),
    (APPOINTMENT, "unknown_patient", "waiting", "appointment.csv", 5),
    ("elm:claim:5003", "missing_patient", "row", "claim.csv", 4),
    ("elm:document:9002", "missing_file", "row", "document.csv", 3),
]


def test_the_list_names_records_and_rows_with_their_place(office: Office) -> None:
    answer = office.run(list_dead_letters)
    assert sorted(brief(answer.document)) == sorted(EVERYTHING)
    assert answer.findings


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        (ChosenLetters(reason="file_too_large"), [DOCUMENT]),
        (ChosenLetters(file="claim.csv"), ["elm:claim:5003"]),
        (ChosenLetters(record=APPOINTMENT), [APPOINTMENT]),
        (ChosenLetters(record="claim.csv:4"), ["elm:claim:5003"]),
        (ChosenLetters(record="document.csv:2"), [DOCUMENT]),
        (ChosenLetters(record=DOCUMENT, reason="duplicate"), []),
    ],
    ids=str,
)
def test_the_list_can_be_asked_by_record_reason_and_file(office: Office, chosen: ChosenLetters, found: list[str]) -> None:
    assert [x[0] for x in brief(office.run(list_dead_letters, chosen).document)] == found


def test_without_an_api_key_it_can_be_listed_shown_and_given_up(office: Office) -> None:
    before = office.run(list_dead_letters)
    office.without_twenty()
    answer = office.run(list_dead_letters)
    assert answer.document == before.document
    assert "Twenty was not asked" in str(answer.text[-1])
    assert office.run(status).document["twenty"] == "away"
    assert office.run(show_dead_letters, ChosenLetters(record=DOCUMENT), INES).document["records"]
    office.run(dismiss_dead_letters, ChosenLetters(reason="file_too_large"), INES)
    assert DOCUMENT not in [x[0] for x in brief(office.run(list_dead_letters).document)]


def test_values_are_shown_on_request_alone_and_the_reader_is_recorded(office: Office) -> None:
    sealed = office.run(show_dead_letters, ChosenLetters(record=DOCUMENT), NamedPerson()).document
    assert [(r["values"], [x["words"] for x in r["letters"]]) for r in sealed["records"]] == [(None, [None])]
    assert office.ask(lambda s: list(s.decisions.all(Decided.DATA_READ))) == []
    opened = office.run(show_dead_letters, ChosenLetters(record=DOCUMENT), INES).document
    assert opened["records"][0]["values"]["path"] == "documents/9001/consent.txt"
    [read] = office.ask(lambda s: [d.body for d in s.decisions.all(Decided.DATA_READ)])
    assert (read["by"], read["records"]) == ("Ines Abernathy", [opened["records"][0]["record"]])


def test_the_cells_of_a_row_are_values_too(office: Office) -> None:
    [sealed] = office.run(show_dead_letters, ChosenLetters(record="claim.csv:4"), NamedPerson()).document["rows"]
    [opened] = office.run(show_dead_letters, ChosenLetters(record="claim.csv:4"), INES).document["rows"]
    assert sealed["cells"] is None
    assert "5003" in opened["cells"]


def test_nobody_opens_values_without_a_name(office: Office) -> None:
    with pytest.raises(UsageError, match="--by NAME"):
        office.run(show_dead_letters, ChosenLetters(record=DOCUMENT), NamedPerson(decrypt=True))


def test_what_was_given_up_stays_so_also_in_a_state_made_anew(office: Office) -> None:
    for name in (DOCUMENT, APPOINTMENT, "claim.csv:4", "document.csv:3"):
        office.run(dismiss_dead_letters, ChosenLetters(record=name), INES)
    assert brief(office.run(list_dead_letters).document) == []
    for file in (office.project / ".cutover").glob("state.db*"):
        file.unlink()
    assert office.run(status).document["dead_letters"] == 0
    assert office.run(retry_dead_letters).document["writes"]["create"] == 0
    assert [d.body["by"] for d in office.ask(lambda s: list(s.decisions.all(Decided.DEAD_LETTERS_DISMISSED)))] == [INES.by] * 4


def test_what_was_given_up_comes_back_when_pbn_changes_it(office: Office) -> None:
    office.run(dismiss_dead_letters, ChosenLetters(record=DOCUMENT), INES)
    changed = troubled()
    changed["document"][0]["DocCategory"] = "X-rays"
    office.deliver(2, changed)
    assert DOCUMENT in [x[0] for x in brief(office.run(list_dead_letters).document)]


def test_a_reconciliation_still_names_what_was_given_up(office: Office) -> None:
    office.run(dismiss_dead_letters, ChosenLetters(record=DOCUMENT), INES)
    issues = office.run(reconcile).document["issues"]
    assert [(i["pbnId"], i["file"], i["row"]) for i in issues if i["reason"] == "dismissed"] == [(DOCUMENT, "document.csv", 2)]


@pytest.mark.parametrize(
    "chosen", [ChosenLetters(), ChosenLetters(record="claim.csv:3"), ChosenLetters(reason="duplicate")], ids=str
)
def test_nothing_is_given_up_that_was_not_named(office: Office, chosen: ChosenLetters) -> None:
    with pytest.raises(UsageError):
        office.run(dismiss_dead_letters, chosen, INES)
    assert len(brief(office.run(list_dead_letters).document)) == len(EVERYTHING)


def test_a_decision_needs_a_name(office: Office) -> None:
    with pytest.raises(UsageError, match="--by NAME"):
        office.run(dismiss_dead_letters, ChosenLetters(record=DOCUMENT), NamedPerson())


def test_only_what_is_named_is_tried_again(office: Office) -> None:
    office.run(retry_dead_letters, ChosenLetters(reason="duplicate"))
    [letter] = [x for x in office.run(list_dead_letters).document["dead_letters"] if x["pbnId"] == DOCUMENT]
    assert letter["attempts"] == 1
    office.run(retry_dead_letters, ChosenLetters(record=DOCUMENT))
    [letter] = [x for x in office.run(list_dead_letters).document["dead_letters"] if x["pbnId"] == DOCUMENT]
    assert letter["attempts"] == 2
    assert (
        len(office.run(show_dead_letters, ChosenLetters(record=DOCUMENT), NamedPerson()).document["records"][0]["letters"]) == 2
    )


def test_the_status_counts_what_the_list_has(office: Office) -> None:
    def counts() -> tuple[int, int]:
        said = office.run(status).document
        return said["dead_letters"], said["refused_rows"]

    def listed() -> tuple[int, int]:
        said = office.run(list_dead_letters).document
        return len(said["dead_letters"]), len(said["rows"])

    assert counts() == listed()
    assert all(counts()), "the office has records and rows that are kept back"
    office.run(dismiss_dead_letters, ChosenLetters(record="claim.csv:4"), INES)
    assert counts() == listed()


def test_a_filter_that_fits_nothing_does_not_say_that_there_are_none(office: Office) -> None:
    said = office.run(list_dead_letters, ChosenLetters(reason="duplicate"))
    assert said.document["dead_letters"] == said.document["rows"] == []
    assert "None of the " in str(said.text[0])


def test_every_run_counts_the_rows_that_made_no_record_as_the_list_does(office: Office) -> None:
    listed = office.run(list_dead_letters).document
    rows = len(listed["rows"])
    assert rows > 0
    assert office.run(retry_dead_letters, ChosenLetters(reason="duplicate")).document["dead_letters"] == rows + len(
        listed["dead_letters"]
    )
