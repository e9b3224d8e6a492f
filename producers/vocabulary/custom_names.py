"""Names of custom fields: camelCase of the header's words, out of the way of what Twenty and the field map already use.

The reserved names and the fields every object has were recorded from a Twenty 2.21 server; the others are the standard fields
of the object and those the field map gives it.
"""

from __future__ import annotations

from collections.abc import Collection

from events.vocabulary.entities import Entity
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

_OF_OBJECT = {
    "person": """emails email phones phone mailingAddress dateOfBirth company companyId primaryProvider primaryProviderId
        insuranceCarrier referralSource patientStatus originalCreateDate originalModifiedDate jobTitle city avatarUrl avatarFile
        intro linkedinLink xLink whatsapp workPreference performanceRating calendarEventParticipants listMemberships
        messageParticipants pointOfContactForOpportunities treatmentPlans billingRecords insuranceClaims""",
    "task": """title body bodyV2 dueAt status assignee assigneeId taskType appointmentType appointmentStatus
        originalAppointmentDate originalCreateDate channel deliveryStatus""",
    "note": "title body bodyV2 originalCreateDate originalAuthor",
    "treatmentPlan": """patient patientId status estimatedCost actualCost procedureCode toothSurface surfaceFee lineItemCount
        lineItems originalCreateDate""",
    "billingRecord": "patient patientId outstandingBalance paymentPlanStatus lastPaymentDate asOfDate",
    "insuranceClaim": """patient patientId status submittedAmount paidAmount adjustmentAmount carrier serviceDate""",
    "attachment": """file fileCategory fullPath author authorId originalCreateDate targetPerson targetPersonId targetCompany
        targetCompanyId targetTask targetTaskId targetNote targetNoteId targetDashboard targetDashboardId targetOpportunity
        targetOpportunityId targetWorkflow targetWorkflowId targetTreatmentPlan targetTreatmentPlanId targetBillingRecord
        targetBillingRecordId targetInsuranceClaim targetInsuranceClaimId""",
}

OBJECT_OF: dict[Entity, str] = {
    Entity.PATIENT: "person",
    Entity.APPOINTMENT: "task",
    Entity.COMMUNICATION: "task",
    Entity.NOTE: "note",
    Entity.TREATMENT_PLAN: "treatmentPlan",
    Entity.BILLING: "billingRecord",
    Entity.CLAIM: "insuranceClaim",
    Entity.DOCUMENT: "attachment",
}
"""The Twenty object that holds an entity's records (field map)."""

_LONGEST = 54
"""Letters of a name before its suffix; Twenty takes 63 in all."""

_BLOCKED = {name: frozenset(word.casefold() for word in (_RESERVED + fields).split()) for name, fields in _OF_OBJECT.items()}


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


def free_name(header: str, entity: Entity, taken: Collection[str]) -> str:
    """The name for a column's custom field on the object of `entity`: its camelCase, or, where that is reserved or among
    `taken` (the names of other custom fields on that object), the same with the suffix `Pbn`, then `Pbn2`, `Pbn3` …
    """
    blocked = _BLOCKED[OBJECT_OF[entity]]
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
