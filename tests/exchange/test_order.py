"""Events of one transaction come in the order in which they were published: in the outbox, and by each of the ways out of it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from suar.exchange import actions
from suar.exchange.actions import publish, publish_many
from suar.exchange.actions.deliver import ACKNOWLEDGED, Came, claim, park, settle
from suar.exchange.events import Happened
from suar.exchange.jobs import next_batch
from suar.exchange.queries import after_place
from suar.exchange.queries.events import event_id
from suar.exchange.queries.feed import place_since, rows_after
from suar.exchange.queries.webhooks import endpoints_in_force, manner
from suar.site.auth import now, system_act
from suar.vault.queries import new_id, new_ids, random_part
from tests import cast, database
from tests.exchange.delivering import opened
from tests.exchange.machines import Machine, agree
from tests.flows.test_outbox import settled
from tests.proving import Claim
from tests.site.running.waiting import wait_until

AGENCY = "kp2mi"


@pytest.fixture(autouse=True)
def policies(cloned_database: database.Copy) -> None:
    cast.adopt()
    agree("imigrasi", AGENCY)


def event(subject: UUID) -> Happened:
    return Happened(
        type="record.accepted",
        giver="imigrasi",
        thing=uuid4(),
        subject=subject,
        classes=("passport",),
        effect="accepted",
    )


def one_transaction(draw: random.Random, at: datetime, subject: UUID, *, most: int = 12) -> list[UUID]:
    """Some events of one act, published one by one and several at a time; their ids in that order."""
    act, made = system_act("tests", at=at), list[UUID]()
    with transaction.atomic():
        while len(made) < most:
            several = [event(subject) for _ in range(draw.randint(1, 4))]
            made += publish_many(several, act) if draw.random() < 0.5 else [publish(one, act) for one in several]
    return made


def transactions(seed: int, count: int, subject: UUID | None = None) -> list[UUID]:
    """Many of them, several at the very same instant."""
    draw, at = random.Random(seed), now()
    made = list[UUID]()
    for _ in range(count):
        at = at if draw.random() < 0.5 else max(at + timedelta(milliseconds=1), now())
        made += one_transaction(draw, at, subject or uuid4())
    wait_until(settled, seconds=60)
    return made


def outbox() -> list[UUID]:
    return [row.id for row in after_place("nobody", 100_000)]


@pytest.mark.prove
def test_every_way_out_keeps_the_order_of_publication(claim: Claim) -> None:
    started = now()
    made = transactions(claim.seed, claim.number(small=12, large=2_000))
    assert outbox() == made
    assert [row.id for row in rows_after(place_since(started - timedelta(seconds=1)), 100_000)] == made
    told = [event_id(AGENCY, id_) for id_ in made]
    assert [one["id"] for one in Machine(AGENCY).everything(limit=500)] == told
    assert [one.key for one in next_batch(now())[1]] == told[:500]


def delivered(made: Sequence[UUID]) -> list[UUID]:
    """In which order a webhook is handed what is about one human: each once the one before it is acknowledged."""
    [wording] = endpoints_in_force(now())
    how, came = manner(now()), list[UUID]()
    for _ in made:
        act = system_act("tests")
        with transaction.atomic():
            park(wording, how, act=act)
            going = claim(wording, 10, how, act=act)
        came += [one.row.id for one in going]
        settle([Came(going=one, at=act.at, outcome=ACKNOWLEDGED) for one in going], how, lambda: 0, act=act)
    return came


def test_a_webhook_is_handed_the_events_about_one_human_in_that_order() -> None:
    opened("https://kp2mi.example/suar")
    made = transactions(3, 3, uuid4())
    assert delivered(made) == made


def test_the_twin_that_draws_each_id_for_itself_turns_events_round(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted bug: within one millisecond an id says nothing of which came first."""
    monkeypatch.setattr(actions, "ids_in_order", lambda at, count: [new_id(at) for _ in range(count)])
    opened("https://kp2mi.example/suar")
    made = transactions(5, 3, uuid4())
    assert outbox() != made and sorted(outbox()) == sorted(made)
    assert delivered(made) != made


def test_ids_of_one_millisecond_only_grow_and_stay_uuids_of_that_millisecond() -> None:
    at, last = now(), None
    seen = list[UUID]()
    for count in (1, 500, 1, 1, 4_000):
        seen += new_ids(at, count, after=last)
        last = seen[-1]
    assert seen == sorted(seen) and len(set(seen)) == len(seen)
    assert {(one.version, one.variant, one.int >> 80) for one in seen} == {
        (7, new_id(at).variant, new_id(at).int >> 80)
    }
    assert (
        len({random_part(one) >> 60 for one in (new_ids(at, 1)[0] for _ in range(50))}) > 10
    )  # the first is drawn from all of them
    assert new_ids(at + timedelta(milliseconds=1), 1, after=last)[0] > seen[-1]
