"""Claims of roles on a Kafka log: one transactional id a role, whatever the machine.

Beginning under the id ends the transaction of an earlier holder and fences its producer, and the claim's token then lies in
the offsets of a consumer group of the role's. A fenced producer alone does not tell whether another process holds the role: a
broker also fences a producer that stood still in a transaction. So before it begins again, the token is read.

The token also lies in a file of the holder's folder. A reader that waits for the open transaction of a holder that was killed
on this machine ends the transaction, unless another process has claimed the role since.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

from events.log.held_names import first_free, hold, numbers
from events.log.kafka.appending import Appender
from events.log.kafka.confluent import Registry
from events.log.kafka.settings import KafkaSettings
from events.log.kafka.writing import Writer, settled_by
from events.log.port import DECISIONS, ROLES, Commit, Log, LogRoleTaken, NewEntry, Position

_PLACE = 0
"""The token stands where the group's offset in the one partition of the decisions would."""


class KafkaClaim:
    """The claim port on a Kafka log."""

    def __init__(
        self, log: Log, settings: KafkaSettings, registry: Registry | None, folder: Path, role: str, patience: float
    ) -> None:
        """Claim the role from its present holder; `folder` is this machine's own. Raises LogError."""
        self._log, self._settings, self._role, self._patience = log, settings, role, patience
        self._group = settings.claims(role)
        self._appender = Appender(log, settings, registry, patience, self._begin)
        self._token = 0
        token = (uuid4().int >> 66) or 1
        self._held = first_free(folder, _kind(role), lambda: str(token)).rewritten(str(token))
        try:
            self._appender.append([], [Commit(group=self._group, topic=DECISIONS, offsets={_PLACE: token})])
        except BaseException:
            self.close()
            raise
        self._token = token

    def append(self, entries: Sequence[NewEntry], commits: Sequence[Commit] = ()) -> list[Position]:
        return self._appender.append(entries, commits)

    def close(self) -> None:
        self._appender.close()
        self._held.release(forget=self._appender.settled)

    def _begin(self) -> Writer:
        self._refuse_taken()
        writer = Writer(self._settings, self._settings.transactional_id(self._role), self._patience)
        try:
            self._refuse_taken()  # in the meantime: then the other holder is fenced as well, and neither appends unseen
        except BaseException:
            writer.close()
            raise
        return writer

    def _refuse_taken(self) -> None:
        if self._token == 0:  # it is being claimed
            return
        found = _token(self._log, self._settings, self._role)
        if found not in (self._token, 0):  # brokers forget offsets without a commit for long: then the role is free
            raise LogRoleTaken(self._role)


def settle_claims_left_behind(log: Log, settings: KafkaSettings, folder: Path, patience: float) -> None:
    """End what holders that died on this machine left open, where they were the last to claim their role. Raises LogError."""
    for role in ROLES:
        for number in numbers(folder, _kind(role)):
            held = hold(folder, _kind(role), number, lambda: "0")
            if held is None:
                continue
            if _token(log, settings, role) == int(held.text):  # else a later holder of the role has ended the transaction
                settled_by(settings, settings.transactional_id(role), patience)
            held.release(forget=True)


def _token(log: Log, settings: KafkaSettings, role: str) -> int:
    return log.committed(settings.claims(role), DECISIONS)[_PLACE]


def _kind(role: str) -> str:
    return f"claim-{role}"
