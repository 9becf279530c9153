"""Behind every event there is either something to read, given by its own room, or its definition says why there is nothing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import yaml
from django.db import connection, transaction

from suar.audit.models import Entry
from suar.core.advice.values import Decision
from suar.core.registers.objection import Outcome
from suar.exchange.queries.views import snapshots
from suar.screening.actions.outcome import Said, report
from suar.screening.queries.snapshots import outcome_said
from suar.site.wiring import show_events
from tests import cast, database
from tests.exchange.machines import Machine, agree
from tests.flows.test_outbox import settled
from tests.registers.nominating import banned, sari
from tests.registers.objecting import decided as objection_decided
from tests.registers.objecting import objected
from tests.screening.desk import LATER, decided, of_sari
from tests.screening.test_arrivals import let_pass
from tests.site.running.waiting import wait_until

TOLD: dict[str, dict[str, str]] = yaml.safe_load((cast.POLICY / "sharing" / "events.yaml").read_text())["told"]


def neither_or_both() -> set[str]:
    return {type_ for type_, row in TOLD.items() if (type_ in snapshots) == bool(row.get("nothing", "").strip())}


def test_every_type_has_something_behind_it_or_says_why_not(monkeypatch: pytest.MonkeyPatch) -> None:
    snapshots.clear()
    show_events()
    assert set(snapshots) <= set(TOLD) and neither_or_both() == set()
    for type_ in TOLD:  # the twins: one that nobody wired, and one that is wired and says that there is nothing
        with monkeypatch.context() as planted:
            planted.setitem(snapshots, type_, outcome_said) if "nothing" in TOLD[type_] else planted.delitem(
                snapshots, type_
            )
            assert neither_or_both() == {type_}


# The views of the rooms -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def policies(cloned_database: database.Copy) -> None:
    cast.adopt()
    cast.agencies()


def shown(receiver: str, purpose: str) -> list[tuple[str, Any]]:
    """What a machine reads behind each event that its agency is told of."""
    wait_until(settled, seconds=60)
    machine = Machine(receiver)
    found = []
    for event in machine.everything():
        answer = machine.get(f"events/{event['id']}/view", purpose=purpose)
        values = answer.json()["values"] if answer.status_code == 200 else answer.json()["code"]
        found.append((event["type"].removeprefix("id.suar."), values))
    return found


def gives(giver: str, receiver: str, kind: str, fields: list[str], *events: str, purpose: str = "protection") -> None:
    agree(giver, receiver, events=events, classes=[kind], fields={kind: fields}, purposes=[purpose])


def test_an_outcome_is_read_as_its_reporter_said_it_and_nothing_of_the_screening(policies: None) -> None:
    gives("imigrasi", "kp2mi", "screening", ["outcome", "on_day", "advice", "decision", "note"], "outcome.reported")
    gives("imigrasi", "polri", "screening", ["on_day"], "outcome.reported")
    screening = of_sari()
    decided(screening, Decision.REFER, desk="kp2mi")
    act = cast.act(cast.BIMA, at=LATER, reference=str(screening))
    outcome = report(screening, Said(outcome="helped", on=date(2026, 11, 21)), act=act)
    read = {"screening": {"outcome": "helped", "on_day": "2026-11-21"}}
    assert shown("kp2mi", "protection") == [("outcome.reported", read)]
    assert shown("polri", "protection") == [("outcome.reported", {"screening": {"on_day": "2026-11-21"}})]
    assert shown("kp2mi", "departure_screening") == [("outcome.reported", "events.no_agreement")]
    assert Entry.objects.filter(what="events.viewed").count() == 2
    for may_read, said in (("polri", {}), ("imigrasi,kp2mi", read), ("*", read)):  # the second wall, asked by itself
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('suar.may_read', %s, true)", [may_read])
            assert outcome_said(outcome) == said


def test_a_departure_is_read_without_anybodys_name(policies: None) -> None:
    gives("imigrasi", "kemlu", "departure", ["country", "how", "leaves_on", "full_name"], "worker.departed")
    let_pass()
    [(type_, values)] = shown("kemlu", "protection")
    assert type_ == "worker.departed" and set(values["departure"]) == {"country", "how", "leaves_on"}
    assert values["departure"]["country"] == "MYS"


def test_an_objection_is_read_with_its_clock_and_not_with_its_words(policies: None) -> None:
    fields = ["kind", "received_at", "decide_by", "act", "filed_by", "words"]
    gives("polri", "imigrasi", "register", fields, "register.objected", "register.objection_decided")
    at = cast.NOON + timedelta(days=1)
    objection_decided(objected(banned(sari()), at=at), Outcome.DISMISSED)
    found = shown("imigrasi", "protection")
    assert [type_ for type_, _ in found] == ["register.objected", "register.objection_decided"]
    for _, values in found:
        assert set(values["register"]) == {"kind", "received_at", "decide_by"}
        assert (values["register"]["kind"], values["register"]["received_at"]) == ("exit_ban", at.isoformat())
