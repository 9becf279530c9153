"""Descriptions as the compiled loop reads them: every name, number, date and place read once, however many pairs it is in.

What is read of a value is remembered for as long as the vocabulary lives, so a million records cost little more than their distinct
values. Whatever does not fit is marked odd, and left to `explain`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from suar.core.identity.columns import Columns
from suar.core.identity.name_tables import NameTables, Word
from suar.core.identity.names import read_name
from suar.core.identity.spelling import LONGEST_NAME, sound
from suar.core.matching import kernel
from suar.core.matching.places import bag_of, place_of

Longs = npt.NDArray[np.int64]
Ints = npt.NDArray[np.int32]
#: Columns of a name as it is remembered: how many words and fathers, birth order, Chinese, length, rarity of its words together, the
#: words, the father's, and whether it is odd.
_RARITY, _OWN, _FATHER, _ODD = 5, 6, 6 + kernel.WORDS, 6 + kernel.WORDS + kernel.FATHERS
_NAME_INTS = _ODD + 1
#: No words, no father's words, nothing odd.
_NONE = (0,) * (kernel.WORDS + kernel.FATHERS + 1)
_NO_NIK, _NO_DATE = b"0" * 16, b"0" * 8


def side_of(columns: Columns, tables: NameTables) -> kernel.Side:
    """All columns of these descriptions. Raises nothing: what is odd is left to `explain`."""
    vocabulary = _taken(tables, 3 * len(columns))
    try:
        ints = np.zeros((len(columns), kernel.INTS), np.int32)
        longs = np.zeros((len(columns), kernel.LONGS), np.int64)
        _names(columns, vocabulary, ints)
        vocabulary.settle()
        digits = _digits(columns, ints)
        _numbers(columns, ints, longs)
        texts = _texts(columns, ints, longs)
        words, spelt = max(1, len(vocabulary.rows)), max(1, vocabulary.spelt)
        letters = vocabulary.letters[:spelt]
        return kernel.Side(ints, longs, digits, vocabulary.words[:words], vocabulary.sounds[:words], letters, texts)
    finally:
        _rest(vocabulary)


def _names(columns: Columns, vocabulary: _Vocabulary, ints: Ints) -> None:
    """The three names of each, read together: what is done once for all of them is most of what a few cost."""
    people = len(columns)
    texts = (*columns.full_name, *columns.mother_name, *columns.father_name)
    at = np.array([vocabulary.name(text) for text in texts], np.int64)
    rows = vocabulary.read_names()[at].reshape(3, people, _NAME_INTS)
    ints[:, : kernel.I_OWN] = rows[:, :, :_OWN].transpose(1, 2, 0).reshape(people, kernel.I_OWN)
    own, fathers = rows[:, :, _OWN:_FATHER].transpose(1, 0, 2), rows[:, :, _FATHER:_ODD].transpose(1, 0, 2)
    ints[:, kernel.I_OWN : kernel.I_FATHER] = own.reshape(people, 3 * kernel.WORDS)
    ints[:, kernel.I_FATHER : kernel.I_SEX] = fathers.reshape(people, 3 * kernel.FATHERS)
    ints[:, kernel.I_ODD] = _ODD_NAMES @ rows[:, :, _ODD]


_ODD_NAMES = np.array([kernel.ODD_NAME, kernel.ODD_MOTHER, kernel.ODD_FATHER], np.int32)


def _digits(columns: Columns, ints: Ints) -> npt.NDArray[np.uint8]:
    """NIK and birth date, digit by digit. A partial date is left to `explain`."""
    niks = [nik.encode() if len(nik) == 16 and nik.isascii() and nik.isdigit() else b"" for nik in columns.nik]
    dates = [_date(date) for date in columns.birth_date]
    ints[:, kernel.I_HAS_NIK] = [bool(nik) for nik in niks]
    ints[:, kernel.I_HAS_BIRTH] = [bool(date) for date in dates]
    odd_nik = [not read and bool(nik) for nik, read in zip(columns.nik, niks, strict=True)]
    odd_date = [not read and bool(date) for date, read in zip(columns.birth_date, dates, strict=True)]
    ints[:, kernel.I_ODD] |= np.array(odd_nik, np.int32) * kernel.ODD_NIK
    ints[:, kernel.I_ODD] |= np.array(odd_date, np.int32) * kernel.ODD_BIRTH
    told = b"".join(
        [part for nik, date in zip(niks, dates, strict=True) for part in (nik or _NO_NIK, date or _NO_DATE)]
    )
    return (np.frombuffer(told, np.uint8) - np.uint8(48)).reshape(-1, kernel.DIGITS)


@lru_cache(maxsize=1 << 16)
def _date(date: str) -> bytes:
    """A full date's eight digits; b"" for any other."""
    written = date[:4] + date[5:7] + date[8:]
    full = len(date) == 10 and date[4] == "-" == date[7] and written.isascii() and written.isdigit()
    return written.encode() if full else b""


