"""Opening a Kafka log in a test, and in the processes that a test starts."""

from pathlib import Path

from events.kafka_log import PATIENCE, KafkaLog
from events.kafka_settings import parse_kafka_url


def open_log(url, folder, *, patience=PATIENCE, **secrets):
    return KafkaLog(parse_kafka_url(url, **secrets), Path(folder), patience=patience)
