"""Weights of many pairs at once: the compiled scorer, which `explain` backs up and explains.

`encode` turns descriptions into columns once; `score` weighs pairs of them. Every weight is `explain`'s to the millibit.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt

from suar.core.identity.name_tables import NameTables, Word
from suar.core.identity.names import read_name
from suar.core.identity.person import Description
from suar.core.identity.spelling import sound
from suar.core.matching import kernel
from suar.core.matching.explain import explain
from suar.core.matching.explanation import MatchExplanation
from suar.core.matching.places import bag_of, place_of
from suar.core.matching.policy import MatchingPolicy

Longs = npt.NDArray[np.int64]
Weights = npt.NDArray[np.int32]
Codes = npt.NDArray[np.uint64]

#: The codes of `kernel`, in its order; behind them those that only `explain` gives.
_CODES = """
    name.same name.alike name.shorter name.partly name.different name.cannot_tell name.nothing nik.same nik.slip
    nik.slip_serial nik.different passport_no.same passport_no.different kk.same kk.different phone.same
    phone.different birth_date.same birth_date.same_heaped birth_date.in_nik birth_date.swapped
    birth_date.one_digit birth_date.by_nik birth_date.year_shifted birth_date.different birth_date.far sex.same
    sex.different sex.in_nik birth_place.same birth_place.similar birth_place.different mother_name.same
    mother_name.similar mother_name.partly mother_name.different father_name.same father_name.similar
    father_name.partly father_name.different address.same address.similar address.different region_code.same
    region_code.by_nik region_code.kabupaten region_code.province region_code.different nationality.same
    nationality.different family.shared birth_date.month_same birth_date.year_same birth_date.age_fits
    birth_date.near
    """
CODE_NAMES: tuple[str, ...] = tuple(_CODES.split())
BIT = {code: np.uint64(1) << np.uint64(place) for place, code in enumerate(CODE_NAMES)}
#: Set beside their codes where a mother's or a father's name weighs anything.
PARENT_AGREES = tuple(np.uint64(1) << np.uint64(kernel.PARENT_BIT + which) for which in (kernel.MOTHER, kernel.FATHER))

_LEVEL_NAMES = """
    same old_spelling family family_short sound near father initial_millibits left_over conflict different cannot_tell
    other_order other_birth_order other_father cap
    """
_LEVELS = tuple(_LEVEL_NAMES.split())


@dataclass(frozen=True, slots=True)
class Encoded:
    """Descriptions as columns, with their vocabulary. Belongs to the policy whose name tables read the names."""

    descriptions: Sequence[Description]
    side: kernel.Side

    def __len__(self) -> int:
        return len(self.descriptions)


def encode(descriptions: Sequence[Description], policy: MatchingPolicy) -> Encoded:
    """Read every name, number and date once, so that a million pairs need not. Raises nothing: what is odd is left to `explain`."""
    vocabulary = _taken(policy.names, 3 * len(descriptions))
    encoded = _Encoder(vocabulary).encode(descriptions)
    _rest(vocabulary)
    return encoded


def score(
    left: Encoded, left_at: Longs, right: Encoded, right_at: Longs, policy: MatchingPolicy
) -> tuple[Weights, Codes]:
    """Millibits of the pairs `left[left_at[n]], right[right_at[n]]`, without the prior, and a mask of their codes (CODE_NAMES)."""
    weights, codes = np.empty(left_at.size, np.int32), np.empty(left_at.size, np.uint64)
    ours, theirs = np.ascontiguousarray(left_at, np.int64), np.ascontiguousarray(right_at, np.int64)
    kernel.pairs(left.side, ours, right.side, theirs, rules_of(policy), weights, codes)
    for n in np.flatnonzero(weights == kernel.DEFERRED):
        said = explain(left.descriptions[left_at[n]], right.descriptions[right_at[n]], candidate="", policy=policy)
        weights[n], codes[n] = said.weight, mask_of(said)
    return weights, codes


def mask_of(explanation: MatchExplanation) -> np.uint64:
    """The codes of an explanation's reasons as `score` gives them."""
    mask = _bits(reason.code for reason in explanation.reasons)
    for feature, agrees in zip(("mother_name", "father_name"), PARENT_AGREES, strict=True):
        if any(reason.feature == feature and reason.weight > 0 for reason in explanation.reasons):
            mask |= agrees
    return mask


