"""Lacks of a server are found before the first write, by the server's own list of operations."""

from __future__ import annotations

import pytest

from consumers.data_model.errors import ServerLacks
from consumers.data_model.planning.inspection import Inspection
from consumers.data_model.planning.preflight import lacks
from consumers.data_model.steps import ModelStep, StepKind
from consumers.twenty.layout import NEEDED
from consumers.twenty.offered import Offered

STEPS = (
    ModelStep(kind=StepKind.CREATE_OBJECT, object="treatmentPlan"),
    ModelStep(kind=StepKind.CREATE_FIELD, object="person", field="pbnId", type="TEXT", unique=True),
    ModelStep(
        kind=StepKind.CREATE_FIELD, object="person", field="patientStatus", type="SELECT", options=(("ACTIVE", "Active"),)
    ),
    ModelStep(kind=StepKind.CREATE_RELATION, object="treatmentPlan", field="patient", type="RELATION", target="person"),
    ModelStep(kind=StepKind.ADD_OPTIONS, object="task", field="taskType", type="SELECT", options=(("CALL", "Call"),)),
)
EVERYTHING = Offered(
    frozenset(
        {
            *(f"CreateObjectInput.{name}" for name in ("nameSingular", "namePlural", "labelSingular", "labelPlural")),
            *(f"CreateFieldInput.{name}" for name in ("objectMetadataId", "name", "label", "type", "isUnique", "options")),
            *("CreateFieldInput.relationCreationPayload", "UpdateFieldInput.options"),
            *(f"Mutation.{name}" for name in ("createOneObject", "createOneField", "updateOneField")),
            *(f"FieldMetadataType.{name}" for name in ("TEXT", "SELECT", "RELATION")),
            *("Mutation.createFileUpload", "Mutation.completeFileUpload", "FileFolder.FilesField"),
            "Mutation.uploadFilesFieldFile",
            *("Query.objects", "Object.fieldsList", "Field.relation", "Relation.targetObjectMetadata", "Query.usageLimits"),
        }
    )
)


def without(*paths: str) -> Offered:
    return Offered(EVERYTHING.paths - set(paths))


def test_a_server_that_has_everything_lacks_nothing() -> None:
    assert lacks(EVERYTHING, STEPS, documents=True) == ()


@pytest.mark.parametrize(
    "path",
    [
        "Mutation.createOneField",
        "CreateObjectInput.namePlural",
        "CreateFieldInput.isUnique",
        "CreateFieldInput.options",
        "CreateFieldInput.relationCreationPayload",
        "UpdateFieldInput.options",
        "FieldMetadataType.SELECT",
    ],
)
def test_what_a_step_needs_blocks_where_it_is_missing(path: str) -> None:
    found = lacks(without(path), STEPS, documents=True)
    assert found
    assert all(one.blocks and path in one.missing for one in found)


def test_nothing_is_needed_for_what_is_there_already() -> None:
    assert lacks(without("CreateFieldInput.isUnique", "UpdateFieldInput.options"), (), documents=True) == ()


@pytest.mark.parametrize("gone", ["Mutation.uploadFilesFieldFile", "Mutation.createFileUpload", "FileFolder.FilesField"])
def test_one_way_to_upload_is_enough(gone: str) -> None:
    assert lacks(without(gone), STEPS, documents=True) == ()


def test_no_way_to_upload_blocks_a_practice_with_documents_alone() -> None:
    has = without("Mutation.uploadFilesFieldFile", "Mutation.completeFileUpload")
    [lack] = lacks(has, STEPS, documents=True)
    assert (lack.need, lack.blocks) == ("uploads", True)
    assert lack.missing == ("Mutation.completeFileUpload", "Mutation.uploadFilesFieldFile")
    assert lacks(has, STEPS, documents=False) == ()


@pytest.mark.parametrize("path", ["Query.usageLimits", "Relation.targetObjectMetadata"])
def test_what_can_be_worked_around_is_named_and_blocks_nothing(path: str) -> None:
    [lack] = lacks(without(path), STEPS, documents=True)
    assert not lack.blocks
    Inspection(version="2.21.0", lacks=(lack,)).refuse()


def test_the_refusal_names_the_version_what_is_missing_and_what_to_do() -> None:
    found = lacks(without("CreateFieldInput.isUnique"), STEPS, documents=True)
    with pytest.raises(ServerLacks, match=r"(?s)nothing was written: Twenty 9\.1\.0 lacks .*isUnique missing.*use a Twenty"):
        Inspection(version="9.1.0", lacks=found).refuse()
    with pytest.raises(ServerLacks, match="does not tell its version"):
        Inspection(version=None, lacks=found).refuse()


def test_views_that_a_server_does_not_make_are_a_notice_where_they_are_wanted() -> None:
    assert lacks(EVERYTHING, STEPS, documents=True, views=False) == ()
    [found] = lacks(EVERYTHING, STEPS, documents=True, views=True)
    assert (found.need, found.blocks) == ("views", False)
    assert "Mutation.createView" in found.missing
    everything = Offered(EVERYTHING.paths | set(NEEDED))
    assert lacks(everything, STEPS, documents=True, views=True) == ()
