"""The factory of logs: the adapter of each scheme of `[log] url`, its checks, and what it offers.

A further log is a further entry of `LOGS`. Nothing else asks for the scheme.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cutover.project.errors import SettingsError
from cutover.project.setting_values import LOG_URL, valid_database_url
from events.log.kafka.settings import RegistryAccess, TokenSource, parse_kafka_url
from events.log.port import Log
from events.log.sqlite import SqliteLog

if TYPE_CHECKING:
    from cutover.project.setting_sections import LogSection

WRITERS_FOLDER = "writers"
"""In the data folder: the names under which this machine's commands write to a Kafka log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPlace:
    """Where and how a log is opened: the project's data folder, seconds that a server may be away (None for the log's own
    patience), and whether the log is made where nothing of it exists.
    """

    data_folder: Path
    patience: float | None = None
    make: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapter:
    """A kind of log. `valid` returns a URL in its normal form (raises ValueError), `open` opens the log (raises LogError,
    SettingsError). `shared` is True where processes on several machines append to the log and share its partitions.
    """

    valid: Callable[[str], str]
    open: Callable[[LogSection, LogPlace], Log]
    shared: bool


def open_log(section: LogSection, place: LogPlace) -> Log:
    """Open the log that `[log] url` names. Raises SettingsError, LogUnreachable, LogRefused, LogMissing, LogDamaged."""
    return adapter_of(section.url).open(section, place)


def adapter_of(url: str) -> Adapter:
    """Return the adapter of a URL's scheme; SQLite's, which names the forms of both, where no adapter has that scheme."""
    return LOGS.get(url.partition(":")[0], LOGS["sqlite"])


def valid_log_url(value: str) -> str:
    """Return the URL of a log in its normal form. Raises ValueError."""
    return adapter_of(value).valid(value)


def _valid_sqlite(url: str) -> str:
    return valid_database_url(url, ("sqlite",), f"{LOG_URL} or kafka://HOST:9092?prefix=NAME")


def _open_sqlite(section: LogSection, place: LogPlace) -> Log:
    return SqliteLog(section.url, make=place.make)


def _valid_kafka(url: str) -> str:
    parse_kafka_url(url)
    return url


def _open_kafka(section: LogSection, place: LogPlace) -> Log:
    from events.log.kafka.kafka_log import (  # kafka-python takes a second to import, which others need not wait for
        PATIENCE,
        KafkaLog,
    )
    from events.log.kafka.tokens import Tokens

    user, password = section.user.get_secret_value(), section.password.get_secret_value()
    try:
        kafka = parse_kafka_url(section.url)
        kafka = kafka.with_tokens(Tokens(_token_source(section))) if kafka.asks_for_tokens else kafka.signed_in(user, password)
    except ValueError as error:
        raise SettingsError(f"log.url: {error}") from None
    registry = RegistryAccess(
        url=section.registry,
        user=section.registry_user.get_secret_value(),
        password=section.registry_password.get_secret_value(),
        ca_file=section.ca_file,
    )
    kafka = replace(kafka, registry=registry)
    return KafkaLog(kafka, place.data_folder / WRITERS_FOLDER, patience=place.patience or PATIENCE, make=place.make)


def _token_source(section: LogSection) -> TokenSource:
    """Return the place of the broker's tokens. Raises ValueError, whose text goes on from the setting `log.url`."""
    user, password = section.user.get_secret_value(), section.password.get_secret_value()
    if section.token_file is None and not (section.token_url and user and password):
        raise ValueError(
            "asks for OAUTHBEARER, which needs `[log] token_file`, or `[log] token_url` with CUTOVER_LOG__USER and "
            "CUTOVER_LOG__PASSWORD, the client's id and secret"
        )
    return TokenSource(
        url=section.token_url,
        scope=section.token_scope,
        client=user,
        secret=password,
        file=section.token_file,
        ca_file=section.ca_file,
    )


LOGS: Final[Mapping[str, Adapter]] = {
    "sqlite": Adapter(valid=_valid_sqlite, open=_open_sqlite, shared=False),
    "kafka": Adapter(valid=_valid_kafka, open=_open_kafka, shared=True),
}
"""The kinds of log, by the scheme of their URLs."""
