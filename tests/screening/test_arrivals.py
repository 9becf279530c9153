"""A worker who leaves is announced to the mission of the destination, and to nobody else; what the mission reads, an agreement gives."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse

from suar.agencies.access import DoorShut
from suar.agencies.models import Agreement
from suar.core.act import Act
from suar.core.advice.values import Decision
from suar.core.errors import NotFound
from suar.exchange.queries import Row
from suar.exchange.queries.events import cloud_event
from suar.exchange.queries.sharing import entitled
from suar.registers.actions.protect import set_marker
from suar.screening.access.arrivals import arrival_for, arrivals_for
from suar.screening.actions.announce import announce_crossed
from suar.screening.actions.ask import screen
from suar.screening.actions.question import Asked
from suar.vault.queries import derived_id
from tests import cast
from tests.arrivals import arrive
from tests.screening.desk import decided, rows

pytestmark = pytest.mark.django_db(databases=["default", "protection"])
LATER = cast.NOON + timedelta(minutes=5)
SARI = {name: cast.SARI[name] for name in ("full_name", "birth_date", "sex", "passport_no", "nik")}
PLACED = {
    "country": "MYS", "status": "oriented", "contract_from": "2026-11-20", "contract_to": "2028-11-19", "region_code": "520201",
    "employer": "Ladang Sawit Rimbun", "job": "plantation_worker", "scheme": "p2p", "p3mi_name": "PT Cahaya Rinjani",
}  # fmt: skip
WORK = {"destination": "MYS", "declared_purpose": "work", "departure_date": "2026-11-22", "carrier": "GA 820"}
#: Maya's colleague looks after citizens in Hong Kong; his office is nobody's in the table of missions.
BUDI = cast.Seat("budi", "Budi Wicaksono", "mission_officer", "kemlu", "KJRI-HK", "PWNI-HK", "mission", "")


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    cast.adopt()
    cast.agree("kp2mi", "imigrasi", ["departure_screening"])
    cast.agree("imigrasi", "kp2mi", ["placement_verification"])


def gives(giver: str = "imigrasi", *classes: str, events: tuple[str, ...] = ()) -> Agreement:
    """An agreement under which Foreign Affairs is given these classes to protect people."""
    made = cast.agree(giver, "kemlu", ["protection"])
    made.classes, made.events = list(classes), list(events)
    made.save()
    return made


def to_the_mission() -> None:
    gives("imigrasi", "departure", events=("worker.departed",))
    gives("kp2mi", "placement")


def maya(at: datetime = LATER, reference: str = "") -> Act:
    return cast.act(cast.MAYA, at=at, reference=reference)


def asked(journey: dict[str, str]) -> UUID:
    question = Asked(
        purpose="departure", desk=cast.BIMA.desk, lane="A1", officer="", reference="CGK-A1-1", traveller=cast.SARI, journey=journey
    )  # fmt: skip
    act = cast.act(cast.BIMA, reference="CGK-A1-1")
    id_: UUID = screen(question, act=act, client="tests", key="", elapsed_ms=lambda: 1)
    return id_


def let_pass(journey: dict[str, str] | None = None) -> UUID:
    id_ = asked(WORK if journey is None else journey)
    decided(id_, Decision.ALLOW)
    return id_


def placed(**more: Any) -> None:
    arrive("siskop2mi", "placement", [{"id": "p-1", "who": "sari", **SARI, **PLACED, **more}])


def outgoing() -> list[tuple[str, ...]]:
    return rows("SELECT type, giver, classes::text, effect FROM exchange_outbox WHERE type = 'worker.departed'")


# law: UU 18/2017 Ps 21
def test_a_worker_who_is_let_pass_is_announced_to_the_mission_of_the_destination() -> None:
    to_the_mission()
    placed()
    let_pass()
    assert outgoing() == [("worker.departed", "imigrasi", "{departure}", "announced")]
    (row,) = arrivals_for(maya())
    assert (row["country"], row["contract"], row["how"], str(row["leaves_on"])) == (
        "MYS",
        "known",
        "decided",
        "2026-11-22",
    )
    told = arrival_for(maya(), row["id"])
    assert told["person"] == {
        "full_name": "Sari Wulandari",
        "passport_no": "X9900001",
        "sex": "2",
        "birth_year": "1990",
    }
    assert (
        told["contract_rows"]["employer"] == "Ladang Sawit Rimbun"
        and told["contract_rows"]["contract_to"] == "2028-11-19"
    )


def test_the_event_goes_to_foreign_affairs_alone_and_carries_ids_and_a_class() -> None:
    to_the_mission()
    let_pass()
    (row,) = told_rows()
    assert receivers() == ["kemlu"]
    body = str(cloud_event(row, "kemlu"))
    hidden = [str(row.thing), str(row.subject), *SARI.values(), "MYS", "GA 820"]
    assert not [word for word in hidden if len(word) > 1 and word in body]


def told_rows() -> list[Row]:
    return [
        Row(*one)
        for one in rows(
            "SELECT xid::text, id, at, type, giver, thing, subject, classes, effect FROM exchange_outbox WHERE type = 'worker.departed'"
        )
    ]


def receivers(at: datetime = LATER) -> list[str]:
    """Who gets such an event of Immigration's."""
    return [receiver for _, receiver in entitled(told_rows(), at)]


