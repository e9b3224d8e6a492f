"""The log on Kafka keeps the contract of the log port, against a real broker, and what only Kafka can get wrong."""

from uuid import uuid4

import pytest

from tests.events.kafka_logs import open_log
from tests.events.log_contract import LogContract
from tests.kafka_broker import free_ports


@pytest.fixture
def url(kafka):
    return f"kafka://{kafka}?prefix=t{uuid4().hex}&partitions=2"


@pytest.fixture
def open_again(url, tmp_path):
    opened = []

    def open_():
        opened.append(open_log(url, tmp_path / "writers"))
        return opened[-1]

    yield open_
    for log in opened:
        log.close()


@pytest.fixture
def log(open_again):
    return open_again()


class TestKafkaLog(LogContract):
    @pytest.fixture
    def log(self, open_again):
        return open_again()

    @pytest.fixture
    def open_again(self, open_again):
        return open_again

    @pytest.fixture
    def opening(self, url, tmp_path):
        return "from tests.events.kafka_logs import open_log", f"open_log('{url}', '{tmp_path}/writers')"

    @pytest.fixture
    def open_absent(self, tmp_path):
        (port,) = free_ports(1)
        return lambda: open_log(f"kafka://127.0.0.1:{port}?prefix=absent", tmp_path, patience=1)
