"""Simfoni PPA over real HTTP: workbooks of months, days as numbers or words, and each breakage seen."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import httpx
import openpyxl
import pytest

from sandbox.nation import model
from sandbox.running import Address
from sandbox.simfoni.cases import DEFECTS, excel_instant, long_date, strikes
from sandbox.simfoni.tppo import Cases, own_words
from tests.sandbox.second_group_cast import NOW, broken, happening, person, running, spread

SERVED, CLOSED = 240, 80
Sheet = list[dict[str, object]]


def service(serial: int, at: datetime) -> model.VictimService:
    return model.VictimService(
        id=f"VS{serial}",
        serial=serial,
        person=person(serial, sex=1 if serial % 4 == 0 else 2),
        case_no=f"PPA/{serial:05d}/2026",
        registered_at=at,
        happened_on=date(2026, 8, 17),
        unit="UPTD PPA Kabupaten Uji",
        region_code="990101",
        source="mission",
        form="trafficking",
        services=("pengaduan", "rehabilitasi sosial"),
        offender_relation="perekrut",
        witness=serial % 10 == 1,
        status="open",
    )


def history() -> list[model.Happening]:
    opened = spread(SERVED, lambda serial, at: happening("victim_service.registered", service(serial, at), at))
    closed = [h.of for h in opened[:CLOSED] if isinstance(h.of, model.VictimService)]
    at = NOW - timedelta(days=3)
    return [*opened, *(happening("victim_service.closed", replace(of, status="closed"), at) for of in closed)]


def entered(serials: range) -> list[int]:
    """The cases that a unit entered: every woman's, every witness's, few men's."""
    return [n for n in serials if n % 4 or n % 10 == 1 or not strikes("man_not_entered", f"VS{n}")]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sandbox")


@pytest.fixture(scope="module")
def reached(home: Path) -> Iterator[Address]:
    with running("simfoni", home, history()) as (_, address):
        yield address


@pytest.fixture
def simfoni(reached: Address, home: Path) -> Iterator[httpx.Client]:
    broken(home, "simfoni")
    headers = {str(reached["key_header"]): str(reached["api_key"])}
    with httpx.Client(base_url=str(reached["base"]), headers=headers, timeout=10) as client:
        yield client
    broken(home, "simfoni")


def sheets(simfoni: httpx.Client, month: str) -> dict[str, Sheet]:
    answer = simfoni.get(f"/unduh/Simfoni_PPA_{month}-01.xlsx")
    assert answer.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(answer.content), read_only=True, data_only=True)
    found: dict[str, Sheet] = {}
    for sheet in book.worksheets:
        rows = list(sheet.iter_rows(values_only=True, min_row=4))
        header = [str(name) for name in rows[0]]
        found[sheet.title] = [dict(zip(header, row, strict=True)) for row in rows[1:]]
    return found


def everything(simfoni: httpx.Client) -> Sheet:
    names = simfoni.get("/unduh/").json()["berkas"]
    assert names == sorted(names)
    return [row for name in names for sheet in sheets(simfoni, name[12:19]).values() for row in sheet]


def told(simfoni: httpx.Client) -> list[tuple[object, object]]:
    return [(row["No. Registrasi"], row["Revisi"]) for row in everything(simfoni)]


def test_every_case_entered_comes_in_the_workbook_of_the_month_it_changed_in(simfoni: httpx.Client) -> None:
    found = told(simfoni)
    assert len(found) == len(set(found)) == len(entered(range(1, SERVED + 1))) + len(entered(range(1, CLOSED + 1)))
    assert {number for number, _ in found} == {f"PPA/{n:05d}/2026" for n in entered(range(1, SERVED + 1))}
    november = sheets(simfoni, "2026-11")["Korban"]
    assert {row["Status Kasus"] for row in november if row["Revisi"] == 2} == {"Selesai"}


def test_witnesses_have_a_sheet_of_their_own(simfoni: httpx.Client) -> None:
    numbers = {row["No. Registrasi"] for row in sheets(simfoni, "2026-09")["Saksi"]}
    assert numbers and all(str(number).endswith("1/2026") for number in numbers)


def test_days_are_numbers_or_words_and_ages_stand_for_unknown_births(simfoni: httpx.Client) -> None:
    rows = everything(simfoni)
    assert {row["Tgl Kejadian"] for row in rows} == {46251, "17 Agustus 2026"}
    assert {row["Tanggal Lahir"] for row in rows} == {33005, "12 Mei 1990", None}
    assert all((row["Tanggal Lahir"] is None) == (row["Umur"] == 36) for row in rows)
    assert isinstance(rows[0]["Diubah"], float) and {row["NIK"] for row in rows} > {None}
    assert long_date(date(2026, 11, 21)) == "21 November 2026"
    assert excel_instant(datetime.fromisoformat("2026-11-21T12:00:00+07:00")) == 46347.5


