"""A native row becomes a record, or goes back with everything that is wrong with it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from suar.core.errors import Read
from suar.core.standard import Record, read_record, stamped
from suar.core.standard.readers import read_money
from tests.core.standard.adopted import applications, cases, office, row, standard
from tests.proving import Claim


def changed(**native: Any) -> Read[Record]:
    """Sari's application with some native fields changed; `pemohon__x` reaches inside."""
    sent = row()
    for name, value in native.items():
        outer, _, inner = name.partition("__")
        if inner:
            sent[outer] = {**sent[outer], inner: value}
        else:
            sent[outer] = value
    return read_record(sent, applications(), standard())


def codes_of(read: Read[Record]) -> list[tuple[str, str]]:
    return [(fault.code, fault.field) for fault in read.faults]


def remarks_of(read: Read[Record]) -> list[tuple[str, str]]:
    return [(remark.code, remark.field) for remark in read.get().remarks]


def test_a_good_row_is_a_record_in_the_words_of_the_standard() -> None:
    record = changed().get()
    assert (record.kind, record.source, record.record_id, record.subject_id) == (
        "passport_application",
        "kantor",
        "JKT-0001",
        "77",
    )
    assert record.version == "00000000000000000007" and record.at == "2026-11-21T03:05:00+00:00"
    assert record.message_id == "passport_application/JKT-0001@00000000000000000007"
    assert record.values == {
        "application_no": "JKT-0001", "full_name": "SARI AMINAH", "nik": "9901015205909001", "sex": 2, "birth_date": "1990-05-12",
        "birth_place": "SUKAMAJU", "phone": "+6281234567890", "address": "JL. MAWAR 3, SUKAMAJU", "purpose": "tourism", "destination": "SAU",
        "status": "submitted", "request": "first", "submitted_at": "2026-11-21T02:05:00+00:00", "statement_taken": False, "email": "sari@example.id",
    }  # fmt: skip
    assert not record.remarks and not record.protection and not record.withdrawn


def test_every_fault_comes_back_at_once_with_the_source_s_own_field_and_no_value() -> None:
    read = changed(
        nomor="", status="8", pemohon__nik="99O1015205909001", pemohon__lahir="SUKAMAJU, 31-02-1990", versi="tujuh"
    )
    assert codes_of(read) == [
        ("field.required", "application_no"),
        ("nik.letters", "nik"),
        ("date.impossible", "birth_date"),
        ("code.unknown", "status"),
        ("record.no_id", "record_id"),
        ("number.form", "version"),
    ]
    assert read.faults[1].params == {"places": "3", "native": "pemohon.nik"}
    assert "99O1" not in repr(read.faults) and "31-02" not in repr(read.faults)


def test_what_the_standard_can_do_without_is_left_out_with_a_remark() -> None:
    read = changed(pemohon__hp="nanti saja", tujuan="Z", negara="Atlantis")
    assert not {"phone", "purpose", "destination"} & set(read.get().values)
    assert remarks_of(read) == [
        ("phone.form", "phone"),
        ("code.unknown", "purpose"),
        ("country.unknown", "destination"),
    ]


@pytest.mark.parametrize(
    ("native", "field", "value"),
    [
        ({"tujuan": "kunjungan keluarga"}, "purpose", "family_visit"),  # a spelling of the code list
        ({"tujuan": " w "}, "purpose", "tourism"),  # the source's own code, written loosely
        ({"tujuan": "-9"}, "purpose", None),  # a code that means nothing
        ({"negara": "KOSONG"}, "destination", None),  # a text that this source writes for nothing
        ({"negara": "sau"}, "destination", "SAU"),
        ({"bap": "ya"}, "statement_taken", True),
        ({"zona": "WIB"}, "submitted_at", "2026-11-21T03:05:00+00:00"),
        ({"zona": None}, "submitted_at", "2026-11-21T03:05:00+00:00"),
        ({"pemohon__desa": None}, "address", "JL. MAWAR 3"),
        ({"pemohon__email": "A@B.ID"}, "email", "a@b.id"),
        ({"pemohon__lahir": "12-05-1990"}, "birth_date", "1990-05-12"),
        ({"pemohon__lahir": "SUKAMAJU"}, "birth_place", "SUKAMAJU"),
        ({"pemohon__nama": "NUR’AINI"}, "full_name", "NUR’AINI"),
    ],
)
def test_one_native_value_one_value_of_the_standard(native: dict[str, Any], field: str, value: Any) -> None:
    assert changed(**native).get().values.get(field) == value


@pytest.mark.parametrize(
    ("native", "code", "field"),
    [
        ({"pemohon__jk": 0}, "nik.sex_disagrees", "nik"),
        ({"pemohon__lahir": "X, 13-05-1990"}, "nik.birth_disagrees", "nik"),
        ({"pemohon__lahir": "X, 01-01-1990"}, "birth.new_year", "birth_date"),
        ({"pemohon__nik": "9977775205909001"}, "nik.region", "nik"),
        ({"pemohon__nama": "SARI Ã©MA"}, "text.encoding_twice", "full_name"),
        ({"masuk": "21/11/2026"}, "instant.day_only", "submitted_at"),
    ],
)
def test_what_looks_odd_is_kept_and_remarked(native: dict[str, Any], code: str, field: str) -> None:
    assert (code, field) in remarks_of(changed(**native))


