"""What changes after the answer re-asks what is open; whoever has left by then is offered help where he went, and accused of nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from suar.core.advice.values import Decision
from suar.exchange.models import Outgoing
from suar.persons.queries.membership import person_of
from suar.policies.models import Version
from suar.screening.access.tasks import tasks_for
from suar.screening.actions.work import finish, take
from suar.screening.jobs import rescreen_act
from suar.screening.jobs.touched import catch_up, touch_later
from suar.vault.queries import new_id
from tests import cast
from tests.arrivals import arrive
from tests.registers.nominating import SARI_KNOWN, banned, newest, sari
from tests.screening.desk import decided, of_sari, rows

pytestmark = pytest.mark.django_db(databases=["default", "protection"])
EVENING = cast.NOON + timedelta(hours=5)


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    cast.adopt()


def left(at: str = "2026-11-21T13:10:00+07:00", **more: Any) -> None:
    told = {"crossed_at": at, "direction": "exit", "result": "allowed", "tpi": "CGK", "next_country": "SGP", **more}
    row = {"id": "x-1", "who": "sari", **SARI_KNOWN, **told}
    arrive("simkim", "crossing", [row], at=EVENING - timedelta(hours=1))


def known_late() -> UUID:
    """Sari is let pass at noon; in the afternoon a ban on her comes into force. Returns the screening."""
    subject = sari()
    screening = of_sari()
    decided(screening, Decision.ALLOW)
    entry = banned(subject, at=cast.NOON + timedelta(hours=2))
    rescreen_act(newest(entry).id, act=cast.hub(cast.NOON + timedelta(hours=2)))
    return screening


def missions() -> list[Any]:
    return [row.task for row in tasks_for(cast.act(cast.MAYA, at=EVENING))]


# law: UU 18/2017 Ps 21
def test_a_late_hit_asks_the_mission_at_the_destination_and_accuses_nobody() -> None:
    screening = known_late()
    left()
    catch_up(act=cast.hub(EVENING))
    assert [(one.screening, one.place, one.due - one.at) for one in missions()] == [
        (screening, "MYS", timedelta(days=1))
    ]
    told = Outgoing.objects.get(type="assistance.requested")
    assert (told.giver, told.classes, told.effect) == ("imigrasi", ["referral"], "mission")
    page = cast.browser(cast.MAYA).get(f"/antrean/{missions()[0].id}/").content.decode()
    assert "Bantu di negara tujuan" in page and "Malaysia" in page
    for word in ("Sari", "encegahan", "ditahan", "advice"):
        assert word not in page


def test_it_waits_until_a_departure_is_known() -> None:
    known_late()
    catch_up(act=cast.hub(EVENING))
    assert missions() == []
    left()
    catch_up(act=cast.hub(EVENING + timedelta(minutes=1)))
    assert len(missions()) == 1


def test_it_is_asked_once_and_acknowledged_by_a_desk_of_kemlu() -> None:
    known_late()
    left()
    for _ in range(3):
        catch_up(act=cast.hub(EVENING))
    task = missions()[0]
    take(task.id, act=cast.act(cast.MAYA, at=EVENING))
    finish(task.id, "reached", act=cast.act(cast.MAYA, at=EVENING))
    catch_up(act=cast.hub(EVENING))
    assert missions() == [] and rows("SELECT count(*) FROM screening_task WHERE queue = 'mission'") == [(1,)]


@pytest.mark.parametrize("how", ["nothing_new", "came_home", "too_long_ago"])
def test_no_mission_is_asked_where(how: str) -> None:
    if how == "nothing_new":
        subject = sari()
        decided(of_sari(), Decision.ALLOW)
        with transaction.atomic():
            touch_later([new_id(EVENING)], [person_of(subject) or subject])
    else:
        known_late()
    left(**({"direction": "entry"} if how == "came_home" else {}))
    later = timedelta(days=31) if how == "too_long_ago" else timedelta()
    catch_up(act=cast.hub(EVENING + later))
    assert missions() == []


# Re-screening --------------------------------------------------------------------------------------------------------------------------


def marked() -> list[tuple[Any, ...]]:
    return rows(
        "SELECT screening, split_part(because, ':', 1) FROM screening_again WHERE done_at IS NULL ORDER BY screening"
    )


def test_a_change_of_the_person_re_asks_what_is_open_once_and_nothing_that_was_answered_after_it() -> None:
    subject = sari()
    before = of_sari()
    person = person_of(subject) or subject
    at = cast.NOON + timedelta(minutes=3)
    for _ in range(4):
        with transaction.atomic():
            touch_later([new_id(at)], [person])
    of_sari(reference="CGK-A1-2", at=at + timedelta(minutes=1))
    assert catch_up(act=cast.hub(at + timedelta(minutes=2))) == 1
    assert marked() == [(before, "person")]
    assert catch_up(act=cast.hub(at + timedelta(minutes=3))) == 0


def test_a_decided_screening_is_not_re_asked() -> None:
    subject = sari()
    decided(of_sari(), Decision.ALLOW)
    with transaction.atomic():
        touch_later([new_id(EVENING)], [person_of(subject) or subject])
    assert catch_up(act=cast.hub(EVENING)) == 0


def test_a_new_policy_re_asks_what_is_open_once_and_not_what_is_history() -> None:
    old = of_sari(at=cast.NOON - timedelta(hours=30), reference="CGK-A1-0")
    screening = of_sari()
    assert catch_up(act=cast.hub(cast.NOON)) == 0
    table = Version.objects.get(name="sharing/reasons")
    Version.objects.create(
        id=new_id(EVENING), name="sharing/reasons", sha256="e" * 64, content=table.content, in_force_from=cast.NOON + timedelta(hours=1),
        adopted_by=table.adopted_by, reason="tests",
    )  # fmt: skip
    assert catch_up(act=cast.hub(EVENING)) == 1
    assert marked() == [(screening, "policy")] and old
    assert catch_up(act=cast.hub(EVENING)) == 0
