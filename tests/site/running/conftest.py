"""Servers of one test: everything they make lies in a folder of their own, and they are ended with it."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from suar.site.running import account
from suar.site.running.home import Home
from suar.site.running.postgres import Cluster

ODD = 'suar it\'s a "test" '


@contextlib.contextmanager
def folder_open_to_all(prefix: str = ODD) -> Iterator[Path]:
    """A folder that every account may pass through, blanks and quotes in its name. pytest's own are closed to others."""
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    with folder_open_to_all() as folder:
        yield folder


@pytest.fixture
def plain_folder() -> Iterator[Path]:
    """One whose name every shell reads rightly."""
    with folder_open_to_all("suar-") as folder:
        yield folder


@pytest.fixture
def home(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A runtime folder of its own: the keys of the other tests are not touched."""
    monkeypatch.delenv("SUAR_KEYS", raising=False)
    monkeypatch.delenv("SUAR_HOME", raising=False)
    made = Home(open_folder / ".suar")
    made.make()
    return made


@pytest.fixture
def cluster_at(open_folder: Path) -> Iterator[Callable[[Path], Cluster]]:
    """Makes clusters, small ones, and sees that none outlives the test."""
    made: list[Cluster] = []

    def make(folder: Path) -> Cluster:
        folder.mkdir(parents=True, exist_ok=True)
        cluster = Cluster(folder / "postgres", folder / "keys" / "postgres.json", folder / "postgres.log", small=True)
        made.append(cluster)
        return cluster

    yield make
    for cluster in made:
        for process in cluster.at_work():
            process.kill()
        shutil.rmtree(cluster.place, ignore_errors=True)
        if cluster.place.parent.parent == account.VAR:
            cluster.place.parent.rmdir()
