"""Doctor names what is not well and how to mend it, one line each, and never stops at the first."""

from __future__ import annotations

import os

import pytest

from suar.site.running import doctor
from suar.site.running.doctor import Ill, findings
from suar.site.running.home import Home, write_json
from suar.site.running.postgres import APP, OWNER, Cluster
from suar.site.running.processes import only_supervisor


def said(home: Home, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    status = doctor.doctor(home)
    return status, capsys.readouterr().out.splitlines()


def test_where_suar_never_ran_there_is_one_thing_to_do(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(home, capsys) == (1, ["Suar has never run here.", "    → ./run up"])


def test_every_part_of_a_stopped_suar_is_named_with_its_cure(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    home.tell(ports={"web": 1, "nats": 1}, nats="nats://suar:x@127.0.0.1:1", loaded=False)
    write_json(home.folder / "sources.json", {"simkim": {"base": "http://127.0.0.1:1"}})
    status, lines = said(home, capsys)
    assert status == 1
    for part in ("running parts", "database", "exchange", "web", "sources", "demo nation"):
        place = lines.index(f"✗ {part}")
        assert lines[place + 2].startswith("    → ")
    assert lines[-1].endswith("things are not well.")


def test_keys_that_others_may_read_are_named(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SUAR_KEYS", raising=False)  # the keys of the tests themselves are not to be spoilt
    home.tell(loaded=True)
    (home.keys / "hub.json").write_text("{}")
    (home.keys / "hub.json").chmod(0o644)
    (ill,) = findings(doctor.folders, home)
    assert "may be read by others" in ill.what and ill.mend == f"chmod 600 '{home.keys / 'hub.json'}'"


def test_a_full_disk_is_named(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "FREE_GIB", 10**9)
    assert "GiB are free" in findings(doctor.folders, home)[0].what


def test_a_part_that_died_or_was_started_again_is_named_with_its_log(home: Home) -> None:
    rows = {
        "web": {"pid": None, "restarts": 3, "log": "/logs/web.log"},
        "relay": {"pid": 1, "restarts": 2, "log": "/logs/relay.log"},
        "worker": {"pid": 1, "restarts": 0, "log": "/logs/worker.log"},
    }
    write_json(home.parts, rows)
    with only_supervisor(home):
        assert findings(doctor.supervisor, home) == [
            Ill("web died and waits to start again", "its log says why: /logs/web.log"),
            Ill("relay had to be started again 2 times", "its log says why: /logs/relay.log"),
        ]


def test_a_role_that_passes_through_the_walls_is_named(home: Home, cluster: Cluster) -> None:
    doors = {"app": cluster.url(APP, "postgres"), "owner": cluster.url(OWNER, "postgres")}
    home.tell(database=doors)
    assert findings(doctor.database, home) == []
    home.tell(database=doors | {"app": cluster.url("suar_admin", "postgres")})
    (ill,) = findings(doctor.database, home)
    assert ill.what == "app passes through every wall inside the database"


def test_a_database_that_does_not_open_is_named_once_a_door(home: Home) -> None:
    home.tell(database={"app": "postgresql://a:b@/suar?host=/nowhere", "owner": "postgresql://a:b@/suar?host=/nowhere"})
    assert [ill.what.split(":")[0] for ill in findings(doctor.database, home)] == [
        "the database does not open for app",
        "the database does not open for owner",
    ]


def test_a_look_that_fails_is_a_finding_and_not_the_end(home: Home) -> None:
    def broken(home: Home) -> list[Ill]:
        raise OSError(os.strerror(5))

    (ill,) = findings(broken, home)  # type: ignore[arg-type]
    assert "could not be looked at: OSError" in ill.what
