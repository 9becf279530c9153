"""The environment in which Splink runs: `build/batch-env`, made when it is needed from `requirements/batch.lock`, hashes checked."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from suar.site.running.home import ROOT, CannotRun
from suar.site.running.keeper import locked

LOCK = ROOT / "requirements" / "batch.lock"
PLACE = ROOT / "build" / "batch-env"
PYTHON = PLACE / "bin" / "python"
EM = Path(__file__).parent / "em.py"


def learn(folder: Path) -> None:
    """Run EM over what lies in the folder, in a process of its own. Raises CannotRun where it fails."""
    prepare()
    words = [str(PYTHON), "-I", str(EM), str(folder)]
    if subprocess.run(words, env={"PATH": os.environ.get("PATH", ""), "HOME": str(folder)}).returncode:
        raise CannotRun("EM ended early; what it said stands above.")


def prepare() -> None:
    """Install what the lock pins, once; a second start waits for the first."""
    stamp = PLACE / "installed"
    pinned = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    PLACE.parent.mkdir(parents=True, exist_ok=True)
    with locked(PLACE.parent / "batch-env.lock"):
        if stamp.is_file() and stamp.read_text() == pinned and PYTHON.exists():
            return
        print(f"Installing what training needs ({LOCK.name}) into build/{PLACE.name} …", flush=True)
        shutil.rmtree(PLACE, ignore_errors=True)
        made = subprocess.run([sys.executable, "-m", "venv", str(PLACE)])
        pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
        if made.returncode or subprocess.run([*pip, "--only-binary", ":all:", "-r", str(LOCK)]).returncode:
            raise CannotRun("The packages for training could not be installed. Mend the cause above and run it again.")
        stamp.write_text(pinned)
