"""Answers laid beside the registers: where the two do not agree, both sides are said, each with its source and how old it is.

A contradiction accuses nobody. It is a question to ask once more, kindly: registers are wrong too, and somebody whose papers were done for
him may not know what they say (DOMAIN D2). Where a source could not know, there is no contradiction; there is only "this cannot be known".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain

from suar.core.interview.alike import can_be_same
from suar.core.interview.known import Known, Placed, Stated
from suar.core.interview.running import Answers

PLACEMENTS, LETTERS = "siskop2mi", "disnaker"
DAYS_APART = 1  # midnight flights and a shifted booking: one day is no other day
SHARED = 3  # households: a family and a neighbour share a phone; the fourth is somebody's business (DOMAIN E2 I06)
PAID_FOR = (
    4  # other households for whom one account paid: the same number at which policy/indicators asks about it (I03)
)
THROUGH_P3MI = frozenset({"p2p", "crew_fishing", "crew_merchant"})
NO = frozenset({"no"})
#: What the interview's few words for a job mean in the standard's list; a job in none of these groups contradicts nothing.
JOBS: Mapping[str, frozenset[str]] = {
    "household": frozenset({"domestic_worker", "housekeeper", "nanny", "cook", "gardener", "driver"}),
    "fishing": frozenset({"fisherman", "seafarer"}),
    "factory": frozenset({"factory_operator", "electronics_assembler", "food_processor", "welder", "mechanic"}),
    "care": frozenset({"caregiver", "nurse", "nanny", "domestic_worker"}),
    "office_chat": frozenset({"office_clerk", "customer_service", "online_marketing", "programmer"}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """One answer and one register that do not agree."""

    kind: str
    question: str
    answer: str  # as given: a code, or the traveller's word
    stated: Stated  # what the register says, whose it is, and as of when


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknowable:
    """One answer that would be laid beside a source, were the source able to know."""

    kind: str
    question: str
    source: str
    since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """All answers beside all registers."""

    contradictions: tuple[Contradiction, ...]
    unknowable: tuple[Unknowable, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """One way in which an answer and a register may differ.

    `lasting`: what the register says happened once and stays true, however old its word is (a deferral, a journey). All else can have changed
    since, so it is believed only from a source that could know now, its silence as much as its word.
    """

    question: str
    source: str
    against: Callable[[str, Known], Stated | None]
    only: frozenset[str] = frozenset()  # the answers that could contradict; none named: any
    lasting: bool = False


def lay(answers: Answers, known: Known) -> Laid:
    """Lay every answer beside what is known. Pure: the same answers and registers give the same differences, in the order of `CHECKS`."""
    contradictions: list[Contradiction] = []
    unknowable: list[Unknowable] = []
    for kind, check in CHECKS.items():
        answer = answers.get(check.question, "")
        if not answer or (check.only and answer not in check.only):
            continue
        stated = check.against(answer, known)
        source = stated.source if stated else _source(check, known)
        believed = known.could_know(source) or (check.lasting and stated is not None)
        if not believed:
            state = known.sources.get(source)
            unknowable.append(
                Unknowable(kind=kind, question=check.question, source=source, since=state.since if state else None)
            )
        elif stated:
            contradictions.append(Contradiction(kind=kind, question=check.question, answer=answer, stated=stated))
    return Laid(contradictions=tuple(contradictions), unknowable=tuple(unknowable))


def _source(check: Check, known: Known) -> str:
    return known.payer_source if check.source == "payer" else check.source


def _differs(value: str, written: str) -> bool:
    return bool(written) and value != written


def _placement(
    answer: str, known: Known, read: Callable[[Placed], str], agrees: Callable[[str, str], bool]
) -> Stated | None:
    """What the newest placement says, where no placement that stands agrees with the answer."""
    told = [(one, read(one)) for one in known.placements if read(one)]
    if not told or any(agrees(answer, said) for _, said in told):
        return None
    one, said = told[0]
    return Stated(value=said, source=one.source, as_of=one.as_of)


def _destination_placement(answer: str, known: Known) -> Stated | None:
    return _placement(answer, known, lambda one: one.country, str.__eq__)


def _destination_declared(answer: str, known: Known) -> Stated | None:
    return Stated(value=known.destination, source="", as_of=None) if _differs(answer, known.destination) else None


def _employer(answer: str, known: Known) -> Stated | None:
    return _placement(answer, known, lambda one: one.employer, can_be_same)


def _p3mi(answer: str, known: Known) -> Stated | None:
    """By the placement that stands; by letters and registrations where there is none yet."""
    if any(one.p3mi for one in known.placements):
        return _placement(answer, known, lambda one: one.p3mi, can_be_same)
    if not known.p3mis or any(can_be_same(answer, one.value) for one in known.p3mis):
        return None
    return known.p3mis[0]


def _job(answer: str, known: Known) -> Stated | None:
    grouped = frozenset(chain.from_iterable(JOBS.values()))
    meant = JOBS[answer]
    return _placement(answer, known, lambda one: one.job if one.job in grouped else "", lambda _, job: job in meant)


def _never_deferred(answer: str, known: Known) -> Stated | None:
    return next(iter(known.deferred), None)


def _never_abroad(answer: str, known: Known) -> Stated | None:
    return next(iter(known.worked_abroad), None)


def _letter(answer: str, known: Known) -> Stated | None:
    return None if known.letters else Stated(value="none", source=LETTERS, as_of=_as_of(known, LETTERS))


def _as_of(known: Known, source: str) -> datetime | None:
    state = known.sources.get(source)
    return state.as_of if state else None


def _sponsor_signal(answer: str, known: Known) -> Stated | None:
    return next(iter(known.signals), None)


def _purpose_declared(answer: str, known: Known) -> Stated | None:
    return Stated(value=known.purpose, source="", as_of=None) if _differs(answer, known.purpose) else None


def _purpose_applied(answer: str, known: Known) -> Stated | None:
    """Beside the latest application alone: purposes change from journey to journey."""
    latest = next(iter(known.applied_for), None)
    return latest if latest and _differs(answer, latest.value) else None


def _departure_day(answer: str, known: Known) -> Stated | None:
    try:
        apart = abs((date.fromisoformat(answer) - date.fromisoformat(known.departure_day)).days)
    except ValueError:
        return None  # one of the two is not a whole day: nothing to lay beside
    return Stated(value=known.departure_day, source="", as_of=None) if apart > DAYS_APART else None


def _paid_self(answer: str, known: Known) -> Stated | None:
    shared = known.payer_shared
    if shared is None or shared < SHARED:
        return None
    return Stated(value=str(shared), source=known.payer_source, as_of=_as_of(known, known.payer_source))


def _paid_account(answer: str, known: Known) -> Stated | None:
    """He says that he paid; the account that paid for his passport paid for several other households too."""
    if known.paid_for < PAID_FOR:
        return None
    return Stated(value=str(known.paid_for), source="simkim", as_of=_as_of(known, "simkim"))


def _arranged_self(answer: str, known: Known) -> Stated | None:
    """Somebody whom a P3MI places did not arrange it alone; a worker of his own, or between governments, did."""
    through = [one for one in known.placements if one.scheme in THROUGH_P3MI and one.p3mi]
    if not through or any(one.scheme not in THROUGH_P3MI for one in known.placements):
        return None
    return Stated(value=through[0].p3mi, source=through[0].source, as_of=through[0].as_of)


def _no_contract(answer: str, known: Known) -> Stated | None:
    signed = [one for one in known.placements if one.signed]
    return Stated(value="signed", source=signed[0].source, as_of=signed[0].as_of) if signed else None


#: Kind → how it is found. Those beside one placement name the register that keeps placements.
CHECKS: Mapping[str, Check] = {
    "destination_placement": Check("destination_named", PLACEMENTS, _destination_placement),
    "destination_declared": Check("destination_named", "", _destination_declared),
    "employer": Check("employer_named", PLACEMENTS, _employer),
    "p3mi": Check("p3mi_named", PLACEMENTS, _p3mi),
    "job": Check("job_promised", PLACEMENTS, _job, only=frozenset(JOBS)),
    "never_deferred": Check("deferred_before", "simkim", _never_deferred, only=NO, lasting=True),
    "never_abroad": Check("worked_abroad", PLACEMENTS, _never_abroad, only=NO, lasting=True),
    "letter": Check("has_letter", LETTERS, _letter, only=frozenset({"yes"})),
    "sponsor_signal": Check("sponsor_phone", "suar", _sponsor_signal),
    "purpose_declared": Check("purpose_said", "", _purpose_declared),
    "purpose_applied": Check("purpose_said", "simkim", _purpose_applied),
    "departure_day": Check("departs_on", "", _departure_day),
    "paid_self": Check("who_paid", "payer", _paid_self, only=frozenset({"self"})),
    "paid_account": Check("who_paid", "simkim", _paid_account, only=frozenset({"self"}), lasting=True),
    "arranged_self": Check("who_arranged", PLACEMENTS, _arranged_self, only=frozenset({"self", "family", "friend"})),
    "no_contract": Check("contract_seen", PLACEMENTS, _no_contract, only=frozenset({"none"})),
}
