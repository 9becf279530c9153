"""What is counted may be read from a copy that only reads: a real standby of the tests' own server, that lags, falls silent and dies."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from django.db import Error, OperationalError, connections, transaction
from django.db.backends.postgresql.base import DatabaseWrapper
from pytest_django.plugin import DjangoDbBlocker

from suar.agencies.access import counting, enter
from suar.agencies.access.counting import COPY, Rest, counted
from suar.core.act import Act
from suar.intake.queries.history import histories
from suar.intake.queries.verifying import DOOR
from suar.screening.access.service import kept_everywhere
from suar.site.auth import now
from suar.site.running import account, doctor
from suar.site.running.postgres import ADMIN, APP, PORT, Cluster, stop
from suar.site.settings import copy_of
from suar.vault.queries import DEFAULT
from tests import cast, database
from tests.screening.test_service import MINUTE, asked_about, noted
from tests.site.running.conftest import folder_open_to_all
from tests.site.running.waiting import wait_until

FOR_COPIES = f"local replication {ADMIN} scram-sha-256\n"
SOURCE = "simkim"
SPELL = "INSERT INTO intake_spell (source, from_at, seen_at, state) VALUES (%s, %s, %s, 'fresh')"
ASKED = """
INSERT INTO intake_verification (id, at, what, source, outcome, fault, by, agency, office, desk, sealed)
VALUES (%s, now(), 'epmi', %s, 'found', '', %s, %s, '', '', '')
"""


@dataclass
class Standby:
    """A copy of the whole server, that repeats what the primary writes."""

    primary: Cluster
    name: str
    own: Cluster
    server: subprocess.Popen[bytes] = field(init=False)

    def make(self) -> None:
        """By streaming, as an administrator would (PostgreSQL's manual, 26.2)."""
        self.own.account.own(self.own.place)
        words = [
            "-h",
            str(self.primary.socket),
            "-p",
            str(PORT),
            "-U",
            ADMIN,
            "-D",
            str(self.own.data),
            "-R",
            "-c",
            "fast",
        ]
        program = str(account.programs(self.own.account) / "pg_basebackup")
        made = self.own.account.call(
            ["/usr/bin/env", f"PGPASSWORD={self.primary.secrets()[ADMIN]}", program, *words]
        )  # fmt: skip
        assert made.returncode == 0, made.stderr
        self.server = self.own.start()

    def go_on(self) -> None:
        if self.server.poll() is not None:
            self.server = self.own.start()
        self.told("SELECT pg_wal_replay_resume()::text")
        self.follow()

    def told(self, words: str) -> object:
        with psycopg.connect(self.own.url(ADMIN, self.name), autocommit=True) as admin:
            [value] = admin.execute(words.encode()).fetchone() or [None]
        return value

    def has_all(self) -> bool:
        with psycopg.connect(self.primary.url(ADMIN, self.name)) as admin:
            [newest] = admin.execute("SELECT pg_current_wal_lsn()::text").fetchone() or [""]
        return bool(self.told(f"SELECT pg_last_wal_replay_lsn() >= '{newest}'::pg_lsn"))

    def follow(self) -> None:
        wait_until(self.has_all, seconds=30)


@pytest.fixture(scope="module")
def kept(django_db_setup: None, django_db_blocker: DjangoDbBlocker, cluster: Cluster) -> Iterator[Standby]:
    """One copy for the tests of this file: making one copies every database of the server."""
    hba = cluster.data / "pg_hba.conf"
    before = hba.read_text()
    with folder_open_to_all("suar-") as folder, django_db_blocker.unblock(), database.copied(cluster) as copy:
        cast.adopt()
        own = Cluster(folder / "copy", cluster.passwords, folder / "copy.log", small=True)
        made = Standby(cluster, copy.name, own)
        try:
            hba.write_text(before + FOR_COPIES)
            reload(cluster)
            made.make()
            yield made
        finally:
            if hasattr(made, "server"):
                stop(made.server)
            hba.write_text(before)
            reload(cluster)
            shutil.rmtree(own.place, ignore_errors=True)


@pytest.fixture
def standby(kept: Standby) -> Iterator[Standby]:
    """It runs and has all, whatever the test before did to it."""
    kept.go_on()
    with known_as_copy(kept.own.url(APP, kept.name)):
        yield kept


def reload(cluster: Cluster) -> None:
    with psycopg.connect(cluster.url(ADMIN, "postgres")) as admin:
        admin.execute("SELECT pg_reload_conf()")


@contextlib.contextmanager
def known_as_copy(url: str) -> Iterator[None]:
    """As the settings know it where DATABASE_COPY_URL is told."""
    connections.settings[COPY] = connections.configure_settings({DEFAULT: {}, COPY: copy_of(url)})[COPY]
    Rest.until = 0.0
    try:
        yield
    finally:
        line = connections[COPY]
        line.close()
        assert isinstance(line, DatabaseWrapper)
        line.close_pool()
        del connections[COPY], connections.settings[COPY]
        Rest.until = 0.0


def seen() -> int:
    """How many spells the history of a source has: whoever reads the copy sees no more than it has."""
    with transaction.atomic():
        found = counted(now(), lambda wall: histories([SOURCE], cast.NOON, wall=wall))
    return sum(share.seen_s for share in found[SOURCE].shares.values())


def happened() -> None:
    """Ten minutes more of a source that speaks."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM intake_spell")
        [number] = cursor.fetchone()
        begun = cast.NOON - timedelta(minutes=20 * (number + 1))
        cursor.execute(SPELL, [SOURCE, begun, begun + timedelta(minutes=10)])


def visible(act: Act, wall: str | None = None) -> list[str]:
    """Whose verifications this act may see, read there; or wherever counts are read."""

    def read(where: str) -> list[str]:
        with connections[where].cursor() as cursor:
            cursor.execute("SELECT agency FROM intake_verification ORDER BY agency")
            return [agency for (agency,) in cursor.fetchall()]

    with transaction.atomic():
        enter(act, DOOR)
        return read(wall) if wall else counted(now(), read)


def asked_by(agencies: Sequence[str]) -> None:
    with transaction.atomic(), connections[DEFAULT].cursor() as cursor:
        cursor.execute("SELECT set_config('suar.may_read', '*', true)")
        for agency in agencies:
            cursor.execute(ASKED, [uuid4(), SOURCE, uuid4(), agency])


def test_counts_are_read_from_the_copy_and_from_the_primary_once_it_is_late_or_gone(
    standby: Standby, monkeypatch: pytest.MonkeyPatch
) -> None:
    happened()
    standby.follow()
    first = seen()
    assert first > 0
    standby.told("SELECT pg_wal_replay_pause()::text")
    happened()
    assert seen() == first  # the copy was asked, and it does not know yet
    monkeypatch.setattr(counting, "LATE", timedelta(seconds=1))
    time.sleep(1.2)
    assert (late := seen()) > first  # late: the primary
    monkeypatch.setattr(counting, "LATE", timedelta(seconds=60))
    assert seen() == late  # and is not asked again so soon
    monkeypatch.setattr(Rest, "until", 0.0)
    assert seen() == first
    stop(standby.server)
    began = time.monotonic()
    assert seen() == late
    assert time.monotonic() - began < 10
    began = time.monotonic()
    assert seen() == late
    assert time.monotonic() - began < 1


def test_the_twin_that_does_not_ask_how_late_it_is_shows_what_was(
    standby: Standby, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted bug: any copy that answers is good enough."""
    monkeypatch.setattr(counting, "look", lambda at: None)
    monkeypatch.setattr(counting, "LATE", timedelta(seconds=1))
    happened()
    standby.follow()
    first = seen()
    standby.told("SELECT pg_wal_replay_pause()::text")
    happened()
    time.sleep(1.2)
    assert seen() == first


def test_the_copy_shows_each_the_rows_that_the_primary_shows_and_takes_none(
    standby: Standby, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_by(["imigrasi", "kp2mi", "polri"])
    standby.follow()
    for seat in (cast.BIMA, cast.MADE):
        act = cast.act(seat, reference="a case")
        assert visible(act) == visible(act, DEFAULT) != []
    with transaction.atomic(using=COPY), pytest.raises(Error), connections[COPY].cursor() as cursor:
        cursor.execute(SPELL, [SOURCE, cast.NOON, cast.NOON])
    # The planted bug: the copy is not told whose eyes these are.
    monkeypatch.setattr(counting, "look", lambda at: None)
    assert visible(cast.act(cast.BIMA, reference="a case")) == []


def test_a_primary_is_no_copy(kept: Standby) -> None:
    """After a failover the old address may lead to a server that nobody writes to any more."""
    with known_as_copy(kept.primary.url(APP, kept.name)):
        happened()
        assert seen() > 0
        assert Rest.until > time.monotonic()


def test_the_page_of_the_service_standard_is_the_same_from_both(standby: Standby) -> None:
    for minute in range(3):
        noted(asked_about(cast.NOON + minute * MINUTE), "stop_begun", cast.NOON + (minute + 1) * MINUTE)
    auditor = cast.act(cast.NADIA, at=cast.NOON + 30 * MINUTE)
    standby.follow()
    found = kept_everywhere(auditor, days=7)
    assert found.broken > 0
    standby.told("SELECT pg_wal_replay_pause()::text")
    noted(asked_about(cast.NOON + 4 * MINUTE), "stop_begun", cast.NOON + 5 * MINUTE)
    assert kept_everywhere(auditor, days=7) == found
    Rest.until = time.monotonic() + 60
    assert kept_everywhere(auditor, days=7) != found


def test_a_page_is_never_half_of_the_copy_and_half_of_the_primary(standby: Standby) -> None:
    """The copy dies before the last of what is read for a page."""
    auditor = cast.act(cast.NADIA, at=cast.NOON + 60 * MINUTE)
    standby.told("SELECT pg_wal_replay_pause()::text")
    for minute in (40, 42):
        noted(asked_about(cast.NOON + minute * MINUTE), "stop_begun", cast.NOON + (minute + 1) * MINUTE)
    of_the_copy = kept_everywhere(auditor, days=7)
    asked: list[str] = []

    def dies(execute: Callable[..., object], sql: str, *more: object) -> object:
        asked.append(sql)
        if len(asked) == 3:
            raise OperationalError
        return execute(sql, *more)

    with connections[COPY].execute_wrapper(dies):
        found = kept_everywhere(auditor, days=7)
    assert len(asked) == 3, "it died with the last of them"
    Rest.until = time.monotonic() + 60
    assert found == kept_everywhere(auditor, days=7) != of_the_copy


def test_the_doctor_says_how_the_copy_is(standby: Standby, cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    def said(url: str) -> list[str]:
        return [ill.what.partition(":")[0] for ill in doctor.copy(url)]

    happened()
    standby.follow()
    assert said(standby.own.url(APP, standby.name)) == []
    monkeypatch.setattr(counting, "LATE", timedelta(0))
    assert said(standby.own.url(APP, standby.name)) == ["the copy that only reads is late"]
    assert said(cluster.url(APP, standby.name)) == ["the copy that only reads is no standby"]
    stop(standby.server)
    assert said(standby.own.url(APP, standby.name)) == ["the copy that only reads does not open"]
