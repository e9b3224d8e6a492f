"""Settings of a Kafka log: its URL, `kafka://HOST:9092,HOST2:9092?prefix=NAME`, and the secrets that stand beside it.

The URL may be shown; it never holds a user's name or password. A wrong URL raises a ValueError that does not repeat it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from events.log.parts import PART
from events.log.port import TOPICS

_BROKER: Final = re.compile(r"[A-Za-z0-9._-]+:\d{1,5}")
_PREFIX: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")

PARTITIONS: Final = 6
"""Partitions of a new log, and so the most workers that can share it. Decisions have one: their order is one for all."""
MESSAGE_BYTES: Final = 1_048_588
"""The largest message of a log's topics: Kafka's own default, and twice the largest part of an event (`events.log.parts`)."""
LEAST_MESSAGE_BYTES: Final = PART + 64 * 1024
"""Bytes that a topic must take: a part, its key and its headers."""
_REQUEST: Final = 10.0
"""Seconds for the answer to one request: a broker that dies without a word is given up after them."""
COMPRESSIONS: Final = ("none", "gzip", "lz4", "zstd")
_SECURITY: Final = ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")
_MECHANISMS: Final = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """The resources that a call to the brokers names, and its operation on the topics. Brokers do not repeat either.

    On groups the operation to allow is always Read, on transactional ids always Write: each implies Describe.
    """

    topics: tuple[str, ...] = ()
    operation: str = "Read"
    group: str = ""
    transactional_id: str = ""


NOTHING = Asking()


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryAccess:
    """The address of a schema registry, who signs in there, and the certificates that vouch for it."""

    url: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenSource:
    """The place of tokens: a `file`, or else the endpoint at `url` for this client. `ca_file` vouches for the endpoint."""

    url: str = ""
    scope: str = ""
    client: str = ""
    secret: str = field(default="", repr=False)
    file: Path | None = None
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KafkaSettings:
    """Address of a Kafka log. `replication` 0 means three copies, or as many as there are brokers."""

    brokers: tuple[str, ...]
    prefix: str
    partitions: int = PARTITIONS
    replication: int = 0
    compression: str = "none"
    registry: RegistryAccess = field(default_factory=RegistryAccess)
    security: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def topic(self, name: str) -> str:
        """Return what a topic of the port is called on the broker."""
        return f"{self.prefix}.{name}"

    def group(self, name: str) -> str:
        """Return the broker's name of a consumer group of the port: under the prefix, as permissions are given by prefixes."""
        return f"cutover.{self.prefix}.{name}"

    def is_group(self, name: str) -> bool:
        """Return whether a group on the broker carries events of this log."""
        return name.startswith(self.group("")) and not name.startswith(self.group(self.claims("")))

    def claims(self, role: str) -> str:
        """Return what the group is called in the port that holds a role's claim."""
        return f"claim:{role}"

    def transactional_id(self, role: str) -> str:
        """Return what the holder of a role is called on the broker: on every machine the same."""
        return f"cutover.{self.prefix}.{role}"

    def asking(self, operation: str, *topics: str, group: str = "") -> Asking:
        """Return what a call asks of the brokers, to name it in a denial; `topics` are the port's names (default: all)."""
        return Asking(topics=tuple(self.topic(topic) for topic in topics or TOPICS), operation=operation, group=group)

    def client(self, patience: float) -> dict[str, Any]:
        """Return the options that every client of the broker gets. `patience` is how long it looks for a first broker, in
        seconds.
        """
        return {
            "bootstrap_servers": list(self.brokers),
            "client_id": f"cutover-{self.prefix}",
            "bootstrap_timeout_ms": int(patience * 1000),
            "request_timeout_ms": int(min(_REQUEST, patience) * 1000),
            "reconnect_backoff_max_ms": 1_000,  # the default of 30 s would outlast most restarts of a broker
            "retry_backoff_ms": 10,  # the first send after a commit waits this long while the commit is finished (default: 100)
            "metadata_max_age_ms": 5_000,  # the default of 5 min would outlast the patience with a node that has just joined
            **self.security,
        }

    def signed_in(self, user: str, password: str) -> KafkaSettings:
        """Return the same settings for this user; both are empty where the brokers ask for none. Raises ValueError."""
        asked = str(self.security.get("security_protocol", "")).startswith("SASL")
        if asked and not (user and password):
            raise ValueError("asks for SASL, which needs CUTOVER_LOG__USER and CUTOVER_LOG__PASSWORD")
        if not asked and (user or password):
            raise ValueError("must say security_protocol=SASL_SSL where there is a user's name and password")
        if not asked:
            return self
        if self.asks_for_tokens:
            raise ValueError("has the sasl_mechanism OAUTHBEARER, which signs in with tokens")
        return replace(self, security={**self.security, "sasl_plain_username": user, "sasl_plain_password": password})

    @property
    def asks_for_tokens(self) -> bool:
        """Return whether the brokers ask for access tokens instead of a password."""
        return self.security.get("sasl_mechanism") == "OAUTHBEARER"

    def with_tokens(self, provider: object) -> KafkaSettings:
        """Return the same settings with the tokens of `events.log.kafka.tokens`."""
        return replace(self, security={**self.security, "sasl_oauth_token_provider": provider})


