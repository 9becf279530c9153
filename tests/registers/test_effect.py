"""From the decision to its effect: measured at the desks and at each subscriber, and alarmed where it does not arrive."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.db.utils import Error
from procrastinate.contrib.django.models import ProcrastinateJob

from suar.agencies.models import Agreement
from suar.core.registers.law import ActKind
from suar.exchange import queries
from suar.exchange.jobs import next_batch, pass_over
from suar.exchange.queries import after_place
from suar.registers.access.effect import effect_for, lines_for
from suar.registers.actions.clock import keep_time
from suar.registers.actions.effect import DESKS, MIRRORED, note_effect
from suar.registers.jobs.effect import measure, measure_again
from suar.registers.queries.effect import Took, took, touched_by
from suar.screening.jobs import rescreen_act
from suar.screening.models import Screening
from suar.site.wiring import note_arrived
from tests import cast
from tests.arrivals import arrive
from tests.registers.nominating import agreed, asked, banned, newest, on, sari

pytestmark = pytest.mark.django_db(databases=["default", "protection"])
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    cast.adopt()
    for seat in (cast.BIMA, cast.AYU):  # the desks that there are
        cast.seated(seat)


def seen(at: datetime, hours: int = 24) -> dict[tuple[str, str], Took]:
    with transaction.atomic():
        return {(one.of_class, one.target): one for one in took(at - timedelta(hours=hours), at)}


def subscribed(giver: str, receiver: str, kind: str = "register.acted") -> None:
    made = cast.agree(giver, receiver, ["operations"])
    Agreement.objects.filter(id=made.id).update(events=[kind])


def jobs(name: str) -> list[dict[str, Any]]:
    return [job.args for job in ProcrastinateJob.objects.filter(task_name=f"suar:{name}")]


def test_an_act_is_measured_at_the_desks_once_however_often_the_job_runs() -> None:
    last = newest(banned(sari()))
    assert {"thing": str(last.id)} in jobs("feel_act")
    assert measure(last.id, act=cast.hub(last.at + SECOND / 4)) and measure(last.id, act=cast.hub(last.at + MINUTE))
    row = seen(last.at + MINUTE)[("add", DESKS)]
    assert (row.felt, row.missing, row.late, row.p50, row.worst) == (1, 0, 0, SECOND / 4, SECOND / 4)


def test_lifted_it_is_felt_only_once_no_desk_answers_by_it() -> None:
    entry = banned(sari())
    agreed(asked(on(entry, ActKind.LIFT), at=cast.NOON + 2 * MINUTE), at=cast.NOON + 3 * MINUTE)
    last = newest(entry)
    assert measure(last.id, act=cast.hub(last.at + SECOND))
    assert seen(last.at + MINUTE)[("lift", DESKS)].worst == SECOND


def test_what_no_desk_may_see_is_never_felt_and_is_alarmed_until_an_agreement_comes() -> None:
    last = newest(banned(sari()))
    shown = Agreement.objects.filter(giver_id="polri", receiver_id="imigrasi")
    shown.update(until_at=last.at)
    assert not measure(last.id, act=cast.hub(last.at + SECOND / 2))
    row = seen(last.at + 2 * SECOND)[("add", DESKS)]
    assert (row.felt, row.missing, row.overdue, row.missing_since) == (0, 1, 1, last.at)
    assert seen(last.at + SECOND / 2)[("add", DESKS)].overdue == 0  # within its second it is only on its way
    shown.update(until_at=last.at + timedelta(days=365))
    assert measure_again(act=cast.hub(last.at + MINUTE)) == 1 and measure_again(act=cast.hub(last.at + MINUTE)) == 0
    row = seen(last.at + MINUTE)[("add", DESKS)]
    assert (row.missing, row.late, row.worst) == (0, 1, MINUTE)


def test_whoever_was_answered_without_it_is_asked_about_again_by_whichever_record() -> None:
    subject = sari()
    placed = {
        "id": "p-9",
        "who": "s-2",
        **cast.SARI,
        "country": "MYS",
        "status": "contracted",
        "contract_from": "2026-11-03",
    }
    arrive("siskop2mi", "placement", [placed])
    screening = screened()
    assert Screening.objects.get(id=screening).subjects
    last = newest(banned(subject))
    assert len(touched_by(last.id)) == 2
    assert rescreen_act(last.id, act=cast.hub(last.at)) == 1
    assert rescreen_act(last.id, act=cast.hub(last.at)) == 0


def screened() -> UUID:
    from suar.screening.actions.ask import screen
    from suar.screening.actions.question import Asked

    question = Asked(
        purpose="departure", desk=cast.BIMA.desk, lane="", officer="", reference="QZ8501/21NOV", traveller=cast.SARI, journey={},
    )  # fmt: skip
    return screen(
        question, act=cast.act(cast.BIMA, reference="QZ8501/21NOV"), client="tests", key="", elapsed_ms=lambda: 1
    )


def relayed(at: datetime) -> None:
    """The relay's turn, with streams that have acknowledged; what it defers is done."""
    rows, messages = next_batch(at)
    if rows:
        pass_over(rows, messages, at)
    for told in jobs("note_arrived"):
        note_arrived(**told)


