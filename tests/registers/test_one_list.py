"""The one list: every register joined by person, each row with its law, clock and source; to the second, and to nobody without a door."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from suar.agencies.access import DoorShut, ReferenceMissing
from suar.audit.models import Entry
from suar.persons.access import CaseNotOpen
from suar.registers.access.one_list import MOST_LOOKED_UP, Filter, numbers_for
from suar.registers.access.one_list_rows import MOST, Sought
from suar.vault.queries import derived_id
from tests import cast
from tests.arrivals import arrive, send
from tests.registers.filed import (
    BAGUS,
    BANNED,
    DEFERRED,
    DELAYED,
    PREVENTED,
    RETURNED,
    RINI,
    SARI,
    agreed,
    at_the_list,
    filed,
    mark,
    minute,
    named,
    rows_of,
    whose,
)

pytestmark = pytest.mark.django_db(databases=["default", "protection"])
BAN_ENDS = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)  # the midnight after 30 November in Jakarta
SECOND = timedelta(seconds=1)
OF_SARI = {
    (SARI["full_name"], "passport_postponement", "A-1"),
    (SARI["full_name"], "prevention", "CGH/1"),
    (SARI["full_name"], "repatriation", "PM/1"),
}
EVERYTHING = OF_SARI | {
    (BAGUS["full_name"], "exit_ban", BANNED["decision_no"]),
    (RINI["full_name"], "departure_deferral", "TUNDA/1"),
}


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    cast.adopt()
    agreed()


# What stands there --------------------------------------------------------------------------------------------------------------------


def test_one_person_stands_once_with_every_row_of_every_source() -> None:
    filed()
    page = at_the_list()
    assert set(rows_of(page)) == EVERYTHING and len(rows_of(page)) == len(EVERYTHING)
    (sari,) = [group for group in page.groups if group.name == SARI["full_name"]]
    assert sari.person == whose("simkim", "sari") and {row["source"] for row in sari.rows} == {
        "simkim",
        "siskop2mi",
        "peduliwni",
    }
    assert (sari.birth_year, sari.nik_end, sari.marker) == ("1990", "0001", False)
    assert [group.name for group in page.groups] == [RINI["full_name"], SARI["full_name"], BAGUS["full_name"]], (
        "newest first"
    )


def test_each_row_says_its_law_its_clock_and_why() -> None:
    filed()
    said = {row["kind"]: row for group in at_the_list().groups for row in group.rows}
    ban, delay, deferral = said["exit_ban"], said["passport_postponement"], said["departure_deferral"]
    assert (ban["clock"], ban["until_at"], ban["confirmed"]) == ("in_force", BAN_ENDS, True)
    assert ban["left_s"] == (BAN_ENDS - cast.NOON - timedelta(hours=1)).total_seconds() and "UU 63/2024" in ban["law"]
    assert ban["why"] == {"code": "one_list.asked_by", "params": {"authority": "kpk"}}
    assert delay["why"]["code"] == "passport_reason.duplicate" and delay["clock"] == "in_force"
    assert (deferral["why"]["code"], deferral["where"]) == ("deferral_reason.document", "tpi.cgk")
    assert said["prevention"]["clock"] == said["repatriation"]["clock"] == "happened"
    assert said["prevention"]["left_s"] is None


def test_a_cancelled_duplicate_is_a_delay_that_is_over_and_a_new_passport_is_none() -> None:
    rows = [
        {
            "id": "A-2",
            "who": "bagus",
            **BAGUS,
            **DELAYED,
            "application_no": "A-2",
            "status": "cancelled",
            "reason": "incomplete_30_days",
        },
        {"id": "A-3", "who": "rini", **RINI, **DELAYED, "application_no": "A-3", "status": "approved", "reason": ""},
        {"id": "A-4", "who": "rini", **RINI, **DELAYED, "application_no": "A-4", "status": "cancelled", "reason": ""},
    ]
    arrive("simkim", "passport_application", rows)
    (group,) = at_the_list().groups
    assert group.name == BAGUS["full_name"]
    assert [(row["why"]["code"], row["clock"]) for row in group.rows] == [
        ("passport_reason.incomplete_30_days", "happened")
    ]
    assert not at_the_list(kept=Filter(in_force=True)).groups


def test_whoever_was_sent_home_is_a_repatriation_and_whoever_finished_his_contract_is_none() -> None:
    rows = [
        {"id": "PLG/1", "who": "bagus", **BAGUS, **RETURNED},
        {"id": "PLG/2", "who": "rini", **RINI, **RETURNED, "cause": "contract_end"},
    ]
    arrive("siskop2mi", "worker_return", rows)
    assert rows_of(at_the_list()) == [(BAGUS["full_name"], "repatriation", "PLG/1")]


# Numbers and filters ------------------------------------------------------------------------------------------------------------------


def test_numbers_are_those_of_the_rows_to_which_they_lead() -> None:
    filed()
    numbers = {one.kind: (one.rows, one.in_force) for one in numbers_for(cast.act(cast.RAKA, at=minute(60)))}
    for kind, (rows, in_force) in numbers.items():
        assert len(rows_of(at_the_list(kept=Filter(kind=kind)))) == rows
        assert in_force is None or len(rows_of(at_the_list(kept=Filter(kind=kind, in_force=True)))) == in_force
    assert sum(rows for rows, _ in numbers.values()) == len(EVERYTHING)
    assert numbers["prevention"] == (1, None) and numbers["exit_ban"] == (1, 1)


@pytest.mark.parametrize(
    "sought",
    [
        named("sari wulandari"),
        named("WOELANDARI"),  # the old spelling
        named("Hj. Sari Wulandari binti Rabiah"),
        Sought(typed=cast.SARI_NIK, nik=cast.SARI_NIK),
        Sought(typed="X9900001", passport_no="X9900001"),
    ],
)
def test_sari_is_found_with_all_her_rows_by_any_of_her_names_and_numbers(sought: Sought) -> None:
    filed()
    assert set(rows_of(at_the_list(sought=sought))) == OF_SARI


def test_a_number_that_another_source_states_finds_the_person_whose_entry_states_none() -> None:
    ban = {name: value for name, value in SARI.items() if name != "passport_no"}
    arrive("simkim", "exit_ban", [{"id": "IMI-9", "who": "sari", **ban, **BANNED}])
    arrive(
        "siskop2mi",
        "placement",
        [{"id": "p-9", "who": "w", **SARI, "country": "MYS", "status": "contracted", "contract_from": "2026-11-03"}],
    )
    found = at_the_list(sought=Sought(typed="X9900001", passport_no="X9900001"))
    assert [kind for _, kind, _ in rows_of(found)] == ["exit_ban"]


def test_nobody_else_is_found() -> None:
    filed()
    other = "9901014908980002"
    for sought in (named("Wulan"), named("Simanjuntak Wulandari"), Sought(typed=other, nik=other)):
        assert not at_the_list(sought=sought).groups


# Clock --------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("moment", "clock"), [(-SECOND, "in_force"), (timedelta(), "ended"), (SECOND, "ended")])
def test_a_ban_is_in_force_to_its_last_second_and_not_one_longer(moment: timedelta, clock: str) -> None:
    filed()
    at = BAN_ENDS + moment
    (group,) = at_the_list(kept=Filter(kind="exit_ban"), at=at).groups
    assert [row["clock"] for row in group.rows] == [clock]
    assert bool(at_the_list(kept=Filter(kind="exit_ban", in_force=True), at=at).groups) == (clock == "in_force")
    assert held_at_the_desk(at) == (clock == "in_force")


def test_every_kind_that_runs_is_in_force_from_its_first_second_to_its_last() -> None:
    filed()
    running = [
        (row["kind"], row["from_at"], row["until_at"])
        for one in at_the_list().groups
        for row in one.rows
        if row["clock"] == "in_force"
    ]
    assert {kind for kind, *_ in running} == {"exit_ban", "departure_deferral", "passport_postponement"}
    for kind, begins, ends in running:
        for at, clock in (
            (begins - SECOND, "to_come"),
            (begins, "in_force"),
            (ends - SECOND, "in_force"),
            (ends, "ended"),
            (ends + SECOND, "ended"),
        ):
            (group,) = at_the_list(kept=Filter(kind=kind), at=at).groups
            assert [row["clock"] for row in group.rows] == [clock], (kind, at)
            in_force = at_the_list(kept=Filter(kind=kind, in_force=True), at=at).groups
            assert bool(in_force) == (clock == "in_force"), (kind, at)


def held_at_the_desk(at: datetime) -> bool:
    """Whether the counter's own answer about Bagus rests on a ban at that second."""
    from suar.registers.queries import in_force_for

    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('suar.may_read', 'imigrasi', true)")
    return bool(in_force_for([derived_id("simkim", "bagus")], at))


