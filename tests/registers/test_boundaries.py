"""The clock at every boundary of every kind of entry, a second before and at it, in the three zones (SECURITY X1, F)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction

from suar.core.registers.clock import window
from suar.core.registers.law import ActKind
from suar.registers.actions.clock import keep_time
from suar.registers.actions.request import Asked, request
from suar.registers.queries import earlier_for, in_force_for
from tests import cast
from tests.golden import adopted
from tests.registers.nominating import agreed, ban, entry_of, newest, sari

pytestmark = pytest.mark.django_db(databases=["default", "protection"])
SECOND = timedelta(seconds=1)
ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
KINDS = sorted(kind for kind, row in adopted.legal_basis().terms.items() if row.effect in {"restriction", "signal"})
#: When each kind ends by the law's own words, counted from the first day (written apart from policy/legal_basis).
ENDS = {
    "exit_ban": "months 6", "exit_ban_urgent": "days 20", "passport_suspension": "months 24", "passport_cancellation": "months 24",
    "passport_postponement": "days 30", "passport_refusal": "days 30", "departure_deferral": "days 1", "signal": "months 6",
}  # fmt: skip


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    cast.adopt()


def test_the_table_written_apart_names_every_kind() -> None:
    assert set(ENDS) == set(KINDS)


def asking(kind: str, zone: str) -> cast.Seat:
    """Gita, or for what a house decides itself Bima or Ayu, each at an office in that zone."""
    seat = {"departure_deferral": cast.BIMA, "passport_postponement": cast.AYU, "passport_refusal": cast.AYU}.get(
        kind, cast.GITA
    )
    return replace(
        seat,
        username=f"{seat.username}-{zone[-5:]}",
        office=f"{seat.office}-{zone[-5:]}",
        desk=f"{seat.desk}-{zone[-5:]}",
        zone=zone,
    )


def nominated(kind: str, zone: str) -> tuple[UUID, UUID]:
    """An entry of this kind decided in this zone; its entry and its subject."""
    subject = sari()
    for other in (cast.SINTA, cast.BAYU, cast.ARIF):
        cast.seated(other)
    reason = adopted.legal_basis()[kind].reasons[0].code
    what: Asked = ban(subject, kind=kind, reason=reason)
    if kind == "signal":
        what = replace(what, subject=None, thing=("phone", "+6281290000099"), grades={"source": "B", "content": "2"})
    id_ = request(what, act=cast.act(asking(kind, zone), reference="R/1"))
    agreed(id_)
    entry = entry_of(id_)
    return entry, newest(entry).subject


def held(subject: UUID, at: datetime, *, over: bool = False) -> list[str]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('suar.may_read', '*', true)")
        return [entry.kind for entry in (earlier_for if over else in_force_for)([subject], at)]


def law_ends(kind: str, zone: str) -> datetime:
    """The instant at which the law's own words end it, by another count than the program's."""
    first = cast.NOON.astimezone(ZoneInfo(zone)).date()
    unit, count = ENDS[kind].split()
    if unit == "days":
        day = first + timedelta(days=int(count))
    else:
        year, month = divmod(first.month - 1 + int(count), 12)
        day = date(first.year + year, month + 1, first.day)
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("kind", KINDS)
def test_it_is_acted_on_within_its_term_and_not_a_second_beyond(kind: str, zone: str) -> None:
    entry, subject = nominated(kind, zone)
    last: Any = newest(entry)
    assert last.ends == law_ends(kind, zone)
    until = min(last.ends, last.review_due)
    for at, expected in (
        (last.begins - SECOND, []),
        (last.begins, [kind]),
        (until - SECOND, [kind]),
        (until, []),
        (last.ends, []),
    ):
        assert held(subject, at) == expected, at
    assert held(subject, last.ends - SECOND, over=True) == [] and held(subject, last.ends, over=True) == [kind]


@pytest.mark.parametrize("kind", KINDS)
def test_the_clock_writes_it_down_at_its_instant_and_once(kind: str) -> None:
    entry, _ = nominated(kind, "Asia/Makassar")
    due = min(newest(entry).ends, newest(entry).review_due)
    assert keep_time(act=cast.hub(due - SECOND)) == 0
    assert keep_time(act=cast.hub(due)) == 1 and keep_time(act=cast.hub(due + SECOND)) == 0
    first = newest(entry).act
    assert first in {ActKind.LAPSE, ActKind.SUSPEND}
    assert (
        keep_time(act=cast.hub(newest(entry).ends)) == (first is ActKind.SUSPEND) and newest(entry).act is ActKind.LAPSE
    )


HOLDS = "SELECT pg_get_expr(conbin, conrelid) FROM pg_constraint WHERE conrelid = 'registers_entry'::regclass AND conname = %s"
#: As it was first written: in instants of UTC, by which a ban that begins on 1 March begins in February.
IN_UTC = (
    "kind <> 'exit_ban' OR upper(in_force) <= lower(in_force) + make_interval(months => 6 * (1 + extended), days => 1)"
)
REFUSED = """
SELECT first, extended FROM (
    SELECT 'exit_ban' AS kind, tstzrange(e.begins, e.ends) AS in_force, e.extended, e.first
    FROM unnest(%s::timestamptz[], %s::timestamptz[], %s::int[], %s::date[]) AS e (begins, ends, extended, first)
) row WHERE NOT ({})
"""


@pytest.mark.parametrize("zone", ZONES)
def test_a_mirrored_ban_of_the_whole_term_is_taken_whatever_its_first_day(zone: str) -> None:
    """The table's own constraint beside the law's windows, for every first day of five years: found by a nation that lived into March."""
    row = adopted.legal_basis()["exit_ban"]
    days = [(date(2026, 1, 1) + timedelta(days=n), extended) for n in range(5 * 365) for extended in (0, 1)]
    offset = timezone(datetime(2026, 1, 1, tzinfo=ZoneInfo(zone)).utcoffset() or timedelta())
    windows = [window(row, day, offset, extended=extended) for day, extended in days]
    with connection.cursor() as cursor:
        cursor.execute(HOLDS, ["registers_entry_exit_ban_term"])
        (adopted_now,) = cursor.fetchone()

        def refused(ends: list[datetime], by: str) -> list[tuple[date, int]]:
            told: list[Any] = [
                [one.begins for one in windows],
                ends,
                [extended for _, extended in days],
                [day for day, _ in days],
            ]
            cursor.execute(REFUSED.format(by), told)
            return list(cursor.fetchall())

        assert refused([one.ends for one in windows], adopted_now) == []
        assert len(refused([one.ends + timedelta(days=1) for one in windows], adopted_now)) == len(days), (
            "not a day more"
        )
        assert (date(2027, 3, 1), 0) in refused([one.ends for one in windows], IN_UTC)
