"""The four ways (STYLE): a Fault is returned to the sender, a Remark is kept, a Refusal is a rule that says no, all else is a bug."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made_by
from typing import Generic, TypeVar, cast

from suar.core.values import value

T = TypeVar("T")

#: Parameters of a code: never a sentence, never a float, so that they can be hashed and said in any language.
Params = Mapping[str, str | int | bool | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why bad input is returned. `code` is looked up in the catalogues; `field` is the standard's field name, "" for the whole."""

    code: str
    field: str = ""
    params: Params = made_by(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Accepted, but odd: kept, reported, weighed; never a reason to return a record."""

    code: str
    field: str = ""
    params: Params = made_by(default_factory=dict)


@value()
class Read(Generic[T]):
    """What a reader made of some text: a value with remarks, or faults (every one of them, not the first)."""

    value: T | None = None
    remarks: tuple[Remark, ...] = ()
    faults: tuple[Fault, ...] = ()

    @classmethod
    def fault(cls, code: str, **params: str | int | bool | None) -> Read[T]:
        return cls(faults=(Fault(code=code, params=params),))

    def remark(self, code: str, **params: str | int | bool | None) -> Read[T]:
        return Read(self.value, (*self.remarks, Remark(code=code, params=params)), self.faults)

    @property
    def ok(self) -> bool:
        return not self.faults

    def get(self) -> T:
        """The value; only to be asked when `ok`."""
        assert not self.faults, self.faults
        return cast(T, self.value)


class Refusal(Exception):
    """A rule that says no. Raised, with a code; `site/errors` turns it into HTTP once.

    `code` is stable and stands in both catalogues; `status` is the HTTP status it becomes (RFC 9457).
    """

    code = "refused"
    status = 403

    def __init__(self, code: str | None = None, **params: str | int | bool | None) -> None:
        self.code = code or type(self).code
        self.params: Params = params
        super().__init__(self.code)


class NotFound(Refusal):
    """Nothing there for this act: said alike whether it does not exist or may not be seen."""

    code = "not_found"
    status = 404


class Conflict(Refusal):
    """The same key with another body, or a state that has moved on."""

    code = "conflict"
    status = 409
