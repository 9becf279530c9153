"""`suar names` and `suar link`: no server, no database, files in and files out."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from suar.site import cli
from suar.site.running.home import CannotRun
from suar.site.terminal.linking import link
from suar.site.terminal.names import compare_files

HEADER = "id,full_name,nik,sex,birth_date,birth_place,mother_name,passport_no,phone,address,region_code"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_two_names_are_compared_in_the_words_given(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["names", "compare", "Muhammad Rizki Hidayat", "Moh. Rizky Hidayat"]) == 0
    said = capsys.readouterr().out
    assert "verdict  likely" in said and "hidayat" in said and "[" not in said


def test_a_file_of_pairs_is_answered_in_its_order(tmp_path: Path) -> None:
    pairs = written(tmp_path / "in.csv", 'id,left,right\nb,"Siti, S.Pd",SITI\na,Siti Aminah,Budi Santoso\n')
    assert cli.main(["names", "compare", "--pairs", str(pairs), "--out", str(tmp_path / "out.csv")]) == 0
    answers = rows(tmp_path / "out.csv")
    assert [(row["id"], row["verdict"]) for row in answers] == [("b", "same"), ("a", "different")]
    assert int(answers[0]["weight"]) > 0 > int(answers[1]["weight"])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("id,left\n1,Sari\n", "no column right"),
        ("", "no column id, left, right"),
        ("id,left,right\n1,Sari,Sari,Sari\n", "line 2: more cells"),
        ('id,left,right\n1,"Sari,Sari\n', "unexpected end"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_and_nothing_is_written(text: str, says: str, tmp_path: Path) -> None:
    pairs, out = written(tmp_path / "in.csv", text), tmp_path / "out.csv"
    with pytest.raises(CannotRun, match=says):
        compare_files(pairs, out)
    assert list(tmp_path.iterdir()) == [pairs]


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_bytes("id,left,right\n1,Sití,Siti\n".encode("latin-1"))
    with pytest.raises(CannotRun, match="not UTF-8"):
        compare_files(tmp_path / "in.csv", tmp_path / "out.csv")


def test_linked_files_give_the_same_person_and_leave_strangers_alone(tmp_path: Path) -> None:
    left = written(
        tmp_path / "left.csv",
        f"{HEADER}\n"
        "a,Sari Wulandari,9901015205900001,2,1990-05-12,Praya,Inaq Rabiah,X9900001,0819 9000 0001,,520201\n"
        "b,Agus Setiawan,,1,1980-03-04,,,,,,\n",
    )
    right = written(
        tmp_path / "right.csv",
        "id,full_name,nik,birth_date,mother_name,phone\n"
        "x,SARI WULANDARI,9901015205900001,12-05-1990,,\n"
        "y,Sari Wulandary,,1990-05-12,Inaq Rabiah,+6281990000001\n"
        "z,Made Suarta,9901010101700002,1970-01-01,,\n",
    )
    assert link(left, right, tmp_path / "out.csv") == 0
    pairs = rows(tmp_path / "out.csv")
    assert sorted((pair["left_id"], pair["right_id"]) for pair in pairs) == [("a", "x"), ("a", "y")]
    assert all(int(pair["weight"]) > 10_000 and 0.9 < float(pair["probability"]) <= 1 for pair in pairs)


def test_only_id_and_full_name_are_needed_and_an_id_twice_is_refused(tmp_path: Path) -> None:
    few = written(tmp_path / "few.csv", "id,full_name\n1,Sari\n")
    assert link(few, few, tmp_path / "out.csv") == 0
    twice = written(tmp_path / "twice.csv", "id,full_name\n1,Sari\n1,Budi\n")
    with pytest.raises(CannotRun, match="record 2: the id is there twice"):
        link(few, twice, tmp_path / "out.csv")
