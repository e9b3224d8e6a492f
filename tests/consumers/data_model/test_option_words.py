"""Words as options."""

from __future__ import annotations

from consumers.data_model.applying.words import steps_for
from consumers.data_model.planning.option_words import coloured, missing_words, valid_options
from consumers.twenty.metadata import SelectOption
from projections.desired import MissingWord
from tests.consumers.data_model.models import field, metadata, select


def test_a_word_that_twenty_takes_only_changed_is_known_by_its_label() -> None:
    for word in ("Blue Cross,  Inc.", "x" * 70):
        ((value, label),) = missing_words([word], [])
        assert len(label) <= 63
        assert "," not in label
        assert missing_words([word], [SelectOption(value=value, label=label, id="1")]) == ()


def test_words_that_become_the_same_label_are_one_option() -> None:
    assert valid_options((("A_B", "A, B"), ("A_B_2", "a b"), ("C", "C"))) == (("A_B", "A B"), ("C", "C"))


def test_words_that_differ_in_case_and_blanks_are_there_already() -> None:
    options = [SelectOption(value="ACTIVE", label="Active", id="1"), SelectOption(value="OTHER", label="active", id="2")]
    assert missing_words(["ACTIVE", " active "], options) == ()
    assert missing_words(["Other"], options) == (("OTHER_2", "Other"),)


def test_a_word_of_nothing_but_commas_needs_no_option() -> None:
    assert missing_words([",", ""], []) == ()


def test_colours_go_on_where_the_options_before_ended() -> None:
    assert [option.color for option in coloured([("A", "A"), ("B", "B")], after=9)] == ["gray", "green"]
    assert [option.position for option in coloured([("A", "A")], after=9)] == [9]


def test_words_met_later_are_one_step_a_field() -> None:
    there = metadata(person=[select("patientStatus", "Active"), field("referralSource", "TEXT")], task=[])
    missing = [
        MissingWord(object="people", field="patientStatus", word="Moved"),
        MissingWord(object="people", field="patientStatus", word="moved"),
        MissingWord(object="people", field="patientStatus", word="Active"),
        MissingWord(object="people", field="referralSource", word="Friend"),
        MissingWord(object="people", field="nothing", word="Word"),
        MissingWord(object="nowhere", field="nothing", word="Word"),
    ]
    (step,) = steps_for(there, missing)
    assert (step.name, step.options, step.had) == ("person.patientStatus", (("MOVED", "Moved"),), ("o-0",))
