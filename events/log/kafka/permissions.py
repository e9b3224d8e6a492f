"""Refusals for want of a permission: the resource and the operation that a broker denied, and the permission to add.

The permissions that a log needs are listed in docs/several-machines.md; a test runs with exactly these.
"""

from __future__ import annotations

from collections.abc import Iterable

from kafka.errors import (
    AuthorizationError,
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    TopicAuthorizationFailedError,
    TransactionalIdAuthorizationFailedError,
)

from events.log.kafka.settings import NOTHING, Asking
from events.log.port import LogForbidden


def denied(error: AuthorizationError, asking: Asking = NOTHING) -> LogForbidden:
    """Return the port's error for a denial: what was denied on which resource, and what to allow."""
    operation, resource = _denied(error, asking)
    return LogForbidden(
        f"the log: this user has no permission for {operation} on {resource}; let the broker's owner allow {operation} there "
        "(docs/several-machines.md lists the permissions that a log needs)"
    )


def _denied(error: AuthorizationError, asking: Asking) -> tuple[str, str]:
    match error:
        case TopicAuthorizationFailedError():
            names = sorted(_named(error)) or sorted(asking.topics)
            return asking.operation, f"the topic{'s' if len(names) > 1 else ''} {', '.join(names) or '(unnamed)'}"
        case GroupAuthorizationFailedError():
            return "Read", f"the group {asking.group or '(unnamed)'}"
        case TransactionalIdAuthorizationFailedError():
            return "Write", f"the transactional id {asking.transactional_id or '(unnamed)'}"
        case ClusterAuthorizationFailedError():
            return "IdempotentWrite", "the cluster (brokers before 2.8 ask for it)"
    return "the operation", f"the broker ({type(error).__name__})"


def _named(error: AuthorizationError) -> Iterable[str]:
    """Return the topics that kafka-python put among an error's arguments: one as text, several as a set."""
    for argument in error.args:
        if isinstance(argument, set | frozenset | list | tuple):
            yield from (str(name) for name in argument)
        elif isinstance(argument, str) and "." in argument and " " not in argument:
            yield argument
