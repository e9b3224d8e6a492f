"""The kinds of cells that the columns of a practice have.

A new kind is a new `CellKind`, here or in the module of its table; columns name it.
"""

from __future__ import annotations

from functools import partial

from producers.kinds.kind import CellKind, Fit
from producers.kinds.profile import ENOUGH_CELLS, KnownIds, Profile
from producers.kinds.reading import Cleaning, Rules, moments, read_flag
from producers.values.emails import clean_email
from producers.values.ids import clean_code, clean_id
from producers.values.moments.dates import clean_date
from producers.values.money import money_cleaner
from producers.values.names import clean_name
from producers.values.numbers import clean_integer, clean_minutes
from producers.values.phones import clean_phone
from producers.values.postcodes import clean_postcode
from producers.values.sifting import Cleaner
from producers.values.texts import clean_note, clean_text
from producers.values.words import clean_word
from producers.vocabulary import code_lists


def by(clean: Cleaner) -> Cleaning:
    """Return the cleaning by a cleaner that depends on the cell alone."""
    return lambda _rules: clean


MOST_CODES = 25
"""The most numbers of a column that may stand for words."""
_AS_CODES = 0.55
_SEVERAL, _NEARLY_ALL, _NO_WORDS = 10, 0.95, 0.1
_FEW, _MOSTLY, _ALL = 0.1, 0.6, 0.95
_SHORTEST, _LONGEST = 5, 720
_FLAG_DIGITS = frozenset({"0", "1"})
_YES_OR_NO = frozenset({"true", "false", "yes", "no"})

TEXTS, CODES, WORDS = by(clean_text), by(clean_code), by(clean_word)


def _phones(rules: Rules) -> Cleaner:
    return lambda text: clean_phone(text, rules.country)


def _postcodes(rules: Rules) -> Cleaner:
    return lambda text: clean_postcode(text, rules.country)


def _births(rules: Rules) -> Cleaner:
    return lambda text: clean_date(text, rules.order, rules.births)


def _days(rules: Rules) -> Cleaner:
    return lambda text: clean_date(text, rules.order, rules.dates)


def _amounts(rules: Rules) -> Cleaner:
    return money_cleaner(rules.decimal, frozenset({rules.currency}))


def like_word(p: Profile) -> float:
    """Return how far cells are words that may be anything but plainly a date, an address, an amount, numbers or a long text."""
    if is_something_else(p):
        return 0.1
    if {v.casefold() for v in p.values} <= _YES_OR_NO:
        return 0.2
    if _is_numeric(p):
        return 0.1 if p.distinct > MOST_CODES else 0.5
    return 0.65 if p.length <= 40 else 0.3


def is_something_else(p: Profile) -> bool:
    """Return whether cells are plainly dates, addresses or amounts, and no words."""
    return p.share("date", "date_time", "email", "phone", "amount") > 0.5


def _is_numeric(p: Profile) -> bool:
    return p.share("digits", "money") > 0.8


def _like_text(p: Profile, _known: KnownIds) -> float:
    """Return how far cells are running text: long ones, or at least cells that are nothing else."""
    if p.share("date", "date_time", "email", "phone", "money") > 0.5:
        return 0.1
    return min(1.0, 0.4 + p.length / 60)


def _word(p: Profile, known: KnownIds) -> float:
    return _NO_WORDS if _names_patients(p, known) else like_word(p)


def _names_patients(p: Profile, known: KnownIds) -> bool:
    """Return whether several cells are the ids of patients, and hardly one is not: a link, whatever its header says."""
    return p.distinct >= _SEVERAL and not _is_numeric(p) and len(p.values & known.patients) >= _NEARLY_ALL * p.distinct


def _share(*names: str, of: float = 1.0) -> Fit:
    return lambda p, _known: of * p.share(*names)


def _listed(name: str, least: float, distinct: int) -> Fit:
    """Return the fit of words of a small vocabulary: cells of `distinct` words at most, some of which are known, or numbers or
    letters that may stand for words.
    """

    def look(p: Profile, _known: KnownIds) -> float:
        if p.distinct > distinct:
            return 0.0
        codes = _AS_CODES if p.share("small", "initial") > 0.8 or _is_numeric(p) else 0.0
        return max(least + (1 - least) * p.share(name), codes)

    return look


def _born(p: Profile, _known: KnownIds) -> float:
    """Return how far cells are days of birth: dates, many of which are long ago."""
    dates = max(p.share("date"), 0.95 * p.share("date_time"), 0.9 * p.share("packed_date"))
    return dates * (0.8 + 0.2 * min(1.0, 2.5 * p.share("long_ago"))) if p.filled >= ENOUGH_CELLS else dates


def _carrier(p: Profile, _known: KnownIds) -> float:
    return 0.1 if _is_numeric(p) or p.length <= 2 else max(p.share("insurer"), like_word(p))


def _dates_and_times(p: Profile, _known: KnownIds) -> float:
    dates = max(p.share("date_time"), 0.85 * p.share("date"), 0.9 * p.together("date", "date_time"))
    return max(dates, 0.8 * p.share("packed_date"))


