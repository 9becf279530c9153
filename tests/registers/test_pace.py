"""An officer who asks for far more than usual alarms the oversight, and past a second limit waits for somebody of another office; nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.utils import IntegrityError

from suar.agencies.access import DoorShut
from suar.audit.models import Entry
from suar.core.errors import NotFound
from suar.core.registers.pace import Counted, judge, read_pace
from suar.policies.models import Version
from suar.registers.access.pace import pace_for
from suar.registers.access.work import work_for
from suar.registers.actions import request as asking
from suar.registers.actions import rule as ruling
from suar.registers.actions.let_go import OwnOffice, let_go
from suar.registers.actions.rule import RulingReason, look
from suar.registers.queries.pending import Pending, one_pending
from suar.site.auth import now
from tests import cast
from tests.registers.nominating import agreed, as_hub, ban, drawn_of, sari
from tests.registers.nominating import asked as asked_

pytestmark = pytest.mark.django_db(databases=["default", "protection"])
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
TABLE: dict[str, Any] = {name: table for name, _, table in cast.tables()}["nominations"]
HIGH, HELD = TABLE["officer"]["high"]["from"], TABLE["officer"]["hold"]["from"]
WHY = "Ditelepon: benar ia sendiri, operasi gabungan."


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    cast.adopt()
    for seat in (cast.NADIA, cast.LARAS, cast.YUDHA):
        cast.seated(seat)


def ask_for(many: int, subject: UUID, seat: cast.Seat = cast.GITA, *, since: int = 0) -> list[UUID]:
    """So many nominations, a minute apart."""
    return [asked_(ban(subject), seat, at=cast.NOON + (since + n) * MINUTE) for n in range(many)]


def after(many: int) -> Any:
    return cast.NOON + many * MINUTE


def laras(many: int) -> Any:
    return cast.act(cast.LARAS, at=after(many))


def tables(whose: str, *, high: int, hold: int) -> None:
    """These limits for one of the two, none for the other."""
    wide = {"from": 1_000, "permille": 1_000, "why": "tests"}
    limit = {"high": wide | {"from": high}, "hold": wide | {"from": hold}}
    content = TABLE | {"officer": {"high": wide, "hold": wide}, "office": {"high": wide, "hold": wide}} | {whose: limit}
    Version.objects.create(
        id=uuid4(), name="nominations", sha256=uuid4().hex * 2, content=content, in_force_from=cast.NOON - DAY, adopted_by=uuid4(), reason="tests"
    )  # fmt: skip


# What is above the usual -------------------------------------------------------------------------------------------------------------------


def judged(today: int, days: Sequence[int] = (), whose: Any = "officer") -> tuple[str, int]:
    found = judge([Counted(whose=whose, today=today, days=days)], read_pace(TABLE))
    return ("usual", 0) if found is None else ("held" if found.held else "high", found.usual)


@pytest.mark.parametrize(
    ("today", "days", "says"),
    [
        (HIGH, [], ("usual", 0)), (HIGH + 1, [], ("high", 0)), (HELD, [], ("high", 0)), (HELD + 1, [], ("held", 0)),
        (HELD + 1, [10] * 6, ("held", 0)),  # too few days to say what is usual
        (30, [10] * 7, ("usual", 0)), (31, [10] * 7, ("high", 10)), (60, [10] * 7, ("high", 10)), (61, [10] * 7, ("held", 10)),
        (HIGH + 1, [1] * 27 + [500], ("high", 1)),  # one great day moves the usual nowhere
    ],
)  # fmt: skip
def test_a_day_is_laid_beside_the_limits_and_what_is_usual(today: int, days: list[int], says: tuple[str, int]) -> None:
    assert judged(today, days) == says


def test_of_officer_and_office_the_one_that_holds_comes_first() -> None:
    told = read_pace(TABLE)
    counts = [Counted(whose="officer", today=HIGH + 1, days=[]), Counted(whose="office", today=61, days=[])]
    found = judge(counts, told)
    assert found and (found.whose, found.held) == ("office", True)


# What becomes of it ------------------------------------------------------------------------------------------------------------------------


def test_a_full_days_work_alarms_nobody_and_one_more_alarms_the_auditor_and_goes_on() -> None:
    subject = sari()
    ask_for(HIGH, subject)
    auditor = cast.act(cast.NADIA, at=after(HIGH))
    assert not pace_for(auditor).alarms
    (one,) = ask_for(1, subject, since=HIGH)
    shown = pace_for(cast.act(cast.NADIA, at=after(HIGH + 1)))
    ((alarm, name),) = shown.alarms
    assert (alarm.office, alarm.whose, alarm.today, alarm.held, name) == (
        cast.GITA.office,
        "officer",
        HIGH + 1,
        0,
        cast.GITA.full_name,
    )
    assert not shown.waits and agreed(one, at=after(HIGH + 2)) == "acted"


def test_far_above_it_waits_for_somebody_of_another_office_and_is_lost_nowhere() -> None:
    subject = sari()
    held = ask_for(HELD + 1, subject)[-1]
    second = cast.act(drawn_of(held), at=after(HELD + 1), reference=str(held))
    with pytest.raises(NotFound):
        look(held, act=second)
    mine = work_for(cast.act(cast.GITA, at=after(HELD + 1))).mine
    assert len(mine) == HELD + 1 and [row["id"] for row in mine if row["held"]] == [held]
    (row,) = pace_for(laras(HELD + 1)).waits
    assert (row["id"], row["may"], row["officer"]) == (held, True, cast.GITA.full_name)
    assert not pace_for(cast.act(cast.NADIA, at=after(HELD + 1))).waits[0]["may"], (
        "the auditor sees and decides nothing"
    )
    let_go(held, WHY, act=laras(HELD + 2))
    assert agreed(held, at=after(HELD + 3)) == "acted"
    whats = [
        json.loads(bytes(one.body))
        for one in Entry.objects.filter(what__in=["register.requested", "register.let_go"]).order_by("id")
    ]
    assert [one["params"].get("pace", one["what"]) for one in whats] == ["usual"] * HIGH + ["high"] * (HELD - HIGH) + [
        "held",
        "register.let_go",
    ]


def test_only_a_legal_reviewer_of_another_office_lets_it_go_and_says_how_he_knows() -> None:
    held = ask_for(HELD + 1, sari())[-1]
    for seat in (cast.NADIA, cast.SINTA, cast.RAKA, cast.GITA):
        with pytest.raises(DoorShut):
            let_go(held, WHY, act=cast.act(seat, at=after(HELD + 1)))
    here = cast.Seat(
        "yanti", "Yanti Kusuma", "legal_reviewer", "polri", cast.GITA.office, "TELAAH-BARESKRIM", "register"
    )
    with pytest.raises(OwnOffice):
        let_go(held, WHY, act=cast.act(here, at=after(HELD + 1)))
    with pytest.raises(RulingReason):
        let_go(held, " ya ", act=laras(HELD + 1))
    with pytest.raises(NotFound):
        let_go(held, WHY, act=cast.act(cast.LARAS, at=cast.NOON + 3 * DAY))
    let_go(held, WHY, act=cast.act(cast.YUDHA, at=after(HELD + 1)))
    with pytest.raises(NotFound):
        let_go(held, WHY, act=laras(HELD + 2))


def test_a_day_later_it_is_counted_anew() -> None:
    subject = sari()
    ask_for(HELD, subject)
    later = asked_(ban(subject), at=cast.NOON + DAY + HELD * MINUTE)
    with as_hub(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM registers_pace WHERE request = %s", [later])
        assert cursor.fetchone() == (0,)


def test_two_officers_of_one_office_are_counted_together() -> None:
    tables("office", high=2, hold=3)
    subject = sari()
    beside = cast.Seat(
        "hasan", "Hasan Basri", "register_officer", "polri", cast.GITA.office, "DAFTAR-POLRI-2", "register"
    )
    ask_for(2, subject)
    ask_for(2, subject, beside, since=2)
    (row,) = pace_for(laras(4)).waits
    ((alarm, _),) = pace_for(laras(4)).alarms
    assert row["officer"] == "Hasan Basri" and (alarm.whose, alarm.today, alarm.asked) == ("office", 4, 2)


# The twins ---------------------------------------------------------------------------------------------------------------------------------


def test_the_twin_that_counts_nobody_holds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "judge", lambda counts, told: None)
    last = ask_for(HELD + 1, sari())[-1]
    assert agreed(last, at=after(HELD + 2)) == "acted"


def test_where_the_program_forgets_that_it_is_held_the_database_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted bug: a second person is let through to a held request."""
    held = ask_for(HELD + 1, sari())[-1]
    whole = one_pending

    def forgotten(id_: UUID) -> Pending | None:
        one = whole(id_)
        return replace(one, held=False) if one else None

    monkeypatch.setattr(ruling, "one_pending", forgotten)
    with pytest.raises(IntegrityError, match="nobody has let this request go"):
        agreed(held, at=after(HELD + 2))


