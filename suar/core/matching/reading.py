"""Ordinary values read as machine code: names of known words, numbers, full dates, plain addresses. Whatever else a value is, it is listed as
left over, and `encoding` reads it in words. `tests/core/matching/test_reading.py` holds the two to the same columns.

Beside `kernel` for the same reason (decision 0014); a file of its own, and with numbers of its own, since what is compiled is kept until this very
file changes, whatever it was compiled with.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from suar.core.matching.compiled import Bytes, Int, Ints, Longs, compiled


class Known(NamedTuple):
    """Words by their letters: an open hash table of their rows, and where the letters of each row stand."""

    slots: Ints  # [slot]: a row, or EMPTY
    hashes: Longs  # [slot]
    at: Ints  # [row]
    size: Ints
    rarity: Ints
    letters: Bytes


#: Fields, in the order in which their texts stand one behind the other.
(
    NAME, MOTHER, FATHER, NIK, BIRTH, SEX, KK, PASSPORT, PHONE, NATIONALITY, REGION, ADDRESS, FIELDS,
) = range(13)  # fmt: skip
EMPTY = -1
WORDS, FATHERS = 8, 4
#: Columns of a name: words, fathers, birth order, Chinese, length, rarity of its words together, the words, the father's, odd.
N_COUNT, N_LENGTH, N_RARITY, N_OWN, NAME_INTS = 0, 4, 5, 6, 6 + WORDS + FATHERS + 1
#: Columns of the numbers of texts, and of what is small.
(
    L_KK, L_PASSPORT, L_PHONE, L_NATIONALITY, L_PROVINCE, L_KABUPATEN, L_KECAMATAN, L_NIK_KECAMATAN, LONGS,
) = range(9)  # fmt: skip
S_HAS_NIK, S_HAS_BIRTH, S_ODD_BIRTH, S_SEX, S_ADDRESS_AT, S_ADDRESS_SIZE, SMALLS = range(7)
DIGITS = 24
#: `spelling.LONGEST_NAME`; so many words an address has at most when each is one letter.
LONGEST, MOST_WORDS = 200, 100
SPACE, APOSTROPHE, GRAVE, PLUS, DASH, DOT, ZERO, NINE = 32, 39, 96, 43, 45, 46, 48, 57
UPPER_A, UPPER_Z, LOWER_A, LOWER_Z = 65, 90, 97, 122
FNV_START, FNV_STEP = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)


@compiled
def read(
    texts: Bytes, people: Int, known: Known, initial: Int, forms: Known, names: Ints, smalls: Ints, longs: Longs, digits: Bytes,
    bags: Bytes, left: Longs,
) -> tuple[Int, Int]:  # fmt: skip
    """Read all texts, field by field, each ended by a zero byte. What `left` then holds at its beginning, `field * people + person`, was not
    read. Returns how many those are, and how many letters the addresses take.
    """
    word_at, word_size = np.empty(MOST_WORDS + 1, np.int32), np.empty(MOST_WORDS + 1, np.int32)
    small = np.empty(LONGEST, np.uint8)
    at, over, used = 0, 0, 0
    for field in range(FIELDS):
        for person in range(people):
            end = at
            while texts[end]:
                end += 1
            if end > at or field == SEX:
                if field <= FATHER:
                    ok = read_name(texts, at, end, known, initial, names[field, person], word_at, word_size, small)
                elif field == NIK:
                    ok = read_nik(texts, at, end, smalls[person], longs[person], digits[person])
                elif field == BIRTH:
                    ok = read_birth(texts, at, end, smalls[person], digits[person])
                elif field == SEX:
                    ok = read_sex(texts, at, end, smalls[person], digits[person])
                elif field == REGION:
                    ok = read_region(texts, at, end, longs[person])
                elif field == ADDRESS:
                    size = read_address(texts, at, end, forms, bags, used, word_at, word_size, small)
                    ok = size > 0
                    if ok:
                        smalls[person, S_ADDRESS_AT], smalls[person, S_ADDRESS_SIZE] = used, size
                        used += size
                else:
                    number = number_of(texts, at, end)
                    longs[person, L_KK + field - KK] = number
                    ok = number != 0
                if not ok:
                    left[over] = field * people + person
                    over += 1
            at = end + 1
    return over, used


@compiled
def hash_of(letters: Bytes, at: Int, end: Int) -> Int:
    """FNV-1a, 64 bits. Letters are compared as well, so that nobody is taken for another by it."""
    found = FNV_START
    for n in range(at, end):
        found = (found ^ np.uint64(letters[n])) * FNV_STEP
    return np.int64(found ^ (found >> np.uint64(32)))


@compiled
def find(known: Known, letters: Bytes, at: Int, end: Int) -> Int:
    """The row of a word; EMPTY for one that is not there."""
    mask, wanted = known.slots.size - 1, hash_of(letters, at, end)
    slot = wanted & mask
    while known.slots[slot] != EMPTY:
        if known.hashes[slot] == wanted:
            row = known.slots[slot]
            first, size = known.at[row], known.size[row]
            same = size == end - at
            n = 0
            while same and n < size:
                same = known.letters[first + n] == letters[at + n]
                n += 1
            if same:
                return row
        slot = (slot + 1) & mask
    return EMPTY


@compiled
def put(known: Known, rows: Ints) -> None:
    """Put these rows into the table, which must have room."""
    mask = known.slots.size - 1
    for row in rows:
        wanted = hash_of(known.letters, known.at[row], known.at[row] + known.size[row])
        slot = wanted & mask
        while known.slots[slot] != EMPTY:
            slot = (slot + 1) & mask
        known.slots[slot] = row
        known.hashes[slot] = wanted


@compiled
def read_name(
    texts: Bytes, at: Int, end: Int, known: Known, initial: Int, name: Ints, rows: Ints, sizes: Ints, small: Bytes
) -> bool:
    """A name of known words that identify, each once, and of nothing else: `encoding._Vocabulary.plain`."""
    if end - at > LONGEST:
        return False
    for n in range(at, end):
        sign = texts[n]
        if UPPER_A <= sign <= UPPER_Z:
            sign += 32
        if not (LOWER_A <= sign <= LOWER_Z or ZERO <= sign <= NINE or sign == SPACE):
            return False
        small[n - at] = sign
    count, length, rarity, n = 0, 0, np.int64(0), 0
    while n < end - at:
        if small[n] == SPACE:
            n += 1
            continue
        first = n
        while n < end - at and small[n] != SPACE:
            n += 1
        row = find(known, small, first, n)
        if row < 0 or count == WORDS:
            return False
        for m in range(count):
            if rows[m] == row:
                return False
        rows[count] = row
        length += n - first
        rarity += max(np.int64(initial), np.int64(known.rarity[row]))
        count += 1
    if not count:
        return False
    name[N_COUNT], name[N_LENGTH], name[N_RARITY] = count, length + count - 1, rarity
    for m in range(count):
        name[N_OWN + m] = rows[m]
    return True


@compiled
def read_nik(texts: Bytes, at: Int, end: Int, small: Ints, longs: Longs, digits: Bytes) -> bool:
    if end - at != 16 or not all_digits(texts, at, end):
        return False
    for n in range(16):
        digits[n] = texts[at + n] - ZERO
    small[S_HAS_NIK] = 1
    longs[L_NIK_KECAMATAN] = number_of(texts, at, at + 6)
    return True


@compiled
def read_birth(texts: Bytes, at: Int, end: Int, small: Ints, digits: Bytes) -> bool:
    """A full date. A partial one is odd, and left to `explain`."""
    full = end - at == 10 and texts[at + 4] == DASH and texts[at + 7] == DASH
    full = (
        full and all_digits(texts, at, at + 4) and all_digits(texts, at + 5, at + 7) and all_digits(texts, at + 8, end)
    )
    small[S_HAS_BIRTH], small[S_ODD_BIRTH] = full, not full
    if full:
        place = 16
        for n in range(10):
            if n != 4 and n != 7:
                digits[place] = texts[at + n] - ZERO
                place += 1
    return True


@compiled
def read_sex(texts: Bytes, at: Int, end: Int, small: Ints, digits: Bytes) -> bool:
    """Stated, else what the NIK says: 40 is added to the day of a woman's birth. One that was not read is asked in words."""
    if end - at == 1 and (texts[at] == ZERO + 1 or texts[at] == ZERO + 2):
        small[S_SEX] = texts[at] - ZERO
    elif end == at and small[S_HAS_NIK]:
        small[S_SEX] = 2 if digits[6] >= 4 else 1
    return True


