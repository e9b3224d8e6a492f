"""Run a program that ends when another process does: `python ending_with.py PID COMMAND…`.

Tests start servers with it, so that none outlives the tests, however those end. It goes on in the background at once; the
server dies with it too.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time

_SET_DEATH_SIGNAL = 1  # prctl(2): PR_SET_PDEATHSIG


def die_with_parent():
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_DEATH_SIGNAL, signal.SIGKILL)


def _alive(pid):
    with contextlib.suppress(PermissionError):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
    return True


def main():
    pid, command = int(sys.argv[1]), sys.argv[2:]
    if os.fork():
        return
    os.setsid()
    server = subprocess.Popen(command, preexec_fn=die_with_parent)
    signal.signal(signal.SIGTERM, lambda *_: server.kill())
    while server.poll() is None and _alive(pid):
        time.sleep(0.2)
    server.kill()
    server.wait()


if __name__ == "__main__":
    main()
