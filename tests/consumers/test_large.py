"""Records of megabytes: created, changed, edited by people and taken back, with intents and outcomes of any size."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from consumers.journal.sending import POINTS
from consumers.journal.three_way import Policy
from consumers.sync import window as window_module
from consumers.sync.consume import consume
from consumers.twenty.workspace import MOST_BYTES
from events.compensations import Action, Phase
from events.log.parts import PART
from events.log.port import CHANGES, COMPENSATIONS, read_all
from events.vocabulary.entities import Entity
from rehearsal.server import http
from tests.consumers.workbench import Bench, id_of, note, patient

SIZES = [1_500_000, 2_500_000, 5_000_000]
TWENTYS_LIMIT = 10 * 1024 * 1024


def text(size: int, word: str = "gum") -> str:
    """Return a long note in paragraphs: its BlockNote is twice as long."""
    paragraph = f"A paragraph about one {word}, as long as a sentence of a clinical note usually is.\n\n"
    return (paragraph * (size // len(paragraph) + 1))[:size].rstrip()


def content(word: str) -> list[dict[str, object]]:
    said = (
        f"A {word} sentence, as long as one of a clinical note usually is, and somewhat longer still, for it must be large. "
        * 2
    )
    return [{"type": "text", "text": said, "styles": {"bold": True}}]


def note_id(native: str) -> str:
    return id_of(Entity.NOTE, native)


def held(bench: Bench, native: str) -> str:
    return str(bench.read("notes", note_id(native))["bodyV2"]["markdown"])


def bytes_sent(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return the sizes of the bodies that leave from now on."""
    sizes: list[int] = []
    transport = bench.workspace._connection._client._transport
    handle = transport.handle_request

    def watching(request):  # type: ignore[no-untyped-def]
        sizes.append(len(request.content))
        return handle(request)

    monkeypatch.setattr(transport, "handle_request", watching)
    return sizes


@pytest.mark.parametrize("size", SIZES)
def test_a_large_note_is_created_changed_and_taken_back_step_by_step(bench: Bench, size: int) -> None:
    first, second = text(size), text(size, "tooth")
    bench.deliver(patient("1", "Ada", "Quist"), note("N1", of="1", text=first))
    bench.sync()
    assert held(bench, "N1") == first
    before_change = bench.deliver(note("N1", of="1", text=second))
    bench.sync()
    assert held(bench, "N1") == second
    undone = bench.rollback_to(before_change)
    assert (undone.undone, undone.kept) == (1, [])
    assert held(bench, "N1") == first
    undone = bench.rollback()
    assert undone.kept == []
    assert not bench.has("notes", note_id("N1"))
    bench.sync()
    assert held(bench, "N1") == second, "what was taken back is pending, and is carried again"
    assert bench.open_intents() == set()


def test_a_change_that_grows_and_shrinks_is_taken_back(bench: Bench) -> None:
    texts = ["short", text(5_000_000), "short again", text(2_500_000, "jaw")]
    bench.deliver(patient("1", "Ada", "Quist"))
    bench.sync()
    positions = []
    for said in texts:
        positions.append(bench.deliver(note("N1", of="1", text=said)))
        bench.sync()
    for position, said in zip(reversed(positions[1:]), reversed(texts[:-1]), strict=True):
        assert bench.rollback_to(position).kept == []
        assert held(bench, "N1") == said


def test_a_large_note_that_a_person_changed_stays_theirs(bench: Bench) -> None:
    bench.deliver(patient("1", "Ada", "Quist"), note("N1", of="1", text=text(1_500_000)))
    bench.sync()
    theirs = text(3_000_000, "person")
    bench.edit("notes", note_id("N1"), {"bodyV2": {"markdown": theirs}})
    bench.deliver(note("N1", of="1", text=text(1_500_000, "tooth")))
    tally = bench.sync()
    assert [c.reason for c in tally.conflicts] == ["edited_in_twenty"]
    assert held(bench, "N1") == theirs
    assert {k.object: k.reason for k in bench.rollback().kept}["notes"] == "edited_in_twenty"
    assert held(bench, "N1") == theirs


