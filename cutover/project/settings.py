"""The settings of a project, section by section: `cutover.toml`, overridden by variables `CUTOVER_SECTION__KEY`.

Relative paths, also inside `sqlite:///` URLs, start at the project's folder. Secrets come from the environment or from a file,
never from `cutover.toml`. Every mistake is one `SettingsError`: where, `section.key`, what is wrong, what to do.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from sqlalchemy.engine import make_url

from consumers.three_way import Policy
from cutover.project.errors import SettingsError
from cutover.project.setting_values import (
    DATA_FOLDER,
    KEYS_URL,
    LOG_URL,
    STATE_URL,
    valid_currency,
    valid_date_order,
    valid_email,
    valid_id,
    valid_keys_url,
    valid_log_url,
    valid_name,
    valid_number,
    valid_path,
    valid_registry,
    valid_state_url,
    valid_timezone,
    valid_token_url,
    valid_workspace_url,
)
from events.change_events import LARGEST_EVENT
from events.practice import DateOrder, Practice

FILE_NAME = "cutover.toml"
MASTER_KEY_FILE = f"{DATA_FOLDER}/master.key"

PREFIX = "CUTOVER_"


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
    aliases: Annotated[Path | None, BeforeValidator(valid_path)] = None


class LogSection(Section):
    """[log]. `registry` is a schema registry that speaks Confluent's API; user and password are Kafka's, for SASL.

    With SASL/OAUTHBEARER they are a client's id and secret at `token_url`. `ca_file` vouches for registry and token endpoint.
    `largest_event` is in bytes: a row whose change event is larger is a dead letter.
    """

    url: Annotated[str, AfterValidator(valid_log_url)] = Field(default=LOG_URL, repr=False)
    registry: Annotated[str, AfterValidator(valid_registry)] = ""
    largest_event: Annotated[int, BeforeValidator(valid_number)] = Field(default=LARGEST_EVENT, ge=65_536, le=67_108_864)
    token_url: Annotated[str, AfterValidator(valid_token_url)] = ""
    token_scope: str = ""
    token_file: Annotated[Path | None, BeforeValidator(valid_path)] = None
    ca_file: Annotated[Path | None, BeforeValidator(valid_path)] = None
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

    url: Annotated[str, AfterValidator(valid_state_url)] = Field(default=STATE_URL, repr=False)


class KeysSection(Section):
    """[keys]. The master key is the variable's value, else what the command prints, else what the file holds."""

    url: Annotated[str, AfterValidator(valid_keys_url)] = Field(default=KEYS_URL, repr=False)
    master_key_file: Annotated[Path, BeforeValidator(valid_path)] = Path(MASTER_KEY_FILE)
    master_key_command: str = Field(default="", repr=False)
    master_key: SecretStr = SecretStr("")


class NewOptions(StrEnum):
    """What becomes of a word for which a SELECT has no option yet."""

    ADD = "add"
    DEAD_LETTER = "dead-letter"


class TwentySection(Section):
    """[twenty]. `rate_limit` is in requests a minute (0: none), `timeout` in seconds, `upload_limit` in bytes (0: none)."""

    url: Annotated[str, AfterValidator(valid_workspace_url)] = Field(default="", repr=False)
    rate_limit: Annotated[int, BeforeValidator(valid_number)] = Field(default=100, ge=0)
    batch_size: Annotated[int, BeforeValidator(valid_number)] = Field(default=200, ge=1, le=200)
    in_flight: Annotated[int, BeforeValidator(valid_number)] = Field(default=16, ge=1, le=32)
    new_options: NewOptions = NewOptions.ADD
    upload_limit: Annotated[int, BeforeValidator(valid_number)] = Field(default=10_000_000, ge=0)
    fallback_member: Annotated[str, AfterValidator(valid_email)] = ""
    conflicts: Policy = Policy.TWENTY_WINS
    private: list[str] = []
    granted: list[str] = []
    audited: bool | None = None
    timeout: Annotated[float, BeforeValidator(valid_number)] = Field(default=60.0, gt=0)
    api_key_file: Annotated[Path | None, BeforeValidator(valid_path)] = None
    api_key: SecretStr = SecretStr("")


class DeletionsSection(Section):
    """[deletions]. `limit` is the share of an entity's live records that may disappear between two full extracts."""

    limit: Annotated[float, BeforeValidator(valid_number)] = Field(default=0.05, ge=0, le=1)


class Settings(BaseSettings):
    """All sections; made by `load_settings`, with every path absolute."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", frozen=True, extra="forbid", hide_input_in_errors=True
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