@compiled
def read_region(texts: Bytes, at: Int, end: Int, longs: Longs) -> bool:
    """Numbers of province, kabupaten and kecamatan; dots are passed over."""
    count, number = 0, np.int64(1)
    for n in range(at, end):
        if texts[n] == DOT:
            continue
        if not ZERO <= texts[n] <= NINE:
            return False
        if count < 6:
            number = number * 10 + (texts[n] - ZERO)
            count += 1
            if count == 2:
                longs[L_PROVINCE] = number * 2
            elif count == 4:
                longs[L_KABUPATEN] = number * 2
            elif count == 6:
                longs[L_KECAMATAN] = number * 2
    return count > 1


@compiled
def all_digits(texts: Bytes, at: Int, end: Int) -> bool:
    n = at
    while n < end and ZERO <= texts[n] <= NINE:
        n += 1
    return bool(n == end)


@compiled
def number_of(texts: Bytes, at: Int, end: Int) -> Int:
    """`encoding.number_of` where that is exact; 0 where it is not."""
    plus = texts[at] == PLUS
    first = at + 1 if plus else at
    size = end - first
    if 0 < size <= 17 and all_digits(texts, first, end):
        number = np.int64(1)
        for n in range(first, end):
            number = number * 10 + (texts[n] - ZERO)
        return number * 2 + plus
    if plus or size > 10:
        return np.int64(0)
    number, cased = np.int64(1), False
    for n in range(at, end):
        sign = texts[n]
        if ZERO <= sign <= NINE:
            number = number * 36 + (sign - ZERO)
        elif UPPER_A <= sign <= UPPER_Z:
            number = number * 36 + (sign - UPPER_A + 10)
            cased = True
        else:
            return np.int64(0)
    return -number if cased else np.int64(0)


