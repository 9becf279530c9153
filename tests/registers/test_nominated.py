"""An entry that officers nominate: nobody alone, nobody forever, and felt at the desk at once (UU 6/2011 Ps 91-97)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.db.utils import Error

from suar.agencies.access import DoorShut
from suar.core.errors import NotFound
from suar.core.registers.acts import ActRefused, State
from suar.core.registers.law import ActKind
from suar.registers.access.work import work_for
from suar.registers.actions.clock import keep_time
from suar.registers.actions.request import ContentMissing
from suar.registers.actions.rule import EvidenceFirst, MovedOn, RulingReason, look, rule, withdraw
from suar.registers.queries import in_force_for
from tests import cast
from tests.registers.nominating import agreed, asked, ban, banned, day, drawn_of, entry_of, newest, on, sari

pytestmark = pytest.mark.django_db(databases=["default", "protection"])
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    cast.adopt()


def held(subject: UUID, at: Any) -> list[str]:
    """What a desk of Immigration would act on."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('suar.may_read', 'imigrasi,polri', true)")
        return [entry.kind for entry in in_force_for([subject], at)]


def test_a_ban_waits_for_another_agency_and_holds_from_the_instant_it_agrees() -> None:
    subject = sari()
    id_ = asked(ban(subject))
    assert drawn_of(id_).agency != "polri" and not held(subject, cast.NOON + MINUTE)
    assert agreed(id_) == "acted"
    last = newest(entry_of(id_))
    assert held(subject, last.begins) == ["exit_ban"] and not held(subject, last.begins - MINUTE)
    assert (last.first.agency, last.last_day) == ("polri", day("2027-05-20"))


def test_whoever_agrees_has_seen_the_evidence_and_says_why() -> None:
    id_ = asked(ban(sari()))
    act = cast.act(drawn_of(id_), at=cast.NOON + MINUTE, reference=str(id_))
    with pytest.raises(EvidenceFirst):
        rule(id_, True, "Bukti sudah diperiksa.", act=act)
    look(id_, act=act)
    with pytest.raises(RulingReason):
        rule(id_, True, "ok", act=act)


@pytest.mark.parametrize(
    "seat", [cast.GITA, cast.ARIF, cast.RAKA, cast.LARAS, cast.BIMA, cast.NADIA], ids=lambda seat: seat.username
)
def test_nobody_else_may_agree(seat: cast.Seat) -> None:
    id_ = asked(ban(sari()))
    with pytest.raises((NotFound, DoorShut)):
        agreed(id_, seat=seat)


def test_whoever_was_not_drawn_comes_in_after_four_hours_and_not_before() -> None:
    id_ = asked(ban(sari()))
    other = cast.BAYU if drawn_of(id_) is cast.SINTA else cast.SINTA
    with pytest.raises(NotFound):
        agreed(id_, seat=other, at=cast.NOON + timedelta(hours=3, minutes=59))
    assert agreed(id_, seat=other, at=cast.NOON + timedelta(hours=4)) == "acted"


def test_a_request_lapses_after_a_day_and_to_the_second() -> None:
    subject = sari()
    late, early = asked(ban(subject)), asked(ban(subject, decision_no="R/13/XI/2026"))
    with pytest.raises(NotFound):
        agreed(late, at=cast.NOON + DAY)
    assert agreed(early, at=cast.NOON + DAY - timedelta(seconds=1)) == "acted"
    assert keep_time(act=cast.hub(cast.NOON + DAY)) == 1
    assert keep_time(act=cast.hub(cast.NOON + DAY)) == 0


def test_whoever_is_drawn_finds_it_in_his_queue_also_where_his_agency_reads_nothing_of_the_other() -> None:
    drawn: set[str] = set()
    for number in range(60):  # by then each of the two was drawn, or the draw is none
        id_ = asked(ban(sari(), decision_no=f"R/{number}/XI/2026"))
        seat = drawn_of(id_)
        drawn.add(seat.agency)
        assert id_ in [row["id"] for row in work_for(cast.act(seat, at=cast.NOON + MINUTE)).waits], seat.username
        withdraw(id_, act=cast.act(cast.GITA, at=cast.NOON + MINUTE, reference="R/12/XI/2026"))
        if len(drawn) == 2:
            return
    raise AssertionError(drawn)


