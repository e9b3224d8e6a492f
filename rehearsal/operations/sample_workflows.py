"""The sample workflows of a new workspace, and the disturbing work of one of them (cassette ``0-sample-workflows``).

"Create company when adding a new person": a person with a new, company-like e-mail domain is put into a company named after it,
seconds later and over the company that was sent. Soft-deleting the workflow or its trigger ends that. There is no timer: what
is due is done when the next request comes, which from outside is the same.
"""

from __future__ import annotations

from collections.abc import Callable

from rehearsal.model.model import ObjectType
from rehearsal.store.uniqueness import Row
from rehearsal.store.writers import empty_row
from rehearsal.values.clock import now_text
from rehearsal.values.uuids import new_uuid
from rehearsal.workspace.workspace import RehearsalWorkspace

NAMES = ("Create company when adding a new person", "Quick Lead")
EVENT = "DATABASE_EVENT"
TRIGGERS: dict[str, Row] = {
    NAMES[0]: {"type": EVENT, "settings": {"eventName": "person.upserted", "fields": ["emails"]}},
    NAMES[1]: {"type": "MANUAL", "settings": {"availability": {"type": "GLOBAL"}}},
}
SYSTEM: Row = {"source": "SYSTEM", "workspaceMemberId": None, "name": "System", "context": {}}
WORKFLOW: Row = {"source": "WORKFLOW", "workspaceMemberId": None, "name": "Workflow", "context": {}}
APPLICATION: Row = {"source": "APPLICATION", "workspaceMemberId": None, "name": "Standard", "context": {}}
DELAY_SECONDS = 1.5
FREE_MAIL = frozenset(
    {
        *(
            "gmail.com",
            "googlemail.com",
            "yahoo.com",
            "hotmail.com",
            "outlook.com",
            "live.com",
            "msn.com",
            "aol.com",
            "icloud.com",
        ),
        *(
            "me.com",
            "mac.com",
            "proton.me",
            "protonmail.com",
            "gmx.com",
            "gmx.de",
            "web.de",
            "mail.com",
            "yandex.com",
            "zoho.com",
        ),
    }
)


class SampleWorkflows:
    """The worker of one workspace."""

    def __init__(self, workspace: RehearsalWorkspace, clock: Callable[[], float]) -> None:
        self._workspace, self._clock = workspace, clock
        self._due: list[tuple[float, str]] = []  # (when, id of the person)

    def install(self) -> None:
        """Put the two workflows, both active, into a new workspace (`prefill-workflows.util.ts`)."""
        for position, (name, trigger) in enumerate(TRIGGERS.items()):
            workflow_id, version_id = new_uuid(), new_uuid()
            self._insert(
                "workflow",
                {
                    "id": workflow_id,
                    "name": name,
                    "statuses": ["ACTIVE"],
                    "lastPublishedVersionId": version_id,
                    "position": position,
                },
            )
            self._insert(
                "workflowVersion",
                {
                    "id": version_id,
                    "name": "v1",
                    "status": "ACTIVE",
                    "trigger": trigger,
                    "workflowId": workflow_id,
                    "position": position,
                },
            )
            if trigger["type"] == EVENT:
                self._insert(
                    "workflowAutomatedTrigger",
                    {"id": new_uuid(), "type": EVENT, "settings": trigger["settings"], "workflowId": workflow_id},
                )

    def upserted(self, item: ObjectType, rows: list[Row]) -> None:
        """Note records with new e-mails, for which a workflow may be due."""
        if item.name_singular == "person" and self._fires():
            when = self._clock() + DELAY_SECONDS
            self._due += [(when, row["id"]) for row in rows if _company_domain(row)]

    def run_due(self) -> None:
        """Do what is due by now."""
        while self._due and self._due[0][0] <= self._clock():
            _, person_id = self._due.pop(0)
            self._put_into_company(person_id)

    def _fires(self) -> bool:
        """Return whether the workflow runs: its trigger and its published version live, the version active
        (`workflow-database-event-trigger.listener.ts`, `workflow-trigger.job.ts`).
        """
        rows = {row["id"]: row for row in self._live("workflow") if row["name"] == NAMES[0]}
        active = {row["id"] for row in self._live("workflowVersion") if row["status"] == "ACTIVE"}
        triggers = (row["workflowId"] for row in self._live("workflowAutomatedTrigger"))
        return any(one in rows and rows[one]["lastPublishedVersionId"] in active for one in triggers)

    def _live(self, singular: str) -> list[Row]:
        table = self._workspace.store.table(self._workspace.object(singular))
        return [row for row in table if row["deletedAt"] is None]

    def _put_into_company(self, person_id: str) -> None:
        people = self._workspace.store.table(self._workspace.object("person"))
        person = people.get(person_id)
        domain = _company_domain(person) if person else None
        if person is None or domain is None:
            return
        companies = self._workspace.object("company")
        address = {"primaryLinkLabel": domain, "primaryLinkUrl": f"https://{domain}", "secondaryLinks": []}
        known = (
            index.holder(address) for index in self._workspace.store.table(companies).uniques if index.column == "domainName"
        )
        company_id = next(known, None)
        if company_id is None:
            company_id = new_uuid()
            actors = {"createdBy": WORKFLOW, "updatedBy": APPLICATION}
            self._insert("company", {"id": company_id, "name": domain, "domainName": address, **actors})
        changed = person | {"companyId": company_id, "updatedAt": now_text(), "updatedBy": APPLICATION}
        self._workspace.store.replace(people, person_id, changed)
        self._workspace.changed("updated", self._workspace.object("person"), [(person, changed)])

    def _insert(self, singular: str, values: Row) -> None:
        now, item = now_text(), self._workspace.object(singular)
        system = {"createdAt": now, "updatedAt": now, "createdBy": SYSTEM, "updatedBy": SYSTEM}
        table = self._workspace.store.table(item)
        self._workspace.store.insert(table, empty_row(item) | system | {"position": table.first_position() - 1} | values)


def _company_domain(person: Row) -> str | None:
    domain = str(person["emails"]["primaryEmail"]).rpartition("@")[2]
    return domain if "." in domain and domain not in FREE_MAIL else None
