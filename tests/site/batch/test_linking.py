"""`suar link` and `suar resolve`: how well, how safely, and what a kill leaves behind."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from suar.site import cli
from suar.site.batch import runs
from suar.site.batch.linking import link
from suar.site.batch.resolving import resolve
from suar.site.running.home import ROOT, CannotRun
from tests.site.batch import noisy


def written(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def noisy_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("noisy")
    noisy.make(folder, 1500, seed=7)
    return folder


def test_noisy_files_are_linked_well(noisy_files: Path, tmp_path: Path) -> None:
    assert link(noisy_files / "left.csv", noisy_files / "right.csv", runs.Asked(out=tmp_path / "pairs.csv")) == 0
    precision, recall = noisy.judged_pairs(noisy_files, tmp_path / "pairs.csv", 0.5)
    print(f"1,500 people, pairs from 0.5: precision {precision:.4f}, recall {recall:.4f}")
    assert precision >= 0.96 and recall >= 0.97
    stated = {
        band: true - said
        for band, count, said, true in noisy.reliability(noisy_files, tmp_path / "pairs.csv")
        if count > 300
    }
    assert stated and all(abs(gap) < 0.02 for gap in stated.values()), stated


def test_the_noisy_records_of_one_file_become_persons(noisy_files: Path, tmp_path: Path) -> None:
    assert resolve(noisy_files / "one.csv", runs.Asked(out=tmp_path / "persons.csv")) == 0
    precision, recall = noisy.judged_persons(noisy_files, tmp_path / "persons.csv")
    print(f"1,500 people, persons: precision {precision:.4f}, recall {recall:.4f}")
    assert precision >= 0.98 and recall >= 0.88
    said = rows(tmp_path / "persons.csv")
    assert [row["id"] for row in said] == [row["id"] for row in rows(noisy_files / "one.csv")]
    first = {row["person"]: row["id"] for row in sorted(said, key=lambda row: row["id"], reverse=True)}
    assert all(person == id_ for person, id_ in first.items())


def test_what_is_likelier_one_person_than_not_finds_nearly_all_also_among_siblings_and_namesakes(
    noisy_files: Path, tmp_path: Path
) -> None:
    assert resolve(noisy_files / "one.csv", runs.Asked(out=tmp_path / "persons.csv", likely=True)) == 0
    precision, recall = noisy.judged_persons(noisy_files, tmp_path / "persons.csv")
    print(f"1,500 people, likely persons: precision {precision:.4f}, recall {recall:.4f}")
    assert (
        precision >= 0.70 and recall >= 0.99
    )  # of few names, and one in six a sibling: policy/matching/batch.yaml says so


def test_the_work_folder_is_gone_and_nobody_else_may_look_while_it_is_there(noisy_files: Path, tmp_path: Path) -> None:
    out = tmp_path / "pairs.csv"
    work = runs.opened(runs.Asked(out=out), "link", noisy_files / "left.csv", noisy_files / "right.csv")[0]
    assert work.folder.stat().st_mode & 0o777 == 0o700
    with pytest.raises(CannotRun, match="Another run works in"):
        link(noisy_files / "left.csv", noisy_files / "right.csv", runs.Asked(out=out))
    work.let_go()
    assert link(noisy_files / "left.csv", noisy_files / "right.csv", runs.Asked(out=out)) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["pairs.csv"]


def test_a_folder_of_something_else_is_never_emptied(noisy_files: Path, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    written(tmp_path / "letters" / "to_ratna.txt", "Dear Ratna")
    asked = runs.Asked(out=tmp_path / "pairs.csv", work=tmp_path / "letters")
    with pytest.raises(CannotRun, match="holds something else"):
        link(noisy_files / "left.csv", noisy_files / "right.csv", asked)
    assert (tmp_path / "letters" / "to_ratna.txt").read_text() == "Dear Ratna\n"


#: Runs the command with parts so small that it can be killed between any two of them.
SLOWLY = """
import sys
from pathlib import Path
from suar.site.batch import linking, parts, runs, scoring
parts.TOGETHER = scoring.TOGETHER = 100
sys.exit(linking.link(Path(sys.argv[1]), Path(sys.argv[2]), runs.Asked(out=Path(sys.argv[3]), cores=1)))
"""


def slowly(folder: Path, out: Path) -> subprocess.Popen[str]:
    words = [sys.executable, "-P", "-c", SLOWLY, str(folder / "left.csv"), str(folder / "right.csv"), str(out)]
    return subprocess.Popen(words, env=os.environ | {"PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE, text=True)


def test_a_killed_run_goes_on_and_comes_to_the_same_bytes(noisy_files: Path, tmp_path: Path) -> None:
    whole, killed = tmp_path / "whole.csv", tmp_path / "killed.csv"
    assert slowly(noisy_files, whole).wait(120) == 0
    folder = tmp_path / ".killed.csv.work"
    for awaited in ("left-00003.made", "right.done", "blocks.duckdb", "scored-00002", "scored-00007"):
        run = slowly(noisy_files, killed)
        deadline = time.monotonic() + 120
        while not (folder / awaited).exists() and run.poll() is None and time.monotonic() < deadline:
            time.sleep(0.005)
        run.send_signal(signal.SIGKILL)
        run.wait()
        assert (folder / awaited).exists() and not killed.exists(), awaited
    done = {
        path: path.stat().st_mtime_ns
        for path in folder.iterdir()
        if path.name.startswith(("left-", "right-", "scored-"))
    }
    last = slowly(noisy_files, killed)
    seen = next(path for path in done if path.name == "scored-00002")
    said = last.communicate(timeout=120)[1]
    assert last.returncode == 0 and "going on where an earlier run" in said and done[seen]
    assert "of them before" in said or "comparing" in said
    assert killed.read_bytes() == whole.read_bytes() and not folder.exists()


def test_other_files_in_the_same_place_are_a_new_question(noisy_files: Path, tmp_path: Path) -> None:
    out = tmp_path / "pairs.csv"
    work = runs.opened(runs.Asked(out=out), "link", noisy_files / "left.csv", noisy_files / "right.csv")[0]
    work.keep("left.done", (99, 99, {}))
    work.let_go()
    one = written(tmp_path / "one.csv", "id,full_name,nik", "a,Sari Rahmawati,9901015704990003")
    two = written(tmp_path / "two.csv", "id,full_name,nik", "x,Sari Rahmawati,9901015704990003")
    assert link(one, two, runs.Asked(out=out)) == 0
    assert [(row["left_id"], row["right_id"]) for row in rows(out)] == [("a", "x")]


def crowd(path: Path, count: int) -> Path:
    """A register in which one number was typed for everybody."""
    return written(path, "id,full_name,nik", *(f"{n},Sari Rahmawati,9901015704990003" for n in range(count)))


def test_a_run_that_looks_wrong_publishes_nothing_until_a_human_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = written(tmp_path / "persons.csv", "as it was")
    many = crowd(tmp_path / "many.csv", 200)
    assert cli.main(["resolve", str(many), "--out", str(out)]) == 1
    said = capsys.readouterr().err
    assert "looks wrong: one person would have 200 records" in said and "--anyway" in said
    assert out.read_text() == "as it was\n"
    assert cli.main(["resolve", str(many), "--out", str(out), "--anyway"]) == 0
    assert {row["person"] for row in rows(out)} == {"0"} and "going on" in capsys.readouterr().err


def test_a_link_of_crowds_is_stopped_and_so_is_one_far_from_the_usual(tmp_path: Path, noisy_files: Path) -> None:
    many = crowd(tmp_path / "many.csv", 200)
    assert link(many, many, runs.Asked(out=tmp_path / "a.csv")) == 1
    files = noisy_files / "left.csv", noisy_files / "right.csv"
    assert link(*files, runs.Asked(out=tmp_path / "b.csv", usual_permille=100)) == 1
    assert not (tmp_path / "a.csv").exists() and not (tmp_path / "b.csv").exists()
    assert link(*files, runs.Asked(out=tmp_path / "b.csv", usual_permille=700)) == 0


def test_several_records_of_one_person_are_all_linked(tmp_path: Path) -> None:
    head = "id,full_name,nik,birth_date,mother_name"
    one = written(
        tmp_path / "one.csv",
        head,
        "a,Sari Rahmawati,9901015704990003,1999-04-17,Euis",
        "b,Sari Rahmawaty,9901015704990003,1999-04-17,",
    )
    two = written(
        tmp_path / "two.csv",
        head,
        "x,SARI RAHMAWATI,9901015704990003,,Euis",
        "y,Sari Rahmawati,9901015704990003,17/04/1999,",
    )
    assert link(one, two, runs.Asked(out=tmp_path / "pairs.csv")) == 0
    assert {
        (row["left_id"], row["right_id"]) for row in rows(tmp_path / "pairs.csv") if row["probability"] == "1.000"
    } == {(a, b) for a in "ab" for b in "xy"}


def test_a_namesake_steps_back_when_the_right_one_is_there(tmp_path: Path) -> None:
    head = "id,full_name,nik,birth_date,birth_place,region_code"
    one = written(tmp_path / "one.csv", head, "a,Sari Rahmawati Simanjuntak,,1999-04-17,Cianjur,990101")
    namesake = "y,Sari Rahmawati Simanjuntak,9901015202770009,1977-02-12,Cianjur,990101"
    two = written(
        tmp_path / "two.csv", head, "x,Sari Rahmawati Simanjuntak,9901015704990003,1999-04-17,Cianjur,990101", namesake
    )
    assert link(one, two, runs.Asked(out=tmp_path / "pairs.csv")) == 0
    assert [row["right_id"] for row in rows(tmp_path / "pairs.csv")] == ["x"]


def test_files_without_records_link_nobody(tmp_path: Path) -> None:
    none = written(tmp_path / "none.csv", "id,full_name")
    assert link(none, none, runs.Asked(out=tmp_path / "pairs.csv")) == 0 and rows(tmp_path / "pairs.csv") == []
    assert resolve(none, runs.Asked(out=tmp_path / "persons.csv")) == 0 and rows(tmp_path / "persons.csv") == []


def test_an_output_that_cannot_be_written_is_said_before_any_work(tmp_path: Path, noisy_files: Path) -> None:
    for out in (tmp_path, tmp_path / "nowhere" / "pairs.csv"):
        with pytest.raises(CannotRun, match="cannot be written"):
            link(noisy_files / "left.csv", noisy_files / "right.csv", runs.Asked(out=out))
