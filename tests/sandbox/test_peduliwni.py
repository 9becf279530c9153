"""Peduli WNI over real HTTP: everything once, continued by links, no answer without a password, breakages seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from lxml import etree

from sandbox.nation import model
from sandbox.peduliwni.defects import DEFECTS, strikes
from sandbox.running import Address
from tests.sandbox.second_group_cast import (
    BATAM,
    KHM,
    MOTHER,
    NOW,
    broken,
    happening,
    person,
    running,
    spread,
    stated,
)

PW = "{urn:go-id:kemlu:peduliwni:3}"
REPORTS = 240


def self_report(serial: int, at: datetime) -> model.Happening:
    who = person(serial)
    of = model.SelfReport(
        id=f"SR{serial}",
        serial=serial,
        person=who,
        stated=stated(who),
        passport_no=f"X{serial:07d}",
        country=KHM,
        city="Phnom Penh",
        arrived_on=at.date(),
        purpose="work",
        visa_kind="E-type",
        address_abroad="Street 51 <no. 9> & back",
        phone_abroad="+85512345678",
        contact=MOTHER,
        reported_at=at,
        status="arrived",
    )
    return happening("self_report.arrived", of, at)


def complaint(serial: int, at: datetime, *, channel: str = "peduliwni", victim: bool = True) -> model.Happening:
    of = model.Complaint(
        id=f"C{serial}",
        serial=serial,
        person=person(serial),
        known_as="Mbak Nur",
        at=at,
        channel=channel,  # type: ignore[arg-type]
        complainant=MOTHER,
        worker_phone="+85598765432",
        passport_no="",
        country=KHM,
        subject="forced_crime",
        account="Disuruh menipu lewat telepon.",
        p3mi=None,
        employer="",
        special=True,
        screened_victim=victim,
        status="open",
        closed_at=None,
    )
    return happening("complaint.filed", of, at)


def repatriation(serial: int, at: datetime) -> model.Repatriation:
    return model.Repatriation(
        id=f"R{serial}",
        serial=serial,
        person=person(serial),
        case_no=f"KS/2026/PNH/{serial:06d}",
        country=KHM,
        mission="KBRI Phnom Penh",
        cause="scam_hub",
        victim=True,
        travel_document="XD253038",
        planned_on=date(2026, 11, 10),
        arrived_on=None,
        carrier="GA867",
        point=BATAM,
        cost_usd=410,
        status="planned",
    )


def history() -> list[model.Happening]:
    at = NOW - timedelta(days=3)
    planned = repatriation(1, at)
    arrived = replace(planned, arrived_on=date(2026, 11, 12), status="arrived")
    return [
        *spread(REPORTS, self_report),
        complaint(1, at),
        complaint(2, at, channel="sipmi"),
        happening("repatriation.planned", planned, at),
        happening("repatriation.arrived", arrived, at + timedelta(days=2)),
    ]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sandbox")


@pytest.fixture(scope="module")
def reached(home: Path) -> Iterator[Address]:
    with running("peduliwni", home, history()) as (_, address):
        yield address


@pytest.fixture
def peduli(reached: Address, home: Path) -> Iterator[httpx.Client]:
    broken(home, "peduliwni")
    with httpx.Client(
        base_url=str(reached["base"]), auth=(str(reached["user"]), str(reached["password"])), timeout=10
    ) as client:
        yield client
    broken(home, "peduliwni")


def everything(peduli: httpx.Client, service: str, size: int = 100) -> list[etree._Element]:
    found: list[etree._Element] = []
    url: str | None = f"/layanan/v3/{service}?ukuran={size}"
    while url:
        answer = peduli.get(url)
        assert answer.status_code == 200
        found += list(etree.fromstring(answer.content))
        url = answer.links.get("next", {}).get("url")
    return found


def numbers(elements: list[etree._Element]) -> list[str]:
    return [str(element.get("nomor")) for element in elements]


def test_every_self_report_comes_once_whatever_the_page_size(peduli: httpx.Client) -> None:
    twice = sum(strikes("reported_twice", f"SR{serial}") for serial in range(1, REPORTS + 1))
    for size in (7, 100, 1000):
        found = numbers(everything(peduli, "laporan-diri", size))
        assert len(found) == len(set(found)) == REPORTS + twice


def test_a_row_says_when_it_changed_on_the_mission_s_own_clock(peduli: httpx.Client) -> None:
    first = everything(peduli, "laporan-diri")[0]
    assert first.get("diubah") == "2026-09-01T09:00:00+07:00"
    assert first.findtext(f"{PW}TanggalTiba") == "2026-09-01T00:00:00+07:00"
    assert first.findtext(f"{PW}Negara") == "KH" and first.get("perwakilan") == "KBRI-PNH"
    assert first.findtext(f"{PW}AlamatLN") == "Street 51 <no. 9> & back"


def test_only_complaints_made_at_a_mission_are_cases_and_a_victim_is_marked(peduli: httpx.Client) -> None:
    cases = everything(peduli, "kasus")
    assert numbers(cases) == ["KS/2026/PNH/000001"]
    assert cases[0].findtext(f"{PW}SkriningTPPO") == "KORBAN"
    assert cases[0].findtext(f"{PW}NamaDikenal") == "Mbak Nur"


def test_a_repatriation_changes_its_version_and_comes_again_after_the_mark(peduli: httpx.Client) -> None:
    (row,) = everything(peduli, "pemulangan")
    assert (row.get("versi"), row.get("status")) == ("2", "SAMPAI")
    assert row.findtext(f"{PW}Dokumen") == "XD253038" and row.findtext(f"{PW}JenisDokumen") == "SPLP"
    assert row.findtext(f"{PW}KorbanTPPO") == "YA"
    answer = etree.fromstring(peduli.get("/layanan/v3/pemulangan").content)
    again = peduli.get(f"/layanan/v3/pemulangan?sejak={answer.get('penanda')}")
    assert etree.fromstring(again.content).get("jumlah") == "0" and "next" not in again.links
    assert f"sejak={answer.get('penanda')}&" in again.links["resume"]["url"]


def test_without_the_password_nothing_is_said(reached: Address, peduli: httpx.Client) -> None:
    url = f"{reached['base']}/layanan/v3/kasus"
    for auth in (None, ("kl-suar", "salah"), ("lain", str(reached["password"]))):
        answer = httpx.get(url, auth=auth)
        assert answer.status_code == 401 and b"Mbak Nur" not in answer.content
        assert answer.headers["www-authenticate"].startswith("Basic")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/layanan/v3/lain", 404),
        ("/kasus", 404),
        ("/layanan/v3/kasus?ukuran=0", 400),
        ("/layanan/v3/kasus?ukuran=1001", 400),
        ("/layanan/v3/kasus?sejak=-1", 400),
        ("/layanan/v3/kasus?lanjut=%D9%A1", 400),
        ("/layanan/v3/kasus?lanjut=99999999999999999999", 400),
    ],
)
def test_a_wrong_question_is_named_in_xml(peduli: httpx.Client, path: str, status: int) -> None:
    answer = peduli.get(path)
    assert answer.status_code == status and etree.fromstring(answer.content).get("kode")


def test_down_is_a_gateway_error(peduli: httpx.Client, home: Path) -> None:
    broken(home, "peduliwni", "down")
    assert peduli.get("/layanan/v3/kasus").status_code == 502


def test_slow_answers_late(peduli: httpx.Client, home: Path) -> None:
    broken(home, "peduliwni", "slow", amount=1)
    assert peduli.get("/layanan/v3/kasus").elapsed > timedelta(seconds=0.9)


def test_stale_holds_back_what_was_recorded_since(peduli: httpx.Client, home: Path) -> None:
    broken(home, "peduliwni", "stale", since="2026-10-01T00:00:00+00:00")
    assert 0 < len(everything(peduli, "laporan-diri")) < REPORTS
    assert not everything(peduli, "kasus")


def test_half_a_page_breaks_off(peduli: httpx.Client, home: Path) -> None:
    broken(home, "peduliwni", "half_page")
    with pytest.raises(httpx.RemoteProtocolError):
        peduli.get("/layanan/v3/kasus")


def test_duplicates_are_the_same_rows_sent_again(peduli: httpx.Client, home: Path) -> None:
    whole = numbers(everything(peduli, "laporan-diri"))
    broken(home, "peduliwni", "duplicate")
    found = numbers(everything(peduli, "laporan-diri"))
    assert len(found) > len(whole) and set(found) == set(whole)


def test_reordered_rows_are_the_same_rows(peduli: httpx.Client, home: Path) -> None:
    whole = numbers(everything(peduli, "laporan-diri"))
    broken(home, "peduliwni", "reordered")
    found = numbers(everything(peduli, "laporan-diri"))
    assert found != whole and sorted(found) == sorted(whole)


def test_a_renamed_column_a_new_code_and_excel_s_nik(peduli: httpx.Client, home: Path) -> None:
    broken(home, "peduliwni", "renamed_column", "new_code", "excel_nik")
    found = everything(peduli, "laporan-diri")
    assert all(row.find(f"{PW}Lahir") is None and row.find(f"{PW}TanggalLahir") is not None for row in found)
    assert any(row.get("status") == "DITUNDA" for row in found)
    assert "9,90102E+15" in {row.findtext(f"{PW}NIK") for row in found}


def test_a_wrong_clock_moves_every_stamp(peduli: httpx.Client, home: Path) -> None:
    broken(home, "peduliwni", "clock_skew", amount=10_800)
    assert everything(peduli, "laporan-diri")[0].get("diubah") == "2026-09-01T12:00:00+07:00"


def test_a_wrong_encoding_is_no_longer_xml(peduli: httpx.Client, home: Path) -> None:
    broken(home, "peduliwni", "wrong_encoding")
    answer = peduli.get("/layanan/v3/laporan-diri")
    with pytest.raises(UnicodeDecodeError):
        answer.content.decode()
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(answer.content)


def test_old_versions_come_after_newer_ones(tmp_path: Path) -> None:
    at = NOW - timedelta(days=3)
    planned = [repatriation(serial, at) for serial in range(1, 41)]
    arrived = [replace(of, arrived_on=date(2026, 11, 12), status="arrived") for of in planned]
    kept = [
        *(happening("repatriation.planned", of, at) for of in planned),
        *(happening("repatriation.arrived", of, at + timedelta(days=1)) for of in arrived),
    ]
    with running("peduliwni", tmp_path, kept) as (_, address):
        broken(tmp_path, "peduliwni", "old_versions")
        with httpx.Client(
            base_url=str(address["base"]), auth=(str(address["user"]), str(address["password"]))
        ) as client:
            versions = [row.get("versi") for row in everything(client, "pemulangan")]
    assert versions[:40] == ["2"] * 40 and 0 < len(versions[40:]) < 40 and set(versions[40:]) == {"1"}


def test_each_defect_strikes_about_its_stated_share_of_rows() -> None:
    for defect, (share, _) in DEFECTS.items():
        struck = sum(strikes(defect, f"K{number}") for number in range(20_000)) / 20
        assert abs(struck - share) < max(6, share * 0.1), defect
