"""What is read behind an event is what the agreement lists, for every agency, event, purpose and field: no more, and nothing unseen."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from suar.agencies.models import Agreement
from suar.audit.models import Entry
from suar.site.auth import now
from tests import cast, database
from tests.agreed import FIELD, PURPOSE, RECEIVER, adopt_agreements, without
from tests.arrivals import PROTECTION, arrive
from tests.exchange.machines import Machine, agree, happened
from tests.flows.test_outbox import settled
from tests.site.running.waiting import wait_until

PASSPORT = {
    "full_name": "Sari Wulandari",
    "passport_no": "X9900001",
    "issued_on": "2024-01-05",
    "expires_on": "2034-01-05",
    "status": "active",
}
PLACEMENT = {
    "full_name": "Sari Wulandari",
    "nik": cast.SARI_NIK,
    "country": "MYS",
    "employer": "Rumah Mawar",
    "contract_from": "2026-01-02",
    "status": "contracted",
}
REPORT = {
    "full_name": "Sari Wulandari",
    "country": "MYS",
    "city": "Ipoh",
    "arrived_on": "2026-02-03",
    "status": "arrived",
}
AS_SENT = {"self_report": {"reported_at": "2026-02-03T03:00:00+00:00"}}
#: What each giver's source states, by kind.
STATED = {
    ("imigrasi", "passport"): PASSPORT, ("kp2mi", "placement"): PLACEMENT, ("kemlu", "self_report"): REPORT,
}  # fmt: skip
SOURCES = {"imigrasi": "simkim", "kp2mi": "siskop2mi", "kemlu": "peduliwni"}
#: giver, receiver, purpose, class -> the fields agreed upon. Whatever is not here, nobody sees.
AGREED: dict[tuple[str, str, str, str], list[str]] = {
    ("imigrasi", "kp2mi", "placement_verification", "passport"): ["passport_no", "expires_on"],
    ("imigrasi", "polri", "register_keeping", "passport"): ["passport_no", "full_name", "issued_on"],
    ("kp2mi", "imigrasi", "departure_screening", "placement"): ["country", "contract_from"],
    ("kp2mi", "imigrasi", "passport_application", "placement"): ["country"],
    ("kp2mi", "kemlu", "protection", "placement"): ["country", "employer", "full_name"],
    ("kemlu", "kp2mi", "placement_verification", "self_report"): [],
    ("kemlu", "imigrasi", "departure_screening", "crossing"): ["city"],  # a class that this giver's events never name
}
AGENCIES = ("imigrasi", "kp2mi", "kemnaker", "kemlu", "polri", "kemenpppa", "disnaker", "ombudsman")
PURPOSES = (
    "departure_screening",
    "passport_application",
    "placement_verification",
    "protection",
    "repatriation",
    "register_keeping",
)


@pytest.fixture(autouse=True)
def policies(cloned_database: database.Copy) -> None:
    cast.adopt()
    cast.agencies()


def stated() -> None:
    for (giver, kind), values in STATED.items():
        arrive(SOURCES[giver], kind, [{"id": "1", "who": "1", **AS_SENT.get(kind, {}), **values}], at=now())


def agreements() -> None:
    for (giver, receiver, purpose, name), fields in AGREED.items():
        agree(giver, receiver, purposes=[purpose], classes=[name], fields={name: fields})


def view(machine: Machine, event: dict[str, Any], purpose: str) -> Any:
    return machine.get(f"events/{event['id']}/view", purpose=purpose)


def received() -> dict[tuple[str, str, str, str, str], Any]:
    """Everything that any machine gets of anything: giver, receiver, purpose, kind, field -> value."""
    found: dict[tuple[str, str, str, str, str], Any] = {}
    for agency in AGENCIES:
        machine = Machine(agency)
        for event in machine.everything():
            for purpose in PURPOSES:
                answer = view(machine, event, purpose)
                assert answer.status_code in {200, 403}, answer.content
                values = answer.json()["values"] if answer.status_code == 200 else {}
                found |= {
                    (event["data"]["giver"], agency, purpose, kind, name): value
                    for kind, named in values.items()
                    for name, value in named.items()
                }
    return found


def due() -> dict[tuple[str, str, str, str, str], Any]:
    """The same, as the table of agreements says it."""
    return {
        (giver, receiver, purpose, kind, name): STATED[giver, kind][name]
        for (giver, receiver, purpose, kind), fields in AGREED.items()
        if (giver, kind) in STATED
        for name in fields
    }


def test_every_agency_event_purpose_and_field_is_given_as_the_agreements_say_and_no_other() -> None:
    stated()
    agreements()
    wait_until(settled, seconds=60)
    assert received() == due()


@pytest.mark.parametrize("condition", [PURPOSE, RECEIVER, FIELD], ids=["purpose", "receiver", "field"])
def test_the_twin_whose_policy_forgets_a_condition_gives_too_much(condition: str) -> None:
    """The planted bugs: a reading is permitted whatever it was agreed for, to whomever, or whatever field is asked for."""
    stated()
    agreements()
    wait_until(settled, seconds=60)
    adopt_agreements(without(condition, "read", "look"))
    got = received()
    assert set(got) > set(due())


def passport_event(receiver: str = "kp2mi") -> tuple[Machine, dict[str, Any]]:
    arrive("simkim", "passport", [{"id": "1", "who": "1"} | PASSPORT], at=now())
    wait_until(settled, seconds=60)
    machine = Machine(receiver)
    [event] = machine.everything()
    return machine, event


def test_reading_stands_in_the_log_with_the_fields_that_were_shown() -> None:
    agree(
        "imigrasi",
        "kp2mi",
        purposes=["placement_verification"],
        classes=["passport"],
        fields={"passport": ["passport_no"]},
    )
    machine, event = passport_event()
    answer = view(machine, event, "placement_verification").json()
    assert answer["values"] == {"passport": {"passport_no": "X9900001"}}
    assert (answer["thing"], answer["subject"]) == (event["data"]["thing"], event["subject"])
    [entry] = Entry.objects.filter(what="events.viewed")
    said = json.loads(bytes(entry.body))
    assert entry.shown and said["fields"] == ["passport.passport_no"] and said["purpose"] == "placement_verification"
    assert len(entry.about) == 1 and said["reference"] == f"event {event['id']}"


def test_without_an_agreement_in_force_nothing_is_read_and_the_refusal_stands_in_the_log() -> None:
    made = agree("imigrasi", "kp2mi", purposes=["placement_verification"], fields={"passport": ["passport_no"]})
    machine, event = passport_event()
    other = view(machine, event, "departure_screening")
    assert (other.status_code, other.json()["code"]) == (403, "events.no_agreement")
    Agreement.objects.filter(id=made.id).update(until_at=now())
    ended = view(machine, event, "placement_verification")
    assert (ended.status_code, ended.json()["code"]) == (403, "events.no_agreement")
    refused = Entry.objects.filter(what="events.view_refused").order_by("id")
    assert [json.loads(bytes(one.body))["purpose"] for one in refused] == [
        "departure_screening",
        "placement_verification",
    ]
    assert not Entry.objects.filter(what="events.viewed").exists()


def test_an_id_that_was_told_to_another_is_no_id() -> None:
    for receiver in ("kp2mi", "polri"):
        agree("imigrasi", receiver, purposes=["placement_verification"], fields={"passport": ["passport_no"]})
    _, event = passport_event()
    [same] = Machine("polri").everything()
    assert same["id"] != event["id"] and same["data"]["thing"] != event["data"]["thing"]
    for shown in (event["id"], "0" * 32, "f" * 32, "x", event["id"].upper() + "0"):
        answer = Machine("polri").get(f"events/{shown}/view", purpose="placement_verification")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_purpose_that_no_machine_has_is_a_shut_door_and_a_narrow_token_sees_its_own_types() -> None:
    agree("imigrasi", "kp2mi", purposes=["placement_verification"], fields={"passport": ["passport_no"]})
    machine, event = passport_event()
    for purpose in ("oversight", "operations", "nothing"):
        answer = view(machine, event, purpose)
        assert (answer.status_code, answer.json()["code"]) == (403, "door.shut")
    narrow = Machine("kp2mi", ["events:register.acted"])
    assert view(narrow, event, "placement_verification").status_code == 403
    assert view(Machine("kp2mi", ["events:record.accepted"]), event, "placement_verification").status_code == 200


def test_an_event_whose_giver_row_is_behind_the_second_wall_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Row-level security is asked by itself: were the agreement read wrongly, the record would still not be there."""
    agree("imigrasi", "kp2mi", purposes=["placement_verification"], fields={"passport": ["passport_no"]})
    machine, event = passport_event()
    monkeypatch.setattr(
        "suar.exchange.access.view.fields_given",
        lambda *_: {"passport": frozenset({"passport_no", "full_name"})},
    )
    assert view(machine, event, "departure_screening").json()["values"] == {}


def test_what_lies_behind_the_protection_wall_is_told_to_nobody() -> None:
    for receiver in AGENCIES:
        agree("kemenpppa", receiver, events=("record.accepted", "record.returned", "batch.read"))
    service = {"case_no": "R-9", "status": "open", "registered_at": "2026-01-02T03:00:00+00:00", "full_name": "Mawar"}
    arrive("simfoni", "victim_service", [{"id": "1", "who": "1", **service}], wall=PROTECTION, at=now())
    happened("kemenpppa")  # the feed does give what is published
    wait_until(settled, seconds=60)
    assert [len(Machine(agency).everything()) for agency in AGENCIES] == [1] * len(AGENCIES)


def test_an_agreement_that_begins_tomorrow_shows_nothing_today() -> None:
    made = agree("imigrasi", "kp2mi", purposes=["placement_verification"], fields={"passport": ["passport_no"]})
    machine, event = passport_event()
    Agreement.objects.filter(id=made.id).update(from_at=now() + timedelta(days=1))
    assert view(machine, event, "placement_verification").status_code == 403
