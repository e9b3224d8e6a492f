"""The filter language of REST addresses, and how it is misread and refused."""

import pytest

from rehearsal.rest.filter_text import read_filter
from rehearsal.values.errors import ApiError


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("status[eq]:PAID", {"and": [{"status": {"eq": "PAID"}}]}),
        ("a[eq]:1,b[gt]:2", {"and": [{"a": {"eq": "1"}}, {"b": {"gt": "2"}}]}),
        ("or(a[eq]:1,b[eq]:2)", {"or": [{"a": {"eq": "1"}}, {"b": {"eq": "2"}}]}),
        ("not(or(a[eq]:1,b[eq]:2))", {"not": {"or": [{"a": {"eq": "1"}}, {"b": {"eq": "2"}}]}}),
        ("a[eq]:1,or(b[eq]:2,c[eq]:3)", {"and": [{"a": {"eq": "1"}}, {"or": [{"b": {"eq": "2"}}, {"c": {"eq": "3"}}]}]}),
        # What follows a closed conjunction is joined to its last condition: seen on a real 2.21 server.
        (
            "or(a[eq]:1,b[eq]:2),or(c[eq]:3,d[eq]:4)",
            {"or": [{"a": {"eq": "1"}}, {"b": {"eq": "2c[eq]:3"}}, {"d": {"eq": "4"}}]},
        ),
        ("id[in]:[x, 'y',]", {"and": [{"id": {"in": ["x", " 'y'", ""]}}]}),
        ("name[eq]: x ", {"and": [{"name": {"eq": " x "}}]}),
        ("name.lastName[eq]:Ng", {"and": [{"name": {"lastName": {"eq": "Ng"}}}]}),
        ("id[in]:[x,y]", {"and": [{"id": {"in": ["x", "y"]}}]}),
        ('id[in]:["x","y"]', {"and": [{"id": {"in": ["x", "y"]}}]}),
        ("id[in]:[]", {"and": [{"id": {"in": [""]}}]}),
        ("pbnId[eq]:riverside:patient:7", {"and": [{"pbnId": {"eq": "riverside:patient:7"}}]}),
    ],
)
def test_a_text_stands_for_a_tree_of_conditions(text, meaning):
    assert read_filter(text) == meaning


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('name[eq]:"O\'Brien, Mary"', "O'Brien, Mary"),
        ('name[eq]:"The "Smile" Plan"', 'The "Smile" Plan'),
        ('name[eq]:"with \\"escapes\\""', 'with \\"escapes\\"'),  # quotes are not unescaped
        ('name[eq]:"Crown [14] (MO)"', "Crown [14] (MO)"),
        ('name[eq]:""', ""),
        ("name[eq]:'x\"", "x"),  # they need not be a pair
    ],
)
def test_quotes_protect_commas_and_brackets_and_are_taken_off_once(text, value):
    assert read_filter(text) == {"and": [{"name": {"eq": value}}]}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "'filter' invalid for 'and()'. eg: price[gte]:10"),
        ("status", "'filter' invalid for 'status'. eg: price[gte]:10"),
        ("status[eq]:", "'filter' invalid for 'status[eq]:'. eg: price[gte]:10"),
        ("name[eq]:a,b", "'filter' invalid for 'b'. eg: price[gte]:10"),
        ("or(a[eq]:1", "'filter' invalid. 1 close bracket is missing in the query"),
        ("or(and(a[eq]:1", "'filter' invalid. 2 close brackets are missing in the query"),
        ('name[eq]:"("', "'filter' invalid. 1 close bracket is missing in the query"),  # quotes do not protect from this check
        ("not(a[eq]:1,b[eq]:2)", "'filter' invalid. 'not' conjunction should contain only 1 condition. eg: not(field[eq]:1)"),
        ("a[eq]:1\n2", "'filter' invalid for 'and(a[eq]:1\n2)'. eg: price[gte]:10"),
        (
            "id[in]:x,y",
            "'filter' invalid for 'in' operator. Received 'x' but array value expected eg: 'field[in]:[value_1,value_2]'",
        ),
        (
            "a[has]:1",
            "'filter' invalid for 'a[has]:1', comparator has not in "
            "eq, neq, in, containsAny, is, gt, gte, lt, lte, startsWith, endsWith, like, ilike",
        ),
    ],
)
def test_what_cannot_be_read_is_refused(text, message):
    with pytest.raises(ApiError) as refusal:
        read_filter(text)
    assert refusal.value.message == message