def _whole_name(p: Profile, _known: KnownIds) -> float:
    return 0.9 * p.share("whole_name") if p.length <= 40 else 0.0


def _linked(p: Profile, ids: frozenset[str], likely: float) -> float:
    return max(p.among(ids), likely * p.share("id"))


def _patient_id(p: Profile, known: KnownIds) -> float:
    """Return how far cells are patients' ids: a partial extract holds few of the patients, but some."""
    strangers = len(known.patients) > 20 and not p.among(known.patients)
    return _linked(p, known.patients, 0.35 if strangers else 0.55)


def _money(p: Profile, _known: KnownIds) -> float:
    """Return how far cells are amounts: zeros and ones alone are a flag, or say nothing."""
    if p.values <= _FLAG_DIGITS:
        return 0.5 if p.distinct == 1 and "0" in p.values else 0.1
    return p.share("money") * (1.0 if p.share("amount") > 0.3 else 0.7)


def _minutes(p: Profile, _known: KnownIds) -> float:
    """Return how far cells are lengths of visits: no flags, no counts of units, no seconds."""
    lengths = (clean_minutes(cell)[0] for cell in p.values)
    return sum(n is not None and _SHORTEST <= n <= _LONGEST for n in lengths) / p.distinct


def _provider(p: Profile, known: KnownIds) -> float:
    """Return how far cells name providers: ids that are all patients' are none of providers."""
    named = p.among(known.providers)
    if named < _FEW and p.distinct >= ENOUGH_CELLS and p.among(known.patients) >= _ALL:
        return 0.0
    return max(named, 0.5 * p.share("id", "whole_name"))


_OF_DATES = frozenset({"date", "time", "day", "timestamp", "stamp", "record"})
_OF_IDS = frozenset(
    {"identifier", "code", "reference", "record", "account", "chart", "internal", "system", "unique", "original"}
)
_OF_STATES = frozenset({"current", "code"})
_OF_PLACES = frozenset({"code", "address"})

ID = CellKind(
    label="an id",
    fit=lambda p, _known: p.share("id") * (0.4 + 0.6 * min(1.0, p.unique * 1.1)),
    clean=by(clean_id),
    soft=_OF_IDS - {"account", "chart"},
    alone=0.5,
    frequent=True,
)
PATIENT_ID = CellKind(
    label="a patient's id",
    fit=_patient_id,
    by_itself=lambda p, known: _patient_id(p, known) if known.patients else 0.0,
    clean=by(clean_id),
    soft=_OF_IDS,
    alone=0.62,
    plain=True,
)
PLAN_ID = CellKind(
    label="a treatment plan's id",
    fit=lambda p, known: _linked(p, known.plans, 0.25 if len(known.plans) > 20 else 0.55),
    clean=by(clean_id),
    soft=_OF_IDS,
    alone=0.62,
    plain=True,
)
CODE = CellKind(label="a procedure code", fit=_share("code"), clean=CODES, soft=frozenset({"code"}), alone=0.65, plain=True)

NAME = CellKind(
    label="a name",
    fit=lambda p, _known: 0.8 * p.share("name") if p.length <= 30 else 0.0,
    clean=by(clean_name),
    soft=frozenset({"name"}),
)
FULL_NAME = CellKind(label="a whole name", fit=_whole_name, clean=TEXTS, soft=frozenset({"name", "full"}), alone=0.5)
INITIAL = CellKind(
    label="an initial", fit=lambda p, _known: max(p.share("initial"), 0.5 * p.share("name")), clean=by(clean_name)
)
AUTHOR = CellKind(
    label="a name, or a provider's code",
    fit=lambda p, known: max(p.among(known.provider_words), _whole_name(p, known)),
    clean=TEXTS,
    soft=frozenset({"name", "full", "identifier", "initials"}),
    any_words=True,
)
PROVIDER = CellKind(
    label="a provider's id, code or name",
    fit=_provider,
    by_itself=lambda p, known: p.among(known.provider_words) if p.distinct > 1 else 0.0,
    clean=TEXTS,
    soft=frozenset({"identifier", "code", "name", "initials", "current"}),
    alone=0.6,
    plain=True,
    any_words=True,
)
EMAIL = CellKind(
    label="an e-mail address",
    fit=lambda p, _known: max(p.share("email"), 0.8 * p.share("at")),
    clean=by(clean_email),
    soft=frozenset({"address"}),
    alone=0.65,
    plain=True,
    frequent=True,
    told_from=3,
)
PHONE = CellKind(
    label="a phone number",
    fit=lambda p, _known: p.share("phone") * (0.75 if p.share("digits") > 0.9 else 1.0),
    clean=_phones,
    soft=frozenset({"phone", "identifier"}),
    alone=0.6,
    plain=True,
    frequent=True,
)

