"""SIAPkerja over real HTTP: signed deliveries that come until they are accepted, pulling, each breakage."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.breakage import Breaks
from sandbox.running import Place, wall_clock
from sandbox.serving import Asked, Door, Reply
from tests.sandbox.running_nation import NOW, Running, make_home, running

Event = dict[str, Any]


@pytest.fixture(scope="module")
def siapkerja(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home = tmp_path_factory.mktemp("siapkerja")
    make_home(home, "siapkerja")
    with running(home, "siapkerja") as it:
        yield it


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Running]:
    """One of its own, that has delivered nothing yet."""
    make_home(tmp_path, "siapkerja")
    with running(tmp_path, "siapkerja") as it:
        yield it


@dataclass
class Receiver:
    """A hub that takes deliveries, or refuses as many as it is told to."""

    refuse: int = 0
    deliveries: list[Asked] = field(default_factory=list)
    refused: list[Asked] = field(default_factory=list)
    url: str = ""

    def answer(self, asked: Asked) -> Reply:
        if self.refuse > 0:
            self.refuse -= 1
            self.refused.append(asked)
            return Reply(status=503)
        self.deliveries.append(asked)
        return Reply(status=202)

    def events(self) -> list[Event]:
        return [event for it in self.deliveries for event in json.loads(it.body)["events"]]


@contextmanager
def receiver(tmp_path: Path, refuse: int = 0) -> Iterator[Receiver]:
    it = Receiver(refuse=refuse)
    door = Door("127.0.0.1", 0, it.answer, breaks=Breaks(tmp_path / "no.json"), when_down=it.answer, server_name="hub")
    it.url = f"{door.base}/push?source=siapkerja"
    try:
        yield it
    finally:
        door.close()


def aim(it: Running, url: str, after: int = 0) -> None:
    (it.home / "siapkerja" / "target.json").write_text(json.dumps({"url": url, "after": after}))


def until(claim: Any, seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while not claim():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def get(it: Running, path: str, **query: str | int) -> httpx.Response:
    return it.client.get(it.text("base") + path, params=query, headers={"Authorization": f"Bearer {it.text('token')}"})


def pulled(it: Running, path: str = "/v1/events", limit: int = 50) -> list[Event]:
    items: list[Event] = []
    total = 1
    offset = 0
    while offset < total:
        page = get(it, path, offset=offset, limit=limit).json()
        items += page["items"]
        total, offset = page["total"], offset + limit
    return items


def signed(it: Running, asked: Asked) -> bool:
    head = asked.headers
    said = f"{head['x-siapkerja-delivery']}.{head['x-siapkerja-timestamp']}.".encode() + asked.body
    right = hmac.new(it.text("push_secret").encode(), said, hashlib.sha256).hexdigest()
    return head["x-siapkerja-signature"] == f"v1={right}"


def test_without_the_token_nothing_is_said(siapkerja: Running) -> None:
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Basic eDp4"}):
        assert siapkerja.client.get(siapkerja.text("base") + "/v1/events", headers=headers).status_code == 401


def test_the_pages_are_all_events_each_once(siapkerja: Running) -> None:
    events = pulled(siapkerja, limit=17)
    assert [event["sequence"] for event in events] == sorted({event["sequence"] for event in events})
    assert len(events) == siapkerja.count("SELECT count(*) FROM events") > 0
    assert len({event["eventId"] for event in events}) == len(events)


def test_the_workers_are_the_last_word_on_each_registration(siapkerja: Running) -> None:
    last = {event["worker"]["cpmiId"]: event["worker"] for event in pulled(siapkerja)}
    assert {worker["cpmiId"]: worker for worker in pulled(siapkerja, "/v1/workers")} == last


def test_its_dates_have_an_offset_and_its_countries_two_letters(siapkerja: Running) -> None:
    for event in pulled(siapkerja):
        assert datetime.fromisoformat(event["occurredAt"]).utcoffset() is not None
        assert len(event["worker"]["application"]["destination"]) == 2


def test_wrong_questions_are_answered_as_wrong(siapkerja: Running) -> None:
    for query in ({"offset": "-1"}, {"limit": "0"}, {"limit": "1001"}, {"limit": "x"}):
        assert get(siapkerja, "/v1/events", **query).status_code == 422
    assert get(siapkerja, "/v1/x").status_code == 404


def test_every_event_is_pushed_once_in_order_and_signed(fresh: Running, tmp_path: Path) -> None:
    events = pulled(fresh)
    with receiver(tmp_path) as hub:
        aim(fresh, hub.url)
        until(lambda: len(hub.events()) >= len(events))
    assert hub.events() == events
    assert all(signed(fresh, it) for it in hub.deliveries)
    stamps = [int(it.headers["x-siapkerja-timestamp"]) for it in hub.deliveries]
    assert abs(stamps[-1] - time.time()) < 60
    changed = Asked("POST", "", {}, hub.deliveries[0].headers, hub.deliveries[0].body + b" ")
    assert not signed(fresh, changed)


def test_what_is_refused_comes_again_until_it_is_accepted(fresh: Running, tmp_path: Path) -> None:
    events = pulled(fresh)
    with receiver(tmp_path, refuse=2) as hub:
        aim(fresh, hub.url, after=len(events) - 3)
        until(lambda: len(hub.events()) >= 3)
    assert hub.events() == events[-3:]
    names = {it.headers["x-siapkerja-delivery"] for it in [*hub.refused, *hub.deliveries]}
    assert len(hub.refused) == 2
    assert len(names) == 1


def test_a_restart_goes_on_where_it_stopped(tmp_path: Path) -> None:
    make_home(tmp_path, "siapkerja")
    with receiver(tmp_path) as hub:
        with running(tmp_path, "siapkerja") as it:
            events = pulled(it)
            aim(it, hub.url, after=len(events) - 5)
            until(lambda: len(hub.events()) == 5)
        with running(tmp_path, "siapkerja"):
            time.sleep(1.5)
    assert hub.events() == events[-5:]


def test_nobody_at_the_target_loses_nothing(fresh: Running, tmp_path: Path) -> None:
    (fresh.home / "siapkerja" / "target.json").write_text('{"url": "http://127.0.')  # half written
    time.sleep(0.7)
    events = pulled(fresh)
    with receiver(tmp_path) as closed:
        url = closed.url
    aim(fresh, url, after=len(events) - 2)
    time.sleep(1)
    with receiver(tmp_path) as hub:
        aim(fresh, hub.url, after=len(events) - 2)
        until(lambda: len(hub.events()) >= 2)
    assert hub.events() == events[-2:]


def test_down_pushes_nothing_and_the_backlog_comes_by_itself(fresh: Running, tmp_path: Path) -> None:
    events = pulled(fresh)
    with receiver(tmp_path) as hub:
        with fresh.broken("down"):
            aim(fresh, hub.url, after=len(events) - 2)
            time.sleep(1.2)
            assert get(fresh, "/v1/events").status_code == 504
            assert not hub.deliveries
        until(lambda: len(hub.events()) >= 2)
    assert hub.events() == events[-2:]


def test_half_a_delivery_never_arrives_whole(fresh: Running, tmp_path: Path) -> None:
    events = pulled(fresh)
    with receiver(tmp_path) as hub:
        with fresh.broken("half_page"):
            aim(fresh, hub.url, after=len(events) - 2)
            time.sleep(1.2)
            assert not hub.deliveries
            with pytest.raises(httpx.RemoteProtocolError):
                get(fresh, "/v1/events")
        until(lambda: len(hub.events()) >= 2)


def test_a_broken_delivery_carries_the_breakage_and_a_right_signature(fresh: Running, tmp_path: Path) -> None:
    with fresh.broken("excel_nik"), fresh.broken("clock_skew", amount=3600), receiver(tmp_path) as hub:
        aim(fresh, hub.url)
        until(lambda: hub.deliveries)
    assert all("E+15" in event["worker"]["nationalId"] for event in hub.events())
    assert signed(fresh, hub.deliveries[0])
    assert int(hub.deliveries[0].headers["x-siapkerja-timestamp"]) - time.time() > 3000


def test_slow_is_late(siapkerja: Running) -> None:
    with siapkerja.broken("slow", amount=1):
        started = time.monotonic()
        get(siapkerja, "/v1/events", limit=1)
        assert time.monotonic() - started >= 1


def test_stale_gives_nothing_new(siapkerja: Running) -> None:
    whole = pulled(siapkerja)
    middle = datetime.fromisoformat(whole[len(whole) // 2]["occurredAt"])
    with siapkerja.broken("stale", at=middle):
        assert 0 < len(pulled(siapkerja)) < len(whole)


def test_duplicates_reordering_and_old_versions_show(siapkerja: Running) -> None:
    whole = pulled(siapkerja)
    with siapkerja.broken("duplicate"):
        doubled = pulled(siapkerja)
    assert len(doubled) > len(whole)
    assert {str(event) for event in doubled} == {str(event) for event in whole}
    with siapkerja.broken("reordered"):
        mixed = pulled(siapkerja)
    assert mixed != whole
    assert Counter(map(str, mixed)) == Counter(map(str, whole))
    with siapkerja.broken("old_versions"):
        replayed = pulled(siapkerja, limit=1000)
    sequences = [event["sequence"] for event in replayed]
    assert len(sequences) > len(whole)
    assert sequences != sorted(sequences)


def test_columns_codes_clock_bytes_and_niks_break(siapkerja: Running) -> None:
    with siapkerja.broken("renamed_column"):
        assert all("birthDate" in event["worker"] for event in pulled(siapkerja))
    with siapkerja.broken("new_code"):
        assert "ON_HOLD" in {event["worker"]["status"] for event in pulled(siapkerja)}
    first = pulled(siapkerja)[0]
    with siapkerja.broken("clock_skew"):
        later = pulled(siapkerja)[0]
    ahead = datetime.fromisoformat(later["occurredAt"]) - datetime.fromisoformat(first["occurredAt"])
    assert ahead == timedelta(hours=3)
    with siapkerja.broken("wrong_encoding"), pytest.raises(UnicodeDecodeError):
        get(siapkerja, "/v1/events").content.decode("utf-8")
    with siapkerja.broken("excel_nik"):
        assert all("E+15" in event["worker"]["nationalId"] for event in pulled(siapkerja))
    assert pulled(siapkerja)[0] == first


def test_the_secret_is_the_places_own(siapkerja: Running) -> None:
    place = Place(name="siapkerja", home=siapkerja.home, now=wall_clock)
    assert place.secret("push") == siapkerja.text("push_secret")
    assert (siapkerja.home / "keys" / "siapkerja-push.txt").stat().st_mode & 0o777 == 0o600
    assert NOW.tzinfo is not None
