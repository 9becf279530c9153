"""The law of the registers as adopted."""

from __future__ import annotations

from datetime import date, datetime

from suar.core.registers.acts import ActRefused
from suar.core.registers.law import LegalBasis, LegalTermRow, UnknownLaw
from suar.policies.queries import Bundle, in_force, once_a_version


@once_a_version
def legal_of(bundle: Bundle) -> LegalBasis:
    return LegalBasis.read(bundle.under("legal_basis"))


def legal_basis(at: datetime) -> LegalBasis:
    """The law adopted by `at`."""
    return legal_of(in_force(at))


def law_on(kind: str, day: date, at: datetime) -> LegalTermRow:
    """The law of an entry's first day, as adopted by `at`. Refuses: ActRefused where none let such an entry be made."""
    try:
        return legal_basis(at).on(kind, day)
    except UnknownLaw as error:
        raise ActRefused("act.no_such_law", kind=kind, day=day.isoformat()) from error
