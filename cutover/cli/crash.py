"""Dying on purpose: where `CUTOVER_CRASH_AT` names a crash point, the program kills itself there, as a power cut would.

For tests only: it is honoured when CUTOVER_DEBUG is set, too.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping

from cutover.project.errors import SettingsError
from events.crash_points import CrashPoint, ignore


def crash_points(environment: Mapping[str, str]) -> Callable[[CrashPoint], None]:
    """Return the function that is called at crash points: none, or one that ends the process at `NAME` or, as `NAME:N`, the
    N-th time it is reached.

    Raises SettingsError for a name that is none.
    """
    asked = environment.get("CUTOVER_CRASH_AT", "")
    if not asked or not environment.get("CUTOVER_DEBUG"):
        return ignore
    name, _, number = asked.partition(":")
    if name not in list(CrashPoint) or not (number or "1").isdecimal():
        raise SettingsError(f"CUTOVER_CRASH_AT: {asked!r} is no crash point; take one of events/crash_points.py, as created:2")
    left = int(number or 1)

    def reached(point: CrashPoint) -> None:
        nonlocal left
        if point == name:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return reached
