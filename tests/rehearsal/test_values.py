"""Values of fields: what is stored for what is sent, and in which words the rest is refused."""

import pytest

from rehearsal.values import jsontext
from rehearsal.values.composites import COMPOSITES
from rehearsal.values.errors import ApiError
from rehearsal.values.inspection import inspect
from rehearsal.values.values import (
    array_reader,
    date_reader,
    date_time_reader,
    json_reader,
    multi_select_reader,
    number_reader,
    text_reader,
    uuid_reader,
)


def composite(kind, sent, stored=None):
    """Return the value of a field of a composite type after ``sent`` was written over ``stored``."""
    parts = COMPOSITES[kind].reader("field")(sent)
    return {**(COMPOSITES[kind].empty if stored is None else stored), **parts}


@pytest.mark.parametrize(
    ("reader", "sent", "stored"),
    [
        (text_reader, None, ""),
        (text_reader, " two ", " two "),
        (number_reader, 2.5, 2.5),
        (date_reader, "7/4/76", "1976-07-04"),
        (date_reader, "2024-02-29T10:00:00Z", "2024-02-29"),
        (date_reader, "2024-1-5", "2024-01-05"),
        (date_reader, "5 Jan 2024", "2024-01-05"),
        (date_reader, "01.02.2024 ", "2024-01-02"),
        (date_time_reader, "20240229T100000Z", "2024-02-29T10:00:00.000Z"),
        (date_time_reader, "2024-02-29t10Z", "2024-02-29T10:00:00.000Z"),
        (date_time_reader, "2024-02-29T10:00:60Z", "2024-02-29T10:00:59.000Z"),
        (date_time_reader, "2024-02-29T10:00:00.1239999Z", "2024-02-29T10:00:00.124Z"),
        (date_time_reader, "2024-02-29T10:00:00+02:00[Europe/Paris]", "2024-02-29T08:00:00.000Z"),
        (date_time_reader, "1/2/2024", "2024-01-02T00:00:00.000Z"),
        (number_reader, 123456789012345678, 123456789012345680),
        (json_reader, "5", 5),
        (json_reader, "{}", {}),
        (date_time_reader, "2025-03-09T15:04:05+05:30", "2025-03-09T09:34:05.000Z"),
        (date_time_reader, "2025-03-09", "2025-03-09T00:00:00.000Z"),
        (json_reader, "[1, 2]", [1, 2]),
        (json_reader, {}, None),
        (array_reader, "one", ["one"]),
        (array_reader, None, []),
    ],
)
def test_stores_a_value_in_the_form_it_is_answered_with(reader, sent, stored):
    assert reader("field")(sent) == stored


@pytest.mark.parametrize(
    ("reader", "sent", "message"),
    [
        (text_reader, 5, 'Invalid string value 5 for text field "field"'),
        (text_reader, True, 'Invalid string value true for text field "field"'),
        (number_reader, "4", "Invalid number value '4' for field \"field\""),
        (number_reader, True, 'Invalid number value true for field "field"'),
        (date_reader, "2023-02-29", "Invalid value '2023-02-29' for date field \"field\". Expected format: 'YYYY-MM-DD'"),
        (date_reader, 5, "Invalid value 5 for date field \"field\". Expected format: 'YYYY-MM-DD'"),
        (
            date_time_reader,
            "soon",
            "Invalid value 'soon' for date-time field \"field\". Expected format: 'YYYY-MM-DDTHH:mm:ssZ'",
        ),
        (date_time_reader, "0001-01-01T00:00:00+01:00", None),
        (date_reader, "January 5 2024", None),
        (date_reader, "2024-01-05 10:00", None),
        (date_time_reader, "2024-02-29T10:00:00 Z", None),
        (array_reader, [1], 'Invalid value [ 1 ] for field "field - Array values need to be string"'),
    ],
)
def test_refuses_a_value_of_another_type(reader, sent, message):
    with pytest.raises(ApiError) as refusal:
        reader("field")(sent)
    assert message is None or refusal.value.message == message


@pytest.mark.parametrize("value", ["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"])
def test_the_nil_and_the_max_uuid_are_none(value):
    with pytest.raises(ApiError):
        uuid_reader("field")(value)


@pytest.mark.parametrize(
    ("url", "stored"),
    [
        ("https://A.example/Path/?q=1", "https://a.example/Path/?q=1"),
        ("A.Example/X", "A.Example/X"),
        (" https://a.example/a b/ ", "https://a.example/a%20b"),
        ("https://user:pw@a.example:443", "https://a.example"),
        ("https://1.2.3.4", "https://1.2.3.4"),
        ("localhost", "localhost"),
        ("https://ü.example", "https://xn--tda.example"),
    ],
)
def test_an_address_with_a_scheme_gets_its_normal_form_another_stays(url, stored):
    assert composite("LINKS", {"primaryLinkUrl": url})["primaryLinkUrl"] == stored


