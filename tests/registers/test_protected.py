"""Victims are not offenders (UU 21/2007 Ps 18): a constraint, not a habit; the protection side is told and nothing flows back."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection, connections, transaction
from django.db.utils import Error

from suar.agencies.access import DoorShut
from suar.core.act import Act
from suar.core.errors import Conflict, NotFound
from suar.core.registers.acts import State
from suar.core.registers.law import ActKind
from suar.registers.access.work import request_for, work_for
from suar.registers.actions.protect import MarkedAlready, end_marker, set_marker
from suar.registers.actions.rule import rule
from suar.registers.jobs.touched import tell_protection
from suar.registers.queries import in_force_for, protection_desk
from suar.vault.queries import PROTECTION
from tests import cast
from tests.arrivals import arrive
from tests.registers.nominating import SARI_KNOWN, agreed, asked, ban, banned, entry_of, newest, on, sari

pytestmark = pytest.mark.django_db(databases=["default", "protection"])
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
SERVED = {"case_no": "K-1", "status": "open", "registered_at": "2026-10-01T08:00:00+07:00"}
OTHER_SHELTER = cast.Seat(
    "intan", "Intan Permata", "protection_officer", "kemenpppa", "PPT-DAERAH", "LINDUNG-2", "protection"
)


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    cast.adopt()


def ratna(at: timedelta = MINUTE) -> Act:
    return cast.act(cast.RATNA, at=cast.NOON + at, reference="K-1")


def held(subject: UUID, at: timedelta) -> list[str]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('suar.may_read', 'imigrasi,polri', true)")
        return [entry.kind for entry in in_force_for([subject], cast.NOON + at)]


# law: UU 21/2007 Ps 18
def test_an_entry_against_somebody_protected_waits_for_the_protection_side_too() -> None:
    subject = sari()
    set_marker(subject, act=ratna(timedelta(0)))
    id_ = asked(ban(subject))
    assert agreed(id_) == "waits" and not held(subject, 2 * MINUTE)
    assert [row["id"] for row in work_for(ratna(2 * MINUTE)).waits] == [id_]
    assert agreed(id_, seat=cast.RATNA, at=cast.NOON + 2 * MINUTE) == "acted"
    assert held(subject, 2 * MINUTE) == ["exit_ban"]


def test_the_protection_side_may_decline_and_the_asker_learns_no_more_than_that() -> None:
    subject = sari()
    set_marker(subject, act=ratna(timedelta(0)))
    id_ = asked(ban(subject))
    agreed(id_)
    gita = cast.act(cast.GITA, at=cast.NOON + 2 * MINUTE, reference="R/12/XI/2026")
    before = request_for(gita, id_)
    assert agreed(id_, seat=cast.RATNA, at=cast.NOON + 2 * MINUTE, agrees=False) == "declined"
    after = request_for(gita, id_)
    plain = asked(ban(subject, decision_no="R/15/XI/2026"))
    unmarked = request_for(gita, plain)
    assert set(before) == set(after) == set(unmarked), "what is shown has the same fields whoever is protected"
    assert before["over"] is unmarked["over"] is False and after["over"]
    assert not held(subject, 3 * MINUTE)


def test_a_marker_takes_an_earlier_entry_off_the_desks_until_the_protection_side_has_spoken() -> None:
    """Also when it is set while the entry runs, or comes by a join: the desks look at both."""
    subject = sari()
    entry = banned(subject)
    assert held(subject, DAY) == ["exit_ban"]
    set_marker(subject, act=ratna(DAY))
    assert not held(subject, DAY) and held(subject, DAY - MINUTE) == ["exit_ban"]
    assert newest(entry).state is State.IN_FORCE, "nothing flows back to whoever nominated"
    due = newest(entry).review_due - DAY
    id_ = asked(on(entry, ActKind.REVIEW), cast.LARAS, at=due)
    assert agreed(id_, at=due + MINUTE) == "waits"
    assert agreed(id_, seat=cast.RATNA, at=due + 2 * MINUTE) == "acted"
    assert held(subject, due - cast.NOON + 2 * MINUTE) == ["exit_ban"]


def test_a_lesser_measure_needs_no_word_of_the_protection_side() -> None:
    subject = sari()
    set_marker(subject, act=ratna(timedelta(0)))
    trip = ban(subject, kind="departure_deferral", reason="document_invalid", decision_no="", document=None)
    assert agreed(asked(trip, cast.BIMA)) == "acted"


def test_by_raw_sql_no_entry_against_the_protected_is_written_without_that_word() -> None:
    subject = sari()
    id_ = asked(ban(subject))
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('suar.may_read', '*', true)")
    agreed(id_, at=cast.NOON + MINUTE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM registers_act")
        assert cursor.fetchone() == (1,)
    set_marker(subject, act=ratna(2 * MINUTE))
    waits = asked(ban(subject, decision_no="R/16/XI/2026"))
    assert agreed(waits, at=cast.NOON + 3 * MINUTE) == "waits"
    with connection.cursor() as cursor, pytest.raises(Error), transaction.atomic():
        cursor.execute(
            "INSERT INTO registers_act (id, entry, seq, kind, act, subject, agency, at, by, by_role, by_agency, by_office, request, second,"
            " second_role, second_agency, second_office, state, first_day, last_day, zone, begins, ends, review_due, extended, months, days,"
            " extensions, reason, authority, basis, decision_no, sealed)"
            " SELECT gen_random_uuid(), q.entry, 1, q.kind, q.act, q.subject, a.agency, r.at, q.by, q.role, q.agency, q.office, q.id, r.by, r.role,"
            " r.agency, r.office, 'in_force', q.first_day, q.last_day, a.zone, r.at, a.ends, a.review_due, 0, a.months, a.days, a.extensions,"
            " a.reason, a.authority, a.basis, '\\x03'::bytea, a.sealed"
            " FROM registers_request q JOIN registers_ruling r ON r.request = q.id, registers_act a WHERE q.id = %s",
            [waits],
        )


def test_the_protection_side_is_told_behind_its_wall_and_can_set_the_marker() -> None:
    subject = sari()
    arrive(
        "simfoni", "victim_service", [{"id": "s-1", "who": "sari-pelindungan", **SARI_KNOWN, **SERVED}], wall=PROTECTION
    )
    entry = banned(subject)
    act_id = newest(entry).id
    assert tell_protection(act_id, act=cast.hub(cast.NOON + 2 * MINUTE)) == 1
    assert tell_protection(act_id, act=cast.hub(cast.NOON + 2 * MINUTE)) == 0
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM registers_touched")
        assert cursor.fetchone() == (0,), "the hub knows nothing of it"
    (told,) = work_for(ratna(3 * MINUTE)).touched
    assert (told["subject"], told["kind"], told["name"]) == (subject, "exit_ban", "Sari Wulandari")
    set_marker(told["subject"], act=ratna(3 * MINUTE))
    assert work_for(ratna(4 * MINUTE)).touched == [] and not held(subject, 4 * MINUTE)
    assert work_for(cast.act(cast.GITA, at=cast.NOON + 4 * MINUTE)).touched == []


def test_a_marker_is_set_once_lasts_six_months_and_ends_early_by_two_offices() -> None:
    subject = sari()
    marker = set_marker(subject, act=ratna())
    with pytest.raises(MarkedAlready):
        set_marker(subject, act=ratna(2 * MINUTE))
    with transaction.atomic():
        assert protection_desk([subject], cast.NOON + 180 * DAY) and not protection_desk(
            [subject], cast.NOON + 182 * DAY
        )
    assert end_marker(marker, act=ratna(DAY)) == "waits"
    with pytest.raises(Conflict):
        end_marker(marker, act=ratna(DAY))
    assert protection_desk([subject], cast.NOON + DAY)
    assert end_marker(marker, act=cast.act(OTHER_SHELTER, at=cast.NOON + 2 * DAY, reference="K-1")) == "ended"
    assert protection_desk([subject], cast.NOON + DAY) and not protection_desk([subject], cast.NOON + 2 * DAY)


def test_its_own_desk_sees_the_marker_and_the_other_one_only_once_its_word_is_wanted() -> None:
    marker = set_marker(sari(), act=ratna())
    other = cast.act(OTHER_SHELTER, at=cast.NOON + DAY, reference="K-1")
    (shown,) = work_for(ratna(DAY)).markers
    assert (shown["marker"], shown["name"], shown["waits"]) == (marker, "Sari Wulandari", False)
    assert work_for(other).markers == [], "whose service somebody is in is nobody else's to know"
    end_marker(marker, act=ratna(DAY))
    assert [row["word_given"] for row in work_for(ratna(DAY)).markers] == [True]
    assert [(row["waits"], row["word_given"]) for row in work_for(other).markers] == [(True, False)]
    end_marker(marker, act=other)
    assert work_for(ratna(DAY)).markers == work_for(other).markers == []
    assert work_for(cast.act(cast.GITA, at=cast.NOON + DAY)).markers == []


@pytest.mark.parametrize("seat", [cast.GITA, cast.SINTA, cast.ARIF, cast.BIMA], ids=lambda seat: seat.username)
def test_nobody_else_marks_or_speaks_for_the_protection_side(seat: cast.Seat) -> None:
    subject = sari()
    with pytest.raises(DoorShut):
        set_marker(subject, act=cast.act(seat, reference="K-1"))
    set_marker(subject, act=ratna(timedelta(0)))
    id_ = asked(ban(subject))
    agreed(id_)
    with pytest.raises((NotFound, DoorShut)):
        rule(id_, True, "Bukti sudah diperiksa.", act=cast.act(seat, at=cast.NOON + 2 * MINUTE, reference=str(id_)))
    assert entry_of(id_)
