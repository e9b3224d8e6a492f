"""Filters over records: three-valued logic, empty values, types of fields."""

import pytest

from tests.rehearsal.client import Client


@pytest.fixture(scope="module")
def opportunities():
    """Three opportunities, of which the last has nothing but a name."""
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
            'Operator "like" is not valid for field "stage" of type SELECT - Allowed operators: eq, neq, in, is',
        ),
    ],
)
def test_refuses_what_a_field_does_not_take(opportunities, text, message):
    assert opportunities.refusal("GET", "/rest/opportunities", filter=text) == (400, message)


def test_soft_deleted_records_show_only_when_asked_for():
    client = Client()
    client.post("/rest/batch/notes", [{"title": "kept"}, {"title": "gone"}])
    client.delete("/rest/notes", filter="title[eq]:gone", soft_delete="true")

    def titles(**query):
        return [note["title"] for note in client.get("/rest/notes", **query)["data"]["notes"]]

    assert titles() == ["kept"]
    assert titles(filter="deletedAt[is]:NOT_NULL") == ["gone"]
    assert sorted(titles(filter="or(deletedAt[is]:NULL,deletedAt[is]:NOT_NULL)")) == ["gone", "kept"]
