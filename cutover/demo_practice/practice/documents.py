"""Documents with real, small bytes: texts, one-pixel pictures and one-page PDFs, no two alike."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime

from cutover.demo_practice.practice import words
from cutover.demo_practice.practice.chance import some_time_before
from cutover.demo_practice.practice.model import Document, Patient


def of_patients(chance: random.Random, ids: Iterator[str], patients: Iterable[Patient], taken_at: datetime) -> list[Document]:
    """Return the documents on the first day: one patient in five has one."""
    return [document(chance, next(ids), patient, taken_at, 800) for patient in patients if chance.random() < 0.2]


def document(chance: random.Random, native_id: str, patient: Patient, taken_at: datetime, days: int) -> Document:
    """Return a document filed in the last so many days."""
    name = chance.choice(words.DOCUMENT_NAMES)
    suffix = name.rpartition(".")[2]
    return Document(
        id=native_id,
        patient_id=patient.id,
        filed=some_time_before(chance, taken_at, days),
        name=name,
        content=CONTENT[suffix](native_id),
    )


def _text(native_id: str) -> bytes:
    return f"Invented document {native_id} of a practice that does not exist.\r\nNo real person is meant.\r\n".encode()


def _png(native_id: str) -> bytes:
    """Draw one grey pixel, and a text chunk that makes the file its own. Stored, not deflated: the same bytes with every
    zlib.
    """
    pixel = bytes((0, int(native_id) % 256))
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)),
        (b"tEXt", b"Comment\0invented " + native_id.encode()),
        (b"IDAT", zlib.compress(pixel, 0)),
        (b"IEND", b""),
    )
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


def _pdf(native_id: str) -> bytes:
    """Write one empty page with a title, and a cross-reference table that is right."""
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>",
        b"<</Title(Invented document " + native_id.encode() + b")>>",
    )
    out, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj" % number + content + b"endobj\n"
    table = b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + table + b"trailer<</Size 5/Root 1 0 R/Info 4 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(out)


CONTENT = {"txt": _text, "png": _png, "pdf": _pdf}
"""Functions that make the bytes of a document, by the end of its name."""
