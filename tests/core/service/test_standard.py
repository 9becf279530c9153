"""Which promises were owed to whom, and which were broken: a table of cases, each with its times in minutes from the answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
import yaml

from suar.core.service.standard import Measured, measured, read, summed
from suar.core.service.stop import Stop

POLICY = Path(__file__).resolve().parents[3] / "policy"
TABLE = yaml.safe_load((POLICY / "service_standard.yaml").read_text())
ITEMS = read(TABLE)
ASKED = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
LATER = 600  # minutes: long after


def minutes(count: float) -> datetime:
    return ASKED + timedelta(minutes=count)


def stop(
    steps: Mapping[str, float] | None = None,
    *,
    decision: str = "interview",
    decided: float | None = 1,
    child: bool = False,
    took_ms: int = 40,
    **more: float,
) -> Stop:
    return Stop(
        screening=UUID(int=1), office="TPI-CGK", lane="counter", purpose="departure", asked_at=ASKED, decision=decision,
        decided_at=None if decided is None else minutes(decided), child=child, took_ms=took_ms,
        steps={step: minutes(at) for step, at in {**(steps or {}), **more}.items()},
    )  # fmt: skip


def broken(one: Stop, at: float = LATER) -> set[str]:
    return {found.item for found in measured(one, ITEMS, minutes(at)) if found.broken}


#: An interview as it should be: everything in its time.
WELL: dict[str, float] = {
    "stop_begun": 0, "rights_read": 2, "interpreter_offered": 3, "call_allowed": 10, "second_officer": 8, "ended": 40,
}  # fmt: skip


def well(**changed: float | None) -> Stop:
    steps = {step: at for step, at in (WELL | changed).items() if at is not None}
    return stop(steps)


def test_every_item_that_is_measured_has_its_words_and_its_unit() -> None:
    assert {item.code for item in ITEMS} <= set(TABLE["words"])
    assert {item.code for item in ITEMS} == {code for code, row in TABLE["standard"].items() if "for" in row}
    limits = {item.code: item.limit for item in ITEMS}
    assert limits["answer_at_counter_ms"] == timedelta(seconds=2)
    assert limits["notice_in_writing"] == timedelta(minutes=15)


def test_a_traveller_whose_check_is_as_promised_breaks_nothing() -> None:
    assert broken(well()) == set()


@pytest.mark.parametrize(
    ("one", "items"),
    [
        (well(rights_read=5), set()),
        (well(rights_read=5.1), {"rights_read_within_minutes"}),
        (well(rights_read=None), {"rights_read_within_minutes"}),
        (well(interpreter_offered=11), {"interpreter_offered_within_minutes"}),
        (well(interpreter_offered=None), {"interpreter_offered_within_minutes"}),
        (well(interpreter_needed=4, interpreter_present=23), set()),
        (well(interpreter_needed=4, interpreter_present=25), {"interpreter_present_within_minutes"}),
        (well(interpreter_needed=4), {"interpreter_present_within_minutes"}),
        (well(call_allowed=16), {"call_allowed_within_minutes"}),
        (well(call_allowed=None), {"call_allowed_within_minutes"}),
        (well(second_officer=11), {"second_officer_within_minutes"}),
        (well(second_officer=4, ended=40), {"handled_within_minutes"}),
        (well(second_officer=9, ended=46), {"whole_stop_within_minutes", "handled_within_minutes"}),
        (well(ended=61), {"whole_stop_within_minutes", "handled_within_minutes", "food_given_within_minutes"}),
        (well(ended=61, food_given=59), {"whole_stop_within_minutes", "handled_within_minutes"}),
        (stop(WELL, child=True), {"guardian_present_within_minutes"}),
        (stop(WELL, child=True, guardian_present=14), set()),
        (stop(WELL, child=True, guardian_present=-5), set()),  # who came with the child was there before
        (stop(WELL, decision="postpone", decided=20), {"notice_in_writing"}),
        (stop(WELL, decision="postpone", decided=20, notice_given=35), set()),
        (stop(WELL, decision="refuse", decided=20, notice_given=36), {"notice_in_writing"}),
        (stop(decision="allow", took_ms=2_001), {"answer_at_counter_ms"}),
        (stop(decision="allow", took_ms=2_000), set()),
    ],
)  # fmt: skip
def test_what_comes_too_late_or_never_is_a_breach_and_nothing_else_is(one: Stop, items: set[str]) -> None:
    assert broken(one) == items


def test_a_stop_that_was_over_soon_owes_neither_call_nor_food_but_rights_and_an_interpreter() -> None:
    short = stop(stop_begun=0, ended=3)
    assert broken(short) == {"rights_read_within_minutes", "interpreter_offered_within_minutes"}


def test_whoever_is_let_go_was_never_stopped_and_owes_the_standard_nothing() -> None:
    assert broken(stop(decision="allow")) == set() == broken(stop(decision="refer"))
    assert not stop(decision="allow").stopped


def test_a_decision_that_lets_go_ends_a_stop_that_was_noted() -> None:
    one = stop(decision="allow", decided=4, stop_begun=0, rights_read=1, interpreter_offered=2)
    assert one.ended_at == minutes(4) and broken(one) == set()


def test_a_stop_that_nobody_noted_runs_from_the_answer_on() -> None:
    """An officer who presses no key hides nothing: all that is owed is broken in its time."""
    silent = stop()
    assert broken(silent, at=4) == set()
    assert broken(silent, at=6) == {"rights_read_within_minutes"}
    assert broken(silent) == {
        "rights_read_within_minutes", "interpreter_offered_within_minutes", "call_allowed_within_minutes", "second_officer_within_minutes",
        "whole_stop_within_minutes", "food_given_within_minutes",
    }  # fmt: skip


def test_the_sum_counts_what_was_owed_kept_and_broken_and_never_a_running_clock_as_kept() -> None:
    found: list[Measured] = [
        told
        for one in (well(), well(rights_read=9), well(rights_read=None))
        for told in measured(one, ITEMS, minutes(LATER))
    ]
    (row,) = [one for one in summed(found, ITEMS) if one.item == "rights_read_within_minutes"]
    assert (row.owed, row.kept, row.broken, row.half, row.worst) == (
        3,
        1,
        2,
        timedelta(minutes=2),
        timedelta(minutes=9),
    )
    (running,) = [one for one in measured(stop(), ITEMS, minutes(1)) if one.item == "whole_stop_within_minutes"]
    assert not running.broken and running.done_at is None
