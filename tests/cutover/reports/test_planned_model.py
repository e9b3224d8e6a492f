"""A planned data model as `schema plan --json` has it."""

from consumers.data_model.planning.compare import Kind
from consumers.data_model.planning.inspection import Inspection
from consumers.data_model.planning.plan import plan
from consumers.data_model.planning.preflight import Lack
from cutover.reports.planned_model import inspected_server, plan_item
from events.vocabulary.entities import Entity
from events.vocabulary.mapping import ColumnMapping, FieldType, Vocabulary
from tests.consumers.data_model.models import metadata

WORDS = ("Delta Dental", "Aetna, Inc.")
MAPPING = ColumnMapping(
    practice="riverside",
    vocabularies=(Vocabulary(entity=Entity.PATIENT, field="insurance_carrier", type=FieldType.SELECT, words=WORDS),),
)


def items():
    return [plan_item(item) for item in plan(metadata(), MAPPING).items]


def test_options_are_counted_and_named_for_they_become_labels_in_twenty():
    carrier = next(item for item in items() if item["field"] == "insuranceCarrier")
    assert (carrier["action"], carrier["options"], carrier["ours"]) == ("CREATE_FIELD", 2, False)
    assert sorted(carrier["option_labels"]) == ["Aetna Inc.", "Delta Dental"]  # Twenty takes no comma in a label


def test_an_object_has_no_field_and_no_type():
    made = next(item for item in items() if item["action"] == Kind.CREATE_OBJECT.value)
    assert (made["field"], made["type"], made["audited"], made["options"]) == (None, None, None, 0)
    assert made["object"]
    assert made["label"]


def test_a_server_is_shown_with_all_that_it_lacks():
    lack = Lack(
        need="uploads",
        missing=("Mutation.one", "Mutation.other"),
        effect="documents stay behind",
        to_do="use a newer Twenty",
        blocks=False,
    )
    assert inspected_server(Inspection(version="2.40.0", lacks=(lack,))) == {
        "version": "2.40.0",
        "lists_operations": True,
        "lacks": [
            {
                "need": "uploads",
                "missing": ["Mutation.one", "Mutation.other"],
                "blocks": False,
                "effect": "documents stay behind",
                "to_do": "use a newer Twenty",
            }
        ],
    }
