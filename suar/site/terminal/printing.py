"""An answer in words on a terminal: the same sentences as the desk page, top to bottom."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from suar.site import written
from suar.site.sentences import say, say_or_code

WIDTH = 100
Answer = Mapping[str, Any]
HEADS = {
    "why": {"id": "Mengapa", "en": "Why"},
    "nothing": {"id": "Tidak ada catatan yang perlu ditanyakan.", "en": "Nothing on record calls for a question."},
    "excused": {"id": "Dapat menjelaskan", "en": "What would explain it"},
    "who": {"id": "Siapa ini", "en": "Who this may be"},
    "nobody": {
        "id": "Belum ada siapa pun di catatan. Itu lazim dan tidak berarti apa-apa.",
        "en": "Nobody on record so far. That is common and says nothing about the traveller.",
    },
    "unknown": {"id": "Yang tidak dapat diketahui", "en": "What could not be known"},
    "timeline": {"id": "Garis waktu", "en": "Timeline"},
    "sources": {"id": "Sumber", "en": "Sources"},
    "masked": {"id": "Disamarkan untuk peran ini", "en": "Masked for this role"},
    "asked": {"id": "Ditanyakan oleh", "en": "Asked by"},
}


def answer_text(answer: Answer, language: str, *, by: str) -> str:
    parts = (head, why, unknown, who, timeline, sources)
    said = [list(part(answer, language)) for part in parts]
    lines = [line for one in said if one for line in (*one, "")]
    policy = answer["policy"]
    lines.append(f"{HEADS['asked'][language]}: {by} · {answer['took_ms']} ms · {answer['id']}")
    lines.append(f"{policy['name']} {policy['version']} {policy['sha256'][:12]}")
    return "\n".join(lines)


def head(answer: Answer, language: str) -> Iterator[str]:
    advice = answer["advice"]
    yield f"{say(f'advice_word.{advice}', None, language).upper()} ({advice})"
    yield from wrapped(say(f"advice_sentence.{advice}", None, language), "")


def why(answer: Answer, language: str) -> Iterator[str]:
    yield HEADS["why"][language]
    if not answer["reasons"]:
        yield f"  {HEADS['nothing'][language]}"
    for reason in answer["reasons"]:
        yield from wrapped(reason["text"][language], "  - ")
        told = [say_or_code(f"source.{reason['source']}", reason["source"], language)]
        told += [law[language] for law in reason["law"]]
        yield from wrapped(" · ".join(text for text in told if text), "    ")
        yield from (line for one in reason["evidence"] for line in wrapped(one["text"][language], "    = "))
        if reason["excused_by"]:
            excuses = "; ".join(one[language] for one in reason["excused_by"])
            yield from wrapped(f"{HEADS['excused'][language]}: {excuses}", "    ")


def unknown(answer: Answer, language: str) -> Iterator[str]:
    if answer["unknown"]:
        yield HEADS["unknown"][language]
    for one in answer["unknown"]:
        yield from wrapped(one["text"][language], "  ? ")


def who(answer: Answer, language: str) -> Iterator[str]:
    yield HEADS["who"][language]
    if not answer["matches"]:
        yield f"  {HEADS['nobody'][language]}"
    for match in answer["matches"]:
        verdict = say_or_code(f"verdict.{match['verdict']}", match["verdict"], language)
        weight = f" · {written.bits(match['weight'], language)}" if match["weight"] else ""
        yield f"  {match['name']} ({match['birth_year'] or '?'}): {verdict}{weight}"
        for reason in match["reasons"]:
            yield f"    {written.bits(reason['weight'], language):>7}  {reason['text'][language]}"


def timeline(answer: Answer, language: str) -> Iterator[str]:
    if answer["timeline"]:
        yield HEADS["timeline"][language]
    for line in answer["timeline"]:
        source = say_or_code(f"source.{line['source']}", line["source"], language)
        yield f"  {written.day(line['at'][:10], language):<12} {source:<16} {line['text'][language]}"


def sources(answer: Answer, language: str) -> Iterator[str]:
    yield HEADS["sources"][language]
    for one in answer["sources"]:
        name = say_or_code(f"source.{one['source']}", one["source"], language)
        params = {"age_s": one["age_s"] if one["age_s"] is not None else 0}
        state = say(f"source_state.{one['state']}", params, language)
        if one["state"] == "fresh" and one["age_s"] is None:
            state = say("civil_outcome.not_asked", None, language)
        since = f" ({written.instant(one['since'], language)})" if one["since"] else ""
        yield f"  {name:<18} {state}{since}"
    if answer["masked"]:
        fields = ", ".join(say_or_code(f"field.{name}", name, language) for name in answer["masked"])
        yield from wrapped(f"{HEADS['masked'][language]}: {fields}", "  ")


def wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=" " * len(indent)) or [indent.rstrip()]
