"""A small practice beside a rehearsal workspace: change events in, `sync`, people's edits in Twenty, `rollback`.

    bench.deliver(patient("1", "Ada", "Quist", mail="ada@x.example"), appointment("7", of="1"))
    bench.sync()
    bench.edit("people", patient_id("1"), {"city": "Bend"})

Requests are carried to the workspace within this process; over HTTP where faults break connections or several requests are in
flight. A bench can be killed (`bench.fate`) between any two durable steps; `reopened` gives a fresh one over the same log, keys
and workspace.
"""

from tests.consumers.workbench.bench import Bench, killed_after
from tests.consumers.workbench.host import DENTIST, KEY, OWNER, Host
from tests.consumers.workbench.observations import SERVERS_OWN, Observations
from tests.consumers.workbench.records import (
    FERN,
    MAPPING,
    MASTER,
    PLURALS,
    TAKEN,
    appointment,
    claim,
    document,
    family,
    id_of,
    later,
    link_id,
    note,
    patient,
    patient_id,
    plan,
    practice,
    task_id,
)
from tests.consumers.workbench.watched import Fate, Killed, WatchedLog, WatchedTransport, WatchedView

__all__ = [
    "DENTIST",
    "FERN",
    "KEY",
    "MAPPING",
    "MASTER",
    "OWNER",
    "PLURALS",
    "SERVERS_OWN",
    "TAKEN",
    "Bench",
    "Fate",
    "Host",
    "Killed",
    "Observations",
    "WatchedLog",
    "WatchedTransport",
    "WatchedView",
    "appointment",
    "claim",
    "document",
    "family",
    "id_of",
    "killed_after",
    "later",
    "link_id",
    "note",
    "patient",
    "patient_id",
    "plan",
    "practice",
    "task_id",
]
