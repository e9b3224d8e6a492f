"""A broker that asks for SASL/OAUTHBEARER and checks each token's signature gets tokens from an endpoint or a file."""

import base64
import json
import time
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from kafka.errors import SaslAuthenticationFailedError
from kafka.net.connection import KafkaConnection

from events.log.kafka.kafka_log import KafkaLog
from events.log.kafka.settings import TokenSource, parse_kafka_url
from events.log.kafka.tokens import TokenMissing, Tokens
from events.log.port import CHANGES, LogForbidden, LogUnreachable, NewEntry, read_all
from tests.events.secured_broker import SECURITY, secured_broker
from tests.kafka_broker import free_ports

pytestmark = pytest.mark.integration

CLIENT, SECRET = "cutover-client", "not-a-secret-of-anybody"
ISSUER, AUDIENCE = "https://issuer.example", "kafka"


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Issuer:
    """Signs tokens (RFC 7519, RS256), and publishes the key that proves it."""

    def __init__(self):
        self._key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)

    def published(self):
        numbers = self._key.public_key().public_numbers()
        n, e = (encoded(x.to_bytes((x.bit_length() + 7) // 8, "big")) for x in (numbers.n, numbers.e))
        return json.dumps({"keys": [{"kty": "RSA", "kid": "one", "alg": "RS256", "use": "sig", "n": n, "e": e}]})

    def token(self, lifetime=300):
        now = int(time.time())
        claims = {"sub": CLIENT, "scope": "kafka", "iss": ISSUER, "aud": AUDIENCE, "iat": now, "exp": now + lifetime}
        parts = ({"alg": "RS256", "kid": "one", "typ": "JWT"}, claims)
        signed = ".".join(encoded(json.dumps(part).encode()) for part in parts)
        return f"{signed}.{encoded(self._key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


@pytest.fixture(scope="module")
def issuer():
    return Issuer()


@pytest.fixture(scope="module")
def broker(tmp_path_factory, issuer):
    folder = tmp_path_factory.mktemp("tokens")
    keys = folder / "keys.json"
    keys.write_text(issuer.published())
    listener = {
        "sasl.enabled.mechanisms": "OAUTHBEARER",
        "oauthbearer.sasl.jaas.config": f"{SECURITY}.oauthbearer.OAuthBearerLoginModule required;",
        "oauthbearer.sasl.server.callback.handler.class": f"{SECURITY}.oauthbearer.OAuthBearerValidatorCallbackHandler",
        "sasl.oauthbearer.jwt.validator.class": f"{SECURITY}.oauthbearer.BrokerJwtValidator",
        "sasl.oauthbearer.jwks.endpoint.url": keys.as_uri(),
        "sasl.oauthbearer.expected.audience": AUDIENCE,
        "sasl.oauthbearer.expected.issuer": ISSUER,
    }
    java = (
        f"-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls={keys.as_uri()}",
        f"-Dorg.apache.kafka.sasl.oauthbearer.allowed.files={keys}",
    )
    with secured_broker(folder, listener, users=(), java=java) as found:
        yield found


class Endpoint:
    """A token endpoint that knows one client; it notes what it was asked."""

    def __init__(self, issuer):
        asked, known = [], "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                allowed = self.headers["Authorization"] == known
                asked.append(form)
                body = {"access_token": issuer.token(), "expires_in": 300, "token_type": "Bearer"} if allowed else {}
                self.send_response(200 if allowed else 401)
                self.end_headers()
                self.wfile.write(json.dumps(body).encode())

            def log_message(self, *_):
                """Say nothing."""

        self.asked = asked
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/token"
        Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def endpoint(issuer):
    with closing(Endpoint(issuer)) as found:
        yield found


def opened(broker, folder, source, prefix, patience=10.0):
    options = f"prefix={prefix}&partitions=1&security_protocol=SASL_SSL&sasl_mechanism=OAUTHBEARER"
    url = f"kafka://127.0.0.1:{broker.port}?{options}&ssl_cafile={broker.certificate}"
    return KafkaLog(parse_kafka_url(url).with_tokens(Tokens(source)), folder / "writers", patience=patience, make=True)


def assert_works(log):
    log.append([NewEntry(CHANGES, b"household", b"an event")])
    assert [entry.value for entry in read_all(log, CHANGES)] == [b"an event"]
    membership = log.join("group", CHANGES)
    assert membership.poll(30.0).partitions == {0}
    membership.leave()


def test_a_log_signs_in_with_tokens_of_an_endpoint_and_asks_for_one_only_once(broker, endpoint, tmp_path):
    source = TokenSource(url=endpoint.url, scope="kafka", client=CLIENT, secret=SECRET)
    with closing(opened(broker, tmp_path, source, "of-endpoint")) as log:
        assert_works(log)
    assert endpoint.asked == [{"grant_type": ["client_credentials"], "scope": ["kafka"]}]


def test_a_log_signs_in_with_the_token_of_a_file(broker, issuer, tmp_path):
    file = tmp_path / "token"
    file.write_text(issuer.token() + "\n")
    with closing(opened(broker, tmp_path, TokenSource(file=file), "of-file")) as log:
        assert_works(log)


def test_a_token_of_another_issuer_does_not_open_the_log(broker, tmp_path):
    file = tmp_path / "token"
    file.write_text(Issuer().token())
    with pytest.raises(LogForbidden, match=r"brokers refuse the access token \(OAUTHBEARER\); correct `\[log\] token_file`"):
        opened(broker, tmp_path, TokenSource(file=file), "of-another")


def test_a_token_that_the_broker_does_not_trust_yet_is_shown_again(broker, issuer, tmp_path, monkeypatch):
    """As after its issuer has changed its key, until the broker has asked for the new one."""
    receive, refusals = KafkaConnection._sasl_authenticate, [None] * 5

    async def refuse(connection, *arguments):
        if refusals:
            refusals.pop()
            raise SaslAuthenticationFailedError("an unknown key")
        await receive(connection, *arguments)

    monkeypatch.setattr(KafkaConnection, "_sasl_authenticate", refuse)
    file = tmp_path / "token"
    file.write_text(issuer.token())
    with closing(opened(broker, tmp_path, TokenSource(file=file), "later", patience=60.0)) as log:
        assert log.ends(CHANGES) == {0: 0}
    assert refusals == []


def test_a_client_that_the_endpoint_does_not_know_is_told_so_without_its_secret(broker, endpoint, tmp_path):
    source = TokenSource(url=endpoint.url, client=CLIENT, secret="another-one")
    with pytest.raises(
        LogForbidden, match=r"token endpoint refuses this client \(HTTP 401\); correct CUTOVER_LOG__USER"
    ) as error:
        opened(broker, tmp_path, source, "refused")
    assert "another-one" not in str(error.value)


def test_an_endpoint_that_is_away_is_an_outage(broker, tmp_path):
    (port,) = free_ports(1)
    with pytest.raises(LogUnreachable, match=r"token endpoint gives no token .* correct `\[log\] token_url`"):
        opened(broker, tmp_path, TokenSource(url=f"http://127.0.0.1:{port}/token", client=CLIENT, secret=SECRET), "away")


@pytest.mark.parametrize("text", ["", None])
def test_a_file_without_a_token_is_named(tmp_path, text):
    file = tmp_path / "token"
    if text is not None:
        file.write_text(text)
    with pytest.raises(TokenMissing, match=str(file)):
        Tokens(TokenSource(file=file)).token()


def test_a_token_is_renewed_before_it_ends(endpoint):
    now = [0.0]
    tokens = Tokens(TokenSource(url=endpoint.url, client=CLIENT, secret=SECRET), lambda: now[0])
    for seconds, asked in ((0.0, 1), (239.0, 1), (241.0, 2), (300.0, 2)):
        now[0] = seconds
        tokens.token()
        assert len(endpoint.asked) == asked
