"""The sample workflows of a new workspace, and the disturbing work of one of them (cassette ``0-sample-workflows``).

"Create company when adding a new person": a new person with a company-like e-mail domain is put into a company named after
it, seconds later and over the company that was sent. Soft-deleting the workflow ends that. There is no timer: what is due is
done when the next request comes, which from outside is the same.
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
        """Put the two workflows, both active, into a new workspace."""
        workflows, versions = self._workspace.object("workflow"), self._workspace.object("workflowVersion")
        for position, name in enumerate(NAMES):
            workflow_id, version_id = new_uuid(), new_uuid()
            self._insert(
                workflows,
                {
                    "id": workflow_id,
                    "name": name,
                    "statuses": ["ACTIVE"],
                    "lastPublishedVersionId": version_id,
                    "position": position,
                },
            )
            self._insert(
                versions,
                {"id": version_id, "name": "v1", "status": "ACTIVE", "workflowId": workflow_id, "position": position},
            )

    def created(self, item: ObjectType, rows: list[Row]) -> None:
        """Note created records, for which a workflow may be due."""
        if item.name_singular == "person" and self._is_active():
            when = self._clock() + DELAY_SECONDS
            self._due += [(when, row["id"]) for row in rows if _company_domain(row)]

    def run_due(self) -> None:
        """Do what is due by now."""
        while self._due and self._due[0][0] <= self._clock():
            _, person_id = self._due.pop(0)
            self._put_into_company(person_id)

    def _is_active(self) -> bool:
        table = self._workspace.store.table(self._workspace.object("workflow"))
        return any(row["name"] == NAMES[0] and row["deletedAt"] is None and "ACTIVE" in row["statuses"] for row in table)

    def _put_into_company(self, person_id: str) -> None:
        people = self._workspace.store.table(self._workspace.object("person"))
        person = people.get(person_id)
        domain = _company_domain(person) if person else None
        if person is None or domain is None:
            return
        companies = self._workspace.object("company")
        address = {"primaryLinkLabel": "", "primaryLinkUrl": f"https://{domain}", "secondaryLinks": []}
        known = (
            index.holder(address) for index in self._workspace.store.table(companies).uniques if index.column == "domainName"
        )
        company_id = next(known, None)
        if company_id is None:
            company_id = new_uuid()
            self._insert(companies, {"id": company_id, "name": domain.partition(".")[0].capitalize(), "domainName": address})
        changed = person | {"companyId": company_id, "updatedAt": now_text(), "updatedBy": _actor()}
        self._workspace.store.replace(people, person_id, changed)

    def _insert(self, item: ObjectType, values: Row) -> None:
        now = now_text()
        system = {"createdAt": now, "updatedAt": now, "createdBy": _actor(), "updatedBy": _actor()}
        table = self._workspace.store.table(item)
        self._workspace.store.insert(table, empty_row(item) | system | {"position": table.first_position() - 1} | values)


def _company_domain(person: Row) -> str | None:
    domain = str(person["emails"]["primaryEmail"]).rpartition("@")[2]
    return domain if "." in domain and domain not in FREE_MAIL else None


def _actor() -> Row:
    return {"source": "APPLICATION", "workspaceMemberId": None, "name": "Workflow", "context": {}}
