"""The matching policy as it stands in this checkout: for commands that compare without a database.

A running Suar compares by the adopted version; `suar doctor` and the source page say which that is.
"""

from __future__ import annotations

from functools import cache

import yaml

from suar.core.linking.guard import BatchPolicy
from suar.core.matching.policy import MatchingPolicy
from suar.core.standard.tables import read_table
from suar.site.running.home import ROOT


@cache
def matching() -> MatchingPolicy:
    """policy/matching, read once. Raises BadTable with the mistakes of its author."""
    folder = ROOT / "policy" / "matching"
    return MatchingPolicy.read({path.stem: yaml.safe_load(path.read_text("utf-8")) for path in folder.glob("*.yaml")})


@cache
def batch_policy() -> BatchPolicy:
    """policy/matching/batch.yaml, read once. Raises BadTable with the mistakes of its author."""
    table = yaml.safe_load((ROOT / "policy" / "matching" / "batch.yaml").read_text("utf-8"))
    return read_table(BatchPolicy, table, "matching/batch")
