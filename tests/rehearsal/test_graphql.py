"""GraphQL documents: what is selected, fragments, directives, relations, what is refused."""

import pytest

from tests.rehearsal.client import Client


@pytest.fixture(scope="module")
def client():
    client = Client()
    company = client.post("/rest/companies", {"name": "Acme"})["data"]["createCompany"]["id"]
    people = [{"name": {"firstName": name}, "companyId": company} for name in ("Ann", "Bob")]
    client.post("/rest/batch/people", people)
    return client


def test_relations_are_answered_with_both_ways(client):
    answer = client.graphql(
        "{ companies { edges { node { __typename name people(first: 1) "
        "{ totalCount edges { node { name { firstName } company { name } } } } } } } }"
    )
    node = answer["data"]["companies"]["edges"][0]["node"]
    assert (node["__typename"], node["name"], node["people"]["totalCount"]) == ("Company", "Acme", 2)
    assert [edge["node"]["company"] for edge in node["people"]["edges"]] == [{"name": "Acme"}]


def test_fragments_and_directives_are_followed(client):
    query = """
        query($names: Boolean!) {
            people(orderBy: [{name: {firstName: DescNullsLast}}]) { edges { node { ...about id @skip(if: true) } } }
        }
        fragment about on Person { jobTitle name @include(if: $names) { firstName } }
    """
    with_names = client.graphql(query, names=True)["data"]["people"]["edges"]
    assert [edge["node"] for edge in with_names] == [{"jobTitle": "", "name": {"firstName": n}} for n in ("Bob", "Ann")]
    without = client.graphql(query, names=False)["data"]["people"]["edges"]
    assert [edge["node"] for edge in without] == [{"jobTitle": ""}] * 2


def test_default_values_of_variables_are_not_looked_at(client):
    """Seen on a real 2.21 server; without a number there are 200 records."""
    answer = client.graphql("query($first: Int = 1) { people(first: $first) { edges { node { id } } } }")
    assert len(answer["data"]["people"]["edges"]) == 2


def test_a_field_is_found_by_its_name_in_a_query_and_in_a_mutation(client):
    assert client.graphql("mutation { people { totalCount } }")["data"] == {"people": {"totalCount": 2}}


def test_a_composite_without_a_selection_shows_nothing(client):
    answer = client.graphql("{ people(first: 1) { edges { node { name emails { primaryEmail } } } } }")
    assert answer["data"]["people"]["edges"][0]["node"] == {"name": None, "emails": {"primaryEmail": ""}}


def test_the_named_operation_is_carried_out(client):
    body = {"query": "query A { people { totalCount } } query B { companies { totalCount } }", "operationName": "B"}
    assert client.post("/graphql", body)["data"] == {"companies": {"totalCount": 1}}


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("{ nope { id } }", 'Cannot query field "nope" on type "Query".'),
        ("mutation { createNope(data: {}) { id } }", 'Cannot query field "createNope" on type "Mutation".'),
        ("mutation { updatePeople(data: {}) { id } }", 'Missing required argument: "filter" (object)'),
        ("mutation { createPeople { id } }", 'Missing required argument: "data" (array)'),
        ("{ people(orderBy: [{nope: AscNullsFirst}]) { totalCount } }", 'Field "nope" does not exist or is not sortable'),
        ('{ people(after: "nope") { totalCount } }', "Invalid cursor: nope"),
        ("", "Syntax Error: Unexpected <EOF>."),
        (
            "{ people { totalCount } nope }",
            "This query cannot be executed as a single request. Please split it into separate queries.",
        ),
        ("{ people(nope: 1) { totalCount } }", "Argument not allowed: nope"),
        ("{ people(first: true) { totalCount } }", 'Invalid argument: "first" must be a number'),
        ("{ people(first: -1) { totalCount } }", "First argument must be non-negative"),
        ("{ people(first: 1, last: 1) { totalCount } }", "Cannot provide both first and last"),
        ("{ people(filter: []) { totalCount } }", 'Invalid argument: "filter" must be an object'),
        ("{ person { id } }", "Missing filter argument"),
        ('mutation { deletePerson(id: "x") { id } }', 'Missing required argument: "id" (UUID)'),
        ('mutation { destroyPeople(filter: {id: {in: ["x"]}}) { id } }', 'Value "x" is not a valid UUID'),
    ],
)
def test_refusals_come_with_status_200(client, query, message):
    assert client.graphql(query)["errors"][0]["message"] == message


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "Must provide query string."),
        ({"query": 5}, 'Expected "query" param to be a string, but given number.'),
        ({"query": "{ people { totalCount } }", "nope": 1}, 'Unexpected parameter "nope" in the request body.'),
        ([{"query": "{ people { totalCount } }"}], "Batching is not supported."),
        (
            {"query": "query A { people { totalCount } }", "operationName": "B"},
            "Could not determine what operation to execute.",
        ),
    ],
)
def test_a_request_of_another_shape_is_refused_with_status_400(client, body, message):
    response = client.request("POST", "/graphql", body)
    assert (response.status_code, response.json()["errors"]) == (400, [{"message": message}])


def test_an_empty_filter_means_all():
    client = Client()
    client.post("/rest/batch/notes", [{}, {}])
    assert len(client.graphql("mutation { destroyNotes(filter: {}) { id } }")["data"]["destroyNotes"]) == 2


def test_a_request_that_nobody_foresaw_is_an_error_and_not_the_end(client):
    answer = client.graphql("fragment F on Person { ...F } { people { ...F } }")
    assert answer["errors"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert client.graphql("{ people { totalCount } }")["data"] == {"people": {"totalCount": 2}}
