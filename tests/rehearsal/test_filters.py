"""Filters over records: three-valued logic, empty values, types of fields."""

import pytest

from tests.rehearsal.client import Client


@pytest.fixture(scope="module")
def opportunities():
    """Return three opportunities, of which the last has nothing but a name."""
    client = Client()
    company = client.post("/rest/companies", {"name": "Acme", "domainName": {"primaryLinkUrl": "https://acme.example"}})
    company_id = company["data"]["createCompany"]["id"]
    records = [
        {
            "name": "Alpha",
            "stage": "MEETING",
            "amount": {"amountMicros": 5_000_000, "currencyCode": "USD"},
            "companyId": company_id,
        },
        {
            "name": "Beta",
            "stage": "PROPOSAL",
            "amount": {"amountMicros": 9_000_000, "currencyCode": "EUR"},
            "closeDate": "2025-03-01",
        },
        {"name": "Gamma", "stage": None},
    ]
    client.post("/rest/batch/opportunities", records)
    client.company_id = company_id
    return client


def found(client, text):
    page = client.get("/rest/opportunities", filter=text, order_by="name")
    return [record["name"] for record in page["data"]["opportunities"]]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("stage[eq]:MEETING", ["Alpha"]),
        ("stage[neq]:MEETING", ["Beta"]),
        ("not(stage[eq]:MEETING)", ["Beta"]),
        ("or(stage[neq]:MEETING,name[eq]:Gamma)", ["Beta", "Gamma"]),
        ("stage[is]:NULL", ["Gamma"]),
        ("amount.amountMicros[gte]:5000000", ["Alpha", "Beta"]),
        ("amount.currencyCode[in]:[EUR,CAD]", ["Beta"]),
        ("closeDate[gt]:2025-01-01", ["Beta"]),
        ("closeDate[lt]:2025-03-01T00:00:00.001Z", ["Beta"]),
        ("name[ilike]:%A", ["Alpha", "Beta", "Gamma"]),
        ("name[like]:_eta", ["Beta"]),
        ("company.name[eq]:Acme", ["Alpha"]),
        ("companyId[is]:NOT_NULL", ["Alpha"]),
        ("createdBy.source[eq]:API", ["Alpha", "Beta", "Gamma"]),
        ("stage[gt]:MEETING", ["Beta"]),  # options compare by their order
        ("name[eq]:NULL", []),
        ("amount.amountMicros[eq]:5000000x", ["Alpha"]),  # of a text what a number begins with
        ("company.name[is]:NULL", ["Beta", "Gamma"]),
        ("name[like]:Al\\pha", ["Alpha"]),
    ],
)
def test_finds_the_records_that_match(opportunities, text, names):
    assert found(opportunities, text) == names


def test_a_join_column_finds_records_without_looking_at_all(opportunities):
    assert found(opportunities, f"companyId[in]:[{opportunities.company_id}]") == ["Alpha"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nope[eq]:1", 'Object opportunity doesn\'t have any "nope" field.'),
        ("company.nope[eq]:1", 'Object company doesn\'t have any "nope" field.'),
        ("amount[eq]:1", 'Sub field "eq" not found for composite type: CURRENCY'),
        ("companyId[eq]:x", "Invalid UUID value 'x' for field \"companyId\""),
        (
            "closeDate[gt]:soon",
            "Invalid value 'soon' for date-time field \"closeDate\". Expected format: 'YYYY-MM-DDTHH:mm:ssZ'",
        ),
        (
            "stage[like]:M%",
            'Operator "like" is not valid for field "stage" of type SELECT - Allowed operators: '
            "eq, neq, gt, gte, lt, lte, in, containsAny, is, isEmptyArray",
        ),
    ],
)
def test_refuses_what_a_field_does_not_take(opportunities, text, message):
    assert opportunities.refusal("GET", "/rest/opportunities", filter=text) == (400, message)


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ({"name": {"eq": "a", "neq": "b"}}, 'Filter for field "name" must have exactly one operator'),
        ({"name": {}}, 'Filter for field "name" must have exactly one operator'),
        ({"name": "Alpha"}, 'Filter value for field "name" must be an object'),
        ({"name": {"in": "Alpha"}}, 'Filter operator "in" requires an array value for field name'),
        ({"name": {"in": []}}, "Invalid filter value for field name. Expected non-empty array"),
        ({"name": {"like": 5}}, 'Filter operator "like" requires a string value for field "name", got number'),
        ({"name": {"is": None}}, 'Invalid filter value for "is" operator. Expected "NULL" or "NOT_NULL"'),
        ({"company": "x"}, 'Cannot filter by relation field "company": use "companyId" instead'),
        ({"attachments": {"name": {"eq": "x"}}}, 'Cannot filter by relation field "attachments"'),
        (
            {"pointOfContact": {"company": {"name": {"eq": "x"}}}},
            "Relation filter nesting deeper than 1 hop is not supported",
        ),
    ],
)
def test_a_filter_of_another_shape_is_refused(opportunities, where, message):
    query = "query($f: OpportunityFilterInput) { opportunities(filter: $f) { totalCount } }"
    assert opportunities.graphql(query, f=where)["errors"][0]["message"] == message


def test_beside_other_keys_a_condition_for_nothing_binds_as_sql_binds_it(opportunities):
    """``eq`` with an empty text is two conditions joined by *or*, without brackets: seen on a real 2.21 server."""
    query = "query($f: OpportunityFilterInput) { opportunities(filter: $f) { edges { node { name } } } }"
    nothing, meeting = {"name": {"eq": "NULL"}}, {"stage": {"eq": "MEETING"}}
    client = Client()
    client.post("/rest/batch/opportunities", [{"stage": "MEETING"}, {"stage": "NEW"}, {"name": "x", "stage": "MEETING"}])
    for where, count in ((nothing | meeting, 1), (meeting | nothing, 2), ({"and": [nothing, meeting]}, 1)):
        found = client.graphql(query, f=where)["data"]["opportunities"]["edges"]
        assert len(found) == count, where


def test_a_filter_that_is_sent_twice_counts_as_none(opportunities):
    twice = "/rest/opportunities?filter=name[eq]:Alpha&filter=name[eq]:Beta"
    assert opportunities.get(twice)["totalCount"] == 3


def test_soft_deleted_records_show_only_when_asked_for():
    client = Client()
    client.post("/rest/batch/notes", [{"title": "kept"}, {"title": "gone"}])
    client.delete("/rest/notes", filter="title[eq]:gone", soft_delete="true")

    def titles(**query):
        return [note["title"] for note in client.get("/rest/notes", **query)["data"]["notes"]]

    assert titles() == ["kept"]
    assert titles(filter="deletedAt[is]:NOT_NULL") == ["gone"]
    assert sorted(titles(filter="or(deletedAt[is]:NULL,deletedAt[is]:NOT_NULL)")) == ["gone", "kept"]
