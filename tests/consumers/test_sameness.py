"""Sameness of a wanted value and Twenty's image of it, whatever form it was given back in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.journal.sameness import same
from projections.values import address, currency, emails, phones, rich_text

SAME = [
    ("TEXT", "Prophy", "Prophy"),
    ("TEXT", "", None),
    ("TEXT", None, ""),
    ("SELECT", "ACTIVE", "ACTIVE"),
    ("SELECT", None, None),
    ("BOOLEAN", False, False),
    ("RELATION", "0f5b3a52", "0f5b3a52"),
    ("NUMBER", 3, 3.0),
    ("NUMBER", 3, "3.0"),
    ("NUMERIC", 0.1, "0.1"),
    ("NUMBER", None, None),
    ("NUMBER", 0, 0),
    ("DATE", "1987-12-01", "1987-12-01"),
    ("DATE", "1987-12-01", "1987-12-01T00:00:00.000Z"),
    ("DATE", None, ""),
    ("DATE_TIME", "2026-03-09T16:30:00.000Z", "2026-03-09T16:30:00.000Z"),
    ("DATE_TIME", "2026-03-09T16:30:00.000Z", "2026-03-09T09:30:00-07:00"),
    ("DATE_TIME", "2026-03-09T16:30:00.000Z", "2026-03-09T16:30:00"),
    ("DATE_TIME", None, None),
    ("FULL_NAME", {"firstName": "Ada", "lastName": ""}, {"firstName": "Ada", "lastName": None}),
    ("FULL_NAME", {"firstName": "", "lastName": ""}, None),
    ("ADDRESS", address("12 Alder Way", None, None, None, None, None), {"addressStreet1": "12 Alder Way", "addressLat": 47.6}),
    ("LINKS", {"primaryLinkUrl": "https://a.example"}, {"primaryLinkUrl": "https://a.example", "secondaryLinks": []}),
    ("EMAILS", emails("Ada@Mail.example", []), {"primaryEmail": "ada@mail.example", "additionalEmails": None}),
    ("EMAILS", emails(None, ["a@x.example", "b@x.example"]), emails("", ["b@x.example", "A@x.example"])),
    ("EMAILS", emails(None, []), None),
    (
        "PHONES",
        phones(["+12065550142"]),
        {"primaryPhoneNumber": "2065550142", "primaryPhoneCallingCode": "+1", "primaryPhoneCountryCode": "US"},
    ),
    ("PHONES", phones(["+12065550142"]), {"primaryPhoneNumber": "+1 206 555-0142", "additionalPhones": []}),
    (
        "PHONES",
        phones(["+12065550142", "+12065550143"]),
        {**phones(["+12065550142"]), "additionalPhones": [{"number": "2065550143", "callingCode": "+1"}]},
    ),
    ("PHONES", phones([]), None),
    ("PHONES", phones([]), {"primaryPhoneNumber": "", "primaryPhoneCallingCode": "+1", "additionalPhones": None}),
    ("CURRENCY", currency(12_500_000, "USD"), {"amountMicros": "12500000", "currencyCode": "USD"}),
    ("CURRENCY", currency(None, "USD"), {"amountMicros": None, "currencyCode": "USD"}),
    ("CURRENCY", currency(0, "USD"), {"amountMicros": 0, "currencyCode": "USD"}),
    ("RICH_TEXT", rich_text("Seal 14."), {"markdown": "Seal 14.", "blocknote": "[{}]"}),
    ("RICH_TEXT_V2", rich_text(""), {"markdown": None, "blocknote": None}),
    ("RAW_JSON", [{"code": "D2392"}], [{"code": "D2392"}]),
    ("RAW_JSON", None, []),
]
DIFFERENT = [
    ("TEXT", "Prophy", "prophy"),
    ("TEXT", "Prophy", None),
    ("SELECT", "ACTIVE", None),
    ("SELECT", None, "ACTIVE"),
    ("BOOLEAN", False, None),
    ("NUMBER", 3, 3.01),
    ("NUMBER", 0, None),
    ("NUMBER", None, 0),
    ("DATE", "1987-12-01", "1987-12-02"),
    ("DATE", None, "1987-12-01"),
    ("DATE_TIME", "2026-03-09T16:30:00.000Z", "2026-03-09T16:30:00.001Z"),
    ("DATE_TIME", "2026-03-09T16:30:00.000Z", None),
    ("FULL_NAME", {"firstName": "Ada", "lastName": "D’Amico"}, {"firstName": "ADA", "lastName": "D’Amico"}),
    ("FULL_NAME", {"firstName": "Ada", "lastName": "D’Amico"}, None),
    (
        "ADDRESS",
        address("12 Alder Way", None, None, None, None, None),
        {"addressStreet1": "12 Alder Way", "addressStreet2": "Unit 3"},
    ),
    ("EMAILS", emails("ada@mail.example", []), emails(None, ["ada@mail.example"])),
    ("EMAILS", emails(None, ["a@x.example"]), emails(None, ["a@x.example", "b@x.example"])),
    ("PHONES", phones(["+12065550142"]), phones(["+12065550143"])),
    ("PHONES", phones(["+12065550142"]), phones(["+12065550142", "+12065550143"])),
    ("PHONES", phones(["+12065550142"]), {"primaryPhoneNumber": "2065550142", "primaryPhoneCallingCode": "+44"}),
    ("PHONES", phones([]), phones(["+12065550142"])),
    ("CURRENCY", currency(12_500_000, "USD"), currency(12_500_001, "USD")),
    ("CURRENCY", currency(12_500_000, "USD"), currency(12_500_000, "CAD")),
    ("CURRENCY", currency(0, "USD"), currency(None, "USD")),
    ("RICH_TEXT", rich_text("Seal 14."), {"markdown": "Seal 15.", "blocknote": "[{}]"}),
    ("RAW_JSON", [{"code": "D2392"}], [{"code": "D2740"}]),
    ("RAW_JSON", [{"code": "a"}, {"code": "b"}], [{"code": "b"}, {"code": "a"}]),
]


@pytest.mark.parametrize(("kind", "wanted", "image"), SAME)
def test_the_image_says_what_is_wanted(kind, wanted, image):
    assert same(kind, wanted, image)


@pytest.mark.parametrize(("kind", "wanted", "image"), DIFFERENT)
def test_the_image_says_something_else(kind, wanted, image):
    assert not same(kind, wanted, image)


def test_files_are_never_known_to_be_the_same():
    """Twenty does not keep the hash of their bytes."""
    wanted = [{"sha256": "ab" * 32, "label": "x-ray.png"}]
    assert not same("FILES", wanted, wanted)


texts = st.text(max_size=12)
numbers = st.integers(200_000_0000, 999_999_9999).map(lambda n: f"+1{n}")
addresses = st.from_regex(r"[a-z]{1,6}@[a-z]{1,6}\.example", fullmatch=True)
wanted_values = st.one_of(
    st.tuples(st.sampled_from(["TEXT", "SELECT"]), texts),
    st.tuples(st.just("EMAILS"), st.builds(emails, st.none() | addresses, st.lists(addresses, max_size=3))),
    st.tuples(st.just("PHONES"), st.lists(numbers, max_size=3).map(phones)),
    st.tuples(
        st.just("CURRENCY"), st.builds(currency, st.none() | st.integers(-(10**15), 10**15), st.sampled_from(["USD", "CAD"]))
    ),
    st.tuples(st.just("ADDRESS"), st.builds(address, *[st.none() | texts] * 6)),
    st.tuples(st.just("FULL_NAME"), st.fixed_dictionaries({"firstName": texts, "lastName": texts})),
    st.tuples(st.just("RICH_TEXT"), texts.map(rich_text)),
    st.tuples(st.just("DATE"), st.none() | st.dates().map(str)),
    st.tuples(st.just("NUMBER"), st.none() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)),
    st.tuples(st.just("RAW_JSON"), st.none() | st.lists(st.dictionaries(texts, texts, max_size=2), max_size=2)),
)


@given(kind_and_wanted=wanted_values)
def test_what_twenty_took_as_it_was_sent_is_what_was_wanted(kind_and_wanted):
    kind, wanted = kind_and_wanted
    assert same(kind, wanted, wanted)


@given(additional=st.lists(addresses, unique=True, max_size=4).flatmap(lambda a: st.tuples(st.just(a), st.permutations(a))))
def test_the_order_of_additional_addresses_does_not_matter(additional):
    one, other = additional
    assert same("EMAILS", emails(None, one), emails(None, other))


@given(number=numbers)
def test_a_number_is_the_same_with_its_calling_code_apart(number):
    assert same("PHONES", phones([number]), {"primaryPhoneNumber": number[2:], "primaryPhoneCallingCode": "+1"})
