"""Names that operators meet (reason codes, topics, decisions, fields of Twenty) stand in the documentation."""

import pytest

from consumers.data_model.applying.holdings import HoldingReason
from consumers.journal.three_way import Policy
from consumers.twenty.transport.errors import Refusal
from cutover.reports.reasons import REASONS
from events.compensations import INVERSE, Phase
from events.decisions import Decided
from events.log.port import TOPICS
from events.vocabulary.entities import Entity
from events.vocabulary.mapping import ColumnMapping
from producers.values import reasons
from projections.destination import destination, destination_fields
from tests.docs.documents import doc

VALUE_REASONS = [value for name, value in vars(reasons).items() if name.isupper()]
NAMES = [
    ("troubleshooting.md", VALUE_REASONS),
    ("troubleshooting.md", [kind.value for kind in Refusal]),
    ("troubleshooting.md", list(REASONS)),
    ("rollback.md", [kind.value for kind in HoldingReason]),
    ("conflicts.md", [policy.value for policy in Policy]),
    ("events.md", [decided.value for decided in Decided]),
    ("events.md", [phase.value for phase in Phase]),
    ("events.md", [action.value for action in INVERSE]),
    ("events.md", list(TOPICS)),
    ("destination.md", [entity.value for entity in Entity]),
    ("architecture.md", list(destination().write_order)),
]


@pytest.mark.parametrize(("file", "names"), NAMES)
def test_names_stand_in_the_document_about_them(file, names):
    assert names
    assert [n for n in names if f"`{n}`" not in doc(file)] == []


def test_every_field_that_twenty_gets_is_in_the_destination():
    document = doc("destination.md")
    for field in destination_fields(ColumnMapping(practice="riverside")):
        section = document if field.name in ("pbnId", "taskType") else document.split("## Values")[0]
        assert f"`{field.name}`" in section, field
        if not destination().objects[field.object].standard and field.type != "RELATION" and field.name != "pbnId":
            assert field.label in section, field
