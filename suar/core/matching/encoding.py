"""Descriptions as the compiled loop reads them: every name, number, date and place read once, however many pairs it is in.

Ordinary values are read by `reading`, as machine code; what it leaves over is read here, in words. What does not fit at all is marked odd, and
left to `explain`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import chain

import numpy as np

from suar.core.identity.columns import Columns
from suar.core.identity.name_tables import NameTables, Word
from suar.core.identity.names import read_name
from suar.core.identity.spelling import LONGEST_NAME, sound
from suar.core.matching import kernel, reading
from suar.core.matching.compiled import Bytes, Ints, Longs
from suar.core.matching.places import WORDS_OF_THE_FORM, bag_of, place_of

#: Where a name's words, its father's and whether it is odd stand (`reading.NAME_INTS`).
_OWN, _FATHER, _ODD = reading.N_OWN, reading.N_OWN + kernel.WORDS, reading.NAME_INTS - 1
#: No words, no father's words, nothing odd.
_NONE = (0,) * (kernel.WORDS + kernel.FATHERS + 1)
#: So many people are read at a time: the words of the first teach the next.
_AT_ONCE = 20_000
_ODD_NAMES = np.array([kernel.ODD_NAME, kernel.ODD_MOTHER, kernel.ODD_FATHER], np.int32)


def side_of(columns: Columns, tables: NameTables) -> kernel.Side:
    """All columns of these descriptions. Raises nothing: what is odd is left to `explain`."""
    vocabulary = _taken(tables)
    try:
        people = len(columns)
        ints, longs = np.zeros((people, kernel.INTS), np.int32), np.zeros((people, kernel.LONGS), np.int64)
        digits = np.zeros((people, kernel.DIGITS), np.uint8)
        texts = [b" "]
        used = 1
        for start in range(0, people, _AT_ONCE):
            part = slice(start, min(people, start + _AT_ONCE))
            bags = _read(columns, part, vocabulary, ints[part], longs[part], digits[part], used)
            texts.append(bags)
            used += len(bags)
        texts.append(_places(columns, ints, longs, used))
        words, spelt = max(1, len(vocabulary.rows)), max(1, vocabulary.spelt)
        return kernel.Side(
            ints, longs, digits, vocabulary.words[:words], vocabulary.sounds[:words], vocabulary.letters[:spelt],
            np.frombuffer(b"".join(texts), np.uint8),
        )  # fmt: skip
    finally:
        _rest(vocabulary)


def _read(
    columns: Columns, part: slice, vocabulary: _Vocabulary, ints: Ints, longs: Longs, digits: Bytes, used: int
) -> bytes:
    """The fields of these people but for places into their columns. Returns their addresses' bags, which stand behind `used` letters."""
    asked = (
        columns.full_name, columns.mother_name, columns.father_name, columns.nik, columns.birth_date, columns.sex, columns.kk,
        columns.passport_no, columns.phone, columns.nationality, columns.region_code, columns.address,
    )  # fmt: skip
    fields, people = [column[part] for column in asked], len(ints)
    texts = _ended(fields)
    names = np.zeros((3, people, reading.NAME_INTS), np.int32)
    smalls, numbers = np.zeros((people, reading.SMALLS), np.int32), np.zeros((people, reading.LONGS), np.int64)
    bags, left = np.empty(len(texts), np.uint8), np.empty(reading.FIELDS * people, np.int64)
    initial = vocabulary.tables.levels.initial_millibits
    over, size = reading.read(
        np.frombuffer(texts, np.uint8),
        people,
        vocabulary.known(),
        initial,
        _forms(),
        names,
        smalls,
        numbers,
        digits,
        bags,
        left,
    )
    longs[:, : kernel.P_PLACE] = numbers[:, : reading.L_PROVINCE]
    longs[:, kernel.P_PROVINCE :] = numbers[:, reading.L_PROVINCE :]
    found = bytearray(bags[:size].tobytes())
    for n in left[:over].tolist():
        field, person = divmod(n, people)
        _left_over(field, person, fields, vocabulary, names, smalls, longs, ints, found)
    vocabulary.settle()
    ints[:, : kernel.I_OWN] = names[:, :, :_OWN].transpose(1, 2, 0).reshape(people, kernel.I_OWN)
    own, fathers = names[:, :, _OWN:_FATHER].transpose(1, 0, 2), names[:, :, _FATHER:_ODD].transpose(1, 0, 2)
    ints[:, kernel.I_OWN : kernel.I_FATHER] = own.reshape(people, 3 * kernel.WORDS)
    ints[:, kernel.I_FATHER : kernel.I_SEX] = fathers.reshape(people, 3 * kernel.FATHERS)
    ints[:, kernel.I_ODD] |= _ODD_NAMES @ names[:, :, _ODD] | smalls[:, reading.S_ODD_BIRTH] * kernel.ODD_BIRTH
    ints[:, kernel.I_HAS_NIK] = smalls[:, reading.S_HAS_NIK]
    ints[:, kernel.I_HAS_BIRTH] = smalls[:, reading.S_HAS_BIRTH]
    ints[:, kernel.I_SEX] = smalls[:, reading.S_SEX]
    sizes = smalls[:, reading.S_ADDRESS_SIZE]
    ints[:, kernel.I_ADDRESS_SIZE] = sizes
    ints[:, kernel.I_ADDRESS_AT] = np.where(sizes > 0, smalls[:, reading.S_ADDRESS_AT] + used, 0)
    return bytes(found)


