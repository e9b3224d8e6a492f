"""The kinds of a database's failures, as SQLite and a real PostgreSQL server raise them."""

import os
import sqlite3

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError

from events.database import DatabaseForbidden, DatabaseMisnamed, DatabaseUnreachable, open_database
from events.database_errors import DatabaseTrouble, trouble_of

TABLES = MetaData()
Table("numbers", TABLES, Column("n", Integer, primary_key=True))


def trouble(engine, statement):
    with pytest.raises(DBAPIError) as raised, engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()
    return trouble_of(raised.value)


def test_a_full_sqlite_file_is_full(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path}/small.db")
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE t (x)")
        connection.exec_driver_sql("PRAGMA max_page_count = 2")
        with pytest.raises(DBAPIError) as raised:
            connection.exec_driver_sql("INSERT INTO t VALUES (zeroblob(100000))")
    engine.dispose()
    assert trouble_of(raised.value) is DatabaseTrouble.FULL


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("SQLITE_BUSY", DatabaseTrouble.AWAY),
        ("SQLITE_IOERR_WRITE", DatabaseTrouble.FULL),
        ("SQLITE_READONLY_DIRECTORY", DatabaseTrouble.FORBIDDEN),
        ("SQLITE_CANTOPEN", DatabaseTrouble.FORBIDDEN),
        ("SQLITE_CORRUPT_INDEX", DatabaseTrouble.DAMAGED),
        ("SQLITE_ERROR", DatabaseTrouble.AWAY),
    ],
)
def test_sqlite_names_its_errors(name, kind):
    cause = sqlite3.OperationalError("told by its name")
    cause.sqlite_errorname = name
    assert trouble_of(OperationalError("", {}, cause)) is kind


def test_a_server_that_is_not_there_is_away():
    engine = create_engine("postgresql+psycopg://nobody@127.0.0.1:1/none")
    assert trouble(engine, "SELECT 1") is DatabaseTrouble.AWAY
    with pytest.raises(DatabaseUnreachable) as raised:
        open_database("postgresql+psycopg://nobody@127.0.0.1:1/none", TABLES)
    assert not isinstance(raised.value, DatabaseForbidden | DatabaseMisnamed)


def test_the_kinds_of_postgresqls_failures(postgres):
    url = make_url(postgres)
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    name = f"clerk_{os.getpid()}"
    try:
        with admin.connect() as connection:
            connection.execute(text(f"CREATE ROLE {name} LOGIN"))
            connection.execute(text("CREATE TABLE secret (n integer)"))
        clerk = url.set(username=name)
        assert trouble(create_engine(clerk), "SELECT * FROM secret") is DatabaseTrouble.FORBIDDEN
        assert trouble(create_engine(url.set(username="no such role")), "SELECT 1") is DatabaseTrouble.FORBIDDEN
        assert trouble(create_engine(url.set(database="none")), "SELECT 1") is DatabaseTrouble.MISNAMED
        assert trouble(create_engine(url), "SELECT pg_terminate_backend(pg_backend_pid())") is DatabaseTrouble.AWAY
        assert trouble(create_engine(url), "no statement at all") is DatabaseTrouble.DEFECT
        with pytest.raises(DatabaseMisnamed):
            open_database(url.set(database="none").render_as_string(hide_password=False), TABLES)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP ROLE IF EXISTS {name}"))
        admin.dispose()
