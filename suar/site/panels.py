"""What stands around every page, and what rooms show from above them on the ladder. Tables short enough to read aloud."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from suar.agencies.access import NotPosted, open_doors, opens
from suar.agencies.models import Posting
from suar.agencies.queries import officer_names
from suar.core.act import Act
from suar.intake import panels as intake
from suar.intake.access import line_for, to_mend_for
from suar.intake.access.quarantines import in_quarantine_for
from suar.intake.queries.mappings import region_names
from suar.journeys.access import findings_for, open_placement, placements_for
from suar.journeys.queries import findings_leaning, timeline
from suar.persons import panels as persons
from suar.persons.access.review import waiting_for
from suar.persons.queries import rulings_leaning
from suar.policies import panels as policies
from suar.policies.access.proposals import waiting_for as to_adopt_for
from suar.registers.access.differences import waiting_for as differences
from suar.registers.access.objections import queue_for
from suar.registers.access.pace import hurried_for
from suar.registers.access.work import ending_for, requests_for
from suar.registers.queries.native import acts_leaning
from suar.screening.access import Row, open_for, open_screening
from suar.screening.access.arrivals import arrivals_for
from suar.screening.access.calls import calls_for
from suar.screening.access.complaints import complaints_for
from suar.screening.access.interview import queue_for as interviews_for
from suar.screening.access.rating import ratings_for
from suar.screening.access.refusals import refusals_for
from suar.screening.access.tasks import open_referral, tasks_for
from suar.screening.access.unscreened import open_count_for, owed_by
from suar.screening.queries.touched import decisions_leaning
from suar.site.auth import NotAuthenticated, act_under, now, posting_of
from suar.site.menu import menu
from suar.tips.access import ungraded_for

MOST_SHOWN = 10  # of a queue on the first page; its number leads to all

#: What a role begins with: the first room that opens, its icon and the words on the button.
STARTS = (
    ("desk", "screening.make", "scan", "action.start_desk"),
    ("village", "tip.send", "message-2", "action.start_village"),
    ("protection", "protected.health", "heart-handshake", "action.start_protection"),
    ("placements", "placement.list", "list-check", "action.start_placements"),
    ("tasks", "desk.work", "list-check", "action.start_tasks"),
    ("reviews", "review.list", "users", "action.start_reviews"),
    ("registers", "register.entry", "list-check", "action.start_registers"),
    ("registers", "register.second", "list-check", "action.start_registers"),
    ("one_list", "register.list", "list-check", "action.start_one_list"),
    ("policies", "policy.propose", "list-check", "action.start_policies"),
    ("policies", "policy.adopt", "list-check", "action.start_policies"),
    ("health", "intake.health", "database", "action.start_health"),
    ("machines", "machine.see", "lock", "action.start_machines"),
)


def fill() -> None:
    """Give the rooms what they show from above. Called once, when the addresses are read."""
    persons.timeline[:] = [timeline]
    persons.cases[:] = [open_screening, open_placement]
    intake.cases[:] = [open_screening, open_placement, open_referral]
    intake.leaning[:] = [rulings_leaning, findings_leaning, acts_leaning, decisions_leaning]
    policies.officers[:] = [officer_names]
    policies.regions[:] = [region_names]
    persons.cases[:] = [open_screening, open_placement, open_referral]


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor: who sits where, what may be entered from here, and how well the hub hears its sources."""
    timezone.deactivate()
    around: dict[str, Any] = {"training": settings.DEMO, "searches": False, "rooms": []}
    officer = getattr(request, "user", None)
    if officer is None or not officer.is_authenticated:
        return {"frame": around}
    around["officer"] = {"name": officer.full_name}
    try:
        posting = posting_of(request, now())
    except (NotPosted, NotAuthenticated):
        return {"frame": around}
    timezone.activate(posting.desk.office.zone)  # times are written on the clock of the desk (UI)
    act = act_under(posting)
    line = line_for(act)
    around |= {
        "officer": {"name": officer.full_name, "agency": act.agency},
        "role": posting.role,
        "desk": seat(posting),
        **menu(request.path, open_doors(act)),
        "connection": asdict(line) if line else None,
        "searches": opens(act, "person.see"),
    }
    return {"frame": around}


def seat(posting: Posting) -> dict[str, str]:
    desk = posting.desk
    return {"code": desk.code, "name": desk.name, "office": desk.office.name, "lane": desk.lane}


def start(act: Act) -> dict[str, str] | None:
    doors = open_doors(act)
    for page, door, icon, label in STARTS:
        if door in doors:
            return {"url": reverse(page), "icon": icon, "label_code": label}
    return None


