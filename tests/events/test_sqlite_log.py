"""The embedded log keeps the contract of the log port, and what only a file can get wrong."""

import sqlite3

import pytest

from events.log.port import CHANGES, Commit, LogDamaged, LogForbidden, LogMissing, LogRefused, LogUnreachable, read_all
from events.log.sqlite import SqliteLog
from tests.events.log_contract import LogContract, entries, values_in


@pytest.fixture
def file(tmp_path):
    return tmp_path / "log.db"


@pytest.fixture
def open_another(file):
    return lambda: SqliteLog(f"sqlite:///{file}")


class TestSqliteLog(LogContract):
    @pytest.fixture
    def opening(self, file):
        return "from events.log.sqlite import SqliteLog", f"SqliteLog('sqlite:///{file}')"

    @pytest.fixture
    def open_absent(self, tmp_path):
        (tmp_path / "occupied").write_text("a file where a folder should be")
        return lambda: SqliteLog(f"sqlite:///{tmp_path}/occupied/log.db")


def test_the_folder_of_a_new_log_is_made(tmp_path):
    log = SqliteLog(f"sqlite:///{tmp_path}/.cutover/logs/log.db")
    log.append(entries("a"))
    assert (tmp_path / ".cutover/logs/log.db").exists()
    log.close()


def test_a_topic_has_one_partition(log):
    assert log.partitions(CHANGES) == (0,)


def test_offsets_begin_at_nought_and_have_no_gaps(log):
    log.append(entries("a", "b"))
    log.append(entries("c"))
    assert [entry.offset for entry in read_all(log, CHANGES)] == [0, 1, 2]


@pytest.mark.parametrize(
    ("url", "kind"),
    [("not a url", LogRefused), ("oracledb2://x", LogRefused), ("sqlite:////proc/no/such/folder/log.db", LogUnreachable)],
)
def test_a_url_that_opens_nothing_is_an_error_of_the_log(url, kind):
    with pytest.raises(kind, match=r"correct it in cutover\.toml"):
        SqliteLog(url)


def test_a_folder_in_place_of_the_file_may_not_be_opened(tmp_path):
    with pytest.raises(LogForbidden, match="check that it exists, is a database and may be written"):
        SqliteLog(f"sqlite:///{tmp_path}")


def test_a_file_that_is_no_database_is_refused_when_it_is_opened(file):
    file.write_bytes(b"no database at all, but long enough to be looked at " * 40)
    with pytest.raises((LogUnreachable, LogDamaged), match="is damaged; restore it from its backup") as error:
        SqliteLog(f"sqlite:///{file}")
    assert "\n" not in str(error.value)


@pytest.fixture
def damaged(file, open_again):
    """Return a log whose pages behind the first were overwritten."""
    log = open_again()
    log.append(entries(*(f"{n} " + "x" * 500 for n in range(200))))
    log.close()
    with file.open("r+b") as data:
        data.seek(4096)
        data.write(b"\xa5" * (file.stat().st_size - 4096))
    return open_again


DAMAGED = r"the log's file is damaged; restore it from its backup, then run the same command again"


def test_reading_a_damaged_file_says_so_in_one_line(damaged):
    with pytest.raises(LogDamaged, match=f"^{DAMAGED}$"):
        damaged().read(CHANGES, 0, 0, 500)


def test_appending_to_a_damaged_file_says_so(damaged):
    with pytest.raises(LogDamaged, match=DAMAGED):
        damaged().append(entries("a"))


def test_a_damaged_file_need_not_be_tried_again():
    assert not LogDamaged.retriable


def test_a_file_whose_tables_went_missing_is_unreachable(log, file):
    with sqlite3.connect(file) as connection:
        connection.execute("DROP TABLE entries")
    connection.close()
    for use in (lambda: log.read(CHANGES, 0, 0, 1), lambda: log.ends(CHANGES), lambda: log.append(entries("a"))):
        with pytest.raises(LogUnreachable, match=r"^the log's file cannot be used \(no such table: entries\)"):
            use()


def test_a_failure_shows_nothing_of_what_was_to_be_appended(log, file):
    with sqlite3.connect(file) as connection:
        connection.execute("DROP TABLE entries")
    connection.close()
    with pytest.raises(LogUnreachable) as error:
        log.append(entries("Ines Abernathy"))
    assert "Abernathy" not in str(error.value)
    assert error.value.__suppress_context__


def test_readers_go_on_while_a_writer_holds_the_lock(log, file):
    log.append(entries("a"))
    writer = sqlite3.connect(file, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    assert values_in(log) == ["a"]
    assert log.committed("consumers", CHANGES) == {0: 0}
    writer.close()


# what is lost


def test_a_file_that_is_not_there_is_made_only_where_that_is_asked_for(file):
    with pytest.raises(LogMissing, match=r"there is no log yet: .* does not exist; correct `\[log\] url`"):
        SqliteLog(f"sqlite:///{file}", make=False)
    assert not file.exists()
    SqliteLog(f"sqlite:///{file}").close()
    SqliteLog(f"sqlite:///{file}", make=False).close()


@pytest.mark.parametrize("replaced", [True, False])
def test_a_file_that_was_deleted_or_replaced_under_an_open_log_is_noticed(log, file, tmp_path, replaced):
    log.append(entries("a"))
    log.check()
    file.rename(tmp_path / "kept.db")  # the file's number is not given to another one
    if replaced:
        SqliteLog(f"sqlite:///{file}").close()
    with pytest.raises(LogDamaged, match="was deleted or replaced while this command was at work"):
        log.check()


@pytest.mark.parametrize("opened", [True, False])
def test_a_log_that_was_cut_says_what_is_lost_and_what_of_it_was_not_carried(log, file, opened):
    log.append(
        entries(*"abcdefgh"),
        [Commit(group="one", topic=CHANGES, offsets={0: 2}), Commit(group="two", topic=CHANGES, offsets={0: 8})],
    )
    with sqlite3.connect(file) as connection:
        connection.execute('DELETE FROM entries WHERE "offset" < 5')
    connection.close()
    with pytest.raises(LogDamaged) as lost:
        log.check() if opened else SqliteLog(f"sqlite:///{file}")
    assert "changes of partition 0 from offset 0 to 4" in str(lost.value)
    assert "the group one had not carried of partition 0 from offset 2 to 4; the group two had carried all" in str(lost.value)