def test_what_its_source_withdraws_is_gone_from_the_list_and_the_desk_within_a_second() -> None:
    ban = {"id": BANNED["decision_no"], "who": "bagus", **BAGUS, **BANNED, "lifted_on": ""}
    arrive("simkim", "exit_ban", [ban])
    assert at_the_list().groups and held_at_the_desk(minute(6))
    began = time.monotonic()
    send("simkim", [ban | {"status": "lifted", "lifted_on": BANNED["valid_from"], "version": "2"}], at=minute(5))
    assert not at_the_list(kept=Filter(kind="exit_ban")).groups
    assert not at_the_list(sought=named(BAGUS["full_name"])).groups
    assert time.monotonic() - began < 1
    assert not held_at_the_desk(minute(6))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM registers_key WHERE subject = %s", [derived_id("simkim", "bagus")])
        assert cursor.fetchone() == (0,), "what is gone is found by nothing"


# Doors --------------------------------------------------------------------------------------------------------------------------------


def test_another_agencys_rows_are_there_under_an_agreement_and_gone_with_it() -> None:
    filed()
    later = cast.NOON + timedelta(days=40_000)  # when no agreement holds any more
    assert {row["source"] for group in at_the_list(at=later).groups for row in group.rows} == {"simkim"}


def test_without_any_agreement_only_the_own_agencys_rows_are_there() -> None:
    from suar.agencies.models import Agreement

    filed()
    Agreement.objects.filter(giver_id="kemlu", purposes=["register_keeping"]).delete()
    assert {kind for _, kind, _ in rows_of(at_the_list())} == {
        "passport_postponement",
        "exit_ban",
        "departure_deferral",
        "prevention",
    }
    counted = {one.kind: one.rows for one in numbers_for(cast.act(cast.RAKA, at=minute(60)))}
    assert counted["repatriation"] == 0


