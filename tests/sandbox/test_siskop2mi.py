"""SISKOP2MI over real HTTP: API key, page numbers, three generations of identifiers, the closed dump, each breakage."""

from __future__ import annotations

import hashlib
import re
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.siskop2mi.codes import SCHEMES
from sandbox.siskop2mi.tables import TABLES
from tests.sandbox.running_nation import NOW, Running, local, make_home, running

Row = dict[str, Any]
STAMP = "%d/%m/%Y %H:%M:%S"


@pytest.fixture(scope="module")
def siskop2mi(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home = tmp_path_factory.mktemp("siskop2mi")
    make_home(home, "siskop2mi")
    with running(home, "siskop2mi") as it:
        yield it


def get(it: Running, path: str, **query: str | int) -> httpx.Response:
    return it.client.get(it.text("base") + path, params=query, headers={"X-Api-Key": it.text("api_key")})


def pages(it: Running, table: str, per_page: int = 100, **query: str) -> list[Row]:
    rows: list[Row] = []
    page, last = 1, 1
    while page <= last:
        envelope = get(it, f"/api/{table}", halaman=page, per_halaman=per_page, **query).json()
        assert envelope["sukses"] is True
        rows += envelope["hasil"]["baris"]
        page, last = page + 1, envelope["hasil"]["total_halaman"]
    return rows


def dump(it: Running) -> list[Row]:
    lines = get(it, "/unduh/SISKOTKLN_20230717.txt").content.decode("cp1252").split("\r\n")[:-1]
    return [dict(zip(lines[0].split("|"), line.split("|"), strict=True)) for line in lines[1:]]


def test_without_the_key_nothing_is_said(siskop2mi: Running) -> None:
    for path in ("/api/pendaftaran", "/unduh/SISKOTKLN_20230717.txt", "/"):
        for headers in ({}, {"X-Api-Key": "x"}):
            answer = siskop2mi.client.get(siskop2mi.text("base") + path, headers=headers)
            assert (answer.status_code, answer.json()["kode"], answer.json()["hasil"]) == (401, 401, None)


@pytest.mark.parametrize("table", list(TABLES))
def test_the_pages_of_a_table_are_its_rows_each_once(siskop2mi: Running, table: str) -> None:
    rows = pages(siskop2mi, table, per_page=23)
    numbers = [row[TABLES[table][0]] for row in rows]
    assert len(set(numbers)) == len(numbers)
    assert len(numbers) == siskop2mi.count(f"SELECT count(*) FROM {table} WHERE TERAKHIR = 1")
    assert all(list(row) == ["REVISI", "TGL_UBAH", *TABLES[table]] for row in rows)


def test_the_tables_are_not_empty(siskop2mi: Running) -> None:
    filled = {table for table in TABLES if get(siskop2mi, f"/api/{table}").json()["hasil"]["total_data"]}
    assert filled >= {"p3mi", "sip2mi", "pendaftaran", "penempatan", "epmi", "keberangkatan", "kepulangan"}


def test_the_envelope_counts(siskop2mi: Running) -> None:
    result = get(siskop2mi, "/api/penempatan", halaman=2, per_halaman=7).json()["hasil"]
    assert (result["halaman"], result["per_halaman"], len(result["baris"])) == (2, 7, 7)
    assert result["total_halaman"] == -(-result["total_data"] // 7)
    beyond = get(siskop2mi, "/api/penempatan", halaman=10_000, per_halaman=7).json()["hasil"]
    assert beyond["baris"] == []


def test_since_leaves_out_what_is_older(siskop2mi: Running) -> None:
    rows = pages(siskop2mi, "penempatan")
    stamps = sorted(local(row["TGL_UBAH"], STAMP) for row in rows)
    middle = stamps[len(stamps) // 2]
    newer = pages(siskop2mi, "penempatan", sejak=middle.strftime(STAMP))
    assert len(newer) == sum(stamp >= middle for stamp in stamps)
    assert 0 < len(newer) < len(rows)


def test_wrong_questions_are_answered_as_wrong(siskop2mi: Running) -> None:
    for query in ({"halaman": "0"}, {"halaman": "x"}, {"per_halaman": "1001"}, {"sejak": "2026-01-01"}, {"sejak": "x"}):
        assert get(siskop2mi, "/api/penempatan", **query).status_code == 400
    for path in ("/api/sqlite_master", "/api/", "/unduh/x", "/api/penempatan/1"):
        assert get(siskop2mi, path).status_code == 404


def test_three_generations_of_identifiers_stand_side_by_side(siskop2mi: Running) -> None:
    rows = pages(siskop2mi, "pendaftaran")
    from_card = [row for row in rows if row["NO_KTKLN"]]
    from_siapkerja = [row for row in rows if row["ID_SIAPKERJA"]]
    own = [row for row in rows if not row["NO_KTKLN"] and not row["ID_SIAPKERJA"]]
    assert from_card and from_siapkerja and own
    assert all(re.fullmatch("[0-9]{11}", row["NO_KTKLN"]) for row in from_card)
    assert {row["NO_KTKLN"] for row in from_card} <= {row["NO_KTKLN"] for row in dump(siskop2mi)}


def test_the_dump_is_closed_and_its_sum_is_beside_it(siskop2mi: Running) -> None:
    file = get(siskop2mi, "/unduh/SISKOTKLN_20230717.txt").content
    said = get(siskop2mi, "/unduh/SISKOTKLN_20230717.txt.sha256").text.split()
    assert said == [hashlib.sha256(file).hexdigest(), "SISKOTKLN_20230717.txt"]
    days = [local(row["TGL_KTKLN"], "%d/%m/%Y") for row in dump(siskop2mi)]
    assert days
    assert max(days) < datetime(2023, 7, 17, tzinfo=UTC)


def test_its_words_are_its_own(siskop2mi: Running) -> None:
    rows = pages(siskop2mi, "pendaftaran")
    assert {row["SKEMA"] for row in rows} <= set(SCHEMES.values())
    assert {row["JK"] for row in rows} == {"LAKI-LAKI", "PEREMPUAN"}
    assert {"HONG KONG", "TAIWAN"} & {row["NEGARA"] for row in rows}
    for row in rows:
        local(row["TGL_LAHIR"], "%d/%m/%Y")


def test_down_hangs_up_without_a_word(siskop2mi: Running) -> None:
    with siskop2mi.broken("down"), pytest.raises(httpx.RemoteProtocolError):
        get(siskop2mi, "/api/p3mi")
    assert get(siskop2mi, "/api/p3mi").status_code == 200


def test_slow_is_late(siskop2mi: Running) -> None:
    with siskop2mi.broken("slow", amount=1):
        started = time.monotonic()
        get(siskop2mi, "/api/p3mi")
        assert time.monotonic() - started >= 1


def test_stale_gives_everything_as_it_was(siskop2mi: Running) -> None:
    fresh = {row["NO_PENEMPATAN"]: row["REVISI"] for row in pages(siskop2mi, "penempatan")}
    with siskop2mi.broken("stale", at=NOW - timedelta(days=300)):
        stale = {row["NO_PENEMPATAN"]: row["REVISI"] for row in pages(siskop2mi, "penempatan")}
    assert 0 < len(stale) < len(fresh)
    assert all(revision <= fresh[number] for number, revision in stale.items())
    assert any(revision < fresh[number] for number, revision in stale.items())


def test_half_a_page_has_fewer_rows_than_it_counts(siskop2mi: Running) -> None:
    with siskop2mi.broken("half_page"):
        result = get(siskop2mi, "/api/penempatan", per_halaman=100).json()["hasil"]
        with pytest.raises(httpx.RemoteProtocolError):
            get(siskop2mi, "/unduh/SISKOTKLN_20230717.txt")
    assert len(result["baris"]) == 50
    assert result["total_data"] >= 100


def test_duplicates_come_twice(siskop2mi: Running) -> None:
    whole = pages(siskop2mi, "penempatan")
    with siskop2mi.broken("duplicate"):
        doubled = pages(siskop2mi, "penempatan")
        old = dump(siskop2mi)
    assert len(doubled) > len(whole)
    assert {str(row) for row in doubled} == {str(row) for row in whole}
    assert len(old) >= len(dump(siskop2mi))


def test_reordered_is_the_same_rows_in_another_order(siskop2mi: Running) -> None:
    whole = pages(siskop2mi, "penempatan")
    with siskop2mi.broken("reordered"):
        mixed = pages(siskop2mi, "penempatan")
    assert mixed != whole
    assert Counter(map(str, mixed)) == Counter(map(str, whole))


def test_old_versions_come_after_newer_ones(siskop2mi: Running) -> None:
    with siskop2mi.broken("old_versions"):
        rows = pages(siskop2mi, "penempatan", per_page=1000)
    seen: dict[str, list[int]] = {}
    for row in rows:
        seen.setdefault(row["NO_PENEMPATAN"], []).append(row["REVISI"])
    replayed = [revisions for revisions in seen.values() if len(revisions) > 1]
    assert replayed
    assert all(first > then for first, then in replayed)


def test_a_column_has_another_name(siskop2mi: Running) -> None:
    with siskop2mi.broken("renamed_column"):
        assert all("TANGGAL_LAHIR" in row and "TGL_LAHIR" not in row for row in pages(siskop2mi, "pendaftaran"))
        assert "TANGGAL_LAHIR" in dump(siskop2mi)[0]


def test_a_code_appears_that_no_list_has(siskop2mi: Running) -> None:
    with siskop2mi.broken("new_code"):
        strange = [row for row in pages(siskop2mi, "pendaftaran") if row["SKEMA"] not in SCHEMES.values()]
    assert 0 < len(strange) < len(pages(siskop2mi, "pendaftaran")) // 2


def test_its_clock_is_wrong(siskop2mi: Running) -> None:
    first = get(siskop2mi, "/api/p3mi").json()["hasil"]["baris"][0]["TGL_UBAH"]
    with siskop2mi.broken("clock_skew"):
        later = get(siskop2mi, "/api/p3mi").json()["hasil"]["baris"][0]["TGL_UBAH"]
    assert local(later, STAMP) - local(first, STAMP) == timedelta(hours=3)


def test_asked_by_its_own_clock_it_gives_the_same_rows_wrong_or_right(siskop2mi: Running) -> None:
    changed = sorted(local(row["TGL_UBAH"], STAMP) for row in pages(siskop2mi, "penempatan"))
    since = changed[len(changed) // 2]
    right = pages(siskop2mi, "penempatan", sejak=since.strftime(STAMP))
    with siskop2mi.broken("clock_skew"):
        by_its_clock = (since + timedelta(hours=3)).strftime(STAMP)
        wrong = pages(siskop2mi, "penempatan", sejak=by_its_clock)
    mended = pages(siskop2mi, "penempatan", sejak=since.strftime(STAMP))
    numbers = [[row["NO_PENEMPATAN"] for row in rows] for rows in (right, wrong, mended)]
    assert 0 < len(numbers[0]) < len(changed)
    assert numbers[0] == numbers[1] == numbers[2]


def test_its_bytes_are_not_what_it_says(siskop2mi: Running) -> None:
    with siskop2mi.broken("wrong_encoding"):
        answer = get(siskop2mi, "/api/p3mi")
        assert answer.headers["content-type"].endswith("charset=utf-8")
        with pytest.raises(UnicodeDecodeError):
            answer.content.decode("utf-8")


def test_a_spreadsheet_ate_the_niks(siskop2mi: Running) -> None:
    with siskop2mi.broken("excel_nik"):
        assert all("E+15" in row["NIK"] for row in pages(siskop2mi, "penempatan"))
        assert all("E+15" in row["NIK"] for row in dump(siskop2mi))


def test_a_restart_keeps_rows_ports_and_secrets(tmp_path: Path) -> None:
    make_home(tmp_path, "siskop2mi")
    with running(tmp_path, "siskop2mi") as it:
        before, rows = it.address, pages(it, "pendaftaran")
    with running(tmp_path, "siskop2mi") as it:
        assert it.address == before
        assert pages(it, "pendaftaran") == rows
