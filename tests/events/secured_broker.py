"""A broker of the tests that asks for TLS and a user's name, and where a test wants it, for permissions."""

import ipaddress
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.kafka_broker import free_ports, make_nodes, wait_for

USER, PASSWORD = "cutover", "not-a-secret-of-anybody"
SECURITY = "org.apache.kafka.common.security"
SCRAM = {
    "sasl.enabled.mechanisms": "SCRAM-SHA-512",
    "scram-sha-512.sasl.jaas.config": f"{SECURITY}.scram.ScramLoginModule required;",
}
PERMISSIONS = {
    "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    "super.users": "User:ANONYMOUS",  # who comes to the listener without TLS: the broker itself and the test's administrator
}


@contextmanager
def secured_broker(folder, listener, users=((USER, PASSWORD),), broker=(), java=()):
    """Run a broker; `listener` are the settings of its secured listener, `broker` further ones of the broker, `java`
    options of its Java.

    Gives `port` of the secured listener, `certificate` (a file) to trust, and `address` without TLS, for an administrator.
    """
    certificate, keystore = own_certificate(folder)
    (port,) = free_ports(1)
    tls = {"ssl.keystore.type": "PEM", "ssl.keystore.location": keystore}
    (node,) = make_nodes(folder / "kafka", 1, secured=(port, {**tls, **listener}), users=users, broker=broker, java=java)
    node.start()
    try:
        wait_for([node.address])
        yield SimpleNamespace(port=port, certificate=certificate, address=node.address)
    finally:
        node.kill()


def own_certificate(folder):
    """Return a certificate for 127.0.0.1 that vouches for itself, and a file that also has its key."""
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
