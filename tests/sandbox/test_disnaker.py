"""The manpower offices over real HTTP: weekly bundles, a typed list of paper letters, and districts that say nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.disnaker.letters import DEFECTS, Districts, respaced, strikes, zone_of
from sandbox.nation import model
from sandbox.running import Address
from tests.sandbox.second_group_cast import NOW, broken, happening, person, running, spread, stated

DIGITAL, PAPER, CANCELLED = 400, 120, 60
JOINED, ON_PAPER, SILENT = "9901", "9916", "9917"


def letter(serial: int, at: datetime, *, kabupaten: str = JOINED, on_paper: bool = False) -> model.RecommendationLetter:
    who = person(serial)
    return model.RecommendationLetter(
        id=f"RL{serial}",
        serial=serial,
        person=who,
        stated=stated(who),
        no=f"560/{serial}/{kabupaten[:2]}.{kabupaten[2:]}/XI/2026",
        issued_on=at.date(),
        disnaker=kabupaten,
        disnaker_name="Disnaker Kabupaten Uji",
        p3mi=None,
        job_order_no="SIP2MI/1/2026",
        country="KOR",
        job="Worker",
        office=model.Office(name="Kantor Imigrasi Uji", region_code=kabupaten),
        signer="Kepala Dinas",
        on_paper=on_paper,
        status="issued",
        cancelled_on=None,
    )


def issued(of: model.RecommendationLetter, at: datetime) -> model.Happening:
    return happening("letter.issued", of, at)


def cancelled(of: model.RecommendationLetter) -> model.Happening:
    at = NOW - timedelta(days=2)
    return happening("letter.cancelled", replace(of, status="cancelled", cancelled_on=at.date()), at)


def history() -> list[model.Happening]:
    first = spread(DIGITAL, lambda serial, at: issued(letter(serial, at), at))
    paper = [letter(5000 + n, NOW - timedelta(days=40), kabupaten=ON_PAPER, on_paper=True) for n in range(PAPER)]
    old = [happened.of for happened in first[:CANCELLED]]
    return [
        *first,
        *(issued(of, NOW - timedelta(days=40)) for of in paper),
        issued(letter(6000, NOW - timedelta(days=30), kabupaten=SILENT, on_paper=True), NOW - timedelta(days=30)),
        issued(letter(6001, NOW - timedelta(days=1), on_paper=True), NOW - timedelta(days=1)),
        *(cancelled(of) for of in old if isinstance(of, model.RecommendationLetter)),
    ]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sandbox")


@pytest.fixture(scope="module")
def reached(home: Path) -> Iterator[Address]:
    with running("disnaker", home, history()) as (_, address):
        yield address


@pytest.fixture
def disnaker(reached: Address, home: Path) -> Iterator[httpx.Client]:
    broken(home, "disnaker")
    headers = {str(reached["key_header"]): str(reached["api_key"])}
    with httpx.Client(base_url=str(reached["base"]), headers=headers, timeout=10) as client:
        yield client
    broken(home, "disnaker")


def letters(disnaker: httpx.Client) -> list[dict[str, Any]]:
    weeks = [row["nama"] for row in disnaker.get("/bundel").json()["bundel"]]
    assert weeks == sorted(weeks)
    return [one for week in weeks for one in disnaker.get(f"/bundel/{week}").json()["surat"]]


def typed(disnaker: httpx.Client) -> list[dict[str, str]]:
    text = disnaker.get("/kertas/Rekap_surat_kertas.csv").content.decode()
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter="\t", quoting=csv.QUOTE_NONE))


def test_every_digital_letter_and_every_change_of_one_is_in_the_bundle_of_its_week(disnaker: httpx.Client) -> None:
    found = letters(disnaker)
    assert len(found) == DIGITAL + CANCELLED
    assert len({one["id"] for one in found}) == DIGITAL
    last = {one["id"]: one for one in found}["SRP-9901-0000001"]
    assert (last["rev"], last["status"], last["tgl_batal"]) == (2, "BATAL", "2026/11/19")
    assert last["dicatat"] == "2026/11/19 12:00:00" and last["zona"] == "WIB" and last["negara"] == "Korsel"
    assert last["pemohon"]["tgl_lahir"] == "1990/05/12"


def test_one_district_s_letters_come_each_once_as_they_stand(disnaker: httpx.Client) -> None:
    found = disnaker.get(f"/wilayah/{JOINED}/surat.json").json()["surat"]
    assert len(found) == len({one["id"] for one in found}) == DIGITAL
    assert sum(one["status"] == "BATAL" for one in found) == CANCELLED


def test_paper_letters_are_typed_in_days_later_and_badly(disnaker: httpx.Client) -> None:
    rows = typed(disnaker)
    assert {row["Kab"] for row in rows} == {ON_PAPER}  # the letter of yesterday still lies on somebody's desk
    assert len(rows) == PAPER
    assert all(row["Tgl Surat"] == "12/X/2026" and row["Tgl Lahir"] == "12/V/1990" for row in rows)
    nikless = sum(row["NIK"] == "-" for row in rows)
    assert nikless == sum(strikes("nik_not_typed", f"RL{5000 + n}") for n in range(PAPER)) > 0
    assert any(" / " in row["Nomor Surat"] for row in rows) and any(" / " not in row["Nomor Surat"] for row in rows)


def test_districts_that_are_not_joined_are_said_and_give_nothing(disnaker: httpx.Client) -> None:
    said = disnaker.get("/cakupan").json()["kabupaten_kota"]
    states = {row["kode"]: row["status"] for row in said}
    assert len(states) == 514 and set(states.values()) == {"TERHUBUNG", "KERTAS", "BELUM"}
    assert states["3573"] == "TERHUBUNG" and states["3527"] != "TERHUBUNG"
    districts = Districts()
    assert [districts.coverage(code) for code in (JOINED, ON_PAPER, SILENT)] == ["TERHUBUNG", "KERTAS", "BELUM"]
    for code in (ON_PAPER, SILENT):
        answer = disnaker.get(f"/wilayah/{code}/surat.json")
        assert answer.status_code == 404 and "belum terhubung" in answer.json()["pesan"]
    assert "6000" not in {row["No"] for row in typed(disnaker)}


def test_without_the_key_nothing_is_said(reached: Address, disnaker: httpx.Client) -> None:
    for headers in ({}, {"Kunci-Dinas": "salah"}):
        for path in ("/cakupan", "/bundel", "/kertas/Rekap_surat_kertas.csv", f"/wilayah/{JOINED}/surat.json"):
            assert httpx.get(f"{reached['base']}{path}", headers=headers).status_code == 403


@pytest.mark.parametrize(
    "path", ["/", "/bundel/2020-W01.json", "/bundel/..%2f", "/wilayah/99/surat.json", "/wilayah/%D9%A1234/surat.json"]
)
def test_what_is_not_there_is_not_found(disnaker: httpx.Client, path: str) -> None:
    assert disnaker.get(path).status_code == 404


def test_a_file_that_did_not_change_is_not_sent_again(disnaker: httpx.Client) -> None:
    tag = disnaker.get("/bundel/2026-W40.json").headers["etag"]
    assert disnaker.get("/bundel/2026-W40.json", headers={"If-None-Match": tag}).status_code == 304


def test_down_hangs_up_and_slow_is_late(disnaker: httpx.Client, home: Path) -> None:
    broken(home, "disnaker", "down")
    with pytest.raises(httpx.RemoteProtocolError):
        disnaker.get("/bundel")
    broken(home, "disnaker", "slow", amount=1)
    assert disnaker.get("/bundel").elapsed > timedelta(seconds=0.9)


def test_stale_holds_back_what_was_recorded_since(disnaker: httpx.Client, home: Path) -> None:
    broken(home, "disnaker", "stale", since="2026-10-15T00:00:00+00:00")
    found = letters(disnaker)
    assert 0 < len(found) < DIGITAL and max(one["dicatat"] for one in found) < "2026/10/15 07:00:01"
    assert len(typed(disnaker)) < PAPER


def test_half_a_bundle_and_half_a_list_break_off(disnaker: httpx.Client, home: Path) -> None:
    broken(home, "disnaker", "half_page")
    for path in ("/bundel/2026-W40.json", "/kertas/Rekap_surat_kertas.csv"):
        with pytest.raises(httpx.RemoteProtocolError):
            disnaker.get(path)


@pytest.mark.parametrize("what", ["duplicate", "reordered", "old_versions"])
def test_letters_twice_in_another_order_or_old_again(disnaker: httpx.Client, home: Path, what: str) -> None:
    def told() -> list[tuple[str, int]]:
        return [(one["id"], one["rev"]) for one in letters(disnaker)]

    whole, rows = told(), len(typed(disnaker))
    broken(home, "disnaker", what)
    assert set(told()) == set(whole)
    assert (len(told()) == len(whole)) == (what == "reordered") and told() != whole
    assert len(typed(disnaker)) > rows if what == "duplicate" else len(typed(disnaker)) == rows


def test_a_renamed_column_a_new_code_and_excel_s_nik(disnaker: httpx.Client, home: Path) -> None:
    broken(home, "disnaker", "renamed_column", "new_code", "excel_nik")
    found = letters(disnaker)
    assert all("nomor" in one and "no_surat" not in one for one in found)
    assert "DITANGGUHKAN" in {one["status"] for one in found}
    assert {one["pemohon"]["nik"] for one in found} == {"9,90102E+15"}
    assert {row["NIK"] for row in typed(disnaker)} == {"9,90102E+15", "-"} and "No. Surat" in typed(disnaker)[0]


def test_a_wrong_clock_and_a_wrong_encoding(disnaker: httpx.Client, home: Path) -> None:
    before = letters(disnaker)[0]["dicatat"]
    broken(home, "disnaker", "clock_skew", amount=10_800)
    assert (before, letters(disnaker)[0]["dicatat"]) == ("2026/09/01 09:00:00", "2026/09/01 12:00:00")
    broken(home, "disnaker", "wrong_encoding")
    with pytest.raises(UnicodeDecodeError):
        disnaker.get("/bundel/2026-W40.json").content.decode()
    with pytest.raises(UnicodeDecodeError):
        disnaker.get("/kertas/Rekap_surat_kertas.csv").content.decode()


def test_offices_write_their_own_clock() -> None:
    assert [zone_of(code) for code in ("3573", "5271", "9471")] == ["WIB", "WITA", "WIT"]
    assert respaced("560/1/35.73", "RL5001") in ("560/1/35.73", "560 / 1 / 35 .73")


def test_each_defect_strikes_about_its_stated_share_of_letters() -> None:
    for defect, (share, _) in DEFECTS.items():
        struck = sum(strikes(defect, f"K{number}") for number in range(20_000)) / 20
        assert abs(struck - share) < max(6, share * 0.1), defect
