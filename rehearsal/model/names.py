"""Names of objects and fields: which are valid, which the server keeps for itself, and how one is made from a label."""

from __future__ import annotations

import re

MAX_LENGTH = 63
_VALID = re.compile(r"[a-z][a-zA-Z0-9]*\Z")
_WORDS = re.compile(r"[A-Za-z0-9]+")

# Kept by the server, for objects and fields alike, singular and plural.
_RESERVED_WORDS = (
    "address", "currency", "event", "field", "link", "object", "plan", "relation", "role", "type", "user", "workspace",
    "job", "search", "featureFlag", "keyValuePair", "appToken", "approvedAccessDomain", "pageLayout", "pageLayoutTab",
    "pageLayoutWidget", "twoFactorMethod", "userWorkspace", "userWorkspaceRole", "billingCustomer",
    "billingEntitlement", "billingMeter", "billingProduct", "billingSubscription", "billingSubscriptionItem",
)  # fmt: skip
_RESERVED_AS_THEY_ARE = ("index", "aggregate", "fullNames")

BAD_NAME = "Name is not valid: it must start with lowercase letter and contain only alphanumeric letters"
TOO_LONG = "Name is too long"
CONJUNCTIONS = ("and", "or", "not")  # words of filters: refused as field names before anything else is looked at
RESERVED_NAME = 'This name is reserved. Use a different name or the system will add "Custom" suffix.'


def plural(word: str) -> str:
    """Return the English plural of a word: ``address`` → ``addresses``, ``currency`` → ``currencies``."""
    if word.endswith(("s", "ch", "sh", "x")):
        return word + "es"
    if word.endswith("y") and word[-2] not in "aeiou":
        return word[:-1] + "ies"
    return word + "s"


RESERVED = frozenset({*_RESERVED_WORDS, *map(plural, _RESERVED_WORDS), *_RESERVED_AS_THEY_ARE})


def name_problems(name: str) -> list[str]:
    """Return the objections of the server to a name; empty when nothing (cassettes ``metadata-objects``,
    ``metadata-field-errors``).
    """
    problems = []
    if len(name) > MAX_LENGTH:
        problems.append(TOO_LONG)
    if not _VALID.match(name):
        problems.append(BAD_NAME)
    if name in RESERVED:
        problems.append(RESERVED_NAME)
    return problems


def name_of_label(label: str) -> str:
    """Return the name made from a label: ``Treatment Plans`` → ``treatmentPlans`` (cassette ``metadata-relations``)."""
    words = _WORDS.findall(label)
    return "".join(word[0].lower() + word[1:] if not i else word[0].upper() + word[1:] for i, word in enumerate(words))


def label_of_name(name: str) -> str:
    """Return a label for a name: ``jobTitle`` → ``Job Title``."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return spaced[:1].upper() + spaced[1:]
