"""A project is found by its folder, opens what it needs when it is needed, and closes all of it."""

import os
from uuid import uuid4

import pytest

from cutover.project import project as module
from cutover.project.errors import ApprovalMissing, SettingsError, UnreachableError, UsageError, exit_code_of, message_of
from cutover.project.init_project import init_project
from cutover.project.project import find_project
from events.clock import World
from events.errors import ExitCode
from events.log.port import CHANGES, LogDamaged, LogMissing, NewEntry
from events.sealing.keys import MasterKeyMissing, WrongMasterKey


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch):
    for name in [name for name in os.environ if name.upper().startswith("CUTOVER_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def folder(tmp_path):
    init_project(tmp_path / "riverside")
    return tmp_path / "riverside"


@pytest.fixture
def project(folder):
    with find_project(folder) as found:
        yield found


@pytest.mark.parametrize("name", ["empty", "not-there"])
def test_a_folder_without_settings_names_the_way_to_make_a_project(tmp_path, name):
    (tmp_path / "empty").mkdir()
    with pytest.raises(SettingsError) as refused:
        find_project(tmp_path / name)
    assert f"there is no cutover.toml in {tmp_path / name}; make a project with `cutover init {tmp_path / name}`" in str(
        refused.value
    )
    assert refused.value.exit_code is ExitCode.USAGE


def test_a_relative_folder_is_found(folder, monkeypatch):
    monkeypatch.chdir(folder.parent)
    assert find_project(type(folder)("riverside")).data_folder == folder / ".cutover"


def test_finding_a_project_opens_nothing(folder):
    find_project(folder)
    assert sorted(path.name for path in (folder / ".cutover").iterdir()) == ["master.key"]


def test_everything_it_opens_lies_in_its_data_folder(project, folder, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    project.log(make=True), project.keys(), project.producer_state(), project.view("workspace")
    databases = {path.name for path in (folder / ".cutover").glob("*.db")}
    assert databases == {"log.db", "keys.db", "state.db"}
    assert sorted(path.name for path in folder.iterdir()) == [".cutover", ".env.example", ".gitignore", "cutover.toml"]
    assert [path.name for path in tmp_path.iterdir()] == ["riverside"]


def test_each_resource_is_opened_once(project):
    assert project.log(make=True) is project.log()
    assert project.keys() is project.keys()
    assert project.producer_state() is project.producer_state()
    assert project.view("a") is project.view("a")
    assert project.view("a") is not project.view("b")


def test_what_was_closed_can_be_opened_again(project):
    project.log(make=True).append([NewEntry(CHANGES, b"key", b"value")])
    project.close()
    project.close()
    assert project.log().ends(CHANGES) == {0: 1}


def test_everything_is_closed_when_one_thing_fails_to(project, monkeypatch):
    closed = []
    monkeypatch.setattr(project.log(make=True), "close", lambda: closed.append("log"))
    project._open.callback(project.log().close)
    monkeypatch.setattr(project.producer_state(), "close", lambda: 1 / 0)
    project._open.callback(project.producer_state().close)
    with pytest.raises(ZeroDivisionError):
        project.close()
    assert closed == ["log"]


def test_the_practice_is_that_of_the_settings(project):
    assert project.practice.id == "riverside"


def test_a_world_can_be_handed_in(folder):
    world = World(entropy=bytes)
    assert find_project(folder, world).world is world


@pytest.mark.parametrize(
    ("options", "user", "said"),
    [
        ("&security_protocol=SASL_SSL", "", "log.url: asks for SASL, which needs CUTOVER_LOG__USER and CUTOVER_LOG__PASSWORD"),
        ("", "anna", "log.url: must say security_protocol=SASL_SSL where there is a user's name and password"),
    ],
)
def test_a_user_of_a_kafka_log_and_its_url_must_go_together(folder, monkeypatch, options, user, said):
    monkeypatch.setenv("CUTOVER_LOG__URL", f"kafka://host:9092?prefix=riverside{options}")
    monkeypatch.setenv("CUTOVER_LOG__USER", user)
    with pytest.raises(SettingsError) as error:
        find_project(folder).log()
    assert str(error.value) == said


def test_a_kafka_log_is_opened_with_its_registry_and_its_writers_folder(folder, monkeypatch, kafka):
    monkeypatch.setenv("CUTOVER_LOG__URL", f"kafka://{kafka}?prefix=t{uuid4().hex}&partitions=3")
    with find_project(folder) as project:
        assert list(project.log(make=True).partitions(CHANGES)) == [0, 1, 2]
        project.log().append([NewEntry(CHANGES, b"household", b"x")])
        assert list((folder / ".cutover/writers").glob("*.name")), "the name that this process writes under"
    assert not list((folder / ".cutover/writers").glob("*.name")), "given up at the end"


def test_postgresql_without_its_driver_is_said_when_it_is_opened(folder, monkeypatch):
    monkeypatch.setenv("CUTOVER_STATE__URL", "postgresql+psycopg://u:hunter2@host/cutover")
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    project = find_project(folder)
    for opening in (project.producer_state, lambda: project.view("workspace")):
        with pytest.raises(SettingsError, match="driver for PostgreSQL is not installed") as refused:
            opening()
        assert "hunter2" not in str(refused.value)


def test_a_log_is_made_for_those_who_ask_for_it_and_no_others(project, folder):
    with pytest.raises(LogMissing, match=r"there is no log yet: .*log\.db does not exist; .*make it with `cutover map propose"):
        project.log()
    assert not (folder / ".cutover/log.db").exists()
    assert project.keys(), "there are no events to which keys could be missing"
    project.log(make=True)
    assert (folder / ".cutover/log.db").exists()


@pytest.mark.parametrize("reader", ["producer", "consumer"])
@pytest.mark.parametrize("make", [True, False])
def test_a_lost_log_is_never_replaced_beside_a_state_that_has_read_it(project, folder, reader, make):
    if reader == "producer":
        project.producer_state().save(progress={(CHANGES, 0): 7})
    else:
        project.view("workspace").save(progress={(CHANGES, 0): 7})
    with pytest.raises(LogDamaged, match=r"the log is lost: .*log\.db does not exist, and the state has read events of it"):
        project.log(make=make)
    assert not (folder / ".cutover/log.db").exists()


def test_a_master_key_that_others_may_read_is_a_warning(project, folder):
    (folder / ".cutover/master.key").chmod(0o644)
    project.keys()
    assert len(project.warnings) == 1
    assert "can be read by others" in project.warnings[0]


def test_another_master_key_does_not_open_the_key_store(folder, monkeypatch):
    with find_project(folder) as project:
        project.keys().derive("anything")
    monkeypatch.setenv("CUTOVER_KEYS__MASTER_KEY", "00" * 32)
    with find_project(folder) as project, pytest.raises(WrongMasterKey):
        project.keys()


def test_without_a_master_key_no_key_store_is_made(project, folder):
    (folder / ".cutover/master.key").unlink()
    with pytest.raises(MasterKeyMissing):
        project.keys()
    assert not (folder / ".cutover/keys.db").exists()


def test_a_lost_key_store_is_never_replaced_beside_a_log_with_events(project, folder):
    project.log(make=True).append([NewEntry(CHANGES, b"key", b"value")])
    with pytest.raises(
        SettingsError, match=r"the key store .*keys\.db is missing while the log holds events; restore it from its backup"
    ):
        project.keys()
    assert not (folder / ".cutover/keys.db").exists()


class TestExitCodes:
    def test_the_programs_own_errors_carry_theirs(self):
        codes = {UsageError: 2, SettingsError: 2, UnreachableError: 3, ApprovalMissing: 4}
        assert {kind: exit_code_of(kind("text")) for kind in codes} == codes

    def test_what_is_unreachable_ends_with_3(self):
        from sqlalchemy.exc import OperationalError

        from consumers.twenty.transport import errors
        from events.codec.avro import NotAnEvent
        from events.database import DatabaseUnreachable
        from events.log.port import LogDamaged, LogUnreachable

        for kind in (
            *(errors.Unreachable, errors.ServerFault, errors.RateLimited, errors.OutcomeUnknown, errors.UnexpectedAnswer),
            *(LogUnreachable, LogDamaged, NotAnEvent, DatabaseUnreachable),
        ):
            assert exit_code_of(kind("text")) is ExitCode.UNREACHABLE
        assert exit_code_of(OperationalError("SELECT", {}, Exception())) is ExitCode.UNREACHABLE

    def test_what_the_operator_named_wrongly_ends_with_2(self):
        from producers.sources.port import AnotherPractice, ExtractMissing

        for kind in (MasterKeyMissing, WrongMasterKey, ExtractMissing, AnotherPractice):
            assert exit_code_of(kind("text")) is ExitCode.USAGE

    @pytest.mark.parametrize("defect", [ValueError("x"), KeyError("x"), KeyboardInterrupt()])
    def test_a_defect_has_none(self, defect):
        assert exit_code_of(defect) is None

    def test_a_message_is_one_line(self):
        assert message_of(UsageError("one\n  two")) == "one two"

    def test_a_database_error_is_told_without_its_parameters(self):
        from sqlalchemy.exc import OperationalError

        error = OperationalError(
            "INSERT INTO t VALUES (?)", ("hunter2",), Exception("database or disk is full\nDETAIL: hunter2")
        )
        assert "(database or disk is full)" in message_of(error)
        assert "hunter2" not in message_of(error)
