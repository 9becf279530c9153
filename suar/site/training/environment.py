"""Environments of their own for what never runs in the service: made when they are needed, from a lock, hashes checked.

`batch` trains weights with Splink (`suar train`); `fuzz` throws inputs at the readers (`./run prove fuzzed`).
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from suar.site.running.home import ROOT, CannotRun
from suar.site.running.keeper import locked

EM = Path(__file__).parent / "em.py"


def learn(folder: Path) -> None:
    """Run EM over what lies in the folder, in a process of its own. Raises CannotRun where it fails."""
    words = [str(python_of("batch")), "-I", str(EM), str(folder)]
    if subprocess.run(words, env={"PATH": os.environ.get("PATH", ""), "HOME": str(folder)}).returncode:
        raise CannotRun("EM ended early; what it said stands above.")


def python_of(name: str) -> Path:
    """The interpreter of `build/NAME-env`, in which what `requirements/NAME.lock` pins is installed, once; a second start waits for the
    first. Raises CannotRun where it cannot be installed.
    """
    lock, place = ROOT / "requirements" / f"{name}.lock", ROOT / "build" / f"{name}-env"
    python, stamp = place / "bin" / "python", place / "installed"
    pinned = hashlib.sha256(lock.read_bytes()).hexdigest()
    place.parent.mkdir(parents=True, exist_ok=True)
    with locked(place.parent / f"{place.name}.lock"):
        if stamp.is_file() and stamp.read_text() == pinned and python.exists():
            return python
        print(f"Installing what {lock.name} pins into build/{place.name} …", flush=True)
        shutil.rmtree(place, ignore_errors=True)
        made = subprocess.run([sys.executable, "-m", "venv", str(place)])
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
        if made.returncode or subprocess.run([*pip, "--only-binary", ":all:", "-r", str(lock)]).returncode:
            raise CannotRun(f"What {lock.name} pins could not be installed. Mend the cause above and run it again.")
        stamp.write_text(pinned)
    return python