def _numbers(columns: Columns, ints: Ints, longs: Longs) -> None:
    pairs = ((kernel.P_KK, columns.kk), (kernel.P_PASSPORT, columns.passport_no), (kernel.P_PHONE, columns.phone))
    for column, texts in pairs:
        if any(texts):
            longs[:, column] = [number_of(text) if text else 0 for text in texts]
    longs[:, kernel.P_NATIONALITY] = [_known_number(text) for text in columns.nationality]
    ints[:, kernel.I_SEX] = [
        int(sex) if sex in ("1", "2") else _sex_of(nik) if nik and not sex else 0
        for sex, nik in zip(columns.sex, columns.nik, strict=True)
    ]
    kecamatan = [_known_number(nik[:6]) for nik in columns.nik]
    longs[:, kernel.P_NIK_KECAMATAN] = np.where(ints[:, kernel.I_HAS_NIK] == 1, kecamatan, 0)
    if any(columns.region_code):
        longs[:, kernel.P_PROVINCE : kernel.P_KECAMATAN + 1] = [_region(code) for code in columns.region_code]


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


def _texts(columns: Columns, ints: Ints, longs: Longs) -> npt.NDArray[np.uint8]:
    """Places, each once, and addresses; what `ints` and `longs` say of them. Returns the letters."""
    texts = bytearray(b" ")
    if any(columns.birth_place):
        known: dict[str, tuple[int, int, int, int, int]] = {"": (0, 0, 0, 0, 0)}
        for place in columns.birth_place:
            if place not in known:
                known[place] = _place(place, texts)
        rows = np.array([known[place] for place in columns.birth_place], np.int64)
        longs[:, kernel.P_PLACE], longs[:, kernel.P_PLACE_SOUND] = rows[:, 0], rows[:, 1]
        ints[:, kernel.I_PLACE_AT], ints[:, kernel.I_PLACE_SIZE] = rows[:, 2], rows[:, 3]
        ints[:, kernel.I_ODD] |= rows[:, 4].astype(np.int32)
    if any(columns.address):
        bags = [bag_of(address).encode() if address else b"" for address in columns.address]
        sizes = np.array([len(bag) for bag in bags], np.int32)
        odd = np.array(
            [not bag and bool(address) for bag, address in zip(bags, columns.address, strict=True)], np.int32
        )
        ints[:, kernel.I_ADDRESS_SIZE] = sizes
        ints[:, kernel.I_ADDRESS_AT] = np.where(sizes > 0, len(texts) + np.cumsum(sizes) - sizes, 0)
        ints[:, kernel.I_ODD] |= odd * kernel.ODD_ADDRESS
        texts += b"".join(bags)
    return np.frombuffer(bytes(texts), np.uint8)


