"""The log on a broker that asks for TLS and a user's name: the settings of `[log] url` reach kafka-python, and are enough."""

from contextlib import closing

import pytest

from events.kafka_log import KafkaLog
from events.kafka_settings import parse_kafka_url
from events.log import CHANGES, LogUnreachable, NewEntry, read_all
from tests.events.secured_broker import PASSWORD, SCRAM, SECURITY, USER, secured_broker


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    listener = {
        **SCRAM,
        "sasl.enabled.mechanisms": "SCRAM-SHA-512,PLAIN",
        "plain.sasl.jaas.config": f'{SECURITY}.plain.PlainLoginModule required user_{USER}="{PASSWORD}";',
    }
    with secured_broker(tmp_path_factory.mktemp("secured"), listener) as found:
        yield found


def opened(broker, folder, *options, password=PASSWORD, patience=10.0):
    url = f"kafka://127.0.0.1:{broker.port}?" + "&".join(("security_protocol=SASL_SSL", "partitions=2", *options))
    return KafkaLog(parse_kafka_url(url).signed_in(USER, password), folder / "writers", patience=patience, make=True)


@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-512", "PLAIN"])
def test_with_the_certificate_and_the_password_it_is_a_log_as_any(broker, tmp_path, mechanism):
    options = (f"prefix=tls-{mechanism.lower()}", f"ssl_cafile={broker.certificate}", f"sasl_mechanism={mechanism}")
    with closing(opened(broker, tmp_path, *options)) as log:
        log.append([NewEntry(CHANGES, b"household", b"an event")])
        assert [entry.value for entry in read_all(log, CHANGES)] == [b"an event"]
        membership = log.join("group", CHANGES)
        assert membership.poll(30.0).partitions == {0, 1}
        membership.leave()


def test_what_a_wrong_password_and_a_strange_certificate_look_like_is_said_without_repeating_them(broker, tmp_path):
    trusted = f"ssl_cafile={broker.certificate}"
    with pytest.raises(LogUnreachable, match="CUTOVER_LOG__PASSWORD") as caught:
        opened(broker, tmp_path, "prefix=wrong", trusted, password="another-one", patience=2.0)
    assert "another-one" not in str(caught.value)
    with pytest.raises(LogUnreachable, match="certificate"):
        opened(broker, tmp_path, "prefix=unknown", patience=2.0)
