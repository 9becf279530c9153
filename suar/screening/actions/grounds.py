"""What a screening keeps so that its advice can be made again: the facts, the entries, the sources, and which tables weighed them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from suar.core.advice.grounds import Grounds
from suar.core.advice.policy import AdvicePolicy
from suar.core.indicators.rules import Rules
from suar.policies.queries import Bundle, table_of

WEIGHING = ("indicators/", "advice/advice")


@dataclass(frozen=True, slots=True)
class Kept:
    """The grounds of one stored screening, opened. `region`: the kabupaten of residence, which is weighed by nothing and compared by group."""

    grounds: Grounds
    tables: Mapping[str, str]  # name -> hash of each table that weighed
    region: str


def kept_grounds(grounds: Grounds, region: str, bundle: Bundle) -> dict[str, Any]:
    tables = {name: digest for name, digest in bundle.hashes.items() if name.startswith(WEIGHING)}
    return grounds.told() | {"tables": tables, "region": region}


def read_grounds(body: Mapping[str, Any]) -> Kept | None:
    """None for a screening of before grounds were kept."""
    told = body.get("grounds")
    return Kept(Grounds.of(told), told["tables"], told["region"]) if told else None


def weighers(tables: Mapping[str, str]) -> tuple[Rules, AdvicePolicy]:
    """The rules and thresholds of exactly these versions. Raises LookupError for one that was never adopted nor proposed."""
    return _weighers(tuple(sorted(tables.items())))


@lru_cache(maxsize=16)
def _weighers(tables: tuple[tuple[str, str], ...]) -> tuple[Rules, AdvicePolicy]:
    read = {name: table_of(name, digest) for name, digest in tables}
    indicators = {
        name.removeprefix("indicators/"): table for name, table in read.items() if name.startswith("indicators/")
    }
    return Rules.read(indicators), AdvicePolicy.read(read["advice/advice"])
