"""SIPMI over real HTTP: a page of links behind a password, a file of lines a day, each breakage."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.sandbox.running_nation import NOW, Running, make_home, running

Line = dict[str, Any]


@pytest.fixture(scope="module")
def sipmi(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home = tmp_path_factory.mktemp("sipmi")
    make_home(home, "sipmi")
    with running(home, "sipmi") as it:
        yield it


def get(it: Running, file: str = "") -> httpx.Response:
    return it.client.get(it.text("base") + "/ekspor/" + file, auth=(it.text("user"), it.text("password")))


def listed(it: Running) -> dict[str, int]:
    """The files of the page of links, and how many lines each must have."""
    found = re.findall(r'<a href="([^"]+)">[^<]+</a></td><td>([0-9]+)</td>', get(it).text)
    return {name: int(count) for name, count in found}


def lines(it: Running) -> list[Line]:
    return [json.loads(line) for file in listed(it) for line in get(it, file).text.splitlines()]


def test_without_the_password_nothing_is_said(sipmi: Running) -> None:
    for auth in (None, ("suar", "x"), ("x", sipmi.text("password"))):
        for file in ("", next(iter(listed(sipmi)))):
            assert sipmi.client.get(sipmi.text("base") + "/ekspor/" + file, auth=auth).status_code == 401
    wrong = {"Authorization": "Basic not-base64!"}
    assert sipmi.client.get(sipmi.text("base") + "/ekspor/", headers=wrong).status_code == 401


def test_the_files_are_all_lines_each_once_in_the_file_of_its_day(sipmi: Running) -> None:
    seen = 0
    for file, count in listed(sipmi).items():
        written = [json.loads(line) for line in get(sipmi, file).text.splitlines()]
        assert len(written) == count
        days = {
            (datetime.fromtimestamp(line["ts_ubah"] / 1000, UTC) + timedelta(hours=7)).strftime("%Y-%m-%d")
            for line in written
        }
        assert days == {re.findall("[0-9]{4}-[0-9]{2}-[0-9]{2}", file)[0]}
        seen += count
    assert seen == sipmi.count("SELECT count(*) FROM baris") > 0


def test_the_list_for_machines_says_the_same(sipmi: Running) -> None:
    files = get(sipmi, "daftar.json").json()["berkas"]
    assert {row["nama"]: row["baris"] for row in files} == listed(sipmi)


def test_both_kinds_are_there_and_changes_come_as_later_lines(sipmi: Running) -> None:
    assert {file.partition("-")[0] for file in listed(sipmi)} == {"panik", "aduan"}
    seen: dict[str, int] = {}
    for line in lines(sipmi):
        assert line["rev"] == seen.get(line["uid"], 0) + 1
        seen[line["uid"]] = line["rev"]
    assert max(seen.values()) > 1


def test_profiles_are_what_people_typed(sipmi: Running) -> None:
    niks = [(line.get("user") or line["korban"])["nik"] for line in lines(sipmi)]
    assert 0.2 < sum(nik is None for nik in niks) / len(niks) < 0.8


def test_unknown_files_are_not_found(sipmi: Running) -> None:
    for file in ("panik-1999-01-01.jsonl", "x", "panik-2026-11-21.jsonl.gz", "../keys", "panik-2026-13-41.jsonl"):
        assert get(sipmi, file).status_code == 404


def test_down_and_slow(sipmi: Running) -> None:
    with sipmi.broken("down"):
        assert get(sipmi).status_code == 502
    with sipmi.broken("slow", amount=1):
        started = time.monotonic()
        assert get(sipmi).status_code == 200
        assert time.monotonic() - started >= 1


def test_stale_has_no_new_files(sipmi: Running) -> None:
    whole = listed(sipmi)
    with sipmi.broken("stale", at=NOW - timedelta(days=400)):
        stale = listed(sipmi)
    assert 0 < len(stale) < len(whole)


def test_half_a_file_ends_in_a_line_and_has_fewer_than_listed(sipmi: Running) -> None:
    file, count = max(listed(sipmi).items(), key=lambda it: it[1])
    with sipmi.broken("half_page"):
        answer = get(sipmi, file)
        assert listed(sipmi)[file] == count
    assert not answer.text.endswith("\n")
    with pytest.raises(json.JSONDecodeError):
        [json.loads(line) for line in answer.text.splitlines()]


def test_duplicates_reordering_and_old_versions_show(sipmi: Running) -> None:
    whole = lines(sipmi)
    with sipmi.broken("duplicate"):
        doubled = lines(sipmi)
    assert len(doubled) > len(whole)
    assert {str(line) for line in doubled} == {str(line) for line in whole}
    with sipmi.broken("reordered"):
        mixed = lines(sipmi)
    assert mixed != whole
    assert Counter(map(str, mixed)) == Counter(map(str, whole))
    with sipmi.broken("old_versions"):
        replayed = lines(sipmi)
    assert len(replayed) > len(whole)
    assert {str(line) for line in replayed} == {str(line) for line in whole}


def test_columns_codes_clock_bytes_and_niks_break(sipmi: Running) -> None:
    first = lines(sipmi)
    with sipmi.broken("renamed_column"):
        assert all("no_hp" in (line.get("user") or line["korban"]) for line in lines(sipmi))
    with sipmi.broken("new_code"):
        assert 7 in {line["st"] for line in lines(sipmi)}
    with sipmi.broken("clock_skew", amount=60):
        assert lines(sipmi)[0]["ts_ubah"] - first[0]["ts_ubah"] == 60_000
    with sipmi.broken("wrong_encoding"), pytest.raises(UnicodeDecodeError):
        get(sipmi, next(iter(listed(sipmi)))).content.decode("utf-8")
    with sipmi.broken("excel_nik"):
        niks = [nik for line in lines(sipmi) if (nik := (line.get("user") or line["korban"])["nik"])]
    assert niks
    assert all("E+15" in nik for nik in niks)
    assert lines(sipmi) == first


def test_a_restart_keeps_rows_ports_and_secrets(tmp_path: Path) -> None:
    make_home(tmp_path, "sipmi")
    with running(tmp_path, "sipmi") as it:
        before, said = it.address, lines(it)
    with running(tmp_path, "sipmi") as it:
        assert it.address == before
        assert lines(it) == said
