"""`suar dead-letters`: what could not be delivered, and sending it again."""

from __future__ import annotations

import sys
from uuid import UUID

from suar.core.errors import Refusal
from suar.exchange.access.webhooks import Wanted, letters_for
from suar.exchange.actions.resend import resend
from suar.site.auth import system_act
from suar.site.sentences import say


def dead_letters(event: str | None, *, everything: bool) -> int:
    """List them; with an id send that one again, with `everything` all whose endpoint holds. Exit status 1 where that was refused."""
    act = system_act("dead-letters")
    if event or everything:
        try:
            sent = resend(act=act, event=UUID(event) if event else None)
        except (Refusal, ValueError) as error:
            print(say(getattr(error, "code", "not_found"), None, "en"), file=sys.stderr)
            return 1
        print(f"{sent:,} sent again")
        return 0
    found = letters_for(act, Wanted())
    for row in found["rows"]:
        died = f"{row['dead_at']:%Y-%m-%d %H:%M}Z"
        why = say(f"webhook_outcome.{row['reason']}", None, "en") + (f" ({row['status']})" if row["status"] else "")
        print(
            f"{row['event']}  {died}  {row['agency']}  {row['host']}  {row['type']}  {row['attempts']} attempts  {why}"
        )
    print(f"{found['all']:,} dead letters, {found['sendable']:,} of them to endpoints that hold")
    return 0
