"""Names that programmers give to columns: paths of nested records, prefixes of types and of tables.

`bio.city`, `fld_strCity` and `DDB_LAST_MOD` say `city`, `city` and `last modified` beside what they say of the program.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

_PATH = re.compile(r"[A-Za-z_][\w-]*(?:\[\d*\])?(?:\.[A-Za-z_][\w-]*(?:\[\d*\])?)+")
_INDEX = re.compile(r"\[\d*\]")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_CONTAINERS = _words(
    """
    bio total totals demographic demographics detail details data attribute attributes field fields info information profile
    personal resource record node entity properties telecom contacts meta metadata payload body content attachment root result
    results item items value values coding display reference period participant actor sites site billable
    """
)
"""Words of a path that only say where a value stands."""
_DETAILS = re.compile(r"(?<=[a-z])_?(?:details?|info|information|data)$", re.IGNORECASE)
"""The end of a step that says no more than the words before it: `addressDetail.city` is a city of an address."""
_TYPE_PREFIX = re.compile(
    r"(?:(?:fld|col|f|c)_?)?(?:auto_?)?"
    r"(?:str|txt|int|lng|sht|byt|dtm|dte|dat|dt|bln|bool|bit|dbl|dec|cur|mny|chr|sng|mem|vch|nvc|guid|fk|pk|ld?|sz|[nsbdi])_?(?=[A-Z])"
)
_FIELD_PREFIX = re.compile(r"(?:fld|col)_?(?:auto_?)?(?=[A-Za-z])")
_TABLE_PREFIX = re.compile(r"([A-Z]{2,4})_(?=[A-Z])|([a-z]{2,4})_(?=[a-z])")
_PROGRAMS = frozenset({"ehr", "emr", "pms", "ddb", "crm", "tbl"})
_PROGRAM = re.compile(r"(?:^|_)(?:EHR|EMR|PMS)_", re.IGNORECASE)
_VOWEL = re.compile("[aeiouy]")


@lru_cache(maxsize=8192)
def said_by(header: str) -> tuple[str, ...]:
    """Return the header without what it says of the program: the likeliest first; the header itself where it has nothing of
    that.
    """
    text = header.strip()
    found = [*_of_path(text), *_of_types(text), *_of_program(text)]
    return tuple(dict.fromkeys(found)) or (header,)


def _of_path(text: str) -> list[str]:
    if not _PATH.fullmatch(text):
        return []
    steps = [_INDEX.sub("", step) for step in text.split(".")]
    if any(len(step) < 2 for step in steps):
        return []
    last = steps[-1]
    inner = [step for step in steps[:-1] if not {w.lower() for w in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", step)} <= _CONTAINERS]
    inner = [_DETAILS.sub("", step) for step in inner]
    inner = [step for step in inner if not last.lower().startswith(step.lower().rstrip("s"))]
    if last.lower() in _CONTAINERS and inner:
        return [" ".join(inner), " ".join([*inner, last])]
    return [" ".join([*inner, last])]


def _of_types(text: str) -> list[str]:
    found = []
    if match := _TYPE_PREFIX.match(text):
        found.append(text[match.end() :])
    if (match := _FIELD_PREFIX.match(text)) and not found:
        found.append(text[match.end() :])
    if found and len(found[0]) < 2:
        return []
    return found if not found or _is_sure(text) else [*found, text]


def _is_sure(text: str) -> bool:
    """Return whether the prefix cannot be a word: `strCity`, not `bActive` or `dtCreated`."""
    return text.startswith(("fld", "col_", "str", "int", "bln", "lng", "dtm"))


def _of_program(text: str) -> list[str]:
    if (without := _PROGRAM.sub("_", text)) != text:
        return [without.strip("_"), text]
    match = re.match(r"([A-Za-z]{2,4})_(?=[A-Za-z])", text)
    if match and (match[1].lower() in _PROGRAMS or (len(match[1]) == 3 and not _VOWEL.search(match[1].lower()))):
        return [text[match.end() :], text]
    return []


def without_shared_prefix(headers: Sequence[str]) -> list[str]:
    """Return the headers of a table without the prefix that most of them share, as in `rsc_name`, `rsc_city`."""
    firsts = Counter(m[0] for h in headers if (m := _TABLE_PREFIX.match(h.strip())))
    prefix, times = max(firsts.items(), key=lambda one: one[1], default=("", 0))
    if times < 4 or times * 10 < len(headers) * 6:
        return list(headers)
    return [h.strip().removeprefix(prefix) if len(h.strip()) > len(prefix) else h for h in headers]
