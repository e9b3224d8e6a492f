"""The log on a broker that asks for TLS and a user's name: the settings of `[log] url` reach kafka-python, and are enough."""

import threading
import time
from contextlib import closing

import pytest
from kafka.errors import SaslAuthenticationFailedError
from kafka.net.connection import KafkaConnection

from events.log.kafka.kafka_log import KafkaLog
from events.log.kafka.settings import parse_kafka_url
from events.log.port import CHANGES, LogForbidden, LogRefused, LogUnreachable, NewEntry, read_all
from tests.events.secured_broker import PASSWORD, SCRAM, SECURITY, USER, secured_broker
from tests.kafka_broker import free_ports

pytestmark = pytest.mark.integration


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


@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-512", "PLAIN"])
def test_a_wrong_password_is_told_soon_and_not_repeated(broker, tmp_path, mechanism):
    options = ("prefix=wrong", f"ssl_cafile={broker.certificate}", f"sasl_mechanism={mechanism}")
    began = time.monotonic()
    with pytest.raises(LogForbidden) as caught:
        opened(broker, tmp_path, *options, password="another-one", patience=60.0)
    assert time.monotonic() - began < 20, "it need not wait as for a broker that is away"
    assert str(caught.value) == (
        f"the log: its brokers refuse the user's name or password ({mechanism}); correct CUTOVER_LOG__USER and "
        "CUTOVER_LOG__PASSWORD"
    )


def test_a_mechanism_that_the_brokers_do_not_offer_is_a_setting(broker, tmp_path):
    options = ("prefix=unoffered", f"ssl_cafile={broker.certificate}", "sasl_mechanism=SCRAM-SHA-256")
    with pytest.raises(LogRefused, match="offer no sasl_mechanism=SCRAM-SHA-256") as caught:
        opened(broker, tmp_path, *options, patience=60.0)
    assert not isinstance(caught.value, LogForbidden)


def test_a_certificate_that_cannot_be_verified_is_a_setting(broker, tmp_path):
    with pytest.raises(LogRefused, match=r"not to be trusted \(self-signed certificate\); correct ssl_cafile") as caught:
        opened(broker, tmp_path, "prefix=unknown", patience=60.0)
    assert not isinstance(caught.value, LogForbidden)


@pytest.mark.parametrize("text", [None, "no certificate"])
def test_a_file_without_a_certificate_is_a_setting(broker, tmp_path, text):
    file = tmp_path / "authorities.pem"
    if text:
        file.write_text(text)
    with pytest.raises(LogRefused, match=f"certificates cannot be read from {file}"):
        opened(broker, tmp_path, "prefix=unknown", f"ssl_cafile={file}", patience=60.0)


def test_a_certificate_for_another_name_is_a_setting(broker, tmp_path):
    url = f"kafka://localhost:{broker.port}?prefix=other&security_protocol=SASL_SSL&ssl_cafile={broker.certificate}"
    with pytest.raises(LogRefused, match="certificate is not valid for 'localhost'"):
        KafkaLog(parse_kafka_url(url).signed_in(USER, PASSWORD), tmp_path / "writers", patience=60.0)


def test_a_broker_that_is_away_or_speaks_no_tls_is_waited_for(broker, tmp_path):
    (port,) = free_ports(1)
    for address in (f"127.0.0.1:{port}", broker.address):
        url = f"kafka://{address}?prefix=away&security_protocol=SASL_SSL&ssl_cafile={broker.certificate}"
        threads = threading.active_count()
        with pytest.raises(LogUnreachable, match=r"check that its brokers run.*that they speak SASL_SSL"):
            KafkaLog(parse_kafka_url(url).signed_in(USER, PASSWORD), tmp_path / "writers", patience=2.0)
        assert threading.active_count() == threads, "nothing is left of an attempt"


def test_a_user_that_the_broker_does_not_know_yet_is_not_refused_at_once(broker, tmp_path, monkeypatch):
    """As right after its start: a refusal counts when it is repeated."""
    receive, refusals = KafkaConnection._sasl_authenticate, [None, None]

    async def refuse_twice(connection, *arguments):
        if refusals:
            refusals.pop()
            raise SaslAuthenticationFailedError("not yet")
        await receive(connection, *arguments)

    monkeypatch.setattr(KafkaConnection, "_sasl_authenticate", refuse_twice)
    with closing(opened(broker, tmp_path, "prefix=soon", f"ssl_cafile={broker.certificate}")) as log:
        assert log.ends(CHANGES) == {0: 0, 1: 0}
    assert refusals == []
