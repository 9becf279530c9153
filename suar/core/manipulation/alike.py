"""Whether two words are of one human, whether one is a slip of the other: small questions that every sign asks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from rapidfuzz.distance import OSA

from suar.core.identity.dates import bounds_or_none
from suar.core.identity.nik import Nik, exists_in_some_century, parts_of_nik
from suar.core.manipulation.facts import Said
from suar.core.matching.keys import COMMON_SOUNDS, telling_words

#: An age counted in Javanese or Hijri years, or from memory, is a year off as often as not (DOMAIN C3).
AGE_SLACK = timedelta(days=366)
REGION_AND_BIRTH = 12


def nik_of(digits: str) -> Nik | None:
    """The parts of a NIK whose day exists; None for any other text."""
    if len(digits) != 16 or not digits.isdigit():
        return None
    nik = parts_of_nik(digits)
    return nik if exists_in_some_century(nik.day, nik.month, nik.yy) else None


def nik_slip(left: str, right: str) -> bool:
    """One digit, two neighbours exchanged, or the 40 of a woman's day forgotten or added (DOMAIN B1)."""
    if left == right or len(left) != 16 or len(right) != 16:
        return False
    if OSA.distance(left, right, score_cutoff=1) <= 1:
        return True
    a, b = nik_of(left), nik_of(right)
    return bool(
        a and b and a.woman != b.woman and (a.region, a.day, a.month, a.yy) == (b.region, b.day, b.month, b.yy)
    ) and (left[REGION_AND_BIRTH:] == right[REGION_AND_BIRTH:])


def births_agree(left: str, right: str) -> bool:
    """Whether two birth dates, full or partial, can be of one day; of an age within a year."""
    a, b = bounds_or_none(left), bounds_or_none(right)
    if a is None or b is None:
        return True  # what is no date says nothing
    slack = AGE_SLACK if left.startswith("~") or right.startswith("~") else timedelta(0)
    return a[0] <= b[1] + slack and b[0] <= a[1] + slack


def whole(born: str) -> date | None:
    """The day, where it is stated whole."""
    found = bounds_or_none(born)
    return found[0] if found and found[0] == found[1] and not born.startswith("~") else None


def birth_slip(left: str, right: str) -> str:
    """How one date becomes the other by a slip of the pen: `day_swap`, `typing_slip`, or ""."""
    a, b = whole(left), whole(right)
    if a is None or b is None:
        return ""
    if a.year == b.year and (a.day, a.month) == (b.month, b.day):
        return "day_swap"
    if abs((a - b).days) <= 1:
        return "typing_slip"
    same_year = a.year == b.year and sum(x != y for x, y in zip(left, right, strict=True)) == 1
    return "typing_slip" if same_year else ""


def name_words(full_name: str) -> tuple[str, ...]:
    """The sounds of the two words that say most. A name of common words only is one word: two Muhammads share nothing by that."""
    words = telling_words(full_name)[:2]
    return words if set(words) - COMMON_SOUNDS else tuple({" ".join(words)} - {""})


def names_share(left: str, right: str) -> bool:
    """Whether two names share a telling word, however it is spelt. Nothing said disagrees with nothing."""
    a, b = set(name_words(left)), set(name_words(right))
    return not a or not b or bool(a & b)


def first(said: Iterable[Said], name: str) -> str:
    """The word of these claims on a field, the latest that says anything."""
    found = ""
    for one in said:
        found = one.get(name) or found
    return found


def shared(left: Iterable[Said], right: Iterable[Said]) -> set[str]:
    """What besides the name two humans' claims have in common, whichever of their values."""
    a, b = list(left), list(right)
    found = {
        name
        for name in ("phone", "passport_no", "address")
        if {one.get(name) for one in a} & {one.get(name) for one in b} - {""}
    }
    for name in ("mother_name", "father_name"):
        words = [{word for one in side for word in name_words(one.get(name))} for side in (a, b)]
        found |= {name} if words[0] & words[1] else set()
    births = [{one.get("birth_date") for one in side if whole(one.get("birth_date"))} for side in (a, b)]
    if any(x == y or birth_slip(x, y) for x in births[0] for y in births[1]):
        found.add("birth_date")
    return found


def agencies(said: Iterable[Said]) -> set[str]:
    """The sources that say so: one source repeating itself is one word."""
    return {one.source for one in said}


def days_between(earlier: Iterable[Said], later: Iterable[Said]) -> int | None:
    """Days from the last of the earlier to the first of the later; None where a day is unknown."""
    ends = [one.on for one in earlier]
    starts = [one.on for one in later]
    if not ends or not starts or None in ends or None in starts:
        return None
    return (min(day for day in starts if day) - max(day for day in ends if day)).days


#: Things besides the name that claims which no number joins must share before they are taken for one human's; one of them his own and
#: not his household's, whose phone, address and parents are shared by all.
ALIKE = 2
OWN = frozenset({"birth_date", "mother_name", "passport_no"})
#: Whose birth dates lie further apart is of another generation: a child bears the father's name and lives at his address.
GENERATION_YEARS = 10


def one_human(own: Sequence[Said], other: Sequence[Said], alike: int = ALIKE) -> bool:
    """Whether two persons' claims are of one human by more than a name, though no number joins them. Never by the name alone (DOMAIN C2)."""
    names = [set(name_words(first(side, "full_name"))) for side in (own, other)]
    slipped = not (names[0] <= names[1] or names[1] <= names[0])
    if slipped and not one_word_slipped(*names):
        return False  # siblings share a family name and differ in their own
    births = [[day for one in side if (day := whole(one.get("birth_date")))] for side in (own, other)]
    if births[0] and births[1] and min(abs(a.year - b.year) for a in births[0] for b in births[1]) > GENERATION_YEARS:
        return False
    found = shared(own, other)
    if slipped and ("birth_date" not in found or len(found) <= alike):
        return False  # names like Andika and Andita are siblings' as often: then the day of birth must be his, and one thing more
    return len(found) >= alike and bool(found & OWN)


#: A word of so many sounds can be known again through a slip; Rina and Rini are two names.
LONG_WORD = 5


def one_word_slipped(left: set[str], right: set[str]) -> bool:
    """Whether two names are one but for a single slip in a single long word."""
    one, other = left - right, right - left
    if len(one) != 1 or len(other) != 1:
        return False
    (a,), (b,) = one, other
    return min(len(a), len(b)) >= LONG_WORD and OSA.distance(a, b, score_cutoff=1) <= 1


def himself(own: Sequence[Said], said: Iterable[Said], alike: int = ALIKE) -> tuple[Said, ...]:
    """Claims of others who are he: sources that no number joins with the rest, because a number or a date was bent."""
    others: dict[str, list[Said]] = {}
    persons = {one.person for one in own}
    for one in said:
        if own and one.person not in persons:
            others.setdefault(one.person, []).append(one)
    return tuple(one for all_ in others.values() if one_human(own, all_, alike) for one in all_)