def test_a_persons_large_text_that_was_overwritten_is_given_back(bench: Bench) -> None:
    bench.policy = Policy.SOURCE_WINS
    bench.deliver(patient("1", "Ada", "Quist"), note("N1", of="1", text="short"))
    bench.sync()
    theirs = text(4_500_000, "person")
    bench.edit("notes", note_id("N1"), {"bodyV2": {"markdown": theirs}})
    position = bench.deliver(note("N1", of="1", text=text(4_500_000)))
    bench.sync()
    assert held(bench, "N1") != theirs
    assert bench.rollback_to(position).kept == []
    assert held(bench, "N1") == theirs


def test_a_persons_formatting_is_given_back_where_both_forms_of_a_text_do_not_fit_into_a_request(bench: Bench) -> None:
    bench.policy = Policy.SOURCE_WINS
    bench.deliver(patient("1", "Ada", "Quist"), note("N1", of="1", text="short"))
    bench.sync()
    formatted = json.dumps([{"type": "paragraph", "props": {"textColor": "red"}, "content": content("person")}] * 25_000)
    bench.edit("notes", note_id("N1"), {"bodyV2": {"blocknote": formatted}})
    theirs = bench.read("notes", note_id("N1"))["bodyV2"]
    assert len(json.dumps(theirs)) > TWENTYS_LIMIT
    position = bench.deliver(note("N1", of="1", text="of PbN"))
    bench.sync()
    assert bench.rollback_to(position).kept == []
    assert bench.read("notes", note_id("N1"))["bodyV2"] == theirs


