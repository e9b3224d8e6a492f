"""The placeholders of a rule's template, as in `{FirstName}`, and which of Twenty's fields stands for each."""

from __future__ import annotations

import re

from producers.vocabulary.headers import meaning

_OF_PERSON = "the Person's"
_PLACEHOLDERS: tuple[tuple[str, str], ...] = (
    ("first name|first|patient first name|patient first|given name", f"{_OF_PERSON} `name.firstName`"),
    ("last name|last|patient last name|patient last|surname", f"{_OF_PERSON} `name.lastName`"),
    ("name|patient name|patient|full name", f"{_OF_PERSON} `name.firstName` and `name.lastName`"),
    ("email|patient email", f"{_OF_PERSON} `emails.primaryEmail`"),
    ("birth date|birthday|date birth|date of birth", f"{_OF_PERSON} `dateOfBirth`"),
    (
        "appointment date|date|visit date|appointment day|day",
        "the Task's `dueAt` (its date; UTC, so a Code step turns it into local time)",
    ),
    (
        "appointment time|time|visit time|start time",
        "the Task's `dueAt` (its time; UTC, so a Code step turns it into local time)",
    ),
    ("appointment date time|date time|appointment", "the Task's `dueAt` (UTC, so a Code step turns it into local time)"),
    ("appointment type|visit type|procedure", "the Task's `appointmentType`"),
    ("provider|provider name|doctor|doctor name|dentist", "the Task's `assignee` (their name); of a Person, `primaryProvider`"),
    ("practice|practice name|office|office name|clinic|clinic name|location", "the Company's `name`, or the name written out"),
    (
        "balance|amount|amount due|balance due",
        "the Billing Record's `outstandingBalance.amountMicros` (a Code step divides it by 1,000,000)",
    ),
    ("carrier|insurance|insurance carrier", f"{_OF_PERSON} `insuranceCarrier`"),
    (
        "recall date|due date|recall due date|last cleaning date",
        f"{_OF_PERSON} custom field of that meaning, if the practice has one",
    ),
)
_FIELD_OF = {word: field for words, field in _PLACEHOLDERS for word in words.split("|")}
_PLACEHOLDER = re.compile(
    r"\{\{\s*([^{}\n]{1,40}?)\s*\}\}|\{([^{}\n]{1,40})\}|\[\[?([A-Za-z][\w .-]{1,38})\]\]?|<([A-Za-z]\w{1,38})>|%(\w{2,38})%"
)


def placeholders(template: str) -> tuple[tuple[str, str], ...]:
    """Return each placeholder of a template, as it is written there, with what to put in its place."""
    found: dict[str, str] = {}
    for match in _PLACEHOLDER.finditer(template):
        name = meaning(next(group for group in match.groups() if group))
        if name in _FIELD_OF:
            found[match[0]] = _FIELD_OF[name]
        elif re.search(r"link|url|phone|address|website", name):
            found[match[0]] = "not in Twenty: write it out in the message"
        else:
            found[match[0]] = "not known; ask the practice what stands here"
    return tuple(found.items())
