"""The event classes that rooms publish, in one shape."""

from __future__ import annotations

from uuid import UUID

from suar.core.values import value


@value(kw_only=True)
class Happened:
    """What an agency may learn: that something of some classes changed for someone, never a value.

    `type` is `noun.past`; `giver` the agency whose datum it is; `thing` the record, screening or person; `subject` the human
    (None for things); `classes` the data classes changed; `effect` a coded outcome such as `accepted` or `returned`.
    """

    type: str
    giver: str
    thing: UUID
    subject: UUID | None = None
    classes: tuple[str, ...] = ()
    effect: str = ""