def _ended(fields: Sequence[Sequence[str]]) -> bytes:
    """All texts, field by field, each with a zero byte behind it. No text may hold one itself: it is read as a sign that no word has."""
    texts = "\0".join(chain.from_iterable(fields)) + "\0"
    if texts.count("\0") > sum(map(len, fields)):
        texts = "\0".join(text.replace("\0", "\1") for text in chain.from_iterable(fields)) + "\0"
    return texts.encode("utf-8", "surrogatepass")


def _left_over(
    field: int, person: int, fields: Sequence[Sequence[str]], vocabulary: _Vocabulary, names: Ints, smalls: Ints, longs: Longs,
    ints: Ints, bags: bytearray,
) -> None:  # fmt: skip
    """One value that is not ordinary, in words."""
    text = fields[field][person]
    if field <= reading.FATHER:
        names[field, person] = vocabulary.name(text)
    elif field == reading.NIK:
        ints[person, kernel.I_ODD] |= kernel.ODD_NIK
        if not fields[reading.SEX][person]:
            smalls[person, reading.S_SEX] = _sex_of(text)
    elif field == reading.REGION:
        longs[person, kernel.P_PROVINCE : kernel.P_KECAMATAN + 1] = _region(text)
    elif field == reading.ADDRESS:
        bag = bag_of(text).encode()
        smalls[person, reading.S_ADDRESS_AT], smalls[person, reading.S_ADDRESS_SIZE] = len(bags), len(bag)
        ints[person, kernel.I_ODD] |= 0 if bag else kernel.ODD_ADDRESS
        bags += bag
    else:
        longs[person, kernel.P_KK + field - reading.KK] = number_of(text)


def _sex_of(nik: str) -> int:
    if len(nik) != 16 or not nik.isdigit():
        return 0
    return 2 if nik[6] >= "4" else 1


@lru_cache(maxsize=1 << 14)
def _region(code: str) -> tuple[int, int, int]:
    """Numbers of province, kabupaten and kecamatan."""
    code = code.replace(".", "")
    return (
        number_of(code[:2]),
        number_of(code[:4]) if len(code) >= 4 else 0,
        number_of(code[:6]) if len(code) >= 6 else 0,
    )


def _places(columns: Columns, ints: Ints, longs: Longs, used: int) -> bytes:
    """Places of birth, each once, behind `used` letters; what `ints` and `longs` say of them. Returns their letters."""
    letters = bytearray()
    if any(columns.birth_place):
        known: dict[str, tuple[int, int, int, int, int]] = {"": (0, 0, 0, 0, 0)}
        for place in columns.birth_place:
            if place not in known:
                number, heard, text, odd = _read_place(place)
                known[place] = number, heard, used + len(letters), len(text), odd
                letters += text
        rows = np.array([known[place] for place in columns.birth_place], np.int64)
        longs[:, kernel.P_PLACE], longs[:, kernel.P_PLACE_SOUND] = rows[:, 0], rows[:, 1]
        ints[:, kernel.I_PLACE_AT], ints[:, kernel.I_PLACE_SIZE] = rows[:, 2], rows[:, 3]
        ints[:, kernel.I_ODD] |= rows[:, 4].astype(np.int32)
    return bytes(letters)


