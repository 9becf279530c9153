"""`suar screen`: one screening at the terminal, by the same function and under the same doors as desk and API."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pytest_django import Settings

from suar.screening.access import answer_for
from suar.site.auth import act_under
from suar.site.running.home import CannotRun
from suar.site.terminal import asking, loading
from tests import cast
from tests.site.letters import KIND, count, file

pytestmark = pytest.mark.django_db(databases=["default", "protection"])


@pytest.fixture
def hub(tmp_path: Path, settings: Settings) -> Path:
    """Policies adopted, Bima and Ratna posted, two letters on record, and no way to Dukcapil."""
    settings.HOME = tmp_path
    cast.adopt()
    for seat in (cast.BIMA, cast.RATNA):
        cast.seated(seat)
    cast.agree("disnaker", "imigrasi", ["departure_screening"])
    loading.load(file(tmp_path, "letters.csv"), source="disnaker", kind=KIND)
    return tmp_path


SARI = {"full_name": "Sari Wulandari", "nik": cast.SARI_NIK, "birth_date": "1990-05-12"}
QUESTION = {"purpose": "departure", "traveller": SARI, "journey": {"destination": "MYS", "declared_purpose": "work"}}


def test_the_answer_at_the_terminal_says_advice_reasons_and_the_age_of_each_source(
    hub: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert asking.screen(dict(QUESTION), as_json=False) == 0
    said = capsys.readouterr().out
    assert "Bima Prasetyo" in said and "Sari Wulandari (1990): the same person" in said
    assert "Dukcapil" in said and "out of reach" in said, "what could not be asked is said"
    assert "[" not in said and "{" not in said, "no code without its sentence"


def test_the_same_question_in_json_is_what_the_api_keeps(hub: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert asking.screen(dict(QUESTION), as_json=True) == 0
    answer = json.loads(capsys.readouterr().out)
    wanted = {"id", "advice", "reasons", "matches", "timeline", "sources", "unknown", "masked", "policy", "took_ms"}
    assert set(answer) == wanted
    bima = asking.seat_for("departure", "", "bima")
    act = act_under(bima.posting, purpose="departure_screening", reference="TERMINAL")
    assert answer_for(act, answer["id"])["advice"] == answer["advice"]


def test_a_question_that_cannot_be_read_gives_every_fault(hub: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = QUESTION | {"traveller": {"full_name": "Sari", "nik": "12", "birth_date": "yesterday"}}
    assert asking.screen(bad, as_json=False) == 1
    said = capsys.readouterr().err
    assert "nik:" in said and "birth_date:" in said


def test_a_seat_that_nobody_holds_names_those_that_there_are(hub: Path) -> None:
    with pytest.raises(CannotRun, match="--officer bima --desk CGK-A1"):
        asking.screen(QUESTION | {"officer": "nobody"}, as_json=False)


def test_a_shut_door_is_shut_at_the_terminal_too(hub: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert asking.screen(QUESTION | {"officer": "ratna"}, as_json=False) == 1
    assert count("screening_screening") == 0 and capsys.readouterr().err


def test_in_earnest_nobody_screens_at_the_terminal(hub: Path, settings: Settings) -> None:
    settings.DEMO = False
    with pytest.raises(CannotRun, match="desk page"):
        asking.screen(dict(QUESTION), as_json=False)
