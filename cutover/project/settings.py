"""The settings of a project, section by section: `cutover.toml`, overridden by variables `CUTOVER_SECTION__KEY`.

Relative paths, also inside `sqlite:///` URLs, start at the project's folder. Secrets come from the environment or from a file,
never from `cutover.toml`. Every mistake is one `SettingsError`: where, `section.key`, what is wrong, what to do.
"""

from __future__ import annotations

from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

from pydantic import SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from sqlalchemy.engine import make_url

from cutover.project.errors import SettingsError
from cutover.project.setting_sections import (
    DeletionsSection,
    DeliveriesSection,
    KeysSection,
    LocationsSection,
    LogSection,
    NotifySection,
    PracticeSection,
    Section,
    StateSection,
    TwentySection,
)
from events.vocabulary.locations import Locations
from events.vocabulary.practice import DateOrder, DecimalMark, Practice

FILE_NAME = "cutover.toml"

PREFIX = "CUTOVER_"


def variable_of(*path: str) -> str:
    """Return the environment variable that overrides a setting, as in `variable_of("twenty", "url")`."""
    return PREFIX + "__".join(path).upper()


class Settings(BaseSettings):
    """All sections; made by `load_settings`, with every path absolute."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", frozen=True, extra="forbid", hide_input_in_errors=True
    )

    practice: PracticeSection
    locations: LocationsSection = LocationsSection()
    log: LogSection = LogSection()
    state: StateSection = StateSection()
    keys: KeysSection = KeysSection()
    twenty: TwentySection = TwentySection()
    deliveries: DeliveriesSection = DeliveriesSection()
    deletions: DeletionsSection = DeletionsSection()
    notify: NotifySection = NotifySection()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put the environment before the file, which is handed in; nothing else is asked."""
        return env_settings, init_settings

    def to_practice(self) -> Practice:
        """Return the practice, as the other packages know it."""
        own = self.practice
        order, mark = cast(DateOrder, own.date_order), cast(DecimalMark, own.decimal_mark)
        return Practice(
            id=own.id,
            name=own.name,
            zone=ZoneInfo(own.timezone),
            currency=own.currency,
            date_order=order,
            decimal_mark=mark,
            namespace=own.namespace,
            locations=Locations(
                field=self.locations.field, ids=self.locations.ids, folders=tuple(self.locations.folders.items())
            ),
        )

    def workspace_url(self) -> str:
        """Return the workspace's address. Raises SettingsError when there is none."""
        if not self.twenty.url:
            raise SettingsError(
                f"twenty.url: is empty; write your Twenty's address into {FILE_NAME} or set CUTOVER_TWENTY__URL"
            )
        return self.twenty.url

    def api_key(self) -> SecretStr:
        """Return the API key of the workspace, from the environment or from its file. Raises SettingsError when there is
        none.
        """
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
        """Return the same settings, with relative paths starting at this folder."""
        sections = {name: getattr(self, name) for name in type(self).model_fields}
        return self.model_copy(update={name: _starting_at(folder, section) for name, section in sections.items()})


def _starting_at(folder: Path, section: Section) -> Section:
    """Return the section with all its paths, and the file of its `url`, starting at this folder."""
    found: dict[str, object] = {name: folder / value for name, value in section if isinstance(value, Path)}
    if url := getattr(section, "url", ""):
        found["url"] = _absolute(url, folder)
    return section.model_copy(update=found)


def _absolute(url: str, folder: Path) -> str:
    if not url.startswith("sqlite:"):
        return url
    parsed = make_url(url)
    assert parsed.database, "validated"
    return parsed.set(database=(folder / parsed.database).as_posix()).render_as_string(hide_password=False)
