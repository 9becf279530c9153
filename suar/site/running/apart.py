"""Environments of their own for what never runs in the service: made when they are needed, from a lock, hashes checked."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from suar.site.running.home import ROOT, CannotRun
from suar.site.running.keeper import locked


def python_of(name: str) -> Path:
    """The interpreter of `build/NAME-env`, in which what `requirements/NAME.lock` pins is installed: `batch` trains weights with Splink
    (`suar train`), `fuzz` throws inputs at the readers (`./run prove fuzzed`). Raises CannotRun where it cannot be installed.
    """
    return installed(ROOT / "requirements" / f"{name}.lock", ROOT / "build" / f"{name}-env")


def installed(lock: Path, place: Path, *, from_source: str = "") -> Path:
    """The interpreter of the environment at `place`, in which what the lock pins is installed, once; a second start waits for the first.
    Wheels only, but for the one package `from_source`. Raises CannotRun where it cannot be installed.
    """
    python = place / "bin" / "python"
    place.parent.mkdir(parents=True, exist_ok=True)
    with locked(place.parent / f"{place.name}.lock"):
        if stands(lock, place):
            return python
        print(f"Installing what {lock.name} pins into {place.name} …", flush=True)
        shutil.rmtree(place, ignore_errors=True)
        made = subprocess.run([sys.executable, "-m", "venv", str(place)])
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
        pip += ["--no-binary", from_source] if from_source else ["--only-binary", ":all:"]
        if made.returncode or subprocess.run([*pip, "-r", str(lock)]).returncode:
            raise CannotRun(f"What {lock.name} pins could not be installed. Mend the cause above and run it again.")
        _stamp(place).write_text(_pinned(lock))
    return python


def stands(lock: Path, place: Path) -> bool:
    """Whether the environment is there, of the very lock that is committed."""
    stamp = _stamp(place)
    return stamp.is_file() and stamp.read_text() == _pinned(lock) and (place / "bin" / "python").exists()


def _stamp(place: Path) -> Path:
    return place / "installed"


def _pinned(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()
