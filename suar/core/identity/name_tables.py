"""The words of names: rarity, families of one name, titles, and what carries no identity. policy/matching/names.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import log2
from typing import Any

from pydantic import Field

from suar.core.identity.spelling import fine_sound, modern, sound
from suar.core.standard.tables import BadTable, Dated, Table, read_table


class FamilyRow(Table):
    """Spellings of one name, its abbreviations, and what merging them can get wrong."""

    words: tuple[str, ...]
    short: tuple[str, ...] = ()  # counts as the first word only: M., Muh., St.
    warning: str


class LevelsRow(Table):
    """What a pair of words that agree at this level keeps of its rarity, in thousandths; the rest in millibits."""

    same: int
    old_spelling: int
    family: int
    family_short: int
    sound: int
    near: int
    joined: int
    truncated: int
    father: int
    initial_millibits: int
    left_over: int
    conflict: int
    different: int
    cannot_tell: int
    other_order: int
    other_birth_order: int
    other_father: int
    cap: int


class NamesFile(Table):
    """policy/matching/names.yaml."""

    dated: Dated
    source: str
    families: dict[str, FamilyRow]
    old_spelling_words: dict[str, str]
    titles_before: tuple[str, ...]
    titles_after: tuple[str, ...]
    titles_sure: tuple[str, ...]
    child_of: tuple[str, ...]
    fillers: tuple[str, ...]
    balinese_first: tuple[str, ...]
    birth_order: dict[int, tuple[str, ...]]
    chinese: tuple[str, ...]
    endings_that_part: tuple[str, ...]
    truncated_at: tuple[int, ...]
    likely_at: int
    levels: LevelsRow


class RarityFile(Table):
    """policy/matching/rarity.yaml: millibits of rarity → the words that have it."""

    dated: Dated
    source: str
    unlisted: int = Field(gt=0)
    bands: dict[int, str]  # words with blanks between


@dataclass(frozen=True, slots=True, eq=False)
class Word:
    """One word of a name as compared. Made once per text by `NameTables.word`; compared by its fields, never as a
    whole.
    """

    text: str
    modern: str
    sound: str
    fine: str
    family: str
    short_of: str  # the family that this is an abbreviation of
    rarity: int  # millibits that agreeing on this very word says
    sound_rarity: int  # that agreeing on any word of this sound or family says
    initial: bool


#: Words kept in the memo of one policy: more than the vocabulary of a nation's commonest names.
_MEMO = 200_000


@dataclass(frozen=True, kw_only=True)
class NameTables:
    """The name tables of one adopted version, ready to be asked. The memo changes no answer, only its speed."""

    families: Mapping[str, str]
    shorts: Mapping[str, str]
    old_spelling: Mapping[str, str]
    titles_before: frozenset[str]
    titles_after: frozenset[str]
    titles_sure: frozenset[str]
    child_of: frozenset[str]
    fillers: frozenset[str]
    balinese_first: frozenset[str]
    birth_order: Mapping[str, int]
    chinese: frozenset[str]
    endings_that_part: frozenset[frozenset[str]]
    truncated_at: frozenset[int]
    likely_at: int
    levels: LevelsRow
    rarity: Mapping[str, int]
    sound_rarity: Mapping[str, int]
    unlisted: int
    _words: dict[str, Word] = field(default_factory=dict, repr=False, compare=False)
    #: Names taken apart by `names.read_name`, for the many candidates that one name is compared with.
    memo: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def read(cls, names: Mapping[str, Any], rarity: Mapping[str, Any]) -> NameTables:
        """Read the two parsed files. Raises BadTable with every mistake, also a word in two families."""
        file = read_table(NamesFile, names, "matching/names")
        bands = read_table(RarityFile, rarity, "matching/rarity")
        listed = {word: band for band, words in sorted(bands.bands.items(), reverse=True) for word in words.split()}
        families = {word: family for family, row in file.families.items() for word in (family, *row.words)}
        problems = [
            f"families: {word} is in {family} and {families[word]}"
            for family, row in file.families.items()
            for word in row.words
            if families[word] != family
        ]
        if problems:
            raise BadTable("matching/names", problems)
        return cls(
            families=families,
            shorts={word: family for family, row in reversed(file.families.items()) for word in row.short},
            old_spelling=file.old_spelling_words,
            titles_before=frozenset(file.titles_before),
            titles_after=frozenset(file.titles_after),
            titles_sure=frozenset(file.titles_sure),
            child_of=frozenset(file.child_of),
            fillers=frozenset(file.fillers),
            balinese_first=frozenset(file.balinese_first),
            birth_order={word: order for order, words in file.birth_order.items() for word in words},
            chinese=frozenset(file.chinese),
            endings_that_part=frozenset(frozenset(pair) for pair in file.endings_that_part),
            truncated_at=frozenset(file.truncated_at),
            likely_at=file.likely_at,
            levels=file.levels,
            rarity=listed,
            sound_rarity=_together(listed, families),
            unlisted=bands.unlisted,
        )

    def word(self, text: str) -> Word:
        """A word with all that comparing needs."""
        known = self._words.get(text)
        if known is None:
            if len(self._words) >= _MEMO:
                self._words.clear()
            known = self._words[text] = self._make(text)
        return known

    def _make(self, text: str) -> Word:
        heard = sound(text)
        family = self.families.get(text, "")
        rarity = self.rarity.get(text, self.unlisted)
        together = self.sound_rarity.get(family or heard, rarity)
        return Word(
            text=text,
            modern=self.old_spelling.get(text) or modern(text),
            sound=heard,
            fine=fine_sound(text),
            family=family,
            short_of=self.shorts.get(text, ""),
            rarity=rarity,
            sound_rarity=min(rarity, together),
            initial=len(text) == 1,
        )


def _together(listed: Mapping[str, int], families: Mapping[str, str]) -> dict[str, int]:
    """Rarity of a sound, and of a family: that of all its words taken together."""
    shares: dict[str, float] = {}
    for word, rarity in listed.items():
        group = families.get(word) or sound(word)
        shares[group] = shares.get(group, 0.0) + 2.0 ** (-rarity / 1000)
    return {group: round(-1000 * log2(share)) for group, share in shares.items()}
