"""The inner loop of matching, compiled: the weight of a pair and the codes of its reasons, without the words around them.

`explain` is the law and says why; this is its copy for the pairs of a search and of a batch, of which only a few are ever shown. Whatever
it cannot say exactly (a partial date, a name of nine words, joined words) it does not guess: it answers DEFERRED, and `score` asks
`explain`. `tests/core/matching/test_score.py` holds the two to the same millibit; decision 0014 says why. All of it stands in one file,
since what is compiled is kept until this very file changes.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from suar.core.matching.compiled import Bytes, Int, Ints, Longs, compiled

Masks = npt.NDArray[np.uint64]


class Side(NamedTuple):
    """Descriptions, a row each, and the vocabulary that their names point to. Few wide arrays, since each costs at every call."""

    ints: Ints  # [person, I_…]
    longs: Longs  # [person, P_…]: numbers of texts (score.number_of), 0 where none is stated
    digits: Bytes  # [person, 24]: the NIK's sixteen digits and YYYYMMDD of birth
    words: Ints  # [word, W_…]
    sounds: Longs  # [word, 3]: numbers of text, modern spelling and sound
    letters: Bytes  # those of the words, as written and as heard
    texts: Bytes  # places and addresses


class Rules(NamedTuple):
    """What the policy says, as the loop reads it."""

    weight: Ints  # by code
    levels: Ints  # by level
    parting: Bytes  # [pair, 2]: last letters that make another name of it
    truncated_at: Ints
    family_cap: Int


#: At most so many words of a name, and of a father's in it, are looked at here; the longest name of DOMAIN C1 has five.
WORDS, FATHERS = 8, 4
NAME, MOTHER, FATHER = 0, 1, 2
# Columns of Side.ints; the first six groups have one for each of the three names.
I_WORDS, I_FATHERS, I_ORDER, I_CHINESE, I_LENGTH, I_RARITY = 0, 3, 6, 9, 12, 15
I_OWN, I_FATHER = 18, 18 + 3 * WORDS
(
    I_SEX, I_PLACE_AT, I_PLACE_SIZE, I_ADDRESS_AT, I_ADDRESS_SIZE, I_ODD, I_HAS_NIK, I_HAS_BIRTH, INTS,
) = range(I_FATHER + 3 * FATHERS, I_FATHER + 3 * FATHERS + 9)  # fmt: skip
(
    P_KK, P_PASSPORT, P_PHONE, P_NATIONALITY, P_PLACE, P_PLACE_SOUND, P_PROVINCE, P_KABUPATEN, P_KECAMATAN, P_NIK_KECAMATAN, LONGS,
) = range(11)  # fmt: skip
D_NIK, D_BIRTH, DIGITS = 0, 16, 24
(
    W_FAMILY, W_SHORT_OF, W_RARITY, W_SOUND_RARITY, W_INITIAL, W_BRIEF, W_AT, W_SIZE, W_FINE_AT, W_FINE_SIZE, WORD_INTS,
) = range(11)  # fmt: skip
S_TEXT, S_MODERN, S_SOUND, SOUNDS = range(4)
#: Bits of I_ODD: fields that only `explain` can read.
ODD_NAME, ODD_MOTHER, ODD_FATHER, ODD_NIK, ODD_BIRTH, ODD_ADDRESS, ODD_PLACE = 1, 2, 4, 8, 16, 32, 64

# Codes, in the order of Rules.weight; `score.CODE_NAMES` names them.
(
    NAME_SAME, NAME_ALIKE, NAME_SHORTER, NAME_PARTLY, NAME_DIFFERENT, NAME_CANNOT_TELL, NAME_NOTHING,
    NIK_SAME, NIK_SLIP, NIK_SLIP_SERIAL, NIK_DIFFERENT, PASSPORT_SAME, PASSPORT_DIFFERENT, KK_SAME, KK_DIFFERENT,
    PHONE_SAME, PHONE_DIFFERENT, BIRTH_SAME, BIRTH_SAME_HEAPED, BIRTH_IN_NIK, BIRTH_SWAPPED, BIRTH_ONE_DIGIT, BIRTH_BY_NIK,
    BIRTH_YEAR_SHIFTED, BIRTH_DIFFERENT, BIRTH_FAR, SEX_SAME, SEX_DIFFERENT, SEX_IN_NIK, PLACE_SAME, PLACE_SIMILAR,
    PLACE_DIFFERENT, MOTHER_SAME, MOTHER_SIMILAR, MOTHER_PARTLY, MOTHER_DIFFERENT, FATHER_SAME, FATHER_SIMILAR,
    FATHER_PARTLY, FATHER_DIFFERENT, ADDRESS_SAME, ADDRESS_SIMILAR, ADDRESS_DIFFERENT, REGION_SAME, REGION_BY_NIK,
    REGION_KABUPATEN, REGION_PROVINCE, REGION_DIFFERENT, NATIONALITY_SAME, NATIONALITY_DIFFERENT, FAMILY_SHARED, CODES,
) = range(52)  # fmt: skip
#: Bits beside the codes: a mother's, a father's name weighs something. 61 + MOTHER, 61 + FATHER.
PARENT_BIT = 61

# Levels, in the order of Rules.levels.
(
    L_SAME, L_OLD_SPELLING, L_FAMILY, L_FAMILY_SHORT, L_SOUND, L_NEAR, L_FATHER, L_INITIAL, L_LEFT_OVER, L_CONFLICT,
    L_DIFFERENT, L_CANNOT_TELL, L_OTHER_ORDER, L_OTHER_BIRTH_ORDER, L_OTHER_FATHER, L_CAP,
) = range(16)  # fmt: skip

DEFERRED: Final = -(2**31)
#: What a pair weighs of which it is only known that it weighs less than asked for.
BELOW: Final = DEFERRED + 1
#: Lengths from which one slip, and two, leave a word readable: `name_words._guess`, `places`.
TWO_SLIPS, ONE_SLIP, SHORT = 9, 5, 4
JOINED_SLIPS = 2
SHIFTED_YEARS, FAR_YEARS, CENTURY = 5, 10, 50  # `birth`
STREET, HOUSE = 70, 90  # `places`
MOST_LETTERS = 256
#: Signs up to z, and how many blocks of 64 letters an address has at most: `spelling.LONGEST_NAME`.
SIGNS, BLOCKS = 123, 4


class Room(NamedTuple):
    """Where one loop works: made once, since making it anew for every pair costs as much as a comparison."""

    rows: Ints  # of distances between letters
    likely: Ints  # pairs of words: sure, weight, our word, his word
    partners: Ints  # of our words, of his
    seen: Masks  # where a sign stands, 64 letters a block; zero between two uses
    state: Masks


@compiled
def pairs(
    ours: Side, at: Longs, theirs: Side, other_at: Longs, rules: Rules, least: Int, weights: Ints, codes: Masks
) -> None:
    """Weights (millibits, without the prior) and code masks of the pairs `at[n], other_at[n]`; BELOW for what weighs less than `least`."""
    room = Room(
        np.empty((3, MOST_LETTERS), np.int32),
        np.empty((WORDS * WORDS, 4), np.int32),
        np.empty((2, WORDS), np.int32),
        np.zeros((SIGNS, BLOCKS), np.uint64),
        np.empty(BLOCKS, np.uint64),
    )
    for n in range(at.size):
        weights[n], codes[n] = one_pair(ours, at[n], theirs, other_at[n], rules, least, room)


@compiled
def bit(code: Int) -> Int:
    return np.uint64(1) << np.uint64(code)


@compiled
def one_pair(ours: Side, i: Int, theirs: Side, j: Int, rules: Rules, least: Int, room: Room) -> tuple[Int, Int]:
    """What costs little first: most pairs are known to weigh too little before a word of a name is looked at."""
    one, other = ours.ints[i], theirs.ints[j]
    if (one[I_ODD] | other[I_ODD]) and deferred_for(one, other):
        return DEFERRED, np.uint64(0)
    total, mask, same_nik = numbers_of(ours, i, theirs, j, rules)
    family, shared = household_of(ours, i, theirs, j, same_nik, rules, room)
    mask |= shared
    cap = rules.family_cap
    parents = parent_at_most(one, other, MOTHER, rules) + parent_at_most(one, other, FATHER, rules)
    address: Int = np.int64(0)
    if one[I_ADDRESS_SIZE] and other[I_ADDRESS_SIZE]:
        address = address + max(
            np.int64(0), np.int64(rules.weight[ADDRESS_SAME]), np.int64(rules.weight[ADDRESS_SIMILAR])
        )
    named = name_at_most(one, other, NAME, rules)
    if total + named + capped(family + parents + address, cap, same_nik) < least:
        return BELOW, np.uint64(0)
    deferred = False
    if one[I_WORDS] and other[I_WORDS]:
        weight, code = full_name(ours, i, theirs, j, rules, room)
        if code < 0:
            deferred = True
        else:
            named = weight
            mask |= bit(code)
        if total + named + capped(family + parents + address, cap, same_nik) < least:
            return BELOW, np.uint64(0)
    total += named
    for which in (MOTHER, FATHER):
        if one[I_WORDS + which] and other[I_WORDS + which]:
            weight, code = parent(ours, i, theirs, j, which, rules, room)
            if code < 0:
                return DEFERRED, np.uint64(0)
            family += weight
            mask |= bit(code)
            if weight > 0:
                mask |= bit(PARENT_BIT + which)
    if total + capped(family + address, cap, same_nik) < least:
        return BELOW, np.uint64(0)
    if deferred:
        return DEFERRED, np.uint64(0)
    if one[I_ADDRESS_SIZE] and other[I_ADDRESS_SIZE]:
        code = address_code(ours, i, theirs, j, room)
        family += rules.weight[code]
        mask |= bit(code)
    if family > cap and not same_nik:
        family = cap
        mask |= bit(FAMILY_SHARED)
    total += family
    if total < least:
        return BELOW, np.uint64(0)
    return total, mask


@compiled
def capped(family: Int, cap: Int, same_nik: bool) -> Int:
    return family if same_nik else min(family, cap)


@compiled
def numbers_of(ours: Side, i: Int, theirs: Side, j: Int, rules: Rules) -> tuple[Int, Int, bool]:
    """NIK, birth date, sex, passport and nationality: their weight, their codes, and whether the NIK is the same."""
    one, other = ours.ints[i], theirs.ints[j]
    mask: Int = np.uint64(0)
    total: Int = np.int64(0)
    same_nik = False
    if one[I_HAS_NIK] and other[I_HAS_NIK]:
        code = nik_code(ours.digits[i], theirs.digits[j])
        same_nik = code == NIK_SAME
        total += rules.weight[code]
        mask |= bit(code)
    code = birth_code(one, ours.digits[i], other, theirs.digits[j], same_nik, rules)
    if code >= 0:
        total += rules.weight[code]
        mask |= bit(code)
    if one[I_SEX] and other[I_SEX]:
        code = SEX_DIFFERENT if one[I_SEX] != other[I_SEX] else SEX_IN_NIK if same_nik else SEX_SAME
        total += rules.weight[code]
        mask |= bit(code)
    code = number_code(ours.longs[i, P_PASSPORT], theirs.longs[j, P_PASSPORT], PASSPORT_SAME)
    if code >= 0:
        total += rules.weight[code]
        mask |= bit(code)
    code = number_code(ours.longs[i, P_NATIONALITY], theirs.longs[j, P_NATIONALITY], NATIONALITY_SAME)
    if code >= 0:
        total += rules.weight[code]
        mask |= bit(code)
    return total, mask, same_nik


@compiled
def name_at_most(one: Ints, other: Ints, which: Int, rules: Rules) -> Int:
    """What two names can weigh: every word that agrees weighs no more than its rarity on either side. A name that may be cut, and one with
    a father's in it, may weigh more than its own words.
    """
    if not one[I_WORDS + which] or not other[I_WORDS + which]:
        return np.int64(0)
    most = np.int64(rules.levels[L_CAP])
    for n in range(rules.truncated_at.size):
        cut = rules.truncated_at[n]
        if one[I_LENGTH + which] == cut or other[I_LENGTH + which] == cut:
            return most
    if not one[I_FATHERS + which] and (which != NAME or not one[I_WORDS + FATHER]):
        most = min(most, np.int64(one[I_RARITY + which]))
    if not other[I_FATHERS + which] and (which != NAME or not other[I_WORDS + FATHER]):
        most = min(most, np.int64(other[I_RARITY + which]))
    return most


@compiled
def parent_at_most(one: Ints, other: Ints, which: Int, rules: Rules) -> Int:
    """What the names of a parent can weigh: no more than the words, and than the policy grants."""
    same = MOTHER_SAME if which == MOTHER else FATHER_SAME
    granted: Int = np.int64(0)
    for code in range(same, same + 4):
        granted = max(granted, np.int64(rules.weight[code]))
    return max(np.int64(0), min(granted, name_at_most(one, other, which, rules)))


@compiled
def deferred_for(one: Ints, other: Ints) -> bool:
    """Whether a field that is odd on one side may be compared: where the other side states nothing, nobody compares it."""
    odd = one[I_ODD] | other[I_ODD]
    if odd & (ODD_NAME | ODD_MOTHER | ODD_FATHER | ODD_BIRTH | ODD_PLACE):
        return True
    if odd & ODD_NIK and (one[I_HAS_NIK] or one[I_ODD] & ODD_NIK) and (other[I_HAS_NIK] or other[I_ODD] & ODD_NIK):
        return True
    stated = (one[I_ADDRESS_SIZE] or one[I_ODD] & ODD_ADDRESS) and (other[I_ADDRESS_SIZE] or other[I_ODD] & ODD_ADDRESS)
    return bool(odd & ODD_ADDRESS and stated)


@compiled
def number_code(left: Int, right: Int, same: Int) -> Int:
    """`same`, the code after it, or -1 where either states nothing."""
    if not left or not right:
        return -1
    return same if left == right else same + 1


@compiled
def household_of(ours: Side, i: Int, theirs: Side, j: Int, same_nik: bool, rules: Rules, room: Room) -> tuple[Int, Int]:
    """What siblings share, but for parents and address: place of birth, phone, card, region."""
    mask: Int = np.uint64(0)
    total: Int = np.int64(0)
    if ours.longs[i, P_PLACE] and theirs.longs[j, P_PLACE]:
        code = place_code(ours, i, theirs, j, room)
        total += rules.weight[code]
        mask |= bit(code)
    code = number_code(ours.longs[i, P_PHONE], theirs.longs[j, P_PHONE], PHONE_SAME)
    if code >= 0:
        total += rules.weight[code]
        mask |= bit(code)
    code = number_code(ours.longs[i, P_KK], theirs.longs[j, P_KK], KK_SAME)
    if code >= 0:
        total += rules.weight[code]
        mask |= bit(code)
    code = region_code(ours.longs[i], theirs.longs[j], same_nik)
    if code >= 0:
        total += rules.weight[code]
        mask |= bit(code)
    return total, mask


@compiled
def nik_code(left: Bytes, right: Bytes) -> Int:
    """Same, one slip (a digit, or two neighbours exchanged), or another number: `numbers.nik_reason`."""
    differ, first = 0, -1
    for n in range(16):
        if left[n] != right[n]:
            if differ == 0:
                first = n
            elif differ > 1 or n != first + 1 or left[first] != right[n] or left[n] != right[first]:
                return NIK_DIFFERENT
            differ += 1
    if differ == 0:
        return NIK_SAME
    return NIK_SLIP_SERIAL if first >= 12 else NIK_SLIP


@compiled
def birth_code(one: Ints, digits: Bytes, other: Ints, other_digits: Bytes, same_nik: bool, rules: Rules) -> Int:
    """`birth.birth_reason` for full dates; -1 where either says nothing."""
    if same_nik and not (one[I_HAS_BIRTH] and other[I_HAS_BIRTH]):
        return -1
    left = date_of(one, digits, other, other_digits)
    right = date_of(other, other_digits, one, digits)
    if not left or not right:
        return -1
    code = compare_dates(left, right)
    if code >= BIRTH_DIFFERENT and (
        (one[I_HAS_NIK] and by_nik(digits, right // 10000) == right)
        or (other[I_HAS_NIK] and by_nik(other_digits, left // 10000) == left)
    ):
        code = BIRTH_BY_NIK
    return BIRTH_IN_NIK if same_nik and rules.weight[code] > 0 else code


@compiled
def date_of(one: Ints, digits: Bytes, other: Ints, other_digits: Bytes) -> Int:
    """The stated date as YYYYMMDD, else the one that the NIK holds, in the century nearer to the other's stated date; 0 for none."""
    if one[I_HAS_BIRTH]:
        return stated(digits)
    if not one[I_HAS_NIK]:
        return 0
    return by_nik(digits, stated(other_digits) // 10000 if other[I_HAS_BIRTH] else -1)


@compiled
def stated(digits: Bytes) -> Int:
    date = np.int64(0)
    for n in range(D_BIRTH, DIGITS):
        date = date * 10 + digits[n]
    return date


@compiled
def by_nik(digits: Bytes, near: Int) -> Int:
    """The date that a NIK holds, as YYYYMMDD; 0 for none. `near` is the year of the other's date, -1 where there is none."""
    day = np.int64(digits[6]) * 10 + digits[7]
    if day > 40:
        day -= 40
    month = np.int64(digits[8]) * 10 + digits[9]
    if day < 1 or day > 31 or month < 1 or month > 12:
        return 0
    year = 1900 + np.int64(digits[10]) * 10 + digits[11]
    if near >= 0 and abs(near - year) > CENTURY:
        year += 100
    return year * 10000 + month * 100 + day


@compiled
def compare_dates(left: Int, right: Int) -> Int:
    """`birth._compare_full`, on YYYYMMDD."""
    month, day = right // 100 % 100, right % 100
    heaped = (month == 1 and day == 1) or (month == 12 and day == 31)
    if left == right:
        return BIRTH_SAME_HEAPED if heaped else BIRTH_SAME
    apart = abs(left // 10000 - right // 10000)
    if not apart and left // 100 % 100 == day and left % 100 == month:
        return BIRTH_SWAPPED
    differ, a, b = 0, left, right
    while a or b:
        differ += a % 10 != b % 10
        a, b = a // 10, b // 10
    if differ == 1 and (apart == 0 or apart >= FAR_YEARS):
        return BIRTH_ONE_DIGIT
    if left % 10000 == right % 10000 and apart <= SHIFTED_YEARS and not heaped:
        return BIRTH_YEAR_SHIFTED
    return BIRTH_FAR if apart > FAR_YEARS else BIRTH_DIFFERENT


@compiled
def region_code(left: Longs, right: Longs, same_nik: bool) -> Int:
    """`places.region_reason`; -1 where neither a code nor a NIK says anything."""
    if not left[P_PROVINCE] or not right[P_PROVINCE]:
        if same_nik or not (left[P_PROVINCE] or right[P_PROVINCE]):
            return -1
        one = left[P_KECAMATAN] if left[P_PROVINCE] else left[P_NIK_KECAMATAN]
        other = right[P_KECAMATAN] if right[P_PROVINCE] else right[P_NIK_KECAMATAN]
        return REGION_BY_NIK if one and one == other else -1
    if left[P_KECAMATAN] and left[P_KECAMATAN] == right[P_KECAMATAN]:
        return REGION_SAME
    if left[P_KABUPATEN] and left[P_KABUPATEN] == right[P_KABUPATEN]:
        return REGION_KABUPATEN
    return REGION_PROVINCE if left[P_PROVINCE] == right[P_PROVINCE] else REGION_DIFFERENT


@compiled
def place_code(ours: Side, i: Int, theirs: Side, j: Int, room: Room) -> Int:
    if ours.longs[i, P_PLACE] == theirs.longs[j, P_PLACE]:
        return PLACE_SAME
    if ours.longs[i, P_PLACE_SOUND] == theirs.longs[j, P_PLACE_SOUND]:
        return PLACE_SIMILAR
    size, other_size = ours.ints[i, I_PLACE_SIZE], theirs.ints[j, I_PLACE_SIZE]
    least = min(size, other_size)
    slips = 2 if least >= TWO_SLIPS else 1 if least >= ONE_SLIP else 0
    if slips and slipped(
        ours.texts,
        ours.ints[i, I_PLACE_AT],
        size,
        theirs.texts,
        theirs.ints[j, I_PLACE_AT],
        other_size,
        slips,
        room,
    ):
        return PLACE_SIMILAR
    return PLACE_DIFFERENT


@compiled
def address_code(ours: Side, i: Int, theirs: Side, j: Int, room: Room) -> Int:
    """Sorted words, compared by their longest common subsequence: rapidfuzz's token_sort_ratio in whole numbers."""
    size, other_size = ours.ints[i, I_ADDRESS_SIZE], theirs.ints[j, I_ADDRESS_SIZE]
    if 200 * min(size, other_size) < STREET * (size + other_size):
        return ADDRESS_DIFFERENT
    alike = 200 * common(
        ours.texts, ours.ints[i, I_ADDRESS_AT], size, theirs.texts, theirs.ints[j, I_ADDRESS_AT], other_size, room
    )
    if alike >= HOUSE * (size + other_size):
        return ADDRESS_SAME
    return ADDRESS_SIMILAR if alike >= STREET * (size + other_size) else ADDRESS_DIFFERENT


@compiled
def common(left: Bytes, at: Int, size: Int, right: Bytes, other_at: Int, other_size: Int, room: Room) -> Int:
    """Length of the longest common subsequence, 64 letters at a time (Hyyrö 2004, bit-parallel)."""
    blocks = (size + 63) // 64
    seen, state = room.seen, room.state
    for n in range(size):
        seen[left[at + n], n // 64] |= bit(n % 64)
    state[:blocks] = ~np.uint64(0)
    for m in range(other_size):
        carry = np.uint64(0)
        for block in range(blocks):
            was = state[block]
            matched = was & seen[right[other_at + m], block]
            added = was + matched
            over = np.uint64(1) if added < was else np.uint64(0)
            added += carry
            if added < carry:
                over = np.uint64(1)
            carry = over
            state[block] = added | (was - matched)
    found = 0
    for n in range(size):
        found += (state[n // 64] & bit(n % 64)) == np.uint64(0)
        seen[left[at + n], n // 64] = np.uint64(0)
    return found


@compiled
def slipped(
    left: Bytes, at: Int, size: Int, right: Bytes, other_at: Int, other_size: Int, most: Int, room: Room
) -> bool:
    """Whether at most so many slips part two texts: letters changed, left out, put in, or neighbours exchanged (OSA)."""
    if abs(size - other_size) > most:
        return False
    begun = 0  # what both begin and end with needs no slip
    while begun < size and begun < other_size and left[at + begun] == right[other_at + begun]:
        begun += 1
    at, other_at, size, other_size = at + begun, other_at + begun, size - begun, other_size - begun
    while size and other_size and left[at + size - 1] == right[other_at + other_size - 1]:
        size, other_size = size - 1, other_size - 1
    if not size or not other_size:
        return True
    if min(size, other_size) > 2 * most + 2 and most == 1:
        return False  # one slip touches two letters at most
    if other_size >= MOST_LETTERS:
        return False
    rows = room.rows
    two, one, now = 0, 1, 2
    for m in range(other_size + 1):
        rows[one, m] = m
    for n in range(1, size + 1):
        rows[now, 0] = n
        least = n
        for m in range(1, other_size + 1):
            a, b = left[at + n - 1], right[other_at + m - 1]
            best = rows[one, m - 1] + (a != b)
            best = min(best, rows[one, m] + 1, rows[now, m - 1] + 1)
            if n > 1 and m > 1 and a == right[other_at + m - 2] and left[at + n - 2] == b:
                best = min(best, rows[two, m - 2] + 1)
            rows[now, m] = best
            least = min(least, best)
        if least > most:
            return False
        two, one, now = one, now, two
    return bool(rows[one, other_size] <= most)


@compiled
def full_name(ours: Side, i: Int, theirs: Side, j: Int, rules: Rules, room: Room) -> tuple[Int, Int]:
    """`explain._name_reason`: weight and code; a code of -1 defers."""
    equal = equal_words(ours, i, theirs, j, NAME)
    weight, found, conflicts, over, _, unclear = aligned(ours, i, theirs, j, NAME, equal, rules, room)
    if found < 0:
        return 0, -1
    if unclear:
        return weight, NAME_CANNOT_TELL
    if not found:
        return weight, NAME_DIFFERENT
    if conflicts:
        return weight, NAME_PARTLY
    return weight, NAME_SHORTER if over else NAME_SAME if equal else NAME_ALIKE


@compiled
def parent(ours: Side, i: Int, theirs: Side, j: Int, which: Int, rules: Rules, room: Room) -> tuple[Int, Int]:
    """`explain._parent_reason`: weight and code; a code of -1 defers."""
    same = MOTHER_SAME if which == MOTHER else FATHER_SAME
    if equal_words(ours, i, theirs, j, which):
        return min(rarity_of(ours, i, which), rules.weight[same]), same
    weight, found, conflicts, over, guessed, _ = aligned(ours, i, theirs, j, which, False, rules, room)
    if found < 0:
        return 0, -1
    if not found or (conflicts and weight < 0):
        return rules.weight[same + 3], same + 3
    if conflicts:
        return rules.weight[same + 2], same + 2
    code = same + 1 if over or guessed else same
    return max(0, min(weight, rules.weight[code])), code


@compiled
def rarity_of(ours: Side, i: Int, which: Int) -> Int:
    total: Int = np.int64(0)
    for n in range(ours.ints[i, I_WORDS + which]):
        total += ours.words[own(ours, i, which, n), W_RARITY]
    return total


@compiled
def own(ours: Side, i: Int, which: Int, n: Int) -> Int:
    """The row of a name's n-th word in the vocabulary."""
    return ours.ints[i, I_OWN + which * WORDS + n]


@compiled
def equal_words(ours: Side, i: Int, theirs: Side, j: Int, which: Int) -> bool:
    size = ours.ints[i, I_WORDS + which]
    if size != theirs.ints[j, I_WORDS + which]:
        return False
    for n in range(size):
        if ours.sounds[own(ours, i, which, n), S_TEXT] != theirs.sounds[own(theirs, j, which, n), S_TEXT]:
            return False
    return True


@compiled
def aligned(
    ours: Side, i: Int, theirs: Side, j: Int, which: Int, equal: bool, rules: Rules, room: Room
) -> tuple[Int, Int, Int, Int, bool, bool]:
    """`names.compare_read`: weight, words paired (-1 defers), conflicts, words left over, whether one was guessed, whether the text
    cannot tell.
    """
    size, other_size = ours.ints[i, I_WORDS + which], theirs.ints[j, I_WORDS + which]
    levels = rules.levels
    beside = np.int64(levels[L_OTHER_FATHER] if other_fathers(ours, i, theirs, j, which) else 0)
    order, other_order = ours.ints[i, I_ORDER + which], theirs.ints[j, I_ORDER + which]
    if order and other_order and not order & other_order:
        beside += levels[L_OTHER_BIRTH_ORDER]
    if equal:
        return bounded(rarity_of(ours, i, which) + beside, levels), size, 0, 0, False, False
    likely, partner, taken = room.likely, room.partners[0], room.partners[1]
    partner[:], taken[:] = -1, -1
    likes = likenesses(ours, i, theirs, j, which, rules, likely, room)
    total, found = take(likely, likes, 1, partner, taken)
    guesses = 0
    if found < size and found < other_size:
        if joinable(ours, i, partner, theirs, j, taken, which) or joinable(theirs, j, taken, ours, i, partner, which):
            return 0, -1, 0, 0, False, False
        more, guesses = take(likely, likes, 0, partner, taken)
        total, found = total + more, found + guesses
    over_both = found < size and found < other_size
    if over_both and (
        cut(ours, i, partner, theirs, j, taken, which, rules) or cut(theirs, j, taken, ours, i, partner, which, rules)
    ):
        return 0, -1, 0, 0, False, False
    if not found and ours.ints[i, I_CHINESE + which] != theirs.ints[j, I_CHINESE + which]:
        return bounded(np.int64(levels[L_CANNOT_TELL]), levels), 0, 0, 0, False, True
    father, over = to_father(ours, i, partner, theirs, j, which, levels)
    other_father, other_over = to_father(theirs, j, taken, ours, i, which, levels)
    total += father + other_father + beside
    conflicts = min(over, other_over)
    if conflicts:
        total += conflicts * levels[L_CONFLICT] if found else levels[L_DIFFERENT]
    else:
        total += (over + other_over) * levels[L_LEFT_OVER]
    if not in_order(partner, size, found):
        total += levels[L_OTHER_ORDER]
    return bounded(total, levels), found, conflicts, over + other_over, guesses > 0, False


@compiled
def bounded(total: Int, levels: Ints) -> Int:
    return max(np.int64(levels[L_DIFFERENT]), min(np.int64(levels[L_CAP]), total))


@compiled
def other_fathers(ours: Side, i: Int, theirs: Side, j: Int, which: Int) -> bool:
    """Whether both names hold a father's and no word of the two sounds alike."""
    fathers, others = ours.ints[i, I_FATHERS + which], theirs.ints[j, I_FATHERS + which]
    if not fathers or not others:
        return False
    for n in range(fathers):
        for m in range(others):
            a, b = ours.ints[i, I_FATHER + which * FATHERS + n], theirs.ints[j, I_FATHER + which * FATHERS + m]
            if ours.sounds[a, S_SOUND] == theirs.sounds[b, S_SOUND]:
                return False
    return True


@compiled
def likenesses(ours: Side, i: Int, theirs: Side, j: Int, which: Int, rules: Rules, likely: Ints, room: Room) -> Int:
    """Every pair of words that may be one, in the order of `name_words._likenesses`. Returns how many."""
    count = 0
    for n in range(ours.ints[i, I_WORDS + which]):
        for m in range(theirs.ints[j, I_WORDS + which]):
            a, b = own(ours, i, which, n), own(theirs, j, which, m)
            sure, weight = likeness(ours, a, theirs, b, rules, room)
            if sure < 0:
                continue
            at = count
            while at:
                then = likely[at - 1]
                c, d = own(ours, i, which, then[2]), own(theirs, j, which, then[3])
                if not heavier(sure, weight, then[0], then[1], ours, a, c, theirs, b, d):
                    break
                likely[at] = then
                at -= 1
            likely[at, 0], likely[at, 1], likely[at, 2], likely[at, 3] = sure, weight, n, m
            count += 1
    return count


@compiled
def heavier(
    sure: Int, weight: Int, than_sure: Int, than_weight: Int, ours: Side, a: Int, c: Int, theirs: Side, b: Int, d: Int
) -> bool:
    """Whether the likeness of a and b goes before that of c and d; in the end by their texts, the later in the alphabet first."""
    if sure != than_sure:
        return bool(sure > than_sure)
    if weight != than_weight:
        return bool(weight > than_weight)
    swapped, other = before(ours, a, theirs, b) > 0, before(ours, c, theirs, d) > 0
    for turn in (False, True):
        first, then = swapped != turn, other != turn
        if first and then:
            order = before(theirs, b, theirs, d)
        elif first:
            order = before(theirs, b, ours, c)
        elif then:
            order = before(ours, a, theirs, d)
        else:
            order = before(ours, a, ours, c)
        if order:
            return bool(order > 0)
    return False


@compiled
def before(ours: Side, a: Int, theirs: Side, b: Int) -> Int:
    """-1, 0 or 1 as one word stands before, with or after the other in the alphabet."""
    size, other_size = ours.words[a, W_SIZE], theirs.words[b, W_SIZE]
    for n in range(min(size, other_size)):
        x, y = ours.letters[ours.words[a, W_AT] + n], theirs.letters[theirs.words[b, W_AT] + n]
        if x != y:
            return -1 if x < y else 1
    return 0 if size == other_size else -1 if size < other_size else 1


@compiled
def likeness(ours: Side, a: Int, theirs: Side, b: Int, rules: Rules, room: Room) -> tuple[Int, Int]:
    """Whether two words are surely (1), perhaps (0) or not (-1) one, and what that weighs."""
    word, other, levels = ours.words[a], theirs.words[b], rules.levels
    sounds, others = ours.sounds[a], theirs.sounds[b]
    if sounds[S_TEXT] == others[S_TEXT]:
        return 1, np.int64(word[W_RARITY])
    shared = np.int64(min(word[W_SOUND_RARITY], other[W_SOUND_RARITY]))
    if sounds[S_MODERN] == others[S_MODERN]:
        return 1, np.int64(min(word[W_RARITY], other[W_RARITY])) * levels[L_OLD_SPELLING] // 1000
    if word[W_FAMILY] and word[W_FAMILY] == other[W_FAMILY]:
        return 1, shared * levels[L_FAMILY] // 1000
    if sounds[S_SOUND] == others[S_SOUND] and not word[W_BRIEF]:
        alike = heard_alike(
            ours.letters, word[W_FINE_AT], word[W_FINE_SIZE], theirs.letters, other[W_FINE_AT], other[W_FINE_SIZE]
        )
        if alike and not parted(ours, a, theirs, b, rules):
            return 1, shared * levels[L_SOUND] // 1000
    if word[W_SHORT_OF] or other[W_SHORT_OF] or word[W_INITIAL] or other[W_INITIAL]:
        return abbreviated(ours, a, theirs, b, shared, levels)
    least = min(word[W_SIZE], other[W_SIZE])
    slips = 2 if least >= TWO_SLIPS else 1 if least >= ONE_SLIP else 0
    if least == SHORT and ours.letters[word[W_AT]] == theirs.letters[other[W_AT]]:
        slips = 1
    if not slips or not slipped(
        ours.letters, word[W_AT], word[W_SIZE], theirs.letters, other[W_AT], other[W_SIZE], slips, room
    ):
        return -1, 0
    return (-1, 0) if parted(ours, a, theirs, b, rules) else (0, shared * levels[L_NEAR] // 1000)


@compiled
def abbreviated(ours: Side, a: Int, theirs: Side, b: Int, shared: Int, levels: Ints) -> tuple[Int, Int]:
    """Muh. and M. for Muhammad, any letter for a word that begins with it: `name_words._abbreviated`."""
    word, other = ours.words[a], theirs.words[b]
    short, other_short = word[W_SHORT_OF], other[W_SHORT_OF]
    family = other[W_FAMILY] if other[W_FAMILY] else other_short
    if (short and short == family) or (other_short and other_short == word[W_FAMILY]):
        return 0, shared * levels[L_FAMILY_SHORT] // 1000
    initial = word[W_INITIAL] or other[W_INITIAL]
    if initial and ours.letters[word[W_AT]] == theirs.letters[other[W_AT]]:
        return 0, np.int64(levels[L_INITIAL])
    return -1, 0


@compiled
def heard_alike(left: Bytes, at: Int, size: Int, right: Bytes, other_at: Int, other_size: Int) -> bool:
    """`spelling.heard_alike`: nothing differs but a for o or o for u."""
    if size != other_size:
        return False
    for n in range(size):
        a, b = left[at + n], right[other_at + n]
        if a != b and not (a == 111 and (b == 97 or b == 117)) and not (b == 111 and (a == 97 or a == 117)):
            return False
    return True


@compiled
def parted(ours: Side, a: Int, theirs: Side, b: Int, rules: Rules) -> bool:
    """Whether only the last letter differs, and makes another name of it."""
    size, at, other_at = ours.words[a, W_SIZE], ours.words[a, W_AT], theirs.words[b, W_AT]
    if size != theirs.words[b, W_SIZE]:
        return False
    for n in range(size - 1):
        if ours.letters[at + n] != theirs.letters[other_at + n]:
            return False
    last, other = ours.letters[at + size - 1], theirs.letters[other_at + size - 1]
    for n in range(rules.parting.shape[0]):
        one, two = rules.parting[n, 0], rules.parting[n, 1]
        if (last == one and other == two) or (last == two and other == one):
            return True
    return False


@compiled
def take(likely: Ints, likes: Int, sure: Int, partner: Ints, taken: Ints) -> tuple[Int, Int]:
    """Pair the words that belong together, heaviest first. Returns the weight and how many pairs."""
    found = 0
    total: Int = np.int64(0)
    for n in range(likes):
        if likely[n, 0] == sure and partner[likely[n, 2]] < 0 and taken[likely[n, 3]] < 0:
            partner[likely[n, 2]] = likely[n, 3]
            taken[likely[n, 3]] = likely[n, 2]
            total += likely[n, 1]
            found += 1
    return total, found


@compiled
def joinable(ours: Side, i: Int, mark: Ints, theirs: Side, j: Int, other_mark: Ints, which: Int) -> bool:
    """Whether two words left over there may be one left over here; how that weighs only `explain` says."""
    for n in range(ours.ints[i, I_WORDS + which]):
        a = own(ours, i, which, n)
        size, last = ours.words[a, W_SIZE], -1
        if mark[n] >= 0 or size < ONE_SLIP:
            continue
        for m in range(theirs.ints[j, I_WORDS + which]):
            if other_mark[m] >= 0:
                continue
            b = own(theirs, j, which, m)
            begins = last >= 0 and ours.letters[ours.words[a, W_AT]] == theirs.letters[theirs.words[last, W_AT]]
            if begins and abs(theirs.words[last, W_SIZE] + theirs.words[b, W_SIZE] - size) <= JOINED_SLIPS:
                return True
            last = b
    return False


@compiled
def cut(ours: Side, i: Int, mark: Ints, theirs: Side, j: Int, other_mark: Ints, which: Int, rules: Rules) -> bool:
    """Whether our last word may have been cut where a field ended; how that weighs only `explain` says."""
    last = ours.ints[i, I_WORDS + which] - 1
    if mark[last] >= 0:
        return False
    ends = False
    for n in range(rules.truncated_at.size):
        ends = ends or ours.ints[i, I_LENGTH + which] == rules.truncated_at[n]
    if not ends:
        return False
    a = own(ours, i, which, last)
    size, at = ours.words[a, W_SIZE], ours.words[a, W_AT]
    for m in range(theirs.ints[j, I_WORDS + which]):
        b = own(theirs, j, which, m)
        if other_mark[m] >= 0 or theirs.words[b, W_SIZE] < size:
            continue
        same = 0
        while same < size and ours.letters[at + same] == theirs.letters[theirs.words[b, W_AT] + same]:
            same += 1
        if same == size:
            return True
    return False


@compiled
def to_father(ours: Side, i: Int, mark: Ints, theirs: Side, j: Int, which: Int, levels: Ints) -> tuple[Int, Int]:
    """Words left over here that are the other one's father's. Returns what they weigh, and how many are left then."""
    over = 0
    total: Int = np.int64(0)
    fathers, at = theirs.ints[j, I_FATHERS + which], I_FATHER + which * FATHERS
    if which == NAME and not fathers:
        fathers, at = theirs.ints[j, I_WORDS + FATHER], I_OWN + FATHER * WORDS
    for n in range(ours.ints[i, I_WORDS + which]):
        if mark[n] >= 0:
            continue
        a, known = own(ours, i, which, n), False
        for m in range(fathers):
            b = theirs.ints[j, at + m]
            if (
                ours.sounds[a, S_TEXT] == theirs.sounds[b, S_TEXT]
                or ours.sounds[a, S_SOUND] == theirs.sounds[b, S_SOUND]
            ):
                shared = np.int64(min(ours.words[a, W_SOUND_RARITY], theirs.words[b, W_SOUND_RARITY]))
                total += shared * levels[L_FATHER] // 1000
                known = True
                break
        over += not known
    return total, over


@compiled
def in_order(partner: Ints, size: Int, found: Int) -> bool:
    if found < 2:
        return True
    last = -1
    for n in range(size):
        if partner[n] >= 0:
            if partner[n] < last:
                return False
            last = partner[n]
    return True
