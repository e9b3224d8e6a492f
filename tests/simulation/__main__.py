"""Run one seed: python -m tests.simulation SEED [STEPS]."""

from __future__ import annotations

import sys
import time
import traceback

from tests.simulation.rules import RULES, admin_of
from tests.simulation.simulation import Simulation
from tests.simulation.template import Template, short_lived_folder


def main() -> None:
    """Print what is done, step by step."""
    first, steps = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 100
    last = int(sys.argv[3]) if len(sys.argv) > 3 else first
    with short_lived_folder() as folder:
        (folder / "template").mkdir()
        template = Template.made(folder / "template")
        for seed in range(first, last + 1):
            began = time.process_time()
            simulation = Simulation(seed, template, folder)
            try:
                simulation.run(steps, RULES, admin_of(seed))
            except BaseException as error:
                if first == last:
                    sys.stdout.write("\n".join(f"{n}: {said}" for n, said in enumerate(simulation.said)) + "\n")
                    traceback.print_exc()
                    raise SystemExit(1) from None
                frame = traceback.extract_tb(error.__traceback__)[-1]
                sys.stdout.write(
                    f"seed {seed}: step {len(simulation.said) - 1} {simulation.said[-1][:150]}: {type(error).__name__} "
                    f"{frame.name}:{frame.lineno}: {str(error)[:300]}\n"
                )
                continue
            sys.stdout.write(f"seed {seed}: {steps} steps, {time.process_time() - began:.1f} s of processor\n")


if __name__ == "__main__":
    main()
