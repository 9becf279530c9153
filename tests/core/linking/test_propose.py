"""What one comparison proposes."""

from __future__ import annotations

import pytest

from suar.core.identity.evidence import Reason
from suar.core.linking.propose import Verdict, propose
from suar.core.matching.explanation import MatchExplanation
from tests.golden import adopted

POLICY = adopted.matching()


def said(*reasons: tuple[str, int], prior: int = -16_000) -> MatchExplanation:
    feature = {"name": "full_name"}
    made = (
        Reason(code, feature.get(code.split(".")[0], code.split(".")[0]), "", "", weight) for code, weight in reasons
    )
    return MatchExplanation(candidate="found", reasons=tuple(made), prior=prior, policy="test")


@pytest.mark.parametrize(
    ("explanation", "verdict", "why"),
    [
        (said(("name.same", 15_000), ("nik.same", 25_000)), Verdict.JOIN, "nothing is against"),
        (said(("name.different", -9000), ("nik.same", 25_000), ("phone.same", 9000)), Verdict.ASK, "a contradiction"),
        (said(("name.same", 20_000), ("nik.different", -6000), ("phone.same", 20_000)), Verdict.ASK, "another NIK"),
        (
            said(("name.partly", 10_000), ("birth_date.same", 20_000)),
            Verdict.NEW,
            "another word, and a day that many have",
        ),
        (
            said(("name.partly", 10_000), ("birth_date.same", 13_000), ("mother_name.same", 12_000)),
            Verdict.ASK,
            "twins, or one whose name was written otherwise",
        ),
        (
            said(("name.same", 20_000), ("birth_date.same", 13_000), ("nik.different", -6000)),
            Verdict.NEW,
            "two numbers, and a name and a day that many share",
        ),
        (said(("name.partly", 10_000), ("nik.same", 25_000)), Verdict.JOIN, "outweighed by the number"),
        (said(("name.same", 10_000), ("birth_date.same", 10_000)), Verdict.ASK, "likely, not enough"),
        (said(("name.same", 22_000), ("birth_date.same", 13_000)), Verdict.ASK, "name and birth date alone"),
        (
            said(("name.same", 15_000), ("birth_date.same", 13_000), ("kk.same", 8000)),
            Verdict.JOIN,
            "and a family card",
        ),
        (said(("name.same", 10_000), ("birth_date.different", -7000)), Verdict.NEW, "far below"),
        (said(("name.same", 23_000)), Verdict.CANNOT_TELL, "a rare name alone joins nobody"),
        (said(("name.same", 12_000), ("birth_date.year_same", 5000)), Verdict.CANNOT_TELL, "one name and a year"),
        (said(("name.same", 8000), ("sex.same", 900)), Verdict.CANNOT_TELL, "below asking, and still no other person"),
        (said(("name.same", 8000), ("sex.different", -5500)), Verdict.NEW, "something spoke against"),
        (said(), Verdict.CANNOT_TELL, "nothing was compared"),
        (
            said(("name.same", 20_000), ("mother_name.same", 12_000), ("birth_date.different", -7000)),
            Verdict.NEW,
            "two namesakes whose mothers are namesakes too",
        ),
        (
            said(
                ("name.shorter", 15_000), ("birth_date.far", -9000), ("phone.same", 9000), ("region_code.same", 11_000)
            ),
            Verdict.NEW,
            "father and son with one telephone",
        ),
        (
            said(("name.same", 15_000), ("birth_date.far", -9000), ("phone.same", 9000), ("mother_name.same", 9000)),
            Verdict.ASK,
            "his own telephone and mother: another date",
        ),
        (
            said(("name.same", 15_000), ("birth_date.far", -9000), ("nik.slip", 15_000)),
            Verdict.ASK,
            "his number, mistyped",
        ),
        (
            said(("name.different", -9000), ("nik.slip_serial", 15_000), ("birth_date.same", 13_000)),
            Verdict.NEW,
            "registered one after the other",
        ),
    ],
)
def test_a_comparison_proposes(explanation: MatchExplanation, verdict: Verdict, why: str) -> None:
    assert propose(explanation, POLICY) is verdict, why