@lru_cache(maxsize=1 << 14)
def _read_place(written: str) -> tuple[int, int, bytes, int]:
    text = place_of(written)
    read, odd = (text.encode(), 0) if text.isascii() else (b"", kernel.ODD_PLACE)
    return number_of(text), number_of(sound(text)), read, odd


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


#: For what few values share: places, nationalities, regions.
_known_number = lru_cache(maxsize=1 << 14)(number_of)


class _Vocabulary:
    """The words that names of one policy are made of, with all that comparing needs; grows as names are read, and begins anew when full."""

    def __init__(self, tables: NameTables) -> None:
        self.tables = tables
        self.families = {family: n for n, family in enumerate(sorted({*tables.families.values()}), start=1)}
        self.telling = frozenset().union(
            tables.titles_before, tables.titles_sure, tables.fillers, tables.child_of, tables.balinese_first,
            tables.birth_order, tables.chinese,
        )  # fmt: skip
        self.begin()

    def begin(self) -> None:
        self.rows: dict[str, int] = {}
        self.rarity: list[int] = []
        self.new: list[Word] = []
        self.plain: list[int] = []  # rows of words that only identify
        self.words = np.zeros((_FIRST_WORDS, kernel.WORD_INTS), np.int32)
        self.sounds = np.zeros((_FIRST_WORDS, kernel.SOUNDS), np.int64)
        self.letters = np.zeros(_FIRST_WORDS * _LETTERS_A_WORD, np.uint8)
        self.spelt = 0
        self.slots = np.full(4 * _FIRST_WORDS, reading.EMPTY, np.int32)
        self.hashes = np.zeros(4 * _FIRST_WORDS, np.int64)

    def row(self, word: Word) -> int:
        row = self.rows.get(word.text)
        if row is None:
            row = self.rows[word.text] = len(self.rows)
            self.rarity.append(word.rarity)
            self.new.append(word)
        return row

    def settle(self) -> None:
        """Put the new words into the columns, all at once."""
        if not self.new:
            return
        end = len(self.rows)
        first, at = end - len(self.new), self.spelt
        said: list[tuple[int, ...]] = []
        sounds: list[tuple[int, int, int]] = []
        letters: list[bytes] = []
        for word in self.new:
            text, fine = word.text.encode(), word.fine.encode()
            said.append((*self.said_of(word), at, len(text), at + len(text), len(fine)))
            sounds.append((number_of(word.text), number_of(word.modern), _known_number(word.sound)))
            letters += (text, fine)
            at += len(text) + len(fine)
        self.make_room(end, at)
        self.words[first:end], self.sounds[first:end] = said, sounds
        self.letters[self.spelt : at] = np.frombuffer(b"".join(letters), np.uint8)
        self.spelt = at
        self.put(first)
        self.new = []

    def put(self, first: int) -> None:
        """The rows from `first` on into the table by which the compiled reader knows words. Words that make a name one to be taken apart stay
        out of it.
        """
        rows = [row for row, word in enumerate(self.new, start=first) if word.text not in self.telling]
        self.plain += rows
        if 4 * len(self.plain) > len(self.slots):
            self.slots = np.full(4 * len(self.slots), reading.EMPTY, np.int32)
            self.hashes = np.zeros(len(self.slots), np.int64)
            rows = self.plain
        reading.put(self.known(), np.array(rows, np.int32))

    def known(self) -> reading.Known:
        return _as_known(self.slots, self.hashes, self.words, self.letters)

    def said_of(self, word: Word) -> tuple[int, ...]:
        family, short_of = self.families.get(word.family, 0), self.families.get(word.short_of, 0)
        return family, short_of, word.rarity, word.sound_rarity, word.initial, len(word.sound) <= 1

    def make_room(self, words: int, letters: int) -> None:
        """Twice the room where it is full. Who reads the smaller columns goes on with them: rows never change."""
        while words > len(self.words):
            self.words = np.concatenate([self.words, np.zeros_like(self.words)])
            self.sounds = np.concatenate([self.sounds, np.zeros_like(self.sounds)])
        while letters > len(self.letters):
            self.letters = np.concatenate([self.letters, np.zeros_like(self.letters)])

    def name(self, text: str) -> Sequence[int]:
        """A name as `reading` gives it: of words that only identify, as most are, or taken apart."""
        return self.of_plain_words(text) or self.taken_apart(text)

    def of_plain_words(self, text: str) -> Sequence[int]:
        if not text.isascii() or len(text) > LONGEST_NAME or not text.replace(" ", "").isalnum():
            return ()
        words = text.lower().split()
        if len(words) > kernel.WORDS or len(set(words)) < len(words) or not self.telling.isdisjoint(words):
            return ()
        own = [self.rows[word] if word in self.rows else self.row(self.tables.word(word)) for word in words]
        length = sum(map(len, words)) + len(words) - 1
        return (len(own), 0, 0, 0, length, self.rarity_of(own), *own, *_NONE[len(own) :])

    def taken_apart(self, text: str) -> Sequence[int]:
        name = read_name(text, self.tables)
        own, father = ([self.row(word) for word in words] for words in (name.own, name.father))
        if not own or len(own) > kernel.WORDS or len(set(own)) < len(own) or len(father) > kernel.FATHERS:
            return (*[0] * _ODD, 1)
        order = sum(1 << place for place in name.birth_order)
        said = (len(own), len(father), order, int(name.chinese), len(name.text), self.rarity_of(own))
        room = kernel.WORDS - len(own)
        return (*said, *own, *_NONE[:room], *father, *_NONE[kernel.WORDS + len(father) :])

    def rarity_of(self, own: Sequence[int]) -> int:
        """What these words can weigh together: a letter that begins a word weighs the same for all."""
        initial = self.tables.levels.initial_millibits
        return sum([max(initial, self.rarity[row]) for row in own])


