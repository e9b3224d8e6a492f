"""Consuming until caught up, window after window."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from consumers.sync.pace import WINDOW
from consumers.sync.projector import Account, Projector
from consumers.sync.window import Window, next_window, pending_window
from events.log.port import Log


def consume(
    projector: Projector,
    log: Log,
    *,
    window: Callable[[], int] = lambda: WINDOW,
    until: Mapping[int, int] | None = None,
    prepare: Callable[[], None] = lambda: None,
    progress: Callable[[int], None] = lambda _done: None,
    carried: Callable[[Window, Account], None] = lambda _window, _account: None,
    stopped: Callable[[], bool] = lambda: False,
) -> None:
    """Carry everything up to the log's present end (or `until`), what was pending first; `stopped` is asked between windows,
    and `window` for the number of events of the next one.

    `prepare` runs between reading a window and carrying it: everything that the window's events need is in the log by then.
    `carried` hears of each window that was carried. Raises TwentyError, LogError, OwnershipLost.
    """
    projector.look_again()
    projector.take_up()
    while not stopped():
        projector.owner.check()
        size = window()
        work = pending_window(log, projector.view, size)
        if work.is_empty:
            work = next_window(log, projector.view, projector.group, size, until)
        if work.is_empty:
            return
        prepare()
        account = projector.carry(work)
        progress(len(work.work))
        carried(work, account)
