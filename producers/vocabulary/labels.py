"""Labels of custom fields: the words of a column's header as people write them (field map, Custom field).

`LabCaseDue` becomes `Lab case due`, `Bal_0_30` becomes `Balance 0–30 days`, `HipaaConsentDate` becomes `HIPAA consent date`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Final

from events.vocabulary.entities import Entity
from producers.vocabulary.technical_names import said_by

UNNAMED: Final = "Unnamed column"


def _table(text: str) -> dict[str, str]:
    """Return entries `long form = short forms`, separated by `|` or the end of a line, turned round."""
    entries = (entry.partition("=") for line in text.strip().splitlines() for entry in line.split("|"))
    return {short: long.strip() for long, _, shorts in entries for short in shorts.split()}


_LONG_FORMS: Mapping[str, str] = _table(
    """
account = acct | additional = addl | address = addr addrs | adjustment = adj adjmt | amount = amt amnt
appointment = appt apptmt | appointments = appts | assistant = asst | average = avg | balance = bal | balances = bals
birth date = bdate birthdt | birthday = bday | coordinator = coord | count = cnt | coverage = cov | date = dt dte
date of birth = dob | deductible = ded deduct | department = dept | description = desc descr descript | diagnosis = dx
discount = dsct | eligibility = elig | e-mail = email emailaddr | estimated = est | family = fam | first name = fname
frequency = freq | group = grp | guarantor = guar grntr | history = hx | insurance = ins insur | language = lang
last name = lname | location = loc | manager = mgr | message = msg | messages = msgs | mobile = mob | number = num nbr
office = ofc | original = orig | patient = pat pt patnt | patients = pts | payment = pmt pymt | payments = pmts
percent = pct | plan = pln | policy = plcy | preferred = pref | previous = prev | primary = prim pri | procedure = proc
procedures = procs | provider = prov provdr | quantity = qty | quarter = qtr | reason = rsn | received = rcvd recd
responsible = resp | scheduled = sched | service = svc srvc | status = stat sts | subscriber = subscr | surface = surf
telephone = tel | total = tot ttl | transaction = txn | treatment = tx trt trtmt | treatments = txs | type = typ
updated = upd updt | verified = vrfd | year = yr | years = yrs
"""
)
"""Short form → the words that it stands for on a label. Short forms that often stand for something else are left out."""

_KEPT: Final = """
    ACH ADA BMI CBCT CDT COB CPT CRM DEA DMD DDS EDI EFT EHR EIN EMR EOB FMX FSA GUID HIPAA HMO HSA HTML ICD ID IDs
    KPI KPIs MRN MTD NPI OK PCP PDF PHI PMS POS PPO PbN QR RDH RX SMS SRP SSN TMJ UCR URL USA UTC UUID VIP XML YTD
    ZIP
"""
_AS_WRITTEN: Mapping[str, str] = {word.casefold(): word for word in _KEPT.split()}
"""Abbreviations that stay as they are."""

_OF_A_PHONE: Mapping[str, str] = {"hm": "home", "wk": "work", "bus": "business", "cell": "cell"}
_BALANCES: Final = frozenset(
    ["aging", "ageing", "amount", "ar", "balance", "balances", "due", "outstanding", "owed", "receivable"]
)
_OLDEST_BUCKET: Final = 360
_MONTH: Final = 30
"""Days."""
_WHOLE_WORD: Final = 3
"""Letters that make a word beside digits: `Over90` has two words, `Q1` is one."""

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_EDGES: Final = " :;,.*?!_-"
_NUMBER_SIGN = re.compile(r"(?<=\w)\s*#")
_LEADING_NUMBER_SIGN = re.compile(r"^#\s*(?=[^\W\d_])")
_BUCKET = re.compile(r"(?<![\d.–])(\d{1,3})\s*(?:[-–_/\s]|\bto\b)\s*(\d{1,3})(?![\d.])(\s+days?\b)?", re.IGNORECASE)
_AND_MORE = re.compile(r"(?<![\d.–])(\d{2,3})\s*(?:\+|\bplus\b)(\s*days?\b)?", re.IGNORECASE)
_OVER = re.compile(r"\b(over|above|past)\s+(\d{2,3})(?![\d.%+])(\s+days?\b)?", re.IGNORECASE)
_DAYS = re.compile(r"\d–\d+ days|\b(?:over|above|past) \d+ days|\d\+ days", re.IGNORECASE)


@lru_cache(maxsize=8192)
def label_of(header: str, entity: Entity | None = None) -> str:
    """Return the label of a column for people: the header's words in sentence case, well-known abbreviations written out.

    In a table of balances a bare number is their age: `30` gives `30 days`. Never empty: a header without a letter or a digit
    gives `Unnamed column`.
    """
    text = " ".join(unicodedata.normalize("NFC", header).split())
    if not any(c.isalnum() for c in text):
        return UNNAMED
    if " " not in text:
        text = said_by(text)[0]
        text = re.sub(r"(?<=\w)[-.](?=\w)", " ", text)
    text = _NUMBER_SIGN.sub(" number", _LEADING_NUMBER_SIGN.sub("number of ", text))
    text = " ".join(_apart(text).strip(_EDGES).replace("_", " ").split())
    capitals_only = not any(c.islower() for c in text)
    words = [match[0] for match in _WORD.finditer(text)]
    said = iter(_said(word, words, at, capitals_only=capitals_only) for at, word in enumerate(words))
    label = _days(_WORD.sub(lambda _: next(said), text), of_balances=entity is Entity.BILLING)
    return label[:1].upper() + label[1:]


def is_ageing(header: str) -> bool:
    """Return whether a header names an age of balances: `0-30`, `BalOver90`."""
    return _DAYS.search(label_of(header)) is not None


def free_label(header: str, taken: Collection[str], entity: Entity | None = None) -> str:
    """Return the label of a column of an entity's table, with a number where another field of it has that label."""
    label, used = label_of(header, entity), {one.casefold() for one in taken}
    candidate, number = label, 2
    while candidate.casefold() in used:
        candidate, number = f"{label} ({number})", number + 1
    return candidate


