"""A database server that lives as long as somebody uses it: for tests, benchmarks and evaluations, never for the
running Suar.

Whoever needs it holds a shared lock on `FOLDER/users`; the kernel frees the lock however that program dies. The keeper,
a process of its own, ends the server once nobody holds it. So several test runs share one server and none leaves it
behind.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from suar.site.running.home import ROOT, CannotRun
from suar.site.running.postgres import Cluster, stop

LOOK_SECONDS = 0.2


def cluster_in(folder: Path) -> Cluster:
    """The small cluster of a folder, its passwords made: several programs may ask for it at the same moment."""
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        folder.chmod(0o711)  # the server's lent account passes through
    with locked(folder / "passwords.lock"):
        cluster = Cluster(folder / "postgres", folder / "keys" / "postgres.json", folder / "postgres.log", small=True)
        cluster.secrets()
    return cluster


@contextlib.contextmanager
def borrowed(folder: Path) -> Iterator[Cluster]:
    """A running server, for as long as the block lasts."""
    cluster = cluster_in(folder)
    with locked(folder / "users", shared=True):
        with locked(folder / "start.lock"):
            if cluster.running() is None:
                ask_keeper(cluster, folder)
        yield cluster


def ask_keeper(cluster: Cluster, folder: Path) -> None:
    with (folder / "keeper.log").open("wb") as log:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "suar.site.running.keeper", str(folder)],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    while cluster.running() is None:
        if keeper.poll() is not None:
            raise CannotRun(f"The test database does not start:\n{(folder / 'keeper.log').read_text()}")
        time.sleep(0.05)


def keep(folder: Path) -> None:
    """Run the server until nobody holds a lock; start it again when it dies under its users."""
    cluster = cluster_in(folder)
    server = cluster.start()
    with (folder / "users").open("w") as users:
        while not nobody_holds(users.fileno()):
            if server.poll() is not None:
                server = cluster.start()
            time.sleep(LOOK_SECONDS)
        stop(server)  # still holding the lock: who comes now waits, then starts a keeper of his own


def nobody_holds(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextlib.contextmanager
def locked(path: Path, *, shared: bool = False) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
