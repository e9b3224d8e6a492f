"""genql's types become the schema that they were made from."""

import pytest
from graphql import build_schema, parse, print_schema, validate

from tests.twenty_versions.sample_typings import TYPINGS
from tests.twenty_versions.typings import NotTypings, schema_of

SDL = """
scalar UUID
scalar ConnectionCursor
type Box { id: UUID! name: String lids: [Lid!]! sizes: [Float] }
enum Lid { ROUND FLAT }
union Content = Box | Bag
type Bag { id: UUID! }
type Query { boxes(paging: CursorPaging, lid: Lid): [Box!]! content: Content }
type Mutation { makeBox(input: MakeBoxInput!): Box! count(ids: [UUID!]): Float! }
input CursorPaging { first: Float after: ConnectionCursor }
input MakeBoxInput { name: String! lids: [Lid!] }
"""


def test_types_enums_unions_inputs_and_arguments():
    assert print_schema(schema_of(TYPINGS)) == print_schema(build_schema(SDL))


@pytest.mark.parametrize(
    ("document", "valid"),
    [
        ("{ boxes { id lids } }", True),  # an argument of every connection has a default that the types do not show
        ("{ boxes(paging: {first: 2}) { id } }", True),
        ("{ boxes(limit: 2) { id } }", False),
        ("{ boxes { colour } }", False),
        ('mutation { makeBox(input: {name: "a", lids: [ROUND]}) { id } }', True),
        ("mutation { makeBox(input: {lids: [ROUND]}) { id } }", False),
        ("mutation { makeBox { id } }", False),
    ],
)
def test_documents_are_valid_or_not(document, valid):
    assert (not validate(schema_of(TYPINGS), parse(document))) is valid


def test_another_text_is_no_schema():
    with pytest.raises(NotTypings):
        schema_of("export interface Query {\n    a: Scalars['String'];\n}\n")
