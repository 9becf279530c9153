"""A fresh clone in an empty folder, as root and as an account without rights: to the log-in page in minutes, then
nothing left.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import time
import urllib.request
from pathlib import Path

import psutil
import pytest

from suar.site.running.home import ROOT
from tests.proving import Claim

MINUTES = 4 * 60  # issue 2, "It holds when"
AGAIN_SECONDS = 20


@pytest.mark.prove
@pytest.mark.parametrize("name", ["root", "nobody"])
def test_a_fresh_clone_reaches_the_log_in_page(name: str, open_folder: Path, claim: Claim) -> None:
    if not claim.proving:
        pytest.skip("a fresh clone needs a package index: ./run prove fresh")
    if os.geteuid() != 0:
        pytest.skip("only root can try it as both")
    clone = cloned(open_folder / "a clone", pwd.getpwnam(name))
    first, address = up(clone, name, seconds=MINUTES)
    second, same = up(clone, name, seconds=AGAIN_SECONDS)
    print(f"{name}: first {first:.0f} s, second {second:.0f} s")
    assert same == address
    assert not standing_in(clone)


def cloned(folder: Path, account: pwd.struct_passwd) -> Path:
    """What git has, and nothing that this checkout made beside it; owned by whoever will run it."""
    subprocess.run(["git", "clone", "-q", "--no-hardlinks", str(ROOT), str(folder)], check=True)  # noqa: S607
    (folder / "home").mkdir()
    if account.pw_uid:
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)
    return folder


def up(clone: Path, name: str, *, seconds: float) -> tuple[float, str]:
    """`./run up` in time, a look at the page, `./run down`."""
    started = time.monotonic()
    program = subprocess.Popen(
        ["./run", "up"],
        cwd=clone,
        env=environment(clone),
        stdout=subprocess.PIPE,
        text=True,
        user=name,
        group=group(name),
    )
    said = ""
    assert program.stdout is not None
    for said in program.stdout:
        print(said, end="")
        if said.startswith("http://"):
            break
    took = time.monotonic() - started
    assert said.startswith("http://"), "it ended before it told its address"
    try:
        with urllib.request.urlopen(said.strip()) as answer:  # noqa: S310  # our own address
            assert b"csrfmiddlewaretoken" in answer.read()
    finally:
        subprocess.run(["./run", "down"], cwd=clone, env=environment(clone), user=name, group=group(name), check=True)
        program.wait(60)
    assert took < seconds, f"{took:.0f} s"
    return took, said.strip()


def group(name: str) -> int:
    return pwd.getpwnam(name).pw_gid


def environment(clone: Path) -> dict[str, str]:
    """A stranger's: nothing of this checkout's, and the machine's own Python, which every account may run."""
    kept = {
        key: told for key, told in os.environ.items() if not key.startswith(("SUAR_", "DATABASE_", "DJANGO_", "PYTHON"))
    }
    python = Path(shutil.which("python3", path="/usr/local/bin:/usr/bin:/bin") or "/usr/bin/python3")
    return kept | {"HOME": str(clone / "home"), "PATH": f"{python.parent}:{os.environ['PATH']}"}


def standing_in(folder: Path) -> list[psutil.Process]:
    """Processes whose program, folder or words lie in the clone."""
    found = []
    for process in psutil.process_iter(["cwd", "cmdline"]):
        words = [process.info["cwd"] or "", *(process.info["cmdline"] or [])]
        if any(word.startswith(str(folder)) for word in words):
            found.append(process)
    return found
