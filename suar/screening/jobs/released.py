"""Signals that came of complaints stand only while their complaints do: the clock suspends one that lost its ground."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from suar.agencies.access import as_hub
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.registers.freeing import told_in
from suar.intake.queries.batches import still_stated
from suar.registers.actions.note_signal import suspend_unfounded
from suar.registers.queries.released import Release, approved_since, how_far
from suar.screening.access.complaints import Complaint, complaints_since
from suar.vault.queries import PROTECTION

LONGEST = timedelta(days=400)  # of a signal: six months, extended once, and some days


@transaction.atomic(durable=True)
def keep_true(*, act: Act) -> int:
    """Suspend every signal whose complaint was withdrawn, or tells of the thing no more. Doing it twice changes nothing. Returns how many."""
    as_hub()
    with transaction.atomic(using=PROTECTION):
        as_hub(wall=PROTECTION)
        gone = {one.entry: one.complaint for one in without_ground(act.at) if one.entry}
        suspended = suspend_unfounded(list(gone), act=act) if gone else []
        if suspended:
            append("complaint.ground_gone", act, about=[gone[entry] for entry in suspended], wall=PROTECTION)
    return len(suspended)


def without_ground(at: datetime) -> list[Release]:
    """Of the signals in force that came of complaints, those whose complaint upholds them no more. What is still its source's present word is
    not opened again.
    """
    released = approved_since(at - LONGEST)
    far = how_far(released, at)
    running = [one for one in released if one.entry and far.get(one.entry) == "in_force"]
    records = [one.record for one in running]
    standing = still_stated(records) | still_stated(records, wall=PROTECTION)
    overtaken = [one for one in running if one.record not in standing]
    if not overtaken:
        return []
    found = complaints_since(at - LONGEST - LONGEST)
    return [one for one in overtaken if not upheld(found.get(one.complaint), one.left)]


def upheld(complaint: Complaint | None, left: Mapping[str, str]) -> bool:
    """Whether a complaint still stands and still tells of the thing."""
    if complaint is None or complaint.record.withdrawn:
        return False
    return told_in(complaint.values, left["kind"], left["thing"])