#: Verdicts of `verdicts_of`, in the order of their numbers.
VERDICTS = ("join", "ask", "new", "cannot_tell")
JOIN, ASK, NEW, CANNOT_TELL = range(4)


def verdicts_of(weights: Weights, codes: Codes, policy: MatchingPolicy) -> npt.NDArray[np.uint8]:
    """What `linking.propose` says of each pair: NEW, CANNOT_TELL, ASK or JOIN."""
    odds = weights + np.int32(policy.prior)
    told = codes & ~_bits(policy.tells_nothing)
    too_little = ((told & ~_bits(code for code in CODE_NAMES if code.startswith("name."))) == 0) & (weights >= 0)
    more = (codes & _agreeing(policy)) != 0
    against = np.zeros(weights.size, np.bool_)
    for code, outweighs in policy.contradictions.items():
        against |= ((codes & _bits((code,))) != 0) & ((codes & _bits(outweighs)) == 0)
    verdicts = np.full(weights.size, ASK, np.uint8)
    verdicts[(odds >= policy.join_at) & more & ~against] = JOIN
    verdicts[too_little] = CANNOT_TELL
    verdicts[(odds < policy.ask_at) & ~too_little] = NEW
    return verdicts


def _agreeing(policy: MatchingPolicy) -> np.uint64:
    """The codes that agree and are of another kind than those that join nobody alone. A parent weighs by the rarity of the words."""
    features = {code: code.split(".")[0] for code in CODE_NAMES if not code.startswith(("name.", "family."))}
    fixed = _bits(
        code
        for code, feature in features.items()
        if feature not in (*policy.not_alone, "mother_name", "father_name") and policy.weights[code] > 0
    )
    mother = PARENT_AGREES[0] if "mother_name" not in policy.not_alone else np.uint64(0)
    father = PARENT_AGREES[1] if "father_name" not in policy.not_alone else np.uint64(0)
    return np.uint64(fixed | mother | father)


def _bits(codes: Any) -> np.uint64:
    mask = np.uint64(0)
    for code in codes:
        mask |= BIT[code]
    return mask


def rules_of(policy: MatchingPolicy) -> kernel.Rules:
    """The policy's numbers as the compiled loop reads them."""
    levels = policy.names.levels
    return _rules_of(
        tuple(policy.weights.get(code, 0) for code in CODE_NAMES[: kernel.CODES]),
        tuple(getattr(levels, name) for name in _LEVELS),
        tuple(sorted("".join(sorted(pair)) for pair in policy.names.endings_that_part)),
        tuple(sorted(policy.names.truncated_at)),
        policy.family_cap,
    )


@lru_cache(maxsize=8)
def _rules_of(
    weights: tuple[int, ...], levels: tuple[int, ...], parting: tuple[str, ...], cuts: tuple[int, ...], cap: int
) -> kernel.Rules:
    letters_of = [[ord(letter) for letter in pair] for pair in parting]
    return kernel.Rules(
        np.array(weights, np.int32),
        np.array(levels, np.int32),
        np.array(letters_of, np.uint8).reshape(-1, 2),
        np.array(cuts, np.int32),
        cap,
    )