def test_declined_or_withdrawn_nothing_happens_and_it_is_over() -> None:
    subject = sari()
    declined, taken_back = asked(ban(subject)), asked(ban(subject, decision_no="R/13/XI/2026"))
    assert agreed(declined, agrees=False) == "declined"
    withdraw(taken_back, act=cast.act(cast.GITA, at=cast.NOON + MINUTE, reference="R/12/XI/2026"))
    for id_ in (declined, taken_back):
        with pytest.raises(NotFound):
            agreed(id_)
    assert not held(subject, cast.NOON + DAY)


def test_it_is_lifted_by_two_agencies_and_by_a_court_at_once() -> None:
    subject = sari()
    entry = banned(subject)
    id_ = asked(on(entry, ActKind.LIFT), at=cast.NOON + DAY)
    assert held(subject, cast.NOON + DAY + MINUTE) == ["exit_ban"]
    agreed(id_, at=cast.NOON + DAY + 2 * MINUTE)
    assert not held(subject, cast.NOON + DAY + 2 * MINUTE) and newest(entry).state is State.ENDED
    other = banned(subject, at=cast.NOON + 2 * DAY, decision_no="R/14/XI/2026")
    asked(on(other, ActKind.LIFT_BY_COURT), cast.LARAS, at=cast.NOON + 3 * DAY)
    assert not held(subject, cast.NOON + 3 * DAY)


def test_an_extension_is_filed_three_days_before_the_end_once() -> None:
    entry = banned(sari())
    last = newest(entry)
    filed = last.ends - 4 * DAY
    with pytest.raises(ActRefused, match="filed_too_late"):
        asked(on(entry, ActKind.EXTEND), at=last.ends - 2 * DAY)
    agreed(reviewed(entry, filed), at=filed + 2 * MINUTE)
    assert newest(entry).last_day == day("2027-11-20")
    with pytest.raises(ActRefused, match="no_extension_left"):
        asked(on(entry, ActKind.EXTEND), at=filed + DAY)


def reviewed(entry: UUID, at: Any) -> UUID:
    """Its three-month reviews are kept, and then its extension is asked for."""
    while newest(entry).review_due < at:
        due = newest(entry).review_due - DAY
        agreed(asked(on(entry, ActKind.REVIEW), cast.LARAS, at=due), at=due + MINUTE)
    return asked(on(entry, ActKind.EXTEND), at=at)


def test_an_overdue_review_suspends_to_the_second_and_another_agency_brings_it_back() -> None:
    subject = sari()
    entry = banned(subject)
    due = newest(entry).review_due
    second = timedelta(seconds=1)
    assert held(subject, due - second) == ["exit_ban"] and not held(subject, due)
    assert keep_time(act=cast.hub(due)) == 1 and newest(entry).state is State.SUSPENDED
    id_ = asked(on(entry, ActKind.REVIEW), cast.LARAS, at=due + DAY)
    agreed(id_, at=due + DAY + MINUTE)
    assert held(subject, due + DAY + MINUTE) == ["exit_ban"]


def test_a_counter_at_three_in_the_morning_needs_its_supervisor_alone() -> None:
    subject = sari()
    trip = ban(subject, kind="departure_deferral", reason="document_invalid", decision_no="", document=None)
    id_ = asked(trip, cast.BIMA)
    assert drawn_of(id_) is cast.ARIF and agreed(id_) == "acted"
    ends = newest(entry_of(id_)).ends
    assert held(subject, ends - MINUTE) == ["departure_deferral"] and not held(subject, ends)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"document": None}, "document"),
        ({"decision_no": ""}, "decision_no"),
        ({"text": "kurang"}, "text"),
        ({"reason": "duplicate"}, "reason"),
    ],
)
def test_what_the_law_wants_to_stand_in_it_stands_in_it(more: dict[str, Any], field: str) -> None:
    with pytest.raises(ContentMissing) as refused:
        asked(ban(sari(), **more))
    assert refused.value.params == {"field": field}


def test_two_steps_asked_at_once_do_not_both_happen() -> None:
    entry = banned(sari())
    shorter = asked(on(entry, ActKind.SHORTEN, last_day=day("2026-12-01")), at=cast.NOON + DAY)
    lifted = asked(on(entry, ActKind.LIFT), at=cast.NOON + DAY)
    agreed(lifted, at=cast.NOON + DAY + MINUTE)
    with pytest.raises(MovedOn):
        agreed(shorter, at=cast.NOON + DAY + 2 * MINUTE)


