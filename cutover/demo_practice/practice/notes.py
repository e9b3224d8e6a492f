"""Notes: most are plain text, often of several lines; some are HTML or RTF, as programs kept them over the years."""

from __future__ import annotations

import html
import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from cutover.demo_practice.practice import words
from cutover.demo_practice.practice.chance import some_time_before
from cutover.demo_practice.practice.model import Clinician, OfficeNote, Patient

MARKUPS = ("plain",) * 10 + ("html", "rtf")


def of_patients(
    chance: random.Random,
    ids: Iterator[str],
    patients: Iterable[Patient],
    taken_at: datetime,
    providers: Sequence[Clinician],
) -> list[OfficeNote]:
    """Return the notes on the first day."""
    return [
        note(chance, next(ids), patient, taken_at, 900, providers) for patient in patients for _ in range(chance.randint(1, 5))
    ]


def note(
    chance: random.Random,
    native_id: str,
    patient: Patient,
    taken_at: datetime,
    days: int,
    providers: Sequence[Clinician],
) -> OfficeNote:
    """Return a note of the last so many days; a few plain ones have no kind."""
    markup = chance.choice(MARKUPS)
    kindless = markup == "plain" and chance.random() < 0.05
    author = chance.choice(providers)
    return OfficeNote(
        id=native_id,
        patient_id=patient.id,
        noted=some_time_before(chance, taken_at, days),
        author=chance.choice((f"{author.first} {author.last}", "Front Desk")),
        kind="" if kindless else chance.choice(words.NOTE_KINDS),
        paragraphs=tuple(chance.sample(words.NOTE_SENTENCES, chance.randint(1, 3))),
        markup=markup,
    )


def written(note: OfficeNote) -> str:
    """Return the note's body as the extract has it."""
    if note.markup == "html":
        first, *rest = (html.escape(paragraph, quote=False) for paragraph in note.paragraphs)
        return f"<div><p><b>{first}</b></p>" + "".join(f"<p>{paragraph}</p>" for paragraph in rest) + "</div>"
    if note.markup == "rtf":
        first, *rest = (_rtf(paragraph) for paragraph in note.paragraphs)
        return r"{\rtf1\ansi\ansicpg1252\deff0 {\b " + first + r"}\par " + "".join(p + r"\par " for p in rest) + "}"
    return "\n".join(note.paragraphs)


def _rtf(text: str) -> str:
    """Write text as RTF holds it: anything beyond ASCII as a byte of the code page."""
    return "".join(c if c.isascii() else f"\\'{c.encode('cp1252').hex()}" for c in text)
