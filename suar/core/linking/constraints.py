"""What one person cannot be: two valid NIKs that are no slip of each other, two birth dates that no slip explains, two sexes.

The same contradictions that keep a pair from being joined without a human (policy/matching/weights.yaml) keep two sets
apart, so that nobody is joined through a third record that says less (PERFORMANCE 3: closure collapsed).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from suar.core.identity.person import Description
from suar.core.matching.birth import compare_births

_NIK = re.compile(r"[0-9]{6}(?:[0-2][0-9]|3[01]|[4-6][0-9]|7[01])(?:0[1-9]|1[0-2])[0-9]{6}")
_FULL = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
#: Where the serial of a NIK begins.
SERIAL = 12
#: Outcomes of two full dates that only a human may pass over.
PARTED = frozenset(("birth_date.different", "birth_date.far", "birth_date.year_shifted"))


def is_valid_nik(nik: str) -> bool:
    """Whether sixteen digits could be a NIK: only such a one may keep two subjects apart. Layout: PP 37/2007 art. 37."""
    return _NIK.fullmatch(nik) is not None and nik[6:8] not in {"00", "40"} and nik[12:] != "0000"


@dataclass(frozen=True, slots=True)
class Held:
    """What the members of one set state of what cannot differ: valid NIKs, full birth dates each with its NIK, sexes."""

    niks: frozenset[str]
    births: frozenset[tuple[str, str]]
    sexes: frozenset[str]

    @classmethod
    def by(cls, nik: str, birth_date: str, sex: str) -> Held:
        valid = nik if is_valid_nik(nik) else ""
        stated = sex if sex in ("1", "2") else ("2" if valid[6] >= "4" else "1") if valid and not sex else ""
        return cls(
            niks=frozenset((valid,)) if valid else _NONE,
            births=frozenset(((birth_date, valid),)) if _FULL.fullmatch(birth_date) else _NO_BIRTHS,
            sexes=frozenset((stated,)) if stated else _NONE,
        )

    @classmethod
    def of(cls, about: Description) -> Held:
        return cls.by(about.nik, about.birth_date, about.sex)

    def with_(self, other: Held) -> Held:
        return Held(self.niks | other.niks, self.births | other.births, self.sexes | other.sexes)


_NONE: frozenset[str] = frozenset()
_NO_BIRTHS: frozenset[tuple[str, str]] = frozenset()


def agree(one: Held, other: Held) -> bool:
    """Whether two sets can be one person.

    A set holds two of a kind only where an officer joined them; it may then take in a set with some of the same.
    """
    return (
        _niks_agree(one.niks, other.niks)
        and _within(one.sexes, other.sexes)
        and _births_agree(one.births, other.births)
    )


def surely_two(one: Held, other: Held) -> bool:
    """Whether two of the three contradict each other: one alone is as often a slip, or a changed identity."""
    said = (_niks_agree(one.niks, other.niks), _within(one.sexes, other.sexes), _births_agree(one.births, other.births))
    return sum(said) <= 1


def _niks_agree(one: frozenset[str], other: frozenset[str]) -> bool:
    """Two numbers are one where a single digit, or two neighbours, slipped in region or birth date (`nik.slip`); in the
    serial twins and neighbours differ so.
    """
    return _within(one, other) or all(_slipped(mine, theirs) for mine in one for theirs in other)


def _slipped(left: str, right: str) -> bool:
    if left == right:
        return True
    return left[SERIAL:] == right[SERIAL:] and OSA.distance(left, right, score_cutoff=1) <= 1


def _within(one: frozenset[str], other: frozenset[str]) -> bool:
    return one <= other or other <= one


def _births_agree(one: frozenset[tuple[str, str]], other: frozenset[tuple[str, str]]) -> bool:
    if not one or not other or _within(frozenset(date for date, _ in one), frozenset(date for date, _ in other)):
        return True
    return all(not _parted(*mine, *theirs) for mine in one for theirs in other)


def _parted(left: str, left_nik: str, right: str, right_nik: str) -> bool:
    """Where the NIK of one holds the day of the other, as a corrected birth date has it, they are not parted."""
    if compare_births(left, right) not in PARTED:
        return False
    return not (_holds(left_nik, right) or _holds(right_nik, left))


def _holds(nik: str, date: str) -> bool:
    if not nik:
        return False
    day = int(nik[6:8])
    return f"{nik[10:12]}-{nik[8:10]}-{day - 40 if day > 40 else day:02}" == date[2:]
