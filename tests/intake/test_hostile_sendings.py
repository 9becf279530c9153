"""Whatever an agency's system sends, the reading of it ends in rows or in one clear finding, in bounded time; and its bytes are kept as they came."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.proving import Claim
from tests.readers import SENDINGS, ended


def spoilt(whole: bytes) -> st.SearchStrategy[bytes]:
    """Any bytes at all, and the whole sending cut off, with a piece exchanged, doubled or put elsewhere."""
    places, pieces = st.integers(0, len(whole)), st.binary(max_size=12)
    return st.one_of(
        st.binary(max_size=200),
        places.map(lambda at: whole[:at]),
        st.builds(lambda at, piece: whole[:at] + piece + whole[at:], places, pieces),
        st.builds(lambda at, piece: whole[:at] + piece + whole[at + len(piece) :], places, pieces),
        st.builds(
            lambda at, size: whole[:at] + whole[at : at + size] * 3 + whole[at + size :], places, st.integers(1, 40)
        ),
    )


def read(media: str, body: bytes) -> list[tuple[str, dict[str, object]]]:
    """The rows, none where one clear finding says why not. Asserts that nothing takes long."""
    started = time.monotonic()
    found = ended(media, body)
    assert time.monotonic() - started < 5  # a hang, on whatever machine
    return found


@pytest.mark.prove
@pytest.mark.parametrize("media", sorted(SENDINGS))
def test_a_spoilt_sending_ends_in_rows_or_in_one_finding(media: str, claim: Claim) -> None:
    large = 2_000 if media in {"xml", "xlsx"} else 20_000

    @settings(
        max_examples=claim.number(small=150, large=large),
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(spoilt(SENDINGS[media]))
    def ends(body: bytes) -> None:
        for table, row in read(media, body):
            assert isinstance(table, str) and all(isinstance(name, str) for name in row)

    ends()


@pytest.mark.parametrize("media", sorted(SENDINGS))
def test_the_whole_sending_is_read(media: str) -> None:
    assert len(read(media, SENDINGS[media])) == 2


@pytest.mark.parametrize(
    "body",
    [b"[" * 100_000, b'{"data": ' + b"[" * 50_000, b'{"data": [' + b"1," * 5 + b"]}", b'{"data": [{"a": ' + b"9" * 10_000 + b"}]}"],
    ids=["deep", "deep inside", "no objects", "a huge number"],
)  # fmt: skip
def test_a_json_that_was_made_to_hurt_is_refused_or_read(body: bytes) -> None:
    read("json", body)
