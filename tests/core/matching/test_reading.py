"""What the compiled reader makes of a value is what is read of it in words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suar.core.identity.columns import Columns
from suar.core.identity.person import Description
from suar.core.identity.spelling import LONGEST_NAME
from suar.core.matching import encoding, kernel, reading
from tests.golden import adopted

TABLES = adopted.matching().names
WORDS = [
    "siti",
    "muhammad",
    "Rahmat",
    "HIDAYAT",
    "i",
    "wayan",
    "bin",
    "007",
    "x",
    "haji",
    "s.pd",
    "Nur'aini",
    "José",
    "sari",
    "sari,",
    "sari",
]
NAMES = st.lists(st.sampled_from([*WORDS, "", "Simanjuntak"]), max_size=10).map(" ".join) | st.text(max_size=12)
DIGITS = st.text("0123456789", max_size=20) | st.from_regex(r"\A[0-9]{16}\Z")
ODD = st.text(st.sampled_from("019+-.A Zz\x00\x01٣é'`"), max_size=12)
DATES = st.dates().map(str) | st.sampled_from(["1990", "1990-05", "~34@2024-05-01", "1990-05-1x", "199O-05-12"]) | ODD
PLACES = st.lists(
    st.sampled_from(["Jl.", "Melati", "No.", "007", "000", "RT", "kab.", "Ciamis", "o'neil", "Ä", "x" * 90]), max_size=8
)
PEOPLE = st.builds(
    Description, full_name=NAMES, mother_name=NAMES, father_name=NAMES, nik=DIGITS | ODD, birth_date=DATES,
    sex=st.sampled_from(["", "1", "2", "9", "x"]), kk=DIGITS | ODD, passport_no=st.from_regex(r"\A[A-Z]{0,2}[0-9]{0,10}\Z") | ODD,
    phone=st.from_regex(r"\A\+?[0-9]{0,18}\Z") | ODD, nationality=st.sampled_from(["", "IDN", "MYS", "idn"]) | ODD,
    region_code=st.from_regex(r"\A[0-9]{0,2}\.?[0-9]{0,2}\.?[0-9]{0,6}\Z") | ODD, address=PLACES.map(" ".join) | ODD,
    birth_place=PLACES.map(" ".join),
)  # fmt: skip


def said(people: list[Description]) -> list[Any]:
    """The columns, with the words themselves for where they stand."""
    encoding._RESTING.clear()
    side = encoding.side_of(Columns.of(people), TABLES)
    (vocabulary,) = encoding._RESTING[id(TABLES)]
    words = list(vocabulary.rows)
    told = []
    for ints, longs, digits in zip(side.ints.tolist(), side.longs.tolist(), side.digits.tolist(), strict=True):
        for which in range(3):
            for group, room, count in (
                (kernel.I_OWN, kernel.WORDS, kernel.I_WORDS),
                (kernel.I_FATHER, kernel.FATHERS, kernel.I_FATHERS),
            ):
                for n in range(ints[count + which]):
                    ints[group + which * room + n] = words[ints[group + which * room + n]]
        for at, size in ((kernel.I_PLACE_AT, kernel.I_PLACE_SIZE), (kernel.I_ADDRESS_AT, kernel.I_ADDRESS_SIZE)):
            ints[at] = side.texts[ints[at] : ints[at] + ints[size]].tobytes()
        told.append([ints, longs, digits])
    return told


def in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have names, numbers that are no digits to compare, regions and addresses all be left over."""
    compiled = reading.read

    def read(
        texts: Any, people: int, known: Any, initial: int, forms: Any, names: Any, smalls: Any, longs: Any, *rest: Any
    ) -> Any:
        left = rest[-1]
        compiled(texts, people, known, initial, forms, names, smalls, longs, *rest)
        names[:], longs[:, : reading.L_NIK_KECAMATAN] = 0, 0
        smalls[:, [reading.S_ADDRESS_AT, reading.S_ADDRESS_SIZE]] = 0
        ends = np.flatnonzero(texts == 0)
        starts = np.concatenate([[0], ends[:-1] + 1])
        stated = np.flatnonzero(ends > starts)
        fields = stated // people
        niks = [n for n in stated[fields == reading.NIK].tolist() if not smalls[n % people, reading.S_HAS_NIK]]
        told = [*stated[(fields <= reading.FATHER) | (fields >= reading.KK)].tolist(), *niks]
        left[: len(told)] = told
        return len(told), 0

    monkeypatch.setattr(reading, "read", read)


@settings(max_examples=60, deadline=None)
@given(st.lists(PEOPLE, min_size=1, max_size=4))
def test_what_is_compiled_reads_as_words_do(people: list[Description]) -> None:
    fast = said(people)
    with pytest.MonkeyPatch.context() as patch:
        in_words(patch)
        slow = said(people)
    assert fast == slow


def test_both_compiled_files_mean_the_same_by_a_name() -> None:
    """What is compiled keeps the numbers that it was compiled with, so each file has its own."""
    assert (reading.WORDS, reading.FATHERS, reading.DIGITS) == (kernel.WORDS, kernel.FATHERS, kernel.DIGITS)
    assert (reading.NAME, reading.MOTHER, reading.FATHER) == (kernel.NAME, kernel.MOTHER, kernel.FATHER)
    assert reading.LONGEST == LONGEST_NAME
    texts = range(reading.L_KK, reading.L_NATIONALITY + 1), range(reading.L_PROVINCE, reading.LONGS)
    assert texts == (
        range(kernel.P_KK, kernel.P_PLACE),
        range(reading.L_PROVINCE, reading.L_PROVINCE + kernel.LONGS - kernel.P_PROVINCE),
    )


def test_nearly_all_that_is_ordinary_is_read_compiled() -> None:
    one = Description(
        full_name="Sari Wulandari", mother_name="Inaq Rabiah", nik="9901015205900001", birth_date="1990-05-12", sex="2", phone="+6281234500001",
        passport_no="X0000001", kk="9901010101100001", nationality="IDN", region_code="99.01.01", address="Jl. Melati No. 7 RT 001",
    )  # fmt: skip
    encoding.side_of(Columns.of([one]), TABLES)  # the words are learned
    told: list[int] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encoding, "_left_over", lambda *asked: told.append(asked[0]))
        encoding.side_of(Columns.of([one]), TABLES)
    assert not told


@pytest.mark.parametrize("text", ["9901015205900001", "+6281234", "X0000001", "IDN", "0", "A", "1" * 17])
def test_a_number_is_the_same_compiled(text: str) -> None:
    assert reading.number_of(np.frombuffer(text.encode(), np.uint8), 0, len(text)) == encoding.number_of(text)
