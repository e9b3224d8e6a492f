"""Shapes of a single cell: patterns and word lists, tried on its text alone.

Only likeness counts here, to bind columns by; whether a value is good is for `producers.values` to say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache


def _words(text: str) -> frozenset[str]:
    """Return words and phrases that are separated by `|`."""
    return frozenset(" ".join(word.split()) for word in text.split("|"))


_NO_DATE = _words("0001-01-01 | 1/1/0001 | 01/01/0001 | 1900-01-01 | 1/1/1900 | 01/01/1900 | 0000-00-00")

_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_NUMERIC = r"\d{1,4}[/.\-]\d{1,2}[/.\-]\d{1,4}"
_DATE = rf"(?:{_NUMERIC}|\d{{1,2}}[ -]{_MONTH}[ -,]+\d{{2,4}}|(?:[a-z]{{3,9}},? )?{_MONTH}\.? \d{{1,2}},? \d{{2,4}})"
_TIME = r"\d{1,2}(?::\d{2}){1,2}(?:\.\d+)?\s*(?:[ap]\.?m\.?)?|\d{1,2}\s*[ap]\.?m\.?"
_CURRENCY = "[$€£]|USD|CAD|EUR|GBP"
_ONE_TOOTH = r"#?(?:[1-9]|[12]\d|3[0-2]|[A-T])"
_INSURERS = (
    "aetna|ameritas|anthem|assurant|blue ?cross|bcbs|careington|cigna|connection dental|delta dental|denta ?quest|geha|guardian"
    "|health ?net|humana|lincoln|met ?life|mutual of omaha|premera|principal|regence|renaissance|sun ?life|uccp?i"
    "|united ?concordia|united ?healthcare|uhc|unum"
)
_PART = r"[^\W\d_][\w'’`.\- ]*"

_PATTERNS: Mapping[str, re.Pattern[str]] = {
    name: re.compile(pattern, re.IGNORECASE)
    for name, pattern in {
        "date": _DATE,
        "date_time": rf"{_DATE}[ T,]+(?:at )?(?:{_TIME})(?:Z| ?[+-]\d\d:?\d\d)?",
        "time": _TIME,
        "money": rf"[(\-+]?\s*(?:{_CURRENCY})?\s*[(\-]?\d{{1,3}}(?:[.,]?\d{{3}})*(?:[.,]\d+)?\)?-?\s*(?:CR|DR|{_CURRENCY})?\)?",
        "amount": r".*(?:[$€£]|\d[.,]\d\d\b|\bCR\b).*",
        "email": r"[^@\s]+@[^@\s]+\.[a-z]{2,}",
        "phone": r"\+?[\d\s().\-/]{7,20}(?:\s*(?:x|ext\.?|extension)\s*\d+)?",
        "id": r"(?=.*\d)[a-z0-9][\w\-/.:]{0,39}",
        "code": r"D\d{4}[a-z]?(?:\.\d+)?",
        "tooth": rf"{_ONE_TOOTH}(?:\s*[-,]\s*{_ONE_TOOTH})*",
        "surface": r"[MODBLFIV]{1,6}|U[RLA]|L[RLA]|[1-4]0|FM",
        "postcode": r"\d{4,5}(?:-\d{4})?|[a-z]\d[a-z] ?\d[a-z]\d|[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}",
        "street": r"\d+\w* .*[a-z].*|P\.?\s?O\.? ?Box.*|(?:apt|unit|suite|ste|#|fl|floor|bldg)\.? ?#?\w+",
        "file": r"[^\\/@]+\.(?=\d?[a-z])[a-z0-9]{2,5}",
        "path": r"[^\n]*[\\/][^\\/\n]+(?:\.[a-z0-9]{1,5})?",
        "name": _PART,
        "insurer": rf"(?:{_INSURERS})\b.*|.*\b(?:insurance|dental plan|ppo|dppo|dhmo|medicaid)\b.*",
        "sentence": r"(?=.*[a-z]{3})\S+(?:\s+\S+){3,}(?:.|\n)*",
        "whole_name": rf"{_PART},\s*{_PART}|(?:[^\W\d_][\w'’`.\-]*\s+){{1,4}}[^\W\d_][\w'’`.\-]*,?.{{0,6}}",
    }.items()
}
_SHORT_CODE = re.compile(r"[A-Z0-9]{2,12}")
_MIME_TYPE = re.compile(r"(?:application|image|text|video|audio)/[\w.+-]+")
_PLAIN_AMOUNT = re.compile(r"-?\d+\.\d{1,2}")
_PACKED_DATE = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?=\D|\d{4}\b|$)")
_LAST_YEAR_OF_AN_ADULT = 2005

_STATES = frozenset(
    _words(
        "al|ak|az|ar|ca|co|ct|de|fl|ga|hi|id|il|in|ia|ks|ky|la|me|md|ma|mi|mn|ms|mo|mt|ne|nv|nh|nj|nm|ny|nc|nd|oh|ok|or|pa|ri|sc|sd"
        "|tn|tx|ut|vt|va|wa|wv|wi|wy|dc|pr|ab|bc|mb|nb|nl|ns|on|pe|qc|sk"
        "|alabama|alaska|arizona|arkansas|california|colorado|connecticut|delaware|florida|georgia|hawaii|idaho|illinois|indiana"
        "|iowa|kansas|kentucky|louisiana|maine|maryland|massachusetts|michigan|minnesota|mississippi|missouri|montana|nebraska"
        "|nevada|new hampshire|new jersey|new mexico|new york|north carolina|north dakota|ohio|oklahoma|oregon|pennsylvania"
        "|rhode island|south carolina|south dakota|tennessee|texas|utah|vermont|virginia|washington|west virginia|wisconsin"
        "|wyoming|district of columbia|alberta|british columbia|manitoba|new brunswick|nova scotia|ontario|quebec|saskatchewan"
    )
)

_WORDS: Mapping[str, frozenset[str]] = {
    "state": _STATES,
    "flag": _words("true|false|yes|no|y|n|t|f|on|off|1|0|active|inactive|enabled|disabled|x"),
    "channel": _words(
        "sms|text|text message|text/sms|mms|email|e-mail|phone|phone call|call|voicemail|voice|mail|letter|postcard"
        "|letter/postcard|us mail|u.s. mail|webchat|web chat|chat|web|fax|portal|app|mobile app|push|in person|video|whatsapp"
        "|text preferred|email preferred|two-way text"
    ),
    "delivery": _words(
        "sent|delivered|failed|received|read|opened|bounced|queued|pending|undelivered|unsent|clicked|answered|scheduled|replied"
        "|unanswered|blocked|completed|success|error|not sent|no answer|left message|left voicemail|opted out|in progress"
        "|not delivered|no reply"
    ),
    "visit": _words(
        "scheduled|confirmed|unconfirmed|completed|complete|cancelled|canceled|broken|failed|rescheduled|arrived|seated"
        "|checked-in|checkedout|planned|pending|missed|asap|deleted|done|booked|attended|dna|no show|no-show|wait/will call"
        "|will call|checked in|checked out|in chair|unscheduled list|unsched list|unschedlist|not confirmed|left message"
        "|patient cancelled|late cancel|no showed|set"
    ),
    "claim": _words(
        "paid|sent|submitted|received|denied|pending|appealed|waiting|rejected|closed|open|unsent|hold|accepted|processed|approved"
        "|resubmitted|partial|settled|filed|outstanding|queued|declined|in process|partially paid|waiting to send|on hold"
        "|hold until pri received|probably sent|in review"
    ),
    "plan": _words(
        "active|inactive|saved|presented|accepted|rejected|declined|diagnosed|completed|proposed|planned|pending|approved|draft"
        "|scheduled|unscheduled|tp|complete|signed|open|closed|cancelled|in progress|partially accepted|not presented"
    ),
    "patient_status": _words(
        "active|inactive|patient|archived|deceased|deleted|prospective|prospect|nonpatient|non-patient|non patient|new patient"
        "|dismissed|current|former|moved|new|lead"
    ),
    "marital_status": _words("single|married|divorced|widowed|separated|domestic partner|partnered|engaged"),
}


_BEGINNING = 2_000
"""Characters of a long text that are looked at: the rest of a note of megabytes makes it no other kind of cell."""


def features(cell: str) -> frozenset[str]:
    """Return what a filled cell looks like; several may hold (`2015550123` is an id, a number and a phone)."""
    return _features(cell if len(cell) <= _BEGINNING else cell[:_BEGINNING])


@lru_cache(maxsize=8_192)
def _features(cell: str) -> frozenset[str]:
    text = cell.strip()
    folded = text.casefold()
    found = {name for name, words in _WORDS.items() if folded in words}
    if len(text) <= 120:
        found |= {name for name, pattern in _PATTERNS.items() if pattern.fullmatch(text)}
    if _MIME_TYPE.fullmatch(folded):
        found -= {"path", "file"}
    digits = sum(c.isdigit() for c in text)
    if text in _NO_DATE:
        found |= {"date", "no_date"}
    if found & {"date", "date_time"}:
        found -= {"id", "whole_name", "money", "path", "file", "phone", "insurer"}
    elif _SHORT_CODE.fullmatch(text):
        found.add("id")
    if (digits != 7 and not 10 <= digits <= 15) or _PLAIN_AMOUNT.fullmatch(text):
        found.discard("phone")
    if _PACKED_DATE.fullmatch(text):
        found.add("packed_date")
    if found & {"date", "date_time", "packed_date"} and (year := _YEAR.search(text)):
        found.add("long_ago" if int(year[0]) <= _LAST_YEAR_OF_AN_ADULT else "of_late")
    if digits == len(text):
        found.add("digits")
    if digits == len(text) <= 4:
        found.add("small")
    if "@" in text:
        found.add("at")
    if len(text) == 1 or (len(text) == 2 and text[1] == "."):
        found.add("initial")
    return frozenset(found)
