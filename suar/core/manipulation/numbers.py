"""Numbers that do not fit: a new NIK after a deferral, strangers on one family card, a sex that the NIK does not hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from suar.core.identity.sex import FEMALE, MALE
from suar.core.manipulation.alike import (
    REGION_AND_BIRTH,
    agencies,
    first,
    name_words,
    nik_of,
    nik_slip,
    one_human,
)
from suar.core.manipulation.births import ordered, put_right
from suar.core.manipulation.facts import Dossier, Excused, Finding, Happening, Outcome, Said, from_happening, from_said
from suar.core.manipulation.policy import NewNik, SexAgainst, Strangers

DEFERRED = ("departure_deferral", "passport_application")
TRIES = ("passport_application", "passport", "crossing", "worker_registration")


def nik_after_deferral(person: str, dossier: Dossier, policy: NewNik) -> Iterator[Outcome]:
    """Somebody deferred who comes back under a NIK that nobody had heard of (DOMAIN E2 I08, C2: never by the name alone)."""
    for deferred in dossier.of(*DEFERRED):
        if not was_deferred(deferred, policy):
            continue
        before = niks_at(deferred, dossier)
        for again in dossier.of(*TRIES):
            days = (again.on - deferred.on).days
            claim = dossier.claim_of(again)
            if (
                not 0 < days <= policy.within_days
                or claim is None
                or not claim.get("nik")
                or claim.get("nik") in before
            ):
                continue
            if not before:
                continue
            why = not_new(claim, again, deferred, before, dossier, policy)
            if why == NOBODY:
                continue
            if why:
                yield Excused(kind="nik_after_deferral", why=why)
                continue
            old = [
                one for one in dossier.dated if one.get("nik") in before and one.person == person_of(deferred, dossier)
            ]
            yield Finding(
                kind="nik_after_deferral",
                about=deferred.subject,
                evidence=(
                    from_happening("deferred", deferred), *from_said("before", old, "nik"), *from_said("after", [claim], "nik"),
                    from_happening("again", again),
                ),
                params={"days": days, "sources": len(agencies([*old, claim]))},
            )  # fmt: skip
            return


NOBODY, TWIN = "another_human", "twin"


def was_deferred(one: Happening, policy: NewNik) -> bool:
    if one.kind == "passport_application":
        return one.state in {"deferred", "refused"} and one.reason in policy.reasons
    return (one.reason or one.state) in policy.reasons


def person_of(one: Happening, dossier: Dossier) -> str:
    return next((said.person for said in dossier.said if said.subject == one.subject), one.person)


def niks_at(deferred: Happening, dossier: Dossier) -> set[str]:
    """Under which numbers the deferred human was known up to that day: by that record, by its source, else by whoever speaks of the person."""
    own = dossier.claim_of(deferred)
    if own is not None and own.get("nik"):
        return {own.get("nik")}
    of_subject = [one for one in dossier.dated if one.subject == deferred.subject and one.get("nik")]
    of_person = [one for one in dossier.dated if one.person == deferred.person and one.get("nik")]
    for said in (of_subject, of_person):
        known = {one.get("nik") for one in said if one.on is None or one.on <= deferred.on}
        if known:
            return known
    return set()


def not_new(
    claim: Said, again: Happening, deferred: Happening, before: set[str], dossier: Dossier, policy: NewNik
) -> str:
    """Why the other number is no new identity: "" where it looks like one, NOBODY where it looks like another human."""
    nik = claim.get("nik")
    theirs = [one for one in dossier.said if one.subject == claim.subject]
    ours = [one for one in dossier.said if one.person == deferred.person]
    if again.subject != deferred.subject:
        if not one_human(ours, theirs, policy.alike):
            return TWIN if twin_of(nik, before, theirs, ours) else NOBODY
        if twin_of(nik, before, theirs, ours):
            return TWIN
    if any(nik_slip(nik, old) for old in before):
        return "typing_slip"
    if any(one.get("nik") == nik and one.on and one.on <= deferred.on for one in dossier.said):
        return "known_before"
    if replaced(nik, before, again.on, dossier, policy):
        return "number_replaced"
    return ""


def twin_of(nik: str, before: set[str], theirs: Sequence[Said], ours: Sequence[Said]) -> bool:
    """Two born on one day and registered at one place, whose names are not the same: their numbers differ in the serial."""
    names = [" ".join(sorted(name_words(first(side, "full_name")))) for side in (theirs, ours)]
    return names[0] != names[1] and any(nik[:REGION_AND_BIRTH] == old[:REGION_AND_BIRTH] for old in before)


def replaced(nik: str, before: set[str], on: date, dossier: Dossier, policy: NewNik) -> bool:
    """Whether Dukcapil gave the new number in the place of the old: the old one is none any more, or several sources had taken the new
    one up before it was used.
    """
    if any(
        one.kind == "civil" and one.number in before and one.state in policy.replaced_answers
        for one in dossier.happened
    ):
        return True
    taken_up = {one.source for one in dossier.said if one.get("nik") == nik and one.on and one.on < on}
    return len(taken_up) >= policy.replaced_sources


def kk_strangers(kk: str, dossier: Dossier, policy: Strangers) -> Iterator[Outcome]:
    """One family card under which stand people whom nothing connects: no parent in common, none the child of another."""
    under = [one for one in dossier.dated if one.get("kk") == kk]
    persons = sorted({one.person for one in under})
    everything = {person: [one for one in dossier.dated if one.person == person] for person in persons}
    known = [
        person
        for person in persons
        if first(everything[person], "mother_name") or first(everything[person], "father_name")
    ]
    if len(known) < policy.apart:
        return
    if len(persons) > policy.largest:
        yield Excused(kind="kk_strangers", why="institution")
        return
    families = connected(known, everything)
    if len(families) < policy.apart:
        yield Excused(kind="kk_strangers", why="household")
        return
    yield Finding(
        kind="kk_strangers",
        about=kk,
        evidence=from_said("member", under, "kk"),
        params={"people": len(persons), "families": len(families), "sources": len(agencies(under))},
    )


def connected(persons: list[str], everything: dict[str, list[Said]]) -> list[set[str]]:
    """Groups held together by a parent in common, by one being another's parent, or by a rare word that stands last in both names."""
    groups: list[set[str]] = []
    for person in persons:
        kin = [group for group in groups if any(related(everything[person], everything[other]) for other in group)]
        groups = [group for group in groups if group not in kin] + [{person}.union(*kin)]
    return groups