@pytest.mark.parametrize(
    "journey",
    [
        {"destination": "MYS", "declared_purpose": "tourism"},
        {"destination": "MYS"},
        {"declared_purpose": "work"},
    ],
)
def test_who_does_not_leave_to_work_and_who_names_no_country_is_announced_to_nobody(journey: dict[str, str]) -> None:
    to_the_mission()
    let_pass(journey)
    assert not outgoing() and not arrivals_for(maya())


def test_a_placed_worker_is_announced_whatever_was_declared() -> None:
    to_the_mission()
    placed()
    let_pass({"declared_purpose": "tourism"})
    assert [row["country"] for row in arrivals_for(maya())] == ["MYS"]


def test_who_was_not_let_pass_is_announced_to_nobody() -> None:
    to_the_mission()
    placed()
    decided(asked(WORK), Decision.INTERVIEW)
    assert not outgoing()


def crosses(**more: Any) -> None:
    crossing = {
        "id": "c-1",
        "who": "sari",
        **SARI,
        "crossed_at": "2026-11-21T04:40:00+00:00",
        "direction": "exit",
        "tpi": "cgk",
        "lane": "autogate",
        "result": "allowed",
        "next_country": "MYS",
    }
    arrive("simkim", "crossing", [crossing | more])


def test_a_recorded_crossing_of_a_placed_worker_is_announced_once_and_not_after_a_decision() -> None:
    to_the_mission()
    placed()
    crosses()
    assert announce_crossed(act=cast.hub(LATER)) == 1
    assert announce_crossed(act=cast.hub(LATER + timedelta(minutes=1))) == 0
    assert announce_crossed(act=cast.hub(LATER + timedelta(minutes=20))) == 0, "once, however often one looks"
    (row,) = arrivals_for(maya(LATER + timedelta(minutes=20)))
    assert (row["how"], row["place"], row["contract"]) == ("crossed", "cgk", "known")


@pytest.mark.parametrize("known", [True, False])
def test_the_crossing_that_follows_a_decision_is_the_same_departure(known: bool) -> None:
    """By the records of whoever is known, by the passport of whoever is not."""
    to_the_mission()
    if known:
        arrive(
            "simkim", "passport", [{"id": "p-9", "who": "sari", **SARI, "issued_on": "2024-01-05", "status": "active"}]
        )
    let_pass()
    crosses(purpose="work")
    assert announce_crossed(act=cast.hub(LATER)) == 0 and len(arrivals_for(maya())) == 1


def test_a_tourist_who_crosses_is_announced_to_nobody() -> None:
    to_the_mission()
    crosses(purpose="tourism")
    assert announce_crossed(act=cast.hub(LATER)) == 0


