"""The kit against a real Suar: a receiver as its page writes it, cut off in the middle, and the engineer's own checks."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from client.suar_client import Hub, Place, Refused, follow, verified_webhook, webhook_key
from client.suar_client.__main__ import trial_key
from client.suar_client.check_feed import check_feed
from suar.site.api import audience
from suar.vault.queries.webhook import public_keys
from tests import cast, database
from tests.agencies.ceremony import Machine
from tests.browser.conftest import served
from tests.client.servers import Answer, serving
from tests.exchange.delivering import acknowledged, delivering, opened, prepared
from tests.exchange.delivering import happened as posted
from tests.exchange.delivering import ids as posted_ids
from tests.exchange.machines import agree, happened
from tests.flows.test_outbox import settled
from tests.house import rules
from tests.site.running.waiting import wait_until

ORIGIN = audience().removesuffix("/api/v1/token")


@pytest.fixture
def hub(cloned_database: database.Copy, tmp_path: Path) -> Iterator[Hub]:
    """KP2MI's machine at a served Suar, with a key that only it has."""
    cast.adopt()
    cast.agencies()
    Machine(id="kp2mi-sistem", key=trial_key(tmp_path / "our.pem"))
    agree("imigrasi", "kp2mi")
    with served(cloned_database) as address, Hub(address, "kp2mi-sistem", tmp_path / "our.pem", origin=ORIGIN) as it:
        yield it


def many(count: int) -> None:
    for _ in range(count):
        happened("imigrasi", "record.accepted", "passport")
    wait_until(settled, seconds=60)


def test_every_event_is_handled_once_in_effect_though_the_receiver_dies(hub: Hub, tmp_path: Path) -> None:
    many(250)
    place, kept, seen = Place(tmp_path / "place"), list[str](), set[str]()

    def handle(event: Mapping[str, Any]) -> None:
        if event["id"] in seen:
            return
        if len(kept) in (30, 170) and not dying.pop(len(kept), True):
            raise KeyboardInterrupt
        seen.add(str(event["id"]))
        kept.append(str(event["id"]))

    dying = {30: False, 170: False}
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            follow(hub, place, handle, once=True)
    follow(hub, place, handle, once=True)
    assert len(kept) == len(set(kept)) == 250
    assert follow(hub, place, handle, once=True) == 0  # and from its place nothing comes again


def test_a_cursor_that_is_spoilt_on_its_way_holds_nobody_up(hub: Hub, tmp_path: Path) -> None:
    many(3)
    spoilt: list[str] = []

    def spoils(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        kept = {name: said for name, said in headers.items() if name in ("authorization", "content-type", "accept")}
        answer = hub.http.request(method, path, headers=kept, content=body)
        said = answer.content
        if path.startswith("/api/v1/events?") and len(spoilt) < 2:
            spoilt.append(answer.json()["next"])
            said = said.replace(spoilt[-1].encode(), spoilt[-1].swapcase().encode())
        return answer.status_code, said, {"content-type": answer.headers["content-type"]}

    place, kept = Place(tmp_path / "place"), list[str]()
    with serving(spoils) as line, Hub(line, hub.client, hub.key, origin=ORIGIN) as over:
        for _ in range(2):
            with pytest.raises(Refused) as why:
                follow(over, place, lambda event: kept.append(str(event["id"])), once=True)
            assert why.value.code == "events.cursor" and place.read() == ""
        follow(over, place, lambda event: kept.append(str(event["id"])), once=True)
        assert len(kept) == 9 and len(set(kept)) == 3
        assert follow(over, place, lambda event: kept.append(str(event["id"])), once=True) == 0 and place.read()


def test_the_checks_of_the_engineer_hold_and_say_what_does_not(hub: Hub) -> None:
    many(3)
    lines = {name: (holds, said) for name, holds, said in check_feed(hub).lines}
    failed = {name for name, (holds, _) in lines.items() if not holds}
    assert failed <= {"our own records are fresh at the hub"}, lines  # nothing was pulled here
    assert lines["each event is the hub's own"] == (True, "3 verified")


def test_whoever_has_another_key_is_refused_everywhere(hub: Hub, tmp_path: Path) -> None:
    trial_key(tmp_path / "other.pem")
    with Hub(hub.base, "kp2mi-sistem", tmp_path / "other.pem", origin=ORIGIN) as other, pytest.raises(Refused) as why:
        other.events()
    assert why.value.code == "auth.assertion"


def test_at_the_terminal_it_prints_each_event_and_goes_on_from_its_place(hub: Hub, tmp_path: Path) -> None:
    def said() -> list[str]:
        words = [
            "follow", "--once", "--hub", hub.base, "--origin", ORIGIN, "--client", "kp2mi-sistem", "--key", str(tmp_path / "our.pem"),
            "--place", str(tmp_path / "place"),
        ]  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-m", "client.suar_client", *words], cwd=rules.ROOT, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    many(5)
    assert len(said()) == 5
    assert said() == []
    many(2)
    assert len(said()) == 2


def test_what_the_hub_posts_to_an_agency_is_what_the_kit_takes(cloned_database: database.Copy) -> None:
    prepared()
    taken: list[str] = []

    def take(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        taken.append(verified_webhook(headers, body, keys)["id"])
        return 204, b"", {}

    with serving(take) as address:
        endpoint = opened(f"{address}/")
        keys = [webhook_key(one) for one in public_keys(endpoint)]
        with delivering():
            events = [posted() for _ in range(3)]
            acknowledged(events)
    assert sorted(taken) == sorted(posted_ids(events))
