"""The settings: `cutover.toml` in the project's folder, overridden by environment variables `CUTOVER_SECTION__KEY`.

Relative paths, also inside `sqlite:///` URLs, start at the project's folder. Secrets come from the environment or from a file,
never from `cutover.toml`. Whatever is wrong is one `SettingsError`: where, which `section.key`, what is wrong, what to do.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from itertools import combinations
from pathlib import Path
from typing import Annotated, Any, Final, cast
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from consumers.three_way import Policy
from cutover.project.errors import SettingsError
from events.change_events import LARGEST_EVENT
from events.kafka_settings import parse_kafka_url
from events.practice import DateOrder, Practice

FILE_NAME = "cutover.toml"
DATA_FOLDER = ".cutover"
MASTER_KEY_FILE = f"{DATA_FOLDER}/master.key"
LOG_URL = f"sqlite:///{DATA_FOLDER}/log.db"
STATE_URL = f"sqlite:///{DATA_FOLDER}/state.db"
KEYS_URL = f"sqlite:///{DATA_FOLDER}/keys.db"

_PREFIX = "CUTOVER_"


def valid_id(value: str) -> str:
    """A practice's id as it stands in every pbnId. Raises ValueError."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", value):
        raise ValueError('must be lower-case letters, digits and dashes (at most 63), as in "riverside"')
    return value


def valid_name(value: str) -> str:
    """A practice's name. Raises ValueError."""
    if not value.strip() or not value.isprintable():
        raise ValueError("must be a name on one line")
    return value.strip()


def valid_timezone(value: str) -> str:
    """The name of a time zone that this machine knows. Raises ValueError."""
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        zones = available_timezones()
        folded = {zone.lower(): zone for zone in sorted(zones)}
        close = difflib.get_close_matches(value.replace(" ", "_").lower(), folded, n=1)
        hint = f'did you mean "{folded[close[0]]}"?' if close else 'give a name as in "America/New_York"'
        raise ValueError(f"there is no time zone of this name; {hint}") from None
    return value


def valid_currency(value: str) -> str:
    """An ISO 4217 code, in capitals. Raises ValueError."""
    if not re.fullmatch(r"[A-Za-z]{3}", value):
        raise ValueError('must be the three letters of a currency, as in "USD"')
    return value.upper()


def valid_date_order(value: str) -> str:
    """How the practice writes dates: mdy, dmy or ymd. Raises ValueError."""
    if value.lower() not in ("mdy", "dmy", "ymd"):
        raise ValueError('must be "mdy", "dmy" or "ymd"')
    return value.lower()


def _log_url(value: str) -> str:
    if not value.startswith("kafka:"):
        return _database_url(value, ("sqlite",), f"{LOG_URL} or kafka://HOST:9092?prefix=NAME")
    parse_kafka_url(value)
    return value


def _token_url(value: str) -> str:
    parts = urlsplit(value)
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1"))
    if value and not (safe and parts.hostname and "@" not in parts.netloc):  # a client's secret travels there
        raise ValueError("must be the token endpoint's address as in https://HOST/token, without a user's name, or empty")
    return value


def _registry(value: str) -> str:
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
    except ValueError:
        usable = False
    if value and (not usable or parts.query or parts.fragment):
        raise ValueError("must be the registry's address as in http://HOST:8081, without a user's name, or empty")
    return value.rstrip("/")


def _state_url(value: str) -> str:
    return _database_url(value, ("sqlite", "postgresql+psycopg"), f"{STATE_URL} or postgresql+psycopg://USER@HOST/DATABASE")


def _keys_url(value: str) -> str:
    return _database_url(value, ("sqlite", "postgresql+psycopg"), f"{KEYS_URL} or postgresql+psycopg://USER@HOST/DATABASE")


def _database_url(value: str, drivers: tuple[str, ...], form: str) -> str:
    try:
        url = make_url(value)
    except (ArgumentError, ValueError):  # their text repeats the URL, which may hold a password
        raise ValueError(f"must be a URL as in {form}") from None
    if url.drivername not in drivers:
        raise ValueError(f"must be a URL as in {form}")
    if url.drivername == "sqlite" and url.host:
        raise ValueError(f"needs three slashes before the file, as in {LOG_URL}")
    if url.drivername == "sqlite" and (url.database or ":memory:") == ":memory:":
        raise ValueError("must name a file: a database in memory would be forgotten when the command ends")
    return value


