"""Which of several statements stands, in the order in which they were read."""

from __future__ import annotations

import pytest

from suar.core.standard.versions import Statement, present


def said(message: str, version: str, content: str, *left_out: str, **more: bool) -> Statement:
    return Statement(
        message=message.encode(), version=version, content=content.encode(), left_out=frozenset(left_out), **more
    )


A = said("m1", "1", "a")
LIST = {"stamped": True}


@pytest.mark.parametrize(
    ("statements", "place", "until"),
    [
        pytest.param([], -1, "", id="nothing was said"),
        pytest.param([A, said("m2", "2", "b")], 1, "2", id="the later version"),
        pytest.param([said("m2", "2", "b"), A], 0, "2", id="the later version whichever came first"),
        pytest.param([A, A], 0, "1", id="a repeat changes nothing"),
        pytest.param([A, said("m1", "1", "z")], 0, "1", id="of one message the first wording"),
        pytest.param([said("m1", "1", "z", "sex"), A], 1, "1", id="a correction stands though it sorts before"),
        pytest.param([said("m1", "1", "z", "sex"), A, said("m1", "1", "zz")], 1, "1", id="one correction"),
        pytest.param([A, said("m1", "1", "z", "sex")], 0, "1", id="less than what is known corrects nothing"),
        pytest.param([said("m2", "2", "a"), A], 0, "2", id="the same under an older version"),
        pytest.param(
            [said("m1", "1", "a", **LIST), said("m2", "2", "a", **LIST)], 0, "2", id="a list says it again: it holds on"
        ),
        pytest.param([A, said("", "2", "", vanished=True)], 1, "2", id="its row vanished"),
        pytest.param([said("", "2", "", vanished=True)], -1, "", id="of nothing nothing vanishes"),
    ],
)
def test_what_stands(statements: list[Statement], place: int, until: str) -> None:
    found = present(statements)
    assert (found.place, found.until) == (place, until)


def test_each_message_and_its_correction_are_known_by_the_first_that_said_so() -> None:
    found = present([said("m1", "1", "z", "sex"), said("m2", "2", "b"), A, A])
    assert (found.known, found.corrected) == ({b"m1": 0, b"m2": 1}, {b"m1": 2})
