"""Polri over a real SFTP server: signed, numbered, chained files of days that are over, and no way to write."""

from __future__ import annotations

import asyncio
import base64
import csv
import hashlib
import io
import json
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import asyncssh
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from sandbox.nation import model
from sandbox.polri.records import DEFECTS, strikes
from sandbox.running import Address
from tests.sandbox.second_group_cast import NOW, absorb, broken, happening, person, running, spread

T = TypeVar("T")
REPORTS = 60
ADVANCED = 12


def suspect(serial: int, *, wanted: bool = False) -> model.Suspect:
    return model.Suspect(
        id=f"S{serial}",
        serial=serial,
        person=person(9000 + serial, sex=1, name="Rudi Hartono"),
        full_name="Rudi Hartono",
        alias="Pak Haji; Om R",
        nik="",
        phone="+6281288880000",
        account_no="9990001112",
        role="recruiter",
        wanted=wanted,
        report_no=f"LP/B/{serial}/IX/2026/SPKT/POLDA UJI",
        region_code="9901",
    )


def report(serial: int) -> model.PoliceReport:
    return model.PoliceReport(
        id=f"LP{serial}",
        serial=serial,
        no=f"LP/B/{serial}/IX/2026/SPKT/POLDA UJI",
        found_by="reported",
        at=NOW - timedelta(days=20),
        unit="Polda Uji",
        region_code="9901",
        articles=("UU 21/2007 Ps 4", "UU 18/2017 Ps 81"),
        deed='Menjanjikan "kerja; gaji besar"\ndi luar negeri',
        victims=(
            model.PoliceVictim(person=person(2 * serial), child=False),
            model.PoliceVictim(person=person(2 * serial + 1, name="Dewi Ayu"), child=True),
        ),
        suspects=(suspect(serial),),
        evidence=("paspor", "tiket"),
        stage="inquiry",
    )


def filed(serial: int, at: Any) -> model.Happening:
    return happening("police_report.filed", report(serial), at)


def history() -> list[model.Happening]:
    later = [replace(report(serial), stage="investigation") for serial in range(1, ADVANCED + 1)]
    return [
        *spread(REPORTS, filed),
        *(happening("police_report.advanced", of, NOW - timedelta(days=2)) for of in later),
        happening("suspect.wanted", suspect(1, wanted=True), NOW - timedelta(days=1)),
    ]


@dataclass(frozen=True)
class Fetched:
    """All that lies in the folder: name -> bytes."""

    files: dict[str, bytes]
    key: Ed25519PublicKey

    def names(self, kind: str) -> list[str]:
        return sorted(name for name in self.files if name.startswith(f"{kind}_") and name.endswith(".csv"))

    def rows(self, kind: str) -> list[dict[str, str]]:
        return [row for name in self.names(kind) for row in self.rows_of(name)]

    def rows_of(self, name: str) -> list[dict[str, str]]:
        text = self.files[name].decode("utf-8-sig")
        first, _, rest = text.partition("\n")
        assert first.startswith("#POLRI;")
        return list(csv.DictReader(io.StringIO(rest), delimiter=";"))

    def manifest(self, name: str) -> dict[str, str]:
        said: dict[str, str] = json.loads(self.files[f"{name}.manifest"])
        return said

    def signed(self, name: str) -> bool:
        try:
            self.key.verify(base64.b64decode(self.files[f"{name}.sig"]), self.files[name])
        except InvalidSignature:
            return False
        return True


def talk(reached: Address, do: Callable[[asyncssh.SFTPClient], Coroutine[Any, Any, T]], **login: Any) -> T:
    """Log in (with the key unless told otherwise), check the host's key, do it, hang up."""
    login = login or {"username": reached["user"], "client_keys": [str(reached["key_file"])], "password": None}

    async def there() -> T:
        hosts = asyncssh.import_known_hosts(f"[{reached['host']}]:{reached['port']} {reached['host_key']}\n")
        async with (
            asyncssh.connect(
                str(reached["host"]),
                int(str(reached["port"])),
                known_hosts=hosts,
                config=None,
                agent_path=None,
                **login,
            ) as connection,
            connection.start_sftp_client() as sftp,
        ):
            return await do(sftp)

    return asyncio.run(asyncio.wait_for(there(), 20))


def fetch(reached: Address) -> Fetched:
    async def everything(sftp: asyncssh.SFTPClient) -> dict[str, bytes]:
        names = [str(name) for name in await sftp.listdir("kirim") if str(name) not in (".", "..")]
        found = {}
        for name in names:
            async with sftp.open(f"kirim/{name}", "rb") as file:
                found[name] = binary(await file.read())
        return found

    key = load_pem_public_key(str(reached["signing_key"]).encode())
    assert isinstance(key, Ed25519PublicKey)
    return Fetched(talk(reached, everything), key)


def binary(read: str | bytes) -> bytes:
    assert isinstance(read, bytes)
    return read


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sandbox")


