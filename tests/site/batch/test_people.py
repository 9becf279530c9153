"""Whatever a spreadsheet made of a file of persons: read right, or refused in one clear sentence."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from suar.core.identity.person import Description
from suar.site.batch import people, values
from suar.site.running.home import CannotRun

HEAD = "id,full_name,nik,sex,birth_date,phone\n"
SARI = "1,Sari Rahmawati,9901015704990003,2,1999-04-17,+6281234567890\n"
READ = Description(
    full_name="Sari Rahmawati", nik="9901015704990003", sex="2", birth_date="1999-04-17", phone="+6281234567890"
)


def read(path: Path) -> list[Description]:
    shape = people.shape(path)
    return [
        one
        for rows in people.rows(path, shape, together=2)
        for one in people.described(rows.cells, shape.columns, people.Unread())
    ]


SHAPES = {
    "plain": (HEAD + SARI).encode(),
    "UTF-8 with a mark": (HEAD + SARI).encode("utf-8-sig"),
    "UTF-16 as Excel's Unicode text": (HEAD + SARI).replace(",", "\t").encode("utf-16"),
    "semicolons": (HEAD + SARI).replace(",", ";").encode(),
    "tabs": (HEAD + SARI).replace(",", "\t").encode(),
    "bars": (HEAD + SARI).replace(",", "|").encode(),
    "Windows line ends": (HEAD + SARI).replace("\n", "\r\n").encode(),
    "no last line end": (HEAD + SARI).strip().encode(),
    "blank lines": ("\n" + HEAD + "\n" + SARI + "\n,,,,,\n\n").encode(),
    "a header in capitals and blanks": (HEAD.upper().replace("FULL_NAME", " Full Name ") + SARI).encode(),
    "quoted cells": b'"id","full_name","nik","sex","birth_date","phone"\n"1","Sari Rahmawati","9901015704990003","2","1999-04-17","+6281234567890"\n',
    "empty cells beyond the header": (HEAD.strip() + ",,\n" + SARI.strip() + ",,\n").encode(),
    "other columns between": b"no,id,catatan,full_name,nik,sex,birth_date,phone\n9,1,x,Sari Rahmawati,9901015704990003,2,1999-04-17,+6281234567890\n",
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_a_file_is_read_however_it_was_saved(name: str, tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(SHAPES[name])
    assert read(path) == [READ]


def test_windows_letters_are_read_as_such(tmp_path: Path) -> None:
    path = tmp_path / "old.csv"
    path.write_bytes("id,full_name\n1,José Nahak\n".encode("cp1252"))
    assert people.shape(path).encoding == "cp1252" and read(path)[0].full_name == "José Nahak"


def test_a_quoted_line_end_and_a_short_row_are_read(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text(HEAD + '1,"Sari\nRahmawati",,,\n2,Budi\n')
    assert [one.full_name for one in read(path)] == ["Sari Rahmawati", "Budi"]


REFUSED = {
    "nothing in it": (b"", "is empty"),
    "blank lines only": (b"\n\n  \n", "is empty"),
    "no id": (b"full_name,nik\nSari,\n", "no column id"),
    "no name": (b"id,nik\n1,\n", "no column full_name"),
    "a column twice": (b"id,full_name,nik,nik\n1,Sari,,\n", "the column nik twice"),
    "an id twice": (HEAD.encode() + SARI.encode() * 2, "record 2: the id is there twice"),
    "an id missing": (HEAD.encode() + b",Sari,,,,\n", "record 1: the id is missing"),
    "too many cells": (HEAD.encode() + b"1,Sari,,,,,surplus\n", "more cells than the header"),
    "a line of ten megabytes": (HEAD.encode() + b"1," + b"a" * 10_000_000 + b",,,,\n", "line 2: more than 1,048,576 characters"),
    "a cell too long": (HEAD.encode() + b"1," + b"a" * 500_000 + b",,,,\n", "near line 2"),
    "a quotation mark never closed": (HEAD.encode() + b'1,"Sari' + b",,,,\nx" * 60_000, "never closed"),
    "a picture": (bytes(range(256)) * 8, "no column id"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_table_is_refused_in_one_sentence(name: str, tmp_path: Path) -> None:
    path, (text, said) = tmp_path / "file.csv", REFUSED[name]
    path.write_bytes(text)
    with pytest.raises(CannotRun, match=said) as refused:
        read(path)
    assert str(path) in str(refused.value) and "\n" not in str(refused.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="cannot be read"):
        people.fingerprint(tmp_path / "nowhere.csv")


CELLS = [
    ("birth_date", "1990-05-12", "1990-05-12"), ("birth_date", "12/05/1990", "1990-05-12"), ("birth_date", "12-05-1990", "1990-05-12"),
    ("birth_date", "12.5.1990", "1990-05-12"), ("birth_date", "12 Mei 1990", "1990-05-12"), ("birth_date", "12-Mei-1990", "1990-05-12"),
    ("birth_date", "1990-05-12 00:00:00", "1990-05-12"), ("birth_date", "1990/05/12", "1990-05-12"), ("birth_date", "19900512", "1990-05-12"),
    ("birth_date", "05/25/1990", "1990-05-25"), ("birth_date", "33005", "1990-05-12"), ("birth_date", "12-05-90", "1990-05-12"),
    ("birth_date", "12/V/1990", "1990-05-12"), ("birth_date", "1990", "1990"), ("birth_date", "31/02/1990", ""), ("birth_date", "tidak tahu", ""),
    ("birth_date", "#REF!", ""), ("birth_date", "00-05-1990", "1990-05"),
    ("nik", "9901011205900001", "9901011205900001"), ("nik", "'9901011205900001", "9901011205900001"), ("nik", '="9901011205900001"', "9901011205900001"),
    ("nik", "9901011205900001.0", "9901011205900001"), ("nik", "99.01.01.120590.0001", "9901011205900001"), ("nik", "9901 0112 0590 0001", "9901011205900001"),
    ("nik", "99O1O112O59OOOO1", "9901011205900001"), ("nik", "9.90101E+15", ""), ("nik", "9,90101E+15", ""), ("nik", "990101120590000", ""),
    ("nik", "0000000000000000", ""), ("nik", "9999999999999999", ""), ("nik", "1234567890123456", ""), ("nik", "9901019905900001", "9901019905900001"),
    ("phone", "081234567890", "+6281234567890"), ("phone", "+62 812-3456-7890", "+6281234567890"), ("phone", "6281234567890", "+6281234567890"),
    ("phone", "81234567890", "+6281234567890"), ("phone", "6.28123E+12", ""), ("phone", "(0812) 3456 7890", "+6281234567890"), ("phone", "-", ""),
    ("sex", "L", "1"), ("sex", "Perempuan", "2"), ("sex", "2.0", "2"), ("sex", "0", ""), ("sex", "?", ""),
    ("passport_no", "a 2062513", "A2062513"), ("passport_no", "N/A", ""), ("region_code", "35.73.01", "357301"), ("region_code", "Cianjur", ""),
    ("mother_name", " Euis  Komariah ", "Euis Komariah"), ("mother_name", "NULL", ""), ("address", "tidak ada", ""),
]  # fmt: skip


@pytest.mark.parametrize(("column", "cell", "meant"), CELLS)
def test_a_cell_is_what_was_meant_or_nothing(column: str, cell: str, meant: str) -> None:
    text = values.cleaned(cell)
    read = values.READERS.get(column)
    assert (read(text) if read and text else text) == meant


def test_what_nobody_can_read_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(
            [("id", "full_name", "nik"), ("1", "Sari", "9,9E+15"), ("2", "Budi", "123"), ("3", "Ratna", "")]
        )
    shape, unread = people.shape(path), people.Unread()
    for rows in people.rows(path, shape, together=9):
        people.described(rows.cells, shape.columns, unread)
    assert unread.counts == {"nik": 2}