def undecided(act: Act) -> dict[str, Any] | None:
    """The desk's queue: what was answered and waits for a decision."""
    if not opens(act, "screening.list"):
        return None
    return waiting("open_screenings", "screening", open_for(act))


def changed(act: Act) -> dict[str, Any] | None:
    """What is to be asked again: a register changed since it was answered."""
    if not opens(act, "screening.list"):
        return None
    return waiting("again", "screening_changed", [row for row in open_for(act) if row.changed_at])


def queue_row(
    url: str,
    title: str,
    since: datetime | None,
    *,
    days_left: int | None = None,
    taken_by: str = "",
    mine: bool = False,
    **params: Any,
) -> dict[str, Any]:
    """One line of a queue on the first page: where it leads, what it is (`queue_row.<title>`), and since when it waits."""
    return {
        "url": url,
        "title": {"code": f"queue_row.{title}", "params": params},
        "since": since,
        "days_left": days_left,
        "taken_by": taken_by,
        "mine": mine,
    }


def waiting(code: str, title: str, found: Sequence[Row]) -> dict[str, Any]:
    rows = [
        queue_row(
            reverse("screening", args=[row.id]),
            title,
            row.changed_at or row.at,
            desk=row.desk,
            advice=row.advice,
            number=str(row.id)[-12:].upper(),
        )
        for row in found[:MOST_SHOWN]
    ]
    return {"code": code, "count": len(found), "url": reverse("screenings"), "rows": rows}


def to_verify(act: Act) -> dict[str, Any] | None:
    """The KP2MI office's queue: placements before departure, each of which leads to its person."""
    if not opens(act, "placement.list"):
        return None
    found = placements_for(act)
    rows = [
        queue_row(
            f"{reverse('person', args=[step.subject])}?reference={step.id}",
            "placement",
            step.at,
            country=step.country,
            state=step.state,
        )
        for step in found[:MOST_SHOWN]
    ]
    return {"code": "placements", "count": len(found), "url": reverse("placements"), "rows": rows}


def to_mend(act: Act) -> dict[str, Any] | None:
    """The engineer's queue: batches that were returned in part or stopped themselves."""
    if not opens(act, "intake.report"):
        return None
    rows = [
        queue_row(
            reverse("batch", args=[one.id]),
            "stopped" if one.state == "stopped" else "returned",
            one.received_at,
            source=one.source,
            returned=one.returned,
            sent=one.sent,
        )
        for one in to_mend_for(act)
    ]
    return {"code": "returned_batches", "count": len(rows), "url": reverse("health"), "rows": rows}


def quarantined(act: Act) -> dict[str, Any] | None:
    """Sources in quarantine: those that wait for a second person first."""
    if not opens(act, "source.quarantine"):
        return None
    found = in_quarantine_for(act)
    rows = [
        queue_row(reverse("quarantine", args=[one.id]), f"quarantine_{one.state}", at, source=one.source)
        for one, at in found[:MOST_SHOWN]
    ]
    return {"code": "quarantines", "count": len(found), "url": reverse("quarantines"), "rows": rows}


def to_grade(act: Act) -> dict[str, Any] | None:
    """The supervisor's queue: tips from villages until they are graded or expire."""
    act = replace(act, purpose="protection")
    if not opens(act, "tip.grade"):
        return None
    rows = [
        queue_row(
            reverse("tip", args=[one.id]),
            "tip",
            one.at,
            days_left=(one.expires_at - act.at).days,
            place=region_names().get(one.region, one.region),
        )
        for one in ungraded_for(act)
    ]
    return {"code": "tips", "count": len(rows), "url": "", "rows": rows}


def to_look_at(act: Act) -> dict[str, Any] | None:
    """Findings on identities that nobody has explained or passed on yet."""
    if not opens(act, "finding.list"):
        return None
    found = findings_for(act)
    rows = [
        queue_row(reverse("finding", args=[one.id]), "finding", one.newest, kind=one.kind) for one in found[:MOST_SHOWN]
    ]
    return {"code": "findings", "count": len(found), "url": reverse("findings"), "rows": rows}


def to_review(act: Act) -> dict[str, Any] | None:
    """The reviewer's queue: pairs that only a human may judge; each is taken on the queue's own page."""
    if not opens(act, "review.list"):
        return None
    count, found = waiting_for(act, most=MOST_SHOWN)
    rows = [
        queue_row(
            reverse("reviews"),
            "review_again" if one.ruled or one.because else "review",
            one.since,
            mine=one.mine,
            a=one.source_a,
            b=one.source_b,
        )
        for one in found
    ]
    return {"code": "reviews", "count": count, "url": reverse("reviews"), "rows": rows}


