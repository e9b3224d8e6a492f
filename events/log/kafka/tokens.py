"""Access tokens for brokers that ask for SASL/OAUTHBEARER: from a token endpoint (OAuth 2, client credentials) or from a file.

A token is asked for when a connection begins, and kept until most of its lifetime is over. A file is read anew each time: a
platform such as Kubernetes replaces it. Source: RFC 6749, section 4.4.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Any, Final

import httpx
from kafka.errors import KafkaError
from kafka.net.sasl.oauth import AbstractTokenProvider

from events.errors import CutoverError
from events.log.kafka.settings import TokenSource
from events.log.port import LogForbidden, LogUnreachable

_TIMEOUT: Final = 8.0
"""Seconds: less than the time-out of a request to the broker, which waits for the token."""
_LIFETIME: Final = 300.0
"""Seconds that a token lives whose endpoint does not say it."""
_SHARE: Final = 0.8
_REFUSED: Final = (httpx.codes.BAD_REQUEST, httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN)


class TokenMissing(KafkaError, CutoverError):  # type: ignore[misc] # kafka-python has no types
    """There is no token; `refusal` is the port's error for it."""

    def __init__(self, refusal: LogForbidden | LogUnreachable) -> None:
        super().__init__(str(refusal))
        self.retriable = refusal.retriable
        self.refusal = refusal


class Tokens(AbstractTokenProvider):  # type: ignore[misc] # kafka-python has no types
    """The tokens of one source, for all of a log's connections."""

    def __init__(self, source: TokenSource, monotonic: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._source, self._monotonic = source, monotonic
        self._lock = Lock()
        self._token, self._until = "", 0.0

    def token(self) -> str:
        """Return a token that is still good. Raises TokenMissing."""
        if self._source.file is not None:
            return _read(self._source.file)
        with self._lock:
            if not self._token or self._monotonic() >= self._until:
                asked = self._monotonic()
                self._token, lifetime = _ask(self._source)
                self._until = asked + _SHARE * lifetime
            return self._token


def _read(file: Path) -> str:
    try:
        token = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeError) as error:
        raise TokenMissing(
            LogForbidden(f"the log: the token file {file} cannot be read ({type(error).__name__}); correct `[log] token_file`")
        ) from None
    if not token:
        raise TokenMissing(LogForbidden(f"the log: the token file {file} is empty; let its platform write a token into it"))
    return token


def _ask(source: TokenSource) -> tuple[str, float]:
    """Return a fresh token and the seconds that it lives."""
    form = {"grant_type": "client_credentials", **({"scope": source.scope} if source.scope else {})}
    try:
        verify: Any = ssl.create_default_context(cafile=source.ca_file) if source.ca_file else True
        with httpx.Client(timeout=_TIMEOUT, verify=verify) as client:
            answer = client.post(source.url, data=form, auth=(source.client, source.secret))
        if answer.status_code in _REFUSED:
            raise TokenMissing(
                LogForbidden(
                    f"the log: the token endpoint refuses this client (HTTP {answer.status_code}); correct CUTOVER_LOG__USER, "
                    "CUTOVER_LOG__PASSWORD and `[log] token_scope`"
                )
            )
        answer.raise_for_status()
        said = answer.json()
        return str(said["access_token"]), float(said.get("expires_in", _LIFETIME))
    except (httpx.HTTPError, OSError, ValueError, KeyError, TypeError) as error:
        raise TokenMissing(
            LogUnreachable(
                f"the log: the token endpoint gives no token ({type(error).__name__}); start it, or correct `[log] token_url` "
                "and `[log] ca_file`"
            )
        ) from None