# By raw SQL, as the role that runs ---------------------------------------------------------------------------------------------------

COPY = """
INSERT INTO registers_act (id, entry, seq, kind, act, subject, agency, at, by, by_role, by_agency, by_office, request, second, second_role,
    second_agency, second_office, state, first_day, last_day, zone, begins, ends, review_due, extended, months, days, extensions, reason, authority,
    basis, decision_no, sealed)
SELECT {values} FROM registers_act WHERE entry = %(entry)s ORDER BY seq DESC LIMIT 1
"""
COLUMNS = (
    "id", "entry", "seq", "kind", "act", "subject", "agency", "at", "by", "by_role", "by_agency", "by_office", "request", "second",
    "second_role", "second_agency", "second_office", "state", "first_day", "last_day", "zone", "begins", "ends", "review_due", "extended",
    "months", "days", "extensions", "reason", "authority", "basis", "decision_no", "sealed",
)  # fmt: skip
FRESH = {"entry": "gen_random_uuid()", "seq": "1", "act": "'add'", "decision_no": "'\\x02'::bytea"}
NEXT = {"seq": "seq + 1", "request": "NULL"}
FORGED = {
    "a second of one's own making": FRESH,
    "a request used twice": FRESH | {"subject": "subject"},
    "longer than the law": FRESH | {"last_day": "last_day + 1", "ends": "ends + interval '1 day'"},
    "an end past its last day": FRESH | {"ends": "ends + interval '1 second'"},
    "a law of one's own": FRESH
    | {"months": "60", "last_day": "last_day + 1000", "ends": "ends + interval '1000 days'"},
    "extended at once": FRESH | {"extended": "1", "last_day": "last_day + 100", "ends": "ends + interval '100 days'"},
    "extended by nobody": NEXT
    | {"act": "'extend'", "extended": "1", "last_day": "last_day + 100", "ends": "ends + interval '100 days'"},
    "lifted by nobody": NEXT | {"act": "'lift'", "state": "'ended'", "ends": "at", "second": "NULL"},
    "shortened by nobody": NEXT | {"act": "'shorten'", "last_day": "last_day - 1", "ends": "ends - interval '1 day'"},
    "lapsed before its end": NEXT | {"act": "'lapse'", "state": "'ended'"},
    "suspended before its review": NEXT | {"act": "'suspend'", "state": "'suspended'"},
    "corrected into another person": NEXT | {"act": "'correct'", "subject": "gen_random_uuid()"},
    "corrected into ended": NEXT | {"act": "'correct'", "state": "'ended'"},
    "lifted by court, yet longer": NEXT
    | {"act": "'lift_by_court'", "state": "'ended'", "ends": "ends + interval '1 day'"},
    "without an end": FRESH | {"ends": "NULL"},
    "without a number": FRESH | {"decision_no": "NULL"},
}


@pytest.mark.parametrize("forged", FORGED, ids=str)
def test_by_raw_sql_nothing_is_written_that_the_law_does_not_let_be(forged: str) -> None:
    entry = banned(sari())
    columns = {name: name for name in COLUMNS} | {"id": "gen_random_uuid()"} | FORGED[forged]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('suar.may_read', '*', true)")
        with pytest.raises(Error), transaction.atomic():
            cursor.execute(COPY.format(values=", ".join(columns[name] for name in COLUMNS)), {"entry": entry})
        cursor.execute("SELECT count(*) FROM registers_act")
        assert cursor.fetchone() == (1,)


@pytest.mark.parametrize(
    "table",
    ["registers_act", "registers_request", "registers_ruling", "registers_seen", "registers_limit", "registers_second"],
)
def test_no_row_is_changed_or_deleted(table: str) -> None:
    banned(sari())
    column = (
        "kind" if table in {"registers_limit", "registers_second"} else "at" if table != "registers_act" else "ends"
    )
    for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
        with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('suar.may_read', '*', true)")
            cursor.execute(statement)


def test_an_urgent_ban_is_not_repeated() -> None:
    subject = sari()
    banned(subject, kind="exit_ban_urgent")
    with pytest.raises(Error):
        banned(subject, kind="exit_ban_urgent", at=cast.NOON + 30 * DAY, decision_no=f"R/{uuid4()}")
