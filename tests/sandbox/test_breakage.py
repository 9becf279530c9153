"""The decisions of a breakage: which one is on, since when, and whom it strikes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sandbox.__main__ import main
from sandbox.breakage import BREAKAGES, Breaks, breakages_of, excel_number, read_breaks, reordered, set_broken
from sandbox.siapkerja import rows as siapkerja_rows
from sandbox.simkim import codes as simkim_codes
from sandbox.simkim import rows as simkim_rows
from sandbox.sipmi import rows as sipmi_rows
from sandbox.siskop2mi import codes as siskop2mi_codes
from sandbox.siskop2mi import rows as siskop2mi_rows

#: Each system's table of defects, and its own decision which rows have one.
DEFECTS: list[tuple[Callable[[str, str], bool], str, int, str]] = [
    (struck, name, defect.share, defect.source)
    for table, struck in (
        (simkim_codes.DEFECTS, simkim_rows.struck),
        (siskop2mi_codes.DEFECTS, siskop2mi_rows.struck),
        (siapkerja_rows.DEFECTS, siapkerja_rows.struck),
        (sipmi_rows.DEFECTS, sipmi_rows.struck),
    )
    for name, defect in table.items()
]

NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)


@pytest.mark.parametrize("what", sorted(BREAKAGES))
def test_a_running_system_sees_a_breakage_come_and_go(tmp_path: Path, what: str) -> None:
    path = tmp_path / "breaks.json"
    breaks = Breaks(path)
    assert not breaks.on(what)
    set_broken(path, what, True, at=NOON)
    assert breaks.on(what)
    assert breaks.since(what) == "2026-11-21T05:00:00.000000+00:00"
    set_broken(path, what, False, at=NOON)
    assert not breaks.on(what)
    assert breaks.amount(what) == 0


def test_what_only_dukcapil_knows_is_listed_and_is_no_breakage_of_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = {"quota", "login", "ip", "user_inactive", "agency_inactive"}
    assert set(breakages_of("dukcapil")) == set(breakages_of("simkim")) | own
    assert main(["break", "simkim", "quota", "--home", str(tmp_path)]) == 2
    assert "only of dukcapil" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["break", "--help"])
    listed = capsys.readouterr().out
    assert all(what in listed and words in listed for what, words in BREAKAGES.items())


def test_breakages_do_not_disturb_each_other(tmp_path: Path) -> None:
    path = tmp_path / "breaks.json"
    set_broken(path, "slow", True, at=NOON, amount=2)
    set_broken(path, "stale", True, at=NOON)
    set_broken(path, "slow", False, at=NOON)
    assert list(read_breaks(path)) == ["stale"]


def test_the_same_records_are_struck_every_time_at_about_the_stated_rate(tmp_path: Path) -> None:
    path = tmp_path / "breaks.json"
    set_broken(path, "duplicate", True, at=NOON)
    first, second = Breaks(path), Breaks(path)
    struck = [first.strikes("duplicate", str(n), in_a_thousand=50) for n in range(20_000)]
    assert struck == [second.strikes("duplicate", str(n), in_a_thousand=50) for n in range(20_000)]
    assert 800 < sum(struck) < 1200
    assert not any(first.strikes("new_code", str(n), in_a_thousand=1000) for n in range(100))


@pytest.mark.parametrize("count", [0, 1, 2, 3, 50])
def test_reordering_loses_nothing_and_moves_something(count: int) -> None:
    whole = list(range(count))
    mixed = reordered(whole, "key")
    assert Counter(mixed) == Counter(whole)
    assert mixed == reordered(whole, "key")
    assert (mixed != whole) == (count > 1)


@pytest.mark.parametrize(
    ("digits", "shown"),
    [
        ("9901015205909001", "9,90102E+15"),
        ("1101014101009999", "1,10101E+15"),
        ("9999999999999999", "1,00000E+16"),
        ("", ""),
        ("0812", "0812"),
        ("99O1015205909001", "99O1015205909001"),
    ],
)
def test_a_spreadsheet_keeps_six_digits(digits: str, shown: str) -> None:
    assert excel_number(digits) == shown


@pytest.mark.parametrize(("struck", "defect", "share", "source"), DEFECTS)
def test_a_defect_has_a_source_and_strikes_at_its_stated_rate(
    struck: Callable[[str, str], bool], defect: str, share: int, source: str
) -> None:
    count = sum(struck(defect, f"thing-{n}") for n in range(50_000))
    assert abs(count - share * 50) < 5 * (share * 50) ** 0.5 + 5  # five standard deviations
    assert source
