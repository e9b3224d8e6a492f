"""Encoding of a text file, from a bounded sample, and the way to go on when a later byte does not fit.

The choice never makes a file unreadable. Text without a byte order mark is taken for UTF-8 as soon as its sample holds UTF-8
sequences (or nothing but ASCII); a byte that is not UTF-8 is then read as Windows-1252, byte by byte. So a UTF-8 export with
stray Windows bytes, a Windows-1252 file whose first accent stands a hundred megabytes in, and a file glued together from both
all keep their words. Only bytes that mean nothing in Windows-1252 either become U+FFFD.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

import charset_normalizer

UTF8: Final = "utf-8"
FALLBACK: Final = "cutover-windows-1252"
"""The name of the decoding error handler that reads a byte as Windows-1252."""

_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, UTF8),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SINGLE_BYTE: Final = ("cp1252", "mac_roman", "cp1254", "cp1250", "cp850", "cp437", "latin_1")
_SENSIBLE: Final = 0.7
_PLAINLY: Final = 0.15
_HALF: Final = 0.5
_SINGLE_LETTERS: Final = frozenset(
    "àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿšžœßÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝŠŽŒşŞğĞıłŁąĄęĘćĆńŃśŚźŹżŻřŘěčČďťůőűăâîșțŐŰĂ"
)
_TYPOGRAPHY: Final = frozenset("‘’“”–—…•™®©°£€½¼¾«»·§¿¡ªº±´\xa0")
_OPENING: Final = frozenset("‘“«¿¡")
_CLOSING: Final = frozenset("’”»…™®")


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    bad = error.object[error.start : error.end]
    return bad.decode("cp1252", "replace"), error.end


codecs.register_error(FALLBACK, _as_windows_1252)


def byte_order_mark(head: bytes) -> tuple[str, int] | None:
    """Return the encoding that a byte order mark names and the length of the mark; None where the bytes have no mark."""
    return next(((encoding, len(mark)) for mark, encoding in _MARKS if head.startswith(mark)), None)


def detect_encoding(sample: bytes) -> tuple[str, str]:
    """Return the encoding of text without a byte order mark, and the error handler to decode it with.

    `sample` may be put together from several pieces of a file, so single sequences may be cut. Never fails: what fits nothing
    is Windows-1252, the usual encoding of PbN's and Excel's exports on a practice's computer.
    """
    if (wide := _utf16_without_mark(sample)) is not None:
        return wide, "replace"
    if sample.isascii():
        return UTF8, FALLBACK
    text = codecs.getincrementaldecoder(UTF8)("replace").decode(sample)  # a sequence cut at the end says nothing
    good = sum(1 for c in text if c > "\x7f" and c != "\ufffd")
    bad = text.count("\ufffd")
    if good * 4 >= bad:
        return UTF8, FALLBACK
    return _single_byte(sample), "replace"


def _utf16_without_mark(sample: bytes) -> str | None:
    """Recognise UTF-16 without a byte order mark: such text of western languages has a zero in nearly every second byte."""
    head = sample[: 1 << 16]
    half = len(head) // 2
    if half < 2:
        return None
    even, odd = head[0 : 2 * half : 2].count(0), head[1 : 2 * half : 2].count(0)
    if odd > 0.6 * half and even < 0.2 * half:
        return "utf-16-le"
    if even > 0.6 * half and odd < 0.2 * half:
        return "utf-16-be"
    return None


def _single_byte(sample: bytes) -> str:
    """Return the likeliest one-byte encoding: Windows-1252 as long as most accents and signs make sense in it where they
    stand, another only where its reading is plainly better. (`ø` and `ř` are one byte: in an American office it is an `ø`.)
    """
    lines = [line for line in re.split(rb"[\r\n]+", sample) if not line.isascii()][:2000]
    evidence = b"\n".join(lines)
    scores = {encoding: _plausibility(evidence, encoding) for encoding in _SINGLE_BYTE}
    if scores["cp1252"] >= _SENSIBLE:
        return "cp1252"
    best = max(_SINGLE_BYTE, key=lambda encoding: scores[encoding])
    if scores[best] >= _SENSIBLE:
        return best if scores[best] > scores["cp1252"] + _PLAINLY else "cp1252"
    if scores["cp1252"] >= _HALF:
        return "cp1252"
    guess = charset_normalizer.from_bytes(evidence).best()
    return guess.encoding if guess is not None and guess.encoding not in {"ascii", "utf_8"} else "cp1252"


def _plausibility(evidence: bytes, encoding: str) -> float:
    """Return the share of non-ASCII characters that make sense where they stand: accented letters in words, typographic
    marks.
    """
    text = f" {evidence.decode(encoding, 'replace')} "
    odd = [at for at, c in enumerate(text) if c > "\x7f"]
    return sum(_makes_sense(*text[at - 1 : at + 2]) for at in odd) / len(odd) if odd else 0.0


def _makes_sense(before: str, c: str, after: str) -> bool:
    in_word, goes_on = _is_letter(before), _is_letter(after)
    if c in _SINGLE_LETTERS:
        if c.islower():
            return in_word or (goes_on and after.islower())
        return before.isupper() if in_word else goes_on
    if c not in _TYPOGRAPHY:
        return False
    if in_word and goes_on:
        return c == "’"
    return not (in_word or goes_on) or (c in _CLOSING if in_word else c in _OPENING) or c in "½¼¾\xa0"


def _is_letter(c: str) -> bool:
    return c in _SINGLE_LETTERS or (c.isascii() and c.isalpha())