@compiled
def read_address(
    texts: Bytes, at: Int, end: Int, forms: Known, bags: Bytes, used: Int, word_at: Ints, word_size: Ints, small: Bytes
) -> Int:
    """`places.bag_of` of plain ASCII into `bags` from `used` on. Returns how many letters; 0 where nothing is left, -1 for any other text."""
    size = 0
    for n in range(at, min(end, at + LONGEST)):
        sign = texts[n]
        if sign > 127:
            return -1
        if UPPER_A <= sign <= UPPER_Z:
            sign += 32
        if sign in (APOSTROPHE, GRAVE):
            continue
        small[size] = sign if LOWER_A <= sign <= LOWER_Z or ZERO <= sign <= NINE else SPACE
        size += 1
    for n in range(at + LONGEST, end):
        if texts[n] > 127:
            return -1
    count = words_of(small, size, forms, True, word_at, word_size)
    if not count:
        count = words_of(small, size, forms, False, word_at, word_size)
    return joined(small, count, word_at, word_size, bags, used)


@compiled
def words_of(small: Bytes, size: Int, forms: Known, telling: Int, word_at: Ints, word_size: Ints) -> Int:
    """The words, in the order of the alphabet; where `telling`, without those of the form, and without the zeros before a number."""
    count, n = 0, 0
    while n < size:
        if small[n] == SPACE:
            n += 1
            continue
        first = n
        while n < size and small[n] != SPACE:
            n += 1
        if telling:
            if find(forms, small, first, n) != EMPTY:
                continue
            start = first
            while start < n and small[start] == ZERO:
                start += 1
            first = start if start < n else first
        place = count
        while place and before(small, first, n - first, word_at[place - 1], word_size[place - 1]):
            word_at[place], word_size[place] = word_at[place - 1], word_size[place - 1]
            place -= 1
        word_at[place], word_size[place] = first, n - first
        count += 1
    return count


@compiled
def before(small: Bytes, at: Int, size: Int, other: Int, other_size: Int) -> bool:
    for n in range(min(size, other_size)):
        if small[at + n] != small[other + n]:
            return bool(small[at + n] < small[other + n])
    return bool(size < other_size)


@compiled
def joined(small: Bytes, count: Int, word_at: Ints, word_size: Ints, bags: Bytes, used: Int) -> Int:
    end = used
    for word in range(count):
        if word:
            bags[end] = SPACE
            end += 1
        for n in range(word_size[word]):
            bags[end] = small[word_at[word] + n]
            end += 1
    return end - used
