"""The table of a pull: every record sent is accounted for, and a row that does not add up says so."""

from __future__ import annotations

import io
from dataclasses import dataclass

from rich.console import Console

from suar.site.running.progress import Bars


@dataclass
class Sums:
    sent: int
    accepted: int = 0
    remarked: int = 0
    returned: int = 0
    unchanged: int = 0


def printed(bars: Bars) -> list[list[str]]:
    console = Console(file=io.StringIO(), width=120)
    console.print(bars.table())
    assert isinstance(console.file, io.StringIO)
    return [line.split() for line in console.file.getvalue().splitlines()]


def test_the_last_counts_of_each_stream_stand_in_the_table_and_their_sums_below() -> None:
    bars = Bars(Console(file=io.StringIO()))
    with bars:
        bars("simkim", "crossings", Sums(500, 500), ended=False, fault="")
        bars("simkim", "crossings", Sums(1_000, 900, 40, 10, 50), ended=True, fault="")
        bars("disnaker", "letters", Sums(20, 20), ended=True, fault="")
    assert bars.balances and not bars.faults
    rows = printed(bars)
    assert rows[1:] == [
        ["disnaker", "letters", "20", "20", "0", "0", "0"],
        ["simkim", "crossings", "1,000", "900", "40", "10", "50"],
        ["all", "1,020", "920", "40", "10", "50"],
    ]


def test_a_record_that_went_missing_is_said() -> None:
    bars = Bars(Console(file=io.StringIO()))
    bars("sipmi", "calls", Sums(10, 9), ended=True, fault="")
    assert not bars.balances
    assert printed(bars)[1][-4:] == ["does", "not", "add", "up"]


def test_what_stopped_a_stream_stands_in_its_row() -> None:
    bars = Bars(Console(file=io.StringIO()))
    bars("polri", "reports", Sums(0), ended=True, fault="source.unreachable")
    assert printed(bars)[1][-1] == "source.unreachable"
    assert bars.faults == {("polri", "reports"): "source.unreachable"}


def test_a_terminal_shows_the_stream_while_it_runs() -> None:
    screen = io.StringIO()
    bars = Bars(Console(file=screen, force_terminal=True, width=120))
    with bars:
        bars("simkim", "crossings", Sums(12_345, 12_345), ended=False, fault="")
        bars.progress.refresh()
    assert "simkim crossings" in screen.getvalue() and "12,345 records" in screen.getvalue()
