"""Every sign that is switched on, asked of one dossier."""

from __future__ import annotations

from collections.abc import Iterator

from suar.core.manipulation import births, numbers, travel
from suar.core.manipulation.alike import himself
from suar.core.manipulation.facts import Dossier, Happening, Outcome
from suar.core.manipulation.policy import File


def about_nik(nik: str, dossier: Dossier, policy: File) -> Iterator[Outcome]:
    """What hangs on one NIK: the claims of everybody under whom it stands, and what befell them."""
    if policy.nik_two_births.live:
        yield from births.nik_two_births(nik, dossier, policy.nik_two_births)
    if policy.deceased_travels.live:
        yield from travel.deceased_travels(nik, dossier, policy.deceased_travels)
    if policy.sex_against_nik.live:
        yield from numbers.sex_against_nik(nik, dossier, policy.sex_against_nik)


def about_kk(kk: str, dossier: Dossier, policy: File) -> Iterator[Outcome]:
    """What hangs on one family card."""
    if policy.kk_strangers.live:
        yield from numbers.kk_strangers(kk, dossier, policy.kk_strangers)


def about_person(person: str, dossier: Dossier, policy: File) -> Iterator[Outcome]:
    """What hangs on one human. The dossier holds his own claims and happenings, and those of whoever may be he under another number."""
    own = tuple(one for one in dossier.said if one.person == person)
    befell = tuple(one for one in dossier.happened if one.person == person)
    if policy.birth_raised.live:
        also = himself(own, dossier.said, policy.nik_after_deferral.alike)
        yield from births.birth_raised(person, Dossier(own + also, befell), policy.birth_raised)
    if policy.two_passports.live:
        yield from travel.two_passports(person, Dossier(own, befell), policy.two_passports)
    if policy.nik_after_deferral.live:
        after = Dossier(dossier.said, tuple(one for one in dossier.happened if deferred_here(one, person)))
        yield from numbers.nik_after_deferral(person, after, policy.nik_after_deferral)


def deferred_here(one: Happening, person: str) -> bool:
    """All later tries of whoever may be he; but of deferrals his own only, so that each is found once."""
    deferred = one.kind == "departure_deferral" or one.state in {"deferred", "refused"}
    return one.person == person or not deferred
