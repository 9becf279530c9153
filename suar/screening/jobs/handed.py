"""Nothing that was handed over stays untold: where the program died between the two walls, the event is written after it."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from suar.agencies.access import as_hub
from suar.core.act import Act
from suar.exchange.queries import told_of
from suar.registers.actions.hand_over import tell_again
from suar.registers.queries.handed import HANDED_OVER, cases_since
from suar.screening.access.cases import OVER
from suar.vault.queries import PROTECTION

LOOKED_BACK = timedelta(days=2)
SETTLING = timedelta(seconds=30)  # an action that is just ending writes its own event


@transaction.atomic(durable=True)
def tell_owed(*, act: Act) -> int:
    """Write the event of every case that was handed over and has none. Doing it twice changes nothing. Returns how many."""
    as_hub()
    with transaction.atomic(using=PROTECTION):
        as_hub(wall=PROTECTION)
        found = [one for one in cases_since(act.at - LOOKED_BACK) if one.state not in OVER]
    owed = 0
    for one in found:
        at = one.told_at
        if at is not None and at < act.at - SETTLING and not told_of(HANDED_OVER, one.id, at):
            tell_again(one, at, act)
            owed += 1
    return owed
