"""Opening a database: what is committed is durable, writers queue, readers take no lock, and failures are one clear line."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Column, Index, Integer, MetaData, Table, insert, inspect, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from events.database import SUPERSEDED, DatabaseUnreachable, alone_in, bulk, bulk_read, open_database, read_at_once, reading

TABLES = MetaData()
NUMBERS = Table("numbers", TABLES, Column("n", Integer, primary_key=True))


@pytest.fixture
def file(tmp_path):
    return tmp_path / "state.db"


@pytest.fixture
def engine(file):
    engine = open_database(f"sqlite:///{file}", TABLES)
    yield engine
    engine.dispose()


@pytest.fixture
def other(file, engine):
    """Start another process, which does not wait for locks."""
    connection = sqlite3.connect(file, timeout=0, isolation_level=None)
    yield connection
    connection.close()


def numbers(connection):
    return list(connection.execute(select(NUMBERS.c.n).order_by(NUMBERS.c.n)).scalars())


def test_the_missing_tables_are_made(engine):
    with reading(engine) as connection:
        assert numbers(connection) == []


def test_tables_that_are_there_are_left_as_they_are(engine, file):
    with engine.begin() as connection:
        connection.execute(insert(NUMBERS), [{"n": 1}])
    again = open_database(f"sqlite:///{file}", TABLES)
    with reading(again) as connection:
        assert numbers(connection) == [1]
    again.dispose()


@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("secure_delete", 1), ("busy_timeout", 30_000)]
)
def test_a_connection_is_durable_and_patient_and_leaves_no_traces(engine, pragma, value):
    with reading(engine) as connection:
        assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


def test_reading_takes_no_write_lock(engine, other):
    with reading(engine) as connection:
        numbers(connection)
        other.execute("BEGIN IMMEDIATE")
        other.execute("INSERT INTO numbers VALUES (1)")
        other.execute("COMMIT")


def test_reading_is_possible_while_another_writes(engine, other):
    other.execute("BEGIN IMMEDIATE")
    other.execute("INSERT INTO numbers VALUES (1)")
    with reading(engine) as connection:
        assert numbers(connection) == []


def test_reading_sees_one_snapshot_until_it_is_closed(engine, other):
    with reading(engine) as connection:
        assert numbers(connection) == []
        other.execute("INSERT INTO numbers VALUES (1)")
        assert numbers(connection) == []
    with reading(engine) as connection:
        assert numbers(connection) == [1]


def test_a_writer_has_the_lock_from_its_beginning(engine, other):
    with engine.begin() as connection:
        connection.exec_driver_sql("SELECT 1")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")


def test_a_writer_has_the_lock_from_its_beginning_on_a_connection_that_read_nothing_before(engine, other):
    with reading(engine):
        pass
    with engine.begin(), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")


def test_a_connection_that_read_writes_again_afterwards(engine):
    with reading(engine) as connection:
        numbers(connection)
    with engine.begin() as connection:
        connection.execute(insert(NUMBERS), [{"n": 7}])
    with reading(engine) as connection:
        assert numbers(connection) == [7]


def test_many_rows_are_written_at_once(engine):
    with engine.begin() as connection:
        bulk(connection, "INSERT INTO numbers VALUES (?)", [(n,) for n in range(1000)])
    with reading(engine) as connection:
        assert numbers(connection) == list(range(1000))


def test_no_rows_run_no_statement(engine):
    with engine.begin() as connection:
        bulk(connection, "this is no statement", [])


@pytest.mark.parametrize(
    "url",
    [
        "",
        "no url",
        "nosuchdialect://host/db",
        "sqlite+nosuchdriver:///x.db",
        "mssql+pymssql://host/db",
        "sqlite:////proc/none/x.db",
    ],
)
def test_a_url_that_cannot_be_used_says_so_in_one_line(url):
    with pytest.raises(DatabaseUnreachable, match=r"cannot be used \(\w+\); correct it in cutover\.toml") as error:
        open_database(url, TABLES)
    assert "\n" not in str(error.value)


def test_a_password_is_never_shown():
    with pytest.raises(DatabaseUnreachable) as error:
        open_database("nosuchdialect://ines:tooth-fairy@db.example/cutover")
    assert "tooth-fairy" not in str(error.value)
    assert "ines:***@db.example" in str(error.value)


def test_a_password_in_an_unreadable_url_is_never_shown():
    with pytest.raises(DatabaseUnreachable) as error:
        open_database("ines:tooth-fairy@db.example")
    assert "tooth-fairy" not in str(error.value)


def test_a_file_that_is_no_database_says_so_in_one_line(file):
    file.write_bytes(b"no database at all, but long enough to be looked at " * 40)
    with pytest.raises(DatabaseUnreachable, match="is damaged, or no database; restore it from its backup") as error:
        open_database(f"sqlite:///{file}", TABLES)
    assert "\n" not in str(error.value)


@pytest.fixture
def opened(database_url):
    """Yield an open database, on each engine."""
    engine = open_database(database_url, TABLES)
    yield engine
    engine.dispose()


@pytest.mark.parametrize("count", [0, 1, 2, 700, 5_000, 5_001, 10_001])
def test_every_row_of_a_query_is_read_in_its_order(opened, count):
    with opened.begin() as connection:
        bulk(connection, "INSERT INTO numbers VALUES (?)", [(n,) for n in range(count)])
    with reading(opened) as connection:
        rows = bulk_read(connection, "SELECT n FROM numbers WHERE n >= ? ORDER BY n", (0,))
        assert [tuple(row) for row in rows] == [(n,) for n in range(count)]
        rows = bulk_read(connection, "SELECT n FROM numbers ORDER BY n DESC", ())
        assert [n for (n,) in rows] == list(range(count - 1, -1, -1)), "a connection that has read so before"


def test_a_reader_that_stops_at_the_first_row_leaves_nothing_open(opened):
    with opened.begin() as connection:
        bulk(connection, "INSERT INTO numbers VALUES (?)", [(n,) for n in range(10_001)])
    with reading(opened) as connection:
        assert any(bulk_read(connection, "SELECT n FROM numbers", ()))
        assert numbers(connection) == list(range(10_001))


def test_a_reader_sees_one_snapshot_until_it_is_closed(opened):
    with reading(opened) as connection:
        assert numbers(connection) == []
        with opened.begin() as another:
            another.execute(insert(NUMBERS), [{"n": 1}])
        assert numbers(connection) == []
    with reading(opened) as connection:
        assert numbers(connection) == [1]


def test_a_transaction_that_fails_leaves_nothing_and_the_next_one_works(opened):
    with pytest.raises(IntegrityError), opened.begin() as connection:
        bulk(connection, "INSERT INTO numbers VALUES (?)", [(1,), (2,), (1,)])
    with opened.begin() as connection:
        assert numbers(connection) == []
        bulk(connection, "INSERT INTO numbers VALUES (?)", [(3,)])
    with reading(opened) as connection:
        assert numbers(connection) == [3]


def test_all_who_open_an_empty_database_at_once_can_use_it(database_url):
    many = 12
    began = threading.Barrier(many)

    def open_and_write(number):
        began.wait()
        engine = open_database(database_url, TABLES)
        with engine.begin() as connection:
            connection.execute(insert(NUMBERS), [{"n": number}])
        engine.dispose()

    with ThreadPoolExecutor(many) as pool:
        for done in [pool.submit(open_and_write, number) for number in range(many)]:
            done.result()
    engine = open_database(database_url)
    with reading(engine) as connection:
        assert numbers(connection) == list(range(many))
    engine.dispose()


def test_a_database_of_an_earlier_version_gets_the_indexes_that_it_lacks_and_loses_superseded_ones(database_url):
    def numbered(*indexes, superseded=()):
        tables = MetaData(info={SUPERSEDED: superseded})
        Table("numbers", tables, Column("n", Integer, primary_key=True), Column("m", Integer))
        for name in indexes:
            Index(name, tables.tables["numbers"].c.m)
        return tables

    def opened_with(tables):
        engine = open_database(database_url, tables)
        names = {index["name"] for index in inspect(engine).get_indexes("numbers")}
        engine.dispose()
        return names

    assert opened_with(numbered("early")) == {"early"}
    assert opened_with(numbered("early", "late")) == {"early", "late"}
    newest = numbered("late", superseded=("early", "never_there"))
    assert opened_with(newest) == {"late"}
    with ThreadPoolExecutor(6) as pool:
        others = list(pool.map(opened_with, [numbered("late", "last", superseded=("early",))] * 6))
    assert others == [{"late", "last"}] * 6


def test_of_those_who_must_be_alone_each_waits_for_its_turn(database_url):
    inside, most = [], []

    def take_a_turn(number):
        with alone_in(database_url, "a purpose"):
            inside.append(number)
            most.append(len(inside))
            inside.remove(number)

    with ThreadPoolExecutor(6) as pool:
        for done in [pool.submit(take_a_turn, number) for number in range(12)]:
            done.result()
    assert most == [1] * 12


def test_two_snapshots_at_once_are_of_their_own_moments(opened):
    with reading(opened) as before:
        assert numbers(before) == []
        with opened.begin() as connection:
            bulk(connection, "INSERT INTO numbers VALUES (?)", [(1,)])
        with reading(opened) as after:
            assert read_at_once(after, "SELECT n FROM numbers", ()) == [(1,)]
        assert read_at_once(before, "SELECT n FROM numbers", ()) == []
    with reading(opened) as again:
        assert read_at_once(again, "SELECT n FROM numbers", ()) == [(1,)], "a snapshot that ended is seen again"


def test_a_snapshot_keeps_no_writer_waiting_when_it_has_ended(opened):
    with reading(opened) as connection:
        assert numbers(connection) == [], "SQLAlchemy began a transaction of its own"
    with opened.begin() as connection:
        bulk(connection, "INSERT INTO numbers VALUES (?)", [(1,)])
        assert read_at_once(connection, "SELECT n FROM numbers WHERE n = ?", (1,)) == [(1,)]


def test_a_query_that_the_database_refuses_is_an_error_of_sqlalchemy(opened):
    with pytest.raises(DBAPIError), reading(opened) as connection:
        read_at_once(connection, "SELECT missing FROM numbers", ())
    with pytest.raises(DBAPIError), reading(opened) as connection:
        list(bulk_read(connection, "SELECT missing FROM numbers", ()))
    with reading(opened) as connection:
        assert numbers(connection) == []


def test_a_closed_sqlite_database_leaves_no_file_open(tmp_path):
    engine = open_database(f"sqlite:///{tmp_path}/numbers.db", TABLES)
    with reading(engine) as one, reading(engine) as two:
        assert (numbers(one), numbers(two)) == ([], [])
    engine.dispose()
    assert [file.name for file in tmp_path.iterdir()] == ["numbers.db"], "the last connection removes the write-ahead log"


def test_a_servers_connection_is_pinged_after_a_pause_alone(postgres, monkeypatch):
    engine, pings = open_database(postgres, TABLES), []
    ping = engine.dialect.do_ping
    monkeypatch.setattr(engine.dialect, "do_ping", lambda connection: pings.append(1) or ping(connection))
    for pause, expected in ((60, 0), (0, 1)):
        monkeypatch.setattr("events.database._PAUSE", pause)
        with reading(engine) as connection:
            assert numbers(connection) == []
        assert len(pings) == expected
    engine.dispose()


def test_a_connection_that_its_server_ended_is_replaced_after_a_pause(postgres, monkeypatch):
    engine, other = open_database(postgres, TABLES), open_database(postgres)
    with reading(engine) as connection:
        before = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
    with other.begin() as connection:
        connection.exec_driver_sql(f"SELECT pg_terminate_backend({before}, 10000)")
    monkeypatch.setattr("events.database._PAUSE", 0)
    with reading(engine) as connection:
        assert connection.exec_driver_sql("SELECT pg_backend_pid()").scalar() != before
    engine.dispose()
    other.dispose()
