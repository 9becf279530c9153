"""Papers and journeys that do not fit: two passports live at once, and somebody travelling who is dead."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from suar.core.manipulation.alike import nik_slip
from suar.core.manipulation.facts import Dossier, Excused, Finding, Happening, Outcome, Said, from_happening, from_said
from suar.core.manipulation.policy import Deceased, TwoPassports

#: A passport in one of these states is live no more.
ENDED = frozenset({"replaced", "expired", "lost", "cancelled", "revoked", "withdrawn"})
ACTIVE = "active"


def two_passports(person: str, dossier: Dossier, policy: TwoPassports) -> Iterator[Outcome]:
    """Two travel documents of one human that were good at the same time for longer than a renewal takes."""
    live = [one for one in dossier.of("passport") if one.detail in policy.documents]
    documents = {one.number or f"{one.source} {one.record}": one for one in live}
    found = sorted(documents.values(), key=lambda one: (one.on, one.record))
    for at, old in enumerate(found):
        for new in found[at + 1 :]:
            overlap, used = days_together(old, new), used_after(old, new, dossier, policy)
            still = len(used) >= policy.used_times
            if overlap <= policy.renewal_days and not still:
                if overlap > 0 or ended(old):
                    yield Excused(kind="two_passports", why="record_late" if used else "renewal")
                continue
            why = "" if still else renewed(old, new, dossier, policy)
            if why:
                yield Excused(kind="two_passports", why=why)
                continue
            yield Finding(
                kind="two_passports",
                about=person,
                evidence=(
                    from_happening("old", old), from_happening("new", new), *(from_happening("used", one) for one in used)
                ),
                params={"days": max(overlap, 0), "used": len(used)},
            )  # fmt: skip
            return


def ended(one: Happening) -> bool:
    return one.state in ENDED


def days_together(old: Happening, new: Happening) -> int:
    """Days on which both were good. One that ended on a day nobody states ended when the other was issued."""
    if ended(old) and (old.until is None or old.until > new.on):
        return 0
    last = min(old.until or date.max, new.until or date.max)
    return (last - new.on).days


def used_after(old: Happening, new: Happening, dossier: Dossier, policy: TwoPassports) -> list[Happening]:
    """Crossings on the old document long after the new one was issued."""
    since = new.on + timedelta(days=policy.used_days)
    return [one for one in dossier.of("crossing") if old.number and one.number == old.number and one.on > since]


def renewed(old: Happening, new: Happening, dossier: Dossier, policy: TwoPassports) -> str:
    """Whether an application asked for the new one in the place of the old, whose end the source has not told yet."""
    for asked in dossier.of("passport_application"):
        near = timedelta(0) <= new.on - asked.on <= timedelta(days=policy.renewal_days)
        if near and asked.detail in policy.renewals and asked.state not in {"deferred", "refused", "cancelled"}:
            return "lost_reported" if asked.detail == "lost" else "renewal"
    return ""


TRAVELS = ("crossing", "passport_application", "passport", "placement", "worker_registration")


def deceased_travels(nik: str, dossier: Dossier, policy: Deceased) -> Iterator[Outcome]:
    """Somebody applies or crosses under the number of a human who was reported dead before."""
    told = deaths(nik, dossier)
    if not told:
        return
    death = told[0]
    if came_back(nik, death, dossier):
        yield Excused(kind="deceased_travels", why="register_corrected")
        return
    for step in dossier.of(*TRAVELS):
        if (step.on - death.on).days <= policy.late_days:
            continue
        claim = dossier.claim_of(step)
        if not under_number(nik, step, claim, dossier):
            continue
        why = not_the_dead(nik, step, claim, death, dossier, policy)
        if why:
            yield Excused(kind="deceased_travels", why=why)
            continue
        stating = [one for one in dossier.dated if one.subject == step.subject and one.get("nik") == nik]
        yield Finding(
            kind="deceased_travels",
            about=nik,
            evidence=(
                from_happening("death", death),
                *from_said("number", stating, "nik"),
                from_happening("travels", step),
            ),
            params={"days": (step.on - death.on).days, "steps": 1},
        )
        return


def deaths(nik: str, dossier: Dossier) -> list[Happening]:
    """Who told that the holder is dead: the civil register of the number, or a source of the human who holds it."""
    holders = {one.subject for one in dossier.said if one.get("nik") == nik}
    return [
        one
        for one in dossier.of("death", "civil")
        if (one.kind == "civil" and one.number == nik and one.state == "deceased")
        or (one.kind == "death" and one.subject in holders)
    ]


def came_back(nik: str, death: Happening, dossier: Dossier) -> bool:
    """Whether the civil register, asked again after the death was told, found the number's holder alive."""
    return any(one.number == nik and one.state == "agrees" and one.on >= death.on for one in dossier.of("civil"))


def under_number(nik: str, step: Happening, claim: Said | None, dossier: Dossier) -> bool:
    """Whether the step is of somebody who goes by this number: by its own record, else by the newest word of its source."""
    if claim is not None and claim.get("nik"):
        return claim.get("nik") == nik
    newest = [one.get("nik") for one in dossier.dated if one.subject == step.subject and one.get("nik")]
    return bool(newest) and newest[-1] == nik


def not_the_dead(
    nik: str, step: Happening, claim: Said | None, death: Happening, dossier: Dossier, policy: Deceased
) -> str:
    """What excuses it: "" where nothing does."""
    if step.kind == "crossing" and step.state == "entry" and (step.on - death.on).days <= policy.remains_days:
        return "remains_brought_home"
    if step.kind == "passport" and any(
        one.on <= death.on and one.subject == step.subject for one in dossier.of("passport_application") if one.on <= step.on
    ) and (step.on - death.on).days <= policy.remains_days:  # fmt: skip
        return "asked_before"
    others = [one.get("nik") for one in dossier.said if one.subject == step.subject and one.get("nik") not in {nik, ""}]
    mine = [one for one in dossier.said if one.subject == step.subject and one.get("nik") == nik]
    if any(nik_slip(nik, other) for other in others) and len(mine) <= len(others):
        return "number_mistyped"
    return ""
