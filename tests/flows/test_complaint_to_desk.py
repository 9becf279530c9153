"""What a complaint from abroad changes at the desks, and what it leaves as it was to the byte; and how soon it is there."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from suar.core.canonical import canonical
from suar.registers.actions.rule import look, rule
from suar.screening.access import answer_for
from suar.screening.actions.ask import Asked, screen
from suar.vault.queries import PROTECTION
from tests import cast
from tests.arrivals import arrive
from tests.proving import Claim
from tests.registers.nominating import drawn_of, pending
from tests.screening.complaining import LATER, MINUTE, P3MI, PEOPLE, proposed, released, told
from tests.screening.lives import Records, agreed, fresh, lives
from tests.screening.lives import told as lived

pytestmark = pytest.mark.django_db(databases=["default", "protection"])
TOGETHER = 50  # lives that stand in the books at once
ASKED = LATER + 2 * MINUTE
#: Of an answer: what differs with every asking.
OF_THIS_ASKING = ("id", "at", "took_ms")
Question = tuple[dict[str, Any], dict[str, Any], dict[str, str]]


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    cast.adopt()
    agreed()
    for seat in (cast.AYU, cast.BIMA):
        cast.seated(seat)


def books(number: int, seed: int) -> list[Question]:
    """So many lives in the books, and what each tells at a desk."""
    into: Records = {}
    asked = [lived(life, into) for life in lives(number, seed)]
    for (source, kind), rows in sorted(into.items()):
        arrive(source, kind, rows)
    return asked


def answers(asked: Sequence[Question]) -> list[bytes]:
    """What the desks are told of each, at the same moment, as canonical bytes; afterwards nothing of the asking is left."""
    found = []
    with transaction.atomic():
        fresh(ASKED)
        for number, (traveller, journey, said) in enumerate(asked):
            seat = cast.AYU if number % 2 else cast.BIMA
            purpose = "passport_application" if number % 2 else "departure"
            act = cast.act(seat, at=ASKED, reference=f"L-{number}")
            question = Asked(
                purpose=purpose, desk=seat.desk, lane="", officer="", reference=act.reference, traveller=traveller, journey=journey, answers=said
            )  # fmt: skip
            made: UUID = screen(question, act=act, client="tests", key="", elapsed_ms=lambda: 1)
            whole = answer_for(act, made, first=True)
            found.append(canonical({name: str(value) for name, value in whole.items() if name not in OF_THIS_ASKING}))
        transaction.set_rollback(True)
    return found


@contextmanager
def taken_back() -> Iterator[None]:
    """What happens inside is undone on both sides of the wall, also what was committed for good as far as it knows."""
    held = {alias: transaction.savepoint(using=alias) for alias in ("default", PROTECTION)}
    try:
        yield
    finally:
        for alias, point in held.items():
            transaction.savepoint_rollback(point, using=alias)


NAMING: Question = ({"full_name": "Zulkarnaen Batubara"}, {"p3mi": P3MI}, {})


# law: UU 21/2007 Ps 58
@pytest.mark.prove
def test_all_other_answers_stay_as_they_were_to_the_byte(claim: Claim) -> None:
    count = claim.number(small=24, large=10_000)
    for start in range(0, count, TOGETHER):
        with taken_back():
            asked = books(min(TOGETHER, count - start), claim.seed + start)
            complaint = told()
            before, naming = answers(asked), answers([NAMING])
            released(complaint)
            assert answers(asked) == before
            assert answers([NAMING]) != naming, "whoever names the recruiter is told"


def test_the_complainants_and_the_workers_own_answers_show_nothing_of_it() -> None:
    """Unless they go with the same recruiter again: then they are warned like everybody."""
    arrive("simkim", "passport", [
        {"id": "p-7", "who": "melati", "full_name": PEOPLE["full_name"], "nik": PEOPLE["nik"], "birth_date": PEOPLE["birth_date"],
         "passport_no": PEOPLE["passport_no"], "issued_on": "2024-01-05", "status": "active"},
    ])  # fmt: skip
    worker = {name: PEOPLE[name] for name in ("full_name", "nik", "birth_date", "passport_no")}
    whoever = {"full_name": PEOPLE["complainant_name"], "phone": PEOPLE["complainant_phone"]}
    asked: list[Question] = [(who, {}, {}) for who in (worker, worker, whoever, whoever)]
    complaint = told()
    before = answers(asked)
    released(complaint)
    assert answers(asked) == before
    again = answers([(worker, {"p3mi": P3MI}, {})])
    assert b"register.signal" in again[0]


@pytest.mark.prove
def test_from_the_last_word_to_a_reason_at_the_passport_desk_in_under_a_second(claim: Claim) -> None:
    """Measured and printed, not asserted to the millisecond: whoever runs it reads it; that the next question has the reason is asserted."""
    words, whole = [], []
    for turn in claim.rounds(small=10, large=200):
        with taken_back():
            p3mi = f"PT Ombak {turn.number} Perkasa"
            complaint = told(p3mi_name=p3mi, account=f"Uang diminta oleh {p3mi}.", employer="", recruiter_phone="")
            started = time.perf_counter()
            request = proposed(complaint, thing=p3mi)
            proposal = time.perf_counter() - started
            second = cast.act(drawn_of(request), at=LATER + MINUTE, reference=str(request))
            look(request, act=second)
            started = time.perf_counter()
            assert rule(request, True, "Bukti sudah diperiksa.", act=second) == "acted"
            told_now = answers([({"full_name": "Zulkarnaen Batubara"}, {"p3mi": p3mi}, {})])
            words.append(time.perf_counter() - started)
            whole.append(proposal + words[-1])
            assert b"register.signal" in told_now[0]
    if words:
        print(f"\nlast word to reason: {said(words)}; both words together: {said(whole)}")


def said(seconds: list[float]) -> str:
    ordered = sorted(seconds)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    return f"p50 {1000 * statistics.median(ordered):.0f} ms, p99 {1000 * p99:.0f} ms, n={len(ordered)}"


def test_what_leaves_is_a_thing_two_grades_and_a_code() -> None:
    words = pending(proposed(told())).said["words"]
    assert {name for name, value in words.items() if value} == {"thing", "grades", "coded", "evidence"}
    assert (words["coded"], words["grades"]) == ("unpaid", {"source": "B", "content": "2"})
