"""When a sign is worth somebody's look: policy/matching/manipulation.yaml, dated and adopted. Every kind can be switched off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from suar.core.standard.tables import Dated, Paths, Table, read_table


class Kind(Table):
    """One kind: on or off, whose business it is, the catalogue entry (DOMAIN E2), and what a human may explain it with."""

    live: bool
    agency: str  # to whom it is passed on
    catalogue: str
    explained_by: Paths
    why: str


class TwoBirths(Kind):
    most_holders: int = Field(gt=1)  # a number that more people than this write is a placeholder and nobody's
    slip_days: int = Field(ge=0)  # a slip that the same source put right within so many days
    slip_years: int = Field(ge=0)  # so many years too many or too few are typed by mistake; of grown-ups only
    adult_years: int = Field(gt=0)
    outvoted_by: int = Field(gt=0)  # records of the same source that outweigh one of its own
    correction_sources: int = Field(gt=0)  # agencies that state the new date before a correction is believed


class BirthRaised(Kind):
    adult_years: int = Field(gt=0)
    slip_days: int = Field(ge=0)
    settled_days: int = Field(ge=0)  # a correction older than this at the application was not made for it
    correction_sources: int = Field(gt=0)
    outvoted_by: int = Field(gt=0)  # agencies beside the NIK that outweigh one lone other word


class NewNik(Kind):
    within_days: int = Field(gt=0)
    reasons: Paths  # deferral reasons after which it counts
    alike: int = Field(gt=0)  # things besides the name that two records must share to be of one human
    replaced_sources: int = Field(gt=0)
    replaced_answers: Paths  # answers of the civil register that say the old number is none any more


class Strangers(Kind):
    apart: int = Field(gt=1)  # humans or families on one card that nothing connects
    largest: int = Field(gt=1)  # more on one card is an institution, or a placeholder


class TwoPassports(Kind):
    renewal_days: int = Field(ge=0)
    documents: Paths  # kinds of document that count
    renewals: Paths  # what an application asks for when it replaces the old one
    used_times: int = Field(gt=0)  # one crossing may be written down under the old number (DOMAIN A1)
    used_days: int = Field(ge=0)  # an old one still used so long after the new one was issued was not handed in


class SexAgainst(Kind):
    slip_days: int = Field(ge=0)
    outvoted_by: int = Field(gt=0)
    correction_sources: int = Field(gt=0)


class Deceased(Kind):
    remains_days: int = Field(ge=0)  # an entry so soon after a death abroad is of the remains
    late_days: int = Field(ge=0)  # what happened on the days around a death may have been dated late


class File(Table):
    """policy/matching/manipulation.yaml."""

    dated: Dated
    source: str
    nik_two_births: TwoBirths
    birth_raised: BirthRaised
    nik_after_deferral: NewNik
    kk_strangers: Strangers
    two_passports: TwoPassports
    sex_against_nik: SexAgainst
    deceased_travels: Deceased

    def kind(self, code: str) -> Kind:
        found = getattr(self, code)
        assert isinstance(found, Kind)
        return found


#: Every kind of finding there is.
KINDS = (
    "nik_two_births", "birth_raised", "nik_after_deferral", "kk_strangers", "two_passports", "sex_against_nik", "deceased_travels",
)  # fmt: skip


def read(tables: Mapping[str, Any]) -> File:
    """The parsed files of policy/matching, by stem. Raises BadTable with every mistake."""
    return read_table(File, tables["manipulation"], "matching/manipulation")
