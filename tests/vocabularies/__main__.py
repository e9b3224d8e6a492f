"""Print what is understood of each list, twice: as it is, and as the next unknown system would fare. `-v` lists the misses."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.vocabularies.figures import Figures, figures
from tests.vocabularies.lists import names

SEEDS = (1, 2)


def main() -> None:
    """Print the table."""
    for unknown in (False, True):
        print("its own headers taken out of the aliases:" if unknown else "as it is:")
        total = Figures()
        for name in names():
            found = Figures()
            with tempfile.TemporaryDirectory() as root:
                for seed in SEEDS:
                    found.add(figures(name, seed, Path(root) / str(seed), unknown=unknown))
            print(f"  {name:32} {found}")
            for miss in sorted(set(found.misses)) if "-v" in sys.argv else ():
                print(f"      {miss}")
            total.add(found)
        print(f"  {'all':32} {total}")


if __name__ == "__main__":
    main()
