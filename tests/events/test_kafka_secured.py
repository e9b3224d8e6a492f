"""The log on a broker that asks for TLS and a user's name: the settings of `[log] url` reach kafka-python, and are enough."""

import ipaddress
from contextlib import closing
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from events.kafka_log import KafkaLog
from events.kafka_settings import parse_kafka_url
from events.log import CHANGES, LogUnreachable, NewEntry, read_all
from tests.kafka_broker import free_ports, make_nodes, wait_for

USER, PASSWORD = "cutover", "not-a-secret-of-anybody"
_SECURITY = "org.apache.kafka.common.security"


def own_certificate(folder):
    """A certificate for 127.0.0.1 that vouches for itself, and a file that also has its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a broker of the tests")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "broker.pem").write_bytes(pem)
    (folder / "keystore.pem").write_bytes(private + pem)
    return folder / "broker.pem", folder / "keystore.pem"


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    folder = tmp_path_factory.mktemp("secured")
    certificate, keystore = own_certificate(folder)
    (port,) = free_ports(1)
    settings = {
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": keystore,
        "sasl.enabled.mechanisms": "SCRAM-SHA-512,PLAIN",
        "scram-sha-512.sasl.jaas.config": f"{_SECURITY}.scram.ScramLoginModule required;",
        "plain.sasl.jaas.config": f'{_SECURITY}.plain.PlainLoginModule required user_{USER}="{PASSWORD}";',
    }
    (node,) = make_nodes(folder / "kafka", 1, secured=(port, settings), users=[(USER, PASSWORD)])
    node.start()
    wait_for([node.address])
    yield SimpleNamespace(port=port, certificate=certificate)
    node.kill()


def opened(broker, folder, *options, password=PASSWORD, patience=10.0):
    url = f"kafka://127.0.0.1:{broker.port}?" + "&".join(("security_protocol=SASL_SSL", "partitions=2", *options))
    return KafkaLog(parse_kafka_url(url).signed_in(USER, password), folder / "writers", patience=patience)


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