def parse_kafka_url(url: str) -> KafkaSettings:
    """Return the settings that a URL makes. Raises ValueError with what is wrong."""
    parts = urlsplit(url)
    brokers = tuple(parts.netloc.split(","))
    if "@" in parts.netloc:
        raise ValueError("must not hold a user's name or password; set CUTOVER_LOG__USER and CUTOVER_LOG__PASSWORD")
    if parts.scheme != "kafka" or not all(_BROKER.fullmatch(broker) for broker in brokers):
        raise ValueError("must name its brokers as in kafka://HOST:9092,HOST2:9092?prefix=NAME")
    if parts.path not in ("", "/") or parts.fragment:
        raise ValueError("must end with its options, as in kafka://HOST:9092?prefix=NAME")
    given = dict(parse_qsl(parts.query, keep_blank_values=True))
    unknown = sorted(given.keys() - _OPTIONS.keys())
    if unknown:
        raise ValueError(f"has the option {unknown[0]}, which is none of {', '.join(_OPTIONS)}")
    options = {name: read(name, given[name]) for name, read in _OPTIONS.items() if name in given}
    if "prefix" not in options:
        raise ValueError("must name the log's topics as in kafka://HOST:9092?prefix=NAME")
    own = {name: options.pop(name) for name in ("prefix", "partitions", "replication", "compression") if name in options}
    if str(options.get("security_protocol", "")).startswith("SASL"):
        options.setdefault("sasl_mechanism", "SCRAM-SHA-512")
    elif "sasl_mechanism" in options:
        raise ValueError("has a sasl_mechanism, which needs security_protocol=SASL_SSL beside it")
    return KafkaSettings(brokers=brokers, security=options, **own)


def _text(name: str, value: str) -> str:
    if not value:
        raise ValueError(f"has an empty {name}")
    return value


def _prefix(name: str, value: str) -> str:
    if not _PREFIX.fullmatch(value):
        raise ValueError(f"has a {name} that cannot begin a topic's name; use letters, digits, dots, dashes and underscores")
    return value


def _one_of(*choices: str) -> Callable[[str, str], str]:
    def read(name: str, value: str) -> str:
        if value not in choices:
            raise ValueError(f"has a {name} that is none of {', '.join(choices)}")
        return value

    return read


def _count(name: str, value: str) -> int:
    if not value.isdecimal() or not 1 <= int(value) <= 1_000:
        raise ValueError(f"has a {name} that is no number from 1 to 1000")
    return int(value)


def _switch(name: str, value: str) -> bool:
    return _one_of("true", "false")(name, value) == "true"


_OPTIONS: Final[Mapping[str, Callable[[str, str], Any]]] = {
    "prefix": _prefix,
    "partitions": _count,
    "replication": _count,
    "compression": _one_of(*COMPRESSIONS),
    "security_protocol": _one_of(*_SECURITY),
    "sasl_mechanism": _one_of(*_MECHANISMS),
    "ssl_cafile": _text,
    "ssl_certfile": _text,
    "ssl_keyfile": _text,
    "ssl_check_hostname": _switch,
}