class _Vocabulary:
    """The words that names of one policy are made of, with all that comparing needs; grows as names are read, and begins anew when full."""

    def __init__(self, tables: NameTables) -> None:
        self.tables = tables
        self.families = {family: n for n, family in enumerate(sorted({*tables.families.values()}), start=1)}
        self.begin()

    def begin(self) -> None:
        self.rows: dict[str, int] = {}
        self.names: dict[str, tuple[int, ...] | None] = {}
        self.words = np.zeros((_FIRST_WORDS, kernel.WORD_INTS), np.int32)
        self.sounds = np.zeros((_FIRST_WORDS, kernel.SOUNDS), np.int64)
        self.letters = np.zeros(_FIRST_WORDS * _LETTERS_A_WORD, np.uint8)
        self.spelt = 0

    def row(self, word: Word) -> int:
        row = self.rows.get(word.text)
        if row is None:
            row = self.rows[word.text] = len(self.rows)
            spelt = (word.text + word.fine).encode()
            self.make_room(row, len(spelt))
            at, size, fine = self.spelt, len(word.text), len(word.fine)
            self.letters[at : at + len(spelt)] = np.frombuffer(spelt, np.uint8)
            self.spelt += len(spelt)
            family, short_of = self.families.get(word.family, 0), self.families.get(word.short_of, 0)
            brief = len(word.sound) <= 1
            self.words[row] = (
                family, short_of, word.rarity, word.sound_rarity, word.initial, brief, at, size, at + size, fine,
            )  # fmt: skip
            self.sounds[row] = (number_of(word.text), number_of(word.modern), number_of(word.sound))
        return row

    def make_room(self, row: int, letters: int) -> None:
        """Twice the room where it is full. Who reads the smaller columns goes on with them: rows never change."""
        if row >= len(self.words):
            self.words = np.concatenate([self.words, np.zeros_like(self.words)])
            self.sounds = np.concatenate([self.sounds, np.zeros_like(self.sounds)])
        while self.spelt + letters > len(self.letters):
            self.letters = np.concatenate([self.letters, np.zeros_like(self.letters)])

    def name(self, text: str) -> tuple[int, ...] | None:
        """How many words and fathers, birth order, Chinese, length, and the words; None where it does not fit into the columns."""
        if text in self.names:
            return self.names[text]
        name = read_name(text, self.tables)
        own = tuple(self.row(word) for word in name.own)
        made = None
        if own and len(own) <= kernel.WORDS and len(set(own)) == len(own) and len(name.father) <= kernel.FATHERS:
            order = sum(1 << place for place in name.birth_order)
            father = tuple(self.row(word) for word in name.father)
            made = (len(own), len(father), order, int(name.chinese), len(name.text), *own, *father)
        self.names[text] = made
        return made


#: Vocabularies of the last few policies that nobody uses at the moment, and how many names one remembers: those of some thousand searches.
#: Each is taken out while it is used, so no two threads ever write into one.
_RESTING: dict[int, list[_Vocabulary]] = {}
_MOST_POLICIES, _MOST_RESTING, _MOST_NAMES = 4, 8, 20_000
_FIRST_WORDS, _LETTERS_A_WORD = 4_096, 16


def _taken(tables: NameTables, names: int) -> _Vocabulary:
    if len(_RESTING) > _MOST_POLICIES:
        _RESTING.clear()
    try:
        known = _RESTING[id(tables)].pop()
    except (KeyError, IndexError):
        return _Vocabulary(tables)
    if len(known.names) + names > _MOST_NAMES:
        known.begin()
    return known


def _rest(vocabulary: _Vocabulary) -> None:
    resting = _RESTING.setdefault(id(vocabulary.tables), [])
    if len(resting) < _MOST_RESTING:
        resting.append(vocabulary)


