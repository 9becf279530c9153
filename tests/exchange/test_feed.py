"""The feed: what the agreements give, in order, from any place, and not a moment longer than they hold."""

from __future__ import annotations

import random
import threading
import time
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, connections, transaction

from suar.agencies.models import Agreement, Pass
from suar.audit.models import Entry
from suar.exchange.access import feed as feeding
from suar.exchange.actions import publish
from suar.exchange.events import Happened
from suar.exchange.jobs import next_batch
from suar.exchange.queries import feed as reading
from suar.exchange.queries.events import event_id
from suar.exchange.queries.feed import Place, rows_after
from suar.site.auth import now, system_act
from tests import cast, database
from tests.exchange.machines import Machine, agree, happened
from tests.flows.test_outbox import settled
from tests.proving import Claim
from tests.site.running.waiting import wait_until


@pytest.fixture(autouse=True)
def policies(cloned_database: database.Copy) -> None:
    """What is read behind every running transaction must be committed: each test has a database of its own."""
    cast.adopt()
    cast.agencies()


def ids(receiver: str, events: list[UUID]) -> list[str]:
    return [event_id(receiver, event) for event in events]


def told(machine: Machine, **named: Any) -> list[str]:
    wait_until(settled, seconds=60)
    return [event["id"] for event in machine.everything(**named)]


# What is given ----------------------------------------------------------------------------------------------------------------------


def test_an_agency_reads_what_is_agreed_in_order_and_reads_on_from_its_place() -> None:
    agree("imigrasi", "kp2mi")
    events = [happened("imigrasi") for _ in range(7)]
    happened("polri")
    happened("imigrasi", "record.returned")
    kp2mi = Machine("kp2mi")
    assert told(kp2mi, limit=3) == ids("kp2mi", events)
    first = kp2mi.feed(limit=3)
    assert first["more"] and [one["id"] for one in first["events"]] == ids("kp2mi", events[:3])
    last = kp2mi.feed(after=kp2mi.feed(after=first["next"])["next"])
    assert last["events"] == [] and not last["more"]
    later = happened("imigrasi")
    wait_until(settled, seconds=60)
    assert [one["id"] for one in kp2mi.feed(after=last["next"])["events"]] == ids("kp2mi", [later])
    assert told(Machine("kemnaker")) == []


#: Where a number gets a digit more, as text and as a number they stand in two orders.
XIDS = ("8", "9", "10", "11", "99", "100", "101", "999", "1000")


def long_ago() -> list[UUID]:
    """Rows that were committed under these transactions, in their order."""
    rows = [(happened("imigrasi"), xid) for xid in XIDS]
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE exchange_outbox DISABLE TRIGGER USER")
        cursor.execute("SELECT set_config('suar.may_read', '*', false)")
        for event, xid in rows:
            cursor.execute("UPDATE exchange_outbox SET xid = %s::xid8 WHERE id = %s", [xid, event])
            assert cursor.rowcount == 1
        cursor.execute("ALTER TABLE exchange_outbox ENABLE TRIGGER USER")
    return [event for event, _ in rows]


def test_where_transactions_get_a_digit_more_nothing_is_passed_over_and_nothing_comes_twice() -> None:
    agree("imigrasi", "kp2mi")
    events = long_ago()
    for limit in (1, 2, 4, 100):
        assert told(Machine("kp2mi"), limit=limit) == ids("kp2mi", events)


def test_the_twin_that_orders_by_the_text_it_selects_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "AFTER", reading.AFTER.replace("ORDER BY o.xid, o.id", "ORDER BY xid, id"))
    with pytest.raises(AssertionError):
        test_where_transactions_get_a_digit_more_nothing_is_passed_over_and_nothing_comes_twice()


def test_the_feed_and_the_stream_give_the_same_bytes() -> None:
    agree("imigrasi", "kp2mi")
    for _ in range(3):
        happened("imigrasi")
    wait_until(settled, seconds=60)
    _, messages = next_batch(now())
    answer = Machine("kp2mi").get("events")
    assert len(messages) == 3 and all(one.body in answer.content for one in messages)