def _place(written: str, texts: bytearray) -> tuple[int, int, int, int, int]:
    """Number, number of its sound, where it stands in the texts, how long it is, and whether it is odd."""
    number, heard, text, odd = _read_place(written)
    at = len(texts)
    texts += text
    return number, heard, at, len(text), odd


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
    """The words that names of one policy are made of, with all that comparing needs; grows as names are read. Names come and go; words come
    again, and are forgotten only when there are too many of them.
    """

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
        self.forget_names()
        self.words = np.zeros((_FIRST_WORDS, kernel.WORD_INTS), np.int32)
        self.sounds = np.zeros((_FIRST_WORDS, kernel.SOUNDS), np.int64)
        self.letters = np.zeros(_FIRST_WORDS * _LETTERS_A_WORD, np.uint8)
        self.spelt = 0

    def forget_names(self) -> None:
        self.names: dict[str, int] = {"": 0}
        self.read = np.zeros((_FIRST_WORDS, _NAME_INTS), np.int32)
        self.unread: list[Sequence[int]] = []

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
        first = end - len(self.new)
        spelt = [(word.text.encode(), word.fine.encode()) for word in self.new]
        letters = np.frombuffer(b"".join([part for both in spelt for part in both]), np.uint8)
        sizes = np.array([(len(text), len(fine)) for text, fine in spelt], np.int32)
        starts = (self.spelt + np.cumsum(sizes) - sizes.reshape(-1)).reshape(-1, 2)
        self.make_room(end, self.spelt + len(letters))
        self.letters[self.spelt : self.spelt + len(letters)] = letters
        self.spelt += len(letters)
        self.words[first:end, : kernel.W_AT] = [self.said_of(word) for word in self.new]
        self.words[first:end, kernel.W_AT : kernel.W_FINE_AT] = np.stack((starts[:, 0], sizes[:, 0]), axis=1)
        self.words[first:end, kernel.W_FINE_AT :] = np.stack((starts[:, 1], sizes[:, 1]), axis=1)
        self.sounds[first:end] = [
            (number_of(word.text), number_of(word.modern), _known_number(word.sound)) for word in self.new
        ]
        self.new = []

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

    def name(self, text: str) -> int:
        """Where this name stands among those read, after the next `read_names`; 0 for none."""
        at = self.names.get(text)
        if at is None:
            at = self.names[text] = len(self.names)
            self.unread.append(self.plain(text) or self.taken_apart(text))
            if len(self.unread) >= _FIRST_WORDS:
                self.read_names()
        return at

    def read_names(self) -> Ints:
        """All names that were read, a row each: the new ones are put behind the others, all at once."""
        if self.unread:
            end = len(self.names)
            while end > len(self.read):
                self.read = np.concatenate([self.read, np.zeros_like(self.read)])
            self.read[end - len(self.unread) : end] = self.unread
            self.unread = []
        return self.read

    def plain(self, text: str) -> Sequence[int]:
        """A name of words that identify, each once, and of nothing else, as most are; () for one that has to be taken apart."""
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
            return [0] * _ODD + [1]
        order = sum(1 << place for place in name.birth_order)
        said = (len(own), len(father), order, int(name.chinese), len(name.text), self.rarity_of(own))
        room = kernel.WORDS - len(own)
        return (*said, *own, *_NONE[:room], *father, *_NONE[kernel.WORDS + len(father) :])

    def rarity_of(self, own: Sequence[int]) -> int:
        """What these words can weigh together: a letter that begins a word weighs the same for all."""
        initial = self.tables.levels.initial_millibits
        return sum([max(initial, self.rarity[row]) for row in own])


#: Vocabularies of the last few policies that nobody uses at the moment, and how many names one remembers: those of some thousand searches.
#: Each is taken out while it is used, so no two threads ever write into one.
_RESTING: dict[int, list[_Vocabulary]] = {}
_MOST_POLICIES, _MOST_RESTING, _MOST_NAMES = 4, 8, 20_000
_MOST_WORDS, _FIRST_WORDS, _LETTERS_A_WORD = 200_000, 4_096, 16


def _taken(tables: NameTables, names: int) -> _Vocabulary:
    if len(_RESTING) > _MOST_POLICIES:
        _RESTING.clear()
    try:
        known = _RESTING[id(tables)].pop()
    except (KeyError, IndexError):
        return _Vocabulary(tables)
    if len(known.rows) > _MOST_WORDS:
        known.begin()
    elif len(known.names) + names > _MOST_NAMES:
        known.forget_names()
    return known


def _rest(vocabulary: _Vocabulary) -> None:
    resting = _RESTING.setdefault(id(vocabulary.tables), [])
    if len(resting) < _MOST_RESTING:
        resting.append(vocabulary)
