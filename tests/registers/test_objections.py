"""An objection is received, decided by somebody who had no part in it, carried out at once, and told to the oversight when it is late."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.db.utils import Error

from suar.agencies.access import DoorShut
from suar.core.errors import NotFound
from suar.core.registers import objection as clock
from suar.core.registers.acts import ActRefused, State
from suar.core.registers.law import BY_OBJECTION, ActKind
from suar.core.registers.objection import Outcome
from suar.registers.access.objections import clocks_for, objection_for, queue_for
from suar.registers.actions.clock import keep_time
from suar.registers.actions.decide_objection import ObjectionReason
from suar.registers.actions.objection import MOST_IN_AN_HOUR, TooMany, escalate, file_objection
from suar.screening.actions.ask import screen
from suar.screening.actions.question import Asked as Question
from suar.screening.jobs import rescreen_act
from tests import cast
from tests.proving import Claim
from tests.registers.nominating import agreed, as_hub, asked, ban, banned, day, entry_of, newest, on, sari
from tests.registers.objecting import by_form, decided, filed, objected, objection, reviewer_of
from tests.registers.test_nominated import COLUMNS, COPY, held

pytestmark = pytest.mark.django_db(databases=["default", "protection"])
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
LATER = cast.NOON + DAY


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    cast.adopt()


def published(kind: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT effect FROM exchange_outbox WHERE type = %s ORDER BY id", [kind])
        return [effect for (effect,) in cursor.fetchall()]


# What comes of it --------------------------------------------------------------------------------------------------------------------


# law: UU 6/2011 Ps 96; Permenkumham 38/2021 Ps 6
def test_one_that_is_upheld_lifts_the_entry_at_every_desk_at_once() -> None:
    subject = sari()
    entry = banned(subject)
    id_ = objected(entry, at=LATER)
    assert held(subject, LATER + HOUR - SECOND) == ["exit_ban"], "an objection suspends nothing by itself"
    decided(id_, Outcome.UPHELD)
    last = newest(entry)
    assert not held(subject, LATER + HOUR)
    assert (last.act, last.state, last.ends, last.id) == (
        ActKind.LIFT_BY_OBJECTION, State.ENDED, LATER + HOUR, objection(id_).carried_out,
    )  # fmt: skip
    assert published("register.objected") == ["in_time"] and published("register.objection_decided") == ["upheld"]
    assert published("register.acted")[-1] == "lift_by_objection"


def test_the_desk_that_asked_meanwhile_is_told_to_ask_again() -> None:
    subject = sari()
    id_ = objected(banned(subject), at=LATER)
    asked_at_the_desk = Question(
        purpose="departure",
        desk=cast.BIMA.desk,
        lane="",
        officer="",
        reference="CGK-1",
        traveller=dict(cast.SARI),
        journey={},
    )
    screen(
        asked_at_the_desk,
        act=cast.act(cast.BIMA, at=LATER, reference="CGK-1"),
        client="tests",
        key="",
        elapsed_ms=lambda: 1,
    )
    decided(id_, Outcome.UPHELD)
    carried = objection(id_).carried_out
    assert carried
    assert rescreen_act(carried, act=cast.hub(LATER + HOUR)) == 1
    assert rescreen_act(carried, act=cast.hub(LATER + HOUR)) == 0


def test_one_upheld_in_part_shortens_it_and_one_dismissed_changes_nothing() -> None:
    subject = sari()
    entry = banned(subject)
    decided(objected(entry, at=LATER), Outcome.DISMISSED)
    assert newest(entry).act is ActKind.ADD and held(subject, LATER + 2 * HOUR) == ["exit_ban"]
    decided(objected(entry, at=LATER + DAY), Outcome.PARTLY, last_day=day("2026-12-01"))
    last = newest(entry)
    assert (last.act, last.last_day) == (ActKind.SHORTEN_BY_OBJECTION, day("2026-12-01"))
    assert held(subject, last.ends - SECOND) == ["exit_ban"] and not held(subject, last.ends)


@pytest.mark.parametrize("last_day", [None, "2026-11-01"])
def test_in_part_needs_a_day_that_is_still_to_come(last_day: str | None) -> None:
    id_ = objected(banned(sari()), at=LATER)
    with pytest.raises(ObjectionReason):
        decided(id_, Outcome.PARTLY, last_day=day(last_day) if last_day else None)


def test_it_is_decided_once_with_a_reason() -> None:
    id_ = objected(banned(sari()), at=LATER)
    with pytest.raises(ObjectionReason):
        decided(id_, Outcome.DISMISSED, reason="kurang")
    decided(id_, Outcome.DISMISSED)
    with pytest.raises(NotFound):
        decided(id_, Outcome.UPHELD)


def test_after_the_end_it_may_still_be_upheld_and_there_is_nothing_left_to_lift() -> None:
    entry = banned(sari(), kind="exit_ban_urgent")
    over = newest(entry).ends + HOUR
    id_ = objected(entry, at=over)
    assert objection(id_).in_time, "21 working days run on after 20 days of ban"
    with pytest.raises(ActRefused, match="ended"):
        decided(id_, Outcome.PARTLY, last_day=over.date() + DAY)
    decided(id_, Outcome.UPHELD)
    assert objection(id_).carried_out is None and newest(entry).act is ActKind.ADD


def test_the_owner_of_a_mirrored_entry_is_told_and_nothing_of_his_is_changed() -> None:
    subject = sari()
    entry = uuid4()
    with as_hub(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registers_entry (id, kind, subject, source, agency, record, authority, basis, decision_no, reason, state, in_force)"
            " VALUES (%s, 'exit_ban', %s, 'simkim', 'imigrasi', %s, 'kpk', 'UU 6/2011 Ps 91', '\\x01', 'exit_ban', 'confirmed', tstzrange(%s, %s))",
            [entry, subject, uuid4(), cast.NOON, cast.NOON + 30 * DAY],
        )  # fmt: skip
    id_ = objected(entry, at=LATER, seat=cast.RAKA)
    decided(id_, Outcome.UPHELD)
    assert objection(id_).carried_out is None and held(subject, LATER + DAY) == ["exit_ban"]
    assert published("register.objection_decided") == ["upheld"]


def test_one_that_comes_after_its_term_is_kept_and_decided_as_well() -> None:
    subject = sari()
    trip = ban(subject, kind="departure_deferral", reason="document_invalid", decision_no="", document=None)
    id_ = asked(trip, cast.BIMA)
    agreed(id_)
    entry = entry_of(id_)
    late = datetime.fromisoformat(
        "2026-12-21T17:00:00+00:00"
    )  # the 21st working day after Saturday 21 November is Monday 21 December
    in_time, too_late = (objected(entry, at=at, seat=cast.BIMA) for at in (late - SECOND, late))
    assert objection(in_time).in_time and not objection(too_late).in_time
    decided(too_late, Outcome.DISMISSED)
    assert published("register.objected") == ["in_time", "late"]


def test_nobody_asks_for_what_only_a_ruling_carries_out() -> None:
    entry = banned(sari())
    for act in BY_OBJECTION:
        with pytest.raises(ActRefused, match="objection_needed"):
            asked(on(entry, act, last_day=day("2026-12-01")), cast.LARAS, at=LATER)


# The public form ---------------------------------------------------------------------------------------------------------------------


def test_the_form_answers_alike_whether_or_not_an_entry_stands_behind_the_number() -> None:
    entry = banned(sari())
    real, none = by_form(at=LATER, number="R/12/XI/2026"), by_form(at=LATER, number="R/99/XI/2026")
    assert (real.answered_by, real.received_at) == (none.answered_by, none.received_at)
    assert len(real.number) == len(none.number) and real.number[:3] == none.number[:3]
    placed, unplaced = objection(real.id), objection(none.id)
    assert (placed.entry, placed.origin, unplaced.origin) == (entry, "nominated", "unplaced")
    assert placed.decide_by == unplaced.decide_by and placed.received_by is None
    decided(none.id, Outcome.ANSWERED)
    with pytest.raises(NotFound):
        decided(real.id, Outcome.ANSWERED)


def test_a_number_that_names_two_people_is_placed_by_nobody() -> None:
    banned(sari())
    with as_hub(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registers_entry (id, kind, subject, source, agency, record, authority, basis, decision_no, reason, state, in_force)"
            " SELECT %s, kind, %s, 'simkim', 'imigrasi', %s, authority, basis, decision_no, reason, 'confirmed', tstzrange(begins, ends)"
            " FROM registers_act",
            [uuid4(), uuid4(), uuid4()],
        )  # fmt: skip
    assert objection(by_form(at=LATER, number="R/12/XI/2026").id).origin == "unplaced"


def test_one_address_is_slowed_down_for_the_rest_of_its_hour() -> None:
    for _ in range(MOST_IN_AN_HOUR):
        by_form(at=LATER)
    with pytest.raises(TooMany):
        by_form(at=LATER + timedelta(minutes=59))
    by_form(at=LATER, heard_from="192.0.2.8")
    by_form(at=LATER + HOUR)


# Who decides -------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "seat",
    [cast.GITA, cast.SINTA, cast.BAYU, cast.ARIF, cast.RAKA, cast.NADIA, cast.RATNA],
    ids=lambda seat: seat.username,
)
def test_no_other_role_decides(seat: cast.Seat) -> None:
    id_ = objected(banned(sari()), at=LATER)
    with pytest.raises(DoorShut):
        decided(id_, Outcome.UPHELD, seat=seat)


def test_neither_whoever_asked_agreed_or_reviewed_nor_a_colleague_of_their_offices_decides() -> None:
    subject = sari()
    entry = banned(subject)
    due = newest(entry).review_due - DAY
    asked(on(entry, ActKind.REVIEW), cast.LARAS, at=due)  # she asks; whoever is drawn need not even agree
    id_ = objected(entry, at=due + HOUR)
    assert reviewer_of(id_) is cast.YUDHA
    long_after = objection(id_).decide_by - HOUR
    colleague = cast.Seat(
        "rini", "Rini Saraswati", "legal_reviewer", "imigrasi", cast.LARAS.office, "TELAAH-9", "register"
    )
    of_requester = cast.Seat(
        "hana", "Hana Puspita", "legal_reviewer", "polri", cast.GITA.office, "TELAAH-8", "register"
    )
    of_second = cast.Seat("joko", "Joko Susilo", "legal_reviewer", "kp2mi", cast.SINTA.office, "TELAAH-7", "register")
    also = cast.Seat("tono", "Tono Hartanto", "legal_reviewer", "imigrasi", cast.BAYU.office, "TELAAH-6", "register")
    barred = [seat for seat in (of_second, also) if seat.office == second_office(entry)]
    assert len(barred) == 1
    for seat in (cast.LARAS, colleague, of_requester, *barred):
        with pytest.raises(NotFound):
            decided(id_, Outcome.UPHELD, seat=seat, at=long_after)
    decided(id_, Outcome.UPHELD, seat=cast.YUDHA, at=long_after)


def test_whoever_took_it_down_does_not_decide_it_in_another_seat_of_his() -> None:
    banned(sari())
    id_ = objected(at=LATER, seat=cast.ARIF, number="R/12/XI/2026")
    second_seat = replace(cast.ARIF, role="legal_reviewer", office="HUKUM-2", desk="TELAAH-5", kind="register")
    with pytest.raises(NotFound):
        decided(id_, Outcome.UPHELD, seat=second_seat, at=objection(id_).alone_until)


def second_office(entry: UUID) -> str:
    second = newest(entry).second
    assert second
    return str(second.office)


def test_with_the_rule_off_the_database_still_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted bug: a program that takes anybody for independent."""
    entry = banned(sari())
    id_ = objected(entry, at=LATER)
    monkeypatch.setattr(clock, "may_decide", lambda part, decider: True)
    monkeypatch.setattr("suar.core.registers.acts.independent", lambda standing, decider: True)
    of_requester = cast.Seat(
        "hana", "Hana Puspita", "legal_reviewer", "polri", cast.GITA.office, "TELAAH-8", "register"
    )
    with pytest.raises(Error, match="had a part"):
        decided(id_, Outcome.UPHELD, seat=of_requester, at=objection(id_).alone_until)