def test_a_token_for_single_types_reads_those_alone_and_one_without_the_scope_nothing() -> None:
    agree("imigrasi", "kp2mi", events=("record.accepted", "register.acted"))
    happened("imigrasi")
    acted = happened("imigrasi", "register.acted", "register")
    assert told(Machine("kp2mi", ["events:register.acted"])) == ids("kp2mi", [acted])
    refused = Machine("kp2mi", ["screening"]).get("events")
    assert (refused.status_code, refused.json()["code"]) == (403, "door.shut")


def test_an_event_names_only_the_classes_that_are_agreed_upon() -> None:
    agree("imigrasi", "kp2mi", classes=["crossing"])
    agree("imigrasi", "polri", classes=["crossing", "passport"])
    happened("imigrasi", "record.accepted", "passport", "crossing")
    happened("imigrasi", "record.accepted", "passport")
    wait_until(settled, seconds=60)
    assert [one["data"]["classes"] for one in Machine("kp2mi").everything()] == [["crossing"]]
    assert [one["data"]["classes"] for one in Machine("polri").everything()] == [["passport", "crossing"], ["passport"]]


#: giver, receiver, types, classes. Whatever is not here, nobody is told.
TOLD = (
    ("imigrasi", "kp2mi", ("record.accepted", "screening.decided"), ("passport", "screening")),
    ("imigrasi", "polri", ("register.acted",), ("register",)),
    ("kp2mi", "imigrasi", ("record.accepted",), ("placement",)),
    ("kp2mi", "kemlu", ("record.accepted", "register.acted"), ("placement", "prevention")),
    ("kemlu", "kp2mi", ("screening.decided",), ("self_report",)),
)
TYPES = ("record.accepted", "record.returned", "screening.decided", "register.acted", "person.changed")
#: What a class of an agreement is called where an event names it as changed.
KINDS = {
    "passport": "passport",
    "screening": "screening",
    "register": "register",
    "placement": "placement",
    "prevention": "prevention_record",
}


def test_every_agency_is_told_of_every_type_and_class_as_the_agreements_say_by_feed_and_by_stream() -> None:
    for giver, receiver, types, classes in TOLD:
        agree(giver, receiver, events=types, classes=classes)
    givers, receivers = (
        ("imigrasi", "kp2mi", "kemlu", "polri"),
        ("imigrasi", "kp2mi", "kemlu", "polri", "kemnaker", "ombudsman"),
    )
    for giver in givers:
        for kind in TYPES:
            for one in (*KINDS.values(), "crossing"):
                happened(giver, kind, one)
    wait_until(settled, seconds=60)
    due = {
        (giver, receiver, kind, KINDS[name])
        for giver, receiver, types, classes in TOLD
        for kind in types
        for name in classes
        if name in KINDS
    }
    fed = {
        (one["data"]["giver"], receiver, one["type"].removeprefix("id.suar."), *one["data"]["classes"])
        for receiver in receivers
        for one in Machine(receiver).everything()
    }
    streamed = {(one.row.giver, one.receiver, one.row.type, *one.row.classes) for one in next_batch(now())[1]}
    assert fed == streamed == due


def test_our_own_ids_stay_at_home_and_what_was_given_stands_in_the_log() -> None:
    agree("imigrasi", "kp2mi")
    event = happened("imigrasi")
    wait_until(settled, seconds=60)
    answer = Machine("kp2mi").get("events")
    [row] = rows_after(Place("0", UUID(int=0)), 10)
    assert not any(str(plain).encode() in answer.content for plain in (event, row.thing, row.subject, row.thing.hex))
    [entry] = Entry.objects.filter(what="events.given")
    assert entry.about == [row.subject] and entry.agency == "kp2mi"


# Places -----------------------------------------------------------------------------------------------------------------------------


def test_a_cursor_says_nothing_and_serves_only_the_agency_to_which_it_was_given() -> None:
    agree("imigrasi", "kp2mi")
    agree("imigrasi", "polri")
    event = happened("imigrasi")
    wait_until(settled, seconds=60)
    cursor = Machine("kp2mi").feed()["next"]
    assert event.hex not in cursor and cursor != Machine("kp2mi").feed()["next"]
    changed = cursor[:-3] + ("AAA" if cursor[-3:] != "AAA" else "BBB")
    for machine, shown in (
        (Machine("polri"), cursor),
        (Machine("kp2mi"), changed),
        (Machine("kp2mi"), "x"),
        (Machine("kp2mi"), "é*"),
    ):
        refused = machine.get("events", after=shown)
        assert (refused.status_code, refused.json()["code"]) == (422, "events.cursor")
        taken = machine.post("events/acknowledgements", {"up_to": shown})
        assert (taken.status_code, taken.json()["code"]) == (422, "events.cursor")