# law: UU 21/2007 Ps 44
def test_a_protection_marker_is_in_no_event_and_on_no_page_of_the_mission() -> None:
    """The same departure, of one who is marked and of one who is not: the same bytes but for the ids of the two departures."""
    to_the_mission()
    placed()
    plain = let_pass()
    set_marker(derived_id("siskop2mi", "sari"), act=cast.act(cast.RATNA, reference="K-1"))
    marked = let_pass()
    told = rows(
        "SELECT d.screening, o.type, o.giver, o.subject, o.classes::text, o.effect, d.country, d.purpose, d.placement, d.leaves_on"
        " FROM screening_departure d JOIN exchange_outbox o ON o.thing = d.id WHERE o.type = 'worker.departed' ORDER BY d.id"
    )
    assert {row[0] for row in told} == {plain, marked} and told[0][1:] == told[1][1:]
    shown = [arrival_for(maya(), row["id"]) | {"id": "", "at": ""} for row in arrivals_for(maya())]
    assert shown[0] == shown[1] and "marker" not in str(shown) and "protection" not in str(shown)


# Agreements and doors ----------------------------------------------------------------------------------------------------------------


def test_without_an_agreement_the_mission_is_told_and_shown_nothing() -> None:
    placed()
    let_pass()
    assert len(outgoing()) == 1 and not receivers()
    assert not arrivals_for(maya())


def test_an_agreement_for_another_class_gives_no_departure_and_an_expired_one_none_any_more() -> None:
    made = gives("imigrasi", "referral")
    let_pass()
    assert not arrivals_for(maya())
    made.classes = ["departure"]
    made.save()
    (row,) = arrivals_for(maya(LATER + timedelta(seconds=1)))
    made.until_at = LATER + timedelta(minutes=1)
    made.save()
    assert not arrivals_for(maya(LATER + timedelta(minutes=1)))
    with pytest.raises(NotFound):
        arrival_for(maya(LATER + timedelta(minutes=1)), row["id"])


def test_where_nobody_gives_placements_the_contract_is_not_given() -> None:
    gives("imigrasi", "departure")
    placed()
    let_pass()
    (row,) = arrivals_for(maya())
    assert row["contract"] == "not_given" and arrival_for(maya(), row["id"])["contract_rows"] == {}
    gives("kp2mi", "prevention")
    later = maya(LATER + timedelta(seconds=2))
    assert arrivals_for(later)[0]["contract"] == "not_given" and not arrival_for(later, row["id"])["contract_rows"]


def test_another_countrys_mission_sees_none_of_it() -> None:
    to_the_mission()
    let_pass()
    (row,) = arrivals_for(maya())
    budi = cast.act(BUDI, at=LATER)
    assert not arrivals_for(budi)
    with pytest.raises(NotFound):
        arrival_for(budi, row["id"])


def test_no_other_role_opens_it_and_every_look_is_on_record() -> None:
    to_the_mission()
    let_pass()
    (row,) = arrivals_for(maya())
    for seat in cast.SEATS:
        with pytest.raises(DoorShut):
            arrivals_for(cast.act(seat, purpose="protection"))
        with pytest.raises(DoorShut):
            arrival_for(cast.act(seat, purpose="protection"), row["id"])
    arrival_for(maya(), row["id"])
    kept = rows(
        "SELECT what, shown FROM audit_entry WHERE %s = ANY(about) AND what LIKE 'arrival.%%' ORDER BY id", row["id"]
    )
    assert sorted(kept) == [("arrival.listed", False), ("arrival.seen", True)]


def test_mayas_pages_open() -> None:
    to_the_mission()
    placed()
    let_pass()
    (row,) = arrivals_for(maya())
    browser = cast.browser(cast.MAYA)
    for address in (reverse("home"), reverse("arrivals")):
        assert browser.get(address).status_code == 200
    assert browser.get(reverse("arrival", args=[row["id"]])).status_code in {
        200,
        404,
    }  # by the day on which the test runs
