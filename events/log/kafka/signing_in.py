"""The first client of a log, which tells brokers that refuse it from brokers that are away.

kafka-python 3.0.12 drops the error of a connection whose certificate, password or token was refused, and tries again until its
time is over, as if no broker had answered. It also drops an answer that it receives together with the end of the connection,
as refusals are. Here each connection is asked why it failed, and answers are read first. A refusal counts when a broker has
repeated it: one that has just started may not have heard of every user yet, nor of the key that signs the tokens now.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from kafka import KafkaAdminClient
from kafka.errors import KafkaError, SaslAuthenticationFailedError, UnsupportedSaslMechanismError
from kafka.net.compat import KafkaNetClient
from kafka.net.manager import KafkaConnectionManager
from kafka.net.selector import NetworkSelector

from events.errors import CutoverError
from events.log.kafka.leaders import LeaderKeepingAdmin
from events.log.kafka.settings import KafkaSettings
from events.log.port import LogForbidden, LogRefused

_REPEATED: Final = 4
"""Refusals in a row, of one broker, that count; they take about two seconds."""
_OF_TOKENS: Final = 10.0
"""Seconds for which tokens are refused before that counts: a broker asks for the issuer's new key when it first meets it."""


class SignInRefused(KafkaError, CutoverError):  # type: ignore[misc] # kafka-python has no types
    """A broker does not let this client in, or the client does not trust the broker; `refusal` is the port's error."""

    def __init__(self, refusal: LogRefused) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal


def sign_in(settings: KafkaSettings, patience: float) -> KafkaAdminClient:
    """Open an administrator's client. Raises SignInRefused soon; another KafkaError where no broker answers in `patience`."""
    _refuse_files(settings)
    made: list[KafkaNetClient] = []

    def client(**options: Any) -> KafkaNetClient:
        net = NetworkSelector(**options)
        made.append(KafkaNetClient(net=net, manager=_Connections(settings, patience, net, **options)))
        return made[-1]

    try:
        return LeaderKeepingAdmin(**settings.client(patience), kafka_client=client)
    except BaseException:
        for unused in made:  # its thread would go on for ever
            unused.close()
            unused._net.stop()
        raise


class _Connections(KafkaConnectionManager):  # type: ignore[misc] # kafka-python has no types
    """The connections of a client, which are not tried again once a broker has refused them for good."""

    def __init__(self, settings: KafkaSettings, patience: float, net: NetworkSelector, **options: Any) -> None:
        super().__init__(net, **options)
        self._of = settings
        self._lasting = min(_OF_TOKENS, patience / 2) if settings.asks_for_tokens else 0.0
        self._refused: dict[object, list[tuple[float, LogRefused]]] = {}

    def get_connection(self, node_id: object, *arguments: Any, **options: Any) -> Any:
        """Return the connection to a broker, as kafka-python does. Raises SignInRefused."""
        refused = self._refused.get(node_id, [])
        if len(refused) >= _REPEATED and time.monotonic() - refused[0][0] >= self._lasting:
            raise SignInRefused(refused[-1][1])
        before = self._conns.get(node_id)
        connection = super().get_connection(node_id, *arguments, **options)
        if connection is not before:
            connection.init_future.add_errback(partial(self._failed, node_id))
            connection.init_future.add_callback(lambda _: self._refused.pop(node_id, None))
        return connection

    async def _build_transport(self, *arguments: Any, **options: Any) -> Any:
        transport = await super()._build_transport(*arguments, **options)
        transport._sock_recv = partial(_received, transport._sock_recv)
        return transport

    def _failed(self, node_id: object, error: BaseException) -> None:
        refusal = refusal_of(error, self._of)
        if refusal is None:
            self._refused.pop(node_id, None)
        else:
            self._refused.setdefault(node_id, []).append((time.monotonic(), refusal))


def _received(receive: Callable[[], tuple[bytes, Exception | None]]) -> tuple[bytes, Exception | None]:
    """Return what a socket received, and its end only where nothing came before it: the next call meets the end again."""
    data, end = receive()
    return data, None if data else end


def refusal_of(error: BaseException, settings: KafkaSettings) -> LogRefused | None:
    """Return the port's error for a connection that was refused by the broker or by this client; None for another failure."""
    mechanism = settings.security.get("sasl_mechanism")
    if isinstance(error, UnsupportedSaslMechanismError):
        return LogRefused(
            f"the log: its brokers offer no sasl_mechanism={mechanism}; name another one in `[log] url`, or let the brokers' "
            "owner enable it"
        )
    if isinstance(error, SaslAuthenticationFailedError):
        return _stranger(mechanism, tokens=settings.asks_for_tokens)
    cause = error.__context__  # kafka-python puts its text alone into an error of its own
    if isinstance(cause, ssl.SSLCertVerificationError):
        return LogRefused(
            f"the log: the broker's certificate is not to be trusted ({cause.verify_message}); correct ssl_cafile, or the "
            "brokers' names, in `[log] url`"
        )
    return None


def _refuse_files(settings: KafkaSettings) -> None:
    """Raise SignInRefused where the certificates that the URL names cannot be used: each connection would fail for it."""
    authorities, certificate, key = (settings.security.get(name) for name in ("ssl_cafile", "ssl_certfile", "ssl_keyfile"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        if authorities:
            context.load_verify_locations(authorities)
        if certificate:
            context.load_cert_chain(certificate, key, password="")  # without it a key that has one is asked for at the terminal
    except OSError as error:
        names = ", ".join(str(name) for name in (authorities, certificate, key) if name)
        raise SignInRefused(
            LogRefused(
                f"the log: certificates cannot be read from {names} ({error.strerror or type(error).__name__}); correct "
                "ssl_cafile, ssl_certfile and ssl_keyfile in `[log] url`"
            )
        ) from None


def _stranger(mechanism: object, *, tokens: bool) -> LogForbidden:
    if tokens:
        return LogForbidden(
            f"the log: its brokers refuse the access token ({mechanism}); correct `[log] token_file`, or `[log] token_url` and "
            "`[log] token_scope`, or let the brokers' owner trust who issued it"
        )
    return LogForbidden(
        f"the log: its brokers refuse the user's name or password ({mechanism}); correct CUTOVER_LOG__USER and "
        "CUTOVER_LOG__PASSWORD"
    )
