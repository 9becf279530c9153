"""However a phone, an account, a P3MI or a route is typed, it is known under one form."""

from __future__ import annotations

import pytest

from suar.core.registers.things import READERS, read_thing


@pytest.mark.parametrize(
    ("kind", "typed", "form"),
    [
        ("phone", "0812-0000-0001", "+6281200000001"),
        ("phone", "+62 812 0000 0001", "+6281200000001"),
        ("account", "123-456-7890", "1234567890"),
        ("p3mi", "PT. Mercu  Suar,  Tbk", "pt mercu suar tbk"),
        ("address", "Jl. Dermaga No.7", "jl dermaga no 7"),
        ("route", "mlg > dxb", "MLG > DXB"),
        ("route", "MLG-SIN-DXB", "MLG > SIN > DXB"),
    ],
)
def test_it_has_one_form(kind: str, typed: str, form: str) -> None:
    read = read_thing(kind, typed)
    assert read.get() == form and read_thing(kind, form).get() == form


@pytest.mark.parametrize(
    ("kind", "typed", "fault"),
    [
        ("person", "Sari", "thing.kind"),
        ("account", "12x4567", "thing.account"),
        ("route", "DXB", "thing.route"),
        ("p3mi", " .,", "thing.empty"),
    ],
)
def test_what_cannot_be_read_is_said(kind: str, typed: str, fault: str) -> None:
    assert [one.code for one in read_thing(kind, typed).faults] == [fault]


@pytest.mark.parametrize("kind", READERS)
def test_nothing_is_no_thing(kind: str) -> None:
    assert read_thing(kind, "").faults
