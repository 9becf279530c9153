"""The live tail: only what the agreements give at this moment, ids and types and nothing else; few at once; over within a second once the officer's
session or posting is.
"""

from __future__ import annotations

import contextlib
import json
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import fields
from typing import Any
from uuid import UUID

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from suar.agencies.models import Agreement, Posting
from suar.audit.models import Entry
from suar.exchange.access import tail as tailing
from suar.exchange.access.tail import Passing
from suar.exchange.pages import tail as streams
from suar.exchange.queries import feed as reading
from suar.exchange.queries.events import event_id
from suar.site.auth import now
from tests import cast, database
from tests.exchange.machines import agree, happened
from tests.flows.test_outbox import settled
from tests.site.running.waiting import wait_until

#: An engineer of an agency's own, who sees its part and nobody else's.
RINI = cast.Seat("rini", "Rini Astuti", "integration_engineer", "kp2mi", "P2MI-PUSAT", "TEKNIS-P2MI", "engineering")


@pytest.fixture(autouse=True)
def policies(cloned_database: database.Copy) -> None:
    """What is read behind every running transaction must be committed: each test has a database of its own."""
    cast.adopt()
    cast.agencies()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "LIFE_S", 1.0)


def frames(answer: Any) -> Iterator[tuple[str, Any]]:
    """The events of a stream, each with its words."""
    for chunk in answer.streaming_content:
        for frame in chunk.decode().split("\n\n"):
            told = dict(line.split(": ", 1) for line in frame.split("\n") if re.match("(event|data|id): ", line))
            if "event" in told:
                yield told["event"], json.loads(told["data"])


def opened(browser: Client, **named: str) -> Any:
    return browser.get("/integrasi/langsung/aliran/", named)


def passed(answer: Any) -> list[dict[str, Any]]:
    return [one for event, told in frames(answer) if event == "passed" for one in told]


TOLD = (
    ("imigrasi", "kp2mi", ("record.accepted", "screening.decided"), ("passport", "screening")),
    ("imigrasi", "polri", ("register.acted",), ("register",)),
    ("kp2mi", "imigrasi", ("record.accepted",), ("placement",)),
    ("kemlu", "kp2mi", ("screening.decided",), ("self_report",)),
)
TYPES = ("record.accepted", "record.returned", "screening.decided", "register.acted")
KINDS = ("passport", "screening", "register", "placement", "self_report")
GIVERS = ("imigrasi", "kp2mi", "kemlu", "polri")


def wrong(receivers: tuple[str, ...]) -> list[tuple[str, UUID]]:
    """Every giver, type and class once; where what a tail shows is not what the table says."""
    for giver, receiver, types, classes in TOLD:
        agree(giver, receiver, events=types, classes=classes)
    sent = [(giver, kind, of, happened(giver, kind, of)) for giver in GIVERS for kind in TYPES for of in KINDS]
    wait_until(settled, seconds=60)
    hub = cast.browser(cast.EKO)
    found = []
    for receiver in receivers:
        first = reading.cursor_of(reading.BEGINNING, receiver)
        shown = {one["id"]: one for one in passed(opened(hub, agency=receiver, after=first))}
        for giver, kind, of, id_ in sent:
            agreed = any((giver, receiver) == pair[:2] and kind in pair[2] and of in pair[3] for pair in TOLD)
            if (event_id(receiver, id_) in shown) != agreed:
                found.append((receiver, id_))
    return found


def test_every_agency_sees_every_type_and_class_as_the_agreements_say() -> None:
    assert wrong(("kp2mi", "imigrasi", "polri", "kemlu")) == []


