"""Dukcapil over real HTTP: verdicts per field, every outcome, every fault, and no value that it holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Literal

import httpx
import pytest

from sandbox.__main__ import main
from sandbox.breakage import read_breaks
from sandbox.dukcapil.system import ACCOUNTS, MOST_A_DAY
from sandbox.dukcapil.verdicts import similarity
from sandbox.nation import model
from sandbox.running import Address, Place
from sandbox.terms import Terms, keep_terms
from tests.sandbox.second_group_cast import HISTORY_FROM, NOW, broken, happening, person, running

SARI = person(1)


def entered(
    who: model.Person, status: Literal["active", "deceased", "duplicate", "inactive"], *, nik: str = ""
) -> model.Happening:
    of = model.RegistryEntry(
        person_id=who.id,
        nik=nik or who.nik,
        kk=who.kk,
        full_name=who.full_name,
        sex=who.sex,
        birth_date=who.birth_date,
        birth_place=who.birth_place,
        mother_name=who.mother_name,
        father_name=who.father_name,
        address=who.address,
        status=status,
        recorded_on=HISTORY_FROM.date(),
    )
    return happening("registry.entered", of, HISTORY_FROM)


REGISTER = [
    entered(SARI, "active"),
    entered(person(2), "deceased"),
    entered(person(3), "inactive"),
    entered(person(4), "active"),
    entered(person(5), "active", nik=person(4).nik),
    entered(person(6), "duplicate"),
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sandbox")


@pytest.fixture(scope="module")
def reached(home: Path) -> Iterator[Address]:
    with running("dukcapil", home, REGISTER) as (_, address):
        yield address


@pytest.fixture(autouse=True)
def mended(home: Path) -> Iterator[None]:
    broken(home, "dukcapil")
    yield
    broken(home, "dukcapil")


def ask(reached: Address, **values: str | int) -> dict[str, str]:
    sent = {
        "USER_ID": reached["user"],
        "PASSWORD": reached["password"],
        "IP_USER": reached["address"],
        "NIK": SARI.nik,
        "NAMA_LGKP": SARI.full_name,
        **values,
    }
    answer = httpx.post(f"{reached['base']}{reached['path']}", json=sent, timeout=10)
    assert answer.status_code == 200
    (said,) = answer.json()["content"]
    assert isinstance(said, dict)
    return said


def test_each_value_sent_gets_its_verdict_and_nothing_else_is_said(reached: Address) -> None:
    said = ask(
        reached, TGL_LHR="12-MAY-1990", JENIS_KLMIN="Perempuan", NAMA_LGKP_IBU="Suminah", NO_KEC="990102", TRESHOLD=90
    )
    assert said == {
        "NIK": "Sesuai",
        "NAMA_LGKP": "Sesuai (100)",
        "NAMA_LGKP_IBU": "Tidak Sesuai (71)",
        "TGL_LHR": "Sesuai",
        "JENIS_KLMIN": "Sesuai",
        "NO_KEC": "Tidak Sesuai",
    }


@pytest.mark.parametrize("born", ["13-MAY-1990", "12-05-1990", "31-FEB-1990", "May", "12-MAY-٢٠٢٠"])
def test_a_birth_date_that_differs_or_cannot_be_read_does_not_agree(reached: Address, born: str) -> None:
    assert ask(reached, TGL_LHR=born)["TGL_LHR"] == "Tidak Sesuai"


@pytest.mark.parametrize(
    ("nik", "code", "words"),
    [
        ("9901015205909999", "13", "Data Not Found"),
        (person(2).nik, "14", "Meninggal Dunia"),
        (person(4).nik, "15", "Data Ganda"),
        (person(6).nik, "15", "Data Ganda"),
        (person(3).nik, "16", "Data Inactive"),
    ],
)
def test_every_outcome_without_a_verdict(reached: Address, nik: str, code: str, words: str) -> None:
    said = ask(reached, NIK=nik)
    assert said["RESPONSE_CODE"] == code and words in said["RESPONSE_DESC"] and "NAMA_LGKP" not in said


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"PASSWORD": "salah"}, "02"),
        ({"USER_ID": "SIAPA"}, "02"),
        ({"IP_USER": "203.0.113.9"}, "03"),
        ({"NIK": ""}, "01"),
        ({"NAMA_LGKP": ""}, "01"),
        ({"TRESHOLD": "101"}, "01"),
        ({"TRESHOLD": "-1"}, "01"),
    ],
)
def test_every_fault_of_a_call(reached: Address, values: dict[str, str], code: str) -> None:
    assert ask(reached, **values)["RESPONSE_CODE"] == code


@pytest.mark.parametrize("body", [b"", b"[]", b'{"NIK": {"a": 1}}', b"\xff", b'{"NIK": 1.5}', b"[" * 5000])
def test_a_body_that_is_no_request_is_incomplete(reached: Address, body: bytes) -> None:
    answer = httpx.post(f"{reached['base']}{reached['path']}", content=body)
    assert answer.status_code == 200 and answer.json()["content"][0]["RESPONSE_CODE"] == "01"


def test_accounts_that_are_switched_off(reached: Address, home: Path) -> None:
    place = Place(name="dukcapil", home=home, now=lambda: NOW)
    for account, code in zip(ACCOUNTS[1:], ("06", "07"), strict=True):
        said = ask(reached, USER_ID=account.user, PASSWORD=place.secret(f"password-{account.user}"))
        assert said["RESPONSE_CODE"] == code


@pytest.mark.parametrize(
    ("what", "code"),
    [("quota", "05"), ("login", "02"), ("ip", "03"), ("user_inactive", "06"), ("agency_inactive", "07")],
)
def test_every_refusal_of_access_is_switched_on_and_off_from_the_command_line(
    reached: Address, home: Path, what: str, code: str
) -> None:
    keep_terms(home, Terms(seed=1, people=1, history_until=NOW.isoformat(), frozen=True, rate=1, made=True))
    assert main(["break", "dukcapil", what, "--home", str(home)]) == 0
    assert read_breaks(home / "dukcapil" / "breaks.json").keys() == {what}
    said = ask(reached)
    assert said["RESPONSE_CODE"] == code and "NAMA_LGKP" not in said
    assert main(["mend", "dukcapil", "--home", str(home)]) == 0
    assert ask(reached)["NAMA_LGKP"] == "Sesuai (100)"


def test_a_refusal_costs_nothing_of_the_quota(reached: Address, home: Path) -> None:
    used = sum(file.stat().st_size for file in (home / "dukcapil").glob("kuota-*"))
    for what in ("quota", "login", "ip", "user_inactive", "agency_inactive"):
        broken(home, "dukcapil", what)
        ask(reached)
    assert sum(file.stat().st_size for file in (home / "dukcapil").glob("kuota-*")) == used


def test_the_quota_of_the_day_ends_and_the_next_day_has_its_own(tmp_path: Path) -> None:
    clock = [NOW]
    with running("dukcapil", tmp_path, REGISTER, now=lambda: clock[0]) as (_, address):
        (tmp_path / "dukcapil" / "kuota-SUAR01-20261121").write_bytes(b"." * (MOST_A_DAY - 1))
        assert ask(address)["NAMA_LGKP"] == "Sesuai (100)"
        assert ask(address)["RESPONSE_CODE"] == "05"
        clock[0] += timedelta(hours=13)
        assert ask(address)["NAMA_LGKP"] == "Sesuai (100)"


def test_it_lists_nothing(reached: Address) -> None:
    for path in ("/", "/dukcapil/verifikasi", "/dukcapil/penduduk"):
        assert httpx.get(f"{reached['base']}{path}").status_code == 404


def test_down_hangs_up_and_slow_is_late(reached: Address, home: Path) -> None:
    broken(home, "dukcapil", "down")
    with pytest.raises(httpx.RemoteProtocolError):
        ask(reached)
    broken(home, "dukcapil", "slow", amount=1)
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(f"{reached['base']}{reached['path']}", content=b"{}", timeout=0.5)


def test_a_renamed_field_a_new_outcome_and_half_an_answer(reached: Address, home: Path) -> None:
    broken(home, "dukcapil", "renamed_column")
    assert "NAMA_LENGKAP" in ask(reached)
    broken(home, "dukcapil", "new_code")
    assert {ask(reached, NIK=f"99010252059{n:05d}").get("RESPONSE_CODE") for n in range(40)} == {"13", "88"}
    broken(home, "dukcapil", "half_page")
    with pytest.raises(httpx.RemoteProtocolError):
        ask(reached)


@pytest.mark.parametrize(
    ("left", "right", "score"),
    [("SARI", "SARI", 100), ("NUR'AINI", "NURAINI", 93), ("", "SARI", 0), ("BUDI", "SARI", 25)],
)
def test_similarity_runs_from_0_to_100(left: str, right: str, score: int) -> None:
    assert similarity(left, right) == score