def to_agree(act: Act) -> dict[str, Any] | None:
    """Requests on the registers that wait for this officer's word."""
    if not (opens(act, "register.second") or opens(act, "register.protect")):
        return None
    found = requests_for(act)
    rows = [
        queue_row(
            reverse("register_request", args=[row["id"]]),
            "register_request",
            row["at"],
            mine=row["drawn"],
            act=row["act"],
            kind=row["kind"],
        )
        for row in found[:MOST_SHOWN]
    ]
    return {"code": "register_requests", "count": len(found), "url": reverse("registers"), "rows": rows}


def to_watch(act: Act) -> dict[str, Any] | None:
    """Entries whose end or review is near, in time to extend, review or let them lapse (SECURITY 8: warned 30 days before)."""
    if not opens(act, "register.entry"):
        return None
    found = ending_for(act)
    rows = [
        queue_row(
            reverse("register_entry", args=[row["entry"]]),
            "register_entry",
            row["begins"],
            days_left=row["days_left"],
            kind=row["kind"],
        )
        for row in found[:MOST_SHOWN]
    ]
    return {"code": "register_ending", "count": len(found), "url": reverse("registers"), "rows": rows}


def differing(act: Act) -> dict[str, Any] | None:
    """The register officer's queue: where an owner's list and our entries differ."""
    if not opens(act, "register.differences"):
        return None
    count, found = differences(act, most=MOST_SHOWN)
    rows = [
        queue_row(reverse("differences"), "difference", one.found_at, kind=one.kind, source=one.source) for one in found
    ]
    return {"code": "differences", "count": count, "url": reverse("differences"), "rows": rows}


def to_decide(act: Act) -> dict[str, Any] | None:
    """Objections that this reviewer may decide now, with their working days."""
    if not opens(act, "register.objections"):
        return None
    found = queue_for(act).turn
    rows = [
        queue_row(
            reverse("objection", args=[row["id"]]),
            "objection" if row["kind"] else "objection_unplaced",
            row["received_at"],
            days_left=row["days_left"],
            mine=row["drawn"],
            number=row["number"],
            kind=row["kind"],
        )
        for row in found[:MOST_SHOWN]
    ]
    return {"code": "objections", "count": len(found), "url": reverse("objections"), "rows": rows}


def to_adopt(act: Act) -> dict[str, Any] | None:
    """The second person's queue: proposals of another office that nobody has given a word on."""
    if not opens(act, "policy.adopt"):
        return None
    found = to_adopt_for(act)
    rows = [
        queue_row(reverse("policy_proposal", args=[one.id]), "policy", one.at, name=one.name)
        for one in found[:MOST_SHOWN]
    ]
    return {"code": "policies", "count": len(found), "url": reverse("policies"), "rows": rows}


def hurried(act: Act) -> dict[str, Any] | None:
    """Who asks for far more on the registers than usual, for the oversight and for whoever lets a held request go."""
    if not opens(act, "register.pace"):
        return None
    held, found = hurried_for(act)
    url = reverse("register_pace")
    rows = [queue_row(url, "pace_held", None, count=held)] if held else []
    rows += [
        queue_row(url, "pace_high", one.newest, office=one.office, count=one.today, usual=one.usual)
        for one in found[:MOST_SHOWN]
    ]
    return {"code": "pace", "count": held + len(found), "url": url, "rows": rows}


def called(act: Act) -> dict[str, Any] | None:
    """Desks at which somebody asked for help, or whose officer gave the silent sign: before all else."""
    if not opens(act, "call.attend"):
        return None
    found = calls_for(act)
    rows = [
        queue_row(reverse("calls"), "call", one.at, kind=one.kind, office=one.office, desk=one.desk)
        for one in found[:MOST_SHOWN]
    ]
    return {"code": "calls", "count": len(found), "url": reverse("calls"), "rows": rows}


def to_interview(act: Act) -> dict[str, Any] | None:
    """Interviews that were begun, and people for whom one was asked."""
    if not opens(act, "interview.list"):
        return None
    found = interviews_for(act)
    rows = [
        queue_row(
            reverse("interview", args=[one.interview]) if one.interview else reverse("screening", args=[one.screening]),
            "interview_begun" if one.interview else "interview",
            one.since,
            desk=one.desk,
            number=str(one.screening)[-12:].upper(),
        )
        for one in found[:MOST_SHOWN]
    ]
    return {"code": "interviews", "count": len(found), "url": reverse("interviews"), "rows": rows}


