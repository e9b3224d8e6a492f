"""Time unchanged rows beside a peer: dlt, which merges the same table into DuckDB.

    python -m benchmarks.bench_peers [ROWS [FILE]]

Both read the same CSV file a second time, with no row changed. dlt is installed into `.venv-peers`, of the version named here,
when it is not there. The lines go to FILE, too.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from benchmarks.appointment_rows import write_appointments
from benchmarks.bench_producing import unchanged_seconds
from benchmarks.line import Line, append

ROOT = Path(__file__).parents[1]
PEERS = ROOT / ".venv-peers"
DLT = "dlt[duckdb]==1.31.0"


def main(rows: int, out: Path | None) -> None:
    """Print the line."""
    python = _peers()
    with tempfile.TemporaryDirectory(prefix="cutover-bench-") as name:
        file = Path(name) / "appointments.csv"
        write_appointments(file, rows, patients=20_000)
        command = [str(python), str(ROOT / "benchmarks" / "peer_dlt.py"), str(file), name]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        theirs = rows / float(done.stdout.split()[-1])
    ours = rows / unchanged_seconds(rows)
    print(f"unchanged rows: {ours:,.0f}/s, {DLT} {theirs:,.0f}/s, {ours / theirs:.1f} ×")
    if out is not None:
        about = {"peer": theirs, "peer_is": f"{DLT}, upsert into DuckDB"}
        append(out, Line(name="unchanged rows", size=rows, ours=ours, unit="/s", **about))


def _peers() -> Path:
    """Return the interpreter of the virtual environment with dlt."""
    python = PEERS / "bin" / "python"
    mark = PEERS / DLT.replace("[", "-").replace("]", "-")
    if not mark.exists():
        venv.create(PEERS, clear=True, with_pip=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", DLT], check=True)
        mark.touch()
    return python


if __name__ == "__main__":
    given = sys.argv[1:]
    main(int(given[0]) if given else 100_000, Path(given[1]) if len(given) > 1 else None)