@pytest.fixture(scope="module")
def reached(home: Path) -> Iterator[Address]:
    with running("polri", home, history()) as (_, address):
        yield address


@pytest.fixture(autouse=True)
def mended(home: Path) -> Iterator[None]:
    broken(home, "polri")
    yield
    broken(home, "polri")


def test_every_report_victim_and_suspect_comes_in_a_file_of_its_kind(reached: Address) -> None:
    fetched = fetch(reached)
    twice = sum(strikes("second_report", f"LP{serial}") for serial in range(1, REPORTS + 1))
    first_versions = [row for row in fetched.rows("LP") if row["VERSI"] == "1"]
    assert len(first_versions) == REPORTS + twice
    assert len(fetched.rows("KORBAN")) == 2 * (REPORTS + twice)
    assert len({row["ID_TSK"] for row in fetched.rows("TSK")}) == REPORTS
    row = next(row for row in first_versions if row["NO_LP"] == "LP/B/1/IX/2026/SPKT/POLDA UJI")
    assert row["URAIAN"] == 'Menjanjikan "kerja; gaji besar"\ndi luar negeri'
    assert (row["TGL_LAPOR"], row["JAM_LAPOR"], row["TAHAP"]) == ("20261101", "120000", "LIDIK")


def test_a_report_that_advanced_and_a_suspect_now_wanted_come_as_new_versions(reached: Address) -> None:
    fetched = fetch(reached)
    stages = [(r["VERSI"], r["TAHAP"]) for r in fetched.rows("LP") if r["NO_LP"].startswith("LP/B/1/")]
    assert stages == [("1", "LIDIK"), ("2", "SIDIK")]
    assert [(r["VERSI"], r["DPO"]) for r in fetched.rows("TSK") if r["ID_TSK"] == "TSK-000001"] == [
        ("1", "T"),
        ("2", "Y"),
    ]


def test_each_file_is_signed_counted_and_chained_to_the_one_before(reached: Address) -> None:
    fetched = fetch(reached)
    for kind in ("LP", "KORBAN", "TSK"):
        before = "-"
        for number, name in enumerate(fetched.names(kind), start=1):
            manifest = fetched.manifest(name)
            assert fetched.signed(name) and name.startswith(f"{kind}_{number:06d}_")
            assert int(manifest["jumlah"]) == len(fetched.rows_of(name)) and manifest["sebelum"] == before
            before = hashlib.sha256(fetched.files[name]).hexdigest()
            assert manifest["sha256"] == before


def test_a_child_is_named_by_initials_and_then_without_nik(reached: Address) -> None:
    children = [row for row in fetch(reached).rows("KORBAN") if row["GOL"] == "ANAK"]
    assert {"D.A."} < {row["NAMA"] for row in children}
    assert all(not row["NIK"] for row in children if row["NAMA"] == "D.A.")


def test_status_says_until_when_days_are_closed(reached: Address) -> None:
    async def status(sftp: asyncssh.SFTPClient) -> bytes:
        async with sftp.open("/STATUS.txt", "rb") as file:
            return binary(await file.read())

    said = talk(reached, status).decode()
    assert said.startswith("ditutup_sampai=20261121 0000\nLP=0000")


def test_a_day_that_is_not_over_is_not_told_and_a_late_row_comes_in_a_later_file(tmp_path: Path) -> None:
    clock = [NOW]
    today = [filed(1, NOW - timedelta(hours=1))]
    with running("polri", tmp_path, today, now=lambda: clock[0]) as (system, address):
        assert not fetch(address).names("LP")
        clock[0] += timedelta(days=1)
        assert fetch(address).names("LP") == ["LP_000001_20261121.csv"]
        absorb(system, [filed(2, NOW - timedelta(minutes=5))])
        fetched = fetch(address)
    assert fetched.names("LP") == ["LP_000001_20261121.csv", "LP_000002_20261121.csv"]
    assert [row["NO_LP"][:6] for row in fetched.rows_of("LP_000002_20261121.csv")] == ["LP/B/2"]


@pytest.mark.parametrize(
    "login",
    [
        {"username": "suar", "password": "salah", "client_keys": None},
        {"username": "root", "password": "", "client_keys": None},
        {"username": "suar", "password": None, "client_keys": [asyncssh.generate_private_key("ssh-ed25519")]},
    ],
)
def test_strangers_are_refused(reached: Address, login: dict[str, Any]) -> None:
    with pytest.raises(asyncssh.PermissionDenied):
        talk(reached, lambda sftp: sftp.listdir("kirim"), **login)


def test_the_password_serves_as_well_as_the_key(reached: Address) -> None:
    login = {"username": reached["user"], "password": reached["password"], "client_keys": None}
    assert "kirim" in talk(reached, lambda sftp: sftp.listdir("/"), **login)


