"""Opening a Kafka log in a test, and in the processes that a test starts."""

from dataclasses import replace
from pathlib import Path

from events.kafka_log import PATIENCE, KafkaLog
from events.kafka_settings import RegistryAccess, parse_kafka_url


def open_log(url, folder, *, patience=PATIENCE, registry="", make=True):
    """`registry` is a URL or a RegistryAccess."""
    access = registry if isinstance(registry, RegistryAccess) else RegistryAccess(registry)
    return KafkaLog(replace(parse_kafka_url(url), registry=access), Path(folder), patience=patience, make=make)
