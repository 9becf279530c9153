"""`suar load`: a file goes the way of every record, or is refused with a word that helps."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from suar.intake.queries.mappings import sources
from suar.site.auth import now
from suar.site.running.home import CannotRun
from suar.site.terminal import loading
from tests import cast
from tests.site.letters import LETTERS, count, file

pytestmark = pytest.mark.django_db(databases=["default", "protection"])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    cast.adopt()
    return tmp_path


def test_a_loaded_file_goes_the_whole_way_and_the_second_time_changes_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    letters = file(folder, "letters.csv", LETTERS)
    assert loading.load(letters, source="disnaker", kind="recommendation_letter") == 0
    assert "sent 2 = accepted 0 + with remarks 2" in capsys.readouterr().out
    assert (count("persons_member"), count("journeys_step")) == (2, 2)
    state = count("intake_record")
    assert loading.load(letters, source="disnaker", kind="recommendation_letter") == 0
    assert "unchanged 2" in capsys.readouterr().out
    assert count("intake_record") == state


def test_json_lines_say_the_same_as_csv(folder: Path) -> None:
    header, *rows = (line.split(",") for line in LETTERS.splitlines())
    lines = "\n".join(json.dumps(dict(zip(header, row, strict=True))) for row in rows)
    assert loading.load(file(folder, "l.jsonl", lines), source="disnaker", kind="recommendation_letter") == 0
    letters = file(folder, "letters.csv", LETTERS)
    loading.load(letters, source="disnaker", kind="recommendation_letter")
    assert count("intake_record") == 2


def test_a_faulty_record_is_returned_with_its_number_and_the_others_are_taken(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    faulty = LETTERS + "3,s3,Budi,123,1980-03-04,560/3/2026,2026-10-02,disnaker,520201,HKG,no,issued\n"
    assert loading.load(file(folder, "l.csv", faulty), source="disnaker", kind="recommendation_letter") == 1
    said = capsys.readouterr().out
    assert "with remarks 2" in said and "returned 1" in said and "record 3: nik:" in said
    assert "123" not in said.split("record 3", 1)[1], "no fault repeats a value of the row"


def test_a_file_that_looks_wrong_stops_itself_and_leaves_nothing(folder: Path) -> None:
    header, first, _ = LETTERS.splitlines()
    rows = [first.replace("1,s1", f"{n},s{n}").replace("9901015205900001", "12") for n in range(60)]
    text = "\n".join([header, *rows])
    assert loading.load(file(folder, "l.csv", text), source="disnaker", kind="recommendation_letter") == 1
    assert (count("intake_batch"), count("intake_record"), count("intake_returned")) == (0, 0, 0)


@pytest.mark.parametrize(
    ("name", "source", "kind", "says"),
    [
        ("l.csv", "nowhere", "recommendation_letter", "No source is called nowhere"),
        ("l.csv", "disnaker", "letter", "no kind letter"),
        ("l.csv", "simfoni", "victim_service", "behind the protection wall"),
        ("l.xlsx", "disnaker", "recommendation_letter", "ends in"),
        ("none.csv", "disnaker", "recommendation_letter", "cannot be read"),
    ],
)
def test_what_cannot_be_loaded_is_said_plainly(folder: Path, name: str, source: str, kind: str, says: str) -> None:
    if name != "none.csv":
        file(folder, name, LETTERS)
    with pytest.raises(CannotRun, match=says):
        loading.load(folder / name, source=source, kind=kind)


def test_a_version_in_a_file_is_counted_as_the_source_counts(folder: Path) -> None:
    adopted = sources(now()).bundle.under("sources")["disnaker"]
    assert loading.version_style(adopted, "recommendation_letter") == "integer"
    assert loading.version_style(adopted, "passport") == "text"