def test_whoever_was_not_drawn_sees_it_only_after_five_working_days() -> None:
    id_ = objected(banned(sari()), at=LATER)
    other = cast.LARAS if reviewer_of(id_) is cast.YUDHA else cast.YUDHA
    opens = objection(id_).alone_until
    with pytest.raises(NotFound):
        objection_for(cast.act(other, at=opens - SECOND), id_)
    assert objection_for(cast.act(other, at=opens), id_)["words"]
    queue = queue_for(cast.act(reviewer_of(id_), at=LATER))
    assert [row["id"] for row in queue.turn] == [id_] and "Sari" not in str(queue)


def test_where_nobody_independent_is_posted_its_clock_runs_and_the_oversight_is_told() -> None:
    entry = banned(sari())
    id_ = file_objection(filed(entry=entry), act=cast.act(cast.GITA, at=LATER, reference=str(entry))).id
    one = objection(id_)
    assert one.drawn is None
    assert escalate(act=cast.hub(one.decide_by)) == 1 and objection(id_).escalated_at == one.decide_by


# By raw SQL --------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", ["lift_by_objection", "shorten_by_objection"])
def test_by_raw_sql_nothing_is_lifted_or_shortened_without_a_ruling(act: str) -> None:
    entry = banned(sari())
    objected(entry, at=LATER)
    change = (
        {"state": "'ended'", "ends": "at"} if act.startswith("lift") else {"last_day": "last_day - 1", "ends": "ends - interval '1 day'"}
    )  # fmt: skip
    columns = (
        {name: name for name in COLUMNS}
        | {"id": "gen_random_uuid()", "seq": "seq + 1", "request": "NULL", "act": f"'{act}'"}
        | change
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('suar.may_read', '*', true)")
        with pytest.raises(Error, match="no ruling"), transaction.atomic():
            cursor.execute(COPY.format(values=", ".join(columns[name] for name in COLUMNS)), {"entry": entry})


RULED = """
INSERT INTO registers_objection_ruling (objection, outcome, at, by, role, agency, office, desk, last_day, act, sealed)
SELECT id, {outcome}, {at}, {by}, {role}, 'imigrasi', {office}, 'X', {last_day}, {act}, '\\x00' FROM registers_objection
"""
GOOD = {
    "outcome": "'dismissed'", "at": "received_at", "by": "gen_random_uuid()", "role": "'legal_reviewer'", "office": "'HUKUM'", "last_day": "NULL",
    "act": "NULL",
}  # fmt: skip
FORGED = {
    "by whoever asked": {"by": "(SELECT a.by FROM registers_act a LIMIT 1)"},
    "by whoever agreed": {"by": "(SELECT a.second FROM registers_act a LIMIT 1)"},
    "from the office that asked": {"office": "'BARESKRIM'"},
    "from the office that agreed": {"office": "(SELECT a.second_office FROM registers_act a LIMIT 1)"},
    "by another role": {"role": "'supervisor'"},
    "by whoever took it down": {"by": "received_by"},
    "before it was received": {"at": "received_at - interval '1 second'"},
    "upheld without an act": {"outcome": "'upheld'"},
    "upheld by an act of before": {"outcome": "'upheld'", "act": "(SELECT a.id FROM registers_act a LIMIT 1)"},
    "dismissed, and yet an act": {"act": "gen_random_uuid()"},
    "in part without a day": {"outcome": "'partly'", "act": "gen_random_uuid()"},
    "answered, though an entry is there": {"outcome": "'answered'"},
}


def test_the_ruling_that_the_forged_ones_are_made_of_is_itself_taken() -> None:
    banned(sari())
    objected(at=LATER, seat=cast.ARIF, number="R/12/XI/2026")  # by somebody who had no part in it
    with as_hub(), connection.cursor() as cursor:
        cursor.execute(RULED.format(**GOOD))
        assert cursor.rowcount == 1


@pytest.mark.parametrize("forged", FORGED, ids=str)
def test_by_raw_sql_no_ruling_is_written_that_may_not_be(forged: str) -> None:
    banned(sari())
    objected(at=LATER, seat=cast.ARIF, number="R/12/XI/2026")  # by somebody who had no part in it
    with as_hub(), connection.cursor() as cursor, pytest.raises(Error), transaction.atomic():
        cursor.execute(RULED.format(**GOOD | FORGED[forged]))


def test_upheld_by_an_act_that_never_comes_is_no_ruling_at_the_end_of_its_transaction() -> None:
    objected(banned(sari()), at=LATER)
    with pytest.raises(Error, match="foreign key"), as_hub(), connection.cursor() as cursor:
        cursor.execute(RULED.format(**GOOD | {"outcome": "'upheld'", "act": "gen_random_uuid()"}))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("table", ["registers_objection", "registers_objection_ruling", "registers_objection_late"])
def test_no_row_is_changed_or_deleted(table: str) -> None:
    id_ = objected(banned(sari()), at=LATER)
    escalate(act=cast.hub(objection(id_).decide_by))
    decided(id_, Outcome.DISMISSED, at=objection(id_).decide_by)
    column = "at" if table != "registers_objection" else "in_time"
    for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
        with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('suar.may_read', '*', true)")
            cursor.execute(statement)


# The clock ---------------------------------------------------------------------------------------------------------------------------


def test_one_that_is_late_is_told_to_the_oversight_to_the_second_and_once() -> None:
    id_ = objected(banned(sari()), at=LATER)
    due = objection(id_).decide_by
    assert due == datetime.fromisoformat(
        "2026-12-04T17:00:00+00:00"
    )  # Sunday 22 November: the tenth working day is Friday 4 December
    assert keep_time(act=cast.hub(due - SECOND)) == 0 and not clocks_for(cast.act(cast.NADIA, at=due - SECOND))["late"]
    shown = clocks_for(cast.act(cast.NADIA, at=due))
    assert [row["id"] for row in shown["late"]] == [id_] and shown["rows"][0]["overdue"] == 1
    assert "Sari" not in str(shown) and "full_name" not in str(shown)
    assert keep_time(act=cast.hub(due)) == 1 and keep_time(act=cast.hub(due)) == 0
    assert len(published("register.objection_overdue")) == 1
    decided(id_, Outcome.UPHELD, at=due + HOUR)
    after = clocks_for(cast.act(cast.NADIA, at=due + DAY))
    assert (after["rows"][0]["late"], after["rows"][0]["in_time"], after["overdue"]) == (1, 0, 0)


def test_every_objection_is_decided_or_told_to_the_oversight_in_time(claim: Claim) -> None:
    """SECURITY 8: simulated complaints, some decided, some forgotten; the clock ticks every hour that matters."""
    entry, random = banned(sari()), Random(claim.seed)
    for reviewer in (cast.LARAS, cast.YUDHA):
        cast.seated(reviewer)
    for round_ in claim.rounds(small=20, large=500):
        at = LATER + timedelta(seconds=random.randrange(40 * 86_400))
        if random.random() < 0.5:
            id_ = by_form(at=at, number=random.choice(["R/12/XI/2026", "salah"]), heard_from=str(round_.number)).id
        else:
            id_ = objected(entry, at=at)
        one = objection(id_)
        if random.random() < 0.6:
            outcome = Outcome.ANSWERED if one.entry is None else Outcome.DISMISSED
            decided(id_, outcome, at=at + (one.decide_by - at) * random.random())
        keep_time(act=cast.hub(one.decide_by))
        after = objection(id_)
        assert (after.decided_at and after.decided_at < one.decide_by) or after.escalated_at == one.decide_by
