"""Patients, who come in households: one address, a home phone, an e-mail that parents and children share, and one who pays."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cutover.demo_practice.practice import words
from cutover.demo_practice.practice.chance import some_time_before
from cutover.demo_practice.practice.model import Clinician, Patient

SIZES = (1, 1, 1, 2, 2, 3, 3, 4, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Common facts of the members of one household."""

    last: str
    street: str
    unit: str
    town: str
    postcode: str
    phone: str


def new_patients(
    chance: random.Random, ids: Iterator[str], count: int, taken_at: datetime, providers: Sequence[Clinician]
) -> list[Patient]:
    """Invent so many patients, household after household."""
    patients: list[Patient] = []
    while len(patients) < count:
        size = min(chance.choice(SIZES), count - len(patients))
        patients += household(chance, ids, size, taken_at, providers)
    return patients


def household(
    chance: random.Random, ids: Iterator[str], size: int, taken_at: datetime, providers: Sequence[Clinician]
) -> list[Patient]:
    """Invent one household: a guarantor, often a second adult, and children. The guarantor comes first."""
    home = new_home(chance)
    provider = chance.choice(providers).code
    guarantor = member(chance, next(ids), home, None, taken_at, provider, grown_up=True)
    family = [guarantor]
    shared = _family_address(chance, guarantor) if size > 2 and chance.random() < 0.2 else guarantor.email
    for place in range(1, size):
        grown_up = place == 1 and chance.random() < 0.85
        one = member(chance, next(ids), home, guarantor.id, taken_at, provider, grown_up=grown_up, email=shared)
        family.append(one)
    return family


def member(
    chance: random.Random,
    native_id: str,
    home: Home,
    guarantor_id: str | None,
    taken_at: datetime,
    provider: str,
    *,
    grown_up: bool,
    email: str | None = None,
) -> Patient:
    """Invent one patient of a household. `email` is the household's; adults have their own as often as not."""
    today = taken_at.date()
    first = chance.choice(words.GROWN_UPS if grown_up else words.CHILDREN)
    entered = today - timedelta(days=chance.randint(3, 3000))
    own = address_of(chance, first, home.last, native_id)
    if email is None:
        email = own if chance.random() < 0.93 else ""
    elif grown_up:
        email = chance.choice((own, own, email, email, ""))
    elif chance.random() < 0.2:
        email = ""
    return Patient(
        id=native_id,
        guarantor_id=guarantor_id or native_id,
        first=first,
        last=home.last,
        birth=None if chance.random() < 0.02 else _birth(chance, today, grown_up=grown_up),
        street=home.street,
        unit=home.unit,
        town=home.town,
        state="CO",
        postcode=home.postcode,
        mobile=phone_number(chance) if grown_up or chance.random() < 0.15 else "",
        home=home.phone,
        work=phone_number(chance) if grown_up and chance.random() < 0.25 else "",
        email=email,
        provider=provider if chance.random() < 0.96 else "",
        carrier=chance.choice(words.CARRIERS) if chance.random() < 0.88 else "",
        heard=chance.choice(words.HEARD) if chance.random() < 0.8 else "",
        status=chance.choice(words.PATIENT_STATUSES),
        entered=entered,
        changed=some_time_before(chance, taken_at, max(1, min(700, (today - entered).days))),
        coordinator=chance.choice((*words.COORDINATORS, "")),
        recall=chance.choice((*words.RECALLS, "")),
        last_cleaning=today - timedelta(days=chance.randint(10, 1200)) if chance.random() < 0.8 else None,
        hipaa_consent=entered + timedelta(days=chance.randint(0, 2)) if chance.random() < 0.85 else None,
        bonus_points=chance.randint(0, 90) * 25 if chance.random() < 0.7 else None,
        nitrous_ok=chance.choice((True, False)) if chance.random() < 0.6 else None,
        aligner_start=today - timedelta(days=chance.randint(20, 900)) if chance.random() < 0.2 else None,
        comfort=chance.choice(words.COMFORTS) if chance.random() < 0.5 else "",
    )


def new_home(chance: random.Random, last: str | None = None) -> Home:
    """Return an address and a home phone (many have none) for people of that name."""
    town, postcode = chance.choice(words.TOWNS)
    return Home(
        last=last or chance.choice(words.LAST_NAMES),
        street=f"{chance.randint(100, 9899)} {chance.choice(words.STREETS)}",
        unit=f"Unit {chance.randint(1, 48)}" if chance.random() < 0.25 else "",
        town=town,
        postcode=postcode,
        phone=phone_number(chance) if chance.random() < 0.6 else "",
    )


def home_of(patient: Patient) -> Home:
    """Return the home of a patient, for those who join the household."""
    return Home(
        last=patient.last,
        street=patient.street,
        unit=patient.unit,
        town=patient.town,
        postcode=patient.postcode,
        phone=patient.home,
    )


def phone_number(chance: random.Random) -> str:
    """Return ten digits among those kept for invented people, 555-0100 to 555-0199."""
    return f"{chance.choice(words.AREA_CODES)}55501{chance.randint(0, 99):02}"


def address_of(chance: random.Random, first: str, last: str, native_id: str) -> str:
    """Return an e-mail address of one's own; some people type it in capitals."""
    address = f"{_plain(first)}.{_plain(last)}{native_id}@{chance.choice(words.MAIL_HOSTS)}"
    return address.upper() if chance.random() < 0.06 else address


def _family_address(chance: random.Random, guarantor: Patient) -> str:
    return f"{_plain(guarantor.last)}.family{guarantor.id}@{chance.choice(words.MAIL_HOSTS)}"


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.replace("ø", "o").replace("Ø", "O"))
    return "".join(c for c in letters if c.isascii() and c.isalpha()).lower()


def _birth(chance: random.Random, today: date, *, grown_up: bool) -> date:
    years = chance.randint(22, 84) if grown_up else chance.randint(2, 16)
    return today - timedelta(days=years * 365 + chance.randint(0, 364))
