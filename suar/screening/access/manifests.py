"""Pre-lists: the manifests of an office with their progress, and one short list under its cap. Nobody is opened by either."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from suar.agencies.access import enter
from suar.agencies.queries import officer_names
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.errors import NotFound
from suar.screening.access import MOST_ROWS
from suar.screening.access.refusals import office_of
from suar.screening.queries.deciding import work_at
from suar.screening.queries.manifests import Listed, Manifest, faulty_rows, manifest, manifests_at, short_list

KEPT = timedelta(days=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortList:
    """What officers look at of one flight; `left_out` is how many the cap kept away, all of a lower score than those shown."""

    manifest: Manifest
    rows: list[Listed]
    left_out: int
    cap: int
    faulty: list[tuple[int, str]]
    names: dict[UUID, str]


@transaction.atomic
def manifests_for(act: Act) -> list[Manifest]:
    enter(act, "screening.prelist")
    return manifests_at(office_of(act), act.at - KEPT, MOST_ROWS)


def manifest_at(act: Act, id_: UUID) -> Manifest:
    """One manifest of this agency, at a page of this office. In the caller's transaction. Refuses: NotFound alike."""
    enter(act, "screening.prelist")
    found = manifest(id_)
    if found is None or found.agency != act.agency or (act.role != "machine" and found.office != office_of(act)):
        raise NotFound()
    return found


@transaction.atomic
def short_list_for(act: Act, id_: UUID) -> ShortList:
    """The short list of one flight, as far as it is; the cap of the policy bites by score alone."""
    found = manifest_at(act, id_)
    policy = work_at(act.at).file.prelist
    rows = short_list(id_, [one.value for one in policy.advices])
    shown = rows[: policy.cap_per_flight]
    append("prelist.seen", act, about=[id_, *(row.screening for row in shown)])
    return ShortList(
        manifest=found, rows=shown, left_out=len(rows) - len(shown), cap=policy.cap_per_flight, faulty=faulty_rows(id_),
        names=officer_names([row.by for row in rows if row.by]),
    )  # fmt: skip
