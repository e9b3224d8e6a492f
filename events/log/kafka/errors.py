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
    TopicAuthorizationFailedError,
    UnknownBrokerIdError,
    UnknownMemberIdError,
    UnknownTopicOrPartitionError,
    UnsupportedSaslMechanismError,
)

from events.errors import CutoverError
from events.log.kafka.permissions import denied
from events.log.kafka.settings import LEAST_MESSAGE_BYTES, MESSAGE_BYTES, NOTHING, Asking
from events.log.kafka.signing_in import SignInRefused
from events.log.kafka.tokens import TokenMissing
from events.log.port import LogDamaged, LogError, LogFenced, LogForbidden, LogMissing, LogRefused, LogUnreachable

T = TypeVar("T")

_FENCED = (
    CommitFailedError,
    FencedInstanceIdError,
    IllegalGenerationError,
    RebalanceInProgressError,
    UnknownMemberIdError,
)
_PAUSE = 0.05
SETTLING = 10.0
"""Seconds after which a topic that a broker has not heard of is gone. A new topic reaches every node within a second or two; a
topic that only changes its leader stays known.
"""


class SettingsNotTold(KafkaError, CutoverError):  # type: ignore[misc] # kafka-python has no types
    """A node says nothing of a topic's settings: it has not heard of the topic yet, or this user may not know them."""

    retriable = True

    def __init__(self, topic: str) -> None:
        super().__init__(f"the settings of {topic}")
        self.topic = topic


class TopicsMissing(KafkaError, CutoverError):  # type: ignore[misc] # kafka-python has no types
    """Topics of the log are missing, or the node that answered has not heard of them yet; `refusal` is the port's error."""

    retriable = True

    def __init__(self, refusal: LogDamaged | LogMissing) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal


_UNKNOWN = (UnknownTopicOrPartitionError, TopicsMissing, SettingsNotTold)


def explained(error: BaseException, asking: Asking = NOTHING) -> LogError:
    """Return the port's error for one of kafka-python's: for an append, nothing was applied. `asking` names what a broker
    denied.
    """
    cause = _cause(error)
    if isinstance(cause, TopicsMissing | TokenMissing | SignInRefused):
        return cause.refusal
    if isinstance(cause, _FENCED):
        return LogFenced("the log: another worker has taken over; nothing was recorded, and that worker goes on from here")
    if isinstance(cause, SaslAuthenticationFailedError | UnsupportedSaslMechanismError):
        return LogForbidden("the log: the broker does not know this user; correct CUTOVER_LOG__USER and CUTOVER_LOG__PASSWORD")
    if isinstance(cause, AuthorizationError):
        return denied(cause, asking)
    if isinstance(cause, UnknownTopicOrPartitionError):
        return LogDamaged(
            "the log: a topic that this command uses does not exist any more; stop the workers, run `cutover status`: it names "
            "the topics that are missing"
        )
    if isinstance(cause, SettingsNotTold):
        return denied(TopicAuthorizationFailedError({cause.topic}), Asking(operation="DescribeConfigs"))
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
    """Return what lies beneath: kafka-python puts the first failure of a transaction among the arguments of the later ones."""
    return next((inner for inner in error.args if isinstance(inner, KafkaError)), error)


def may_pass(error: KafkaError) -> bool:
    """Return whether a failure may pass by itself; among them is a leader that this client has not heard of (yet, or any
    more).
    """
    return bool(error.retriable) or isinstance(error, UnknownBrokerIdError)


def patiently(call: Callable[[], T], patience: float, asking: Asking = NOTHING) -> T:
    """Return the result of a call, repeated for `patience` seconds while its failures may pass. Only for calls that change
    nothing.
    """
    deadline = time.monotonic() + patience
    unknown_since: float | None = None
    while True:
        try:
            return call()
        except KafkaError as error:
            now = time.monotonic()
            unknown_since = (unknown_since or now) if isinstance(error, _UNKNOWN) else None
            gone = unknown_since is not None and now - unknown_since > min(SETTLING, patience)
            if not may_pass(error) or gone or now > deadline:
                raise explained(error, asking) from None
        time.sleep(_PAUSE)


def bounded(call: Callable[[], T], seconds: float) -> T:
    """Return the result of a call, or raise TimeoutError: for calls of kafka-python that wait without a limit. A late
    result is discarded.
    """
    result: Future[T] = Future()

    def run() -> None:
        try:
            result.set_result(call())
        except BaseException as error:  # raised where the result is asked for
            result.set_exception(error)

    Thread(target=run, daemon=True, name="cutover-log").start()
    return result.result(seconds)
