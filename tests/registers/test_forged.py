"""What the constraints allow is what the law says; and a stolen key nominates nobody (SECURITY T06)."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.db.utils import Error

from suar.agencies.access import DoorShut
from suar.core.errors import NotFound, Refusal
from suar.core.registers.law import ActKind
from suar.registers.actions.request import Asked, request
from suar.registers.actions.rule import look, rule
from suar.registers.queries import in_force_for
from tests import cast
from tests.golden import adopted
from tests.proving import Claim
from tests.registers.nominating import FACTS, ban, sari

pytestmark = pytest.mark.django_db(databases=["default", "protection"])
RANK = ("none", "supervisor", "other_unit", "other_agency")


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    cast.adopt()


def rows(words: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(words)
        return list(cursor.fetchall())


def test_the_constraints_hold_what_the_adopted_law_says_for_each_of_its_periods() -> None:
    basis = adopted.legal_basis()
    restricting = {kind: all_ for kind, all_ in basis.rows.items() if all_[-1].effect in {"restriction", "signal"}}
    limits = {
        row[0]: row[1:] for row in rows("SELECT kind, effect, months, days, extensions, against FROM registers_limit")
    }
    assert limits.keys() == restricting.keys()
    seconds = {(kind, act): second for kind, act, second in rows("SELECT kind, act, second FROM registers_second")}
    for kind, all_ in restricting.items():
        for row in all_:
            assert limits[kind] == (row.effect, row.months, row.days, row.extensions, row.enforcement), (
                kind,
                row.since,
            )
            for act, told in row.acts.items():
                assert RANK.index(seconds[kind, act.value]) == RANK.index(told.second.value), (kind, act)
    assert {kind for kind, _ in seconds} == restricting.keys()


def in_force(subject: UUID) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('suar.may_read', '*', true)")
        return len(in_force_for([subject], cast.NOON + timedelta(hours=1)))


def test_forged_nominations(claim: Claim) -> None:
    """One agency's people and machines, each key of theirs stolen, ask for bans and try to agree to them: none becomes active."""
    subject, draw = sari(), random.Random(claim.seed)
    for seat in (cast.SINTA, cast.BAYU, cast.ARIF):
        cast.seated(seat)
    thieves = [
        cast.GITA,
        cast.Seat("tono", "Tono Pratama", "second_officer", "polri", "POLDA", "KEDUA-POLRI", "register"),
    ]
    for _round in claim.rounds(small=40, large=1_000):
        forge(subject, thieves, draw)
    assert in_force(subject) == 0


def forge(subject: UUID, thieves: list[cast.Seat], draw: random.Random) -> None:
    """One try, by a hand, a machine's token, or a row written beside all of that."""
    at = cast.NOON + timedelta(seconds=draw.randrange(3600))
    what: Asked = ban(
        subject,
        decision_no=f"R/{draw.getrandbits(60)}",
        reason=draw.choice(["investigation", "state_debt", "duplicate"]),
    )
    way = draw.randrange(4)
    try:
        if way == 0:
            request(what, act=cast.machine("polri", at=at, purpose="register_keeping", reference="R/1"))
        elif way == 1:
            raw(subject, draw)
        else:
            id_ = request(what, act=cast.act(thieves[0], at=at, reference="R/1"))
            agreeing = cast.act(draw.choice(thieves), at=at + timedelta(seconds=30), reference=str(id_))
            look(id_, act=agreeing)
            rule(id_, True, FACTS, act=agreeing)
    except (DoorShut, NotFound, Refusal, Error):
        return
    raise AssertionError("a forged nomination was taken")


def raw(subject: UUID, draw: random.Random) -> None:
    """A request and the word that agrees to it, both written past the program: by names that sit nowhere, or not where they say."""
    id_, gita = uuid4(), cast.seated(cast.GITA).officer_id
    asking = draw.choice([gita, uuid4()])
    agreeing, agency, office, desk = draw.choice(
        [
            (uuid4(), "kp2mi", "P2MI-PUSAT", "KEDUA-P2MI"),
            (gita, "kp2mi", "P2MI-PUSAT", "KEDUA-P2MI"),
            (gita, "polri", "BARESKRIM", "DAFTAR-POLRI"),
            (cast.seated(cast.SINTA).officer_id, "kp2mi ", "P2MI-PUSAT", "KEDUA-P2MI"),
            (cast.seated(cast.ARIF).officer_id, "kp2mi", "TPI-CGK", "CGK-S"),
        ]
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('suar.may_read', '*', true)")
        cursor.execute(
            "INSERT INTO registers_request (id, entry, of_seq, kind, act, subject, at, until, by, role, agency, office, desk, reason, sealed,"
            " first_day, last_day) VALUES (%s, %s, 0, 'exit_ban', %s, %s, %s, %s, %s, 'register_officer', 'polri', 'BARESKRIM', 'DAFTAR-POLRI',"
            " 'investigation', '', %s, %s)",
            [
                id_,
                uuid4(),
                ActKind.ADD.value,
                subject,
                cast.NOON,
                cast.NOON + timedelta(hours=24),
                asking,
                cast.NOON.date(),
                cast.NOON.date(),
            ],
        )
        cursor.execute("INSERT INTO registers_seen (request, by, at) VALUES (%s, %s, %s)", [id_, agreeing, cast.NOON])
        cursor.execute(
            "INSERT INTO registers_ruling (request, turn, ruling, at, by, seen_by, role, agency, office, desk, reason, sealed)"
            " VALUES (%s, 1, 'approved', %s, %s, %s, 'second_officer', %s, %s, %s, 'given', '')",
            [id_, cast.NOON, agreeing, agreeing, agency, office, desk],
        )
