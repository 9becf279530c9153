"""The schemas of the events that agreements may name, as the table in force has them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from suar.core.cloudevents import Events, described, schema
from suar.core.errors import NotFound
from suar.policies.queries import in_force


def schema_at(type_: str, at: datetime) -> dict[str, Any]:
    """Refuses: NotFound for a type that no agreement may name."""
    told: Events = in_force(at).tables["sharing/events"]["told"]
    if type_ not in told:
        raise NotFound()
    return schema(type_, described(told[type_]))
