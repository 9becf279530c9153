"""Every pair of officers through the real actions: who may ask, and who may agree, is as the law's table says it, read apart."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from suar.agencies.access import DoorShut
from suar.core.errors import NotFound, Refusal
from suar.core.registers.law import ActKind
from suar.registers.actions.request import Asked, request
from suar.registers.actions.rule import look, rule
from tests import cast
from tests.core.registers.test_acts import law_of
from tests.registers.nominating import ban, banned, entry_of, newest, on, sari

pytestmark = pytest.mark.django_db(databases=["default", "protection"])
SEATS = (cast.BIMA, cast.AYU, cast.ARIF, cast.RAKA, cast.GITA, cast.SINTA, cast.BAYU, cast.LARAS, cast.NADIA)
LATE = timedelta(hours=5)  # past the time in which only whoever was drawn may answer


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    cast.adopt()
    for seat in SEATS:
        cast.seated(seat)
    for agency in ("imigrasi", "polri", "kp2mi", "ombudsman"):
        for other in ("imigrasi", "polri"):
            if agency != other:
                cast.agree(other, agency, ["register_keeping", "departure_screening", "passport_application"])


def allowed(law: dict[str, Any], act: str, first: cast.Seat, second: cast.Seat) -> bool:
    """As a lawyer reads the table: who may ask, and who then stands beside him."""
    told = law["acts"][act]
    if first.role not in told["by"] or first.username == second.username:
        return False
    if told["second"] == "supervisor":
        return second.role == "supervisor" and second.agency == first.agency
    beside = second.role == "second_officer" and (second.agency, second.office) != (first.agency, first.office)
    return beside and (told["second"] != "other_agency" or second.agency != first.agency)


def went_through(what: Asked, first: cast.Seat, second: cast.Seat, at: Any) -> bool:
    try:
        id_ = request(what, act=cast.act(first, at=at, reference="R/1"))
        agreeing = cast.act(second, at=at + LATE, reference=str(id_))
        look(id_, act=agreeing)
        return (
            rule(id_, True, "Bukti sudah diperiksa.", act=agreeing) == "acted"
            and newest(entry_of(id_)).second is not None
        )
    except (DoorShut, NotFound, Refusal):
        return False


@pytest.mark.parametrize("kind", ["exit_ban", "departure_deferral"])
def test_nobody_adds_but_the_pairs_that_the_law_names(kind: str) -> None:
    subject, law = sari(), law_of(kind)
    reason = law["reasons"][0]["code"]
    told, pairs = {}, [(first, second) for first in SEATS for second in SEATS]
    for n, (first, second) in enumerate(pairs):
        what = ban(subject, kind=kind, reason=reason, decision_no=f"R/{n}")
        told[first, second] = went_through(what, first, second, cast.NOON)
    assert told == {pair: allowed(law, "add", *pair) for pair in pairs}
    assert any(told.values())


def test_nobody_ends_it_but_the_pairs_that_the_law_names_within_the_agency_whose_it_is() -> None:
    subject, law, told = sari(), law_of("exit_ban"), {}
    firsts = (cast.RAKA, cast.GITA, cast.LARAS, cast.ARIF)
    entry, n, at = banned(subject), 0, cast.NOON + timedelta(hours=1)
    for first in firsts:
        for second in SEATS:
            told[first, second] = went_through(on(entry, ActKind.LIFT), first, second, at)
            if told[first, second]:
                n, at = n + 1, at + timedelta(hours=12)
                entry = banned(subject, at=at, decision_no=f"R/again/{n}")
                at += timedelta(hours=1)
    own = {pair: allowed(law, "lift", *pair) and pair[0].agency == cast.GITA.agency for pair in told}
    assert told == own and sum(told.values()) == 2
