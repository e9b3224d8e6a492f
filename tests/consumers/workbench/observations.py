"""Observations of a bench: records in Twenty, events in the log; and edits by people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from consumers.rollback.chains import NOTHING
from consumers.twenty.images import Image
from consumers.twenty.workspace import Workspace
from events.change_events import read_change
from events.compensations import Body, Compensation, Phase, body_of, read_compensation
from events.dead_letters import DeadLetter, read_dead_letter
from events.log.port import CHANGES, COMPENSATIONS, DEAD_LETTERS, read_all
from tests.consumers.workbench.host import Client, transport_to
from tests.consumers.workbench.records import PLURALS, patient_id, task_id

SERVERS_OWN = frozenset({"updatedAt", "updatedBy", "position", "searchVector"})
"""Columns that only the server writes: a rollback cannot give them back."""


class Observations:
    """The workspace and the log of a bench as a test sees them, and the edits of people in the workspace."""

    @property
    def twenty(self) -> Workspace:
        """Return Twenty as people use it, beside our client."""
        if self._twenty is None:
            self._twenty = Client(self.peoples_url, self._data_model, transport=transport_to(self.peoples_url))
        return self._twenty

    def edit(self, plural: str, identity: str, values: Mapping[str, Any]) -> None:
        """Change a record as a person does."""
        self.twenty.update(plural, identity, values)

    def add(self, plural: str, **values: Any) -> str:
        """Make a record as a person does; gives its id."""
        identity = str(UUID(bytes=self.world.new_id()))
        self.twenty.create(plural, [{"id": identity, **values}])
        return identity

    def read(self, plural: str, identity: str) -> Image:
        """Return Twenty's record, soft-deleted or not."""
        return self.twenty.read(plural, [identity], deleted=True)[identity]

    def has(self, plural: str, identity: str) -> bool:
        """Return whether Twenty has a record that nobody deleted."""
        return identity in self.twenty.read(plural, [identity])

    def person(self, native: str) -> Image:
        return self.read("people", patient_id(native))

    def mails(self, native: str) -> tuple[str, list[str]]:
        """Return a patient's primary e-mail in Twenty, and the others."""
        emails = self.person(native)["emails"]
        return emails["primaryEmail"], emails["additionalEmails"]

    def links(self, task: str) -> list[str]:
        """Return the people that an appointment is linked to."""
        found = self.twenty.find("taskTargets", {"taskId": {"eq": task_id(task)}}, fields=("id", "targetPersonId"))
        return [link["targetPersonId"] for link in found]

    def content(self, *, without: frozenset[str] = SERVERS_OWN | {"createdAt"}) -> dict[str, dict[str, Image]]:
        """Return everything in the workspace: object → id → image. Soft-deleted records are told by a bare `deletedAt`."""
        everything = {
            plural: ({"or": [{"deletedAt": {"is": "NULL"}}, {"deletedAt": {"is": "NOT_NULL"}}]}, None) for plural in PLURALS
        }
        found = self.twenty.find_several(everything)  # type: ignore[arg-type]
        return {name: {image["id"]: _bare(image, without) for image in images} for name, images in found.items()}

    # The log

    def compensations(self) -> Iterator[Compensation]:
        """Yield every compensation, oldest first."""
        for entry in read_all(self.log, COMPENSATIONS):
            yield read_compensation(entry.value)

    def body(self, event: Compensation) -> Body:
        return body_of(event, self.keys)

    def letters(self) -> list[DeadLetter]:
        """Return every dead letter, oldest first."""
        return [read_dead_letter(entry.value) for entry in read_all(self.log, DEAD_LETTERS)]

    def open_intents(self) -> set[bytes]:
        """Return intents that nothing has settled."""
        intended, settled = set(), set()
        for event in self.compensations():
            (intended if event.phase is Phase.INTENDED else settled).add(event.intent_id)
        return intended - settled

    def waiting(self) -> dict[str, str]:
        """Return records that are kept back: their Twenty id → the reason."""
        return {str(UUID(bytes=h.record_id)): h.reason or "" for h in self.view.kept_back()}

    def lag(self) -> int:
        """Change events that are not consumed yet."""
        return self.log.ends(CHANGES)[0] - self.log.committed(self.group, CHANGES)[0]

    def events(self) -> int:
        return sum(self.log.ends(topic)[0] for topic in (CHANGES, COMPENSATIONS, DEAD_LETTERS))

    def revision(self, identity: str) -> int:
        """Return the newest revision of a record in the log."""
        found = [read_change(e.value) for e in read_all(self.log, CHANGES)]
        return max(e.revision for e in found if e.record_id == UUID(identity).bytes)

    def undone_intents(self) -> set[bytes]:
        """Return intents that were taken back."""
        undone = (event for event in self.compensations() if event.phase is Phase.UNDONE)
        return {intent for event in undone for intent in event.undoes if intent != NOTHING}

    def live_creates(self) -> Counter[str]:
        """Return for each Twenty id: how many of its creations stand (applied, and not taken back)."""
        undone = self.undone_intents()
        applied = {e.intent_id for e in self.compensations() if e.phase is Phase.APPLIED} - undone
        return Counter(
            str(UUID(bytes=e.twenty_id))
            for e in self.compensations()
            if e.phase is Phase.INTENDED and e.intent_id in applied and e.action.value == "CREATE"
        )


def _bare(image: Image, without: frozenset[str]) -> Image:
    bare = {name: value for name, value in image.items() if name not in without}
    if isinstance(bare.get("file"), list):
        bare["file"] = [part["label"] for part in bare["file"]]  # an upload gets a new id each time
    return {**bare, "deletedAt": bool(image.get("deletedAt"))}
