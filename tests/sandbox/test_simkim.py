"""SIMKIM over real HTTP: tokens, cursors, the change feed, the signed list of exit bans, and each breakage."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from sandbox.simkim.codes import PURPOSES
from tests.sandbox.running_nation import NOW, Running, local, make_home, running

Row = dict[str, Any]
TODAY = "2026-11-21"


@pytest.fixture(scope="module")
def simkim(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home = tmp_path_factory.mktemp("simkim")
    make_home(home, "simkim")
    with running(home, "simkim") as it:
        yield it


def token(it: Running, secret: str | None = None) -> httpx.Response:
    form = {"grant_type": "client_credentials", "client_id": it.text("client_id")}
    return it.client.post(it.text("token_url"), data={**form, "client_secret": secret or it.text("client_secret")})


def get(it: Running, path: str, **query: str | int) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token(it).json()['access_token']}"}
    return it.client.get(it.text("base") + path, params=query, headers=headers)


def pages(it: Running, path: str, cursor: str = "kursor", size: int = 200, **query: str) -> list[Row]:
    """Every row, page by page."""
    rows: list[Row] = []
    at, more = "", True
    while more:
        page = get(it, path, ukuran=size, **{cursor: at}, **query).json()
        rows += page["data"]
        at, more = page["halaman"]["kursor"], page["halaman"]["masih_ada"]
    return rows


def applications(it: Running) -> list[Row]:
    return pages(it, "/api/v2/permohonan")


def test_without_a_token_nothing_is_said(simkim: Running) -> None:
    for path in ("/api/v2/permohonan", "/api/v2/perubahan", "/cegah", f"/cegah/{TODAY}.csv"):
        bare = simkim.client.get(simkim.text("base") + path)
        forged = simkim.client.get(simkim.text("base") + path, headers={"Authorization": "Bearer x"})
        assert (bare.status_code, forged.status_code) == (401, 401)
    assert token(simkim, secret="wrong").status_code == 401


def test_a_token_ends(simkim: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    headers = {"Authorization": f"Bearer {token(simkim).json()['access_token']}"}
    url = simkim.text("base") + "/api/v2/paspor"
    assert simkim.client.get(url, headers=headers).status_code == 200
    later = time.monotonic() + 901
    monkeypatch.setattr("sandbox.simkim.door.time.monotonic", lambda: later)
    assert simkim.client.get(url, headers=headers).status_code == 401


@pytest.mark.parametrize(
    ("entity", "number"),
    [
        ("permohonan", "nomor_permohonan"),
        ("paspor", "nomor_paspor"),
        ("perlintasan", "id_perlintasan"),
        ("penundaan", "nomor_penundaan"),
    ],
)
def test_the_pages_of_an_entity_are_its_rows_each_once(simkim: Running, entity: str, number: str) -> None:
    rows = pages(simkim, f"/api/v2/{entity}", size=37)
    first = get(simkim, f"/api/v2/{entity}", ukuran=5).json()
    assert (len(first["data"]), first["halaman"]["jumlah"], first["data"]) == (5, 5, rows[:5])
    numbers = [row[number] for row in rows]
    assert len(set(numbers)) == len(numbers)
    assert len(numbers) == simkim.count("SELECT count(DISTINCT nomor) FROM berkas WHERE entitas = ?", entity) > 0
    assert get(simkim, f"/api/v2/{entity}/{numbers[0]}").json() == rows[0]


def test_the_change_feed_has_every_version_in_order_and_goes_on_from_any_place(simkim: Running) -> None:
    whole = pages(simkim, "/api/v2/perubahan", "sejak", size=1000)
    assert len(whole) == simkim.count("SELECT count(*) FROM berkas")
    seen: dict[str, int] = {}
    for row in (row for row in whole if "nomor_permohonan" in row and "pemohon" in row):
        assert row["versi"] == seen.get(row["nomor_permohonan"], 0) + 1
        seen[row["nomor_permohonan"]] = row["versi"]
    first = get(simkim, "/api/v2/perubahan", ukuran=10).json()
    then = get(simkim, "/api/v2/perubahan", ukuran=10, sejak=first["halaman"]["kursor"]).json()
    assert first["data"] + then["data"] == whole[:20]


def test_a_cursor_that_simkim_never_gave_is_refused(simkim: Running) -> None:
    good = get(simkim, "/api/v2/paspor", ukuran=1).json()["halaman"]["kursor"]
    for wrong in ("x", "MTIz", "é", good[:-2] + "AA", "A" * 400):
        assert get(simkim, "/api/v2/paspor", kursor=wrong).status_code == 400
    assert get(simkim, "/api/v2/perlintasan", kursor=good).status_code == 400
    assert get(simkim, "/api/v2/paspor", ukuran=1001).status_code == 400
    assert get(simkim, "/api/v2/paspor", ukuran="banyak").status_code == 400


def test_its_dates_codes_and_defects_are_its_own(simkim: Running) -> None:
    rows = applications(simkim)
    for row in rows:
        local(row["diubah_pada"], "%d-%m-%Y %H:%M:%S")
        local(row["pemohon"]["tgl_lahir"], "%d-%m-%Y")
        assert row["tujuan"] in PURPOSES.values()
        assert row["pemohon"]["nama"] == row["pemohon"]["nama"].upper()
    assert {row["pemohon"]["jk"] for row in rows} == {"L", "P"}
    assert any(row["pemohon"]["tgl_lahir"].startswith("01-01-") for row in rows)


def bans(it: Running, day: str = TODAY) -> tuple[bytes, list[Row]]:
    file = get(it, f"/cegah/{day}.csv").content
    return file, list(csv.DictReader(io.StringIO(file.decode()), delimiter=";"))


def public_key(it: Running) -> Ed25519PublicKey:
    key = load_pem_public_key(it.text("cegah_public_key").encode())
    assert isinstance(key, Ed25519PublicKey)
    return key


def sums(it: Running, day: str = TODAY) -> dict[str, str]:
    text = it.client.get(f"{it.text('sums_base')}/ringkasan/{day}").text
    return dict(line.split("=", 1) for line in text.splitlines())


def test_the_list_of_bans_is_signed_and_its_sums_come_from_another_port(simkim: Running) -> None:
    file, rows = bans(simkim)
    public_key(simkim).verify(base64.b64decode(get(simkim, f"/cegah/{TODAY}.csv.sig").text), file)
    with pytest.raises(InvalidSignature):
        public_key(simkim).verify(base64.b64decode(get(simkim, f"/cegah/{TODAY}.csv.sig").text), file + b" ")
    lines = file.decode().split("\r\n")[1:-1]
    root = hashlib.sha256(b"".join(line + b"\n" for line in sorted(line.encode() for line in lines))).hexdigest()
    assert sums(simkim) == {"tanggal": TODAY, "jumlah": str(len(rows)), "akar": root}
    assert simkim.text("sums_base") != simkim.text("base")
    assert len(rows) > 0


def test_the_list_holds_what_is_in_force_or_ended_lately_and_nothing_that_was_not_available(simkim: Running) -> None:
    for day in get(simkim, "/cegah").json()["daftar"]:
        on = datetime.fromisoformat(day.removesuffix(".csv")).date()
        for row in bans(simkim, on.isoformat())[1]:
            last = row["TGL_CABUT"] or row["DIPERPANJANG_SD"] or row["SAMPAI"]
            start, end = (local(text, "%d-%m-%Y").date() for text in (row["MULAI"], last))
            assert start <= on
            assert on - timedelta(days=31) <= end
            assert (row["STATUS"] in {"BERLAKU", "DIPERPANJANG"}) == (on <= end and not row["TGL_CABUT"])
            assert bool(row["TGL_LAHIR"]) != bool(row["USIA"])


def test_there_is_no_list_of_a_day_to_come(simkim: Running) -> None:
    tomorrow = (NOW + timedelta(days=1)).date().isoformat()
    for path in (f"/cegah/{tomorrow}.csv", "/cegah/x.csv", "/cegah/2026-11-21.csv/x", f"/cegah/{TODAY}"):
        assert get(simkim, path).status_code == 404
    assert simkim.client.get(f"{simkim.text('sums_base')}/ringkasan/{tomorrow}").status_code == 404


def test_down_is_a_page_for_humans_and_mending_ends_it(simkim: Running) -> None:
    with simkim.broken("down"):
        answer = simkim.client.get(simkim.text("base") + "/api/v2/paspor")
        assert (answer.status_code, answer.headers["content-type"]) == (503, "text/html; charset=utf-8")
    assert get(simkim, "/api/v2/paspor").status_code == 200


def test_slow_is_late(simkim: Running) -> None:
    with simkim.broken("slow", amount=1):
        started = time.monotonic()
        assert get(simkim, "/api/v2/paspor", ukuran=1).status_code == 200
        assert time.monotonic() - started >= 1


def test_stale_gives_everything_as_it_was(simkim: Running) -> None:
    then = NOW - timedelta(days=200)
    fresh = {row["nomor_permohonan"]: row["versi"] for row in applications(simkim)}
    with simkim.broken("stale", at=then):
        stale = {row["nomor_permohonan"]: row["versi"] for row in applications(simkim)}
        assert get(simkim, "/cegah").json()["daftar"][-1] < f"{then.date().isoformat()}.csv~"
        assert len(pages(simkim, "/api/v2/perubahan", "sejak", size=1000)) < simkim.count("SELECT count(*) FROM berkas")
    assert 0 < len(stale) < len(fresh)
    assert all(version <= fresh[number] for number, version in stale.items())


def test_half_a_page_breaks_off(simkim: Running) -> None:
    with simkim.broken("half_page"), pytest.raises(httpx.RemoteProtocolError):
        get(simkim, "/api/v2/paspor")
    assert get(simkim, "/api/v2/paspor").status_code == 200


def test_duplicates_come_twice_and_the_store_is_untouched(simkim: Running) -> None:
    whole = applications(simkim)
    with simkim.broken("duplicate"):
        doubled = applications(simkim)
    assert len(doubled) > len(whole)
    assert {str(row) for row in doubled} == {str(row) for row in whole}


def test_reordered_is_the_same_rows_in_another_order(simkim: Running) -> None:
    whole = applications(simkim)
    with simkim.broken("reordered"):
        mixed = applications(simkim)
    assert mixed != whole
    assert Counter(map(str, mixed)) == Counter(map(str, whole))


def test_old_versions_come_after_newer_ones(simkim: Running) -> None:
    with simkim.broken("old_versions"):
        rows = applications(simkim)
    versions: dict[str, list[int]] = {}
    for row in rows:
        versions.setdefault(row["nomor_permohonan"], []).append(row["versi"])
    replayed = [seen for seen in versions.values() if len(seen) > 1]
    assert replayed
    assert all(seen[0] > seen[1] for seen in replayed)


def test_a_column_has_another_name(simkim: Running) -> None:
    with simkim.broken("renamed_column"):
        assert all(
            "tanggal_lahir" in row["pemohon"] and "tgl_lahir" not in row["pemohon"] for row in applications(simkim)
        )
        assert "TANGGAL_LAHIR" in bans(simkim)[0].decode().split("\r\n")[0]


def test_a_code_appears_that_no_list_has(simkim: Running) -> None:
    with simkim.broken("new_code"):
        strange = [row for row in applications(simkim) if row["tujuan"] not in PURPOSES.values()]
    assert 0 < len(strange) < len(applications(simkim)) // 2


def test_its_clock_is_wrong(simkim: Running) -> None:
    first = applications(simkim)[0]
    with simkim.broken("clock_skew", amount=7200):
        later = applications(simkim)[0]
    form = "%d-%m-%Y %H:%M:%S"
    assert local(later["diubah_pada"], form) - local(first["diubah_pada"], form) == timedelta(hours=2)


def test_its_bytes_are_not_what_it_says(simkim: Running) -> None:
    with simkim.broken("wrong_encoding"):
        answer = get(simkim, "/api/v2/paspor", ukuran=1)
        assert answer.headers["content-type"].endswith("charset=utf-8")
        with pytest.raises(UnicodeDecodeError):
            answer.content.decode("utf-8")
        with pytest.raises(UnicodeDecodeError):
            bans(simkim)


def test_a_spreadsheet_ate_the_niks(simkim: Running) -> None:
    with simkim.broken("excel_nik"):
        niks = [row["pemohon"]["nik"] for row in applications(simkim)]
    assert sum("E+15" in nik for nik in niks) > len(niks) * 9 // 10


def test_a_restart_keeps_rows_ports_and_secrets(tmp_path: Path) -> None:
    make_home(tmp_path, "simkim")
    with running(tmp_path, "simkim") as it:
        before, rows = it.address, applications(it)
    with running(tmp_path, "simkim") as it:
        assert it.address == before
        assert applications(it) == rows
