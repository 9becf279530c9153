"""Indonesian names: read one, compare two. The rules are DOMAIN C2's; the words stand in policy/matching/names.yaml."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from suar.core.identity.evidence import Reason
from suar.core.identity.name_tables import NameTables, Word
from suar.core.identity.name_words import Aligned, align
from suar.core.identity.spelling import letters

__all__ = ["Name", "NameComparison", "NameTables", "NameVerdict", "compare_names", "read_name"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name taken apart. `own` identifies; the rest is evidence of another kind, or none."""

    own: tuple[Word, ...]
    father: tuple[Word, ...] = ()  # after bin or binti: who the father is, no part of the name
    titles: tuple[str, ...] = ()
    birth_order: frozenset[int] = frozenset()  # Balinese: first- to fourth-born; a thousand people share each
    filler: bool = False  # FNU, LNU, "no last name": written by a foreign clerk
    chinese: bool = False  # an old Chinese-Indonesian form, whose Indonesian name cannot be told from it

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.own)


class NameVerdict(StrEnum):
    """What two names alone can say. Never who somebody is."""

    SAME = "same"
    LIKELY = "likely"
    DIFFERENT = "different"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True, kw_only=True)
class NameComparison:
    """How two names compare: the weight in millibits, what the names alone say, and each step."""

    weight: int
    verdict: NameVerdict
    reasons: tuple[Reason, ...]


#: Names remembered at once: the candidates of some thousand screenings, or of one batch.
_MEMO = 50_000
_COMMA = re.compile(r"\s*[,;/]\s*")


def read_name(text: str, tables: NameTables) -> Name:
    """Take a name apart: titles, father, Balinese birth order and foreign fillers aside; what is left identifies.

    Source: Permendagri 73/2022 (titles may stand on cards, never on certificates; a clan name is part of the name);
    DOMAIN C1, C2 rules 1, 2, 17, 18, 22. A name that consists of such words only keeps them: somebody may be called
    Haji, or Ketut. Raises nothing.
    """
    known: Name | None = tables.memo.get(text)
    if known is None:
        if len(tables.memo) >= _MEMO:
            tables.memo.clear()
        known = tables.memo[text] = _read(text, tables)
    return known


def _read(text: str, tables: NameTables) -> Name:
    spoken, titles = _without_titles(text, tables)
    kept = [word for word in spoken if word not in tables.fillers]
    filler = len(kept) < len(spoken) and bool(kept)
    spoken = list(dict.fromkeys(kept)) if kept else spoken
    own, father = _father_apart(spoken, tables)
    own, order = _birth_order_apart(own, tables)
    chinese = len(own) > 1 and (own[0] in tables.chinese or own[-1] in tables.chinese)
    return Name(
        own=tuple(tables.word(word) for word in own),
        father=tuple(tables.word(word) for word in father),
        titles=titles,
        birth_order=order,
        filler=filler,
        chinese=chinese,
    )


def _without_titles(text: str, tables: NameTables) -> tuple[list[str], tuple[str, ...]]:
    """Words and titles. A title after a comma needs no dot; one without a comma is known by its dot or is no name.

    "RAHMAT HIDAYAT" has none of the signs, which most names have not: then only the first word may be a title.
    """
    if "," not in text and "." not in text and ";" not in text:
        words = letters(text).split()
        first = next((n for n, word in enumerate(words) if word not in tables.titles_before), len(words))
        last = len(words)
        while last > first + 1 and words[last - 1] in tables.titles_sure:
            last -= 1
        if first < last:
            return words[first:last], (*words[:first], *words[last:])
        return words, ()
    titles: list[str] = []
    words = []
    for place, part in enumerate(_COMMA.split(text)):
        tokens = part.split()
        glued = [token.replace(".", "").lower() for token in tokens]
        if place and glued and all(token in tables.titles_after for token in glued):
            titles += glued
            continue
        words += _words_of(tokens, glued, titles, tables, leading=not words)
    return (words, tuple(titles)) if words else (titles, ())


