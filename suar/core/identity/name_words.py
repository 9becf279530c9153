"""Which words of two names belong together, and what that says. The inner loop of every comparison."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from rapidfuzz.distance import OSA

from suar.core.identity.evidence import Reason
from suar.core.identity.name_tables import LevelsRow, NameTables, Word
from suar.core.identity.spelling import bare, heard_alike, sound


@dataclass(slots=True)
class Pair:
    """Two words taken for one, at what level, and what that weighs."""

    left: str
    right: str
    level: str
    weight: int


@dataclass(slots=True)
class Aligned:
    """Two names laid side by side."""

    pairs: list[Pair] = field(default_factory=list)
    left_over: list[Word] = field(default_factory=list)
    right_over: list[Word] = field(default_factory=list)
    conflicts: int = 0  # words left over on both sides: they say two different things
    fathers: list[Pair] = field(default_factory=list)  # words of one name that are the father's of the other
    in_order: bool = True
    guessed: bool = False  # an initial, an abbreviation or a typing slip took part
    birth_orders_differ: bool = False
    cannot_tell: bool = False
    patronymics: tuple[tuple[Word, ...], tuple[Word, ...]] = ((), ())

    def weight(self, tables: NameTables) -> int:
        """Millibits, within the cap and the floor of the policy."""
        return max(tables.levels.different, min(tables.levels.cap, self._total(tables.levels)))

    def _total(self, levels: LevelsRow) -> int:
        """The sum of the steps, made without making them: this is asked of every pair, the steps of few."""
        if self.cannot_tell:
            return levels.cannot_tell
        total = 0
        for pair in self.pairs:
            total += pair.weight
        for pair in self.fathers:
            total += pair.weight
        over = len(self.left_over) + len(self.right_over)
        if over:
            if self.conflicts:
                total += self.conflicts * levels.conflict if self.pairs else levels.different
            else:
                total += over * levels.left_over
        total += 0 if self.in_order else levels.other_order
        total += levels.other_birth_order if self.birth_orders_differ else 0
        return total + (levels.other_father if self._fathers_differ() else 0)

    def _fathers_differ(self) -> bool:
        ours, theirs = self.patronymics
        return bool(ours and theirs) and not {w.sound for w in ours} & {w.sound for w in theirs}

    def reasons(self, tables: NameTables) -> Iterator[Reason]:
        """Each step; with the cap as a step of its own, so that the steps add up to the weight."""
        steps = list(self._steps(tables.levels))
        yield from steps
        over = self.weight(tables) - sum(step.weight for step in steps)
        if over:
            yield Reason("name.cap", "full_name", "", "", over)

    def _steps(self, levels: LevelsRow) -> Iterator[Reason]:
        if self.cannot_tell:
            yield Reason("name.cannot_tell", "full_name", "", "", levels.cannot_tell)
            return
        for pair in (*self.pairs, *self.fathers):
            yield Reason(f"name.word.{pair.level}", "full_name", pair.left, pair.right, pair.weight)
        yield from self._against(levels)

    def _against(self, levels: LevelsRow) -> Iterator[Reason]:
        left, right = (" ".join(w.text for w in over) for over in (self.left_over, self.right_over))
        if not self.pairs and left and right:
            yield Reason("name.different", "full_name", left, right, levels.different)
        elif self.conflicts:
            yield Reason("name.word.other", "full_name", left, right, self.conflicts * levels.conflict)
        elif left or right:
            words = len(self.left_over) + len(self.right_over)
            yield Reason("name.word.left_over", "full_name", left, right, words * levels.left_over)
        if not self.in_order:
            yield Reason("name.other_order", "full_name", "", "", levels.other_order)
        if self.birth_orders_differ:
            yield Reason("name.other_birth_order", "full_name", "", "", levels.other_birth_order)
        if self._fathers_differ():
            mine, his = (" ".join(w.text for w in side) for side in self.patronymics)
            yield Reason("name.other_father", "father_name", mine, his, levels.other_father)


def align(
    left: tuple[Word, ...],
    right: tuple[Word, ...],
    tables: NameTables,
    *,
    father_left: tuple[Word, ...] = (),
    father_right: tuple[Word, ...] = (),
) -> Aligned:
    """Lay two names side by side: equal words first, then by sound, then joined, initials, slips and cut ends."""
    found = Aligned()
    if left == right:
        found.pairs = [Pair(word.text, word.text, "same", word.rarity) for word in left]
        return found
    over_left, over_right = list(left), list(right)
    likely = _likenesses(left, right, tables)
    found.pairs = [_pair(likeness) for likeness in _take(likely, over_left, over_right, sure=True)]
    if over_left and over_right:
        _pair_joined(found, over_left, over_right, tables)
        guesses = [_pair(likeness) for likeness in _take(likely, over_left, over_right, sure=False)]
        found.guessed = bool(guesses)
        found.pairs += guesses
    if over_left and over_right:
        _pair_truncated(found, over_left, over_right, left, right, tables)
    _to_father(found, over_left, father_right, tables)
    _to_father(found, over_right, father_left, tables)
    found.left_over, found.right_over = over_left, over_right
    found.conflicts = min(len(over_left), len(over_right))
    found.in_order = _in_order(found.pairs, left, right)
    return found


#: Two words that may be one: whether surely, the weight, and the words with the level of their likeness.
Likeness = tuple[bool, int, Word, Word, str]


def _likenesses(left: tuple[Word, ...], right: tuple[Word, ...], tables: NameTables) -> list[Likeness]:
    """Every pair of words that may be one, sure ones first, then by weight; ties keep the order of the names."""
    likely: list[Likeness] = []
    for word in left:
        for other in right:
            if word.text == other.text:
                likely.append((True, word.rarity, word, other, "same"))
                continue
            heard = word.sound == other.sound or word.modern == other.modern
            said = None
            if heard or (word.family and word.family == other.family):
                said = _alike(word, other, tables)
            sure = said is not None
            said = said or _guess(word, other, tables)
            if said:
                likely.append((sure, said[1], word, other, said[0]))
    likely.sort(key=_sure_and_heavy, reverse=True)
    return likely


def _sure_and_heavy(likeness: Likeness) -> tuple[bool, int, str, str]:
    """By the words themselves in the end, so that left and right may be exchanged."""
    sure, weight, word, other, _ = likeness
    one, two = (word.text, other.text) if word.text <= other.text else (other.text, word.text)
    return sure, weight, one, two


def _take(likely: list[Likeness], over_left: list[Word], over_right: list[Word], *, sure: bool) -> Iterator[Likeness]:
    """Take out of both lists the words that belong together, heaviest first."""
    for likeness in likely:
        if likeness[0] is sure and likeness[2] in over_left and likeness[3] in over_right:
            over_left.remove(likeness[2])
            over_right.remove(likeness[3])
            yield likeness


def _pair(likeness: Likeness) -> Pair:
    _, weight, word, other, level = likeness
    return Pair(word.text, other.text, level, weight)


def _in_order(pairs: list[Pair], left: tuple[Word, ...], right: tuple[Word, ...]) -> bool:
    """Whether the words that agree stand in one order on both sides; joined words keep theirs by themselves."""
    if len(pairs) < 2:
        return True
    at_left, at_right = ({word.text: n for n, word in enumerate(name)} for name in (left, right))
    places = sorted((at_left[p.left], at_right[p.right]) for p in pairs if p.left in at_left and p.right in at_right)
    return all(one[1] < other[1] for one, other in pairwise(places))


def _alike(word: Word, other: Word, tables: NameTables) -> tuple[str, int] | None:
    """Old spelling, one family, one sound. Rules 3-13: graded evidence, never a rewrite."""
    levels = tables.levels
    if word.modern == other.modern:
        return "old_spelling", min(word.rarity, other.rarity) * levels.old_spelling // 1000
    rarity = min(word.sound_rarity, other.sound_rarity)
    if word.family and word.family == other.family:
        return "family", rarity * levels.family // 1000
    if word.sound == other.sound and len(word.sound) > 1 and heard_alike(word.fine, other.fine):
        return ("sound", rarity * levels.sound // 1000) if not _parted(word, other, tables) else None
    return None


def _guess(word: Word, other: Word, tables: NameTables) -> tuple[str, int] | None:
    """An abbreviation, an initial, or a slip of the finger (rules 3, 16, 20)."""
    a, b = word.text, other.text
    if word.short_of or other.short_of or word.initial or other.initial:
        return _abbreviated(word, other, tables)
    shorter, longer = (len(a), len(b)) if len(a) < len(b) else (len(b), len(a))
    slips = 2 if shorter >= 9 else 1 if shorter >= 5 or (shorter == 4 and a[0] == b[0]) else 0
    if longer - shorter > slips or not slips or OSA.distance(a, b, score_cutoff=slips) > slips:
        return None
    near = min(word.sound_rarity, other.sound_rarity) * tables.levels.near // 1000
    return None if _parted(word, other, tables) else ("near", near)


def _abbreviated(word: Word, other: Word, tables: NameTables) -> tuple[str, int] | None:
    """Muh. and M. for Muhammad, St. for Siti, any letter for a word that begins with it."""
    levels = tables.levels
    if (word.short_of and word.short_of == (other.family or other.short_of)) or (
        other.short_of and other.short_of == word.family
    ):
        return "family_short", min(word.sound_rarity, other.sound_rarity) * levels.family_short // 1000
    if (word.initial or other.initial) and word.text[0] == other.text[0]:
        return "initial", levels.initial_millibits
    return None


def _parted(word: Word, other: Word, tables: NameTables) -> bool:
    """Whether only the last letter differs, in a way that makes another name of it: Hidayat and Hidayah, Putra and
    Putri.
    """
    a, b = word.text, other.text
    return a[:-1] == b[:-1] and frozenset((a[-1], b[-1])) in tables.endings_that_part


def _pair_joined(found: Aligned, over_left: list[Word], over_right: list[Word], tables: NameTables) -> None:
    """Sri Wahyuni and Sriwahyuni, Abdul Rahman and Abdurrahman (rules 5, 14)."""
    for one, many in ((over_left, over_right), (over_right, over_left)):
        if len(many) < 2:
            continue
        for word in tuple(one):
            for first, second in pairwise(tuple(many)):
                if first.text[0] != word.text[0] or len(word.text) < 5:
                    continue
                glued = first.text + second.text
                if glued != word.text and (abs(len(glued) - len(word.text)) > 2 or not _joins(glued, word.text)):
                    continue
                if first not in many or second not in many:
                    continue
                weight = min(word.sound_rarity, first.sound_rarity + second.sound_rarity)
                texts = (word.text, f"{first.text} {second.text}")
                if one is over_right:
                    texts = (texts[1], texts[0])
                found.pairs.append(Pair(*texts, "joined", weight * tables.levels.joined // 1000))
                one.remove(word)
                many.remove(first)
                many.remove(second)
                break


def _joins(glued: str, word: str) -> bool:
    if sound(glued) == sound(word) or (len(word) >= 8 and OSA.distance(glued, word, score_cutoff=1) <= 1):
        return True
    telling = bare(word)
    return telling != word and bare(glued) != glued and sound(bare(glued)) == sound(telling)


def _pair_truncated(
    found: Aligned,
    over_left: list[Word],
    over_right: list[Word],
    left: tuple[Word, ...],
    right: tuple[Word, ...],
    tables: NameTables,
) -> None:
    """A last word cut where a field ended: at 25, 30 or 39 signs (rule 21)."""
    for cut, whole, name in ((over_left, over_right, left), (over_right, over_left, right)):
        last = name[-1]
        if last not in cut or sum(len(word.text) + 1 for word in name) - 1 not in tables.truncated_at:
            continue
        other = next((word for word in whole if word.text.startswith(last.text)), None)
        if other:
            texts = (last.text, other.text) if cut is over_left else (other.text, last.text)
            share = other.rarity * tables.levels.truncated * len(last.text) // (len(other.text) * 1000)
            found.pairs.append(Pair(*texts, "truncated", share))
            found.guessed = True
            cut.remove(last)
            whole.remove(other)


def _to_father(found: Aligned, over: list[Word], father: tuple[Word, ...], tables: NameTables) -> None:
    """Words that one name has too many and that are the father's of the other: an endorsement for a visa (rule 17)."""
    for word in tuple(over) if father else ():
        other = next((one for one in father if one.text == word.text or one.sound == word.sound), None)
        if other:
            weight = min(word.sound_rarity, other.sound_rarity) * tables.levels.father // 1000
            found.fathers.append(Pair(word.text, other.text, "father", weight))
            over.remove(word)
