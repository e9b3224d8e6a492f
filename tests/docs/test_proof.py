"""The numbers of docs/proof.md are those that the whole runs assert."""

import re

from tests.acceptance.test_main_job import TRUTHS
from tests.docs.documents import doc

_ROW = re.compile(r"^\| `(\w+)`, day (\d) \| ([\d,]+) \| ([\d,]+) \| ([\d,]+) \|$", re.MULTILINE)


def test_the_comparisons_on_each_engine_are_those_of_the_runs():
    told = {
        (name, f"day-{day}"): {int(count.replace(",", "")) for count in counts}
        for name, day, *counts in _ROW.findall(doc("proof.md"))
    }
    assert told == {key: {count} for key, count in TRUTHS.items()}
