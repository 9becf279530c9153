"""A nomination from request to effect, as the tests need it: Gita of the police asks, Sinta of KP2MI agrees."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from suar.agencies.access import as_hub as enter_as_hub
from suar.core.registers.law import ActKind
from suar.registers.actions.request import Asked, request
from suar.registers.actions.rule import look, rule
from suar.registers.queries.native import acts_of
from suar.registers.queries.pending import Pending, one_pending
from suar.vault.queries import derived_id
from tests import cast
from tests.arrivals import arrive

FACTS = "Saksi dalam penyidikan perekrutan; surat panggilan dua kali tidak dipenuhi."
SARI_KNOWN = {name: cast.SARI[name] for name in ("full_name", "birth_date", "sex", "passport_no", "nik")}


def sari() -> UUID:
    """Sari as Immigration knows her, by passport and NIK; the police may read of her to keep registers. Returns her subject."""
    cast.agree("imigrasi", "polri", ["register_keeping"])
    cast.agree("polri", "imigrasi", ["departure_screening", "passport_application", "register_keeping"])
    arrive(
        "simkim",
        "passport",
        [{"id": "p-1", "who": "sari", **SARI_KNOWN, "issued_on": "2024-01-05", "status": "active"}],
    )
    return derived_id("simkim", "sari")


def ban(subject: UUID, **more: Any) -> Asked:
    told: dict[str, Any] = {
        "act": ActKind.ADD, "kind": "exit_ban", "subject": subject, "reason": "investigation", "text": FACTS,
        "recommendation": "Mohon disetujui.", "decision_no": "R/12/XI/2026", "document": ("surat.pdf", b"%PDF-1.7 invented"),
    }  # fmt: skip
    return Asked(**(told | more))


def on(entry: UUID, act: ActKind, **more: Any) -> Asked:
    told: dict[str, Any] = {"act": act, "entry": entry, "reason": "new_facts", "text": FACTS}
    return Asked(**(told | more))


def asked(what: Asked, seat: cast.Seat = cast.GITA, *, at: datetime = cast.NOON) -> UUID:
    """Ask, with everybody who could agree posted already."""
    for other in (cast.SINTA, cast.BAYU, cast.ARIF):
        cast.seated(other)
    return request(what, act=cast.act(seat, at=at, reference="R/12/XI/2026"))


@contextmanager
def as_hub() -> Iterator[None]:
    """Reading what no agency owns alone."""
    with transaction.atomic():
        enter_as_hub()
        yield


def pending(id_: UUID) -> Pending:
    with as_hub():
        one = one_pending(id_)
    assert one
    return one


def drawn_of(id_: UUID) -> cast.Seat:
    return cast.seat_of(pending(id_).drawn, (cast.SINTA, cast.BAYU, cast.ARIF))


def agreed(id_: UUID, *, at: datetime | None = None, seat: cast.Seat | None = None, agrees: bool = True) -> str:
    """Whoever was drawn looks at the evidence and agrees, a minute later."""
    seat = seat or drawn_of(id_)
    act = cast.act(seat, at=at or cast.NOON + timedelta(minutes=1), reference=str(id_))
    look(id_, act=act)
    return rule(id_, agrees, "Bukti sudah diperiksa.", act=act)


def entry_of(id_: UUID) -> UUID:
    return pending(id_).entry


def banned(subject: UUID, *, at: datetime = cast.NOON, **more: Any) -> UUID:
    """An exit ban in force on this subject; returns the entry."""
    id_ = asked(ban(subject, **more), at=at)
    agreed(id_, at=at + timedelta(minutes=1))
    return entry_of(id_)


def newest(entry: UUID) -> Any:
    with as_hub():
        return acts_of([entry])[entry][-1]


def day(text: str) -> date:
    return date.fromisoformat(text)
