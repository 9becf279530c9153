"""The claim of the interview: what contradicts the registers is shown, and what does not is not. On real records, through the real interview."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from suar.core.interview import contradictions
from suar.core.interview.known import Known
from suar.policies.models import Version
from tests import cast
from tests.arrivals import send, speaks
from tests.proving import Claim
from tests.registers.nominating import agreed, sari
from tests.registers.nominating import asked as requested
from tests.registers.test_signals import signal
from tests.screening.interviewing import asked_about, begun, heard, posted, said
from tests.screening.planted_answers import BUREAU, KINDS, SHARED, Life, lives

pytestmark = pytest.mark.django_db(databases=["default", "protection"])
SHOWN, FALSELY = 95, 1  # in 100
TOGETHER = 500  # records of one sending
LATER = cast.NOON.replace(hour=6)


@pytest.fixture(autouse=True)
def registers(db: None) -> None:
    """Officers, agreements, a signal in force, four interviews in which one phone arranged everything."""
    cast.adopt()
    posted(cast.BIMA, cast.DIAN)
    for giver in ("kp2mi", "disnaker"):
        cast.agree(giver, "imigrasi", ["departure_screening"])
    sari()
    agreed(requested(signal()))
    for number in range(4):
        other = {"full_name": f"Orang Lain {number}", "nik": f"990101010180{number + 1:04}", "birth_date": "1980-01-01"}
        said(
            begun(asked_about(traveller=other, at=LATER), at=LATER),
            at=LATER,
            who_arranged="agent",
            sponsor_phone=SHARED,
        )


def paid_by_the_bureau(number: int) -> dict[str, str]:
    """An application of somebody in another household, for whom the same account paid."""
    return {
        "id": f"paid-{number}", "who": f"paid-{number}", "full_name": f"Warga Lain {number}", "nik": f"990101020275{number + 1:04}",
        "birth_date": "1975-02-02", "sex": "1", "application_no": f"B-{number}", "submitted_at": "2026-09-01T02:00:00+00:00",
        "purpose": "umrah", "destination": "SAU", "status": "approved", "payer_phone": BUREAU,
    }  # fmt: skip


def arrived(people: Sequence[Life]) -> None:
    """Every record of theirs, by the way records come; and four applications of others for which one account paid."""
    sent = (
        (
            "siskop2mi",
            "placement",
            [one.row("placement") for one in people] + [one.row("earlier") for one in people if one.earlier],
        ),
        ("disnaker", "recommendation_letter", [one.row("letter") for one in people if one.letter]),
        (
            "simkim",
            "passport_application",
            [one.row("application") for one in people] + [paid_by_the_bureau(number) for number in range(4)],
        ),
        ("simkim", "departure_deferral", [one.row("deferral") for one in people if one.deferral]),
    )
    for minute, (source, kind, rows) in enumerate(sent):
        if not rows:  # a source of which nobody has a record says nothing, and not in which words it would
            continue
        at = cast.NOON + timedelta(minutes=minute)
        speaks(source, kind, rows, at=at)
        for first in range(0, len(rows), TOGETHER):
            send(source, rows[first : first + TOGETHER], at=at)
    as_the_policy_says("disnaker")
    heard("siskop2mi", "disnaker", "simkim", at=LATER)


def as_the_policy_says(source: str) -> None:
    """From now on the source covers only what it says that it covers: the rows that arrive in a test speak for the whole country."""
    name, digest, table = next(one for one in cast.tables() if one[0] == f"sources/{source}")
    Version.objects.create(
        id=uuid4(), name=name, sha256=digest, content=table, in_force_from=LATER, adopted_by=uuid4(), reason="tests"
    )


def shown(people: Sequence[Life]) -> list[set[str]]:
    """Of each, the kinds of contradiction that Dian sees once everything is answered."""
    found = []
    for one in people:
        screening = asked_about(traveller=one.person, at=LATER, **one.journey)
        sitting = said(begun(screening, at=LATER), at=LATER, **one.said)
        found.append({each.kind for each in sitting.laid.contradictions})
    return found


def judged(number: int, seed: int) -> tuple[int, int, Counter[str]]:
    """How many of so many planted are shown, how many of as many consistent interviews show anything; and what was missed or shown wrongly."""
    planted, honest = lives(number, seed, planted=True), lives(number, seed + 1_000_003, planted=False)
    for place, one in enumerate(honest):
        one.number = number + place
        one.person["nik"] = one.person["nik"][:12] + f"{(number + place) % 9000 + 1000:04}"
    arrived([*planted, *honest])
    seen = shown([*planted, *honest])
    missed = Counter(one.planted for one, kinds in zip(planted, seen, strict=False) if one.planted not in kinds)
    wrong = Counter(f"wrongly {kind}" for kinds in seen[number:] for kind in kinds)
    return number - missed.total(), sum(bool(kinds) for kinds in seen[number:]), missed + wrong


@pytest.mark.prove
def test_planted_contradictions_are_shown_and_consistent_answers_are_left_alone(claim: Claim) -> None:
    number = claim.number(small=52, large=500)
    hits, false, slips = judged(number, claim.seed)
    print(
        f"{hits} of {number} planted in {len(KINDS)} ways are shown, {false} of {number} consistent interviews show one; {dict(slips)}"
    )
    assert hits * 100 >= SHOWN * number, slips
    assert false * 100 <= FALSELY * number, slips


@pytest.mark.parametrize("bug", ["every name is like every other", "a silent source is believed"])
def test_the_claim_fails_where_the_rule_is_wrong(bug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted bugs: names never differ, so contradictions are missed; silence is taken for a no, so honest people are contradicted."""
    if bug.startswith("every"):
        monkeypatch.setattr(contradictions, "can_be_same", lambda said, written: True)
    else:
        monkeypatch.setattr(Known, "could_know", lambda self, source: True)
    number = 52
    hits, false, _ = judged(number, 7)
    assert hits * 100 < SHOWN * number or false * 100 > FALSELY * number


def test_what_a_silent_source_would_say_cannot_be_known_and_contradicts_nobody() -> None:
    (one,) = lives(1, 3, planted=True)
    arrived([one])
    heard("simkim", "disnaker", at=LATER)
    old: Any = cast.NOON.replace(year=2025)
    heard("siskop2mi", at=old)
    screening = asked_about(traveller=one.person, at=LATER, **one.journey)
    sitting = said(begun(screening, at=LATER), at=LATER, **one.said)
    assert not {each.kind for each in sitting.laid.contradictions if each.stated.source == "siskop2mi"}
    assert {each.source for each in sitting.laid.unknowable} >= {"siskop2mi"}