def to_rate(act: Act) -> dict[str, Any] | None:
    """Answers of other offices that this officer was drawn to rate."""
    if not opens(act, "interview.rate"):
        return None
    found = ratings_for(act)
    rows = [queue_row(reverse("interview_rate", args=[id_]), "rating", since) for id_, since in found[:MOST_SHOWN]]
    return {"code": "ratings", "count": len(found), "url": reverse("interviews"), "rows": rows}


def to_sign(act: Act) -> dict[str, Any] | None:
    """Refusals that an officer of this office proposed and that wait for a supervisor."""
    if not opens(act, "screening.sign"):
        return None
    found = refusals_for(act)
    rows = [
        queue_row(reverse("refusal", args=[one.id]), "refusal", one.at, desk=one.desk) for one in found[:MOST_SHOWN]
    ]
    return {"code": "refusals", "count": len(found), "url": reverse("refusals"), "rows": rows}


def to_free(act: Act) -> dict[str, Any] | None:
    """Complaints from abroad that nobody has ruled on, and signals that lost theirs."""
    if not opens(act, "complaint.list"):
        return None
    found = complaints_for(act)
    rows = [
        queue_row(
            reverse("complaint", args=[row["id"]]), "complaint", row["filed_at"], subject=row["subject"], country=row["country"]
        )
        for row in found[:MOST_SHOWN]
    ]  # fmt: skip
    return {"code": "complaints", "count": len(found), "url": reverse("complaints"), "rows": rows}


def to_expect(act: Act) -> dict[str, Any] | None:
    """Workers on their way to this mission's country."""
    if not opens(act, "arrival.list"):
        return None
    found = arrivals_for(act)
    rows = [
        queue_row(reverse("arrival", args=[row["id"]]), "arrival", row["at"], country=row["country"], contract=row["contract"])
        for row in found[:MOST_SHOWN]
    ]  # fmt: skip
    return {"code": "arrivals", "count": len(found), "url": reverse("arrivals"), "rows": rows}


def at_desk(act: Act) -> dict[str, Any] | None:
    """Travellers who were referred to this officer's desk, the nearest clock first."""
    if not opens(act, "desk.work"):
        return None
    found = tasks_for(act)
    rows = [
        queue_row(
            reverse("task", args=[one.task.id]),
            "task",
            one.task.at,
            taken_by=one.taken_by,
            mine=one.mine,
            queue=one.task.queue,
            number=one.task.number,
        )
        for one in found[:MOST_SHOWN]
    ]
    return {"code": "tasks", "count": len(found), "url": reverse("tasks"), "rows": rows}


def unscreened(act: Act) -> dict[str, Any] | None:
    """The supervisor's queue: crossings of his lanes that need a reason."""
    if not opens(act, "unscreened.explain"):
        return None
    found = owed_by(act).open
    rows = [
        queue_row(reverse("unscreened"), "unscreened", one.crossed_at, place=one.place, lane=one.lane)
        for one in found[:MOST_SHOWN]
    ]
    return {"code": "unscreened", "count": len(found), "url": reverse("unscreened"), "rows": rows}


def unscreened_open(act: Act) -> dict[str, Any] | None:
    """The oversight's: how many crossings of the week have neither screening nor reason."""
    if not opens(act, "unscreened.see"):
        return None
    count, since = open_count_for(act)
    url = reverse("unscreened_lanes")
    rows = [queue_row(url, "unscreened_open", since, count=count)] if count else []
    return {"code": "unscreened_open", "count": count, "url": url, "rows": rows}


#: The queues of the first page, one function each; None where a role has no such queue.
QUEUES: tuple[Callable[[Act], Mapping[str, Any] | None], ...] = (
    called,
    to_interview,
    to_rate,
    to_sign,
    to_free,
    to_expect,
    at_desk,
    changed,
    undecided,
    to_verify,
    to_look_at,
    to_review,
    to_agree,
    to_watch,
    hurried,
    differing,
    to_decide,
    to_adopt,
    quarantined,
    to_mend,
    to_grade,
    unscreened,
    unscreened_open,
)


def queues(act: Act) -> Iterable[Mapping[str, Any]]:
    """Each with whether any of its rows has a clock, or somebody who took it: a column without a word in it is left out."""
    return [
        dict(queue)
        | {
            "clocked": any(row["days_left"] is not None for row in queue["rows"]),
            "held": any(row["taken_by"] or row["mine"] for row in queue["rows"]),
        }
        for made in QUEUES
        if (queue := made(act)) is not None
    ]
