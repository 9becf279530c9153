"""Codes into sentences, at the rim (DESIGN 3): core and rows hold a code and parameters, the words stand in `policy/sentences/*.yaml`.

A file is a table `code: {id: …, en: …}`; codes may also be nested (`advice: {clear: {id, en}}` is `advice.clear`). A sentence
takes its parameters in braces, plain or with how they are to be written:

    {name}            as it is               {until:day}      21 Nov 2026 (also partial dates of the standard)
    {at:instant}      21 Nov 2026, 14.05 WIB {age_s:age}      3 minutes, 2 days
    {source:source}   the agency system's name ({x:NAMESPACE} says the code NAMESPACE.<x>)
    {days:n day|days} a number with its word; Indonesian gives one word: {days:n hari}
    {weight:bits}     +3.2 from millibits
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from suar.site import written

SENTENCES = Path(__file__).resolve().parent.parent.parent / "policy" / "sentences"
CODES = SENTENCES.parent / "codes"
#: Code lists of the standard that sentences and pages say by name: `country.MYS` is Malaysia.
LISTS = {
    "country": "countries", "tpi": "tpi", "passport_reason": "passport_reasons", "deferral_reason": "deferral_reasons",
    "prevention_way": "prevention_ways", "return_cause": "return_causes", "requester": "exit_ban_requesters",
    "travel_purpose": "travel_purposes", "visa_kind": "visa_kinds", "job": "jobs", "employer_kind": "employer_kinds",
    "outcome": "outcomes", "complaint_subject": "complaint_subjects",
}  # fmt: skip
LANGUAGES = ("id", "en")

Texts = Mapping[str, Mapping[str, str]]


def say(code: str, params: Mapping[str, Any] | None = None, language: str = "id", *, texts: Texts | None = None) -> str:
    """The sentence of `code`; a code that nobody wrote a sentence for stands there visibly as `[code]`, a missing parameter as `{it}`."""
    known = (texts if texts is not None else catalogue()).get(code)
    if known is None:
        return f"[{code}]"
    sentence = known.get(language) or known["id"]
    return Wording(language).vformat(sentence, (), dict(params or {}))


def known(code: str) -> bool:
    return code in catalogue()


@cache
def catalogue() -> Texts:
    """All codes with their texts, read once a process; those of LISTS by the names of their code list."""
    named = [listed(space, CODES / f"{name}.yaml") for space, name in LISTS.items()]
    return {code: texts for table in (*named, read_catalogue(SENTENCES)) for code, texts in table.items()}


def listed(space: str, file: Path) -> dict[str, dict[str, str]]:
    """Every code of a list under its space, so that a sentence says Malaysia and not MYS."""
    codes = yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)["codes"]
    return {f"{space}.{code}": {name: str(words[name]) for name in LANGUAGES} for code, words in codes.items()}


def read_catalogue(folder: Path) -> dict[str, dict[str, str]]:
    """Raises on a code given twice: two files that differ would say different things in turn."""
    found: dict[str, dict[str, str]] = {}
    for file in sorted(folder.glob("**/*.yaml")):
        for code, texts in leaves(
            yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader) or {}
        ):  # safe_load by libyaml
            if code in found:
                raise ValueError(f"{file.name}: {code} has its sentence already")
            found[code] = texts
    return found


def leaves(table: Mapping[str, Any], above: str = "") -> list[tuple[str, dict[str, str]]]:
    """Every `{id, en}` of a nested table under its dotted code."""
    found = []
    for key, value in table.items():
        code = f"{above}.{key}" if above else str(key)
        if not isinstance(value, Mapping):
            continue  # dated, source, note: words about the file
        if value and all(isinstance(text, str) for text in value.values()) and set(value) & set(LANGUAGES):
            found.append((code, {str(language): str(text) for language, text in value.items()}))
        else:
            found += leaves(value, code)
    return found


class Wording(string.Formatter):
    """Fills a sentence without ever failing: what is missing shows, what is odd is written as it came."""

    def __init__(self, language: str) -> None:
        self.language = language

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> tuple[Any, str]:
        """Names only: `{a.b}` and `{a[b]}` of str.format would reach into objects."""
        return kwargs.get(field_name, Missing(field_name)), field_name

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, Missing):
            return f"{{{value.name}}}"
        if format_spec.startswith("n "):
            words = format_spec[2:].split("|")
            return f"{written.number(value, self.language)} {words[0] if value == 1 else words[-1]}"
        shape = SHAPES.get(format_spec)
        if shape:
            return shape(value, self.language)
        if format_spec:
            return say_or_code(f"{format_spec}.{value}", str(value), self.language)
        return written.number(value, self.language) if isinstance(value, int) else str(value)


class Missing:
    def __init__(self, name: str) -> None:
        self.name = name


def say_or_code(code: str, otherwise: str, language: str) -> str:
    return say(code, None, language) if known(code) else otherwise


SHAPES = {"day": written.day, "instant": written.instant, "age": written.age, "bits": written.bits}
