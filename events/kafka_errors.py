"""Errors of kafka-python as errors of the log port, and calls that must not wait for ever."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

from kafka.errors import (
    AuthorizationError,
    CommitFailedError,
    FencedInstanceIdError,
    IllegalGenerationError,
    KafkaError,
    MessageSizeTooLargeError,
    RebalanceInProgressError,
    RecordListTooLargeError,
    SaslAuthenticationFailedError,
    UnknownBrokerIdError,
    UnknownMemberIdError,
    UnsupportedSaslMechanismError,
)

from events.kafka_settings import LEAST_MESSAGE_BYTES, MESSAGE_BYTES
from events.log import LogError, LogFenced, LogForbidden, LogRefused, LogUnreachable

T = TypeVar("T")

_FENCED = (
    CommitFailedError,
    FencedInstanceIdError,
    IllegalGenerationError,
    RebalanceInProgressError,
    UnknownMemberIdError,
)
_PAUSE = 0.05


class SettingsNotTold(KafkaError):  # type: ignore[misc] # kafka-python has no types
    """A node says nothing of a topic's settings: it has not heard of the topic yet, or this user may not know them."""

    retriable = True


def explained(error: BaseException) -> LogError:
    """The port's error for one of kafka-python's: for an append, nothing was applied."""
    cause = _cause(error)
    if isinstance(cause, _FENCED):
        return LogFenced("the log: another worker has taken over; nothing was recorded, and that worker goes on from here")
    if isinstance(cause, SaslAuthenticationFailedError | UnsupportedSaslMechanismError):
        return LogForbidden("the log: the broker does not know this user; correct CUTOVER_LOG__USER and CUTOVER_LOG__PASSWORD")
    if isinstance(cause, AuthorizationError):
        return LogForbidden(
            "the log: this user may not do that; let the broker's owner allow it on the log's topics and groups"
        )
    if isinstance(cause, SettingsNotTold):
        return LogForbidden(
            "the log: the brokers do not tell the settings of its topics; let the broker's owner allow this user to describe "
            "the configuration of topics"
        )
    if isinstance(cause, MessageSizeTooLargeError | RecordListTooLargeError):
        return LogRefused(
            f"the log: a topic takes no message of {LEAST_MESSAGE_BYTES} bytes any more; "
            f"set max.message.bytes={MESSAGE_BYTES} on the log's topics"
        )
    return LogUnreachable(
        f"the log does not answer ({type(cause).__name__}); check that its brokers run and that `[log] url` names them, "
        "then run the same command again"
    )


def _cause(error: BaseException) -> BaseException:
    """What lies beneath: kafka-python puts the first failure of a transaction among the arguments of the later ones."""
    return next((inner for inner in error.args if isinstance(inner, KafkaError)), error)


def may_pass(error: KafkaError) -> bool:
    """Whether a failure may pass by itself; among them is a leader that this client has not heard of (yet, or any more)."""
    return bool(error.retriable) or isinstance(error, UnknownBrokerIdError)


def patiently(call: Callable[[], T], patience: float) -> T:
    """What a call gives; repeated for `patience` seconds while its failures may pass. Only for calls that change nothing."""
    deadline = time.monotonic() + patience
    while True:
        try:
            return call()
        except KafkaError as error:
            if not may_pass(error) or time.monotonic() > deadline:
                raise explained(error) from None
        time.sleep(_PAUSE)


def bounded(call: Callable[[], T], seconds: float) -> T:
    """What a call gives, or TimeoutError: for calls of kafka-python that wait without a limit. A late one is left behind."""
    result: Future[T] = Future()

    def run() -> None:
        try:
            result.set_result(call())
        except BaseException as error:  # raised where the result is asked for
            result.set_exception(error)

    Thread(target=run, daemon=True, name="cutover-log").start()
    return result.result(seconds)
