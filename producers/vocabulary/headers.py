"""Headers as words: what makes `PatNum`, `PAT ID`, `pat_num` and `Patient #` comparable.

Practice software abbreviates in a small, common vocabulary; expanding it lets the alias lists stay readable.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import islice, product

from producers.vocabulary.abbreviations import ALSO, LONG_FORMS
from producers.vocabulary.technical_names import said_by

_NO_ACCENTS = str.maketrans({"ß": "ss", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "Ae", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D"})
_ELISION = re.compile(r"(?<=\w)['’](?=d\b)")
_ACRONYM = re.compile(r"\b(?:[A-Za-z]\.){2,}")
_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")

_COMMON = """
    accident account active actual ada address adjustment adult age aged agent alternate amount appointment arrangement
    assistance author balance best bill billed birth body book born by carrier case category cellular center chair
    channel charge city claim clinic closed coach code comment common company consent constant contact content context
    copay cost costs country create created currency current date day daytime default delivered delivery dental dentist
    description distance doctor document dosage due duration east email employee end entered entry estate estimate
    estimated evening fee file first from group guarantor guid history home host id import initial instance insurance
    insured insurer is item key kind label last least length line list listed mailing memo message method middle
    minutes mobile modified month most name next nobody nominal north notable notary notation note noted notes nothing
    notice notify number numeric of off office offline on opened operator order outcome outstanding owed paid parent
    party patent path pathway patient payable paycheck payer payment payor payroll phone plan planned planner planning
    points post posted preferred prepaid presented president primary print printed printing procedure provider question
    reason recall received recent reference referral referred remark reply request resident responsible rest restore
    result rule scan scheduled secondary sender sent service source south staff stage standing start state statement
    station statistic status store stored street student subject submitted surface teeth template test text textual
    time timed timely timing title to today tooth total totals treatment type typed typical unpaid updated user visit
    west work write zip
    county inactive hidden unable coverage expense expenses income race ethnicity deceased death branch unavailable
    national foreign external non new unconfirmed missed cancelled pending rate ratio
    invoice session encounter transaction ledger deposit event prescription lab task order claim tax
"""
LEXICON = frozenset(LONG_FORMS) | {w for long in LONG_FORMS.values() for w in long.split()} | frozenset(_COMMON.split())
"""Words that are also found in headers written as one word: `APPTDATE`, `PATID`."""

_WHOSE_PHONE = {"h": "home", "w": "work", "m": "mobile", "c": "mobile", "b": "business"}
_PAIRS = {
    ("e", "mail"): ("email",),
    ("e", "mails"): ("email",),
    ("l", "name"): ("last", "name"),
    ("f", "name"): ("first", "name"),
    ("m", "name"): ("middle", "name"),
    ("treat", "plan"): ("treatment", "plan"),
    ("electronic", "mail"): ("email",),
    ("w", "o"): ("write", "off"),
    ("e", "addr"): ("email", "address"),
    **{(letter, phone): (of, "phone") for letter, of in _WHOSE_PHONE.items() for phone in ("tel", "phone", "ph", "phn")},
    ("e", "address"): ("email", "address"),
}
_MOST_READINGS = 8
_FOUR_LETTERS = re.compile("(pt|ap|dr|tx|ln)(no|id|nm|dt|cd|tm)")


def split_words(header: str) -> list[str]:
    """Return the words of a header, split at blanks, punctuation and changes of case; accents are taken off, case is kept.

    `LAB CASE DUE`, `LabCaseDue` and `lab_case_due` have the same words but for their case.
    """
    plain = unicodedata.normalize("NFKD", header.translate(_NO_ACCENTS))
    return _WORD.findall("".join(c for c in plain if not unicodedata.combining(c)))


@lru_cache(maxsize=8192)
def key(header: str) -> str:
    """Return a header's words in lower case: two headers with one key are the same column, written differently."""
    words = split_words(header)
    return " ".join(w.lower() for w in words) or header.strip().casefold()


@lru_cache(maxsize=8192)
def meaning(header: str) -> str:
    """Return a header's words with abbreviations written out, for comparing with aliases: `Appt #` → `appointment number`."""
    return readings(header)[0]


@lru_cache(maxsize=8192)
def readings(header: str) -> tuple[str, ...]:
    """Return all that a header may mean where an abbreviation is ambiguous, the usual meaning first: `Chg Amt` → `changed
    amount`, `charge amount`. Paths and prefixes of programs are left away: `bio.city`, `fld_strCity`.
    """
    return tuple(dict.fromkeys(said for text in said_by(header) for said in _readings(text)))[:_MOST_READINGS]


def _readings(header: str) -> tuple[str, ...]:
    plain = _ACRONYM.sub(lambda match: match[0].replace(".", ""), _ELISION.sub("", header).replace("#", " number "))
    words = [part for w in split_words(plain) for part in _parts(w.lower())]
    choices: list[tuple[str, ...]] = []
    at = 0
    while at < len(words):
        pair = _PAIRS.get((words[at], words[at + 1])) if at + 1 < len(words) else None
        if pair:
            choices.append((" ".join(pair),))
            at += 2
        else:
            choices.append((_long_form(words[at]), *ALSO.get(words[at], ())))
            at += 1
    return tuple(" ".join(words) for words in islice(product(*choices), _MOST_READINGS))


def _long_form(word: str) -> str:
    """Return the word that an abbreviation, also one in the plural, stands for."""
    if word in LONG_FORMS:
        return LONG_FORMS[word]
    return LONG_FORMS.get(word[:-1], word) if word.endswith("s") and word not in LEXICON else word


def _parts(word: str) -> list[str]:
    """Return the words that a header writes as one; the word itself where it is one, or is none of them."""
    if match := _FOUR_LETTERS.fullmatch(word):
        return list(match.groups())
    if word in LEXICON or len(word) < 5:
        return [word]
    best: dict[int, list[str]] = {len(word): []}
    for start in range(len(word) - 2, -1, -1):
        for end in range(len(word), start + 1, -1):
            rest = best.get(end)
            if rest is not None and word[start:end] in LEXICON and (start not in best or len(rest) + 1 < len(best[start])):
                best[start] = [word[start:end], *rest]
    parts = best.get(0, [word])
    return parts if len(parts) in (3, 4) or max(map(len, parts)) > 2 else [word]
