"""How values are written for people. The expected words are typed here by hand, not made by the code."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from suar.site import written
from suar.site.templatetags import pictures, suar


@pytest.mark.parametrize(
    ("value", "indonesian", "english"),
    [
        ("1990-05-12", "12 Mei 1990", "12 May 1990"),
        ("1990-05", "Mei 1990", "May 1990"),
        ("1990", "1990", "1990"),
        ("~34@2024-05-01", "berumur sekitar 34 pada 1 Mei 2024", "aged about 34 on 1 May 2024"),
        ("Praya", "Praya", "Praya"),
        ("1990-13-01", "1990-13-01", "1990-13-01"),
        ("", "", ""),
        (None, "", ""),
    ],
)
def test_dates_whole_and_partial(value: Any, indonesian: str, english: str) -> None:
    assert (written.day(value, "id"), written.day(value, "en")) == (indonesian, english)


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Asia/Jakarta", "21 Nov 2026, 14.05 WIB"),
        ("Asia/Makassar", "21 Nov 2026, 15.05 WITA"),
        ("Asia/Jayapura", "21 Nov 2026, 16.05 WIT"),
        ("Asia/Dubai", "21 Nov 2026, 11.05 UTC+4"),
    ],
)
def test_an_instant_stands_on_the_clock_of_the_desk(zone: str, expected: str) -> None:
    assert written.instant("2026-11-21T07:05:00+00:00", "id", ZoneInfo(zone)) == expected


@pytest.mark.parametrize(
    ("seconds", "indonesian", "english"),
    [
        (0, "kurang dari semenit", "under a minute"),
        (60, "1 menit", "1 minute"),
        (3599, "59 menit", "59 minutes"),
        (7200, "2 jam", "2 hours"),
        (190_000, "2 hari", "2 days"),
        (None, "", ""),
        ("?", "", ""),
    ],
)
def test_ages(seconds: Any, indonesian: str, english: str) -> None:
    assert (written.age(seconds, "id"), written.age(seconds, "en")) == (indonesian, english)


@pytest.mark.parametrize(("millibits", "words"), [(3200, "+3,2"), (-150, "-0,2"), (0, "+0,0"), ("x", "")])
def test_weights(millibits: Any, words: str) -> None:
    assert written.bits(millibits, "id") == words


def test_numbers_are_grouped_and_codes_are_not() -> None:
    assert (written.number(48210, "id"), written.number(48210, "en"), written.number("2026", "id")) == (
        "48.210",
        "48,210",
        "2026",
    )


def test_a_source_that_was_not_read_is_named_once() -> None:
    rows = [{"source": "simkim", "state": "fresh"}, {"source": "polri", "state": "unreachable"}, {"source": "disnaker", "state": "stale"}]  # fmt: skip
    assert [row["source"] for row in suar.silent(rows)] == ["polri", "disnaker"]
    assert [row["source"] for row in suar.unsaid(suar.silent(rows), [{"source": "disnaker"}])] == ["polri"]


def test_the_tile_map_draws_every_district_once_and_its_table_counts_the_same() -> None:
    rows = [
        {"region": f"{p}{n:02d}", "name": f"{p}{n:02d}", "state": "stale" if n == 1 else "fresh"}
        for p in ("11", "52", "99")
        for n in range(1, 4)
    ]
    drawn = pictures.tile_map(rows, "SIMKIM")
    assert drawn.count("h7v7h-7z") == 9 and 'class="tiles__stale"' in drawn
    table = pictures.coverage_table(rows)
    assert [sum(one["counts"]) for one in table] == [3, 3, 3] and table[0]["wrong"] == ["1101"]


def test_what_a_source_is_called_cannot_break_out_of_a_picture() -> None:
    assert "<script" not in pictures.tile_map(
        [{"region": "1101", "name": "x", "state": "fresh"}], '"><script>'
    ) and "<script" not in pictures.sparkline([1, 2], '"><script>')