def test_it_is_replayed_from_an_earlier_place_and_from_an_instant() -> None:
    agree("imigrasi", "kp2mi")
    early = [happened("imigrasi") for _ in range(2)]
    time.sleep(0.01)
    since = now()
    time.sleep(0.01)
    late = [happened("imigrasi") for _ in range(2)]
    kp2mi = Machine("kp2mi")
    assert told(kp2mi) == told(kp2mi) == ids("kp2mi", early + late)
    assert [one["id"] for one in kp2mi.feed(since=since.isoformat())["events"]] == ids("kp2mi", late)
    assert kp2mi.feed(since=(now() + timedelta(minutes=1)).isoformat())["events"] == []
    both = kp2mi.get("events", since=since.isoformat(), after=kp2mi.feed()["next"])
    assert (both.status_code, both.json()["code"]) == (422, "events.two_places")


def test_a_receipt_is_kept_for_good_and_says_how_much_waits() -> None:
    agree("imigrasi", "kp2mi")
    for _ in range(5):
        happened("imigrasi")
    wait_until(settled, seconds=60)
    kp2mi = Machine("kp2mi")
    taken = kp2mi.post("events/acknowledgements", {"up_to": kp2mi.feed(limit=2)["next"]})
    assert taken.status_code == 201
    assert (taken.json()["waiting"], taken.json()["more"]) == (3, False)
    whole = kp2mi.post("events/acknowledgements", {"up_to": kp2mi.feed()["next"]}).json()
    assert (whole["waiting"], whole["behind_s"]) == (0, 0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT agency, count(*) FROM exchange_receipt GROUP BY agency")
        assert cursor.fetchall() == [("kp2mi", 2)]
    with pytest.raises(Exception, match="permission denied"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM exchange_receipt")
    assert Entry.objects.filter(what="events.acknowledged").count() == 2


# An agreement that ends -------------------------------------------------------------------------------------------------------------


def test_an_agreement_that_ends_stops_feed_and_relay_with_the_next_batch() -> None:
    made = agree("imigrasi", "kp2mi")
    kp2mi = Machine("kp2mi")
    event = happened("imigrasi")
    assert told(kp2mi) == ids("kp2mi", [event])
    assert [one.receiver for one in next_batch(now())[1]] == ["kp2mi"]
    Agreement.objects.filter(id=made.id).update(until_at=now())
    assert told(kp2mi) == [] and next_batch(now())[1] == []


def test_whoever_waits_when_the_agreement_ends_is_given_nothing_a_second_later() -> None:
    made = agree("imigrasi", "kp2mi")
    ends = now() + timedelta(seconds=0.6)
    Agreement.objects.filter(id=made.id).update(until_at=ends)
    got: list[Any] = []
    waiting = threading.Thread(target=lambda: got.append(Machine("kp2mi").feed(wait=3)))
    waiting.start()
    while now() < ends:
        time.sleep(0.01)
    happened("imigrasi")
    waiting.join()
    assert got[0]["events"] == []


def test_a_renewed_agreement_loses_nothing_and_a_new_one_opens_nothing_before_it() -> None:
    first = agree("imigrasi", "kp2mi")
    event = happened("imigrasi")
    time.sleep(0.01)
    turn = now()
    Agreement.objects.filter(id=first.id).update(until_at=turn)
    second, new = agree("imigrasi", "kp2mi"), agree("imigrasi", "polri")
    Agreement.objects.filter(id__in=[second.id, new.id]).update(from_at=turn)
    assert told(Machine("kp2mi")) == ids("kp2mi", [event])
    assert told(Machine("polri")) == []


# Waiting ----------------------------------------------------------------------------------------------------------------------------


def test_whoever_waits_is_told_as_soon_as_something_happened() -> None:
    agree("imigrasi", "kp2mi")
    kp2mi, got = Machine("kp2mi"), []
    start = kp2mi.feed()["next"]
    waiting = threading.Thread(target=lambda: got.append((kp2mi.feed(after=start, wait=20), time.monotonic())))
    waiting.start()
    time.sleep(0.5)
    assert not got
    event, since = happened("imigrasi"), time.monotonic()
    waiting.join()
    assert [one["id"] for one in got[0][0]["events"]] == ids("kp2mi", [event])
    assert got[0][1] - since < 5  # of 20 that it would have waited


def test_a_token_taken_back_ends_the_waiting() -> None:
    agree("imigrasi", "kp2mi")
    kp2mi, got = Machine("kp2mi"), []
    waiting = threading.Thread(target=lambda: got.append(kp2mi.get("events", wait=20)))
    waiting.start()
    time.sleep(0.4)
    Pass.objects.filter(sha256=kp2mi.held.sha256).update(until_at=now())
    waiting.join(timeout=10)
    assert got and got[0].status_code == 401


def test_more_than_may_wait_are_answered_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeding, "PLACES_TO_WAIT", threading.BoundedSemaphore(1))
    agree("imigrasi", "kp2mi")
    kp2mi = Machine("kp2mi")
    waiting = threading.Thread(target=lambda: kp2mi.feed(wait=3))
    waiting.start()
    time.sleep(0.5)
    since = time.monotonic()
    assert kp2mi.feed(wait=20)["events"] == []
    assert time.monotonic() - since < 2
    waiting.join()


# Sixteen writers --------------------------------------------------------------------------------------------------------------------

WRITERS = 16


def write(count: int, seed: int, sent: list[UUID]) -> None:
    """One writer: transactions that hold what they wrote for a while, some of them taken back."""
    draw = random.Random(seed)
    for _ in range(count):
        with transaction.atomic():
            event = publish(
                Happened(type="record.accepted", giver="imigrasi", thing=uuid4(), classes=("passport",)),
                system_act("tests"),
            )
            time.sleep(draw.choice((0, 0, 0.001, 0.02)))
            if draw.random() < 0.05:
                transaction.set_rollback(True)
            else:
                sent.append(event)
    connection.close()


def written_and_read(count: int, seed: int, *, patience_s: float = 60) -> tuple[list[str], list[str]]:
    """What was committed, and what a machine got that read on and on meanwhile, and then until nothing new came for so long: whatever runs in
    another database of the same server may hold `pg_snapshot_xmin` back for a while.
    """
    sent: list[UUID] = []
    got: list[str] = []
    machine, after = Machine("kp2mi"), ""
    already = len(machine.everything())
    writers = [threading.Thread(target=write, args=(count, seed + number, sent)) for number in range(WRITERS)]
    for one in writers:
        one.start()
    while any(one.is_alive() for one in writers):
        after = read_on(machine, after, got)
    wait_until(settled, seconds=60)
    since = time.monotonic()
    while len(set(got)) < already + len(sent) and time.monotonic() - since < patience_s:
        known, after = len(got), read_on(machine, after, got)
        since = time.monotonic() if len(got) > known else since
    return ids("kp2mi", sent), got


def read_on(machine: Machine, after: str, got: list[str]) -> str:
    fed = machine.feed(after=after, limit=500)
    got += [one["id"] for one in fed["events"]]
    return str(fed["next"])


@pytest.mark.prove
def test_sixteen_writers_and_a_machine_that_reads_on_lose_nothing_and_double_nothing(claim: Claim) -> None:
    agree("imigrasi", "kp2mi")
    before = 0
    for turn in claim.rounds(small=1, large=5):
        sent, got = written_and_read(1_500 if claim.proving else 25, turn.seed)
        assert len(got) == len(set(got)) and len(got) - before == len(sent)
        assert sorted(got[before:]) == sorted(sent)
        before = len(got)


def test_the_twin_that_reads_past_the_last_id_loses_some(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted bug: everything newer than the newest seen, as if ids were committed in their order."""
    agree("imigrasi", "kp2mi")
    monkeypatch.setattr(
        reading,
        "AFTER",
        "SELECT xid::text, id, at, type, giver, thing, subject, classes, effect FROM exchange_outbox"
        " WHERE %s::text IS NOT NULL AND id > %s ORDER BY id LIMIT %s",
    )
    sent, got = written_and_read(40, 4711, patience_s=2)
    assert set(sent) - set(got)
