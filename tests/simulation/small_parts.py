"""Parts so small that a simulated practice fills several of them: what holds across their borders is simulated, too.

A practice of the simulation has some dozens of records, and the engine appends 20,000 in one step.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import ModuleType
from unittest import mock

from consumers.rollback import compensator
from consumers.state import catch_up as view_catch_up
from events.log import pages
from producers.changes import catch_up
from producers.changes.appending import changes
from producers.changes.rows import settled
from producers.state import step

SIZES: dict[tuple[ModuleType, str], tuple[int, ...]] = {
    (step, "STEP"): (1, 7, 20_000),
    (changes, "PIECE"): (1, 5, 1_000),
    (settled, "PAGE"): (3, 16_384),
    (catch_up, "_PAGE"): (4, 5_000),
    (view_catch_up, "_PAGE"): (1, 6, 2_000),
    (pages, "PAGE"): (2, 256),
    (pages, "_KEPT"): (1, 64),
    (compensator, "PART"): (1, 4, 5_000),
}
"""For each size, those that a seed chooses from; the last one is the engine's own."""

EVERY = 20
"""Of so many seeds one has small parts: more of them would take longer than they find."""


@contextmanager
def small_parts(seed: int) -> Iterator[None]:
    """Make steps, pages and parts are as large as this seed decides; for most seeds they are the engine's own."""
    chance = random.Random(f"{seed}: parts")
    with ExitStack() as patched:
        if seed % EVERY == 1:
            for (module, name), sizes in SIZES.items():
                patched.enter_context(mock.patch.object(module, name, chance.choice(sizes)))
        yield
