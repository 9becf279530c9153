"""Invented people and what two clerks make of them, with the truth beside: for measuring, and for tests of scale.

Written apart from the keys and the scorer: its spellings, slips and gaps are its own. Traps on purpose: siblings under one
roof, twins, and namesakes. `python -m tests.site.batch.noisy FOLDER PEOPLE [SEED]` writes left.csv, right.csv, truth.csv
and one.csv with people.csv; `… judge FOLDER PAIRS.csv` prints precision and recall.
"""

from __future__ import annotations

import csv
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

COLUMNS = (
    "id",
    "full_name",
    "nik",
    "sex",
    "birth_date",
    "birth_place",
    "mother_name",
    "passport_no",
    "phone",
    "address",
    "region_code",
)


def words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


MEN = words("""
    Muhammad Ahmad Agus Budi Slamet Wahyu Eko Dedi Andi Rizki Fajar Hendra Joko Bambang Yusuf Ibrahim Imam Arif Dwi Tri Bayu Ilham
    Rudi Herman Suparman Sutrisno Maman Asep Ujang Wayan Made Ketut Yohanes Petrus Markus Daniel Abdul Umar Ali Hasan Taufik
""")
WOMEN = words("""
    Siti Sri Dewi Nur Ani Rina Yuni Wati Lestari Fitri Ayu Indah Ratna Endang Sumiati Aminah Aisyah Fatimah Maria Yuliana Kartini
    Nining Euis Ning Komariah Rohani Marlina Tini Sulastri Wulan Putri Novi Eka Dian Rini Nurul Sari Rahma Khadijah Halimah
""")
FAMILY = words("""
    Hidayat Rahman Saputra Setiawan Santoso Wibowo Nugroho Kurniawan Susanto Gunawan Simanjuntak Sitompul Hutagalung Nasution
    Siregar Lubis Ginting Pratama Ramadhan Maulana Firmansyah Suryadi Wijaya Harahap Purba Tarigan Sembiring Rumbiak Manuputty
    Latuconsina Lamaholot Bere Nahak Seran Klau Mau Sudarma Suardana Artawan Widodo Hartono Mulyadi Supriyadi Sugiarto Kusuma
    Permana
""")
PLACES = ["Cianjur", "Indramayu", "Malang", "Blitar", "Kupang", "Belu", "Lombok Timur", "Medan", "Cilacap", "Banyuwangi", "Ponorogo", "Karawang",
          "Subang", "Cirebon", "Ende", "Sambas", "Nunukan", "Makassar", "Bone", "Tulungagung"]  # fmt: skip
STREETS = [
    "Mawar",
    "Melati",
    "Kenanga",
    "Merdeka",
    "Sudirman",
    "Diponegoro",
    "Kartini",
    "Ahmad_Yani",
    "Veteran",
    "Pahlawan",
    "Anggrek",
    "Dahlia",
]
ALIKE = [("Muhammad", "Moh."), ("Muhammad", "Mochamad"), ("Ahmad", "Achmad"), ("Yusuf", "Jusuf"), ("Rizki", "Risky"), ("Siti", "St."), ("Nur", "Noer"),
         ("Abdul Rahman", "Abdurrahman"), ("Sri Wahyuni", "Sriwahyuni"), ("Joko", "Djoko"), ("Budi", "Boedi"), ("Fitri", "Pitri")]  # fmt: skip
MONTHS = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
]


@dataclass(frozen=True)
class Someone:
    """One invented human."""

    number: int
    name: str
    nik: str
    sex: str
    born: date
    place: str
    mother: str
    passport: str
    phone: str
    address: str
    region: str


def people(count: int, draw: random.Random) -> Iterator[Someone]:
    """So many humans; every sixth is a sibling of the one before, some of them twins; every twelfth a namesake."""
    last: Someone | None = None
    for number in range(count):
        one = somebody(number, draw)
        if last and number % 6 == 5:
            one = sibling(one, last, draw)
        elif last and number % 12 == 7:
            one = replace(one, name=last.name, sex=last.sex)
            one = replace(one, nik=nik_of(one, draw))
        last = one
        yield one


def somebody(number: int, draw: random.Random) -> Someone:
    sex = draw.choice("12")
    known = MEN if sex == "1" else WOMEN
    given = draw.choices(known, weights=range(len(known), 0, -1), k=draw.choice((1, 1, 2)))
    words = [*given, *draw.sample(FAMILY, k=draw.choice((0, 1, 1, 1, 2)))]
    if number % 3 == 0:
        words.append(invented_word(draw))
    mother = f"{draw.choice(WOMEN)} {draw.choice((*FAMILY, invented_word(draw)))}"
    place = draw.choice(PLACES)
    region = f"99{PLACES.index(place) % 100:02}{draw.randrange(1, 30):02}"
    born = date(1955, 1, 1) + timedelta(days=draw.randrange(50 * 365))
    street = f"Jl. {draw.choice(STREETS).replace('_', ' ')} No {draw.randrange(1, 200)} RT {draw.randrange(1, 9):02} RW {draw.randrange(1, 9):02}"
    passport = f"{draw.choice('ABCEX')}{draw.randrange(10**6, 10**7)}" if draw.random() < 0.3 else ""
    one = Someone(
        number,
        " ".join(words),
        "",
        sex,
        born,
        place,
        mother,
        passport,
        f"+628{draw.randrange(10**8, 10**10)}",
        street,
        region,
    )
    return replace(one, nik=nik_of(one, draw))


