"""A victim's case goes to Simfoni PPA in the standard, and to nobody else: consented to, signed, read through the view, answered with a number."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from django.db import transaction

from client.suar_client.__main__ import trial_key
from suar.agencies.access import DoorShut
from suar.core.errors import NotFound, Refusal
from suar.exchange.models import Outgoing
from suar.registers.queries.handed import HANDED_OVER
from suar.screening.access.cases import case_for, cases_for, origin_for
from suar.screening.actions.hand_over import agree, decline, hand_over, withdraw
from suar.site.api import audience
from suar.site.auth import now
from tests import cast, database
from tests.agencies.ceremony import Machine as OwnMachine
from tests.agreed import adopt_agreements
from tests.browser.conftest import served
from tests.exchange.machines import Machine
from tests.exchange.machines import agree as agreement
from tests.flows.test_complaint_to_desk import TOGETHER, Question, answers, books, taken_back
from tests.flows.test_outbox import settled
from tests.proving import Claim
from tests.sandbox.second_group_cast import running
from tests.screening.handing import (
    FIELDS,
    INTAN,
    KIRANA_NIK,
    MINUTE,
    REPORT,
    SECRETS,
    agreed,
    came,
    handed,
    intan,
    ratna,
    reported,
    wanted,
)
from tests.screening.lives import agreed as desks_agreed
from tests.site.running.waiting import wait_until

ORIGIN = audience().removesuffix("/api/v1/token")
EVERYBODY = (*cast.SEATS, cast.MAYA, cast.GITA, cast.BAYU, cast.YUDHA)
AGENCIES = ("imigrasi", "kp2mi", "kemnaker", "kemlu", "polri", "disnaker", "ombudsman")
TYPE = f"id.suar.{HANDED_OVER}"


@pytest.fixture
def committed(cloned_database: database.Copy) -> database.Copy:
    """A database of its own, in which what the test commits is seen by a served Suar and by the feed."""
    seats()
    return cloned_database


def seats() -> None:
    cast.adopt()
    for seat in (*EVERYBODY, INTAN):
        cast.seated(seat)


# The whole of it ----------------------------------------------------------------------------------------------------------------------


def told_where(folder: Path, address: str) -> None:
    """Simfoni is told where the hub is, and has a key that only it has."""
    OwnMachine(agency="kemenpppa", id="kemenpppa-simfoni", key=trial_key(folder / "our.pem"), scopes=["events"])
    words = {"base": address, "client": "kemenpppa-simfoni", "key": str(folder / "our.pem"), "origin": ORIGIN}
    (folder / "hub.json").write_text(json.dumps(words))


# law: UU 21/2007 Ps 46, 51
def test_a_case_is_received_by_simfoni_in_its_own_words_and_its_number_stands_on_the_officers_page(
    committed: database.Copy, tmp_path: Path
) -> None:
    agreed()
    cases = [handed(reported()), handed(came(), full_name="Sari Wulandari", nik=cast.SARI_NIK, birth_date="1990-05-12")]
    wait_until(settled, seconds=60)
    with served(committed) as address, running("simfoni", tmp_path, []) as (_, reached):
        told_where(tmp_path / "simfoni", address)
        wait_until(lambda: all(case_for(ratna(), one)["state"] == "received" for one in cases), seconds=60)
        rows = httpx.get(
            f"{reached['base']}/tppo/", headers={str(reached["key_header"]): str(reached["api_key"])}
        ).json()["kasus"]
    assert [row["nomor"] for row in rows] == [case_for(ratna(), one)["number"] for one in cases]
    kirana = rows[0]
    assert kirana["nama_korban"] == "Kirana Sasmitowati" and kirana["nik"] == KIRANA_NIK
    assert kirana["proses"] == "Perekrutan; Pengiriman" and kirana["cara"] == "Janji palsu; Dokumen ditahan"
    assert kirana["tujuan_eksploitasi"] == "Paksaan berbuat pidana" and kirana["negara_tujuan"] == "KHM"
    assert kirana["persetujuan"] == "Yang bersangkutan" and kirana["unit_perujuk"] == "PPT"
    page = cast.browser(cast.RATNA).get(f"/kasus/{cases[0]}/").content.decode()
    assert kirana["nomor"] in page


# To nobody else -----------------------------------------------------------------------------------------------------------------------


def shown_to(machine: Machine) -> set[str]:
    """What an agency gets of cases: by its feed, and by asking for the values for every purpose."""
    found = set()
    for event in machine.everything():
        if event["type"] == TYPE:
            found.add("event")
            for purpose in (
                "departure_screening",
                "passport_application",
                "placement_verification",
                "protection",
                "repatriation",
                "register_keeping",
            ):
                answer = machine.get(f"events/{event['id']}/view", purpose=purpose)
                if answer.status_code == 200 and answer.json()["values"]:
                    found.add(purpose)
    return found


def everybody_agreed() -> None:
    """Every agency has signed agreements that name the event and every class, for every purpose: what is not theirs must stay so all the same."""
    every = ["departure_screening", "protection", "register_keeping", "placement_verification", "operations"]
    for receiver in AGENCIES:
        for giver in ("suar", "polri", "kemenpppa"):
            agreement(
                giver, receiver, events=[HANDED_OVER], fields=dict.fromkeys(cast.classes(), FIELDS), purposes=every
            )


def to_the_agencies() -> dict[str, set[str]]:
    agreed()
    everybody_agreed()
    handed(reported())
    wait_until(settled, seconds=60)
    return {agency: shown_to(Machine(agency)) for agency in (*AGENCIES, "kemenpppa")}


# law: UU 21/2007 Ps 44
def test_the_event_and_its_values_go_to_the_services_for_protection_and_to_no_other_agency_whatever_is_signed(
    committed: database.Copy,
) -> None:
    got = to_the_agencies()
    assert got.pop("kemenpppa") == {"event", "protection"}
    assert set(map(frozenset, got.values())) == {frozenset()}


def test_the_twin_that_asks_the_agreements_alone_tells_other_agencies(committed: database.Copy) -> None:
    """The planted bug: a closed class is closed to nobody."""
    adopt_agreements("// nothing is closed\n", "sharing/closed")
    got = to_the_agencies()
    assert all("event" in got[agency] for agency in AGENCIES)


@pytest.mark.django_db(databases=["default", "protection"])
def test_no_other_role_sees_or_touches_a_case_by_any_door() -> None:
    seats()
    agreed()
    of = reported()
    case = handed(reported_again := came())
    others = [seat for seat in EVERYBODY if seat.role != "protection_officer"]
    doors: list[Callable[[Any], object]] = [
        cases_for, lambda act: case_for(act, case), lambda act: origin_for(act, of), lambda act: origin_for(act, reported_again),
        lambda act: hand_over(of, wanted(), act=act), lambda act: agree(case, act=act), lambda act: decline(case, act=act),
        lambda act: withdraw(case, act=act),
    ]  # fmt: skip
    opened = []
    for seat in others:
        for purpose in ("", "protection"):  # his own, and the one that would open
            act = cast.act(seat, at=now(), purpose=purpose, reference="K-1")
            for number, door in enumerate(doors):
                try:
                    door(act)
                except DoorShut:
                    continue
                opened.append((seat.role, purpose, number))
    assert len(others) * 2 * len(doors) >= 250 and opened == []


@pytest.mark.django_db(databases=["default", "protection"])
def test_nothing_of_the_victim_stands_on_any_other_roles_page_and_the_hub_counts_none() -> None:
    seats()
    agreed()
    case = handed(reported())
    shown = []
    for seat in (one for one in EVERYBODY if one.role != "protection_officer"):
        browser = cast.browser(seat)
        for path in ("/", "/antrean/", f"/kasus/{case}/", "/berbagi/", f"/cari/?reference=MLG-7&q={KIRANA_NIK}"):
            text = browser.get(path).content.decode()
            shown += [(seat.role, path, word) for word in (*SECRETS, str(case)) if word in text and word not in path]
    assert shown == []


# No desk's answer changes ---------------------------------------------------------------------------------------------------------------


@pytest.mark.prove
@pytest.mark.django_db(databases=["default", "protection"])
def test_a_case_handed_over_changes_no_answer_of_a_desk_not_even_about_the_victim(claim: Claim) -> None:
    seats()
    desks_agreed()
    agreed()
    for start in range(0, count := claim.number(small=8, large=400), TOGETHER):
        with taken_back():
            nothing_changes(books(min(TOGETHER, count - start), claim.seed + start))


def nothing_changes(asked: list[Question]) -> None:
    """Also the victim is asked about, at both desks."""
    victim: Question = ({name: str(REPORT[name]) for name in ("full_name", "nik", "birth_date", "sex")}, {}, {})
    asked += [victim, victim]
    before = answers(asked)
    of = reported()
    assert answers(asked) == before, "the sealed report alone"
    case = handed(of)
    assert answers(asked) == before, "the case"
    withdraw(case, act=ratna())
    assert answers(asked) == before


# Nothing lost between the walls ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(databases=["default", "protection"])
def test_a_case_kept_behind_the_wall_whose_event_was_lost_outside_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program died after the inner commit: what was written outside is gone."""
    from suar.screening.jobs.handed import tell_owed

    seats()
    agreed()
    of, at = reported(), now() - 2 * MINUTE
    point = transaction.savepoint()
    case = handed(of, at=at)
    transaction.savepoint_rollback(point)
    assert not events_of(case)
    assert tell_owed(act=cast.hub(at=now())) == 1
    assert tell_owed(act=cast.hub(at=now())) == 0
    assert [one.at for one in events_of(case)] == [at]


