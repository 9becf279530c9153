"""Whoever begins learns how things are, then how they change, over one cursor: nothing is lost between the two."""

from __future__ import annotations

from typing import Any

import pytest

from suar.exchange.queries import views
from suar.site.auth import now
from tests import cast, database
from tests.arrivals import arrive, send
from tests.exchange.machines import Machine, agree
from tests.exchange.test_view import PASSPORT
from tests.flows.test_outbox import settled
from tests.site.running.waiting import wait_until


@pytest.fixture(autouse=True)
def policies(cloned_database: database.Copy) -> None:
    cast.adopt()
    cast.agencies()
    agree(
        "imigrasi", "kp2mi", purposes=["placement_verification"], classes=["passport"],
        fields={"passport": ["passport_no", "status"]},
    )  # fmt: skip


def passport(id_: str, version: str, status: str, **more: str) -> dict[str, str]:
    return (
        {"id": id_, "who": id_, **PASSPORT, "passport_no": f"X990000{id_}", "version": version, "status": status}
        | {"gone": "no"}
        | more
    )


def seen(machine: Machine, events: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """What the machine reads behind each event: number and status."""
    answers = [machine.get(f"events/{one['id']}/view", purpose="placement_verification").json() for one in events]
    values = [answer["values"].get("passport", {}) for answer in answers]
    return [(one.get("passport_no", ""), one.get("status", "")) for one in values]


def story() -> None:
    """Three passports; the first is lost, the second's record is taken back."""
    arrive("simkim", "passport", [passport(id_, "1", "active") for id_ in ("1", "2", "3")], at=now())
    send("simkim", [passport("1", "2", "lost"), passport("2", "2", "active", gone="yes")], at=now())
    wait_until(settled, seconds=60)


def test_the_beginning_leaves_out_what_was_overtaken_and_the_feed_goes_on_from_there() -> None:
    story()
    kp2mi = Machine("kp2mi")
    assert len(kp2mi.everything()) == 5
    fed = kp2mi.feed(standing="true")
    assert sorted(seen(kp2mi, fed["events"])) == [("X9900001", "lost"), ("X9900003", "active")]
    send("simkim", [passport("3", "2", "revoked")], at=now())
    wait_until(settled, seconds=60)
    tail = kp2mi.feed(after=fed["next"])
    assert seen(kp2mi, tail["events"]) == [("X9900003", "revoked")]


def test_what_changes_between_two_pages_is_not_lost() -> None:
    story()
    kp2mi = Machine("kp2mi")
    first = kp2mi.feed(standing="true", limit=1)
    assert seen(kp2mi, first["events"]) == [("X9900003", "active")] and first["more"]
    send("simkim", [passport("1", "3", "revoked"), passport("3", "2", "lost")], at=now())
    wait_until(settled, seconds=60)
    rest = kp2mi.feed(standing="true", after=first["next"])
    assert sorted(seen(kp2mi, rest["events"])) == [("X9900001", "revoked"), ("X9900003", "lost")]


def test_the_twin_that_forgets_who_was_overtaken_tells_of_the_past(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted bug: everything stands."""
    monkeypatch.setitem(views.standing, "record.accepted", set)
    story()
    kp2mi = Machine("kp2mi")
    assert ("X9900001", "active") in seen(kp2mi, kp2mi.feed(standing="true")["events"])


def test_another_agencys_agreement_is_still_asked() -> None:
    story()
    assert Machine("polri").feed(standing="true")["events"] == []
