"""Run one `cutover` command, and write down its time, memory and requests.

    python -m benchmarks.timed_program RESULT BEGAN ARGUMENT…

RESULT is the file that gets a JSON object, BEGAN the monotonic time at which the caller started this process. Requests are
counted where they leave the process, at httpx's transport.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import httpx

_METADATA = ("/metadata", "/client-config", "/healthz", "/graphql/metadata")


def main(result: Path, began: float, arguments: list[str]) -> int:
    """Run the command; give its exit code."""
    sent: list[tuple[float, str]] = []
    send = httpx.HTTPTransport.handle_request

    def handle(self: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        sent.append((time.monotonic() - began, request.url.path))
        return send(self, request)

    httpx.HTTPTransport.handle_request = handle  # type: ignore[method-assign]
    from cutover.main import app

    code = 0
    try:
        app(arguments)
    except SystemExit as end:
        code = int(end.code or 0)
    used = resource.getrusage(resource.RUSAGE_SELF)
    records = [when for when, path in sent if not path.startswith(_METADATA)]
    figures: dict[str, Any] = {
        "code": code,
        "seconds": time.monotonic() - began,
        "processor": used.ru_utime + used.ru_stime,
        "memory": _peak_memory(),
        "requests": len(records),
        "first_request": records[0] if records else None,
    }
    result.write_text(json.dumps(figures), encoding="utf-8")
    return code


def _peak_memory() -> float:
    """Return the peak of this process in MB. `ru_maxrss` would begin with that of the process that started this one."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(text.split()[1]) for text in status.splitlines() if text.startswith("VmHWM")) / 1024


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3:]))
