"""Many descriptions as columns: what is made of a million of them is made of their distinct values, which are far fewer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from suar.core.identity.person import FIELDS, Description

Column = Sequence[str]


@dataclass(frozen=True, slots=True)
class Columns:
    """One sequence for each field of a description, all of one length; "" means not known."""

    full_name: Column
    nik: Column
    kk: Column
    passport_no: Column
    birth_date: Column
    birth_place: Column
    sex: Column
    mother_name: Column
    father_name: Column
    phone: Column
    address: Column
    region_code: Column
    nationality: Column

    @classmethod
    def of(cls, descriptions: Sequence[Description]) -> Self:
        return cls(**{name: [getattr(one, name) for one in descriptions] for name in FIELDS})

    def __len__(self) -> int:
        return len(self.full_name)

    def __iter__(self) -> Iterator[Description]:
        return map(self.description, range(len(self)))

    def description(self, place: int) -> Description:
        return Description(**{name: getattr(self, name)[place] for name in FIELDS})
