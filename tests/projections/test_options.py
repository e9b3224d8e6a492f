"""Options of SELECT fields: valid for Twenty, unique, and met again by PbN's words."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.vocabulary.mapping import word_key
from projections.fields import Fields
from projections.options import is_shortened, option_key, option_label, option_value, option_values
from tests.projections.practice import TYPES, context

VALID = re.compile(r"[A-Z][A-Z0-9_]*")
words = st.text(max_size=80) | st.text("aB1 _-,é", max_size=130) | st.text("ab", min_size=60, max_size=66)


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("Northern Mutual", "NORTHERN_MUTUAL"),
        ("No-Show", "NO_SHOW"),
        ("  in   process ", "IN_PROCESS"),
        ("50/50 plan", "OPTION_50_50_PLAN"),
        ("Société Générale", "SOCIETE_GENERALE"),
        ("Smith & Sons (PPO)", "SMITH_SONS_PPO"),
        ("_private_", "PRIVATE"),
        ("???", "OPTION"),
        ("日本", "OPTION"),
        ("", "OPTION"),
    ],
)
def test_a_value_is_the_label_in_upper_snake_case(label, value):
    assert option_value(label) == value


def test_a_value_that_is_taken_gets_a_number():
    assert option_value("No show", {"NO_SHOW"}) == "NO_SHOW_2"
    assert option_value("No show", {"NO_SHOW", "NO_SHOW_2"}) == "NO_SHOW_3"


def test_a_number_takes_the_place_of_the_end_of_a_long_value():
    assert option_value("x" * 80, {"X" * 63}) == "X" * 61 + "_2"


@given(label=words, taken=st.lists(words, max_size=5))
def test_every_value_is_valid_and_not_taken(label, taken):
    used = {option_value(word) for word in taken}
    value = option_value(label, used)
    assert VALID.fullmatch(value)
    assert len(value) <= 63
    assert value not in used


@given(label=words)
def test_a_label_has_a_value_whatever_was_taken_for_it_before(label):
    used = set()
    for _ in range(12):
        value = option_value(label, used)
        assert VALID.fullmatch(value)
        assert len(value) <= 63
        assert value not in used
        used.add(value)


@given(found=st.lists(words, max_size=12))
def test_the_options_for_words_are_valid_and_distinct(found):
    options = option_values(found)
    values, labels = [value for value, _ in options.values()], [label for _, label in options.values()]
    assert len(set(values)) == len(values)
    assert all(VALID.fullmatch(value) and len(value) <= 63 for value in values)
    assert all(0 < len(label) <= 63 and "," not in label and label == label.strip() for label in labels)


@given(found=st.lists(words, max_size=8))
def test_every_word_finds_its_option_again_in_the_workspace(found):
    in_the_workspace = {word_key(label): value for value, label in option_values(found).values()}
    fields = Fields(context(types=TYPES, options={("people", "patientStatus"): in_the_workspace}), "people")
    for word in found:
        fields.word("patientStatus", word)
        assert (fields.values["patientStatus"] is None) == (option_key(word) == "")
    assert fields.missing == []


@given(found=st.lists(words, max_size=6), more=st.lists(words, max_size=6))
def test_options_for_new_words_clash_with_none_that_are_there(found, more):
    taken = {key: value for key, (value, _) in option_values(found).items()}
    new = option_values(more, taken)
    assert not new.keys() & taken.keys()
    assert not {value for value, _ in new.values()} & set(taken.values())


def test_words_that_differ_only_in_case_and_blanks_are_one_option_labelled_as_first_met():
    assert list(option_values(["No Show", "no  show", "NO SHOW"]).values()) == [("NO_SHOW", "No Show")]


def test_words_whose_values_would_be_equal_are_two_options():
    assert list(option_values(["No Show", "No-Show"]).values()) == [("NO_SHOW", "No Show"), ("NO_SHOW_2", "No-Show")]


def test_a_blank_word_is_no_option():
    assert option_values(["", "   ", ","]) == {}


def test_the_label_keeps_the_text():
    assert option_label("Société Générale (PPO)") == "Société Générale (PPO)"


def test_a_label_has_no_comma_for_twenty_refuses_it():
    assert option_label("Northern Mutual, Inc.") == "Northern Mutual Inc."


def test_a_label_has_at_most_63_characters():
    assert option_label("x" * 63) == "x" * 63
    label = option_label("x" * 64)
    assert len(label) == 63
    assert label.startswith("x" * 32 + "… ")
    assert label.endswith("x" * 20)


def test_long_words_that_begin_and_end_alike_stay_two_options():
    words = ["Blue Cross " * 5 + middle + " Federal Employee Program" for middle in ("High Option", "Standard Option")]
    options = option_values(words)
    assert len(options) == len({value for value, _ in options.values()}) == 2
    assert [option_key(word) in options for word in words] == [True, True]
    assert all(is_shortened(word) for word in words)


@given(st.text(min_size=50, max_size=90), st.text(min_size=50, max_size=90))
def test_two_words_share_an_option_only_where_they_are_one(one, other):
    plain = [word_key(word.replace(",", " ")) for word in (one, other)]
    assert (option_key(one) == option_key(other)) == (plain[0] == plain[1])