@pytest.mark.parametrize(
    ("kind", "sent", "message"),
    [
        ("CURRENCY", "x", "Invalid object value 'x' for field \"field\""),
        ("CURRENCY", {"amountMicros": {}}, 'Invalid number value NaN for field "field.amountMicros"'),
        (
            "EMAILS",
            {"additionalEmails": [None]},
            'Invalid value [ null ] for field "field.additionalEmails - Array values need to be string"',
        ),
        ("LINKS", {"secondaryLinks": 5}, 'Invalid object value 5 for field "field.secondaryLinks"'),
        ("PHONES", {"additionalPhones": "x"}, "Invalid object value 'x' for field \"field.additionalPhones\""),
        (
            "RICH_TEXT",
            {"blocknote": "{}"},
            'Invalid blocknote value for field "field.blocknote" - must be a JSON array of blocks',
        ),
    ],
)
def test_refuses_parts_of_another_type(kind, sent, message):
    with pytest.raises(ApiError) as refusal:
        composite(kind, sent)
    assert refusal.value.message == message


def test_options_are_taken_in_the_order_sent():
    read = multi_select_reader("field", ("RED", "BLUE"))
    assert read(["BLUE", "RED"]) == ["BLUE", "RED"]
    assert read("RED") == ["RED"]


@pytest.mark.parametrize(
    ("kind", "stored", "sent", "becomes"),
    [
        ("FULL_NAME", {"firstName": "Ann", "lastName": "Ng"}, {"firstName": "Anna"}, {"firstName": "Anna", "lastName": "Ng"}),
        ("FULL_NAME", {"firstName": "Ann", "lastName": "Ng"}, None, {"firstName": "Ann", "lastName": "Ng"}),
        (
            "EMAILS",
            {"primaryEmail": "a@x.org", "additionalEmails": ["b@x.org"]},
            {"primaryEmail": "C@X.org"},
            {"primaryEmail": "c@x.org", "additionalEmails": ["b@x.org"]},
        ),
        (
            "EMAILS",
            {"primaryEmail": "a@x.org", "additionalEmails": ["b@x.org"]},
            {"additionalEmails": []},
            {"primaryEmail": "", "additionalEmails": []},
        ),
        (
            "CURRENCY",
            {"amountMicros": 5, "currencyCode": "USD"},
            {"amountMicros": "7.9"},
            {"amountMicros": 7, "currencyCode": "USD"},
        ),
        (
            "CURRENCY",
            {"amountMicros": 5, "currencyCode": "USD"},
            {"currencyCode": ""},
            {"amountMicros": 5, "currencyCode": None},
        ),
        (
            "LINKS",
            {"primaryLinkLabel": "A", "primaryLinkUrl": "https://a.example", "secondaryLinks": []},
            {"secondaryLinks": [{"url": "https://B.example/", "label": "B"}]},
            {"primaryLinkLabel": "B", "primaryLinkUrl": "https://b.example", "secondaryLinks": []},
        ),
        ("RICH_TEXT", {"blocknote": "[]", "markdown": "x"}, {"markdown": None}, {"blocknote": None, "markdown": ""}),
    ],
)
def test_parts_that_are_not_sent_stay_or_go_by_the_rules_of_their_type(kind, stored, sent, becomes):
    assert composite(kind, sent, stored) == becomes


def test_phones_lose_their_additional_numbers_when_those_are_not_sent():
    stored = {
        "primaryPhoneNumber": "4155550112",
        "primaryPhoneCountryCode": "US",
        "primaryPhoneCallingCode": "+1",
        "additionalPhones": [{"number": "4155550113", "callingCode": "+1", "countryCode": "US"}],
    }
    assert composite("PHONES", {}, stored) == stored | {"additionalPhones": []}
    assert composite("PHONES", {"primaryPhoneNumber": "+1 604 555 0130 x9"}, stored) == {
        "primaryPhoneNumber": "6045550130",
        "primaryPhoneCountryCode": "CA",
        "primaryPhoneCallingCode": "+1",
        "additionalPhones": [],
    }


def test_markdown_makes_blocks_of_headings_bullets_and_paragraphs():
    made = composite("RICH_TEXT", {"markdown": "# Visit\n\nseen\ntoday\n- a"})
    assert made["markdown"] == "# Visit\n\nseen\ntoday\n- a"
    for kind in ("heading", "paragraph", "bulletListItem"):
        assert f'"type":"{kind}"' in made["blocknote"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("it's", '"it\'s"'),
        ([], "[]"),
        ([1, "a", None], "[ 1, 'a', null ]"),
        ({"a": {"b-c": True}}, "{ a: { 'b-c': true } }"),
        (
            [{"fileId": "x" * 36, "label": "a", "more": "txt"}],
            "[\n  {\n    fileId: '" + "x" * 36 + "',\n    label: 'a',\n    more: 'txt'\n  }\n]",
        ),
    ],
)
def test_messages_show_values_as_javascript_does(value, text):
    assert inspect(value) == text


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'{"a": "\\ud800"}', {"a": "\ufffd"}),
        (b'{"a": 123456789012345678901234567890}', {"a": 1.2345678901234568e29}),
        (b"", {}),
    ],
)
def test_bodies_are_read_as_javascript_reads_them(body, value):
    assert jsontext.parse_body(body) == value


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"a": ', "Unexpected end of JSON input"),
        (b'"text"', 'Unexpected token \'"\', ""text"" is not valid JSON'),
        (b'{"a": nope}', 'Unexpected token \'n\', "{"a": nope}" is not valid JSON'),
        (b'{"a": NaN}', "Unexpected token 'N', \"NaN\" is not valid JSON"),
    ],
)
def test_broken_bodies_are_refused_in_the_words_of_javascript(body, message):
    with pytest.raises(jsontext.JsonSyntaxError) as refusal:
        jsontext.parse_body(body)
    assert str(refusal.value) == message
