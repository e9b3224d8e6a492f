"""Names that a custom field cannot have in Twenty: words that it reserves, fields of every object, fields of one object.

The words and the fields of every object were recorded from a Twenty 2.21 server.
"""

from __future__ import annotations

from collections.abc import Iterator

from events.vocabulary.custom_names import CustomNames, UsedNames
from projections.custom_objects import OWN_FIELDS
from projections.registry import DESTINATIONS
from projections.spec import DestinationSpec, TwentyObject

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
_OBJECTS = """
    person people company companies opportunity opportunities task tasks note notes attachment attachments message messages
    workflow workflows dashboard dashboards view views workspaceMember workspaceMembers calendar calendars webhook webhooks
    apiKey apiKeys blocklist blocklists file files report reports activity activities connectedAccount connectedAccounts
    noteTarget noteTargets taskTarget taskTargets timelineActivity timelineActivities
"""
"""The objects that Twenty ships or may ship, and that no custom object is named after."""


def custom_names() -> CustomNames:
    """Return the names in use on the object of each entity that has one."""
    known = [spec for spec in DESTINATIONS if spec.object is not None]
    objects = {name for spec in known if spec.object is not None for name in (spec.object.singular, spec.object.plural)}
    return CustomNames(
        used={spec.entity: _used(spec.object) for spec in known if spec.object is not None},
        objects=frozenset({*_RESERVED.split(), *_OBJECTS.split(), *objects}),
        of_objects=frozenset({*_RESERVED.split(), *OWN_FIELDS}),
    )


def _used(of: TwentyObject) -> UsedNames:
    names = {name for spec in DESTINATIONS for name in _fields(spec, of)}
    return UsedNames(of.singular, frozenset({*_RESERVED.split(), *of.other_fields, *names}))


def _fields(spec: DestinationSpec, of: TwentyObject) -> Iterator[str]:
    """Yield the fields that an entity gives an object: its own ones, and the back fields of relations to the object."""
    if spec.object == of:
        yield from (field.name for field in spec.fields)
    for relation in spec.relations:
        if relation.object == of.singular:
            yield from (relation.name, f"{relation.name}Id")
        if relation.target == of.singular and spec.object is not None:
            yield spec.object.plural