def test_a_text_that_fits_into_a_request_in_one_form_only_and_not_exactly_is_given_back_and_listed(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.policy = Policy.SOURCE_WINS
    bench.deliver(patient("1", "Ada", "Quist"), note("N1", of="1", text="short"))
    bench.sync()
    theirs = {"markdown": text(3_000_000), "blocknote": json.dumps([{"type": "paragraph", "content": content("red")}] * 20_000)}
    bench.edit("notes", note_id("N1"), {"bodyV2": theirs})
    position = bench.deliver(note("N1", of="1", text="of PbN"))
    bench.sync()
    monkeypatch.setattr(http, "MAX_BODY", 5_000_000)
    undone = bench.rollback_to(position)
    assert [(k.reason, k.fields) for k in undone.kept] == [("formatting_lost", ("bodyV2",))]
    assert held(bench, "N1") == theirs["markdown"]


def test_a_large_note_that_goes_and_is_taken_back_comes_back(bench: Bench) -> None:
    said = text(5_000_000)
    bench.deliver(patient("1", "Ada", "Quist"), note("N1", of="1", text=said))
    bench.sync()
    position = bench.deliver(gone=[note("N1", of="1")])
    bench.sync()
    assert not bench.has("notes", note_id("N1"))
    assert bench.rollback_to(position).kept == []
    assert bench.has("notes", note_id("N1"))
    assert held(bench, "N1") == said


def test_a_note_that_twenty_never_takes_is_a_dead_letter_and_the_others_are_carried(bench: Bench) -> None:
    notes = [note(f"N{n}", of="1", text=text(20_000_000 if n == 2 else 50)) for n in range(5)]
    bench.deliver(patient("1", "Ada", "Quist"), *notes)
    bench.sync()
    assert [letter.reason for letter in bench.letters()] == ["too-large"]
    assert [bench.has("notes", note_id(f"N{n}")) for n in range(5)] == [True, True, False, True, True]
    bench.deliver(note("N2", of="1", text="shortened"))
    bench.sync()
    assert held(bench, "N2") == "shortened"
    assert bench.rollback().kept == []


def test_a_note_that_becomes_too_large_for_twenty_stays_as_it_was(bench: Bench) -> None:
    bench.deliver(patient("1", "Ada", "Quist"), note("N1", of="1", text="short"))
    bench.sync()
    bench.deliver(note("N1", of="1", text=text(20_000_000)))
    bench.sync()
    assert held(bench, "N1") == "short"
    assert [letter.reason for letter in bench.letters()] == ["too-large"]
    assert bench.rollback().kept == []


def test_a_large_note_is_replayed_into_what_it_was(bench: Bench) -> None:
    said = text(5_000_000)
    bench.deliver(patient("1", "Ada", "Quist"), note("N1", of="1", text=said))
    bench.sync()
    bench.twenty.destroy("notes", [note_id("N1")])
    bench.replay()
    assert held(bench, "N1") == said


@pytest.mark.parametrize("point", [point for action in (Action.CREATE, Action.UPDATE) for point in POINTS[action]])
def test_killed_around_the_request_of_a_large_note_nothing_is_lost_or_doubled(
    new_bench: Callable[..., Bench], point: object
) -> None:
    bench = new_bench()
    bench.deliver(patient("1", "Ada", "Quist"), note("N1", of="1", text=text(2_500_000)))
    if "update" in str(point):
        bench.sync()
        bench.deliver(note("N1", of="1", text=text(2_500_000, "tooth")))
    run = bench.world.new_run()
    bench.catch_up()
    projector = bench.projector(run)

    class Killed(BaseException):
        pass

    def die(reached: object) -> None:
        if reached is point:
            raise Killed

    object.__setattr__(projector.sender, "reached", die)
    with pytest.raises(Killed):
        consume(projector, bench.log)
    again = bench.reopened(forget_state=True)
    again.sync()
    assert held(again, "N1") == text(2_500_000, "tooth" if "update" in str(point) else "gum")
    assert again.open_intents() == set()
    assert again.rollback().kept == []
    assert not again.has("notes", note_id("N1"))
    again.close()


# what is in memory and in a request at once


def test_requests_hold_as_many_large_records_as_fit(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.deliver(patient("1", "Ada", "Quist"), *[note(f"N{n}", of="1", text=text(1_500_000)) for n in range(12)])
    sizes = bytes_sent(bench, monkeypatch)
    bench.sync()
    assert max(sizes) <= MOST_BYTES + 100_000
    assert sum(size > 1_000_000 for size in sizes) == 3, "five notes a request at most"
    sizes.clear()
    position = bench.deliver(*[note(f"N{n}", of="1", text=text(1_500_000, "tooth")) for n in range(12)])
    bench.sync()
    assert bench.rollback_to(position).kept == []
    assert max(sizes) <= MOST_BYTES + 100_000
    assert {held(bench, f"N{n}") for n in range(12)} == {text(1_500_000)}


def test_a_window_ends_after_some_bytes_and_everything_is_carried(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window_module, "WINDOW_BYTES", 2_000_000)
    bench.deliver(patient("1", "Ada", "Quist"), *[note(f"N{n}", of="1", text=text(700_000)) for n in range(9)])
    bench.sync()
    intended = [e for e in bench.compensations() if e.phase is Phase.INTENDED and e.object == "notes"]
    assert len(intended) == 9
    assert len({e.recorded_at for e in intended}) >= 3
    assert all(bench.has("notes", note_id(f"N{n}")) for n in range(9))
    assert bench.lag() == 0
    bench.rollback()
    bench.sync()
    assert all(bench.has("notes", note_id(f"N{n}")) for n in range(9)), "pending records come in such windows too"


def test_intents_and_outcomes_of_a_large_note_are_in_the_log_whole(bench: Bench) -> None:
    bench.deliver(patient("1", "Ada", "Quist"), note("N1", of="1", text=text(5_000_000)))
    bench.sync()
    bench.deliver(note("N1", of="1", text=text(5_000_000, "tooth")))
    bench.sync()
    sizes = [len(entry.value) for entry in read_all(bench.log, COMPENSATIONS)]
    assert max(sizes) > 3 * max(len(entry.value) for entry in read_all(bench.log, CHANGES)), "far beyond what was accepted"
    assert max(sizes) > 20 * PART
    for event in bench.compensations():
        bench.body(event)
