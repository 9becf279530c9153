"""Quotas: nobody gets more than his, in however many programs and after however many restarts; and whoever is told to wait is told how long."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from django.db import connection

from suar.agencies.access.machines import quotas_of
from suar.agencies.actions import quota
from suar.agencies.actions.quota import Purse, QuotaSpent, forget_use, spend
from suar.agencies.models import Client
from suar.agencies.queries.machines import used
from suar.policies.models import Version
from suar.site.auth import now
from suar.vault.queries import derived_id
from tests import cast, database
from tests.agencies.ceremony import Machine, get
from tests.browser.conftest import served
from tests.exchange.machines import agree, happened
from tests.flows.test_outbox import settled
from tests.site.running.waiting import wait_until

AT = datetime(2026, 11, 29, 3, 4, 5, tzinfo=UTC)
REQUESTS = "requests_a_minute"


def table(at: datetime | None = None, *, machines: dict[str, dict[str, int]] | None = None, **quotas: int) -> None:
    """Other quotas, in force from now."""
    usual = {name: content for name, _, content in cast.tables()}["sharing/machines"]
    content = usual | {"quotas": usual["quotas"] | quotas, "machines": machines or {}}
    Version.objects.create(
        id=uuid4(), name="sharing/machines", sha256=uuid4().hex * 2, content=content, in_force_from=at or now() - timedelta(milliseconds=1),
        adopted_by=uuid4(), reason="tests",
    )  # fmt: skip


def paid(purse: Purse, machine: UUID, times: int, at: datetime = AT) -> int:
    """How many of so many requests are answered."""
    taken = 0
    for _ in range(times):
        try:
            purse.pay(machine, REQUESTS, at)
        except QuotaSpent:
            continue
        taken += 1
    return taken


@pytest.mark.django_db
@pytest.mark.parametrize("most", [1, 5, 99, 100, 250])
def test_a_minutes_quota_is_given_whole_and_not_once_more(most: int) -> None:
    cast.adopt()
    table(AT - timedelta(days=1), requests_a_minute=most)
    purse, machine = Purse(), uuid4()
    assert paid(purse, machine, most + 20) == most
    assert paid(purse, machine, 3, AT + timedelta(seconds=50)) == 0
    assert paid(purse, machine, most + 20, AT + timedelta(seconds=55)) == most  # the next minute
    assert paid(Purse(), uuid4(), most + 20) == most  # and another machine has its own


@pytest.mark.django_db
def test_a_restart_counts_on_and_wastes_at_most_a_share() -> None:
    cast.adopt()
    table(AT - timedelta(days=1), requests_a_minute=300)
    machine = uuid4()
    before = sum(paid(Purse(), machine, 10) for _ in range(20))  # twenty programs, each ended in the midst of a share
    assert before == 200
    rest = paid(Purse(), machine, 400)
    assert before + rest <= 300 and rest >= 300 - before - 20 * (300 // quota.SHARES)


def given_by_threads(machine: UUID, purses: list[Purse], times: int) -> int:
    """Four threads for each program, all at once."""
    taken: list[int] = []

    def run(purse: Purse) -> None:
        taken.append(paid(purse, machine, times))
        connection.close()

    threads = [threading.Thread(target=run, args=(purse,)) for purse in purses for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return sum(taken)


def test_two_programs_with_many_threads_together_give_one_quota(cloned_database: database.Copy) -> None:
    cast.adopt()
    table(AT - timedelta(days=1), requests_a_minute=200)
    assert 200 - 2 * (200 // quota.SHARES) <= given_by_threads(uuid4(), [Purse(), Purse()], 60) <= 200


def test_the_twin_that_counts_in_each_program_for_itself_gives_too_much(
    cloned_database: database.Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.adopt()
    table(AT - timedelta(days=1), requests_a_minute=100)
    counted: dict[int, int] = {}

    def by_itself(machine: UUID, kind: str, slot: datetime, much: int, most: int) -> bool:
        thread = threading.get_ident()
        counted[thread] = counted.get(thread, 0) + much
        return counted[thread] <= most

    monkeypatch.setattr(quota, "take", by_itself)
    assert given_by_threads(uuid4(), [Purse(), Purse()], 60) > 100


@pytest.mark.django_db
def test_a_machine_with_a_quota_of_its_own_has_that_one_and_the_page_shows_what_is_used() -> None:
    cast.adopt()
    machine = Machine()
    table(machines={machine.id: {"views_a_day": 3}}, views_a_day=1)
    actor = derived_id("client", machine.id)
    spend(actor, "views_a_day", now(), 3)
    with pytest.raises(QuotaSpent):
        spend(actor, "views_a_day", now())
    with pytest.raises(QuotaSpent):
        spend(uuid4(), "views_a_day", now(), 2)
    row = {one["kind"]: one for one in quotas_of(Client.objects.get(id=machine.id), now())}["views_a_day"]
    assert (row["taken"], row["most"]) == (3, 3)
    assert "3 dari 3" in cast.browser(cast.EKO).get(f"/integrasi/kunci/{machine.id}/").content.decode()


@pytest.mark.django_db
def test_who_asks_too_often_is_told_when_to_come_again_and_questions_are_counted_apart() -> None:
    cast.adopt()
    table(requests_a_minute=2, questions_a_minute=1)
    machine = Machine("imigrasi", scopes=["health", "screening"])
    token = machine.token()  # the first of two
    answers = [get(token) for _ in range(4)]  # over two minutes at the worst
    refused = next(one for one in answers if one.status_code == 429)
    assert refused.json()["code"] == "quota.spent" and 1 <= int(refused.headers["Retry-After"]) <= 61
    browser = cast.browser(cast.CHARLIE).__class__(headers={"authorization": f"Bearer {token}"})
    asked = [browser.post("/api/v1/screenings", {}, content_type="application/json").status_code for _ in range(3)]
    assert asked[0] == 422 and 429 in asked[1:]


@pytest.mark.django_db
def test_what_is_rolled_back_was_not_used_and_old_minutes_are_forgotten() -> None:
    from django.db import transaction

    cast.adopt()
    machine = uuid4()
    with transaction.atomic():
        spend(machine, "events_a_day", AT, 5)
        transaction.set_rollback(True)
    assert used(machine, AT) == {}
    spend(machine, "events_a_day", AT, 5)
    spend(machine, REQUESTS, AT, 5)
    assert used(machine, AT) == {"events_a_day": 5, REQUESTS: 5}
    forget_use(AT + timedelta(days=2))
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind FROM agencies_use WHERE machine = %s", [machine])
        assert cursor.fetchall() == [("events_a_day",)]


def test_events_a_day_are_one_budget_in_two_running_programs_and_after_a_restart(
    cloned_database: database.Copy,
) -> None:
    """This program is the one; the other is started, ended and started again."""
    cast.adopt()
    table(events_a_day=5)
    agree("imigrasi", "kp2mi")
    token = Machine(scopes=["events"]).token()
    for _ in range(9):
        happened("imigrasi")
    wait_until(settled, seconds=60)
    with served(cloned_database) as other:
        assert [ask(place, token) for place in (other, "", other)] == [200] * 3
    with served(cloned_database) as again:
        statuses = [ask(place, token) for place in ("", again, again, "")]
        assert statuses == [200, 200, 429, 429]


def ask(place: str, token: str) -> int:
    """One more event, of that program or of this one."""
    headers = {"Authorization": f"Bearer {token}"}
    answer: Any = (
        httpx.get(f"{place}/api/v1/events", params={"limit": 1}, headers=headers, timeout=60)
        if place
        else get(token, "events", limit=1)
    )
    if answer.status_code == 429:
        assert 1 <= int(answer.headers["Retry-After"]) <= 86_401
    return int(answer.status_code)
