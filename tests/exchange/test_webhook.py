"""Signed webhooks over real HTTP to a receiver that verifies by itself: what arrives, in which order, how often, and for how long."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any
from uuid import UUID, uuid4

import h11
import pytest
from django.db import transaction

from suar.audit.models import Entry
from suar.exchange.actions import deliver as deliveries
from suar.exchange.actions.endpoint import correct_endpoint, replay_endpoint, rule_on_endpoint
from suar.exchange.jobs import line, sending
from suar.exchange.queries import Row
from suar.site.auth import now
from suar.vault.queries.webhook import public_keys
from tests import database
from tests.exchange.delivering import (
    acknowledged,
    agreed,
    dead,
    delivering,
    eko,
    happened,
    ids,
    lia,
    opened,
    outcomes,
    prepared,
    quick,
    receipts,
    rows,
    waiting,
    wished,
)
from tests.exchange.receiver import Answer, Got, Receiver, Says, receiving, verified
from tests.site.running.waiting import wait_until

SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def suar(cloned_database: database.Copy) -> None:
    prepared()


@pytest.fixture
def agency() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


def test_an_event_arrives_signed_under_its_own_id_and_leaves_a_receipt(agency: Receiver) -> None:
    endpoint = opened(agency.url())
    subject = uuid4()
    event = happened(subject=subject)
    with delivering():
        acknowledged([event])
    (got,) = agency.got
    assert got.line == "POST /suar/events?line=1 HTTP/1.1"
    assert verified(got.head, got.body, public_keys(endpoint), at=time.time()) == ids([event])[0] == got.event["id"]
    assert got.event["type"] == "id.suar.record.accepted" and got.event["specversion"] == "1.0"
    assert str(event) not in got.body.decode() and str(subject) not in got.body.decode()
    assert receipts() == [event] and waiting() == 0


def test_what_the_guide_tells_a_receiver_to_write_takes_a_delivery_and_no_changed_one(agency: Receiver) -> None:
    import base64
    from pathlib import Path

    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    guide = (Path(__file__).resolve().parents[2] / "docs" / "howto" / "receive_by_webhook.md").read_text()
    written = {
        "b64decode": base64.b64decode,
        "InvalidSignature": InvalidSignature,
        "Ed25519PublicKey": Ed25519PublicKey,
    }
    exec(guide.split("```python\n")[1].split("```")[0], written)  # noqa: S102
    endpoint = opened(agency.url())
    event = happened()
    with delivering():
        acknowledged([event])
    got, keys = agency.got[0], public_keys(endpoint)
    assert written["verified"](got.head, got.body, keys, time.time()) == ids([event])[0]  # type: ignore[operator]
    for head, body, at in (
        (got.head | {"webhook-id": "another"}, got.body, got.at),
        (got.head, got.body + b" ", got.at),
        (got.head, got.body, got.at + 400),
    ):
        with pytest.raises(ValueError, match=r"Suar|clock"):
            written["verified"](head, body, keys, at)  # type: ignore[operator]


FIRST_BAD = {
    "fault": (Answer(500), "refused"),
    "bad request": (Answer(400), "refused"),
    "elsewhere": (Answer(302, head=("Location: http://127.0.0.1:1/",)), "redirected"),
    "slow": (Answer(after_s=2), "timeout"),
    "dripping": (Answer(drip_s=0.2), "timeout"),
    "reset": (Answer(reset=True), "cut"),
    "garbage": (Answer(raw=b"\x00\xff\x17 204 it is well\r\n\r\n"), "garbled"),
    "another protocol": (Answer(raw=b"220 mail.example ESMTP\r\n"), "garbled"),
    "endless head": (Answer(raw=b"HTTP/1.1 204 Said\r\n" + b"X-More: " + b"a" * 300_000), "garbled"),
    **{f"cut at {k}": (Answer(cut_at=k), "garbled") for k in (0, 1, 9, 12, 20, 38, 39)},
}


@pytest.mark.parametrize("name", FIRST_BAD)
def test_what_the_line_spoils_is_sent_again_until_it_is_acknowledged_and_changes_nothing(name: str) -> None:
    bad, outcome = FIRST_BAD[name]
    with receiving(lambda got, before: bad if before < 2 else Answer()) as agency:
        endpoint = opened(agency.url())
        event = happened()
        with delivering():
            acknowledged([event])
    assert outcomes(event) == [outcome, outcome, "acknowledged"]
    assert agency.ids() == ids([event]) * 3 and len({one.body for one in agency.got}) == 1
    for got in agency.got:
        verified(got.head, got.body, public_keys(endpoint), at=time.time())
    assert waiting() == 0 and not dead()


def test_an_answer_that_is_cut_after_its_status_is_an_answer() -> None:
    spoken = Answer(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 900000\r\n\r\nwell received")
    with receiving(lambda got, before: spoken) as agency:
        opened(agency.url())
        event = happened()
        with delivering():
            acknowledged([event])
    assert outcomes(event) == ["acknowledged"] and len(agency.got) == 1


def answers_twice(wanted: str) -> Says:
    """Two answers to each request at first; and from then on a fault to all that is not acknowledged yet."""
    double = Answer().written() * 2

    def says(got: Got, before: int) -> Answer:
        return Answer(raw=double, stays=True) if got.id == wanted else Answer(500)

    return says


def test_an_answer_too_many_is_not_taken_for_the_answer_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    quick(in_flight=1)
    first = happened()
    with receiving(answers_twice(ids([first])[0])) as agency:
        opened(agency.url())
        with delivering():
            acknowledged([first])
            second = happened()
            wait_until(lambda: len(outcomes(second)) > 1 or "acknowledged" in outcomes(second))
    assert set(outcomes(second)) == {"refused"}


def test_the_twin_that_keeps_its_connections_takes_one_answer_for_another(monkeypatch: pytest.MonkeyPatch) -> None:
    real, kept = sending.connected, list[line.Line]()

    async def kept_open(*told: Any) -> line.Line:
        if kept and kept[0].spoken.our_state is h11.DONE:
            kept[0].spoken.start_next_cycle()
            kept[0].begin()
            return kept[0]
        kept[:] = [await real(*told)]
        return kept[0]

    monkeypatch.setattr(sending, "connected", kept_open)
    monkeypatch.setattr(line.Line, "hang_up", lambda line: None)
    monkeypatch.setattr(sending, "HEAD", {name: said for name, said in sending.HEAD.items() if name != "Connection"})
    open_ended = [one for one in line.ASKED.headers if one[0] != b"connection"]
    monkeypatch.setattr(line, "ASKED", h11.Request(method="POST", target="/", headers=open_ended))
    with pytest.raises(AssertionError, match="acknowledged"):
        test_an_answer_too_many_is_not_taken_for_the_answer_to_the_next(monkeypatch)


def test_only_what_was_agreed_and_asked_for_arrives(agency: Receiver) -> None:
    agreed(giver="polri", events=("record.accepted", "record.returned"))
    opened(agency.url(), events=("record.accepted",))
    happened(kind="record.returned")  # not agreed with Immigration
    happened(kind="record.returned", giver="polri")  # agreed, but not asked for
    happened(giver="dukcapil")  # whose events nobody agreed upon
    meant = [happened(), happened(giver="polri")]
    with delivering():
        acknowledged(meant)
    assert sorted(agency.ids()) == sorted(ids(meant))


def test_an_agreement_that_ends_stops_deliveries_within_a_second_also_of_what_waits() -> None:
    ends = now() + 4 * SECOND
    agreed(giver="polri", until=ends)
    with receiving(lambda got, before: Answer(500, after_s=0.05)) as agency:
        opened(agency.url())
        event = happened(giver="polri")
        with delivering():
            wait_until(lambda: "withheld" in outcomes(event), seconds=20)
            happened(giver="polri")
            time.sleep(0.5)
    assert max(got.at for got in agency.got) < ends.timestamp() + 1
    assert agency.ids() == ids([event]) * len(agency.got) and len(agency.got) > 3
    assert outcomes(event)[-1] == "withheld"
    assert Entry.objects.filter(what="webhook.withheld").count() == 1  # the refusal is in the log


def test_the_twin_that_asks_for_the_agreement_only_when_it_reads_goes_on_after_its_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def for_ever(rows: Sequence[Row], agency: str, at: datetime) -> dict[UUID, tuple[Row, datetime]]:
        return {row.id: (row, at + 3600 * SECOND) for row in rows}

    monkeypatch.setattr(deliveries, "agreed_upon", for_ever)
    with pytest.raises((AssertionError, TimeoutError)):
        test_an_agreement_that_ends_stops_deliveries_within_a_second_also_of_what_waits()


def test_a_slow_receiver_is_left_when_the_agreement_ends_while_it_thinks() -> None:
    quick(whole_ms=20_000)
    ends = now() + 3 * SECOND
    agreed(giver="polri", until=ends)
    with receiving(lambda got, before: Answer(after_s=30)) as agency:
        opened(agency.url())
        event = happened(giver="polri")
        with delivering():
            wait_until(lambda: "withheld" in outcomes(event), seconds=20)
        assert now() < ends + 2 * SECOND
    assert outcomes(event) == ["timeout", "withheld"] and len(agency.got) == 1


def test_a_failing_event_holds_back_what_came_later_of_the_same_thing_or_human_and_nothing_else() -> None:
    thing, subject = uuid4(), uuid4()
    bad = happened(thing=thing, subject=subject)
    same_thing, same_human, other = happened(thing=thing), happened(subject=subject), happened()
    last = happened(thing=thing, subject=subject)
    mended: list[bool] = []

    def says(got: Got, before: int) -> Answer:
        return Answer(503 if got.id == ids([bad])[0] and not mended else 204)

    with receiving(says) as agency:
        opened(agency.url())
        with delivering():
            acknowledged([other])
            wait_until(lambda: len(outcomes(bad)) > 3)
            assert receipts() == [other] and set(agency.ids()) == set(ids([other, bad]))
            mended.append(True)
            acknowledged([bad, same_thing, same_human, last])
    told = [one for one in receipts() if one != other]
    assert told[0] == bad and told[-1] == last and sorted(told[1:3]) == sorted([same_thing, same_human])


def test_the_order_of_one_person_is_kept_over_many_events_with_faults_between() -> None:
    people = [uuid4() for _ in range(6)]
    sent = {person: [happened(subject=person) for _ in range(12)] for person in people}
    with receiving(lambda got, before: Answer(500 if before < len(got.body) % 3 else 204)) as agency:
        opened(agency.url())
        with delivering():
            acknowledged([one for events in sent.values() for one in events], seconds=60)
    seen = list(dict.fromkeys(agency.ids()))  # by their first arrival
    for events in sent.values():
        assert [one for one in seen if one in ids(events)] == ids(events)


def test_the_twin_that_does_not_wait_for_what_came_before_mixes_the_order(monkeypatch: pytest.MonkeyPatch) -> None:
    lax = deliveries.CLAIM.replace("AND c.event = (", "OR c.event = (").replace("AND (c.subject", "OR (c.subject")
    monkeypatch.setattr(deliveries, "CLAIM", lax)
    with pytest.raises(AssertionError):
        test_a_failing_event_holds_back_what_came_later_of_the_same_thing_or_human_and_nothing_else()


def test_no_more_than_so_many_are_on_their_way_and_no_more_than_so_many_are_read_ahead() -> None:
    quick(in_flight=3, parked=20)
    events = [happened() for _ in range(60)]
    with receiving(lambda got, before: Answer(after_s=0.03)) as agency:
        opened(agency.url())
        most = 0
        with delivering():
            while len(receipts()) < len(events):
                most = max(most, waiting())
                time.sleep(0.02)
    assert agency.at_once <= 3 and 0 < most <= 20
    assert sorted(agency.ids()) == sorted(ids(events))


@pytest.mark.parametrize("as_date", [False, True])
def test_a_receiver_that_asks_for_a_pause_gets_it(as_date: bool) -> None:
    asked: list[float] = []

    def says(got: Got, before: int) -> Answer:
        if asked:
            return Answer()
        asked.append(got.at)
        wait = format_datetime(now() + 3 * SECOND, usegmt=False) if as_date else "2"
        return Answer(429, head=(f"Retry-After: {wait}",))

    with receiving(says) as agency:
        opened(agency.url())
        first = happened()
        with delivering():
            wait_until(lambda: bool(asked))
            time.sleep(0.3)
            second = happened()  # the whole endpoint rests, not this one event
            acknowledged([first, second])
    assert all(got.at - asked[0] > 1.5 for got in agency.got[1:])


def test_a_receiver_that_says_it_is_gone_is_left_and_what_waits_is_kept_as_dead() -> None:
    with receiving(lambda got, before: Answer(410)) as agency:
        endpoint = opened(agency.url())
        thing = uuid4()
        events = [happened(thing=thing) for _ in range(3)]
        with delivering():
            wait_until(lambda: len(dead()) == 3)
            later = happened()
            time.sleep(0.6)
    assert agency.ids() == ids(events[:1]) and set(dead().values()) == {"gone"}
    assert Entry.objects.filter(what="endpoint.ended").count() == 1
    with receiving() as mended:
        new = correct_endpoint(endpoint, wished(mended.url()), act=eko())
        rule_on_endpoint(new, "confirmed", act=lia())
        with delivering():
            acknowledged([later])  # what came meanwhile was waiting in the outbox
    assert mended.ids() == ids([later])


def test_nothing_of_before_the_endpoint_arrives_and_all_of_it_again_on_a_replay_under_the_same_ids(
    agency: Receiver,
) -> None:
    early = happened()
    time.sleep(0.01)
    begins = now()
    endpoint = opened(agency.url(), from_at=begins)
    events = [happened() for _ in range(5)]
    with delivering():
        acknowledged(events)
        replay_endpoint(endpoint, begins, act=eko())
        wait_until(lambda: len(agency.got) == 10)
    assert sorted(agency.ids()[:5]) == sorted(agency.ids()[5:]) == sorted(ids(events))
    assert ids([early])[0] not in agency.ids()


def test_a_transaction_that_commits_late_with_an_earlier_id_is_not_passed(agency: Receiver) -> None:
    import threading

    opened(agency.url())
    holds, written = threading.Event(), threading.Event()
    slow: list[object] = []

    def write() -> None:
        from django.db import connection

        with transaction.atomic():
            slow.append(happened())
            written.set()
            holds.wait(20)
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    written.wait(20)
    quick_one = happened()
    with delivering():
        time.sleep(0.5)
        assert not agency.got  # what may still be overtaken is not read
        holds.set()
        writer.join()
        acknowledged([*slow, quick_one])  # type: ignore[list-item]


def test_the_hub_goes_on_by_itself_after_the_database_was_away(agency: Receiver) -> None:
    opened(agency.url())
    with delivering():
        acknowledged([happened()])
        others = rows("SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
        for (pid,) in others:
            rows("SELECT pg_terminate_backend(%s)", pid)
        acknowledged([happened()])
    assert others


def test_every_connection_serves_one_delivery(agency: Receiver) -> None:
    opened(agency.url())
    events = [happened() for _ in range(3)]
    with delivering():
        acknowledged(events)
    assert all(one.head["connection"] == "close" for one in agency.got)
