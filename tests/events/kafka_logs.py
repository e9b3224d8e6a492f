"""Opening a Kafka log in a test, and in the processes that a test starts."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from events.log.kafka.kafka_log import PATIENCE, KafkaLog
from events.log.kafka.settings import RegistryAccess, parse_kafka_url
from events.log.port import CHANGES

DIE = """
import os, sys
from tests.events.kafka_logs import open_log
from events.log.port import CHANGES, PRODUCER, NewEntry
url, folder, topic, claims = sys.argv[1:]
log = open_log(url, folder)
writer = log.claim(PRODUCER) if claims else log
writer.append([NewEntry(CHANGES, b"household", b"whole")])
producer = writer._appender.open()._producer
producer.begin_transaction()
partition = log.partition_of(CHANGES, b"household")
producer.send(topic, b"half", key=b"household", partition=partition).get(30)
os._exit(9)
"""


def die_in_a_transaction(url, folder, *, as_producer):
    """Append `whole`, and end in the middle of the next transaction, in a process of its own."""
    arguments = [url, str(folder), f"{prefix_of(url)}.{CHANGES}", "claims" if as_producer else ""]
    done = subprocess.run([sys.executable, "-c", DIE, *arguments], timeout=60, check=False)
    assert done.returncode == 9


def prefix_of(url):
    return url.partition("prefix=")[2].partition("&")[0]


def open_log(url, folder, *, patience=PATIENCE, registry="", make=True):
    """Open a log; `registry` is a URL or a RegistryAccess."""
    access = registry if isinstance(registry, RegistryAccess) else RegistryAccess(url=registry)
    return KafkaLog(replace(parse_kafka_url(url), registry=access), Path(folder), patience=patience, make=make)