def test_for_a_case_one_looks_up_whom_it_is_about_and_goes_through_nothing() -> None:
    filed()
    now = minute(60)
    cast.case(cast.DIAN, "QZ-1", at=now)
    assert not at_the_list(cast.DIAN, reference="QZ-1", at=now).groups
    page = at_the_list(cast.DIAN, named("Sari Wulandari"), reference="QZ-1", at=now)
    assert set(rows_of(page)) == OF_SARI and page.opens_persons and page.after is None
    with pytest.raises(ReferenceMissing):
        at_the_list(cast.DIAN, named("Sari Wulandari"), at=now)
    with pytest.raises(CaseNotOpen):
        at_the_list(cast.DIAN, named("Sari Wulandari"), reference="QZ-2", at=now)
    with pytest.raises(DoorShut):
        numbers_for(cast.act(cast.DIAN, at=now, reference="QZ-1"))


@pytest.mark.parametrize(
    "seat", [cast.BIMA, cast.AYU, cast.MADE, cast.RATNA, cast.LALU, cast.EKO, cast.NADIA, cast.WULAN]
)
def test_who_keeps_no_register_and_interviews_nobody_does_not_come_in(seat: cast.Seat) -> None:
    with pytest.raises(DoorShut):
        at_the_list(seat, named("Sari Wulandari"), reference="QZ-1")


