"""`suar link` and `suar resolve FILE`: persons in files, without a server. The work stands in `suar/site/batch`."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def link(left: Path, right: Path, out: Path, **how: Any) -> int:
    from suar.site.batch import linking, runs

    return linking.link(left, right, runs.Asked(out=out, **how))


def resolve(path: Path, out: Path, **how: Any) -> int:
    from suar.site.batch import resolving, runs

    return resolving.resolve(path, runs.Asked(out=out, **how))