def _workspace_url(value: str) -> str:
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if value and (not usable or parts.query or parts.fragment):
        raise ValueError("must be the workspace's address as in https://crm.example.com")
    if value and parts.path.rstrip("/").endswith(("/rest", "/graphql", "/metadata")):
        raise ValueError("must be the workspace's address alone, without /rest or /graphql")
    return value.rstrip("/")


def _email(value: str) -> str:
    if value and not re.fullmatch(r"[^@\s]+@[^@\s]+", value):
        raise ValueError('must be the e-mail of a member, or empty ("")')
    return value


def _number(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("must be a number")  # noqa: TRY004 - pydantic reports ValueErrors
    return value


def _path(value: object) -> object:
    if isinstance(value, str) and (not value.strip() or "\0" in value):
        raise ValueError("must be a path; leave the key out where there is no such file")
    if isinstance(value, str) and re.match(r"eyJ|[0-9a-fA-F]{64}$", value):
        raise ValueError("must be the path of a file that holds the key, not the key itself; move the key into a file")
    return value


class Section(BaseModel):
    """What every section has in common: it cannot be changed, and a key that it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, allow_inf_nan=False)


class PracticeSection(Section):
    """[practice]. The deterministic ids are made under `namespace`, a random UUID; `aliases` is a file of renumbered ids."""

    id: Annotated[str, AfterValidator(valid_id)]
    name: Annotated[str, AfterValidator(valid_name)]
    timezone: Annotated[str, AfterValidator(valid_timezone)]
    currency: Annotated[str, AfterValidator(valid_currency)]
    date_order: Annotated[str, AfterValidator(valid_date_order)]
    namespace: UUID
    aliases: Annotated[Path | None, BeforeValidator(_path)] = None


class LogSection(Section):
    """[log]. `registry` is a schema registry that speaks Confluent's API; user and password are Kafka's, for SASL.

    With SASL/OAUTHBEARER they are a client's id and secret at `token_url`. `ca_file` vouches for registry and token endpoint.
    `largest_event` is in bytes: a row whose change event is larger is a dead letter.
    """

    url: Annotated[str, AfterValidator(_log_url)] = Field(default=LOG_URL, repr=False)
    registry: Annotated[str, AfterValidator(_registry)] = ""
    largest_event: Annotated[int, BeforeValidator(_number)] = Field(default=LARGEST_EVENT, ge=65_536, le=67_108_864)
    token_url: Annotated[str, AfterValidator(_token_url)] = ""
    token_scope: str = ""
    token_file: Annotated[Path | None, BeforeValidator(_path)] = None
    ca_file: Annotated[Path | None, BeforeValidator(_path)] = None
    user: SecretStr = SecretStr("")
    password: SecretStr = SecretStr("")
    registry_user: SecretStr = SecretStr("")
    registry_password: SecretStr = SecretStr("")

    @property
    def is_kafka(self) -> bool:
        """Whether the log lies on a Kafka cluster."""
        return self.url.startswith("kafka:")


class StateSection(Section):
    """[state]."""

    url: Annotated[str, AfterValidator(_state_url)] = Field(default=STATE_URL, repr=False)


class KeysSection(Section):
    """[keys]. The master key is the variable's value, else what the command prints, else what the file holds."""

    url: Annotated[str, AfterValidator(_keys_url)] = Field(default=KEYS_URL, repr=False)
    master_key_file: Annotated[Path, BeforeValidator(_path)] = Path(MASTER_KEY_FILE)
    master_key_command: str = Field(default="", repr=False)
    master_key: SecretStr = SecretStr("")


class NewOptions(StrEnum):
    """What becomes of a word for which a SELECT has no option yet."""

    ADD = "add"
    DEAD_LETTER = "dead-letter"


class TwentySection(Section):
    """[twenty]. `rate_limit` is in requests a minute (0: none), `timeout` in seconds, `upload_limit` in bytes (0: none)."""

    url: Annotated[str, AfterValidator(_workspace_url)] = Field(default="", repr=False)
    rate_limit: Annotated[int, BeforeValidator(_number)] = Field(default=100, ge=0)
    batch_size: Annotated[int, BeforeValidator(_number)] = Field(default=200, ge=1, le=200)
    in_flight: Annotated[int, BeforeValidator(_number)] = Field(default=16, ge=1, le=32)
    new_options: NewOptions = NewOptions.ADD
    upload_limit: Annotated[int, BeforeValidator(_number)] = Field(default=10_000_000, ge=0)
    fallback_member: Annotated[str, AfterValidator(_email)] = ""
    conflicts: Policy = Policy.TWENTY_WINS
    private: list[str] = []
    granted: list[str] = []
    audited: bool | None = None
    timeout: Annotated[float, BeforeValidator(_number)] = Field(default=60.0, gt=0)
    api_key_file: Annotated[Path | None, BeforeValidator(_path)] = None
    api_key: SecretStr = SecretStr("")


class DeletionsSection(Section):
    """[deletions]. `limit` is the share of an entity's live records that may disappear between two full extracts."""

    limit: Annotated[float, BeforeValidator(_number)] = Field(default=0.05, ge=0, le=1)


class Settings(BaseSettings):
    """All sections; made by `load_settings`, with every path absolute."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, env_nested_delimiter="__", frozen=True, extra="forbid", hide_input_in_errors=True
    )

    practice: PracticeSection
    log: LogSection = LogSection()
    state: StateSection = StateSection()
    keys: KeysSection = KeysSection()
    twenty: TwentySection = TwentySection()
    deletions: DeletionsSection = DeletionsSection()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment goes before what is handed in (the file); nothing else is asked."""
        return env_settings, init_settings

    def to_practice(self) -> Practice:
        """The practice, as the other packages know it."""
        own = self.practice
        order = cast(DateOrder, own.date_order)
        return Practice(own.id, own.name, ZoneInfo(own.timezone), own.currency, order, own.namespace)

    def workspace_url(self) -> str:
        """The workspace's address. Raises SettingsError when there is none."""
        if not self.twenty.url:
            raise SettingsError(
                f"twenty.url: is empty; write your Twenty's address into {FILE_NAME} or set CUTOVER_TWENTY__URL"
            )
        return self.twenty.url

    def api_key(self) -> SecretStr:
        """The API key of the workspace, from the environment or from its file. Raises SettingsError when there is none."""
        key = self.twenty.api_key.get_secret_value().strip()
        if key:
            return SecretStr(key)
        file = self.twenty.api_key_file
        if file is None:
            raise SettingsError(
                "there is no API key for Twenty; set CUTOVER_TWENTY__API_KEY or name a file in twenty.api_key_file"
            )
        try:
            key = file.read_text(encoding="ascii").strip()
        except OSError as error:
            raise SettingsError(
                f"twenty.api_key_file: {file} cannot be read ({error.strerror}); put the API key there"
            ) from None
        except UnicodeDecodeError:
            key = ""
        if not key or len(key.split()) > 1:
            raise SettingsError(f"twenty.api_key_file: {file} does not hold one API key; put the key there, and nothing else")
        return SecretStr(key)

    def starting_at(self, folder: Path) -> Settings:
        """The same settings, with relative paths starting at this folder."""
        aliases, key_file = self.practice.aliases, self.twenty.api_key_file
        return self.model_copy(
            update={
                "practice": self.practice.model_copy(update={"aliases": folder / aliases if aliases else None}),
                "log": self.log.model_copy(
                    update={
                        "url": _absolute(self.log.url, folder),
                        "token_file": folder / self.log.token_file if self.log.token_file else None,
                        "ca_file": folder / self.log.ca_file if self.log.ca_file else None,
                    }
                ),
                "state": StateSection.model_construct(url=_absolute(self.state.url, folder)),
                "keys": self.keys.model_copy(
                    update={"url": _absolute(self.keys.url, folder), "master_key_file": folder / self.keys.master_key_file}
                ),
                "twenty": self.twenty.model_copy(update={"api_key_file": folder / key_file if key_file else None}),
            }
        )


def _absolute(url: str, folder: Path) -> str:
    if not url.startswith("sqlite:"):
        return url
    parsed = make_url(url)
    assert parsed.database, "validated"
    return parsed.set(database=(folder / parsed.database).as_posix()).render_as_string(hide_password=False)


_SECTIONS: Final[Mapping[str, type[BaseModel]]] = {
    name: field.annotation for name, field in Settings.model_fields.items() if isinstance(field.annotation, type)
}
_SECRETS: Final = {
    ("twenty", "api_key"): "set CUTOVER_TWENTY__API_KEY, or name a file that holds it in twenty.api_key_file",
    ("log", "user"): "set CUTOVER_LOG__USER",
    ("log", "password"): "set CUTOVER_LOG__PASSWORD",
    ("log", "registry_user"): "set CUTOVER_LOG__REGISTRY_USER",
    ("log", "registry_password"): "set CUTOVER_LOG__REGISTRY_PASSWORD",
    ("keys", "master_key"): "set CUTOVER_KEYS__MASTER_KEY, or name a file that holds it in keys.master_key_file",
}


def load_settings(folder: Path) -> Settings:
    """The settings of the project in this folder (absolute). Raises SettingsError."""
    file = folder / FILE_NAME
    document = _document(file)
    _check_keys(document, file)
    _check_variables()
    try:
        settings = Settings(**document).starting_at(folder)
    except ValidationError as error:
        raise SettingsError(_explained(error.errors(include_url=False, include_input=False)[0], file)) from None
    urls = {"log.url": settings.log.url, "state.url": settings.state.url, "keys.url": settings.keys.url}
    for name, other in combinations(urls, 2):
        if urls[name] == urls[other]:
            raise SettingsError(
                f"{file}: {other}: is the same database as {name}; give each its own: they are kept and backed up apart"
            )
    return settings


def _document(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise SettingsError(f"{file}: cannot be read ({error.strerror}); check its name and its permissions") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{file}: is not UTF-8 text; save it as UTF-8") from None
    except ValueError as error:  # no TOML, or a number without end
        raise SettingsError(
            f"{file}: is not TOML: {' '.join(str(error).split())}; correct it there (texts stand in quotes)"
        ) from None


def _check_keys(document: Mapping[str, Any], file: Path) -> None:
    """Unknown keys go first: one may be the misspelt name of another that is missing."""
    for section, content in document.items():
        if section not in _SECTIONS:
            raise SettingsError(f"{file}: {section}: is no section; {_meant(section, _SECTIONS)}")
        if not isinstance(content, dict):
            raise SettingsError(
                f"{file}: {section}: must be a section; write [{section}] on a line of its own and its keys below"
            )
        known = [key for key in _SECTIONS[section].model_fields if (section, key) not in _SECRETS]
        for key in content:
            if remedy := _SECRETS.get((section, key)):
                raise SettingsError(
                    f"{file}: {section}.{key}: a secret must not stand in this file; remove it there and {remedy}"
                )
            if key not in known:
                raise SettingsError(f"{file}: {section}.{key}: is no setting; {_meant(key, known)}")


def _check_variables() -> None:
    for variable in sorted(os.environ):
        section, delimiter, key = variable.lower().removeprefix(_PREFIX.lower()).partition("__")
        if not variable.upper().startswith(_PREFIX) or (section not in _SECTIONS and not delimiter):
            continue  # somebody else's
        if section not in _SECTIONS:
            raise SettingsError(f"environment: {variable}: there is no section {section}; {_meant(section, _SECTIONS)}")
        if not delimiter:
            raise SettingsError(f"environment: {variable}: names a section without a key; use {variable}__KEY")
        if key not in _SECTIONS[section].model_fields:
            raise SettingsError(f"environment: {variable}: is no setting; {_meant(key, _SECTIONS[section].model_fields)}")


def _explained(detail: ErrorDetails, file: Path) -> str:
    where = [str(part) for part in detail["loc"]]
    variable = _PREFIX + "__".join(where).upper()
    from_environment = variable in (name.upper() for name in os.environ)
    origin = f"environment: {variable}" if from_environment else f"{file}: {'.'.join(where)}"
    return f"{origin}: {_wrong(detail)}"


def _wrong(detail: ErrorDetails) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "missing":
        return f"is missing; add it to {FILE_NAME} (`cutover init` writes one that is complete)"
    if kind == "enum":
        names = re.findall("'([^']*)'", context["expected"])
        return f"must be one of {', '.join(names)}"
    if kind == "value_error":
        return str(context["error"])
    if kind.startswith("uuid"):
        return "must be a UUID; restore the one that `cutover init` wrote: the ids in Twenty are made under it"
    bounds = {"greater_than_equal": "at least {ge}", "less_than_equal": "at most {le}", "greater_than": "more than {gt}"}
    if kind in bounds:
        return f"must be {bounds[kind].format(**context)}"
    forms = {
        "string": "a text in quotes",
        "path": "a path in quotes",
        "int": "a whole number",
        "float": "a number",
        "finite": "a number",
    }
    return f"must be {forms.get(kind.partition('_')[0], 'of another type: ' + detail['msg'])}"


def _meant(word: str, known: Iterable[str]) -> str:
    """What may have been meant: a key of another section, a name like this one, or else all names."""
    sections = [name for name, model in _SECTIONS.items() if word in model.model_fields]
    if len(sections) == 1:
        return f"it belongs to section {sections[0]}"
    close = difflib.get_close_matches(word.lower(), known := list(known), n=1, cutoff=0.5)
    return f'did you mean "{close[0]}"?' if close else f"there are: {', '.join(known)}"