def test_without_the_token_nothing_is_said(reached: Address, simfoni: httpx.Client) -> None:
    for headers in ({}, {"X-Token-Unit": "salah"}):
        for path in ("/unduh/", "/unduh/Simfoni_PPA_2026-11-01.xlsx"):
            assert httpx.get(f"{reached['base']}{path}", headers=headers).status_code == 401


@pytest.mark.parametrize(
    "path", ["/", "/unduh/Simfoni_PPA_2020-01-01.xlsx", "/unduh/x", "/unduh/Simfoni_PPA_٢٠٢٦-11-01.xlsx"]
)
def test_what_is_not_there_is_not_found(simfoni: httpx.Client, path: str) -> None:
    assert simfoni.get(path).status_code == 404


def test_down_is_a_friendly_page_under_200(simfoni: httpx.Client, home: Path) -> None:
    broken(home, "simfoni", "down")
    answer = simfoni.get("/unduh/Simfoni_PPA_2026-11-01.xlsx")
    assert answer.status_code == 200 and b"pemeliharaan" in answer.content
    assert not zipfile.is_zipfile(io.BytesIO(answer.content))


def test_slow_stale_and_half_a_workbook(simfoni: httpx.Client, home: Path) -> None:
    broken(home, "simfoni", "slow", amount=1)
    assert simfoni.get("/unduh/").elapsed > timedelta(seconds=0.9)
    whole = len(told_without_delay(simfoni, home))
    broken(home, "simfoni", "stale", since="2026-10-10T00:00:00+00:00")
    assert simfoni.get("/unduh/").json()["berkas"][-1] == "Simfoni_PPA_2026-10-01.xlsx"
    assert 0 < len(told(simfoni)) < whole
    broken(home, "simfoni", "half_page")
    with pytest.raises(httpx.RemoteProtocolError):
        sheets(simfoni, "2026-10")


def told_without_delay(simfoni: httpx.Client, home: Path) -> list[tuple[object, object]]:
    broken(home, "simfoni")
    return told(simfoni)


@pytest.mark.parametrize("what", ["duplicate", "reordered", "old_versions"])
def test_rows_twice_in_another_order_or_old_again(simfoni: httpx.Client, home: Path, what: str) -> None:
    whole = told(simfoni)
    broken(home, "simfoni", what)
    assert set(told(simfoni)) == set(whole) and told(simfoni) != whole
    assert (len(told(simfoni)) == len(whole)) == (what == "reordered")


def test_a_renamed_column_a_new_code_excel_s_nik_and_a_wrong_clock(simfoni: httpx.Client, home: Path) -> None:
    before = everything(simfoni)[0]["Diubah"]
    broken(home, "simfoni", "renamed_column", "new_code", "excel_nik", "clock_skew", amount=43_200)
    rows = everything(simfoni)
    assert all("Nama" in row and "Nama Lengkap" not in row for row in rows)
    assert "Kekerasan Berbasis Gender Online" in {row["Bentuk Kekerasan"] for row in rows}
    assert {row["NIK"] for row in rows} <= {None, "9,90101E+15", "9,90102E+15"}
    assert isinstance(before, float) and rows[0]["Diubah"] == pytest.approx(before + 0.5, abs=1e-5)


def test_a_wrong_encoding_is_a_web_page_under_another_name(simfoni: httpx.Client, home: Path) -> None:
    broken(home, "simfoni", "wrong_encoding")
    assert not zipfile.is_zipfile(io.BytesIO(simfoni.get("/unduh/Simfoni_PPA_2026-11-01.xlsx").content))


def test_mending_shows_what_was_so_all_along(simfoni: httpx.Client, home: Path) -> None:
    whole = everything(simfoni)
    broken(home, "simfoni", "excel_nik")
    assert everything(simfoni) != whole
    broken(home, "simfoni")
    assert everything(simfoni) == whole


def test_each_defect_strikes_about_its_stated_share_of_cases() -> None:
    for defect, (share, _) in DEFECTS.items():
        struck = sum(strikes(defect, f"K{number}") for number in range(20_000)) / 20
        assert abs(struck - share) < max(6, share * 0.1), defect


def test_a_case_of_trafficking_keeps_its_number_however_often_it_comes_and_none_loses_a_field(tmp_path: Path) -> None:
    cases = Cases(tmp_path)
    first = cases.take("e1", {"full_name": "Kirana", "acts": ["sending", "receipt"], "sex": 2}, NOW)
    assert [first, cases.take("e2", {"full_name": "Bulan"}, NOW), cases.take("e1", {"full_name": "Kirana"}, NOW)] == [
        "TPPO/00001/2026", "TPPO/00002/2026", "TPPO/00001/2026",
    ]  # fmt: skip
    row = cases.rows()[0]
    assert (row["proses"], row["jenis_kelamin"], row["nama_korban"]) == (
        "Pengiriman; Penerimaan",
        "Perempuan",
        "Kirana",
    )
    with pytest.raises(ValueError, match="no column for shoe_size"):
        own_words({"full_name": "Kirana", "shoe_size": "38"})