def related(left: list[Said], right: list[Said]) -> bool:
    """Kin by what the papers say: a parent in common, one the other's parent, or a family name that both bear last."""
    mothers, fathers = ([words(side, name) for side in (left, right)] for name in ("mother_name", "father_name"))
    names = [words(side, "full_name") for side in (left, right)]
    if within(*mothers) or within(*fathers) or last_words(left) & last_words(right):
        return True
    return any(within(parents[here], names[1 - here]) for parents in (mothers, fathers) for here in (0, 1))


def within(one: list[frozenset[str]], other: list[frozenset[str]]) -> bool:
    """Whether a way of writing one name holds all the telling words of the other, or the other way round."""
    return any(a and b and (a <= b or b <= a) for a in one for b in other)


def words(said: list[Said], name: str) -> list[frozenset[str]]:
    return list({frozenset(name_words(one.get(name))) for one in said if one.get(name)})


def last_words(said: list[Said]) -> set[str]:
    """A family name stands last; only in names of several words is there one."""
    names = [one.get("full_name").split() for one in said]
    return {word for name in names if len(name) > 1 for word in name_words(name[-1])}


def sex_against_nik(nik: str, dossier: Dossier, policy: SexAgainst) -> Iterator[Outcome]:
    """A sex that the NIK does not hold: somebody else's number, or somebody else's papers. All who state the number are heard."""
    held = nik_of(nik)
    stating = [one for one in dossier.dated if one.get("nik") == nik]
    subjects = {one.subject for one in stating}
    said = [one for one in dossier.dated if one.subject in subjects and one.get("sex") in {str(MALE), str(FEMALE)}]
    if held is None:
        return
    against = [one for one in said if one.get("sex") != str(held.sex)]
    agree = [one for one in said if one.get("sex") == str(held.sex)]
    if not against:
        return
    why = sex_explained(nik, against, agree, dossier, policy)
    if why:
        yield Excused(kind="sex_against_nik", why=why)
        return
    yield Finding(
        kind="sex_against_nik",
        about=nik,
        evidence=from_said("number", stating, "nik")
        + from_said("against", against, "sex")
        + from_said("agrees", agree, "sex"),
        params={"sources": len(agencies([*stating, *against, *agree]))},
    )


def sex_explained(nik: str, against: list[Said], agree: list[Said], dossier: Dossier, policy: SexAgainst) -> str:
    """Why it is no finding: "" where nothing explains it."""
    users = agencies(one for one in dossier.said if one.get("nik") == nik)
    theirs = [one for one in dossier.said if one.subject in {said.subject for said in against}]
    for other in {one.get("nik") for one in dossier.said} - {nik, ""}:
        held, using = nik_of(other), [one for one in dossier.said if one.get("nik") == other]
        if held is None or str(held.sex) != against[-1].get("sex"):
            continue
        mine = any(one in theirs for one in using)
        if nik_slip(nik, other) or (mine and len(agencies(using)) > len(users)):
            return "number_mistyped"
    if put_right(against, agree, policy.slip_days):
        return "slip_corrected"
    if len(agencies(against)) == 1 and len(agencies(agree) - agencies(against)) >= policy.outvoted_by:
        return "typing_slip"
    older, newer = ordered(agree, against)
    if older and len(agencies(newer)) >= policy.correction_sources:
        return "court_ruling"
    return ""
