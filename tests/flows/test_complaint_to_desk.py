"""What a complaint from abroad changes at the desks, and what it leaves as it was to the byte.

The clock stands still at the moment of asking, and what an answer took is said to be a millisecond, so that nothing is left out of the
comparison but one thing: the number under which a question is kept, which is drawn anew for each asking (UUIDv7, its time the same).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from django.db import connections, transaction

from suar.core.advice.values import ADVICE_IN_ORDER
from suar.core.canonical import canonical
from suar.core.registers import things
from suar.screening.access import answer_for
from suar.screening.actions.ask import screen
from suar.screening.actions.question import Asked
from suar.screening.api import ScreeningOut
from suar.screening.panels import spoken
from suar.site.auth import said as in_both_languages
from suar.vault.queries import PROTECTION
from tests import cast
from tests.arrivals import arrive
from tests.proving import Claim
from tests.registers.nominating import pending
from tests.screening.complaining import LATER, MINUTE, P3MI, PEOPLE, proposed, released, told
from tests.screening.lives import Records, agreed, fresh, lives
from tests.screening.lives import told as lived

pytestmark = pytest.mark.django_db(databases=["default", "protection"])
TOGETHER = 100  # lives that stand in the books at once
ASKED = LATER + 2 * MINUTE
#: Recruiters nobody complained of, as near to the recruiter's name as names of companies come; "" for none.
NEAR = (
    "PT Ombak Rimba Persada",
    "PT Rimba Ombak Perkasa",
    "PT Ombak Rimba",
    "CV Ombak Rimba Perkasa",
    "PT Ombak Rimba Perkasa Jaya",
    "",
)
EVERY = 10  # of so many lives one goes with the recruiter of the complaint
#: The reasons that the signal gives whoever names him.
NEW = ("indicator.signal_on_recruiter", "register.signal")
Question = tuple[dict[str, Any], dict[str, Any], dict[str, str]]


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    cast.adopt()
    agreed()
    for seat in (cast.AYU, cast.BIMA):
        cast.seated(seat)


def books(number: int, seed: int) -> list[Question]:
    """So many lives in the books, and what each tells at a desk; every tenth names the recruiter, the others one whose name is near, or none."""
    into: Records = {}
    asked = []
    for life in lives(number, seed):
        traveller, journey, said = lived(life, into)
        p3mi = NEAR[life.number % len(NEAR)] if life.number % EVERY else P3MI
        asked.append((traveller, journey | ({"p3mi": p3mi} if p3mi else {}), said))
    for (source, kind), rows in sorted(into.items()):
        arrive(source, kind, rows)
    return asked


def answers(asked: Sequence[Question]) -> list[bytes]:
    """What the desks are told of each, at the same moment, as it is kept and shown, and as a machine gets it; afterwards nothing is left of it."""
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
            sent = ScreeningOut.model_validate(spoken(whole, in_both_languages)).model_dump_json().encode()
            found.append((canonical(whole) + b"\n" + sent).replace(str(made).encode(), b"its number"))
        transaction.set_rollback(True)
    return found


@contextmanager
def taken_back() -> Iterator[None]:
    """What happens inside is undone on both sides of the wall, also what was committed for good as far as it knows. One side waits for minutes
    while the other is asked: that is no forgotten transaction here.
    """
    for alias in ("default", PROTECTION):
        with connections[alias].cursor() as cursor:
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
    held = {alias: transaction.savepoint(using=alias) for alias in ("default", PROTECTION)}
    try:
        yield
    finally:
        for alias, point in held.items():
            transaction.savepoint_rollback(point, using=alias)


@dataclass(frozen=True, slots=True)
class Compared:
    """Whom a complaint let out concerns, and whose answer differs otherwise than it may: by the number of the life."""

    upto: int
    concerned: list[int]
    unlike: list[int]


def compared(count: int, seed: int, *, since: int = 0) -> Iterator[Compared]:
    """Some lives at a time: each asked about before the complaint is let out, and after somebody of another agency has agreed."""
    for start in range(since, count, TOGETHER):
        with taken_back():
            upto = min(start + TOGETHER, count)
            asked = books(upto - start, seed + start)
            complaint = told()
            before = answers(asked)
            released(complaint)
            after = answers(asked)
        concerned = [one for one, (_, journey, _) in enumerate(asked) if journey.get("p3mi") == P3MI]
        unlike = [
            one for one, (was, is_) in enumerate(zip(before, after, strict=True))
            if not (only_the_reason(was, is_) if one in concerned else was == is_)
        ]  # fmt: skip
        yield Compared(upto, concerned, unlike)


def only_the_reason(before: bytes, after: bytes) -> bool:
    """Whether two new reasons are all that came, with what follows from them by the policy: the element of the law that they support, and an
    advice that asks for no less attention.
    """
    was, is_ = (json.loads(answer.partition(b"\n")[0]) for answer in (before, after))
    came = [one["code"] for one in is_["reasons"] if one["code"] in NEW]
    was_advice, is_advice = was.pop("advice"), is_.pop("advice")
    supported = [one["state"] for one in is_["law"] if NEW[0].partition(".")[2] in one["by"]]
    return (
        sorted(came) == sorted(NEW)
        and supported == ["supported"]
        and ADVICE_IN_ORDER.index(is_advice) >= ADVICE_IN_ORDER.index(was_advice)
        and canonical(without(was)) == canonical(without(is_))
    )


def without(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer less the new reasons, and less what the recruiter's element of the law rests on."""
    reasons = [one for one in answer["reasons"] if one["code"] not in NEW]
    named = NEW[0].partition(".")[2]
    law = [
        one | {"by": [by for by in one["by"] if by != named]} | ({"state": ""} if one["element"] == "proses" else {})
        for one in answer["law"]
    ]
    return answer | {"reasons": reasons, "law": law}


