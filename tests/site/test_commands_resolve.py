"""`suar resolve` for the register, on a database of its own, in which commits are real."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection

from suar.core.linking.guard import BatchPolicy
from suar.core.standard.tables import read_table
from suar.persons.jobs import resolve_again
from suar.site import cli
from suar.site.auth import system_act
from suar.site.rebuilding import opened_sum
from suar.site.running.home import CannotRun
from suar.site.terminal import loading, resolving
from tests import cast, database
from tests.golden import adopted
from tests.site.letters import KIND, count, file

PASSPORTS = """record_id,application_no,subject_id,full_name,nik,birth_date,status,submitted_at
p1,p1,h1,SARI WULANDARI,9901015205900001,1990-05-12,submitted,2026-11-01T08:00:00+07:00
"""


@pytest.fixture
def hub(cloned_database: database.Copy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SUAR_HOME", str(tmp_path / "home"))
    cast.adopt()
    loading.load(file(tmp_path, "letters.csv"), source="disnaker", kind=KIND)
    loading.load(file(tmp_path, "p.csv", PASSPORTS), source="simkim", kind="passport_application")
    return tmp_path


def told(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('suar.may_read', '*', false)")
        cursor.execute(sql)


def test_a_full_run_makes_every_link_again_and_comes_to_the_same_state(
    hub: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told("SELECT 1")
    before = opened_sum("default")
    told("DELETE FROM persons_link")
    told("UPDATE persons_member SET person = subject")
    assert count("(SELECT DISTINCT person FROM persons_member) p") == 3
    assert resolving.resolve_register(full=True) == 0
    assert "1 subjects belong to another person than before" in capsys.readouterr().out
    told("SELECT 1")
    assert opened_sum("default") == before and count("persons_link") == 1
    assert not (hub / "home" / "resolve").exists()


def test_without_full_only_what_another_policy_linked_is_done(hub: Path) -> None:
    told("UPDATE persons_link SET policy = 'of another year', weight = 1")
    assert resolving.resolve_register() == 0
    assert count("persons_link WHERE weight > 1") == 1
    told("UPDATE persons_link SET weight = 1")
    assert resolving.resolve_register() == 0 and count("persons_link WHERE weight = 1") == 1


def test_a_part_that_looks_wrong_is_undone(
    hub: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told("DELETE FROM persons_link")
    told("UPDATE persons_member SET person = subject")
    tight = read_table(BatchPolicy, adopted.tables("matching")["batch"], "matching/batch").guard.model_copy(
        update={"records": 1, "matched_moved": 0}
    )
    with pytest.raises(resolving.LooksWrong, match="1 of 3 would belong"):
        resolve_again(
            everybody(),
            lambda changed, largest: resolving._check(tight, 3, changed, largest),
            act=system_act("resolve"),
        )
    assert count("persons_link") == 0 and count("(SELECT DISTINCT person FROM persons_member) p") == 3


def everybody() -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM persons_subject ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def test_words_that_do_not_fit_together_are_refused(tmp_path: Path) -> None:
    for words in (["resolve", "one.csv"], ["resolve", "one.csv", "--full", "--out", "x.csv"]):
        asked = cli.commands().parse_args(words)
        with pytest.raises(CannotRun, match="suar resolve FILE --out"):
            asked.do(asked)