def test_a_page_is_one_entry_that_names_everybody_on_it_and_keeps_what_was_typed_sealed() -> None:
    filed()
    before = Entry.objects.count()
    at_the_list(sought=named("Sari Wulandari"))
    (entry,) = Entry.objects.order_by("id")[before:]
    body = json.loads(bytes(entry.body))
    assert entry.what == "register.listed" and entry.shown
    assert set(entry.about) == {
        derived_id("simkim", "sari"),
        derived_id("siskop2mi", "w-sari"),
        derived_id("peduliwni", "PM/1"),
    }
    assert body["fields"] == ["birth_date", "full_name", "nik", "register"] and body["params"]["rows"] == 3
    assert "sealed" in body and "Wulandari" not in bytes(entry.body).decode()
    at_the_list(sought=named("Nobody Atall"))
    (nobody,) = Entry.objects.filter(what="register.listed", shown=False)
    assert nobody.about == []


# The marker ---------------------------------------------------------------------------------------------------------------------------


def test_of_a_victim_the_list_says_protection_desk_and_nothing_else() -> None:
    """Sari is marked. Whoever looks her up is told where to bring her; that she was brought home, or stopped by KP2MI, would tell the rest."""
    filed()
    mark("simkim", "sari", "Sari Wulandari")
    (sari,) = at_the_list(sought=named("Sari Wulandari")).groups
    assert sari.marker and [row["kind"] for row in sari.rows] == ["passport_postponement"]
    numbers = {one.kind: one.rows for one in numbers_for(cast.act(cast.RAKA, at=minute(60)))}
    assert numbers["repatriation"] == numbers["prevention"] == 0


def test_nobody_goes_through_the_marked() -> None:
    filed()
    mark("simkim", "sari", "Sari Wulandari")
    page = at_the_list()
    assert not any(group.marker for group in page.groups)
    assert not {kind for _, kind, _ in rows_of(page)} & {"repatriation", "prevention"}


def test_whoever_has_no_row_but_a_marker_is_found_by_name_and_by_number_until_it_ends() -> None:
    arrive(
        "siskop2mi",
        "placement",
        [{"id": "p-9", "who": "w", **SARI, "country": "MYS", "status": "contracted", "contract_from": "2026-11-03"}],
    )
    mark("siskop2mi", "w", "Sari Wulandari", days=2)
    for sought in (named("Sari Wulandari"), Sought(typed=cast.SARI_NIK, nik=cast.SARI_NIK)):
        (sari,) = at_the_list(sought=sought).groups
        assert sari.marker and sari.rows == []
        assert not at_the_list(sought=sought, at=cast.NOON + timedelta(days=2)).groups
    assert not at_the_list().groups


def test_the_page_of_the_marked_holds_no_word_of_it_but_the_desk() -> None:
    filed()
    mark("simkim", "sari", "Sari Wulandari", days=160)
    client = cast.browser(cast.RAKA)
    said = client.post("/daftar/satu/", {"q": "Sari Wulandari"}).content.decode()
    plain = client.post("/daftar/satu/", {"q": "Bagus Rahmat Simanjuntak"}).content.decode()
    assert "Meja pelindungan" in said and "Meja pelindungan" not in plain
    for word in ("LINDUNG-1", "KBRI", "BP3MI Jawa Timur", "PM/1", "CGH/1", "Kemen", "Penanda"):
        assert word not in said, word


# Pages --------------------------------------------------------------------------------------------------------------------------------


