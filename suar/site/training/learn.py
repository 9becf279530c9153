"""EM in a process of its own, which is told outcomes and nobody."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from suar.site.running.apart import python_of
from suar.site.running.home import CannotRun

EM = Path(__file__).parent / "em.py"


def learn(folder: Path) -> None:
    """Run EM over what lies in the folder. Raises CannotRun where it fails."""
    words = [str(python_of("batch")), "-I", str(EM), str(folder)]
    if subprocess.run(words, env={"PATH": os.environ.get("PATH", ""), "HOME": str(folder)}).returncode:
        raise CannotRun("EM ended early; what it said stands above.")
