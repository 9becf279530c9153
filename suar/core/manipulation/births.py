"""Birth dates that do not fit: one NIK with two, and a minor made adult before an application (DOMAIN C3, E2 I15)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from suar.core.identity.dates import ages_on, bounds_or_none
from suar.core.manipulation.alike import (
    agencies,
    birth_slip,
    births_agree,
    days_between,
    first,
    himself,
    names_share,
    nik_of,
    shared,
    whole,
)
from suar.core.manipulation.facts import Dossier, Excused, Finding, Happening, Outcome, Said, from_happening, from_said
from suar.core.manipulation.policy import BirthRaised, TwoBirths

BORN = "birth_date"
ASKED = ("passport_application", "worker_registration")


def nik_two_births(nik: str, dossier: Dossier, policy: TwoBirths) -> Iterator[Outcome]:
    """One NIK under which the sources state birth dates that cannot be one day.

    The date that stands is the one that the NIK itself holds, where anybody states it, else the one that most agencies state.
    """
    under = [one for one in dossier.dated if one.get("nik") == nik and bounds_or_none(one.get(BORN))]
    if len({one.person for one in under}) > policy.most_holders:
        yield Excused(kind="nik_two_births", why="placeholder")
        return
    stands = standing(nik, under)
    apart = [one for one in under if not births_agree(one.get(BORN), stands)]
    against: list[Said] = []
    for born in sorted({one.get(BORN) for one in apart}):
        saying = [one for one in apart if one.get(BORN) == born]
        others = [one for one in under if births_agree(one.get(BORN), stands)]
        why = birth_slip(born, stands) or explained(nik, saying, others, dossier, policy)
        if why:
            yield Excused(kind="nik_two_births", why=why)
        else:
            against += saying
    if against:
        others = [one for one in under if births_agree(one.get(BORN), stands)]
        yield Finding(
            kind="nik_two_births",
            about=nik,
            evidence=from_said("stands", others, BORN) + from_said("differs", against, BORN),
            params={
                "dates": 1 + len({one.get(BORN) for one in against}),
                "sources": len(agencies([*others, *against])),
            },
        )


def standing(nik: str, under: list[Said]) -> str:
    """The date that the number holds, where somebody states it, else the one that most agencies state, then the earliest said."""
    held = nik_of(nik)
    stated = [one.get(BORN) for one in under if whole(one.get(BORN))]
    own = [born for born in stated if held and whole(born) in held.births()]
    if own:
        return own[0]
    ranked = sorted(
        set(stated), key=lambda born: (-len(agencies(o for o in under if o.get(BORN) == born)), stated.index(born))
    )
    return ranked[0] if ranked else (under[0].get(BORN) if under else "")


def explained(nik: str, saying: list[Said], others: list[Said], dossier: Dossier, policy: TwoBirths) -> str:
    """Why this other date is no finding: "" where nothing explains it."""
    if put_right(saying, others, policy.slip_days):
        return "slip_corrected"
    if outvoted(nik, saying, others, policy) or year_slip(saying, others, policy):
        return "typing_slip"
    older, newer = ordered(saying, others)
    if older and len(agencies(newer)) >= policy.correction_sources:
        return "correction_stated"
    if anothers_number(nik, saying, others, dossier):
        return "siblings_number"
    return ""


def put_right(wrong: list[Said], right: list[Said], within: int) -> bool:
    """Whether the one source that said it says otherwise within so many days: a slip of data entry."""
    sources = agencies(wrong)
    if len(sources) != 1:
        return False
    days = days_between(wrong, [one for one in right if one.source in sources and after(one, wrong)])
    return days is not None and 0 <= days <= within


def outvoted(nik: str, saying: list[Said], others: list[Said], policy: TwoBirths) -> bool:
    """One lone record, whose own source states the date that the NIK holds in several others."""
    held = nik_of(nik)
    right = [one for one in others if one.source == saying[0].source and held and whole(one.get(BORN)) in held.births()]
    return len(saying) == 1 and len(right) >= policy.outvoted_by


def year_slip(saying: list[Said], others: list[Said], policy: TwoBirths) -> bool:
    """A year too many or too few by one source only, of somebody who is grown up by either date on every day that was told."""
    dates = [whole(one.get(BORN)) for one in (*saying, *others)]
    days = [one.on for one in (*saying, *others) if one.on]
    if len(agencies(saying)) > 1 or not days:
        return False
    a, b = whole(saying[0].get(BORN)), next((whole(one.get(BORN)) for one in others if whole(one.get(BORN))), None)
    if a is None or b is None or abs((a - b).days) > policy.slip_years * 366:
        return False
    near = abs((a.replace(year=2000) - b.replace(year=2000)).days) <= 1
    grown = all(ages_on(day.isoformat(), min(days))[0] >= policy.adult_years for day in dates if day)
    return a.year != b.year and near and grown


def after(one: Said, others: list[Said]) -> bool:
    return bool(one.on and all(other.on and one.on >= other.on for other in others))


def ordered(left: list[Said], right: list[Said]) -> tuple[list[Said], list[Said]]:
    """The older and the newer of two words, where nobody went back to the older one; two empty lists otherwise."""
    for older, newer in ((left, right), (right, left)):
        days = days_between(older, newer)
        if days is not None and days > 0:
            return older, newer
    return [], []


def anothers_number(nik: str, saying: list[Said], others: list[Said], dossier: Dossier) -> bool:
    """A relative's NIK typed for one's own: somebody else by name, who shares a parent or card and has a number of his own."""
    persons = {one.person for one in saying}
    if persons & {one.person for one in others}:
        return False
    if names_share(first(saying, "full_name"), first(others, "full_name")):
        return False
    mine = [one for one in dossier.said if one.person in persons]
    theirs = [*mine, *himself(mine, dossier.said)]
    own = {one.get("nik") for one in theirs} - {nik, ""}
    family = {"mother_name", "father_name", "phone", "address"} & shared(theirs, others)
    cards = {one.get("kk") for one in theirs} & {one.get("kk") for one in others} - {""}
    return bool(own) and bool(family or cards)


def birth_raised(person: str, dossier: Dossier, policy: BirthRaised) -> Iterator[Outcome]:
    """Somebody who by an earlier word, or by his NIK, was a minor when he applied, and by the application was not (UU 21/2007 Ps 1(5)).

    A correction shortly before an application is the sign itself and not its excuse (DOMAIN C3).
    """
    for asked in dossier.of(*ASKED):
        claim = dossier.claim_of(asked)
        if claim is None or not adult(claim.get(BORN), asked.on, policy):
            continue
        minor = [one for one in dossier.dated if one is not claim and is_minor(one.get(BORN), asked.on, policy)]
        by_number = [one for one in dossier.dated if minor_by_number(one.get("nik"), asked.on, policy)]
        if not minor and not by_number:
            continue
        why = raised_for_a_reason(claim, asked, minor, by_number, dossier, policy)
        if why:
            yield Excused(kind="birth_raised", why=why)
            continue
        yield Finding(
            kind="birth_raised",
            about=person,
            evidence=(
                *from_said("before", minor, BORN), *from_said("number", by_number[:1], "nik"), *from_said("after", [claim], BORN),
                from_happening("asked", asked),
            ),
            params={"years": years_apart(claim, minor, by_number), "sources": len(agencies([*minor, claim]))},
        )  # fmt: skip
        return  # the first application tells it; later ones repeat it


def raised_for_a_reason(
    claim: Said, asked: Happening, minor: list[Said], by_number: list[Said], dossier: Dossier, policy: BirthRaised
) -> str:
    """What excuses it: "" where nothing does."""
    born = claim.get(BORN)
    grown = [one for one in dossier.dated if births_agree(one.get(BORN), born) and whole(one.get(BORN))]
    settled = [one for one in grown if one.on and (asked.on - one.on).days > policy.settled_days]
    if len(agencies(settled)) >= policy.correction_sources:
        return "corrected_long_before"
    numbers = {one.get("nik") for one in dossier.said} - {""}
    own = [nik for nik in numbers if (held := nik_of(nik)) and whole(born) in held.births()]
    if by_number and not minor:
        if own and any(
            len(agencies(o for o in dossier.said if o.get("nik") == nik)) >= policy.outvoted_by for nik in own
        ):
            return "relatives_number"
        return ""
    slips = {birth_slip(one.get(BORN), born) for one in minor}
    if not by_number and slips and "" not in slips:
        return slips.pop()
    if not by_number and put_right(minor, grown, policy.slip_days):
        return "slip_corrected"
    lone = len(minor) == 1 and own and len(agencies(grown) - agencies(minor)) >= policy.outvoted_by
    return "number_agrees" if lone and not by_number else ""


def adult(born: str, on: date, policy: BirthRaised) -> bool:
    """Of age on that day whatever is unknown of the date; nothing stated is not."""
    return bool(bounds_or_none(born)) and ages_on(born, on)[0] >= policy.adult_years


def is_minor(born: str, on: date, policy: BirthRaised) -> bool:
    return bool(bounds_or_none(born)) and ages_on(born, on)[1] < policy.adult_years and ages_on(born, on)[0] >= 0


def minor_by_number(nik: str, on: date, policy: BirthRaised) -> bool:
    """By the digits of the NIK, in the century that makes the holder the youngest who can be alive."""
    held = nik_of(nik)
    born = held.born_by(on) if held else None
    return born is not None and is_minor(born.isoformat(), on, policy)


def years_apart(claim: Said, minor: list[Said], by_number: list[Said]) -> int:
    new = bounds_or_none(claim.get(BORN))
    olds = [found[0] for one in minor if (found := bounds_or_none(one.get(BORN)))]
    olds += [day for one in by_number if (nik := nik_of(one.get("nik"))) for day in nik.births()[-1:]]
    return max((day.year - new[0].year for day in olds), default=0) if new else 0