@pytest.mark.django_db(databases=["default", "protection"])
def test_what_was_told_or_waits_or_was_withdrawn_is_not_told_again() -> None:
    from suar.screening.jobs.handed import tell_owed

    seats()
    agreed()
    at = now() - 3 * MINUTE
    handed(reported(), at=at)
    waiting = handed(came(), "ppt", at=at, why="guardian_suspected", birth_date="2012-03-04")
    assert tell_owed(act=cast.hub(at=now())) == 0 and not events_of(waiting)
    agree(waiting, act=intan(at + MINUTE))
    assert len(events_of(waiting)) == 1
    assert tell_owed(act=cast.hub(at=now())) == 0


def events_of(case: UUID) -> list[Outgoing]:
    return list(Outgoing.objects.filter(type=HANDED_OVER, thing=case))


# The number comes back ------------------------------------------------------------------------------------------------------------------


def the_event(machine: Machine) -> str:
    (event,) = [one for one in machine.everything() if one["type"] == TYPE]
    return str(event["id"])


def numbered(machine: Machine, event: str, number: str, purpose: str = "protection") -> int:
    return int(machine.post(f"events/{event}/number?purpose={purpose}", {"number": number}).status_code)


def test_the_number_is_taken_once_from_the_receiver_and_from_nobody_else(committed: database.Copy) -> None:
    agreed()
    everybody_agreed()
    case = handed(reported())
    wait_until(settled, seconds=60)
    simfoni = Machine("kemenpppa")
    event = the_event(simfoni)
    for agency in AGENCIES:
        assert numbered(Machine(agency), event, "PALSU-1") == 404, "an id that was never made for it"
    assert numbered(simfoni, event, "") == 422 and numbered(simfoni, event, "TPPO\n1") == 422
    assert numbered(simfoni, event, "TPPO/00001/2026", "departure_screening") == 403
    assert numbered(Machine("kemenpppa", scopes=("events:record.accepted",)), event, "TPPO/00001/2026") == 403
    assert [numbered(simfoni, event, "TPPO/00001/2026") for _ in range(3)] == [201] * 3
    assert numbered(simfoni, event, "TPPO/00002/2026") == 409
    assert case_for(ratna(), case)["number"] == "TPPO/00001/2026"


def test_of_a_case_whose_consent_was_taken_back_nothing_is_read_and_no_number_is_taken(
    committed: database.Copy,
) -> None:
    agreed()
    case = handed(reported())
    wait_until(settled, seconds=60)
    simfoni = Machine("kemenpppa")
    event = the_event(simfoni)
    assert simfoni.get(f"events/{event}/view", purpose="protection").json()["values"]
    withdraw(case, act=ratna())
    assert simfoni.get(f"events/{event}/view", purpose="protection").json()["values"] == {}
    assert numbered(simfoni, event, "TPPO/00001/2026") == 404


@pytest.mark.django_db(databases=["default", "protection"])
def test_an_unknown_case_is_told_apart_from_anothers_by_nobody() -> None:
    seats()
    for door in (case_for, origin_for):
        with pytest.raises(NotFound):
            door(ratna(), uuid4())
    with pytest.raises(Refusal):
        case_for(cast.act(cast.BIMA, at=now(), reference="K-1"), uuid4())