def invented_word(draw: random.Random) -> str:
    return "".join(
        draw.choice(("ba", "ra", "wi", "to", "su", "man", "di", "ka", "lo", "yan", "sih", "ti")) for _ in range(3)
    ).capitalize()


def nik_of(one: Someone, draw: random.Random) -> str:
    day = one.born.day + (40 if one.sex == "2" else 0)
    return f"{one.region}{day:02}{one.born:%m%y}{draw.randrange(1, 9999):04}"


def sibling(one: Someone, other: Someone, draw: random.Random) -> Someone:
    born = other.born if draw.random() < 0.1 else other.born + timedelta(days=draw.randrange(400, 3000))
    family = other.name.split()[-1]
    name = f"{one.name.split()[0]} {family}"
    shared = replace(
        one, name=name, born=born, mother=other.mother, place=other.place, address=other.address, region=other.region
    )
    return replace(shared, phone=other.phone if draw.random() < 0.5 else one.phone, nik=nik_of(replace(shared), draw))


def written(one: Someone, id_: str, draw: random.Random, *, noise: float) -> dict[str, str]:
    """One clerk's record: gaps, slips, other spellings. `noise` 1 is a bad register."""

    def happens(share: float) -> bool:
        return draw.random() < share * noise

    born, nik = one.born, one.nik
    if happens(0.03) and born.day <= 12:
        born = born.replace(month=born.day, day=born.month)
    elif happens(0.04):
        born = born.replace(year=born.year + draw.choice((-1, 1, -10, 10)), day=min(born.day, 28))
    elif happens(0.02):
        born = born.replace(month=1, day=1)
    if happens(0.05):
        at = draw.randrange(16)
        nik = nik[:at] + str((int(nik[at]) + draw.randrange(1, 9)) % 10) + nik[at + 1 :]
    return {
        "id": id_, "full_name": name_as_written(one.name, draw, noise), "nik": "" if happens(0.35) else nik, "sex": "" if happens(0.1) else one.sex,
        "birth_date": "" if happens(0.06) else date_as_written(born, draw, noise),
        "birth_place": "" if happens(0.15) else slipped(one.place, draw, 0.05 * noise),
        "mother_name": "" if happens(0.4) else name_as_written(one.mother, draw, noise), "passport_no": "" if happens(0.3) else one.passport,
        "phone": "" if happens(0.3) else phone_as_written(one.phone if not happens(0.25) else f"+628{draw.randrange(10**8, 10**10)}", draw),
        "address": "" if happens(0.2) else one.address if not happens(0.25) else f"Dusun {invented_word(draw)} RT 01",
        "region_code": "" if happens(0.2) else one.region if not happens(0.1) else f"99{draw.randrange(20):02}{draw.randrange(1, 30):02}",
    }  # fmt: skip


def name_as_written(name: str, draw: random.Random, noise: float) -> str:
    for modern, other in ALIKE:
        if modern in name and draw.random() < 0.25 * noise:
            name = name.replace(modern, other)
    words = name.split()
    if len(words) > 2 and draw.random() < 0.08 * noise:
        words.pop(draw.randrange(1, len(words)))
    if len(words) > 1 and draw.random() < 0.05 * noise:
        words = [*words[1:], words[0]]
    words = [slipped(word, draw, 0.05 * noise) for word in words]
    text = " ".join(words)
    return text.upper() if draw.random() < 0.5 else text


def slipped(word: str, draw: random.Random, share: float) -> str:
    if len(word) < 4 or draw.random() >= share:
        return word
    at = draw.randrange(1, len(word) - 1)
    return draw.choice((word[:at] + word[at + 1 :], word[:at] + word[at] + word[at:], word[:at] + draw.choice("aeiounrst") + word[at + 1 :],
                        word[:at] + word[at + 1] + word[at] + word[at + 2 :]))  # fmt: skip


def date_as_written(born: date, draw: random.Random, noise: float) -> str:
    if draw.random() > 0.4 * noise:
        return born.isoformat()
    return draw.choice((f"{born:%d/%m/%Y}", f"{born:%d-%m-%Y}", f"{born.day} {MONTHS[born.month - 1]} {born.year}"))


