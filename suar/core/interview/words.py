"""Regional languages: how a question is asked in Javanese or Madurese, once a native speaker has written and signed it.

A catalogue may be empty, and each is until somebody signs: no machine writes these words, since one wrong word at this table costs a person's
trust (DOMAIN E2: use an interpreter). What is not there is asked in Indonesian, and the page says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from suar.core.standard.tables import BadTable, Dated, Said, Table, read_table


class WordRow(Table):
    """One question in this language, with the native speaker who wrote it and the day."""

    ask: str
    signed_by: str
    signed_on: Dated


class WordsFile(Table):
    dated: Dated
    language: str
    name: Said
    state: Literal["needs_native_speaker", "in_part", "whole"]
    words: dict[str, WordRow] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One catalogue."""

    language: str
    name: Mapping[str, str]
    state: str
    words: Mapping[str, str]

    def ask(self, question: str) -> str:
        """How the question is asked; "" where nobody has signed it."""
        return self.words.get(question, "")


def read_words(tables: Mapping[str, Any]) -> dict[str, Words]:
    """Read the parsed files of policy/interview/words (language → content). Raises BadTable for words that nobody signed."""
    found = {}
    for language, table in sorted(tables.items()):
        file = read_table(WordsFile, table, f"interview/words/{language}")
        problems = [
            f"{question}: nobody signed these words"
            for question, row in file.words.items()
            if not row.signed_by.strip() or not row.signed_on.strip() or not row.ask.strip()
        ]
        if file.language != language:
            problems.append(f"is of {file.language}")
        if (file.state == "needs_native_speaker") != (not file.words):
            problems.append("says that it needs a native speaker exactly while it is empty")
        if problems:
            raise BadTable(f"interview/words/{language}", problems)
        found[language] = Words(
            language=language,
            name={"id": file.name.id, "en": file.name.en},
            state=file.state,
            words={question: row.ask for question, row in file.words.items()},
        )
    return found