def test_a_tail_that_shows_what_is_not_agreed_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted bug: all that happened passes, whoever watches."""
    monkeypatch.setattr(reading, "entitled", lambda rows, at, *, receiver="": [(row, receiver) for row in rows])
    assert wrong(("polri",)) != []


def test_a_row_holds_ids_and_types_and_no_id_of_anybody() -> None:
    assert {one.name for one in fields(Passing)} == {"id", "at", "type", "giver", "classes", "effect"}
    agree("imigrasi", "kp2mi")
    happened("imigrasi")
    wait_until(settled, seconds=60)
    [one] = passed(opened(cast.browser(cast.EKO), agency="kp2mi", after=reading.cursor_of(reading.BEGINNING, "kp2mi")))
    assert set(one) == {"id", "at", "type", "giver", "classes", "effect"}
    [entry] = Entry.objects.filter(what="events.tailed")
    assert len(entry.about) == 1


def test_an_agencys_own_engineer_sees_its_part_and_nobody_elses() -> None:
    agree("imigrasi", "kp2mi")
    agree("kp2mi", "polri")
    happened("imigrasi")
    happened("kp2mi")
    wait_until(settled, seconds=60)
    rini = cast.browser(RINI)
    page = rini.get("/integrasi/langsung/")
    assert (
        page.status_code == 200 and page.content.decode().count('data-of="id"') == 2
    )  # one row, and the empty one for scripts
    assert opened(rini, agency="polri").status_code == 403
    assert rini.get("/integrasi/langsung/", {"agency": "polri"}).status_code == 403
    stolen = reading.cursor_of(reading.BEGINNING, "polri")
    assert opened(rini, agency="kp2mi", after=stolen).status_code == 422


def test_an_agreement_that_ends_ends_what_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    made = agree("imigrasi", "kp2mi")
    answer = frames(opened(cast.browser(cast.EKO), agency="kp2mi"))
    happened("imigrasi")
    assert next(answer)[0] == "passed"
    Agreement.objects.filter(id=made.id).update(until_at=now())
    happened("imigrasi")
    assert list(answer) == []


def ends(browser: Client, take_away: Any) -> tuple[float, str]:
    """Seconds from the taking away until the stream is over, and its last word."""
    answer = opened(browser, agency="kp2mi")
    seen: list[tuple[str, Any]] = []
    over = threading.Event()

    def read() -> None:
        seen.extend(frames(answer))
        over.set()

    thread = threading.Thread(target=read)
    thread.start()
    time.sleep(0.5)
    assert not over.is_set()
    take_away()
    began = time.monotonic()
    assert over.wait(10)
    thread.join()
    return time.monotonic() - began, str(seen[-1][1]["code"]) if seen else ""


@pytest.fixture
def long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "LIFE_S", 30.0)


def test_a_posting_that_ends_ends_the_tail_within_a_second(long: None) -> None:
    browser = cast.browser(cast.EKO)
    took, why = ends(browser, lambda: Posting.objects.filter(officer__username="eko").update(until_at=now()))
    assert took < 1 and why == "door.not_posted"


def test_a_session_that_ends_ends_the_tail_within_a_second(long: None) -> None:
    took, why = ends(cast.browser(cast.EKO), lambda: Session.objects.all().delete())
    assert took < 1 and why == "auth.needed"


def test_a_tail_that_asks_only_once_who_watches_is_found(long: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted bug: the act of the first moment serves for all that follow."""
    real = tailing.tail_for
    first: list[Any] = []

    def once(act: Any, agency: str, after: str) -> Any:
        first.append(act)
        return real(first[0], agency, after)

    monkeypatch.setattr(tailing, "tail_for", once)
    monkeypatch.setattr(streams, "LIFE_S", 3.0)
    monkeypatch.setattr(tailing, "tail_anew", lambda again, agency, after: once(None, agency, after))
    monkeypatch.setattr(streams, "tail_anew", lambda again, agency, after: once(None, agency, after))
    monkeypatch.setattr(streams, "tail_for", once)
    took, _ = ends(cast.browser(cast.EKO), lambda: Session.objects.all().delete())
    assert took > 1


def test_few_may_watch_at_once_and_the_next_is_told_when_to_come_back() -> None:
    browser = cast.browser(cast.EKO)
    with contextlib.ExitStack() as open_now:
        kept = [
            open_now.enter_context(contextlib.closing(opened(browser, agency="kp2mi"))) for _ in range(streams.MOST)
        ]
        full = opened(browser, agency="kp2mi")
        assert (full.status_code, full.headers["Retry-After"]) == (503, str(streams.RETRY_AFTER_S))
        assert all(one.status_code == 200 for one in kept)
    again = opened(browser, agency="kp2mi")  # who went away without a word has given his place back
    assert again.status_code == 200
    list(frames(again))  # and so does a stream that came to its own end
    with contextlib.closing(opened(browser, agency="kp2mi")) as once_more:
        assert once_more.status_code == 200


def test_a_flood_ends_a_stream_before_a_slow_reader_could_hold_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "MOST_BYTES", 4_000)
    monkeypatch.setattr(streams, "LIFE_S", 2.0)
    agree("imigrasi", "kp2mi")
    events = [happened("imigrasi") for _ in range(60)]
    wait_until(settled, seconds=60)
    browser, after, seen = cast.browser(cast.EKO), reading.cursor_of(reading.BEGINNING, "kp2mi"), list[str]()
    for _ in range(3):  # the browser comes back to the place where it was
        answer: Any = browser.get("/integrasi/langsung/aliran/?agency=kp2mi", headers={"Last-Event-ID": after})
        chunks = list(answer.streaming_content)
        seen += re.findall(r'"id":"([0-9a-f]{32})"', b"".join(chunks).decode())
        after = (re.findall(r"^id: (.+)$", b"".join(chunks).decode(), re.M) or [after])[-1]
        if len(seen) == len(events):
            break
    assert seen == [event_id("kp2mi", one) for one in events]


def test_without_scripts_the_page_comes_anew_by_itself() -> None:
    page = cast.browser(cast.EKO).get("/integrasi/langsung/", {"agency": "kp2mi"}).content.decode()
    assert '<noscript><meta http-equiv="refresh" content="10"></noscript>' in page


def test_nothing_of_the_stream_is_kept_or_packed_on_its_way() -> None:
    with contextlib.closing(opened(cast.browser(cast.EKO), agency="kp2mi")) as answer:
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        assert answer.headers["Content-Encoding"] == "identity" and "no-store" in answer.headers["Cache-Control"]


def test_what_a_tail_shows_happened_after_it_began_unless_a_place_is_named() -> None:
    agree("imigrasi", "kp2mi")
    happened("imigrasi")
    wait_until(settled, seconds=60)
    assert passed(opened(cast.browser(cast.EKO), agency="kp2mi")) == []
