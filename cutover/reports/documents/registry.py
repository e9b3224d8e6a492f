"""The type of each command's document, by the words of the command."""

from __future__ import annotations

from typing import Any, Final

from cutover.reports.documents.approvals import AcceptedSample, GoLiveDocument, RejectedSample, SampleDocument
from cutover.reports.documents.audit import AuditDocument
from cutover.reports.documents.deliveries import DeliveriesDocument, VoidDocument
from cutover.reports.documents.differences import DifferencesDocument
from cutover.reports.documents.estimate import EstimateDocument
from cutover.reports.documents.failure import FailureDocument
from cutover.reports.documents.log import EventsDocument, ExportDocument, VerifyDocument
from cutover.reports.documents.mapping import (
    ApprovedMapping,
    ChangedMapping,
    ClearedColumns,
    ExportedMapping,
    ProposedMapping,
    ShownMapping,
)
from cutover.reports.documents.oversight.conflicts import ConflictsDocument, ResolvedDocument, ShownConflictsDocument
from cutover.reports.documents.oversight.dead_letters import DeadLettersDocument, DismissedDocument, ShownLettersDocument
from cutover.reports.documents.oversight.doctor import DoctorDocument
from cutover.reports.documents.oversight.forget import Certificate
from cutover.reports.documents.oversight.identities import DecidedDocument, IdentitiesDocument
from cutover.reports.documents.oversight.reconcile import ReconcileDocument
from cutover.reports.documents.oversight.status import StatusDocument
from cutover.reports.documents.oversight.trace import TraceDocument
from cutover.reports.documents.projects import DemoDocument, NewProject, ServedWorkspace
from cutover.reports.documents.replay import ReplayDocument
from cutover.reports.documents.rollback import RollbackDocument
from cutover.reports.documents.runs import RunDocument, StoppedFollower
from cutover.reports.documents.schema import AppliedDocument, DriftDocument, PlanDocument, RoleDocument
from cutover.reports.documents.workflows import WorkflowsDocument

DOCUMENTS: Final[dict[str, Any]] = {
    "audit": AuditDocument,
    "conflicts list": ConflictsDocument,
    "conflicts resolve": ResolvedDocument,
    "conflicts show": ShownConflictsDocument,
    "consume": RunDocument | StoppedFollower,
    "dead-letters dismiss": DismissedDocument,
    "dead-letters list": DeadLettersDocument,
    "dead-letters retry": RunDocument,
    "dead-letters show": ShownLettersDocument,
    "demo": DemoDocument,
    "diff": DifferencesDocument,
    "doctor": DoctorDocument,
    "estimate": EstimateDocument,
    "extract list": DeliveriesDocument,
    "extract void": VoidDocument,
    "forget": Certificate,
    "go-live": GoLiveDocument,
    "identities decide": DecidedDocument,
    "identities list": IdentitiesDocument,
    "init": NewProject,
    "log export": ExportDocument,
    "log show": EventsDocument,
    "log tail": EventsDocument,
    "log verify": VerifyDocument,
    "map approve": ApprovedMapping,
    "map clear": ClearedColumns,
    "map accept": ChangedMapping,
    "map code": ChangedMapping,
    "map custom": ChangedMapping,
    "map export": ExportedMapping,
    "map ignore": ChangedMapping,
    "map object": ChangedMapping,
    "map propose": ProposedMapping,
    "map set": ChangedMapping,
    "map show": ShownMapping,
    "produce": RunDocument,
    "reconcile": ReconcileDocument,
    "rehearse": ServedWorkspace,
    "replay": ReplayDocument,
    "rollback": RollbackDocument,
    "sample": SampleDocument,
    "sample accept": AcceptedSample,
    "sample reject": RejectedSample,
    "schema apply": AppliedDocument,
    "schema check": DriftDocument,
    "schema plan": PlanDocument,
    "schema role": RoleDocument,
    "status": StatusDocument,
    "sync": RunDocument | StoppedFollower,
    "trace": TraceDocument,
    "workflows": WorkflowsDocument,
}

OF_EVERY_COMMAND: Final[dict[str, Any]] = {"error": FailureDocument}
"""Documents that any command may print: its error, where it ends without an answer."""
