from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.sources.tables.encodings import FALLBACK, byte_order_mark, detect_encoding

NAMES = "id,name\n1,Brauß Zoë\n2,Öberg Åsa\n3,Peñalver José\n"
TYPED = "id,remark\n1,call – “urgent” per owner’s aunt\n2,98° ½ cup … ok\n"


def decoded(content: bytes) -> str:
    return content.decode(*detect_encoding(content))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "cp1252", "mac_roman", "cp437", "cp850", "cp1254"])
def test_names_with_accents_are_read_right(encoding: str) -> None:
    assert decoded(NAMES.encode(encoding)) == NAMES


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "cp1252"])
def test_typographic_signs_are_read_right(encoding: str) -> None:
    assert decoded(TYPED.encode(encoding)) == TYPED


@pytest.mark.parametrize(
    "name", ["Søndergaard", "Núñez", "Çelik", "Łoś", "D’Amico", "SØNDERGAARD", "O’Rourke", "Šimek", "Groß"]
)
def test_one_name_in_an_american_office_is_windows_1252(name: str) -> None:
    try:
        content = f"id,name\n1,{name}\n".encode("cp1252")
    except UnicodeEncodeError:
        content = f"id,name\n1,{name}\n".encode("cp1250")
        assert detect_encoding(content)[0] == "cp1250", "Windows-1252 would have signs inside the word"
    assert decoded(content) == f"id,name\n1,{name}\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("Łukasz Świątek\nGałązka\nWójcik", "cp1250"), ("Işık\nDoğan", "cp1254"), ("Núñez\nO’Brien – “ok”", "mac_roman")],
)
def test_another_encoding_is_taken_where_windows_1252_makes_no_sense(text: str, encoding: str) -> None:
    assert decoded(text.encode(encoding)) == text


def test_windows_bytes_in_utf8_are_read_one_by_one() -> None:
    mixed = "Zoë ".encode() * 3 + "José".encode("cp1252")
    assert detect_encoding(mixed) == ("utf-8", FALLBACK)
    assert decoded(mixed) == "Zoë Zoë Zoë José"


def test_plain_ascii_is_utf8_for_whatever_comes_later() -> None:
    assert detect_encoding(b"id,name\n") == ("utf-8", FALLBACK)
    assert "José – so".encode("cp1252").decode("utf-8", FALLBACK) == "José – so"


def test_marks() -> None:
    assert byte_order_mark("x".encode("utf-8-sig")) == ("utf-8", 3)
    assert byte_order_mark("x".encode("utf-16")) == ("utf-16-le", 2)
    assert byte_order_mark("x".encode("utf-32")) == ("utf-32-le", 4)
    assert byte_order_mark(b"x") is None


@given(st.binary(max_size=300))
def test_any_bytes_can_be_decoded(content: bytes) -> None:
    assert isinstance(decoded(content), str)
