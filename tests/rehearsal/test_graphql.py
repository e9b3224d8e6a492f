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


def test_variables_have_defaults(client):
    answer = client.graphql("query($first: Int = 1) { people(first: $first) { edges { node { id } } } }")
    assert len(answer["data"]["people"]["edges"]) == 1


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
        ("", "Must provide query string."),
    ],
)
def test_refusals_come_with_status_200(client, query, message):
    assert client.graphql(query)["errors"][0]["message"] == message


def test_a_request_that_nobody_foresaw_is_an_error_and_not_the_end(client):
    answer = client.graphql("{ people(first: {a: 1}) { totalCount edges { node { id } } } }")
    assert answer["errors"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert client.graphql("{ people { totalCount } }")["data"] == {"people": {"totalCount": 2}}
