"""Patients who are in the workspace already, before anything is written: certain and doubtful ones. Pure.

The rule is that of `consumers.sync.pairing`: the same PbN id is the same person, who is adopted, and so is the same primary
e-mail with the same name. All else that looks alike is a doubtful case for the operator; no record is merged on a guess. Ids
and reason codes only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from projections.types.phones import dialled


class Likeness(StrEnum):
    """Why a patient and a person in the workspace may be the same."""

    SAME_PBN_ID = "same_pbn_id"
    SAME_PBN_ID_IN_TRASH = "same_pbn_id_in_trash"
    SAME_EMAIL_AND_NAME = "same_email_and_name"
    SAME_EMAIL_OTHER_NAME = "same_email_other_name"
    SAME_EMAIL_IN_TRASH = "same_email_in_trash"
    SAME_EMAIL_OTHER_PBN_ID = "same_email_other_pbn_id"
    SAME_NAME_AND_BIRTH_DATE = "same_name_and_birth_date"
    SAME_NAME_AND_PHONE = "same_name_and_phone"


WHAT_HAPPENS: Mapping[Likeness, str] = {
    Likeness.SAME_PBN_ID: "adopted: an earlier project made it; keeps its id and what people wrote there",
    Likeness.SAME_PBN_ID_IN_TRASH: "adopted: restored from Twenty's trash, where an earlier project's person lies",
    Likeness.SAME_EMAIL_AND_NAME: "adopted: keeps its id and what people wrote there",
    Likeness.SAME_EMAIL_OTHER_NAME: "keeps the address; the patient is made beside it and waits for the address",
    Likeness.SAME_EMAIL_IN_TRASH: "holds the address in Twenty's trash; the patient waits until it is restored or destroyed",
    Likeness.SAME_EMAIL_OTHER_PBN_ID: "is another practice's patient and keeps the address; ours waits for it",
    Likeness.SAME_NAME_AND_BIRTH_DATE: "a second person will be made; give it the patient's e-mail first if it is the patient",
    Likeness.SAME_NAME_AND_PHONE: "a second person will be made; give it the patient's e-mail first if it is the patient",
}


_ADOPTED = frozenset({Likeness.SAME_PBN_ID, Likeness.SAME_PBN_ID_IN_TRASH, Likeness.SAME_EMAIL_AND_NAME})


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPatient:
    """A patient who is not in Twenty yet: name as first and last, the address that will be theirs, numbers in E.164."""

    pbn_id: str
    name: str
    primary: str | None
    phones: tuple[str, ...] = ()
    birth_date: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A patient and a person in the workspace who are, or may be, the same."""

    pbn_id: str
    twenty_id: str
    likeness: Likeness

    @property
    def adopted(self) -> bool:
        """Return whether the person is taken for the patient; the others are doubtful cases."""
        return self.likeness in _ADOPTED


def meetings(patients: Sequence[NewPatient], people: Iterable[Mapping[str, Any]]) -> list[Meeting]:
    """Return every adoption first, then every doubtful case, each in the order of the patients. `people` are images of
    persons whom we did not write.
    """
    by_mail: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    by_name: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    by_pbn_id: dict[str, Mapping[str, Any]] = {}
    for image in people:
        if image.get("pbnId"):
            by_pbn_id[image["pbnId"]] = image
        emails = image.get("emails") or {}
        if emails.get("primaryEmail"):
            by_mail[emails["primaryEmail"].casefold()].append(image)
        if name_key(image.get("name")):
            by_name[name_key(image.get("name"))].append(image)
    found: list[Meeting] = []
    for patient in patients:
        met: dict[str, Likeness] = {}
        earlier = by_pbn_id.get(patient.pbn_id)
        if earlier is not None:
            met[earlier["id"]] = Likeness.SAME_PBN_ID_IN_TRASH if earlier.get("deletedAt") else Likeness.SAME_PBN_ID
        for image in by_mail.get((patient.primary or "\n").casefold(), ()):
            met.setdefault(image["id"], _by_email(patient, image))
        for image in by_name.get(plain(patient.name), ()):
            likeness = _by_name(patient, image)
            if likeness and not image.get("deletedAt"):
                met.setdefault(image["id"], likeness)
        found += [Meeting(pbn_id=patient.pbn_id, twenty_id=identity, likeness=likeness) for identity, likeness in met.items()]
    return sorted(found, key=lambda one: not one.adopted)


def name_key(name: Any) -> str:
    """Return a FULL_NAME, blind to case and blanks."""
    return plain(f"{name.get('firstName') or ''} {name.get('lastName') or ''}") if isinstance(name, Mapping) else ""


def plain(name: str) -> str:
    """Return a name in one text, blind to case and blanks."""
    return " ".join(name.split()).casefold()


def _by_email(patient: NewPatient, image: Mapping[str, Any]) -> Likeness:
    if image.get("deletedAt"):
        return Likeness.SAME_EMAIL_IN_TRASH
    if image.get("pbnId"):
        return Likeness.SAME_EMAIL_OTHER_PBN_ID
    same_name = name_key(image.get("name")) == plain(patient.name)
    return Likeness.SAME_EMAIL_AND_NAME if same_name else Likeness.SAME_EMAIL_OTHER_NAME


def _by_name(patient: NewPatient, image: Mapping[str, Any]) -> Likeness | None:
    born = image.get("dateOfBirth")
    if born and patient.birth_date and str(born)[:10] == patient.birth_date.isoformat():
        return Likeness.SAME_NAME_AND_BIRTH_DATE
    phones = image.get("phones") or {}
    number = dialled(phones.get("primaryPhoneNumber"), phones.get("primaryPhoneCallingCode"))
    return Likeness.SAME_NAME_AND_PHONE if number and number in patient.phones else None