@pytest.fixture
def safe_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows of a transaction that never commits may be passed, in a test that is one."""
    monkeypatch.setattr(
        queries, "AFTER", queries.AFTER.replace("o.xid < pg_snapshot_xmin(pg_current_snapshot())", "true")
    )


def test_a_subscriber_has_it_when_its_stream_acknowledged_and_told_twice_is_once(safe_rows: None) -> None:
    subscribed("polri", "kp2mi")
    last = newest(banned(sari()))
    relayed(last.at + 2 * SECOND)
    relayed(last.at + MINUTE)
    row = seen(last.at + 2 * MINUTE)[("add", "agency:kp2mi")]
    assert (row.felt, row.missing, row.worst) == (1, 0, 2 * SECOND)
    assert ("add", "agency:kemlu") not in seen(last.at + 2 * MINUTE)
    with transaction.atomic():
        assert not after_place("jetstream", 10)


def test_a_subscriber_whose_event_never_left_is_alarmed_after_a_minute() -> None:
    subscribed("polri", "kp2mi")
    last = newest(banned(sari()))
    assert seen(last.at + timedelta(seconds=59))[("add", "agency:kp2mi")].overdue == 0
    row = seen(last.at + timedelta(seconds=61))[("add", "agency:kp2mi")]
    assert (row.missing, row.overdue, row.missing_since) == (1, 1, last.at)
    alarm = effect_for(cast.act(cast.NADIA, at=last.at + timedelta(seconds=61)))
    assert [(one.of_class, one.target) for one in alarm.overdue] == [("add", DESKS), ("add", "agency:kp2mi")]


def test_what_came_from_its_owner_is_measured_from_the_batch_received() -> None:
    batch = arrive(
        "simkim", "exit_ban",
        [{"id": "b-1", "who": "sari", **{name: cast.SARI[name] for name in ("full_name", "birth_date", "sex", "nik")}, "decision_no": "IMI-1",
          "status": "in_force", "valid_from": "2026-11-01", "valid_to": "2027-04-30", "requester": "Kejaksaan"}],
    )  # fmt: skip
    assert measure(batch, act=cast.hub(cast.NOON + 5 * SECOND))
    row = seen(cast.NOON + MINUTE)[(MIRRORED, DESKS)]
    assert (row.felt, row.late, row.worst) == (1, 0, 5 * SECOND)


def test_a_term_that_the_clock_ends_is_measured_like_any_other_act() -> None:
    entry = banned(sari())
    due = newest(entry).review_due
    keep_time(act=cast.hub(due))
    last = newest(entry)
    assert last.act is ActKind.SUSPEND and measure(last.id, act=cast.hub(due + SECOND))
    assert seen(due + MINUTE)[("suspend", DESKS)].felt == 1


def test_every_number_leads_to_its_changes_and_the_entry_only_for_whoever_may_open_it() -> None:
    entry = banned(sari())
    last = newest(entry)
    note_effect([last.id], [DESKS], last.at + 3 * SECOND)
    at = last.at + MINUTE
    (line,) = lines_for(cast.act(cast.GITA, at=at), "add", DESKS, "late", days=1).lines
    assert (line.change, line.entry, line.took(at)) == (last.id, entry, 3 * SECOND)
    (line,) = lines_for(cast.act(cast.NADIA, at=at), "add", DESKS, "all", days=7).lines
    assert line.entry is None
    assert not lines_for(cast.act(cast.NADIA, at=at), "add", DESKS, "missing", days=1).lines


def test_what_was_measured_is_never_changed_even_by_raw_sql() -> None:
    last = newest(banned(sari()))
    note_effect([last.id], [DESKS], last.at + SECOND)
    for forged in (
        "UPDATE registers_effect SET effective_at = effective_at - interval '1 hour'",
        "DELETE FROM registers_change",
    ):
        with connection.cursor() as cursor, pytest.raises(Error), transaction.atomic():
            cursor.execute(forged)


def test_no_other_clock_makes_a_change_felt_before_it_was_decided() -> None:
    last = newest(banned(sari()))
    note_effect([last.id], [DESKS], last.at - MINUTE)
    assert seen(last.at + MINUTE)[("add", DESKS)].worst == timedelta(0)