def many(count: int, *, at: datetime = cast.NOON) -> None:
    """So many people, every third of them deferred twice, every tenth five times."""
    rows: list[dict[str, Any]] = []
    for n in range(count):
        who = {
            "full_name": f"Orang Ke{'abcdefghij'[n // 10 % 10]}{'klmnopqrst'[n % 10]} Uji",
            "sex": "1",
            "birth_date": f"19{50 + n % 50}-0{1 + n % 9}-11",
        }
        for turn in range(5 if n % 10 == 0 else 2 if n % 3 == 0 else 1):
            on = cast.NOON - timedelta(hours=7 * n + 100 * turn)
            rows.append(
                {
                    "id": f"T/{n}/{turn}",
                    "who": f"o{n}",
                    **who,
                    **DEFERRED,
                    "deferred_at": on.isoformat(),
                    "expires_on": "",
                }
            )
    arrive("simkim", "departure_deferral", rows, at=at)


def test_paged_through_everybody_stands_once_with_all_his_rows_at_most_fifty_rows_a_page() -> None:
    many(90)
    seen: list[Any] = []
    after, pages = None, 0
    while pages == 0 or after:
        page = at_the_list(after=after)
        assert 0 < len(rows_of(page)) <= MOST
        seen += page.groups
        after, pages = page.after, pages + 1
    assert pages >= 3
    assert len({group.person for group in seen}) == len(seen) == 90
    wanted = [f"T/{n}/{turn}" for n in range(90) for turn in range(5 if n % 10 == 0 else 2 if n % 3 == 0 else 1)]
    assert sorted(row["number"] for group in seen for row in group.rows) == sorted(wanted)


def test_a_look_up_for_a_case_shows_ten_persons_and_says_that_there_are_more() -> None:
    many(30)
    now = minute(60)
    cast.case(cast.DIAN, "QZ-1", at=now)
    page = at_the_list(cast.DIAN, named("Uji"), reference="QZ-1", at=now)
    assert len(page.groups) == MOST_LOOKED_UP and page.more and page.after is None


def test_the_officer_pages_through_a_search_without_a_name_in_any_address() -> None:
    many(90)
    client = cast.browser(cast.RAKA)
    first = client.post("/daftar/satu/", {"q": "Uji"}).content.decode()
    after = first.split('name="after" value="')[-1].split('"')[0]
    second = client.post("/daftar/satu/", {"q": "Uji", "after": after}).content.decode()
    assert first.count("list__head") + second.count("list__head") > MOST // 2 and "?q=" not in first + second
    whole = client.get("/daftar/satu/").content.decode()
    onward = whole.split('href="/daftar/satu/?after=')[1].split('"')[0]
    assert client.get(f"/daftar/satu/?after={onward}").status_code == 200
    assert client.get("/daftar/satu/?after=nonsense").status_code == 422


def test_what_cannot_be_a_nik_is_said_at_its_field() -> None:
    answer = cast.browser(cast.RAKA).post("/daftar/satu/", {"q": "99010152059000"})
    assert answer.status_code == 422 and "NIK" in answer.content.decode()


def test_a_source_that_was_not_heard_is_named_where_nobody_is_found() -> None:
    said = cast.browser(cast.RAKA).post("/daftar/satu/", {"q": "Sari Wulandari"}).content.decode()
    assert "tidak ditemukan tidak berarti tidak tercatat" in said and "SISKOP2MI" in said


def test_the_page_says_in_words_what_the_row_says_in_codes() -> None:
    filed()
    said = cast.browser(cast.RAKA).get("/daftar/satu/").content.decode()
    for word in (
        "Permohonan ganda",
        "Pimpinan KPK",
        "Bandara Soekarno-Hatta",
        "Pemulangan",
        "UU 18/2017 Ps 72",
        BANNED["decision_no"],
    ):
        assert word in said, word
    assert cast.SARI_NIK not in said
    assert not PREVENTED["office"].startswith("tpi.") and "tpi.cgk" not in said