def _words_of(
    tokens: list[str], glued: list[str], titles: list[str], tables: NameTables, *, leading: bool
) -> list[str]:
    words: list[str] = []
    for token, plain in zip(tokens, glued, strict=True):
        before = leading and not words and plain in tables.titles_before
        inner_dot = "." in token.rstrip(".")
        if before or (words and plain in tables.titles_after and (inner_dot or plain in tables.titles_sure)):
            titles.append(plain)
        else:
            words += letters(token.replace(".", " ")).split()
    return words


def _father_apart(spoken: list[str], tables: NameTables) -> tuple[list[str], list[str]]:
    for place, word in enumerate(spoken):
        if place and word in tables.child_of and place + 1 < len(spoken):
            return spoken[:place], spoken[place + 1 :]
    return spoken, []


def _birth_order_apart(own: list[str], tables: NameTables) -> tuple[list[str], frozenset[int]]:
    """Balinese I and Ni, and words of birth order that are not the last word, carry no identity (rule 18)."""
    if len(own) < 2 or not (own[0] in tables.balinese_first or own[0] in tables.birth_order):
        return own, frozenset()
    kept = [w for n, w in enumerate(own) if n == len(own) - 1 or not (w in tables.birth_order or w in ("i", "ni"))]
    return kept, frozenset(tables.birth_order[word] for word in own[:-1] if word in tables.birth_order)


def compare_names(a: str, b: str, tables: NameTables, *, fathers: tuple[str, str] = ("", "")) -> NameComparison:
    """Compare two names as written. `fathers` are the fathers' names, where known: a patronymic may be part of a name.

    The weight adds, over the words that agree, how rare each is; Siti agreeing says little, Simanjuntak much. What is
    left over on both sides speaks against, on one side hardly (names are shortened everywhere). Equivalences of
    DOMAIN C2 count as graded evidence, never as a rewrite.
    """
    left, right = read_name(a, tables), read_name(b, tables)
    found = compare_read(left, right, tables, fathers=fathers)
    weight, reasons = found.weight(tables), tuple(found.reasons(tables))
    return NameComparison(weight=weight, verdict=verdict_of(found, left, right, weight, tables), reasons=reasons)


def compare_read(left: Name, right: Name, tables: NameTables, *, fathers: tuple[str, str] = ("", "")) -> Aligned:
    """The comparison of two names already read: what `compare_names` and the matcher share."""
    father_left, father_right = left.father, right.father
    if fathers[0] and not father_left:
        father_left = read_name(fathers[0], tables).own
    if fathers[1] and not father_right:
        father_right = read_name(fathers[1], tables).own
    orders_differ = bool(left.birth_order and right.birth_order and not left.birth_order & right.birth_order)
    aligned = align(left.own, right.own, tables, father_left=father_left, father_right=father_right)
    aligned.birth_orders_differ = orders_differ
    aligned.cannot_tell = not aligned.pairs and (left.chinese != right.chinese)
    aligned.patronymics = (left.father, right.father)
    return aligned


def verdict_of(found: Aligned, left: Name, right: Name, weight: int, tables: NameTables) -> NameVerdict:
    """SAME where every word of both agrees and enough is said; what is common to thousands is CANNOT_TELL."""
    if not left.own or not right.own or found.cannot_tell:
        return NameVerdict.CANNOT_TELL
    if found.birth_orders_differ:
        return NameVerdict.DIFFERENT
    if found.conflicts or not found.pairs:
        mostly = len(found.pairs) > found.conflicts and weight >= tables.likely_at
        return NameVerdict.LIKELY if mostly else NameVerdict.DIFFERENT
    if found.left_over or found.right_over:
        return NameVerdict.LIKELY if weight >= tables.likely_at else NameVerdict.CANNOT_TELL
    if found.guessed:
        return NameVerdict.LIKELY if 2 * weight >= tables.likely_at else NameVerdict.CANNOT_TELL
    return NameVerdict.SAME
