"""Statements that commands send to their databases, captured as they are sent, and the way in which a database runs each.

A statement is asked for its plan after its tables were filled: small tables are read whole whatever their indexes are. Lists of
values are lengthened to what a large run asks for at once.
"""

import re
from contextlib import contextmanager
from dataclasses import dataclass
from unittest import mock

from sqlalchemy import Engine, Integer, LargeBinary, event
from sqlalchemy.engine import make_url

import events.database

_IN = re.compile(r"(?<=IN \()(?P<mark>\?|%s|%\((?P<name>\w+)\)s(?:::\w+)?)(?:, ?(?:\?|%s|%\(\w+\)s(?:::\w+)?))*(?=\))")
_TAKES_ALL = frozenset({"workspace", "topic", "partition", "practice", "entity", "deleted", "consumer_group"})
"""Columns of which one value may have nearly all rows: an index read by these alone is a table read whole."""


@dataclass(frozen=True)
class Sent:
    """A statement as it was sent, with the values of one of its uses, and the database that it was sent to."""

    database: str
    text: str
    values: object

    @property
    def shape(self):
        return self.database, _IN.sub("…", self.text)

    def lengthened(self, length):
        """Return the same with so many values in each list."""
        positional = None if isinstance(self.values, dict) else list(self.values)
        text, at = [], 0
        for found in _IN.finditer(self.text):
            text.append(self.text[at : found.start()])
            count = found.group().count(",") + 1
            text.append(", ".join([found.group(), *[found.group("mark")] * (length - count)]))
            if positional is not None:
                mark = found.group("mark")
                place = "".join(text[:-1]).count(mark)
                positional[place:place] = [positional[place]] * (length - count)
            at = found.end()
        text.append(self.text[at:])
        return Sent(self.database, "".join(text), self.values if positional is None else tuple(positional))


@contextmanager
def capturing():
    """Capture the statements that are sent within the block, by shape; also those of the block's threads."""
    found = {}

    def note(connection, statement, parameters):
        values = parameters[0] if isinstance(parameters, list) else parameters
        one = Sent(str(make_url(connection.engine.url).render_as_string(hide_password=False)), statement, values)
        found.setdefault(one.shape, one)

    with heard(note):
        yield found


@contextmanager
def heard(note):
    """Call `note` with connection, text and values of each statement that SQLAlchemy or SQLite's own driver runs."""
    asked = events.database._cursor_of_sqlite

    def sent(connection, _cursor, statement, parameters, _context, _many):
        note(connection, statement, parameters)

    def asking(connection, query, values):
        note(connection, query, values)
        return asked(connection, query, values)

    event.listen(Engine, "before_cursor_execute", sent)
    try:
        with mock.patch.object(events.database, "_cursor_of_sqlite", asking):
            yield
    finally:
        event.remove(Engine, "before_cursor_execute", sent)


def fill(connection, table, rows):
    """Copy a table's rows until it has so many more, each with keys and ids of its own. False for an empty table."""
    fresh = "randomblob(16)" if connection.dialect.name == "sqlite" else "uuid_send(gen_random_uuid())"
    columns, values = [], []
    for column in table.columns:
        if column.name in ("slot", "sequence"):
            continue  # the database numbers them
        columns.append(f'"{column.name}"')
        if isinstance(column.type, LargeBinary) and column.type.length == 16:
            values.append(f'CASE WHEN one."{column.name}" IS NULL THEN NULL ELSE {fresh} END')
        elif column.name.endswith("offset"):
            values.append(f'one."{column.name}" - 1000000 * (g.n + 1)')  # before what the commands asked for
        elif column.name == "run" and isinstance(column.type, Integer):
            values.append(f'one."{column.name}" + 1000 * (g.n + 1)')
        else:
            values.append(f'one."{column.name}"')
    there = connection.exec_driver_sql(f"SELECT count(*) FROM {table.name}").scalar_one()
    if there:
        source = f"(SELECT * FROM {table.name} LIMIT {rows}) AS one"
        numbers = f"WITH RECURSIVE g(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM g WHERE n < {rows // there})"
        chosen = f"{numbers} SELECT {', '.join(values)} FROM {source} CROSS JOIN g LIMIT {rows}"
        connection.exec_driver_sql(f"INSERT INTO {table.name} ({', '.join(columns)}) {chosen}")
    return bool(there)


def whole_reads(connection, sent, growing, partial):
    """Return the tables among `growing` that a statement reads whole; `partial` are indexes that hold few of their rows."""
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sent.text}", sent.values).all()
        return [(table, plan) for plan in (row[3] for row in rows) if (table := _read_by_sqlite(plan, partial)) in growing]
    explained = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {sent.text}", sent.values).scalar_one()
    return [(table, plan) for table, plan in _read_by_postgres(explained[0]["Plan"], partial) if table in growing]


def _read_by_sqlite(plan, partial):
    found = re.match(r"(?:SCAN|SEARCH) (\w+)(?: USING (?:COVERING )?INDEX (\w+))?", plan)
    if found is None or found.group(2) in partial:
        return None
    compared = set(re.findall(r"(\w+)[=<>]", plan))
    return None if compared - _TAKES_ALL else found.group(1)


def _read_by_postgres(node, partial, table=None):
    table = node.get("Relation Name", table)
    if node["Node Type"] == "Seq Scan":
        yield table, f"Seq Scan on {table}"
    elif "Index Name" in node and node["Index Name"] not in partial:
        condition = re.sub(r"substr\((\w+), 1, \d+\)", r"\1", node.get("Index Cond", ""))
        compared = set(re.findall(r'"?(\w+)"?(?:\)::\w+)? (?:=|<|>|<=|>=) ', condition))
        if not compared - _TAKES_ALL:
            yield table, f"{node['Node Type']} on {node['Index Name']} ({node.get('Index Cond')})"
    for inner in node.get("Plans", ()):
        yield from _read_by_postgres(inner, partial, table)
