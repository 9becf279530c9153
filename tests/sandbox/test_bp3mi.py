"""The help desks over real HTTP: whole books of Sundays, lines that vanish, and each breakage seen."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from sandbox.bp3mi.book import DEFECTS, desk_code, strikes, zone_of
from sandbox.nation import model
from sandbox.running import Address
from tests.sandbox.second_group_cast import (
    BATAM,
    NOW,
    broken,
    happening,
    person,
    running,
    spread,
    stated,
)

PREVENTED, RETURNED = 300, 200
LAST_SUNDAY = "2026-11-15"


def prevention(serial: int, at: datetime, *, by_hand: bool = True) -> model.Happening:
    who = person(serial)
    of = model.PreventionRecord(
        id=f"PV{serial}",
        serial=serial,
        person=who,
        stated=stated(who),
        at=at,
        place="Pelabuhan Batam Centre",
        region_code="2171",
        how="port",
        country="KHM",
        promised_job="Admin, CS",
        recruiter_name="Om Rudi",
        recruiter_phone="+6281288880000",
        handed_to="Polda",
        office="BP3MI Kepulauan Riau",
        by_hand=by_hand,
    )
    return happening("prevention.recorded", of, at)


def returned(serial: int, at: datetime) -> model.Happening:
    of = model.Return(
        id=f"RT{serial}",
        serial=serial,
        person=person(serial),
        passport_no="XD253038",
        at=at,
        point=BATAM,
        country="MYS",
        cause="deported",
        office="BP3MI Kepulauan Riau",
        by_hand=True,
        p3mi=None,
    )
    return happening("return.recorded", of, at)


def history() -> list[model.Happening]:
    typed = prevention(9999, NOW - timedelta(days=40), by_hand=False)
    return [*spread(PREVENTED, prevention), *spread(RETURNED, returned), typed]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sandbox")


@pytest.fixture(scope="module")
def reached(home: Path) -> Iterator[Address]:
    with running("bp3mi", home, history()) as (_, address):
        yield address


@pytest.fixture
def desks(reached: Address, home: Path) -> Iterator[httpx.Client]:
    broken(home, "bp3mi")
    headers = {"Authorization": f"Bearer {reached['token']}"}
    with httpx.Client(base_url=str(reached["base"]), headers=headers, timeout=10) as client:
        yield client
    broken(home, "bp3mi")


def book(desks: httpx.Client, name: str = "pencegahan", sunday: str = LAST_SUNDAY) -> list[dict[str, str]]:
    answer = desks.get(f"/rekap/{name}_{sunday}.csv")
    assert answer.status_code == 200 and "windows-1252" in answer.headers["content-type"]
    return list(csv.DictReader(io.StringIO(answer.content.decode("cp1252"), newline="")))


def written_before(sunday: str, happenings: list[model.Happening]) -> set[str]:
    end = datetime.fromisoformat(f"{sunday}T17:00:00+00:00")
    return {f"{h.of.serial:06d}" for h in happenings if h.at < end}  # type: ignore[union-attr]


def test_the_last_sunday_s_book_holds_every_line_written_by_hand_until_then(desks: httpx.Client) -> None:
    for name, written in (("pencegahan", spread(PREVENTED, prevention)), ("kepulangan", spread(RETURNED, returned))):
        numbers = {row["NO_REG"].split("/")[2] for row in book(desks, name)}
        assert numbers == written_before(LAST_SUNDAY, written)


def test_the_names_of_26_sundays_are_listed_newest_last(desks: httpx.Client) -> None:
    names = desks.get("/rekap/").json()["berkas"]
    assert len(names) == 52 and names == sorted(names, key=lambda n: (n.startswith("kepulangan"), n))
    assert names[25] == f"pencegahan_{LAST_SUNDAY}.csv"


def test_a_line_is_written_as_a_desk_writes(desks: httpx.Client) -> None:
    rows = book(desks)
    assert {row["NAMA"] for row in rows} >= {"Siti Nur\u2019aini"}
    row = rows[0]
    assert (row["TGL_JAM"], row["ZONA"]) == ("01.09.2026 09.00", "WIB")
    assert (row["NEGARA"], row["CARA"], row["DESK"]) == ("KAM", "PELABUHAN", "BP3MI Kepulauan Riau")
    assert all((row["USIA"] == "36") != (row["TGL_LAHIR"] == "12.05.1990") for row in rows)
    assert {row["NIK"] for row in rows} >= {"-"}


def test_a_line_written_twice_vanishes_and_a_wrong_one_is_corrected(desks: httpx.Client) -> None:
    double = next(n for n in range(1, 100) if strikes("written_twice", f"PV{n}"))
    sundays = ["2026-09-06", "2026-09-13", "2026-09-20", "2026-09-27", "2026-10-04", "2026-10-11"]
    there = [any(row["NO_REG"].endswith(f"{double:06d}/2026-B") for row in book(desks, sunday=day)) for day in sundays]
    assert True in there and there[-1] is False and there.index(True) < 5
    wrong = next(
        n for n in range(1, 100) if strikes("corrected_later", f"PV{n}") and not strikes("nik_not_asked", f"PV{n}")
    )
    niks = [row["NIK"] for day in sundays for row in book(desks, sunday=day) if f"/{wrong:06d}/" in row["NO_REG"]]
    assert len(set(niks)) <= 2 and niks[-1] == person(wrong).nik


def test_without_the_word_nothing_is_said(reached: Address, desks: httpx.Client) -> None:
    for headers in ({}, {"Authorization": "Bearer salah"}, {"Authorization": f"Basic {reached['token']}"}):
        assert httpx.get(f"{reached['base']}/rekap/", headers=headers).status_code == 401


@pytest.mark.parametrize("path", ["/", "/rekap/pencegahan_2026-11-16.csv", "/rekap/x.csv", "/rekap/../store.sqlite"])
def test_what_is_not_there_is_not_found(desks: httpx.Client, path: str) -> None:
    assert desks.get(path).status_code == 404


def test_down_slow_and_half_a_file(desks: httpx.Client, home: Path) -> None:
    broken(home, "bp3mi", "down")
    assert desks.get("/rekap/").status_code == 503
    broken(home, "bp3mi", "slow", amount=1)
    assert desks.get("/rekap/").elapsed > timedelta(seconds=0.9)
    broken(home, "bp3mi", "half_page")
    with pytest.raises(httpx.RemoteProtocolError):
        book(desks)


def test_a_stale_desk_brings_no_new_sundays(desks: httpx.Client, home: Path) -> None:
    broken(home, "bp3mi", "stale", since="2026-10-15T00:00:00+00:00")
    names = desks.get("/rekap/").json()["berkas"]
    assert names[25] == "pencegahan_2026-10-11.csv"
    assert desks.get(f"/rekap/pencegahan_{LAST_SUNDAY}.csv").status_code == 404


def test_lines_twice_in_another_order_or_of_weeks_ago(desks: httpx.Client, home: Path) -> None:
    whole = [row["NO_REG"] for row in book(desks)]
    broken(home, "bp3mi", "duplicate")
    twice = [row["NO_REG"] for row in book(desks)]
    assert len(twice) > len(whole) and set(twice) == set(whole)
    broken(home, "bp3mi", "reordered")
    other = [row["NO_REG"] for row in book(desks)]
    assert other != whole and sorted(other) == sorted(whole)
    broken(home, "bp3mi", "old_versions")
    old = [row["NO_REG"] for row in book(desks)]
    broken(home, "bp3mi")
    assert old == [row["NO_REG"] for row in book(desks, sunday="2026-10-25")] != whole


def test_a_renamed_column_a_new_code_excel_s_nik_and_a_wrong_clock(desks: httpx.Client, home: Path) -> None:
    broken(home, "bp3mi", "renamed_column", "new_code", "excel_nik", "clock_skew", amount=10_800)
    rows = book(desks)
    assert "NOMOR" in rows[0] and "NO_REG" not in rows[0]
    assert "OPERASI DRONE" in {row["CARA"] for row in rows}
    assert {row["NIK"] for row in rows} == {"9,90102E+15", "-"}
    assert rows[0]["TGL_JAM"] == "01.09.2026 12.00"


def test_a_wrong_encoding_is_full_of_zero_bytes(desks: httpx.Client, home: Path) -> None:
    broken(home, "bp3mi", "wrong_encoding")
    assert b"\0" in desks.get(f"/rekap/pencegahan_{LAST_SUNDAY}.csv").content


def test_desks_have_codes_and_clocks() -> None:
    assert desk_code("BP3MI Kepulauan Riau") == "KEPULAUANRIAU"
    assert [zone_of(code) for code in ("2171", "5271", "9471")] == ["WIB", "WITA", "WIT"]


def test_each_defect_strikes_about_its_stated_share_of_lines() -> None:
    for defect, (share, _) in DEFECTS.items():
        struck = sum(strikes(defect, f"K{number}") for number in range(20_000)) / 20
        assert abs(struck - share) < max(6, share * 0.1), defect