def _apart(text: str) -> str:
    """Return a text with blanks where the case changes within a word, and between whole words and digits."""
    out: list[str] = []
    for at, char in enumerate(text):
        if at and _begins_a_word(text, at):
            out.append(" ")
        out.append(char)
    return "".join(out)


def _begins_a_word(text: str, at: int) -> bool:
    before, char, after = text[at - 1], text[at], text[at + 1 : at + 2]
    if before.islower() and char.isupper():
        return at > 1 and text[at - 2].isalnum()  # `eMail` is one word
    if before.isupper() and char.isupper() and after.islower():
        return text[at + 1 : at + 3].rstrip() != "s"  # `IDs` is one word
    if before.isalpha() and char.isdigit():
        return text[max(at - _WHOLE_WORD, 0) : at].isalpha() and at >= _WHOLE_WORD
    if before.isdigit() and char.isalpha():
        return text[at : at + _WHOLE_WORD].isalpha() and len(text) >= at + _WHOLE_WORD
    return False


def _said(word: str, words: list[str], at: int, *, capitals_only: bool) -> str:
    """Return a word as it stands on a label. A single capital letter stays: `Chair A`."""
    low = word.casefold()
    following = words[at + 1].casefold() if at + 1 < len(words) else ""
    if following.startswith(("phone", "ph", "tel")) and low in _OF_A_PHONE:
        return _OF_A_PHONE[low]
    if low == "no" and at and not following:
        return "number"
    if low in _LONG_FORMS:
        return _LONG_FORMS[low]
    if low in _AS_WRITTEN:
        return _AS_WRITTEN[low]
    if len(word) == 1 or any(c.isdigit() for c in word):
        return word
    return word if word.isupper() and not capitals_only else word.lower()


def _days(label: str, *, of_balances: bool) -> str:
    """Return a label whose ages of balances are told as days: `Balance 0–30 days`, `Balance over 90 days`, `0–30 days`.

    Other words leave open what is counted where the table is not `of_balances`: `Over 60` may be an age of patients.
    """
    said = {word.casefold() for word in _WORD.findall(label) if not word.isdigit()}
    if of_balances and label.isdigit() and int(label) >= _MONTH and _is_age(label):
        return f"{label} days"
    of_balances = of_balances or bool(said & _BALANCES)

    def bucket(match: re.Match[str]) -> str:
        first, last = int(match[1]), int(match[2])
        if not (first < last <= _OLDEST_BUCKET and last % _MONTH == 0 and first % _MONTH in (0, 1)):
            return match[0]
        return f"{first}–{last}{match[3] or (' days' if of_balances or not said else '')}"

    def over(match: re.Match[str]) -> str:
        return f"{match[1]} {match[2]}{match[3] or ' days'}" if _is_age(match[2]) else match[0]

    def more(match: re.Match[str]) -> str:
        return f"{match[1]}+{match[2] or ' days'}" if _is_age(match[1]) else match[0]

    label = _BUCKET.sub(bucket, label)
    return _AND_MORE.sub(more, _OVER.sub(over, label)) if of_balances else label


def _is_age(days: str) -> bool:
    return int(days) <= _OLDEST_BUCKET and int(days) % _MONTH in (0, 1)