def phone_as_written(phone: str, draw: random.Random) -> str:
    return draw.choice((phone, "0" + phone[3:], phone[1:]))


def save(path: Path, columns: tuple[str, ...], rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def make(folder: Path, count: int, seed: int = 1, *, noise: float = 1.0) -> None:
    """Two files that share two thirds of their people, some twice; and one file of everything, with its truth."""
    draw = random.Random(seed)
    left: list[dict[str, str]] = []
    right: list[dict[str, str]] = []
    who: dict[str, int] = {}
    for one in people(count, draw):
        for side, rows, share in (("L", left, 0.8), ("R", right, 0.8)):
            for copy in range(2 if draw.random() < 0.05 else 1):
                if draw.random() < share:
                    row = written(one, f"{side}{one.number}-{copy}", draw, noise=noise)
                    who[row["id"]] = one.number
                    rows.append(row)
    draw.shuffle(right)
    save(folder / "left.csv", COLUMNS, left)
    save(folder / "right.csv", COLUMNS, right)
    of_left: dict[int, list[str]] = {}
    for row in left:
        of_left.setdefault(who[row["id"]], []).append(row["id"])
    truth = [{"left_id": a, "right_id": row["id"]} for row in right for a in of_left.get(who[row["id"]], ())]
    save(folder / "truth.csv", ("left_id", "right_id"), truth)
    save(folder / "one.csv", COLUMNS, left + right)
    save(folder / "people.csv", ("id", "human"), [{"id": id_, "human": str(human)} for id_, human in who.items()])


def judged_pairs(folder: Path, pairs: Path, at_least: float) -> tuple[float, float]:
    """Precision and recall of the pairs written with this probability or more."""
    with (folder / "truth.csv").open(newline="") as file:
        truth = {(row["left_id"], row["right_id"]) for row in csv.DictReader(file)}
    with pairs.open(newline="") as file:
        said = {
            (row["left_id"], row["right_id"]) for row in csv.DictReader(file) if float(row["probability"]) >= at_least
        }
    return len(said & truth) / max(1, len(said)), len(said & truth) / max(1, len(truth))


def judged_persons(folder: Path, persons: Path) -> tuple[float, float]:
    """Precision and recall over pairs of records that are one person."""
    with (folder / "people.csv").open(newline="") as file:
        human = {row["id"]: row["human"] for row in csv.DictReader(file)}
    with persons.open(newline="") as file:
        person = {row["id"]: row["person"] for row in csv.DictReader(file)}

    def pairs(of: dict[str, str]) -> int:
        sizes: dict[str, int] = {}
        for key in of.values():
            sizes[key] = sizes.get(key, 0) + 1
        return sum(size * (size - 1) // 2 for size in sizes.values())

    both: dict[tuple[str, str], int] = {}
    for id_, one in person.items():
        both[one, human[id_]] = both.get((one, human[id_]), 0) + 1
    right = sum(size * (size - 1) // 2 for size in both.values())
    return right / max(1, pairs(person)), right / max(1, pairs(human))


def reliability(folder: Path, pairs: Path) -> Iterator[tuple[str, int, float, float]]:
    """Bands of stated probability: how many pairs, what they state on average, how many were true."""
    with (folder / "truth.csv").open(newline="") as file:
        truth = {(row["left_id"], row["right_id"]) for row in csv.DictReader(file)}
    with pairs.open(newline="") as file:
        said = [(float(row["probability"]), (row["left_id"], row["right_id"]) in truth) for row in csv.DictReader(file)]
    for low, high in ((0.1, 0.3), (0.3, 0.5), (0.5, 0.7), (0.7, 0.9), (0.9, 0.99), (0.99, 1.01)):
        band = [one for one in said if low <= one[0] < high]
        if band:
            yield f"{low}-{high}", len(band), sum(p for p, _ in band) / len(band), sum(t for _, t in band) / len(band)


if __name__ == "__main__":
    if sys.argv[1] == "judge":
        for least in (0.1, 0.3, 0.5, 0.7, 0.9, 0.95, 0.99):
            precision, recall = judged_pairs(Path(sys.argv[2]), Path(sys.argv[3]), least)
            f1 = 2 * precision * recall / max(1e-9, precision + recall)
            print(f"from {least:.2f}: precision {precision:.4f}  recall {recall:.4f}  F1 {f1:.4f}")
        for band, count, stated, true in reliability(Path(sys.argv[2]), Path(sys.argv[3])):
            print(f"stated {band:>9}: {count:>7,} pairs, stated {stated:.3f}, true {true:.3f}")
    elif sys.argv[1] == "persons":
        print("persons: precision {:.4f}  recall {:.4f}".format(*judged_persons(Path(sys.argv[2]), Path(sys.argv[3]))))
    else:
        make(Path(sys.argv[1]), int(sys.argv[2]), int((*sys.argv, "1")[3]))
