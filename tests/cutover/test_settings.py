"""`cutover.toml` and the environment become settings, or one line that says what to correct."""

import os
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from consumers.journal.three_way import Policy
from cutover.project.errors import SettingsError
from cutover.project.load_settings import load_settings
from events.errors import ExitCode
from events.vocabulary.practice import Practice

NAMESPACE = "6f1f64a2-6f0e-4b0c-9a53-9a3d5b1f2f10"
PRACTICE = f"""
[practice]
id = "riverside"
name = "Riverside Family Dental"
timezone = "America/New_York"
currency = "USD"
date_order = "mdy"
namespace = "{NAMESPACE}"
"""


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch):
    for name in [name for name in os.environ if name.upper().startswith("CUTOVER_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def load(tmp_path):
    def write_and_load(more="", practice=PRACTICE):
        (tmp_path / "cutover.toml").write_text(practice + more, encoding="utf-8")
        return load_settings(tmp_path)

    return write_and_load


@pytest.fixture
def refusal(load):
    def text(more="", practice=PRACTICE):
        with pytest.raises(SettingsError) as refused:
            load(more, practice)
        assert refused.value.exit_code is ExitCode.USAGE
        assert "\n" not in str(refused.value)
        assert refused.value.__cause__ is None
        return str(refused.value)

    return text


def test_a_practice_alone_is_enough_and_the_rest_has_defaults(load, tmp_path):
    settings = load()
    assert settings.log.url == f"sqlite:///{tmp_path}/.cutover/log.db"
    assert settings.state.url == f"sqlite:///{tmp_path}/.cutover/state.db"
    assert settings.keys.url == f"sqlite:///{tmp_path}/.cutover/keys.db"
    assert settings.keys.master_key_file == tmp_path / ".cutover/master.key"
    assert (settings.twenty.rate_limit, settings.twenty.batch_size, settings.twenty.timeout) == (100, 200, 60)
    assert settings.twenty.conflicts is Policy.TWENTY_WINS
    assert settings.twenty.fallback_member == ""
    assert settings.deletions.limit == 0.05


def test_the_practice_is_handed_on_as_the_other_packages_know_it(load):
    assert load().to_practice() == Practice(
        id="riverside",
        name="Riverside Family Dental",
        zone=ZoneInfo("America/New_York"),
        currency="USD",
        date_order="mdy",
        namespace=UUID(NAMESPACE),
    )


def test_every_key_can_be_set(load, tmp_path):
    settings = load(
        'aliases = "renumbered.csv"\n[log]\nurl = "sqlite:///l.db"\n[state]\nurl = "postgresql+psycopg://u:pw@db/cutover"\n'
        '[keys]\nurl = "sqlite:////var/keys.db"\nmaster_key_file = "/etc/master.key"\nmaster_key_command = "kms read"\n'
        '[twenty]\nurl = "https://crm.example.com/"\nrate_limit = 0\nbatch_size = 60\nfallback_member = "desk@riverside.test"\n'
        'conflicts = "source-wins"\ntimeout = 2.5\napi_key_file = "twenty.key"\n[deletions]\nlimit = 0.2\n'
    )
    assert settings.practice.aliases == tmp_path / "renumbered.csv"
    assert settings.log.url == f"sqlite:///{tmp_path}/l.db"
    assert settings.state.url == "postgresql+psycopg://u:pw@db/cutover"
    assert settings.keys.url == "sqlite:////var/keys.db"
    assert settings.keys.master_key_file == Path("/etc/master.key")
    assert settings.keys.master_key_command == "kms read"
    assert settings.workspace_url() == "https://crm.example.com"
    assert (settings.twenty.rate_limit, settings.twenty.batch_size, settings.twenty.timeout) == (0, 60, 2.5)
    assert settings.twenty.fallback_member == "desk@riverside.test"
    assert settings.twenty.conflicts is Policy.SOURCE_WINS
    assert settings.twenty.api_key_file == tmp_path / "twenty.key"
    assert settings.deletions.limit == 0.2


@pytest.mark.parametrize(
    ("variable", "value", "read"),
    [
        ("CUTOVER_PRACTICE__NAME", "Other", lambda s: s.practice.name),
        ("CUTOVER_PRACTICE__DATE_ORDER", "ymd", lambda s: s.practice.date_order),
        ("CUTOVER_TWENTY__URL", "http://127.0.0.1:8080", lambda s: s.workspace_url()),
        ("CUTOVER_TWENTY__RATE_LIMIT", "600", lambda s: str(s.twenty.rate_limit)),
        ("CUTOVER_TWENTY__CONFLICTS", "report-only", lambda s: s.twenty.conflicts.value),
        ("CUTOVER_TWENTY__API_KEY", "a-key", lambda s: s.api_key().get_secret_value()),
        ("CUTOVER_KEYS__MASTER_KEY", "ab" * 32, lambda s: s.keys.master_key.get_secret_value()),
        ("CUTOVER_DELETIONS__LIMIT", "0.5", lambda s: str(s.deletions.limit)),
        ("CUTOVER_STATE__URL", "sqlite:////tmp/s.db", lambda s: s.state.url),
    ],
)
def test_a_variable_goes_before_the_file(load, monkeypatch, variable, value, read):
    monkeypatch.setenv(variable, value)
    assert read(load('[twenty]\nrate_limit = 5\nfallback_member = "a@b.example"\n')) == value


def test_a_variable_changes_its_own_key_only(load, monkeypatch):
    monkeypatch.setenv("CUTOVER_TWENTY__RATE_LIMIT", "7")
    assert load("[twenty]\nbatch_size = 60\n").twenty.batch_size == 60


def test_a_relative_path_in_a_variable_starts_at_the_project_too(load, monkeypatch, tmp_path):
    monkeypatch.chdir("/")
    monkeypatch.setenv("CUTOVER_LOG__URL", "sqlite:///other/log.db")
    assert load().log.url == f"sqlite:///{tmp_path}/other/log.db"


def test_a_folder_of_any_name_survives_the_trip_through_a_url(tmp_path):
    from sqlalchemy.engine import make_url

    folder = tmp_path / "a b%20c?d#e ü"
    folder.mkdir()
    (folder / "cutover.toml").write_text(PRACTICE, encoding="utf-8")
    assert make_url(load_settings(folder).log.url).database == str(folder / ".cutover/log.db")


def test_a_file_saved_by_notepad_is_read(tmp_path):
    (tmp_path / "cutover.toml").write_bytes(b"\xef\xbb\xbf" + PRACTICE.replace("\n", "\r\n").encode())
    assert load_settings(tmp_path).practice.id == "riverside"


def test_a_kafka_log_is_a_setting_like_any_other(load):
    url = "kafka://host:9092,host2:9092?prefix=riverside"
    assert load(f'[log]\nurl = "{url}"\n').log.url == url


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("[twenty]\nrate_limt = 5\n", 'cutover.toml: twenty.rate_limt: is no setting; did you mean "rate_limit"?'),
        ("time_zone = 'UTC'\n", 'practice.time_zone: is no setting; did you mean "timezone"?'),
        ("[twenty]\nzzz = 5\n", "twenty.zzz: is no setting; there are: url, api_key_file, covered"),
        ("[log]\nbatch_size = 5\n", "log.batch_size: is no setting; it belongs to section twenty"),
        ("[twentie]\nrate_limit = 5\n", 'twentie: is no section; did you mean "twenty"?'),
        ("[twenty]\nrate_limit = 'fast'\n", "twenty.rate_limit: must be a whole number"),
        ("[twenty]\nrate_limit = true\n", "twenty.rate_limit: must be a number"),
        ("[twenty]\nrate_limit = 1.5\n", "twenty.rate_limit: must be a whole number"),
        ("[twenty]\nrate_limit = -1\n", "twenty.rate_limit: must be at least 0"),
        ("[twenty]\nbatch_size = 0\n", "twenty.batch_size: must be at least 1"),
        ("[twenty]\nbatch_size = 201\n", "twenty.batch_size: must be at most 200"),
        ("[twenty]\ntimeout = 0\n", "twenty.timeout: must be more than 0"),
        ("[twenty]\ntimeout = nan\n", "twenty.timeout: must be"),
        ("[twenty]\nurl = 5\n", "twenty.url: must be a text in quotes"),
        ("[twenty]\nurl = 'crm.example.com'\n", "twenty.url: must be the workspace's address as in https://"),
        ("[twenty]\nurl = 'http://host:port'\n", "twenty.url: must be the workspace's address as in https://"),
        ("[twenty]\nurl = 'https://crm.example.com/rest/'\n", "twenty.url: must be the workspace's address alone"),
        ("[twenty]\nfallback_member = 'Anna'\n", "twenty.fallback_member: must be the e-mail of a member"),
        ("[twenty]\nconflicts = 'mine'\n", "twenty.conflicts: must be one of twenty-wins, source-wins, report-only"),
        ("[twenty]\nnew_options = 'sometimes'\n", "twenty.new_options: must be one of add, dead-letter"),
        ("[twenty]\napi_key_file = ''\n", "twenty.api_key_file: must be a path"),
        ("[deletions]\nlimit = 5\n", "deletions.limit: must be at most 1"),
        ("[log]\nurl = 'postgresql+psycopg://h/d'\n", "log.url: must be a URL as in sqlite:///.cutover/log.db or kafka://"),
        ("[log]\nurl = 'kafka://'\n", "log.url: must name its brokers"),
        ("[log]\nurl = 'kafka://host'\n", "log.url: must name its brokers"),
        ("[log]\nurl = 'kafka://host:9092'\n", "log.url: must name the log's topics as in kafka://HOST:9092?prefix=NAME"),
        ("[log]\nurl = 'kafka://host:9092?prefix=a b'\n", "log.url: has a prefix that cannot begin a topic's name"),
        ("[log]\nurl = 'kafka://host:9092?prefix=p&partitions=0'\n", "log.url: has a partitions that is no number from 1 to"),
        ("[log]\nurl = 'kafka://host:9092?prefix=p&acks=1'\n", "log.url: has the option acks, which is none of prefix, parti"),
        ("[log]\nurl = 'kafka://host:9092?prefix=p&security_protocol=TLS'\n", "log.url: has a security_protocol that is none"),
        ("[log]\nurl = 'kafka://host:9092?prefix=p&sasl_mechanism=PLAIN'\n", "log.url: has a sasl_mechanism, which needs"),
        ("[log]\nurl = 'kafka://anna:hunter2@host:9092?prefix=p'\n", "log.url: must not hold a user's name or password"),
        ("[log]\npassword = 'hunter2'\n", "log.password: a secret must not stand in this file; remove it there and set CUT"),
        ("[log]\nregistry = 'host:8081'\n", "log.registry: must be the registry's address as in http://HOST:8081"),
        ("[log]\nurl = 'sqlite://log.db'\n", "log.url: needs three slashes"),
        ("[log]\nurl = 'sqlite://'\n", "log.url: must name a file"),
        ("[state]\nurl = 'sqlite:///:memory:'\n", "state.url: must name a file"),
        (
            "[state]\nurl = 'mysql://h/d'\n",
            "state.url: must be a URL as in sqlite:///.cutover/state.db or postgresql+psycopg://",
        ),
        ("[keys]\nurl = 'keys.db'\n", "keys.url: must be a URL as in sqlite:///.cutover/keys.db or"),
        ("[keys]\nurl = 'sqlite:///.cutover/state.db'\n", "keys.url: is the same database as state.url; give each its own"),
        ("[state]\nurl = 'state.db'\n", "state.url: must be a URL as in"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(refusal, tmp_path, more, said):
    text = refusal(more)
    assert said in text
    assert text.startswith(str(tmp_path / "cutover.toml"))


@pytest.mark.parametrize(
    ("line", "wrong", "said"),
    [
        ('id = "riverside"', 'id = "River:side"', "practice.id: must be lower-case letters, digits and dashes"),
        ('name = "Riverside Family Dental"', 'name = " "', "practice.name: must be a name"),
        (
            '"America/New_York"',
            '"america/newyork"',
            'practice.timezone: there is no time zone of this name; did you mean "America/New_York"?',
        ),
        ('"America/New_York"', '"../../etc/passwd"', "practice.timezone: there is no time zone of this name"),
        ('currency = "USD"', 'currency = "$"', "practice.currency: must be the three letters"),
        ('date_order = "mdy"', 'date_order = "american"', 'practice.date_order: must be "mdy", "dmy" or "ymd"'),
        (NAMESPACE, "new", "practice.namespace: must be a UUID"),
        ('currency = "USD"\n', "", "practice.currency: is missing"),
        ('currency = "USD"', 'curency = "USD"', 'practice.curency: is no setting; did you mean "currency"?'),
        ("[practice]", "[[practice]]", "practice: must be a section"),
        ('name = "Riverside Family Dental"', "name = Riverside", "is not TOML: "),
    ],
)
def test_what_is_wrong_with_the_practice_is_said_in_one_line(refusal, line, wrong, said):
    assert line in PRACTICE
    assert said in refusal(practice=PRACTICE.replace(line, wrong))


def test_spellings_of_currency_and_date_order_are_forgiven(load):
    practice = load(practice=PRACTICE.replace('"USD"', '"usd"').replace('"mdy"', '"MDY"')).practice
    assert (practice.currency, practice.date_order) == ("USD", "mdy")


def test_an_empty_file_lacks_the_practice(refusal):
    assert "practice: is missing" in refusal(practice="")


def test_a_file_that_is_no_text_is_said(tmp_path):
    (tmp_path / "cutover.toml").write_bytes(b'[practice]\nname = "\xff\xfe"\n')
    with pytest.raises(SettingsError, match="is not UTF-8 text; save it as UTF-8"):
        load_settings(tmp_path)


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings(tmp_path)


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("CUTOVER_TWENTY__RATE_LIMIT", "fast", "environment: CUTOVER_TWENTY__RATE_LIMIT: must be a whole number"),
        ("CUTOVER_TWENTY__APIKEY", "hunter2", 'environment: CUTOVER_TWENTY__APIKEY: is no setting; did you mean "api_key"?'),
        ("CUTOVER_TWENTTY__URL", "http://x", 'CUTOVER_TWENTTY__URL: there is no section twentty; did you mean "twenty"?'),
        ("CUTOVER_LOG", "debug", "environment: CUTOVER_LOG: names a section without a key; use CUTOVER_LOG__KEY"),
        ("CUTOVER_LOG__URL__X", "hunter2", 'CUTOVER_LOG__URL__X: is no setting; did you mean "url"?'),
    ],
)
def test_a_variable_that_is_wrong_is_named(refusal, monkeypatch, variable, value, said):
    monkeypatch.setenv(variable, value)
    text = refusal()
    assert said in text
    assert "hunter2" not in text


def test_other_variables_of_the_same_prefix_are_none_of_our_business(load, monkeypatch):
    monkeypatch.setenv("CUTOVER_HOME", "/somewhere")
    assert load()


@pytest.mark.parametrize(
    ("more", "remedy"),
    [
        ("[twenty]\napi_key = 'hunter2'\n", "CUTOVER_TWENTY__API_KEY"),
        ("[keys]\nmaster_key = 'hunter2'\n", "CUTOVER_KEYS__MASTER_KEY"),
        ("[twenty]\napi_key_file = 'eyJhunter2.e30.x'\n", "not the key itself"),
        (f"[keys]\nmaster_key_file = '{'ab' * 32}'\n", "not the key itself"),
    ],
)
def test_a_secret_must_not_stand_in_the_file(refusal, more, remedy):
    text = refusal(more)
    assert remedy in text
    assert "hunter2" not in text
    assert "abab" not in text


@pytest.mark.parametrize(
    "more",
    [
        "[state]\nurl = 'postgresql+psycopg://u:hunter2@h:port/d'\n",
        "[log]\nurl = 'redis://u:hunter2@h'\n",
        "[twenty]\nurl = 'ftp://u:hunter2@h'\n",
    ],
)
def test_a_password_in_a_url_is_never_repeated(refusal, more):
    assert "hunter2" not in refusal(more)


def test_secrets_are_not_in_the_representation(load, monkeypatch):
    monkeypatch.setenv("CUTOVER_TWENTY__API_KEY", "hunter2")
    monkeypatch.setenv("CUTOVER_KEYS__MASTER_KEY", "hunter2")
    settings = load(
        '[state]\nurl = "postgresql+psycopg://u:hunter2@h/d"\n[keys]\nmaster_key_command = "kms --token hunter2"\n'
        '[twenty]\nurl = "http://u:hunter2@h"\n'
    )
    assert "hunter2" not in repr(settings) + str(settings) + repr(settings.api_key())


def test_settings_cannot_be_changed(load):
    settings = load()
    with pytest.raises(ValueError):
        settings.twenty.rate_limit = 1


class TestApiKey:
    def test_comes_from_the_file_that_is_named(self, load, tmp_path):
        (tmp_path / "twenty.key").write_text("a-key\n")
        assert load('[twenty]\napi_key_file = "twenty.key"\n').api_key().get_secret_value() == "a-key"

    def test_comes_from_the_variable_first(self, load, monkeypatch):
        monkeypatch.setenv("CUTOVER_TWENTY__API_KEY", " from-variable ")
        assert load('[twenty]\napi_key_file = "not-there"\n').api_key().get_secret_value() == "from-variable"

    def test_an_empty_variable_counts_as_none(self, load, monkeypatch):
        monkeypatch.setenv("CUTOVER_TWENTY__API_KEY", "")
        with pytest.raises(SettingsError, match="there is no API key for Twenty; set CUTOVER_TWENTY__API_KEY"):
            load().api_key()

    def test_a_file_that_is_not_there_is_named(self, load):
        with pytest.raises(SettingsError, match=r"twenty\.api_key_file: .*/nowhere cannot be read"):
            load('[twenty]\napi_key_file = "nowhere"\n').api_key()

    @pytest.mark.parametrize("content", [b"", b"two words", b"\xff\xfe"])
    def test_a_file_that_holds_something_else_is_named(self, load, tmp_path, content):
        (tmp_path / "twenty.key").write_bytes(content)
        with pytest.raises(SettingsError, match="does not hold one API key"):
            load('[twenty]\napi_key_file = "twenty.key"\n').api_key()


def test_a_workspace_without_an_address_is_said_when_it_is_needed(load):
    with pytest.raises(SettingsError, match=r"twenty\.url: is empty; .* CUTOVER_TWENTY__URL"):
        load().workspace_url()


@pytest.mark.parametrize("odd", ["1e300", "inf", "nan", "-1", "1e-400", '"soon"', "true"])
@pytest.mark.parametrize("setting", ["twenty.timeout", "deliveries.quiet", "deletions.limit", "twenty.in_flight"])
def test_an_odd_number_is_refused_where_it_could_not_be_waited_or_counted(setting, odd, load):
    section, _, key = setting.partition(".")
    if (odd, setting) in {("1e-400", "deliveries.quiet"), ("1e-400", "deletions.limit")}:
        return  # zero, which both allow
    with pytest.raises(SettingsError, match=setting):
        load(f"[{section}]\n{key} = {odd}\n")
