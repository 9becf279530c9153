"""No reader crashes or hangs, whatever it is given (issue 2: 20,000 inputs each under `./run prove`)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from suar.core.errors import Fault, Read, Remark
from suar.core.identity.dates import FORMATS, bounds_or_none, read_date, read_partial_date
from suar.core.identity.instants import read_instant
from suar.core.identity.letters import read_letter_no
from suar.core.identity.nik import read_nik, suggest_nik
from suar.core.identity.passport import read_passport_no
from suar.core.identity.phone import read_phone
from suar.core.identity.region import read_region
from suar.core.identity.written import as_text
from tests.proving import Claim
from tests.readers import NOBODY, READERS

digits = st.text("0123456789OolI .-/", max_size=40)
near_nik = st.from_regex(r"[0-9OIl]{6}[ .-]?[0-7][0-9][01][0-9]{3}[ .-]?[0-9]{4}", fullmatch=True)
near_date = st.from_regex(
    r"[0-9]{1,4}[-/. ]([0-9]{1,2}|[A-Za-z]{3,9}|[IVX]{1,4})[-/. ][0-9]{1,4}([ T][0-9]{1,2}[:.][0-9]{2})?",
    fullmatch=True,
)
near_mrz = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<", min_size=87, max_size=89).map(lambda text: "P" + text[1:])
anything = st.one_of(
    st.text(max_size=200), digits, near_nik, near_date, near_mrz, st.from_regex(r"\+?[0-9 ()-]{5,20}", fullmatch=True)
)


@pytest.mark.prove
@pytest.mark.parametrize("name", sorted(READERS))
def test_each_reader_gives_a_value_or_faults_and_keeps_no_identity(name: str, claim: Claim) -> None:
    read = READERS[name]

    @seed(claim.seed)
    @settings(
        max_examples=claim.number(small=80, large=20_000),
        deadline=timedelta(milliseconds=500),
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(anything)
    def gives_a_value_or_faults(text: str) -> None:
        made = read(text)
        assert made.ok is (made.value is not None)
        both: list[Fault | Remark] = [*made.faults, *made.remarks]
        for said in both:
            assert all(isinstance(told, str | int | bool) for told in said.params.values())
            told = " ".join(str(part) for part in said.params.values() if isinstance(part, str))
            assert len(told) < 40 or name in {"sex", "country"}
            assert not any(len(word) >= 16 and word in text for word in told.split())  # no whole number comes back

    gives_a_value_or_faults()


@pytest.mark.prove
def test_every_value_read_is_read_again_as_itself(claim: Claim) -> None:
    """What a reader gives is canonical: reading it once more changes nothing."""
    readers: dict[str, Callable[[str], Read[Any]]] = {
        "date": lambda text: read_date(text, tuple(FORMATS)),
        "partial_date": lambda text: read_partial_date(text, tuple(FORMATS)),
        "instant": read_instant,
        "phone": read_phone,
        "passport_no": read_passport_no,
        "letter_no": read_letter_no,
        "region": lambda text: read_region(text, NOBODY),
    }

    @seed(claim.seed)
    @settings(
        max_examples=claim.number(small=200, large=20_000),
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.sampled_from(sorted(readers)), anything)
    def is_read_again_as_itself(name: str, text: str) -> None:
        first = readers[name](text)
        if first.ok:
            again = readers[name](first.get())
            if name in {"date", "partial_date"}:  # some styles read eight digits otherwise: ask for the standard's own
                again = read_partial_date(first.get())
            assert again.ok and again.get() == first.get()
            if name in {"date", "partial_date"}:
                assert bounds_or_none(first.get())

    is_read_again_as_itself()


@pytest.mark.prove
def test_any_value_of_a_row_becomes_text_or_faults(claim: Claim) -> None:
    values = st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.decimals()
        | st.dates()
        | st.datetimes()
        | st.text()
        | st.binary(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=5,
    )

    @seed(claim.seed)
    @settings(
        max_examples=claim.number(small=200, large=20_000),
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(values)
    def becomes_text_or_faults(value: object) -> None:
        made = as_text(value)
        assert made.faults or isinstance(made.value, str)
        if made.value is not None:
            made.value.encode()  # no lone surrogate comes through
            assert "\x00" not in made.value

    becomes_text_or_faults()


@pytest.mark.prove
def test_a_suggested_nik_is_one(claim: Claim) -> None:
    @seed(claim.seed)
    @settings(max_examples=claim.number(small=150, large=20_000), deadline=None, database=None)
    @given(st.one_of(digits, near_nik))
    def is_one(text: str) -> None:
        meant = suggest_nik(text)
        assert meant is None or read_nik(meant, NOBODY).ok

    is_one()
