"""What is known of one human when we compare: the one shape that matching reads, from a record, a subject or a desk."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Self

from suar.core.values import value


@value(kw_only=True)
class Description:
    """One human as one source, or one desk, describes him. "" means not known, never "none".

    Values are those of the data standard: identifiers as digits or capitals, `birth_date` a partial date ("1990-05-12",
    "1990-05", "1990", "~34@2024-05-01"), `sex` ISO 5218, `region_code` kecamatan or kabupaten, `nationality` alpha-3. A
    value that is malformed all the same is compared as text and never raises: a desk types what it sees.
    """

    full_name: str = ""
    nik: str = ""
    kk: str = ""
    passport_no: str = ""
    birth_date: str = ""
    birth_place: str = ""
    sex: str = ""
    mother_name: str = ""
    father_name: str = ""
    phone: str = ""
    address: str = ""
    region_code: str = ""
    nationality: str = ""

    @classmethod
    def of(cls, values: Mapping[str, object]) -> Self:
        """The description within a record's values: fields of other names are left aside, None and "" are not known.

        Numbers become text (sex 1 → "1"); of a list the first value counts. Raises nothing.
        """
        return cls(**{name: _text(said) for name, said in values.items() if name in NAMES and (said or said == 0)})

    def to_json(self) -> bytes:
        """Canonical and compact: known values only, keys in order. What the vault encrypts as one blob a subject."""
        known = {name: value for name in sorted(FIELDS) if (value := getattr(self, name))}
        return json.dumps(known, separators=(",", ":"), ensure_ascii=False).encode()

    @classmethod
    def from_json(cls, kept: bytes | str) -> Self:
        """The inverse of `to_json`; a field that a later version added is left aside."""
        return cls.of(json.loads(kept))

    @property
    def known(self) -> tuple[str, ...]:
        """Names of the fields that say something, in the order of the class."""
        return tuple(name for name in FIELDS if getattr(self, name))


#: Fields of a description, as the data standard names them.
FIELDS: tuple[str, ...] = tuple(field.name for field in fields(Description))
NAMES = frozenset(FIELDS)


def _text(value: object) -> str:
    if not isinstance(value, str):
        value = str(value[0] if isinstance(value, list | tuple) else value)
    return " ".join(value.split())
