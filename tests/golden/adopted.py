"""The policies of the repository, parsed as an adoption parses them, for tests of the core."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from suar.core.advice.policy import AdvicePolicy, Expected
from suar.core.indicators.rules import Rules
from suar.core.matching.policy import MatchingPolicy
from suar.core.registers.law import LegalBasis
from suar.core.registers.notice_words import Wording

POLICY = Path(__file__).resolve().parents[2] / "policy"


def tables(folder: str) -> dict[str, Any]:
    """Parsed YAML files of one folder by their stem."""
    return {
        file.stem: yaml.safe_load(file.read_text(encoding="utf-8")) for file in sorted((POLICY / folder).glob("*.yaml"))
    }


@cache
def matching() -> MatchingPolicy:
    return MatchingPolicy.read(tables("matching"))


@cache
def rules() -> Rules:
    return Rules.read(tables("indicators"))


@cache
def advice() -> AdvicePolicy:
    return AdvicePolicy.read(tables("advice")["advice"])


@cache
def expected() -> Expected:
    with (POLICY / "advice" / "expected.csv").open(encoding="utf-8", newline="") as file:
        return Expected.read(csv.DictReader(file))


@cache
def legal_basis() -> LegalBasis:
    return LegalBasis.read(tables("legal_basis"))


@cache
def wording() -> Wording:
    return Wording.read(tables("notices"))