@pytest.mark.parametrize(
    ("native", "code"),
    [
        ({"pemohon__nik": 9.901015205909001e15}, "nik.excel"),  # a float has no room for the last digit
        ({"pemohon__nik": "9,9E+15"}, "nik.excel"),
        ({"pemohon__nik": 9901015205909010}, "nik.excel"),  # a number whose last digit may have been another
        ({"pemohon__nik": 9901015205909011}, ""),
        ({"pemohon__nama": None}, "field.required"),
        ({"pemohon__nama": ["SARI"]}, "text.shape"),
        ({"pemohon__nama": "SARI\x00"}, "text.control"),
        ({"pemohon__nama": "SAR\ufffd"}, "text.encoding"),
        ({"pemohon__nama": "12345"}, "name.no_letters"),
        ({"pemohon__nama": "#REF!"}, "text.excel_error"),
        ({"pemohon": None}, "field.required"),
        ({"zona": "MARS"}, "zone.unknown"),
        ({"versi": None}, "record.no_version"),
        ({"diubah": None}, "record.no_time"),
        ({"nomor": "x" * 300}, "id.long"),
    ],
)
def test_what_cannot_be_kept_is_returned(native: dict[str, Any], code: str) -> None:
    read = changed(**native)
    assert (code in [fault.code for fault in read.faults]) if code else read.ok


def test_a_row_that_is_taken_back_needs_no_more_than_its_id() -> None:
    read = read_record(
        {"nomor": "JKT-0001", "op": "D", "versi": 8, "diubah": 1795230300000}, applications(), standard()
    )
    assert read.get().withdrawn and read.get().record_id == "JKT-0001"


def test_only_expected_rows_are_of_a_kind() -> None:
    assert [kind.native for kind in office().kinds_of("permohonan", row())] == ["permohonan"]
    assert office().kinds_of("permohonan", {**row(), "jenis": "LAIN"}) == ()
    assert office().kinds_of("lain", row()) == ()


def test_a_source_without_versions_is_stamped_by_intake() -> None:
    read = read_record({"no": "A1", "tanggal": "2026-11-21", "nama": "SARI"}, cases(), standard())
    record = stamped(read.get(), "2026-11-21/abc")
    assert (read.get().version, record.version, record.message_id) == (
        "",
        "2026-11-21/abc",
        "complaint/A1@2026-11-21/abc",
    )
    assert stamped(changed().get(), "other") == changed().get()


@pytest.mark.parametrize(
    ("native", "protected"),
    [
        ({}, False),
        ({"tppo": "N"}, False),
        ({"tppo": "Y"}, True),
        ({"lahir": "2009-01-01"}, True),  # a child on the day of the statement
        ({"lahir": "2008-11-21"}, False),  # 18 on that day
        ({"lahir": "2008-11-22"}, True),
        ({"lahir": "2008"}, True),  # may have been a child
        ({"lahir": "~17@2026-11-21"}, True),
    ],
)
def test_victims_and_children_go_behind_the_wall_whatever_the_mapping_says(
    native: dict[str, Any], protected: bool
) -> None:
    sent = {"no": "A1", "tanggal": "2026-11-21T10:00:00Z", "nama": "SARI"} | native
    assert read_record(sent, cases(), standard()).get().protection is protected


@pytest.mark.parametrize(
    ("written", "rupiah"),
    [
        ("5000000", 5_000_000), ("Rp 1.500.000,00", 1_500_000), ("1,500,000", 1_500_000), ("IDR 750000", 750_000), ("Rp. 2.000.000,-", 2_000_000),
        ("5jt", 5_000_000), ("5 juta", 5_000_000), ("1,5 juta", 1_500_000), ("Rp 2.25 JT", 2_250_000), ("750rb", 750_000), ("750 ribu", 750_000),
        ("1 miliar", 1_000_000_000),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_it_is_written_and_as_it_is_said(written: str, rupiah: int) -> None:
    assert read_money(written).get() == rupiah


@pytest.mark.parametrize("written", ["jt", "lima juta", "5 jt 5", "1.500 ribu", "5 juta lebih", "-5jt", "1.50.000"])
def test_an_amount_that_may_mean_two_things_is_not_guessed(written: str) -> None:
    assert read_money(written).faults[0].code == "money.form"


def test_several_values_are_read_one_by_one_and_the_good_ones_kept() -> None:
    sent = {
        "no": "A1",
        "tanggal": "2026-11-21",
        "cara": "penyekapan; jeratan utang; sihir; penyekapan",
        "bentuk": ["kerja paksa", "online scam"],
    }
    read = read_record(sent, cases(), standard())
    assert read.get().values["means"] == ["restricts_movement", "debt_bondage"]
    assert read.get().values["exploitation"] == ["forced_labour", "forced_criminality"]
    assert ("code.unknown", "means") in remarks_of(read)


@pytest.mark.parametrize("native", [None, 7, "permohonan", [], ["nomor"]])
def test_what_is_no_row_is_returned(native: Any) -> None:
    assert [fault.code for fault in read_record(native, applications(), standard()).faults] == ["record.shape"]


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30) | st.binary(max_size=5) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=4,
)
natives = st.fixed_dictionaries({}, optional=dict.fromkeys([*row(), "email_lain"], values)) | st.dictionaries(
    st.text(max_size=8), values, max_size=6
)


@pytest.mark.prove
def test_any_row_becomes_a_record_or_faults(claim: Claim) -> None:
    @seed(claim.seed)
    @settings(
        max_examples=claim.number(small=120, large=20_000),
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(natives, st.fixed_dictionaries({}, optional=dict.fromkeys(row()["pemohon"], values)))
    def becomes_a_record_or_faults(native: dict[str, Any], applicant: dict[str, Any]) -> None:
        for sent in (native, {**row(), **native, "pemohon": applicant}):
            read = read_record(sent, applications(), standard())
            assert read.ok is (read.value is not None)
            if read.ok:
                json.dumps(read.get().values, allow_nan=False).encode()
                assert not any(isinstance(value, float) or value is None for value in read.get().values.values())

    becomes_a_record_or_faults()
