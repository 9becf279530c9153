"""Strategies for descriptions: people of a region that is no province, as sources and hurried desks write them."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from suar.core.identity.person import FIELDS, Description


def unhurried(examples: int = 100) -> settings:
    """So many examples, and no time limit: the machine may be busy, and that is no finding."""
    return settings(max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.too_slow])


_WORDS = (
    "muhammad moh m siti nur rizki risky rahmat hidayat hidayah soeharti suharti djoko joko simanjuntak siman juntak abdul "
    "rahman abdurrahman wayan ketut sudarma tan lim bin binti fnu drs dewi sartika putri putra s.pd h."
)
WORDS = _WORDS.split()
NAMES = st.lists(st.sampled_from(WORDS), min_size=0, max_size=5).map(" ".join) | st.text(max_size=12)
DATES = st.one_of(
    st.dates().map(str),
    st.sampled_from(
        ("1990", "1990-05", "1990-05-12", "1990-12-05", "1990-01-01", "~34@2024-05-01", "~x@y", "0000-00-00")
    ),
    st.text("0123456789-~@", max_size=12),
)
NIKS = st.sampled_from(("", "9901011205900001", "9901015205900001", "9901011205900010", "9999999999999999")) | st.text(
    "0123456789", max_size=17
)
ANYTHING = {name: st.text(max_size=8) for name in FIELDS} | {
    "full_name": NAMES,
    "mother_name": NAMES,
    "father_name": NAMES,
    "birth_date": DATES,
    "nik": NIKS,
    "sex": st.sampled_from(("", "0", "1", "2", "9")),
    "region_code": st.sampled_from(("", "990101", "9901", "99.01.01", "98", "x")),
}
DESCRIPTIONS = st.fixed_dictionaries({}, optional=ANYTHING).map(Description.of)


def sari(**more: str) -> Description:
    known = {
        "full_name": "Sari Rahmawati",
        "nik": "9901014205900001",
        "birth_date": "1990-05-02",
        "sex": "2",
        "mother_name": "Sumiyati",
        "phone": "+628119900001",
    }
    return Description.of(known | more)
