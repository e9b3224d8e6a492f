"""`log verify --json` counts events by topic, and lists overlaps and problems."""

from __future__ import annotations

from collections import Counter

from consumers.journal.verify import LogProblem, Overlap, Verification
from cutover.commands.log.reading import verification_document
from events.log.port import CHANGES, COMPENSATIONS, DEAD_LETTERS, DECISIONS, Position
from tests.json_documents import check_document


def test_the_document_holds_all_that_was_found() -> None:
    found = Verification(
        events=Counter({CHANGES: 1, COMPENSATIONS: 2, DEAD_LETTERS: 3, DECISIONS: 4}),
        forgotten=5,
        open_intents=6,
        overlaps=[Overlap(first="one", second="other", at=Position(0, 1), repeated=7, differing=8)],
        problem_count=9,
        problems=[LogProblem(topic=CHANGES, partition=0, offset=3, problem="is damaged")],
    )
    document = verification_document(found)
    check_document("log verify", document)
    assert document == {
        "events": 10,
        "changes": 1,
        "compensations": 2,
        "dead_letters": 3,
        "decisions": 4,
        "forgotten": 5,
        "open_intents": 6,
        "overlaps": [{"runs": ["one", "other"], "repeated": 7, "differing": 8}],
        "problem_count": 9,
        "problems": [{"topic": CHANGES, "partition": 0, "offset": 3, "problem": "is damaged"}],
    }
