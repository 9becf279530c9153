"""The doors. Every act is checked here, and the database is told whose rows it may see (SECURITY 3.1, 3.6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from django.db import connections, transaction
from django.http import HttpRequest

from suar.agencies.models import Posting
from suar.agencies.queries.agreements import rows_given
from suar.core.act import Act
from suar.core.errors import Refusal
from suar.policies.access import DoorShut as DoorShut
from suar.policies.access import ReferenceMissing as ReferenceMissing
from suar.policies.access import check as check
from suar.policies.access import needs_reference as needs_reference
from suar.policies.access import open_doors as open_doors
from suar.policies.access import opens as opens
from suar.policies.queries import in_force, once_a_request
from suar.vault.queries import DEFAULT
from suar.vault.queries.prepared import prepared


class MakeAct(Protocol):
    """Makes the Act of whoever asks; refuses where nobody does, or where he holds no posting (`site/auth`)."""

    def __call__(self, *, purpose: str = "", reference: str = "", desk: str = "", scope: str = "") -> Act: ...


class Words(Protocol):
    """Says a code in both languages."""

    def __call__(self, code: str, params: Mapping[str, Any] | None = None) -> dict[str, str]: ...


class Request(HttpRequest):
    """A request as pages and APIs get it: `request.act(purpose=…, reference=…)` is the one way to an Act below the door."""

    act: MakeAct
    again: Callable[[], Act]  # who asks, asked anew: for an answer that lasts longer than a posting or a session may
    system: MakeAct  # the hub's own act, for doors that prove themselves otherwise, such as a signed push
    scopes: Callable[[], frozenset[str]]  # what a machine's token carries
    words: Words
    elapsed_ms: Callable[[], int]  # since the request came in
    desks_wait: Callable[
        [], bool
    ]  # whether those at the desks wait longer than they may, so that whoever can waits instead


class NotPosted(Refusal):
    """The officer holds no posting at this desk at this time."""

    code = "door.not_posted"
    status = 403


ENTER = "SELECT set_config('suar.may_read', %b, true), set_config('suar.agency', %b, true)"
ENTER_BY_KEYS = ENTER + ", set_config('plan_cache_mode', 'force_generic_plan', true)"


def enter(act: Act, door: str, *, wall: str = DEFAULT, by_keys: bool = False) -> None:
    """Check that `act` may open `door`, then tell the database whose rows this transaction may see. `by_keys`: all its statements find a few
    rows by indexes, so that plans made once serve every value.

    Refuses: DoorShut, ReferenceMissing. Asserts that it runs in a transaction, because what it tells the database ends with it.
    """
    if act.role != "system":
        check(act, door)
    assert connections[wall].in_atomic_block, "a door is opened for one transaction"
    prepared(ENTER_BY_KEYS if by_keys else ENTER, [may_read(act), act.agency], wall=wall)


def as_hub(*, wall: str = DEFAULT) -> None:
    """From here to its end this transaction sees everything, for what the hub derives from all that is known: a batch read, membership
    decided again after a judgement. Nothing read so is shown. Asserts that it runs in a transaction.
    """
    assert connections[wall].in_atomic_block, "a door is opened for one transaction"
    with connections[wall].cursor() as cursor:
        cursor.execute("SELECT set_config('suar.may_read', '*', true)")


def may_read(act: Act) -> str:
    """The agencies whose rows this act may see: its own, and the givers of agreements in force for its purpose."""
    if act.role == "system":
        return "*"
    return once_a_request(("may_read", act.agency, act.purpose, act.at), lambda: givers_and_own(act))


def givers_and_own(act: Act) -> str:
    return ",".join(sorted({act.agency, *rows_given(act.agency, act.purpose, act.at)}))


@transaction.atomic
def officer_at(act: Act) -> Posting:
    """The posting under which this officer acts now. Refuses: NotPosted."""
    posting = (
        Posting.objects.select_related("desk__office", "officer")
        .filter(officer_id=act.actor, desk_id=act.desk, role=act.role, from_at__lte=act.at, officer__is_active=True)
        .exclude(until_at__lte=act.at)
        .first()
    )
    if posting is None or posting.desk.office.agency_id != act.agency:
        raise NotPosted(desk=act.desk)
    return posting


def mask_of(act: Act) -> Mapping[str, Any]:
    """What of an answer this role sees; a role without a mask sees the least."""
    roles = in_force(act.at).tables["sharing/masks"]["roles"]
    least = {"evidence": False, "timeline": "lines", "matches": "masked"}
    return dict(roles.get(act.role, least))