STREET = CellKind(
    label="a street",
    fit=lambda p, _known: 0.1 if _is_numeric(p) else 0.3 + 0.7 * p.share("street"),
    by_itself=_share("street"),
    clean=TEXTS,
    soft=frozenset({"line"}),
    alone=0.6,
    plain=True,
)
CITY = CellKind(label="a city", fit=_share("name", of=0.8), clean=TEXTS, soft=frozenset({"name", "address"}))
STATE = CellKind(label="a state", fit=_share("state"), clean=TEXTS, soft=_OF_PLACES)
POSTCODE = CellKind(label="a postcode", fit=_share("postcode"), clean=_postcodes, soft=_OF_PLACES)

_DAY: Fit = lambda p, _known: max(p.share("date"), 0.7 * p.share("date_time"), 0.9 * p.share("packed_date"))  # noqa: E731
DATE = CellKind(label="a date", fit=_DAY, clean=_days, soft=_OF_DATES)
BIRTH_DATE = CellKind(label="a date of birth", fit=_born, clean=_births, soft=_OF_DATES)
DATE_TIME = CellKind(
    label="a date, mostly with a time",
    fit=_dates_and_times,
    clean=moments,
    soft=_OF_DATES,
    alone=0.5,
)
TIME = CellKind(
    label="a time of day", fit=lambda p, _known: p.share("time") if not p.share("digits") > 0.5 else 0.0, clean=TEXTS
)

MONEY = CellKind(
    label="an amount",
    fit=_money,
    clean=_amounts,
    soft=frozenset({"amount", "total", "dollars", "usd", "value"}),
    alone=0.48,
)
MINUTES = CellKind(label="minutes", fit=_minutes, clean=by(clean_minutes), soft=frozenset({"minutes"}), alone=0.5)
ORDER = CellKind(
    label="a running number",
    fit=lambda p, _known: p.share("small", "digits") if p.length <= 4 else 0.0,
    clean=by(clean_integer),
    soft=frozenset({"identifier"}),
)
TOOTH = CellKind(
    label="a tooth",
    fit=lambda p, _known: p.share("tooth") * (0.6 if p.share("small") == 1 and p.distinct > 32 else 1.0),
    clean=CODES,
    soft=frozenset({"identifier"}),
    alone=0.55,
)
SURFACE = CellKind(label="a surface", fit=_share("surface"), clean=CODES, alone=0.55)
FLAG = CellKind(
    label="yes or no",
    fit=lambda p, _known: p.share("flag") if p.distinct <= 4 else 0.0,
    clean=by(read_flag),
    soft=frozenset({"flag", "currently"}),
)

WORD = CellKind(label="a few words", fit=_word, clean=TEXTS, soft=frozenset({"name", "current"}))
CARRIER = CellKind(
    label="an insurance carrier",
    fit=_carrier,
    by_itself=lambda p, _known: p.share("insurer") if p.distinct > 1 else 0.0,
    clean=TEXTS,
    soft=frozenset({"name", "company", "current"}),
    alone=0.6,
    plain=True,
)
_words_of = partial(CellKind, clean=WORDS, any_words=True)
CHANNEL = _words_of(
    label="a way of sending",
    fit=_listed("channel", 0.1, 25),
    soft=frozenset({"type"}),
    alone=0.6,
    plain=True,
    codes=code_lists.CHANNEL,
)
DELIVERY = _words_of(
    label="a delivery status",
    fit=_listed("delivery", 0.1, 30),
    soft=_OF_STATES,
    alone=0.55,
    plain=True,
    codes=code_lists.DELIVERY,
)
_state_of = partial(_words_of, soft=_OF_STATES)
VISIT = _state_of(label="an appointment status", fit=_listed("visit", 0.2, 40), alone=0.55, codes=code_lists.APPOINTMENT_STATUS)
CLAIM = _state_of(label="a claim status", fit=_listed("claim", 0.2, 40), alone=0.55, codes=code_lists.CLAIM_STATUS)
PLAN = _state_of(label="a plan's status", fit=_listed("plan", 0.2, 40), codes=code_lists.PLAN_STATUS)
PAYMENT_PLAN = CellKind(
    label="a payment plan's status", fit=_word, clean=WORDS, soft=frozenset({"name", "current"}), codes=code_lists.UNKNOWN
)
PATIENT_STATUS = _state_of(
    label="a patient status",
    fit=lambda p, known: 0.0 if p.share("marital_status") > 0.5 else _listed("patient_status", 0.2, 30)(p, known),
    codes=code_lists.PATIENT_STATUS,
)

TEXT = CellKind(
    label="a text",
    fit=_like_text,
    by_itself=lambda p, known: 1.0 if p.share("sentence") >= _MOSTLY else 0.8 * _like_text(p, known),
    clean=by(clean_note),
    soft=frozenset({"text", "full", "complete", "whole"}),
    alone=0.6,
)
FILE = CellKind(label="a file name", fit=_share("file"), clean=TEXTS, soft=frozenset({"name"}))
PATH = CellKind(
    label="a path",
    fit=_share("path", "file"),
    clean=TEXTS,
    soft=frozenset({"path", "full", "relative"}),
    alone=0.55,
    plain=True,
)