def test_no_hand_lets_its_own_request_go_past_the_program() -> None:
    held = ask_for(HELD + 1, sari())[-1]
    gita = cast.act(cast.GITA, at=after(HELD + 2))
    row: list[Any] = [held, gita.at, gita.actor, "legal_reviewer", "polri", "ELSEWHERE", "X", uuid4(), "SOMEWHERE", b""]
    for first_by, first_office in ((row[7], row[8]), (gita.actor, cast.GITA.office), (uuid4(), cast.GITA.office)):
        row[7], row[8] = first_by, first_office
        with pytest.raises(IntegrityError), as_hub(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO registers_let_go (request, at, by, role, agency, office, desk, first_by, first_office, sealed)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                row,
            )


# The pages ---------------------------------------------------------------------------------------------------------------------------------


def test_the_officer_is_told_and_the_reviewer_and_the_auditor_find_it_on_their_first_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    subject, at = sari(), now()
    held = [asked_(ban(subject), at=at - (HELD + 1 - n) * MINUTE) for n in range(HELD + 1)][-1]
    assert "ditahan: jauh di atas kebiasaan" in cast.browser(cast.GITA).get("/daftar/").content.decode()
    auditor = cast.browser(cast.NADIA)
    assert "Permohonan daftar di atas kebiasaan" in auditor.get("/").content.decode()
    page = auditor.get("/daftar/laju/").content.decode()
    assert cast.GITA.full_name in page and f"/daftar/laju/{held}/lepas/" not in page and "Sari" not in page
    reviewer = cast.browser(cast.LARAS)
    assert reviewer.post(f"/daftar/laju/{held}/lepas/", {"reason": "ya"}).status_code == 422
    assert reviewer.post(f"/daftar/laju/{held}/lepas/", {"reason": WHY}).status_code == 302
    assert "Tidak ada yang ditahan" in reviewer.get("/daftar/laju/").content.decode()
