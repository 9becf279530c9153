"""The adopted weights of evidence, as core functions read them: policy/matching/{weights,names,rarity,calibration}.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from math import log2
from typing import Any

from pydantic import Field

from suar.core.canonical import sha256
from suar.core.identity.names import NameTables
from suar.core.matching.calibration import FARTHEST
from suar.core.matching.calibration import Table as Knots
from suar.core.standard.tables import BadTable, Dated, Table, read_table

#: Evidence in millibits below which nobody is anybody to look at, however small the register.
_LEAST = 4_000


class WeightRow(Table):
    """What one outcome of a comparison weighs, in millibits, and where the number comes from."""

    weight: int = Field(ge=-40_000, le=40_000)
    why: str


class ApartRow(Table):
    """Codes that together make two people of a pair, and what outweighs them. A text of several codes means all of them."""

    when: str
    unless: tuple[str, ...]


class WeightsFile(Table):
    """policy/matching/weights.yaml."""

    dated: Dated
    source: str
    weights: dict[str, WeightRow]
    household: int
    register_size: int = Field(gt=0)
    join_at: int
    ask_at: int
    show_at: int = -12_000
    contradictions: dict[str, tuple[str, ...]]  # code → codes that outweigh it
    keeps_apart: tuple[ApartRow, ...] = ()
    tells_nothing: tuple[str, ...]
    not_alone: tuple[str, ...]


class CalibrationFile(Table):
    """policy/matching/calibration.yaml."""

    dated: Dated
    source: str
    knots: tuple[tuple[int, int], ...]  # summed log odds → log odds as measured, millibits


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """Codes that together make two people of a pair, unless all codes of one of the other sets are there too."""

    when: frozenset[str]
    unless: tuple[frozenset[str], ...]


@dataclass(frozen=True, kw_only=True)
class MatchingPolicy:
    """Weights, thresholds and name tables of one adopted version. Weights and thresholds in millibits.

    `prior` follows the size of the register: of N persons at most one is the one asked for, so the odds before any
    comparison are 1:N (PERFORMANCE 1: a fixed threshold is five times less precise for each tenfold register).
    `for_register` gives the same policy for the register as it is now; its name stays, since what was adopted has not
    changed.
    """

    name: str
    weights: Mapping[str, int]
    names: NameTables
    household: int  # what a household shares says at most so much more than that he is of it
    register_size: int
    join_at: int
    ask_at: int
    show_at: int
    contradictions: Mapping[str, frozenset[str]]
    keeps_apart: tuple[Apart, ...] = ()
    tells_nothing: frozenset[str]
    not_alone: frozenset[str]  # features that join nobody by themselves
    calibration: Knots = ()  # empty until somebody has measured

    @classmethod
    def read(cls, tables: Mapping[str, Any]) -> MatchingPolicy:
        """Read the parsed files of policy/matching, by stem: {"weights": …, "names": …, "rarity": …, "calibration": …}; a version
        adopted before anybody measured has no calibration.

        Raises BadTable with the mistakes of the first file that has any.
        """
        missing = [name for name in ("weights", "names", "rarity") if name not in tables]
        if missing:
            raise BadTable("matching", [f"no table {name}" for name in missing])
        file = read_table(WeightsFile, tables["weights"], "matching/weights")
        _check_codes(file)
        made_of = [name for name in ("weights", "names", "rarity", "calibration") if name in tables]
        return cls(
            name=f"matching {file.dated} {sha256({name: tables[name] for name in made_of})}",
            weights={code: row.weight for code, row in file.weights.items()},
            names=NameTables.read(tables["names"], tables["rarity"]),
            household=file.household,
            register_size=file.register_size,
            join_at=file.join_at,
            ask_at=file.ask_at,
            show_at=file.show_at,
            contradictions={code: frozenset(by) for code, by in file.contradictions.items()},
            keeps_apart=tuple(
                Apart(when=frozenset(row.when.split()), unless=tuple(frozenset(codes.split()) for codes in row.unless))
                for row in file.keeps_apart
            ),
            tells_nothing=frozenset(file.tells_nothing),
            not_alone=frozenset(file.not_alone),
            calibration=_knots(tables["calibration"]) if "calibration" in tables else (),
        )

    def for_register(self, persons: int) -> MatchingPolicy:
        """The same policy for a register of this many persons."""
        return replace(self, register_size=max(1, persons))

    @cached_property
    def prior(self) -> int:
        """Millibits of log odds before anything is compared."""
        return -round(1000 * log2(max(2, self.register_size)))

    @property
    def least(self) -> int:
        """What evidence must come to, in millibits, for somebody to be shown: more in a larger register, and more than nothing in the smallest."""
        return max(_LEAST, self.show_at - self.prior)

    @property
    def family_cap(self) -> int:
        """At most this much says all together what a household shares: it leads to a household of the register, which takes as many bits
        as the prior takes away, and to one of its members only by what its policy grants beyond that.
        """
        return max(0, self.household - self.prior)


def _knots(table: Any) -> Knots:
    file = read_table(CalibrationFile, table, "matching/calibration")
    rising = all(x0 < x1 and y0 <= y1 for (x0, y0), (x1, y1) in pairwise(file.knots))
    if not rising or any(abs(odds) > FARTHEST for knot in file.knots for odds in knot):
        raise BadTable("matching/calibration", ["knots rise, within 40 bits"])
    return file.knots


def _check_codes(file: WeightsFile) -> None:
    named = [*file.contradictions, *(by for row in file.contradictions.values() for by in row), *file.tells_nothing]
    named += [code for row in file.keeps_apart for codes in (row.when, *row.unless) for code in codes.split()]
    unknown = [code for code in named if code not in file.weights and code not in NAME_CODES]
    lacking = sorted(CODES - file.weights.keys())
    surplus = sorted(file.weights.keys() - CODES)
    problems = [f"no weight for {code}, which is named" for code in unknown]
    problems += [f"no weight for {code}" for code in lacking] + [f"{code}: no comparison has it" for code in surplus]
    if problems:
        raise BadTable("matching/weights", problems)


#: What the comparison of two names comes to; it weighs by the rarity of the words, not by a fixed amount.
_NAMES = "name.same name.alike name.shorter name.partly name.different name.cannot_tell name.nothing"
NAME_CODES = frozenset(_NAMES.split())
#: Every outcome that a comparison of ours can have and that weighs a fixed amount. Names weigh by their words' rarity.
_FIXED = """
    nik.same nik.slip nik.slip_serial nik.different passport_no.same passport_no.different kk.same kk.different
    phone.same phone.different birth_date.same birth_date.same_heaped birth_date.in_nik birth_date.swapped
    birth_date.one_digit birth_date.by_nik birth_date.year_shifted birth_date.month_same birth_date.year_same
    birth_date.age_fits birth_date.near birth_date.different birth_date.far sex.same sex.different sex.in_nik
    birth_place.same birth_place.similar birth_place.different mother_name.same mother_name.similar
    mother_name.partly mother_name.different father_name.same father_name.similar father_name.partly father_name.different address.same address.similar
    address.different region_code.same region_code.by_nik region_code.kabupaten region_code.province region_code.different
    nationality.same nationality.different family.shared
    """
CODES = frozenset(_FIXED.split())