# law: UU 21/2007 Ps 58
@pytest.mark.prove
def test_all_other_answers_stay_as_they_were_to_the_byte(claim: Claim) -> None:
    for part in compared(claim.number(small=24, large=10_000), claim.seed, since=claim.held):
        assert part.concerned and not part.unlike, part
        print(part.upto, flush=True)
        claim.held = part.upto  # so that a proof of an hour goes on where it was cut off
        claim.keep()


def test_the_twin_that_knows_a_company_by_its_first_words_changes_answers_that_it_should_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The planted bug: what stands on one company is told of others whose names begin alike."""
    whole = things.READERS["p3mi"]
    monkeypatch.setitem(things.READERS, "p3mi", lambda text: whole(" ".join(text.split()[:3])))
    (part,) = compared(12, 7)
    assert {one for one in range(12) if one % EVERY and NEAR[one % len(NEAR)].startswith("PT Ombak Rimba")} == set(
        part.unlike
    )


SAYS: dict[str, Any] = {
    "advice": "advise",
    "law": [{"element": "proses", "by": [], "state": "insufficient"}],
    "reasons": [],
    "unknown": [],
}
TOLD = SAYS | {
    "law": [{"element": "proses", "by": ["signal_on_recruiter"], "state": "supported"}],
    "reasons": [{"code": code} for code in NEW],
}
TOO_MUCH: dict[str, dict[str, Any]] = {
    "another reason": {"reasons": [*TOLD["reasons"], {"code": "indicator.signal_on_phone"}]},
    "half of it": {"reasons": TOLD["reasons"][:1]},
    "twice": {"reasons": [*TOLD["reasons"], *TOLD["reasons"]]},
    "an element more": {"law": [*TOLD["law"], {"element": "cara", "by": [], "state": "supported"}]},
    "less attention": {"advice": "clear"},
    "something unknown": {"unknown": [{"code": "feed"}]},
}


def test_an_answer_that_the_signal_concerns_differs_by_its_reason_and_what_follows() -> None:
    assert only_the_reason(json.dumps(SAYS).encode(), json.dumps(TOLD).encode())


@pytest.mark.parametrize("more", TOO_MUCH)
def test_whatever_else_differs_on_it_is_found(more: str) -> None:
    assert not only_the_reason(json.dumps(SAYS).encode(), json.dumps(TOLD | TOO_MUCH[more]).encode())


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


def test_what_leaves_is_a_thing_two_grades_and_a_code() -> None:
    words = pending(proposed(told())).said["words"]
    assert {name for name, value in words.items() if value} == {"thing", "grades", "coded", "evidence"}
    assert (words["coded"], words["grades"]) == ("unpaid", {"source": "B", "content": "2"})
