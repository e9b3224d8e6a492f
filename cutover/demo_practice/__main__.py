"""Write a demo practice for people to look at: `python -m cutover.demo_practice DIR`."""

from __future__ import annotations

import argparse
from pathlib import Path

from cutover.demo_practice.writing import write_practice


def main() -> None:
    """Write one, and say where it lies."""
    parser = argparse.ArgumentParser(prog="python -m cutover.demo_practice", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--patients", type=int, default=250)
    parser.add_argument("--days", type=int, default=2)
    options = parser.parse_args()
    try:
        practice = write_practice(options.folder, seed=options.seed, patients=options.patients, days=options.days)
    except (ValueError, FileExistsError) as error:
        parser.error(str(error))
    for path in (*practice.extracts, *practice.truths):
        print(path)


if __name__ == "__main__":
    main()