def test_the_client_can_neither_write_nor_leave_nor_run_anything(reached: Address, home: Path) -> None:
    (home / "polri" / "rahasia.txt").write_text("rahasia")

    async def try_all(sftp: asyncssh.SFTPClient) -> list[str]:
        name = f"kirim/{(await sftp.listdir('kirim'))[-1]}"
        refused = []
        for attempt in (
            lambda: sftp.remove(name),
            lambda: sftp.rename(name, "kirim/lain"),
            lambda: sftp.mkdir("kirim/baru"),
            lambda: sftp.chmod(name, 0o777),
            lambda: sftp.truncate(name, 0),
            lambda: sftp.symlink("/etc/passwd", "kirim/tautan"),
            lambda: sftp.open("kirim/baru.csv", "wb"),
            lambda: sftp.open(name, "ab"),
            lambda: sftp.open("../rahasia.txt", "rb"),
            lambda: sftp.open("/../../store.sqlite", "rb"),
            lambda: sftp.open("/etc/passwd", "rb"),
        ):
            try:
                await attempt()
            except asyncssh.SFTPError as no:
                refused.append(type(no).__name__)
        return refused

    assert talk(reached, try_all) == ["SFTPPermissionDenied"] * 8 + ["SFTPNoSuchFile"] * 3

    async def shell() -> None:
        async with asyncssh.connect(
            str(reached["host"]),
            int(str(reached["port"])),
            known_hosts=None,
            config=None,
            username=str(reached["user"]),
            password=str(reached["password"]),
            client_keys=None,
        ) as connection:
            await connection.run("id")

    with pytest.raises(asyncssh.ChannelOpenError):
        asyncio.run(asyncio.wait_for(shell(), 20))


def test_down_hangs_up_before_the_log_in(reached: Address, home: Path) -> None:
    broken(home, "polri", "down")
    with pytest.raises((asyncssh.ConnectionLost, ConnectionError)):
        fetch(reached)


def test_slow_lists_late(reached: Address, home: Path) -> None:
    broken(home, "polri", "slow", amount=1)
    with pytest.raises(asyncio.TimeoutError):
        talk(reached, lambda sftp: asyncio.wait_for(sftp.listdir("kirim"), 0.7))


def test_stale_drops_nothing_after_the_moment(reached: Address, home: Path) -> None:
    whole = fetch(reached).names("LP")
    broken(home, "polri", "stale", since="2026-10-01T00:00:00+00:00")
    found = fetch(reached).names("LP")
    assert 0 < len(found) < len(whole) and max(name[-12:-4] for name in found) < "20261001"


def test_half_a_file_no_longer_fits_its_signature(reached: Address, home: Path) -> None:
    broken(home, "polri", "half_page")
    fetched = fetch(reached)
    name = fetched.names("LP")[0]
    assert not fetched.signed(name)
    assert fetched.manifest(name)["sha256"] != hashlib.sha256(fetched.files[name]).hexdigest()


@pytest.mark.parametrize("what", ["duplicate", "reordered", "old_versions"])
def test_rows_twice_in_another_order_or_old_again(reached: Address, home: Path, what: str) -> None:
    def told(fetched: Fetched) -> list[tuple[str, str]]:
        return [(row["NO_LP"], row["VERSI"]) for row in fetched.rows("LP")]

    whole = told(fetch(reached))
    broken(home, "polri", what)
    found = fetch(reached)
    assert all(found.signed(name) for name in found.names("LP")) and set(told(found)) == set(whole)
    if what == "reordered":
        assert told(found) != whole and len(told(found)) == len(whole)
    else:
        assert len(told(found)) > len(whole)


def test_a_renamed_column_a_new_code_and_excel_s_nik(reached: Address, home: Path) -> None:
    broken(home, "polri", "renamed_column", "new_code", "excel_nik")
    fetched = fetch(reached)
    assert all("NOMOR_LP" in row and "NO_LP" not in row for row in fetched.rows("LP"))
    assert "RJ" in {row["TAHAP"] for row in fetched.rows("LP")}
    assert {row["NIK"] for row in fetched.rows("KORBAN")} == {"", "9,90102E+15"}


def test_a_wrong_clock_and_a_wrong_encoding(reached: Address, home: Path) -> None:
    broken(home, "polri", "clock_skew", amount=10_800)
    fetched = fetch(reached)
    assert fetched.rows("LP")[0]["JAM_DATA"] == "120000"
    assert fetched.manifest(fetched.names("LP")[0])["ditutup"].endswith("0300")
    broken(home, "polri", "wrong_encoding")
    fetched = fetch(reached)
    assert b"\0" in fetched.files[fetched.names("LP")[0]]


def test_mending_shows_the_same_bytes_as_before(reached: Address, home: Path) -> None:
    whole = fetch(reached)
    broken(home, "polri", "renamed_column")
    assert fetch(reached).files != whole.files
    broken(home, "polri")
    assert fetch(reached).files == whole.files


def test_each_defect_strikes_about_its_stated_share_of_rows() -> None:
    for defect, (share, _) in DEFECTS.items():
        struck = sum(strikes(defect, f"K{number}") for number in range(20_000)) / 20
        assert abs(struck - share) < max(6, share * 0.1), defect
