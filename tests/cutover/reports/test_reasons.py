"""Every reason code is explained in plain words."""

from __future__ import annotations

import pytest

from cutover.reports.reason_codes.of_writes import REFUSED_BY_TWENTY
from cutover.reports.reason_codes.reason import PBN, Cost
from cutover.reports.reasons import REASONS, cost_of, explain
from tests.cutover.reports.reason_codes import ROOT, codes_used

CODES = codes_used("producers", "consumers", "cutover/reports")


def test_the_codes_are_found_in_all_their_forms() -> None:
    """A constant, a literal, one of an enum, one of another module: a blind search would let new codes slip through."""
    assert {
        "invalid_phone",
        "not_a_table",
        "missing-relation",
        "unknown_patient",
        "wrong_cell_count",
        "edited_in_twenty",
    } <= set(CODES)


@pytest.mark.parametrize("code", sorted(CODES))
def test_a_code_that_the_program_uses_is_explained(code: str) -> None:
    assert code in REASONS, f"{CODES[code]} uses {code!r}: say in cutover/reports/reason_codes what it means and what to do"


def test_every_code_that_is_explained_stands_elsewhere_in_the_program() -> None:
    """A code that no module names any more is an explanation of nothing."""
    packages = [ROOT / name for name in ("events", "producers", "projections", "consumers", "cutover")]
    sources = [path for one in packages for path in one.rglob("*.py") if path.parent.name != "reason_codes"]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    assert [code for code in REASONS if f'"{code}"' not in text] == []


@pytest.mark.parametrize("code", sorted(REASONS))
def test_an_explanation_is_in_whole_sentences(code: str) -> None:
    reason = REASONS[code]
    for sentence in (reason.means, reason.to_do):
        assert sentence[0].isupper() or sentence[0] == "`"
        assert sentence.endswith(".")
    assert explain(code) == f"{reason.means} {reason.to_do}"


def test_an_unknown_code_stands_for_itself() -> None:
    assert explain("brand_new") == "brand_new"
    assert cost_of("brand_new") is Cost.DOUBTFUL


def test_what_twenty_refused_is_not_to_be_corrected_in_the_practices_software_alone() -> None:
    assert not [code for code, reason in REFUSED_BY_TWENTY.items() if reason.to_do.startswith(PBN)]


def test_no_reason_promises_a_fallback_member_where_none_is_set() -> None:
    told = [reason.means for reason in REASONS.values() if "fallback member" in reason.means]
    assert told
    assert all("empty where none is set" in means for means in told)