def _as_known(slots: Ints, hashes: Longs, words: Ints, letters: Bytes) -> reading.Known:
    at, size, rarity = words[:, kernel.W_AT], words[:, kernel.W_SIZE], words[:, kernel.W_RARITY]
    return reading.Known(slots, hashes, at, size, rarity, letters)


@lru_cache(maxsize=1)
def _forms() -> reading.Known:
    """The words of the form of an address, as `reading` knows words."""
    texts = sorted(WORDS_OF_THE_FORM)
    words = np.zeros((len(texts), kernel.WORD_INTS), np.int32)
    words[:, kernel.W_SIZE] = [len(text) for text in texts]
    words[:, kernel.W_AT] = np.cumsum(words[:, kernel.W_SIZE]) - words[:, kernel.W_SIZE]
    letters = np.frombuffer("".join(texts).encode(), np.uint8).copy()
    forms = _as_known(np.full(256, reading.EMPTY, np.int32), np.zeros(256, np.int64), words, letters)
    reading.put(forms, np.arange(len(texts), dtype=np.int32))
    return forms


#: Vocabularies of the last few policies that nobody uses at the moment, and how many words one remembers.
#: Each is taken out while it is used, so no two threads ever write into one.
_RESTING: dict[int, list[_Vocabulary]] = {}
_MOST_POLICIES, _MOST_RESTING = 4, 8
_MOST_WORDS, _FIRST_WORDS, _LETTERS_A_WORD = 200_000, 4_096, 16


def _taken(tables: NameTables) -> _Vocabulary:
    if len(_RESTING) > _MOST_POLICIES:
        _RESTING.clear()
    try:
        known = _RESTING[id(tables)].pop()
    except (KeyError, IndexError):
        return _Vocabulary(tables)
    if len(known.rows) > _MOST_WORDS:
        known.begin()
    return known


def _rest(vocabulary: _Vocabulary) -> None:
    resting = _RESTING.setdefault(id(vocabulary.tables), [])
    if len(resting) < _MOST_RESTING:
        resting.append(vocabulary)
