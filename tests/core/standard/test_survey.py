"""A renamed column or an unknown code is one clear finding, not ten thousand faults."""

from __future__ import annotations

from typing import Any

import pytest

from suar.core.standard import Finding, survey
from tests.core.standard.adopted import applications, cases, row


def rows(many: int, **native: Any) -> list[dict[str, Any]]:
    return [{**row(), **native, "nomor": f"JKT-{n:04}"} for n in range(many)]


def renamed(many: int, old: str, new: str) -> list[dict[str, Any]]:
    return [{(new if name == old else name): value for name, value in sent.items()} for sent in rows(many)]


def told(findings: tuple[Finding, ...]) -> list[tuple[str, str, str, int, bool]]:
    return [(f.code, f.native, f.field, f.count, f.stops) for f in findings]


def test_a_batch_as_agreed_has_no_findings() -> None:
    assert survey(rows(50), applications()) == ()


def test_a_renamed_column_is_one_finding_that_stops_the_batch_and_names_both() -> None:
    findings = survey(renamed(2_000, "tujuan", "tujuan_perjalanan"), applications())
    assert told(findings) == [("column.renamed", "tujuan", "purpose", 2_000, True)]
    assert findings[0].params == {"probably": "tujuan_perjalanan"}


def test_a_renamed_column_inside_another_is_found_too() -> None:
    sent = [
        {**r, "pemohon": {("nomor_induk" if k == "nik" else k): v for k, v in r["pemohon"].items()}} for r in rows(20)
    ]
    assert told(survey(sent, applications())) == [("column.renamed", "pemohon.nik", "nik", 20, True)]


@pytest.mark.parametrize("many", [4, 20])
def test_a_new_name_that_begins_with_an_abbreviation_is_no_part_of_a_column_of_that_name(many: int) -> None:
    """ "No. Surat" beside a column "No": seen at a Disnaker whose list had four rows, all of which came back."""
    assert told(survey(renamed(many, "tujuan", "nomor. tujuan"), applications())) == [
        ("column.renamed", "tujuan", "purpose", many, True)
    ]


def test_a_column_that_is_gone_stops_the_batch_only_where_the_standard_needs_it() -> None:
    without = [{k: v for k, v in r.items() if k != "tujuan"} for r in rows(20)]
    assert told(survey(without, applications())) == [("column.missing", "tujuan", "purpose", 20, False)]
    without = [{k: v for k, v in r.items() if k != "status"} for r in rows(20)]
    assert told(survey(without, applications())) == [("column.missing", "status", "status", 20, True)]
    without = [{k: v for k, v in r.items() if k != "versi"} for r in rows(20)]
    assert told(survey(without, applications())) == [("column.missing", "versi", "", 20, True)]


def test_a_source_that_leaves_empty_fields_out_misses_no_optional_column() -> None:
    sent = [{"no": str(n), "tanggal": "2026-11-21", "nama": "SARI"} for n in range(20)]
    assert survey(sent, cases()) == ()


def test_a_few_rows_prove_no_missing_column() -> None:
    assert survey([{k: v for k, v in r.items() if k != "tujuan"} for r in rows(4)], applications()) == ()


def test_a_new_column_is_told_and_stops_nothing() -> None:
    findings = survey(rows(20, catatan="x"), applications())
    assert told(findings) == [("column.new", "catatan", "", 20, False)] and findings[0].positions == (0, 1, 2, 3, 4)


def test_known_but_unused_columns_and_the_connector_s_own_are_no_findings() -> None:
    assert survey(rows(20, foto="x", petugas={"nama": "X", "nip": "1"}, **{"$file": "a.csv"}), applications()) == ()


def test_an_unknown_code_is_one_finding_with_count_and_places() -> None:
    sent = [{**r, "tujuan": "BUNGA" if n % 4 == 0 else "W"} for n, r in enumerate(rows(100))]
    (finding,) = survey(sent, applications())
    assert (finding.code, finding.field, finding.count, finding.positions, finding.samples) == (
        "code.unknown",
        "purpose",
        25,
        (0, 4, 8, 12, 16),
        ("BUNGA",),
    )
    assert not finding.stops


def test_values_of_people_that_slid_into_a_code_column_are_not_shown() -> None:
    slid = [{**r, "tujuan": f"SARI {chr(65 + n)}MINAH"} for n, r in enumerate(rows(20))]
    (finding,) = survey(slid, applications())
    assert finding.count == 20 and finding.samples == ()
    numbers = survey(rows(20, tujuan="9901015205909001"), applications())
    assert numbers[0].samples == ()


def test_letters_lost_by_a_wrong_encoding_are_one_finding() -> None:
    findings = survey([{**r, "catatan_alamat": "", "negara": "SAUD\ufffd"} for r in rows(20)], applications())
    assert ("text.encoding", "", "", 20, True) in told(findings)


def test_anything_that_is_no_row_is_passed_over() -> None:
    junk: list[Any] = [None, 7, "x", []]
    assert survey(junk, applications()) == () and survey([*junk, *rows(20)], applications()) == ()


def test_identifiers_that_a_spreadsheet_rounded_stop_the_batch() -> None:
    mangled = [{**r, "pemohon": {**r["pemohon"], "nik": f"99010152059{n:04}0"}} for n, r in enumerate(rows(20))]
    assert ("column.rounded", "pemohon.nik", "nik", 20, True) in told(survey(mangled, applications()))
    honest = [{**r, "pemohon": {**r["pemohon"], "nik": f"990101520590{9000 + n}"}} for n, r in enumerate(rows(100))]
    assert survey(honest, applications()) == ()


def test_a_successor_without_a_like_name_is_known_by_its_values() -> None:
    """A source that leaves empty fields out: a date column vanished, and a new one holds nothing but dates."""
    sent = [
        {"no": str(n), "tanggal": "2026-11-21", "nama": "SARI", "dob": f"1990-05-{n + 1:02}", "ket": "x"}
        for n in range(20)
    ]
    assert ("column.renamed", "lahir", "birth_date", 20, True) in told(survey(sent, cases()))
    sent = [{"no": str(n), "tanggal": "2026-11-21", "nama": "SARI", "ket": "x"} for n in range(20)]
    assert told(survey(sent, cases())) == [("column.new", "ket", "", 20, False)]


@pytest.mark.parametrize("many", [3, 5, 40])
def test_a_rare_column_that_is_renamed_is_found_though_few_rows_have_it(many: int) -> None:
    sent = [{"no": str(n), "tanggal": "2026-11-21", "nama": "SARI"} for n in range(many)]
    sent[1] |= {"tgl_lahir": "1994-05-12"}
    assert told(survey(sent, cases())) == [("column.renamed", "lahir", "birth_date", many, True)]
    sent[1]["tgl_lahir"] = "di rumah"
    assert told(survey(sent, cases())) == [("column.new", "tgl_lahir", "", 1, False)], "no date, so no date of birth"
    sent[2] |= {"lahir": "1994-05-12"}
    sent[1]["tgl_lahir"] = "1994-05-12"
    assert told(survey(sent, cases())) == [("column.new", "tgl_lahir", "", 1, False)], "the column is still there"
