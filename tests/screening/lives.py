"""Invented lives, each told twice: as it was drawn, and with the other sex or another province in every record and at the desk.

All else stays as it was: names, days, papers, journeys, answers. Phones and numbers keep their digits except where a NIK tells sex or province.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction

from suar.agencies.access import as_hub
from suar.core.act import Act
from suar.core.indicators.answers import ANSWERS
from suar.intake.queries.mappings import sources
from suar.screening.access import body_of
from suar.screening.actions.ask import screen
from suar.screening.actions.question import Asked
from suar.screening.models import Screening
from tests import cast
from tests.arrivals import arrive

GIVEN = (
    "Wulan",
    "Tegar",
    "Sekar",
    "Guntur",
    "Lintang",
    "Bayu",
    "Melati",
    "Jaka",
    "Kenanga",
    "Rimba",
    "Senja",
    "Fajar",
    "Ombak",
    "Cempaka",
)
FAMILY = (
    "Suryaningrat",
    "Puspokusumo",
    "Tirtonegoro",
    "Sasmitadipura",
    "Wirabumi",
    "Kertaraharja",
    "Mangkubanyu",
    "Purwodarminto",
    "Wanengpati",
)
#: Two provinces, each by the code of its NIKs (neither is one of a province), a kecamatan, a birth place and an immigration office.
HERE, THERE = ("99", "357301", "Malang", "3573"), ("98", "537101", "Kupang", "5371")
AGREED = ("kp2mi", "disnaker", "kemlu")
COUNTRIES = ("MYS", "SAU", "KHM", "HKG", "ARE", "TWN", "MMR")
PURPOSES = ("work", "tourism", "umrah", "family_visit", "internship", "crew", "study")
JOBS = ("domestic_worker", "fisherman", "customer_service", "factory_operator", "caregiver")
Row = dict[str, Any]
Records = dict[tuple[str, str], list[Row]]


@dataclass(frozen=True, slots=True)
class Life:
    """Whom it is about, and from which draw all else follows."""

    number: int
    seed: int
    sex: str
    province: tuple[str, str, str, str]

    def other_sex(self) -> Life:
        return replace(self, sex="1" if self.sex == "2" else "2")

    def other_province(self) -> Life:
        return replace(self, province=THERE if self.province == HERE else HERE)

    def person(self, draw: Random, tail: str) -> Row:
        """Somebody of this sex and province. The draw is used alike whatever they are."""
        born = date(1985, 1, 1) + timedelta(days=draw.randrange(9_000) + 5_600 * (draw.random() < 0.06))
        nik_province, region, place, _ = self.province
        day = born.day + (40 if self.sex == "2" else 0)
        return {
            "full_name": f"{draw.choice(GIVEN)} {draw.choice(FAMILY)} {tail}", "birth_date": born.isoformat(), "sex": self.sex,
            "birth_place": place, "region_code": region, "nik": f"{nik_province}0101{day:02}{born:%m%y}{draw.randrange(1, 9_999):04}",
            "phone": f"+6281{draw.randrange(10**9, 10**10)}", "address": f"Jalan {draw.choice(GIVEN)} {draw.randrange(1, 90)}",
        }  # fmt: skip


def lives(count: int, seed: int) -> list[Life]:
    draw = Random(seed)
    return [
        Life(number, draw.randrange(2**40), draw.choice("12"), draw.choice((HERE, THERE))) for number in range(count)
    ]


def ago(draw: Random, most: int = 300) -> str:
    return (cast.NOON - timedelta(days=draw.randrange(2, most), hours=3)).isoformat()


def told(life: Life, into: Records) -> tuple[Row, Row, dict[str, str]]:
    """The records of a life, into those of all; and what is typed at the desk: traveller, journey and answers."""
    draw, n = Random(life.seed), life.number
    tail = "".join(chr(97 + int(digit)) for digit in f"{n:05}").capitalize()
    who = life.person(draw, tail)
    passport = f"X99{n:05}"
    office, country, job = life.province[3], draw.choice(COUNTRIES), draw.choice(JOBS)
    payer = f"+6282{draw.randrange(10**9, 10**10)}" if draw.random() < 0.5 else who["phone"]
    email = f"{draw.choice(GIVEN).lower()}{n}@contoh.id"

    def add(source: str, kind: str, **values: Any) -> None:
        rows = into.setdefault((source, kind), [])
        fields = sources(cast.NOON).standard.kinds[kind].fields
        said = {name: value for name, value in (who | values).items() if name in fields or name == "at"}
        rows.append({"id": f"{kind}-{n}-{len(rows)}", "who": f"{source}-{n}", **said})

    applied = {
        "office_region": office,
        "email": email,
        "payer_phone": payer,
        "passport_no": passport,
        "request": draw.choice(("first", "expired")),
    }
    state = draw.choice(("approved",) * 6 + ("deferred", "refused"))
    reason = (
        {"reason": draw.choice(("suspected_non_procedural", "duplicate"))} if state in {"deferred", "refused"} else {}
    )
    add(
        "simkim",
        "passport_application",
        application_no=f"A-{n}",
        status=state,
        submitted_at=ago(draw),
        **applied,
        **reason,
    )
    for turn in range(draw.choice((0, 0, 0, 2, 4, 5))):  # others who gave the same phones, each of his own household
        other = life.person(draw, f"{tail}{'nmkoprs'[turn]}")
        into[("simkim", "passport_application")].append({
            "id": f"o-{n}-{turn}", "who": f"simkim-{n}-{turn}", **other, "phone": draw.choice((who["phone"], payer)), "application_no": f"O-{n}-{turn}",
            "status": "approved", "submitted_at": ago(draw), "office_region": office, "payer_phone": payer, "email": email, "request": "first",
        })  # fmt: skip
    if draw.random() < 0.4:
        licence, order = f"LIC/{n}", f"SIP/{n}"
        add("siskop2mi", "placement", country=country, status=draw.choice(("contracted", "oriented", "departed", "cancelled")),
            contract_from=ago(draw)[:10], job=job, p3mi_license_no=licence, job_order_no=order, employer=f"Rumah {tail}")  # fmt: skip
        about = {"p3mi_name": f"PT {tail}", "p3mi_license_no": licence, "version": "1"}
        into.setdefault(("siskop2mi", "p3mi"), []).append({
            "id": f"l-{n}", **about, "status": draw.choice(("active", "revoked")), "license_to": "2027-12-31",
        })  # fmt: skip
        into.setdefault(("siskop2mi", "job_order"), []).append({
            "id": f"s-{n}", **about, "job_order_no": order, "country": draw.choice((country, "KWT")), "job": job, "quota": draw.choice((1, 40)),
            "employer_kind": draw.choice(("household", "legal_entity")), "status": "open", "valid_to": "2027-06-30",
        })  # fmt: skip
    if draw.random() < 0.3:
        add(
            "disnaker",
            "recommendation_letter",
            letter_no=f"R/{n}",
            issued_on=ago(draw)[:10],
            status=draw.choice(("issued", "cancelled")),
        )
    if draw.random() < 0.15:
        add(
            "simkim",
            "departure_deferral",
            deferred_at=ago(draw),
            reason=draw.choice(("suspected_non_procedural", "document")),
            tpi="CGK",
        )
    if draw.random() < 0.15:
        add(
            "siskop2mi",
            "worker_return",
            at=cast.NOON.isoformat(),
            returned_at=ago(draw),
            cause=draw.choice(("deported", "contract_end")),
            country=country,
        )
    if draw.random() < 0.1:
        add(
            "simkim",
            "exit_ban",
            passport_no=passport,
            decision_no=f"PCG-{n}",
            status="in_force",
            valid_from="2026-11-01",
            valid_to="2027-04-30",
        )
    typed = {
        name: who[name]
        for name in ("full_name", "birth_date", "sex", "birth_place", "region_code", "nik")
        if draw.random() < 0.9
    }
    journey = {
        "destination": country, "declared_purpose": draw.choice(PURPOSES), "departure_date": "2026-12-01", "ticket": draw.choice(("", "one_way", "return")),
        "return_date": draw.choice(("", "2026-12-12", "2027-03-20")), "visa_kind": draw.choice(("", "", "visit", "work", "umrah")),
        "visa_days": draw.choice(("", "30")), "job": draw.choice(("", job)), "payer": draw.choice(("", "self", "self", "family", "agent")),
        "employer_kind": draw.choice(("", "", "", "household")), "marriage_date": draw.choice(("", "", "2026-11-01")),
        "marriage_certificate": draw.choice(("", "regular", "irregular")),
    }  # fmt: skip
    answers = {
        question: draw.choice(codes)
        for question, codes in ANSWERS.items()
        if draw.random() < 0.06 and question != "asks_for_help"
    }
    return typed | {"passport_no": passport}, {name: value for name, value in journey.items() if value}, answers


@dataclass(frozen=True, slots=True)
class Said:
    """What the desk was told: the advice, what raised it, and what could not be known."""

    advice: str
    reasons: tuple[str, ...]
    unknown: tuple[str, ...]
    score: int


def answers_of(told_twice: Sequence[Life]) -> list[Said]:
    """These lives come in through the pipeline and to the desk, all at once; afterwards nothing is left of them."""
    with transaction.atomic():
        into: Records = {}
        asked = [told(life, into) for life in told_twice]
        for minute, ((source, kind), rows) in enumerate(sorted(into.items())):
            arrive(source, kind, rows, at=cast.NOON + timedelta(seconds=minute + 1))
        later = cast.NOON + timedelta(minutes=5)
        fresh(later)
        acts = {
            purpose: cast.act(seat, at=later)
            for purpose, seat in (("departure", cast.BIMA), ("passport_application", cast.AYU))
        }
        said = [at_the_desk(*one, number, acts) for number, one in enumerate(asked)]
        transaction.set_rollback(True)
    return said


def at_the_desk(traveller: Row, journey: Row, answers: Mapping[str, str], number: int, acts: Mapping[str, Act]) -> Said:
    purpose = ("departure", "passport_application")[number % 3 == 2]
    act = replace(acts[purpose], reference=f"L-{number}", correlation=uuid4())
    asked = Asked(
        purpose=purpose, desk=act.desk, lane="", officer="", reference=act.reference, traveller=traveller, journey=journey, answers=answers
    )  # fmt: skip
    return said_in(screen(asked, act=act, client="tests", key="", elapsed_ms=lambda: 1))


def said_in(screening: UUID) -> Said:
    with transaction.atomic():
        as_hub()
        body: dict[str, Any] = body_of(Screening.objects.get(id=screening))["advised"]
    return Said(
        body["advice"], tuple(one["code"] for one in body["reasons"]), tuple(one["code"] for one in body["unknown"]), body["score"]
    )  # fmt: skip


def fresh(at: datetime) -> None:
    """Every source has just answered, and those that do not cover all cover both of these districts."""
    with connection.cursor() as cursor:
        for name in sources(at).names:
            cursor.execute(
                "INSERT INTO intake_source (source, stream, tried_at, ok_at, newest_at) VALUES (%s, 'rows', %s, %s, %s)"
                " ON CONFLICT (source, stream) DO UPDATE SET ok_at = excluded.ok_at, newest_at = excluded.newest_at",
                [name, at, at, at],
            )
            for place in (HERE, THERE):
                cursor.execute(
                    "INSERT INTO intake_connected (source, region, connected, asked_at) VALUES (%s, %s, true, %s) ON CONFLICT DO NOTHING",
                    [name, place[3], at],
                )


def agreed() -> None:
    """Immigration may read of these agencies at both desks."""
    for giver in AGREED:
        cast.agree(giver, "imigrasi", ["departure_screening", "passport_application"])


Changed = Callable[[Life], Life]
