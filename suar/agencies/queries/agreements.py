"""What the agreements give: the one place that reads them, and has Cedar decide (decision 0042)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from suar.core.disclosure.decide import Disclosure
from suar.core.disclosure.rules import TABLES, Rules
from suar.core.disclosure.sharing import Classes, Sharing
from suar.policies.queries import Bundle, in_force, once_a_version
from suar.vault.queries.prepared import Question, prepared

VERSIONS_KEPT = 4  # one is in force; a test or a replay asks for a few

VERSION: Question = ("SELECT version FROM agencies_agreed", ())
# One statement, so that what is kept under a version is what that version says.
EVERY = """
SELECT v.version, a.giver_id, a.receiver_id, a.purposes, a.classes, a.fields, a.events, a.basis, a.from_at, a.until_at
FROM agencies_agreed v LEFT JOIN agencies_agreement a ON true ORDER BY a.giver_id, a.receiver_id, a.from_at, a.id
"""

_decided: dict[tuple[UUID, str], Disclosure] = {}


def disclosure(at: datetime) -> Disclosure:
    """What the agreements give, as they stand in the database at this moment, under the policy in force at `at`.

    The version is asked each time and every change of an agreement makes another, so nothing that was decided outlives what it was decided of;
    what ends by the clock alone, `Disclosure` sees by itself.
    """
    bundle = in_force(at)
    [(version,)] = prepared(*VERSION)
    known = _decided.get((version, bundle.sha256))
    return known or decided_anew(bundle)


def decided_anew(bundle: Bundle) -> Disclosure:
    version, agreements = every()
    if len(_decided) >= VERSIONS_KEPT:
        _decided.clear()
    made = _decided[version, bundle.sha256] = Disclosure(rules(bundle), agreements, classes(bundle))
    return made


def every() -> tuple[UUID, list[Sharing]]:
    """The version of the agreements, and all there are or were."""
    rows = prepared(EVERY)
    return rows[0][0], [
        Sharing(
            giver=row[1], receiver=row[2], purposes=frozenset(row[3]), classes=tuple(row[4]), fields=row[5], events=frozenset(row[6]),
            basis=row[7], from_at=row[8], until_at=row[9],
        )
        for row in rows
        if row[1] is not None
    ]  # fmt: skip


@once_a_version
def rules(bundle: Bundle) -> Rules:
    return Rules.read({name: bundle.tables[name]["cedar"] for name in TABLES})


def classes(bundle: Bundle) -> Classes:
    table: Classes = bundle.tables["sharing/classes"]["classes"]
    return table


def agreements_with(receiver: str, at: datetime) -> list[Sharing]:
    """Every agreement by which this agency receives, received or is to receive, to be shown; what it gives is asked of `disclosure`."""
    return [one for one in disclosure(at).agreements if one.receiver == receiver]


def event_types(at: datetime) -> list[str]:
    """Every type of event that an agreement in force names."""
    return sorted(disclosure(at).events(at))


def givers_of(kind: str, *, receiver: str, purpose: str, at: datetime) -> frozenset[str]:
    """Who gives this agency data of this kind for this purpose now."""
    return disclosure(at).givers(receiver, purpose, at, kind=kind)


def fields_agreed(kind: str, *, giver: str, receiver: str, purpose: str, at: datetime) -> frozenset[str]:
    """Which fields of a kind a giver gives this receiver for this purpose now, whatever tells of it."""
    return disclosure(at).fields(receiver, giver, kind, purpose, at)


def rows_given(receiver: str, purpose: str, at: datetime) -> Sequence[str]:
    """Whose rows this agency may see for this purpose besides its own."""
    return sorted(disclosure(at).givers(receiver, purpose, at))
