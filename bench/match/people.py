"""The benchmark's people: person i is a pure function of (seed, i), so registers of 100 k, 1 M and 10 M are nested.

All invented, NIKs under region 99. Each draw is a 16-bit piece of a keyed hash of the number; a quarter of the people
share mother, address and kecamatan with another, as siblings do. Two people in a million share a NIK by chance; double
NIKs exist (DOMAIN A4). Nothing here is read from the sandbox.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from hashlib import blake2b
from struct import unpack
from typing import NamedTuple

from bench.match import words as w


class Person(NamedTuple):
    """One human in the columns of the standard's person file. `number` is his id."""

    number: int
    full_name: str
    nik: str
    sex: str
    birth_date: str
    birth_place: str
    mother_name: str
    passport_no: str
    phone: str
    address: str
    region_code: str


#: One slot of a name: a table, and whether the household draws it (a clan) or the person.
Slot = tuple[tuple[str, ...], bool]
Pattern = tuple[Slot, ...]


def own(*tables: tuple[str, ...]) -> Pattern:
    return tuple((table, False) for table in tables)


def clan(table: tuple[str, ...]) -> Pattern:
    return ((table, True),)


class Tradition(NamedTuple):
    """How often a name has which shape, in percent, for men and women."""

    share: int
    men: tuple[tuple[int, Pattern], ...]
    women: tuple[tuple[int, Pattern], ...]


M, F = w.JAVA_M, w.JAVA_F
TRADITIONS = (
    Tradition(
        34,
        (
            (38, own(M)), (36, own(M, M)), (12, own(M, M, M)), (9, own(w.MUHAMMAD, M)), (3, own(w.AHMAD, M)), (2, own(w.NUR, M)),
        ),
        ((34, own(F)), (47, own(F, F)), (14, own(F, F, F)), (2, own(w.SITI, F)), (3, own(w.NUR, F))),
    ),
    Tradition(
        22,
        (
            (12, own(w.ISLAM_M)), (28, own(w.ISLAM_M, w.ISLAM_M)), (34, own(w.MUHAMMAD, w.ISLAM_M)), (10, own(w.AHMAD, w.ISLAM_M)),
            (8, own(w.ABDUL, w.ISLAM_M)), (8, own(w.MUHAMMAD, w.ISLAM_M, w.ISLAM_M)),
        ),
        (
            (22, own(w.ISLAM_F)), (46, own(w.ISLAM_F, w.ISLAM_F)), (7, own(w.SITI, w.ISLAM_F)), (14, own(w.NUR, w.ISLAM_F)),
            (11, own(w.ISLAM_F, w.ISLAM_F, w.ISLAM_F)),
        ),
    ),
    Tradition(
        13,
        ((30, own(w.SUNDA_M)), (50, own(w.SUNDA_M, w.SUNDA_M)), (14, own(w.MUHAMMAD, w.SUNDA_M)), (6, own(w.SUNDA_M, w.ISLAM_M))),
        ((34, own(w.SUNDA_F)), (56, own(w.SUNDA_F, w.SUNDA_F)), (4, own(w.SITI, w.SUNDA_F)), (6, own(w.SUNDA_F, w.ISLAM_F))),
    ),
    Tradition(
        11,
        (
            (10, own(w.MODERN_M)), (44, own(w.MODERN_M, w.MODERN_M)), (22, own(w.MODERN_M, w.MODERN_M, w.MODERN_M)),
            (24, own(w.MUHAMMAD, w.MODERN_M, w.MODERN_M)),
        ),
        ((10, own(w.MODERN_F)), (50, own(w.MODERN_F, w.MODERN_F)), (34, own(w.MODERN_F, w.MODERN_F, w.MODERN_F)), (6, own(w.NUR, w.MODERN_F))),
    ),
    Tradition(
        5,
        ((70, own(w.BATAK_M) + clan(w.MARGA)), (20, own(w.BATAK_M, w.BATAK_M) + clan(w.MARGA)), (10, own(w.BATAK_M))),
        ((70, own(w.BATAK_F) + clan(w.MARGA)), (20, own(w.BATAK_F, w.BATAK_F) + clan(w.MARGA)), (10, own(w.BATAK_F))),
    ),
    Tradition(
        3,
        ((75, own(w.NTT_M) + clan(w.FAM)), (25, own(w.NTT_M, w.NTT_M) + clan(w.FAM))),
        ((75, own(w.NTT_F) + clan(w.FAM)), (25, own(w.NTT_F, w.NTT_F) + clan(w.FAM))),
    ),
    Tradition(
        3,
        ((60, own(("I",) * w.PLACES, w.BALI_ORDER, w.BALI_M)), (30, own(w.BALI_ORDER, w.BALI_M)), (10, own(w.BALI_ORDER, w.BALI_M, w.BALI_M))),
        ((60, own(("Ni",) * w.PLACES, w.BALI_ORDER, w.BALI_F)), (30, own(w.BALI_ORDER, w.BALI_F)), (10, own(w.BALI_ORDER, w.BALI_F, w.BALI_F))),
    ),
    Tradition(
        4,
        ((80, own(w.HAN_M) + clan(w.HAN_LAST)), (20, own(w.HAN_M, w.HAN_M) + clan(w.HAN_LAST))),
        ((80, own(w.HAN_F) + clan(w.HAN_LAST)), (20, own(w.HAN_F, w.HAN_F) + clan(w.HAN_LAST))),
    ),
    Tradition(
        5,
        ((22, own(w.BUGIS_M)), (50, own(w.BUGIS_M, w.BUGIS_M)), (20, own(w.MUHAMMAD, w.BUGIS_M)), (8, own(w.BUGIS_M, w.ISLAM_M))),
        ((22, own(w.BUGIS_F)), (63, own(w.BUGIS_F, w.BUGIS_F)), (7, own(w.SITI, w.BUGIS_F)), (8, own(w.BUGIS_F, w.ISLAM_F))),
    ),
)  # fmt: skip
del M, F

