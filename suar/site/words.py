"""Codes into both languages for answers that leave as JSON: `policy/sentences` and the sentences of the rules in force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from suar.policies.queries import in_force
from suar.screening.queries import tables
from suar.site.auth import now
from suar.site.sentences import catalogue, say

_merged: dict[str, dict[str, Mapping[str, str]]] = {}


def words(code: str, params: Mapping[str, Any] | None = None) -> dict[str, str]:
    """The sentence of a code in Indonesian and English. A rule's own sentence is the one of the version in force."""
    known = texts()
    return {language: say(code, params, language, texts=known) for language in ("id", "en")}


def texts() -> Mapping[str, Mapping[str, str]]:
    bundle = in_force(now())
    if bundle.sha256 not in _merged:
        _merged.clear()
        _merged[bundle.sha256] = {**catalogue(), **tables(bundle).rules.said()}
    return _merged[bundle.sha256]
