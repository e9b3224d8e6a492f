"""Names, texts, ids, numbers, yes and no."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.values.booleans import clean_boolean
from producers.values.ids import clean_code, clean_id
from producers.values.names import PersonName, clean_name, split_name, split_provider_name
from producers.values.numbers import clean_integer, clean_minutes, clean_number
from producers.values.texts import clean_note, clean_text
from producers.values.words import clean_word


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("Quist, Ada", "Ada", "Quist"),
        ("  QUIST ,  ADA M ", "ADA M", "QUIST"),
        ("Quist, Ada B.", "Ada B.", "Quist"),
        ("van der Meer, Zoë", "Zoë", "van der Meer"),
        ("Quist Jr., Noor", "Noor", "Quist Jr."),
        ("Quist, Jr., Noor", "Noor", "Quist Jr."),
        ("Quist, Noor, III", "Noor", "Quist III"),
        ("Ada Quist", "Ada", "Quist"),
        ("Mary Ann Quist", "Mary Ann", "Quist"),
        ("Zoë van der Meer", "Zoë", "van der Meer"),
        ("Noor Quist Jr.", "Noor", "Quist Jr."),
        ("Quist", None, "Quist"),
        ("O'Neil-Quist, D'Arcy", "D'Arcy", "O'Neil-Quist"),
        ("Ada St. Cloud", "Ada", "St. Cloud"),
        ("Null, Ada", "Ada", "Null"),
        ("Quist,", None, "Quist"),
    ],
)
def test_names_are_split_and_otherwise_kept(text: str, first: str | None, last: str) -> None:
    assert split_name(text) == (PersonName(first, last), None)


@pytest.mark.parametrize(
    "text",
    [
        "Dr. Ada Quist",
        "Quist, Ada",
        "Ada Quist RDH",
        "Ada Quist, DDS",
        "Quist, Ada DMD",
        "Dr Ada Quist",
        "Ada Quist D.D.S.",
        "Dr. Quist, Ada, DDS, MS",
    ],
)
def test_titles_and_credentials_are_no_names(text: str) -> None:
    assert split_provider_name(text) == (PersonName("Ada", "Quist"), None)


def test_a_name_may_look_like_a_blank() -> None:
    assert clean_name("Null") == ("Null", None)
    assert clean_name("  Anna   Lena ") == ("Anna Lena", None)
    assert clean_name(" - ") == (None, None)
    assert split_name("-") == split_provider_name("") == (None, None)


@pytest.mark.parametrize(
    "text",
    [
        "=SUM? no: the owner wrote = on the form",
        "a < b & c > d",
        'Line one;with;semicolons\r\nLine two\twith a tab\n\n"quoted"',
        '+HYPERLINK("x")\n@SUM(1+1)',
        "BP <120 and rising> later",
        "see <b> on the chart",
        "<Ada> asked about {price}",
        "  indented\n",
        "n/a",
        "null",
    ],
)
def test_plain_notes_are_carried_whole(text: str) -> None:
    assert clean_note(text) == (text, None)


def test_notes_lose_nuls_and_halves_of_characters_only() -> None:
    assert clean_note("voice\0mail") == ("voicemail", None)
    assert clean_note("smile \ud83d") == ("smile \ufffd", "lost_characters")


@pytest.mark.parametrize("text", ["", "  \r\n", "-", "\0"])
def test_no_note(text: str) -> None:
    assert clean_note(text) == (None, None)


def test_rtf_becomes_text_with_every_word() -> None:
    assert clean_note(r"{\rtf1\ansi\deff0 Tail is \b fine\b0 .\par See you in six months.}") == (
        "Tail is fine.\nSee you in six months.",
        None,
    )


@pytest.mark.parametrize(
    ("text", "value", "reason"),
    [
        (
            r"06/02 KT: {\rtf1\ansi Prefers mornings\par Pt\'92s mother\par}",
            "06/02 KT:\nPrefers mornings\nPt\u2019s mother",
            None,
        ),
        (r"{\rtf1\ansi One.\par}{\rtf1\ansi Two.\par}", "One.\nTwo.", None),
        (r"{\rtf1\ansi One.}\par and after", "One.\n\\par and after", None),
        (r"{\rtf1\ansi Rest in May, spouse\u8217?s card. {\b Call be", "Rest in May, spouse\u2019s card. Call be", "cut_text"),
        (r"{\rtf1\ansi first {\rtf1\ansi second}", "first second", "cut_text"),
        (r"\rtf1\ansi headless\par}", "headless", None),
        (r"{\\rtf1\\ansi escaped\\par twice}", "escaped\ntwice", None),
        (r"{\rtf1\ansi a{\footnote below}{\header above} \u-10179?\u-8704?}", "abelowabove \U0001f600", None),
    ],
)
def test_rtf_in_pieces_keeps_every_word(text: str, value: str, reason: str | None) -> None:
    assert clean_note(text) == (value, reason)


@given(st.lists(st.text("abcdefgh ", min_size=1, max_size=12).filter(str.strip), min_size=1, max_size=4), st.integers(0, 40))
def test_no_word_of_rtf_is_lost_wherever_it_is_cut(words: list[str], cut: int) -> None:
    whole = "".join(r"{\rtf1\ansi\deff0 " + part + r"\par}" for part in words)
    assert (clean_note(whole)[0] or "").split() == " ".join(words).split()
    end = max(len(whole) - cut, len(r"{\rtf1\ansi\deff0 a"))
    value, reason = clean_note(whole[:end])
    assert value
    if not whole[:end].endswith("}"):
        assert reason in ("cut_text", "unreadable_markup")


def test_angle_brackets_around_words_are_no_tags() -> None:
    value, _ = clean_note("<p>BP <120/80>, <see chart>, <a few days> &lt;later&gt;</p>")
    assert value == "BP <120/80>, <see chart>, <a few days> <later>"


def test_entities_in_plain_notes_are_decoded() -> None:
    assert clean_note("mornings &amp; texts, &quot;no calls&quot;") == ('mornings & texts, "no calls"', None)


def test_html_becomes_markdown_with_every_word() -> None:
    value, reason = clean_note(
        "<p>Brushed.</p><p><b>No</b> knots &amp; no fleas.<br/>Fur soft.</p><ul><li>comb</li><li>towel</li></ul>"
    )
    assert reason is None
    assert value is not None
    for words in ("Brushed.", "**No** knots & no fleas.", "Fur soft.", "comb", "towel"):
        assert words in value
    assert "<" not in value


def test_broken_rtf_is_carried_as_it_stands() -> None:
    value, _ = clean_note(r"{\rtf1 \u9999999999999999")
    assert value


def test_short_texts_are_trimmed() -> None:
    assert clean_text("  Cut & dry\xa0 ") == ("Cut & dry", None)
    assert clean_text("N/A") == clean_text("-") == clean_text("") == (None, None)


def test_words_keep_their_case_and_inner_blanks() -> None:
    assert clean_word(" No  SHOW ") == ("No  SHOW", None)
    assert clean_word("??") == ("??", None)
    assert clean_word("-") == (None, None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2002", "2002"),
        ("002006", "002006"),
        ('="002006"', "002006"),
        (" 2002 ", "2002"),
        ("2002.0", "2002"),
        ("2,002", "2002"),
        ("'0042", "0042"),
        ("AB-17", "AB-17"),
        ("12E5", "12E5"),
        ("1e10", "1e10"),
    ],
)
def test_ids(text: str, expected: str) -> None:
    assert clean_id(text) == (expected, None)


@pytest.mark.parametrize("text", ["1.4E+10", "2.02611E+11", "1E+05", "########", "#REF!", "#VALUE!"])
def test_ids_that_excel_destroyed(text: str) -> None:
    assert clean_id(text) == (None, "excel_damaged")


def test_no_id() -> None:
    assert clean_id("") == clean_id("-") == clean_id("null") == (None, None)


def test_codes() -> None:
    assert clean_code("D0120") == ("D0120", None)
    assert clean_code("6-11") == ("6-11", None)
    assert clean_code("19.0") == ("19", None)
    assert clean_code("5.03E+02") == clean_code("6-Nov") == clean_code("Nov-11") == (None, "excel_damaged")


@pytest.mark.parametrize(("text", "expected"), [("60", 60), ("1,204", 1204), ("60.0", 60), ("-3", -3), (" 7 ", 7)])
def test_whole_numbers(text: str, expected: int) -> None:
    assert clean_integer(text) == (expected, None)


def test_other_numbers() -> None:
    assert clean_number("12.5") == (12.5, None)
    assert clean_number("(3)") == (-3.0, None)
    assert clean_number("-") == (None, None)
    assert clean_number("many") == clean_integer("1.5") == clean_number(".") == (None, "invalid_number")


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("60", 60), ("60 min", 60), ("1 hr 30 min", 90), ("1:30", 90), ("01:30:00", 90), ("2h", 120), ("45m", 45)],
)
def test_lengths_of_time(text: str, minutes: int) -> None:
    assert clean_minutes(text) == (minutes, None)


def test_lengths_that_are_none() -> None:
    assert clean_minutes("") == (None, None)
    assert clean_minutes("-5") == clean_minutes("long") == (None, "invalid_number")


@pytest.mark.parametrize("text", ["True", "yes", "Y", "1", "X", "t", "TRUE "])
def test_yes(text: str) -> None:
    assert clean_boolean(text) == (True, None)


@pytest.mark.parametrize("text", ["False", "no", "N", "0", "FALSE"])
def test_no(text: str) -> None:
    assert clean_boolean(text) == (False, None)


def test_neither_yes_nor_no() -> None:
    assert clean_boolean("") == clean_boolean("-") == (None, None)
    assert clean_boolean("maybe") == (None, "invalid_boolean")


@given(st.text(max_size=60) | st.text('<>/bp&;{}\\rtf1 "=', max_size=60))
def test_no_text_breaks_any_of_them(text: str) -> None:
    for clean in (clean_text, clean_note, clean_word, clean_id, clean_code, clean_name):
        value, _ = clean(text)
        assert value is None or (value != "" and "\0" not in value)
        if value is not None:
            value.encode()
    for other in (split_name, split_provider_name, clean_integer, clean_number, clean_minutes, clean_boolean):
        other(text)


@given(st.text("abc <>&\n=*_#1", min_size=1, max_size=80))
def test_notes_without_markup_are_never_changed(text: str) -> None:
    if text.strip() and "</" not in text:
        assert clean_note(text)[0] == text