#: Shares in 65,536ths.
PASSPORT, PHONE, SIBLING, HEAPED_JANUARY, HEAPED_DECEMBER = 19_661, 52_429, 21_845, 2_621, 655
BORN_AT_HOME, NIK_OF_HERE = 45_875, 54_395
FIRST_YEAR, YEARS = 1950, 58  # born 1950 to 2007
DAYS = tuple(f"{(datetime.date(2001, 1, 1) + datetime.timedelta(n)):%m-%d}" for n in range(365))
KABUPATEN = (
    (
        "Cilacap Banyumas Indramayu Cirebon Malang Blitar Tulungagung Ponorogo Madiun Kediri Lumajang Jember Banyuwangi Sukabumi "
        "Cianjur Karawang Subang Tegal Brebes Pemalang Pekalongan Kendal Batang Kebumen Purworejo Wonosobo Magelang Boyolali Klaten "
        "Sragen Grobogan Blora Rembang Pati Kudus Jepara Demak Semarang Garut Tasikmalaya Ciamis Kuningan Majalengka Sumedang Bandung "
        "Bogor Serang Pandeglang Lebak Tangerang Lombok_Timur Lombok_Tengah Sumbawa Dompu Bima Mataram Denpasar Buleleng Karangasem "
        "Kupang Belu Malaka Ende Sikka Flores_Timur Makassar Bone Gowa Wajo Sinjai Bulukumba Medan Deli_Serdang Langkat Asahan Simalungun "
        "Toba Padang Palembang Lampung_Timur Lampung_Tengah Tanggamus Metro Jambi Bengkulu Pekanbaru Batam Pontianak Sambas Singkawang "
        "Banjarmasin Samarinda Nunukan Manado Ambon Ternate Gorontalo Palu Kendari"
    )
    .replace("_", "\x00")
    .split()
)
KABUPATEN = [name.replace("\x00", " ") for name in KABUPATEN]
ROADS = w.listed(
    "Melati Mawar Kenanga Merdeka Diponegoro Sudirman Pahlawan Kartini Gajah_Mada Raya_Pasar Pemuda Cempaka Anggrek Flamboyan "
    "Masjid Sekolah Kebon Sawah Pesantren Veteran Ahmad_Yani Imam_Bonjol Dahlia Teratai Rajawali Garuda Kutilang Mangga Rambutan"
)
VILLAGES_A = w.listed("Suka Karang Sumber Mekar Tanjung Kali Wono Banjar Jati Marga Sido Pasir")
VILLAGES_B = w.listed("maju sari jaya rejo harjo mulya agung wangi asri tani makmur raya indah baru dadi")
OPERATORS = w.listed("811 812 813 821 822 823 852 853 857 858 877 878 881 895 896 838")
TRADITION_OF = tuple(n for n, t in enumerate(TRADITIONS) for _ in range(w.PLACES * t.share // 100))
TRADITION_OF += (0,) * (w.PLACES - len(TRADITION_OF))
#: People are uneven over kabupaten: square of a uniform draw. So are the young and the old: older years hold fewer.
KABUPATEN_OF = tuple(int((n / w.PLACES) ** 1.6 * len(KABUPATEN)) for n in range(w.PLACES))
YEAR_OF = tuple(FIRST_YEAR + YEARS - 1 - int((n / w.PLACES) ** 1.3 * YEARS) for n in range(w.PLACES))


def shapes(rows: tuple[tuple[int, Pattern], ...]) -> tuple[Pattern, ...]:
    """100 places, one for each percent."""
    filled = tuple(pattern for percent, pattern in rows for _ in range(percent))
    assert len(filled) == 100, len(filled)
    return filled


SHAPES = tuple((shapes(t.men), shapes(t.women)) for t in TRADITIONS)


def key(seed: int, purpose: str) -> bytes:
    return f"{purpose} {seed}".encode()


def draws(number: int, key: bytes) -> tuple[int, ...]:
    """32 draws of 16 bits."""
    return unpack("<32H", blake2b(number.to_bytes(8, "little"), digest_size=64, key=key).digest())


def person(seed: int, number: int) -> Person:
    own = draws(number, key(seed, "own"))
    shared = own[0] < SIBLING
    house = draws(number - number % 4 if shared else number, key(seed, "house"))
    tradition, kabupaten = TRADITION_OF[house[0]], KABUPATEN_OF[house[1]]
    region = f"99{kabupaten + 1:02}{house[2] % (8 + kabupaten % 25) + 1:02}"
    woman = own[1] & 1
    name = named(SHAPES[tradition][woman][own[2] % 100], own, house)
    mother = named(SHAPES[tradition][1][house[3] % 100], house[3:], house[10:])
    year, day = YEAR_OF[own[10]], DAYS[own[11] % 365]
    if own[12] < HEAPED_JANUARY:
        day = "01-01"
    elif own[12] > w.PLACES - HEAPED_DECEMBER:
        day = "12-31"
    first = region if own[13] < NIK_OF_HERE else f"99{KABUPATEN_OF[own[14]] + 1:02}{own[15] % 20 + 1:02}"
    born_in = kabupaten if own[16] < BORN_AT_HOME else KABUPATEN_OF[own[17]]
    return Person(
        number,
        name,
        nik_of(first, f"{year}-{day}", woman, own[18] % 9999 + 1),
        "2" if woman else "1",
        f"{year}-{day}",
        KABUPATEN[born_in],
        mother,
        passport_of(number) if own[19] < PASSPORT else "",
        phone_of(own[24:]) if own[23] < PHONE else "",
        address_of(house[20:], kabupaten),
        region,
    )


def named(pattern: Pattern, own: tuple[int, ...], house: tuple[int, ...]) -> str:
    return " ".join([table[house[16 + n] if shared else own[3 + n]] for n, (table, shared) in enumerate(pattern)])


def nik_of(region: str, birth_date: str, woman: int, serial: int) -> str:
    """RRRRRR DDMMYY NNNN, 40 added to the day of a woman (PP 37/2007 art. 37)."""
    day = int(birth_date[8:]) + (40 if woman else 0)
    return f"{region}{day:02}{birth_date[5:7]}{birth_date[2:4]}{serial:04}"


def passport_of(number: int) -> str:
    """One letter and seven digits (DOMAIN B3), each number once: a stride without common divisor walks through all."""
    letter, digits = divmod(number * 77_921_653 % 260_000_000, 10_000_000)
    return f"{chr(65 + letter)}{digits:07}"


def phone_of(draw: tuple[int, ...]) -> str:
    return f"+62{OPERATORS[draw[0] % 16]}{(draw[1] << 16 | draw[2]) % 100_000_000:08}"


def address_of(draw: tuple[int, ...], kabupaten: int) -> str:
    village = VILLAGES_A[draw[0] % 12] + VILLAGES_B[draw[1] % 15]
    road = ROADS[draw[2] % len(ROADS)]
    return f"Jl. {road} No. {draw[3] % 180 + 1} RT {draw[4] % 12 + 1:03} RW {draw[5] % 9 + 1:03} {village}, {KABUPATEN[kabupaten]}"


def people(seed: int, first: int, last: int) -> Iterator[Person]:
    """Persons `first` to `last` - 1."""
    for number in range(first, last):
        yield person(seed, number)
