"""The rooms that a role may enter: a few in one row, many in groups that open (UI: the frame)."""

from __future__ import annotations

from collections.abc import Container
from itertools import groupby
from typing import Any

from django.urls import reverse

#: Room, its page, the door that must open for it, its key after `g`, and the group in which it stands where a role has many.
ROOMS = (
    ("home", "home", "", "1", ""),
    ("desk", "desk", "screening.make", "2", ""),
    ("tasks", "tasks", "desk.work", "q", "at_desk"),
    ("handovers", "handovers", "desk.work", "t", "at_desk"),
    ("refusals", "refusals", "screening.sign", "w", "at_desk"),
    ("manifests", "manifests", "screening.prelist", "m", "at_desk"),
    ("interviews", "interviews", "interview.list", "i", "at_desk"),
    ("calls", "calls", "call.attend", "p", "at_desk"),
    ("complaints", "complaints", "complaint.list", "2", "at_desk"),
    ("cases", "cases", "case.list", "9", "at_desk"),
    ("arrivals", "arrivals", "arrival.list", "2", "at_desk"),
    ("unscreened", "unscreened", "unscreened.explain", "u", "at_desk"),
    ("placements", "placements", "placement.list", "7", "people"),
    ("search", "search", "person.see", "6", "people"),
    ("one_list", "one_list", "register.list", "7", "people"),
    ("findings", "findings", "finding.list", "8", "people"),
    ("reviews", "reviews", "review.list", "9", "people"),
    ("registers", "registers", "register.work", "3", "people"),
    ("differences", "differences", "register.differences", "2", "people"),
    ("village", "village", "tip.see", "3", "people"),
    ("objections", "objections", "register.objections", "6", "rights"),
    ("objection_desk", "objection_desk", "register.object", "0", "rights"),
    ("objection_clocks", "objection_clocks", "register.objection_clocks", "6", "rights"),
    ("notices", "notice_clocks", "notice.clocks", "5", "rights"),
    ("outcomes", "outcomes", "screening.outcomes", "o", "watch"),
    ("effect", "register_effect", "register.effect", "8", "watch"),
    ("pace", "register_pace", "register.pace", "l", "watch"),
    ("quality", "quality", "matching.quality", "9", "watch"),
    ("interview_quality", "interview_quality", "interview.quality", "k", "watch"),
    ("unscreened_lanes", "unscreened_lanes", "unscreened.see", "u", "watch"),
    ("service", "service", "service.office", "s", "watch"),
    ("service_everywhere", "service_everywhere", "service.see", "s", "watch"),
    ("health", "health", "intake.health", "4", "system"),
    ("quarantines", "quarantines", "source.quarantine", "6", "system"),
    ("integration", "integration", "integration.see", "2", "system"),
    ("dead_letters", "dead_letters", "integration.see", "3", "system"),
    ("machines", "machines", "machine.see", "6", "system"),
    ("protection", "protection", "protected.health", "5", "system"),
    ("policies", "policies", "policy.see", "7", "system"),
    ("sharing", "sharing", "sharing.see", "b", "system"),
)
#: More rooms than these stand in groups: one row at 1280 pixels holds eight.
MOST_IN_A_ROW = 8


def menu(path: str, doors: Container[str]) -> dict[str, Any]:
    """`rooms` that open, in order, with their keys; and `groups` of them where they are many: "" for what stands by itself."""
    found = [
        {"code": code, "url": (url := reverse(page)), "key": key, "current": path == url, "group": group}
        for code, page, door, key, group in ROOMS
        if not door or door in doors
    ]
    return {"rooms": found, "groups": grouped(found) if len(found) > MOST_IN_A_ROW else []}


def grouped(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rooms by their group; a group of one is no group."""
    groups = []
    for code, rows in groupby(found, key=lambda room: str(room["group"])):
        rooms = list(rows)
        named = code if len(rooms) > 1 else ""
        groups.append({"code": named, "rooms": rooms, "current": any(room["current"] for room in rooms)})
    return groups
