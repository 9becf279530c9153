"""Kode wilayah of Kemendagri: province, kabupaten/kota, kecamatan, desa/kelurahan. DOMAIN B5."""

from __future__ import annotations

import re
from collections.abc import Container

from suar.core.errors import Read
from suar.core.identity.written import narrow

_LEVELS = re.compile("[0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{10}")


def read_region(text: str, regions: Container[str]) -> Read[str]:
    """The digits of a code written 35.73.01.1001 or 3573011001, of whatever level.

    Source: Kepmendagri 300.2.2-2430/2025 and its forerunners. Codes retire when regions split, so an unlisted one is
    a remark. Faults: region.form. Remarks: region.unlisted. Raises nothing.
    """
    digits = narrow(text).replace(".", "").replace(" ", "")
    if not _LEVELS.fullmatch(digits):
        return Read.fault("region.form", digits=len(digits))
    return Read(digits) if digits[:6] in regions else Read(digits).remark("region.unlisted", region=digits[:6])


def kabupaten_of(region: str) -> str:
    """The kabupaten or kota (4 digits) of a code; "" where it says less."""
    return region[:4] if len(region) >= 4 else ""
