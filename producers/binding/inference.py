"""The types of custom fields, and whether words are a SELECT or free text, from the data.

BOOLEAN, NUMBER, DATE and DATE_TIME when every filled cell reads so; SELECT when few words keep coming back; else TEXT.
Identifiers are TEXT, however numeric they look (a leading zero is part of them), and so are people's names, however few
(field map, row 11). Words of a SELECT or TEXT field of the field map: TEXT when there are over 100 distinct ones, or
over half of them occur once (row 3).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from events.vocabulary.mapping import BOTH_MARKS, BOTH_ORDERS, FieldType, Verdict, word_key
from events.vocabulary.practice import DecimalMark
from producers.kinds.judged import ruled
from producers.kinds.reading import Rules, numbers
from producers.values.blanks import filled, trimmed
from producers.values.booleans import clean_boolean
from producers.values.moments.date_times import clean_date_time
from producers.values.moments.dates import clean_date
from producers.values.moments.times import time_behind_day
from producers.values.money import currency_sign, money_cleaner
from producers.values.sifting import destroyed
from producers.values.units import unit_of
from producers.vocabulary.cell_shapes import features
from producers.vocabulary.headers import meaning
from producers.vocabulary.labels import is_ageing


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


MOST_WORDS = 100
LONGEST_LABEL = 63
"""The most characters that the label of a choice takes."""
_MOST_CUSTOM_WORDS = 50
_LONGEST_WORD = 60
_DISTINCT = 20_000  # distinct cells that are kept; a column that has more is TEXT, a NUMBER or a date by these alone

_CENTS = 2
_BEHIND = " )-−CRDcrd."
"""Marks that may stand behind an amount."""
_MANY = 50
"""Days that outweigh an impossible one."""

_IDENTIFIER = _words(
    """
    id number code account chart ssn subscriber member group policy npi license phone fax zip identifier key
    """
)
_PERSON = _words(
    """
    coordinator hygienist assistant doctor dentist provider author manager contact guarantor subscriber insured spouse
    parent employee staff user operator rep representative nurse physician counselor advisor by name owner mother father
    guardian agent person
    """
)
_NOT_A_PERSON = _words(
    """
    by name user contact owner
    """
)
"""Words of `_PERSON` that are said of things, too: there the values must look like people."""
_MONEY = _words(
    """
    amount production produced collection collections collected revenue income fee fees charge charges payment payments paid
    billed cost costs price balance adjustment adjustments gross net sales receivable insurance
    """
)
_COUNTED = _words(
    """
    count number percent percentage rate ratio hours days visits patients procedures appointments units share
    """
)
"""Words beside which a number is no amount of money."""
_FLAG = _words(
    """
    is has ok enabled enrolled allowed consent flag active opted opt verified wants preferred required
    """
)
_GIVEN_NAMES = _words(
    """
    aaron adam alan alex alice amanda amy ana andrea andrew angela ann anna anne anthony antonio ashley barbara ben
    benjamin beth betty bill bob bonnie brandon brenda brian bruce carl carla carlos carmen carol caroline catherine
    charles chris christina christine christopher cindy claire cynthia dan daniel dave david deborah debra denise dennis
    diana diane donald donna dorothy doug edward elena elizabeth ellen emily emma eric erin eva evelyn frank fred gary
    george gloria grace greg gregory hannah harold heather helen henry irene jack jacob james jamie jane janet jason jean
    jeff jeffrey jennifer jenny jessica jim jo joan joe john jon jonathan jose joseph joshua joyce juan judith judy julia
    julie justin karen kate katherine kathleen kathy keith kelly ken kenneth kevin kim kimberly kyle larry laura lauren
    leah lee leslie linda lisa lori louis lucy luis lynn margaret maria marie marilyn mark martha martin mary matt matthew
    megan melissa michael michelle miguel mike nancy natalie nicholas nicole nina noah olivia pam pamela pat patricia
    patrick paul paula pedro peter philip rachel ralph ray raymond rebecca renee richard rick rita rob robert robin roger
    ron ronald rosa rose roy russell ruth ryan sam samantha samuel sandra sara sarah scott sean sharon shirley sofia
    sophia stephanie stephen steve steven sue susan tammy tara ted teresa terry theresa thomas tim timothy tina todd tom
    tony tracy tyler valerie vanessa victor victoria vincent virginia walter wanda wayne wendy william yolanda zoe
    """
)


@dataclass(kw_only=True)
class ColumnWords:
    """The distinct filled cells of one column over all its tables, with how often each occurs. It never leaves memory.

    `verdict` is the one on the column.
    """

    header: str
    verdict: Verdict | None = None
    counts: Counter[str] = field(default_factory=Counter)
    filled: int = 0
    overflow: bool = False

    def add(self, cell: str) -> None:
        """Count one cell."""
        if cell in self.counts:
            self.counts[cell] += 1
            self.filled += 1
        elif (text := filled(cell)) is not None and not destroyed(text):
            self.filled += 1
            if len(self.counts) < _DISTINCT:
                self.counts[cell] = 1
            else:
                self.overflow = True

    def words(self) -> tuple[str, ...]:
        """Return the words as PbN has them, the most frequent spelling of each, in the order in which they came."""
        spellings: dict[str, Counter[str]] = {}
        for cell, times in self.counts.items():
            word = filled(cell)
            if word is not None:
                spellings.setdefault(word_key(word), Counter())[word] += times
        return tuple(spelling.most_common(1)[0][0] for spelling in spellings.values())

    def used_once(self) -> float:
        """Return the share of distinct words that occur once."""
        totals: Counter[str] = Counter()
        for cell, times in self.counts.items():
            totals[word_key(trimmed(cell))] += times
        return sum(n == 1 for n in totals.values()) / len(totals) if totals else 0.0


def word_type(column: ColumnWords) -> FieldType:
    """Return SELECT or TEXT for the words of a carrier or a referral source; TEXT where a word would have to be shortened."""
    words = column.words()
    if column.overflow or len(words) > MOST_WORDS or column.used_once() > 0.5 or any(len(w) > LONGEST_LABEL for w in words):
        return FieldType.TEXT
    return FieldType.SELECT


def custom_type(
    column: ColumnWords, rules: Rules, given_names: frozenset[str] = frozenset(), *, of_object: bool = False
) -> FieldType:
    """Return the type of a custom field. `given_names` (lower-case) are first names that occur in the extract. In a custom
    object (`of_object`) amounts of money need no cents.
    """
    cells = [trimmed(cell) for cell in column.counts]
    if not cells:
        return FieldType.TEXT
    said = set(meaning(column.header).split())
    only_digits = {c.strip() for c in cells} <= {"0", "1"}
    if (not only_digits or said & _FLAG) and all(clean_boolean(c)[1] is None for c in cells):
        return FieldType.BOOLEAN
    rules = ruled(rules, column.verdict)
    if not said & _IDENTIFIER and _are_amounts(cells, column, rules, with_cents=not of_object):
        return FieldType.CURRENCY
    if not said & _IDENTIFIER and _are_numbers(cells, rules, column.verdict):
        return FieldType.NUMBER
    if (found := _of_dates(cells, rules, column.verdict)) is not None:
        return found
    if said & _IDENTIFIER or column.overflow or looks_like_people(column, given_names):
        return FieldType.TEXT
    words = column.words()
    longest = max(len(w) for w in words)
    keeps_coming_back = len(words) <= _MOST_CUSTOM_WORDS and len(words) * 2 <= column.filled and column.used_once() <= 0.5
    return FieldType.SELECT if keeps_coming_back and longest <= _LONGEST_WORD and "\n" not in "".join(words) else FieldType.TEXT


def _are_numbers(cells: Sequence[str], rules: Rules, verdict: Verdict | None) -> bool:
    """Return whether all cells are numbers of one unit and one decimal mark. Other numbers stay as they are written."""
    if verdict is not None and verdict.decimal == BOTH_MARKS:
        return False
    read = numbers(rules)
    if not all(read(c)[1] is None and not _zero_led(c) for c in cells):
        return False
    units = {unit_of(c) for c in cells} - {None}
    return len(units) < 2


def _are_amounts(cells: Sequence[str], column: ColumnWords, rules: Rules, *, with_cents: bool) -> bool:
    """Return whether all cells are amounts of money: they have the sign of the practice's currency, or the header says so
    and, `with_cents`, the amounts have two decimals (field map, Custom field).
    """
    if column.verdict is not None and column.verdict.decimal == BOTH_MARKS:
        return False
    read = money_cleaner(rules.decimal, frozenset({rules.currency}))
    if not all(read(c)[1] is None for c in cells):
        return False
    if any(currency_sign(c) is not None for c in cells):
        return True
    return _says_money(column.header) and (not with_cents or _have_cents(cells, rules.decimal))


def _says_money(header: str) -> bool:
    """Return whether a header says that its column holds money: by a word, or as an age of balances."""
    said = set(meaning(header).split())
    return bool(said & _MONEY and not said & _COUNTED) or is_ageing(header)


def _have_cents(cells: Sequence[str], mark: DecimalMark) -> bool:
    """Return whether amounts have two decimals: some of them, and none has more. A spreadsheet leaves noughts out."""
    places = {len(c.rpartition(mark)[2].rstrip(_BEHIND)) for c in cells if mark in c}
    return _CENTS in places and max(places) <= _CENTS


def _of_dates(cells: Sequence[str], rules: Rules, verdict: Verdict | None) -> FieldType | None:
    """Return the type of cells that are all dates; None for other cells, and for dates in both orders.

    Dates whose times are all midnight are days. An impossible day among many changes no type.
    """
    if verdict is not None and verdict.order == BOTH_ORDERS:
        return None
    shaped = [features(c) for c in cells]
    if all(
        "date" in one or ("date_time" in one and time_behind_day(c) == timedelta())
        for c, one in zip(cells, shaped, strict=True)
    ):
        wrong = sum(clean_date(c, rules.order, rules.dates)[1] is not None for c in cells)
        return FieldType.DATE if wrong * _MANY <= len(cells) else None
    if all(one & {"date", "date_time"} for one in shaped):
        times = [c for c, one in zip(cells, shaped, strict=True) if "no_date" not in one]
        wrong = sum(clean_date_time(c, rules.order, rules.zone, rules.dates)[0] is None for c in times)
        return FieldType.DATE_TIME if wrong * _MANY <= len(times) else None
    return None


def looks_like_people(column: ColumnWords, given_names: frozenset[str]) -> bool:
    """Return whether a column holds people's names: by its header, or because its words are shaped and begin like names."""
    said = set(meaning(column.header).split())
    words = column.words()
    shaped = [w for w in words if "whole_name" in features(w) and not any(c.isdigit() for c in w)]
    if not words:
        return False
    named = [w for w in shaped if _given(w) & (_GIVEN_NAMES | given_names)]
    if said & (_PERSON - _NOT_A_PERSON):
        return len(shaped) * 2 >= len(words) or bool(named)
    return len(named) * 2 >= len(words) or bool(said & _NOT_A_PERSON and len(named) * 4 >= len(words))


def _given(name: str) -> set[str]:
    """Return the words of a name that may be the given one: the first, or the one behind the comma."""
    last, _, first = name.casefold().partition(",")
    words = (first or last).replace(".", " ").split()
    return set(words[:1] if words[:1] not in (["dr"], ["mr"], ["mrs"], ["ms"]) else words[1:2])


def _zero_led(cell: str) -> bool:
    text = cell.strip()
    return len(text) > 1 and text[0] == "0" and text[1].isdigit()
