"""`suar verify` and `suar replay`, on a database of their own, in which commits are real."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection, connections

from suar.intake.actions.quarantine import confirm, stop
from suar.intake.queries.quarantine import standing, waiting
from suar.site import rebuilding
from suar.site.auth import now, system_act
from suar.site.running.home import CannotRun
from suar.site.terminal import loading, log, quarantining, replaying
from tests import cast, database
from tests.site.letters import KIND, count, file


@pytest.fixture
def hub(cloned_database: database.Copy, tmp_path: Path) -> Path:
    cast.adopt()
    return tmp_path


def test_replay_from_the_start_and_from_an_instant_give_the_live_state(
    hub: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    loading.load(file(hub, "letters.csv"), source="disnaker", kind=KIND)
    middle = now().isoformat()
    passports = "record_id,application_no,subject_id,full_name,nik,birth_date,status,submitted_at\n"
    passports += "p1,p1,h1,SARI WULANDARI,9901015205900001,1990-05-12,submitted,2026-11-01T08:00:00+07:00\n"
    assert loading.load(file(hub, "p.csv", passports), source="simkim", kind="passport_application") == 0
    for since in ("start", middle):
        capsys.readouterr()
        assert replaying.replay(since=since) == 0, capsys.readouterr().out
        assert "byte-equal" in capsys.readouterr().out
    assert (count("persons_subject"), count("persons_link")) == (3, 1)


def test_replay_finds_a_derived_row_that_does_not_follow_and_puts_the_right_one_in_place(hub: Path) -> None:
    loading.load(file(hub, "letters.csv"), source="disnaker", kind=KIND)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('suar.may_read', '*', false)")
        cursor.execute("UPDATE persons_member SET person = (SELECT min(person::text)::uuid FROM persons_member)")
        cursor.execute("DELETE FROM journeys_step")
    assert replaying.replay(since="start") == 1
    assert count("journeys_step") == 0, "without --apply nothing is touched"
    assert replaying.replay(since="start", apply=True) == 0
    assert (count("journeys_step"), count("(SELECT DISTINCT person FROM persons_member) p")) == (2, 2)
    assert replaying.replay(since="start") == 0


def test_without_a_source_what_it_alone_said_is_gone_and_the_live_state_stays(
    hub: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    loading.load(file(hub, "letters.csv"), source="disnaker", kind=KIND)
    capsys.readouterr()
    assert replaying.replay(since="start", without_source="disnaker") == 0
    lines = capsys.readouterr().out.splitlines()
    steps = next(line.split() for line in lines if line.startswith("journeys_step"))
    assert steps == ["journeys_step", "2", "0", "2"]
    assert count("journeys_step") == 2


def test_licences_which_are_about_nobody_are_made_again_and_left_out_with_their_source(
    hub: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = "record_id,p3mi_name,p3mi_license_no,status,license_to\nL1,PT Mercu Suar,SIP3MI/99/1,active,2027-12-31\n"
    assert loading.load(file(hub, "l.csv", rows), source="siskop2mi", kind="p3mi") == 0
    middle = now().isoformat()
    assert loading.load(file(hub, "letters.csv"), source="disnaker", kind=KIND) == 0
    for told, made in (("start", "2"), (middle, "2")):
        capsys.readouterr()
        assert replaying.replay(since=told) == 0
        assert line_of("journeys_permit", capsys.readouterr().out) == ["journeys_permit", "2", made, "0"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('suar.may_read', '*', false)")
        cursor.execute("DELETE FROM journeys_permit")
    assert replaying.replay(since="start", apply=True) == 0
    assert count("journeys_permit") == 2
    capsys.readouterr()
    assert replaying.replay(since="start", without_source="siskop2mi") == 0
    assert line_of("journeys_permit", capsys.readouterr().out) == ["journeys_permit", "2", "0", "2"]


def test_a_source_is_left_out_for_good_only_as_two_persons_decided(
    hub: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    since = now()
    loading.load(file(hub, "letters.csv"), source="disnaker", kind=KIND)
    told = {"since": since.isoformat(), "without_source": "disnaker"}
    with pytest.raises(CannotRun, match="two persons"):
        replaying.replay(**told, apply=True)
    assert quarantining.quarantine("disnaker", key="", since=since.isoformat(), reason="its key was stolen") == 0
    with pytest.raises(CannotRun, match="two persons"):
        replaying.replay(**told, apply=True)
    [one] = standing()
    confirm(one.id, act=cast.act(cast.HENDRA, at=now()))
    assert replaying.replay(since="start", without_source="siskop2mi") == 0
    assert count("journeys_step") == 2, "a look changes nothing"
    assert replaying.replay(**told, apply=True) == 0
    assert (count("journeys_step"), count("persons_subject"), count("intake_record")) == (0, 0, 2)
    assert replaying.replay(since="start") == 0, "what is left follows from the facts"
    capsys.readouterr()
    assert quarantining.quarantine(None, key="", since="", reason="") == 0
    assert "confirmed" in (said := capsys.readouterr().out) and "1 in quarantine" in said
    assert quarantining.quarantine("disnaker", key="", since=since.isoformat(), reason="again") == 1


def test_a_rebuilding_that_is_cut_off_has_changed_nothing_and_is_taken_up_again(
    hub: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    since = now()
    loading.load(file(hub, "letters.csv"), source="disnaker", kind=KIND)
    confirm(
        stop("disnaker", "", since, "its key was stolen", act=cast.act(cast.EKO, at=now())),
        act=cast.act(cast.HENDRA, at=now()),
    )
    steps = ("stand_again", "place", "project", "ask_about_leaning", "tell")
    for step in steps:
        with monkeypatch.context() as planted:
            planted.setattr(rebuilding, step, cut_off)
            with pytest.raises(KeyboardInterrupt):
                rebuilding.rebuild_due(act=system_act("tests"))
        assert (count("journeys_step"), count("intake_current"), bool(waiting())) == (2, 2, True), step
    assert rebuilding.rebuild_due(act=system_act("tests"))
    assert (count("journeys_step"), count("intake_current"), bool(waiting())) == (0, 0, False)


def cut_off(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def line_of(table: str, said: str) -> list[str]:
    return next(line.split() for line in said.splitlines() if line.startswith(table))


def test_verify_recomputes_every_leaf_and_finds_the_changed_one(hub: Path, capsys: pytest.CaptureFixture[str]) -> None:
    loading.load(file(hub, "letters.csv"), source="disnaker", kind=KIND)
    assert log.verify() == 0
    said = capsys.readouterr().out
    assert "every leaf agrees" in said and "not yet witnessed" in said
    with connections["owner"].cursor() as cursor:  # whoever owns the database can do this; the log shows it
        cursor.execute("SELECT id FROM audit_entry_rest LIMIT 1")
        (entry,) = cursor.fetchone()
        cursor.execute("ALTER TABLE audit_entry_rest DISABLE TRIGGER USER")
        cursor.execute("UPDATE audit_entry_rest SET body = body || ' '::bytea WHERE id = %s", [entry])
    assert log.verify() == 1
    assert "1 bodies were changed" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("since", "source", "says"),
    [
        ("yesterday", None, "--since yesterday"),
        ("2026-11-21T08:00:00", None, "needs its offset"),
        ("start", "nowhere", "nowhere"),
    ],
)
def test_what_cannot_be_replayed_is_said_plainly(hub: Path, since: str, source: str | None, says: str) -> None:
    with pytest.raises(CannotRun, match=says):
        replaying.replay(since=since, without_source=source)
