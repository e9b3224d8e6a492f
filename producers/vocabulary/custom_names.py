"""Names of custom fields: camelCase of the header's words, out of the way of what Twenty and the field map already use.

The reserved names and the fields every object has were recorded from a Twenty 2.21 server. The standard fields of an object and
those that the field map gives it stand in the module of the table (`producers.entities`).
"""

from __future__ import annotations

from collections.abc import Collection

from producers.vocabulary.headers import split_words

_RESERVED = """
    address addresses currency currencies event events field fields link links object objects plan plans relation relations role
    roles type types user users workspace workspaces job jobs search searches featureFlag featureFlags keyValuePair
    keyValuePairs appToken appTokens approvedAccessDomain approvedAccessDomains pageLayout pageLayouts pageLayoutTab
    pageLayoutTabs pageLayoutWidget pageLayoutWidgets twoFactorMethod twoFactorMethods userWorkspace userWorkspaces
    userWorkspaceRole userWorkspaceRoles billingCustomer billingCustomers billingEntitlement billingEntitlements
    billingMeter billingMeters billingProduct billingProducts billingSubscription billingSubscriptions
    billingSubscriptionItem billingSubscriptionItems index indexes aggregate aggregates fullName fullNames
    id createdAt updatedAt deletedAt createdBy updatedBy position searchVector name attachments noteTargets taskTargets
    timelineActivities pbnId favorites
"""

_LONGEST = 54
"""Letters of a name before its suffix; Twenty takes 63 in all."""

_BLOCKED = frozenset(word.casefold() for word in _RESERVED.split())


def camel_case(header: str) -> str:
    """The camelCase of a header's words. A name must begin with a letter: `0-30` becomes `pbn030`, `?` becomes `pbnColumn`."""
    words = split_words(header)
    name = "".join(w.lower() if n == 0 else w.capitalize() for n, w in enumerate(words))
    if not name:
        return "pbnColumn"
    return name if name[0].isalpha() else f"pbn{name}"


def _shortened(header: str) -> str:
    """Return the camelCase of as many of a header's words as a name in Twenty may hold, with room for a suffix."""
    name = camel_case(header)
    words = split_words(header)
    while len(name) > _LONGEST and len(words) > 1:
        words = words[:-1]
        name = camel_case(" ".join(words))
    return name[:_LONGEST]


def free_name(header: str, reserved: Collection[str], taken: Collection[str]) -> str:
    """Return the name for a column's custom field on an object whose fields are `reserved`: the camelCase of its header.

    Where that is reserved or among `taken` (the names of other custom fields on that object), it gets the suffix `Pbn`, then
    `Pbn2`, `Pbn3` …
    """
    blocked = _BLOCKED | {name.casefold() for name in reserved}
    used = {name.casefold() for name in taken}
    name = _shortened(header)
    if name.casefold() not in blocked and name.casefold() not in used:
        return name
    name += "Pbn"
    number, candidate = 2, name
    while candidate.casefold() in used or candidate.casefold() in blocked:
        candidate = f"{name}{number}"
        number += 1
    return candidate