class _Encoder:
    """One run of `encode`."""

    def __init__(self, vocabulary: _Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.texts = bytearray(b" ")
        self.places: dict[str, tuple[int, int, int, int]] = {}

    def encode(self, descriptions: Sequence[Description]) -> Encoded:
        ints, longs, digits = array("i"), array("q"), bytearray()
        for one in descriptions:
            row, numbers = [0] * kernel.INTS, [0] * kernel.LONGS
            digits += _dated(one, row)
            self.one(one, row, numbers)
            ints.extend(row)
            longs.extend(numbers)
        side = kernel.Side(
            np.array(ints, np.int32).reshape(-1, kernel.INTS),
            np.array(longs, np.int64).reshape(-1, kernel.LONGS),
            np.frombuffer(bytes(digits), np.uint8).reshape(-1, kernel.DIGITS),
            self.vocabulary.words,
            self.vocabulary.sounds,
            self.vocabulary.letters,
            np.frombuffer(bytes(self.texts), np.uint8),
        )
        return Encoded(descriptions, side)

    def one(self, d: Description, row: list[int], numbers: list[int]) -> None:
        if d.full_name:
            self.name(kernel.NAME, d.full_name, row, kernel.ODD_NAME)
        if d.mother_name:
            self.name(kernel.MOTHER, d.mother_name, row, kernel.ODD_MOTHER)
        if d.father_name:
            self.name(kernel.FATHER, d.father_name, row, kernel.ODD_FATHER)
        row[kernel.I_SEX] = _sex(d)
        numbers[kernel.P_KK] = number_of(d.kk)
        numbers[kernel.P_PASSPORT] = number_of(d.passport_no)
        numbers[kernel.P_PHONE] = number_of(d.phone)
        numbers[kernel.P_NATIONALITY] = number_of(d.nationality)
        if d.birth_place:
            self.born_at(d.birth_place, row, numbers)
        if d.address:
            text = bag_of(d.address)
            row[kernel.I_ADDRESS_AT], row[kernel.I_ADDRESS_SIZE] = len(self.texts), len(text)
            self.texts += text.encode()
            row[kernel.I_ODD] |= 0 if text else kernel.ODD_ADDRESS
        if row[kernel.I_HAS_NIK]:
            numbers[kernel.P_NIK_KECAMATAN] = number_of(d.nik[:6])
        if d.region_code:
            code = d.region_code.replace(".", "")
            numbers[kernel.P_PROVINCE] = number_of(code[:2])
            numbers[kernel.P_KABUPATEN] = number_of(code[:4]) if len(code) >= 4 else 0
            numbers[kernel.P_KECAMATAN] = number_of(code[:6]) if len(code) >= 6 else 0

    def name(self, which: int, text: str, row: list[int], odd: int) -> None:
        made = self.vocabulary.name(text)
        if made is None:
            row[kernel.I_ODD] |= odd
            return
        words, fathers = made[:2]
        row[kernel.I_WORDS + which], row[kernel.I_FATHERS + which] = words, fathers
        row[kernel.I_ORDER + which], row[kernel.I_CHINESE + which], row[kernel.I_LENGTH + which] = made[2:5]
        at = kernel.I_OWN + which * kernel.WORDS
        row[at : at + words] = made[5 : 5 + words]
        if fathers:
            at = kernel.I_FATHER + which * kernel.FATHERS
            row[at : at + fathers] = made[5 + words :]

    def born_at(self, written: str, row: list[int], numbers: list[int]) -> None:
        made = self.places.get(written)
        if made is None:
            text = place_of(written)
            spelt = text.encode()
            size = len(spelt) if text.isascii() else -1
            made = self.places[written] = number_of(text), number_of(sound(text)), len(self.texts), size
            self.texts += spelt
        numbers[kernel.P_PLACE], numbers[kernel.P_PLACE_SOUND], row[kernel.I_PLACE_AT], size = made
        row[kernel.I_PLACE_SIZE] = max(0, size)
        row[kernel.I_ODD] |= 0 if size >= 0 else kernel.ODD_PLACE


def _dated(d: Description, row: list[int]) -> bytes:
    """NIK and birth date, in digits. A partial date is left to `explain`."""
    nik, born = bytes(16), bytes(8)
    if len(d.nik) == 16 and d.nik.isascii() and d.nik.isdigit():
        nik, row[kernel.I_HAS_NIK] = d.nik.encode().translate(_DIGITS), 1
    elif d.nik:
        row[kernel.I_ODD] |= kernel.ODD_NIK
    date = d.birth_date
    if date:
        written = date[:4] + date[5:7] + date[8:]
        if len(date) == 10 and date[4] == "-" == date[7] and written.isascii() and written.isdigit():
            born, row[kernel.I_HAS_BIRTH] = written.encode().translate(_DIGITS), 1
        else:
            row[kernel.I_ODD] |= kernel.ODD_BIRTH
    return nik + born


_DIGITS = bytes((one - 48) % 256 for one in range(256))


def _sex(d: Description) -> int:
    if d.sex in ("1", "2"):
        return int(d.sex)
    if not d.sex and len(d.nik) == 16 and d.nik.isdigit():
        return 2 if d.nik[6] >= "4" else 1
    return 0


def number_of(text: str) -> int:
    """A text as a number that no other text has: exact for up to 17 digits, with or without a plus, and for up to ten capitals and digits;
    61 bits of BLAKE2b for the rest. 0 for no text.
    """
    if not text:
        return 0
    plain = text[1:] if text[0] == "+" else text
    if plain.isascii():
        if plain.isdigit() and len(plain) <= 17:
            return int("1" + plain) * 2 + (plain is not text)
        if plain is text and len(text) <= 10 and text.isalnum() and text.isupper():
            return -int("1" + text, 36)
    return (int.from_bytes(blake2b(text.encode(), digest_size=8).digest()) >> 3) | 1 << 61


def warm(policy: MatchingPolicy) -> None:
    """Have the loop compiled, or read from where it is kept, before the first search needs it: seconds once for a checkout, half a second
    for each program.
    """
    somebody = encode([Description(full_name="Sari Wulandari"), Description(full_name="Sari Wulandari")], policy)
    score(somebody, np.zeros(1, np.int64), somebody, np.ones(1, np.int64), policy)
