"""An oracle: scores a query against a person of the register with the generator's own noise and word frequencies.

What no scorer can do better, on average, where this one has everything right: the likelihood that the noise made the
query of this person, over the likelihood that it is of a stranger, a sibling or a namesake, mixed over the strata as
`questions` mixes them. Steps that meet in one word are taken as independent, which is its own small error.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from math import inf, log2
from random import Random

from rapidfuzz.distance import OSA

from bench.match import words
from bench.match.noise import CHANCES, CUT_AT, TITLES, noisy_name, shortened, variants
from bench.match.people import FIRST_YEAR, HEAPED_JANUARY, KABUPATEN, KABUPATEN_OF, YEAR_OF, YEARS, Person
from bench.match.questions import SHIFTED_YEARS, SIBLING_PHONE, SIBLING_YEARS, STRANGERS, STRATA, outsider

SAMPLE = 30_000
#: How many different slips a word of middle length allows, and two numbers that agree by chance.
SLIPS, BY_CHANCE = 60, 1e-9
#: Words added or lost beyond what the steps say; nothing is impossible.
RARELY = 1e-3
#: In a changed identity a word is added, dropped or respelt about so often (questions.CHANGES, two of five).
ADDED, DROPPED, RESPELT = 0.45, 0.5, 0.5


class Oracle:
    """Knows the generator of one seed. Scores are log2 of odds."""

    def __init__(self, seed: int, people: int) -> None:
        draw = Random(f"oracle {seed}")
        names = [noisy_name(outsider(draw, seed).full_name, draw) for _ in range(SAMPLE)]
        seen = Counter(word for name in names for word in name.split())
        whole = sum(seen.values())
        self.frequency = {word: count / whole for word, count in seen.items() if count > 1}
        self.rare = 0.5 / whole
        self.people = people
        year, place = Counter(YEAR_OF), Counter(KABUPATEN_OF)
        self.year = {FIRST_YEAR + n: year[FIRST_YEAR + n] / words.PLACES for n in range(YEARS)}
        self.place = {name: place[n] / words.PLACES for n, name in enumerate(KABUPATEN)}

    def score(self, fields: dict[str, str], who: Person) -> float:
        shared = self.shared(fields, who)
        same = (
            STRATA["easy"] * self.nik(fields, who, "easy") * self.itself(fields, who, changed=False)
            + STRATA["medium"] * self.nik(fields, who, "medium") * self.itself(fields, who, changed=False)
            + STRATA["hard"] * self.nik(fields, who, "hard") * self.itself(fields, who, changed=True)
        ) * shared
        sibling = shared * self.sibling(fields, who)
        namesake = self.name(fields.get("full_name", ""), who.full_name, changed=False)
        other = 1 + (STRANGERS["sibling"] * sibling + STRANGERS["namesake"] * namesake) / self.people
        return log2(same / other / self.people) if same > 0 else -inf

    def itself(self, fields: dict[str, str], who: Person, *, changed: bool) -> float:
        """Name, birth date, sex and passport: what a sibling does not share."""
        ratio = self.name(fields.get("full_name", ""), who.full_name, changed=changed)
        ratio *= self.birth(fields.get("birth_date", ""), who.birth_date, changed=changed)
        if sex := fields.get("sex", ""):
            wrong = CHANCES["sex.wrong"] / (1 - CHANCES["sex.missing"])
            ratio *= 2 * (1 - wrong if sex == who.sex else wrong)
        if (passport := fields.get("passport_no", "")) and who.passport_no:
            ratio *= number_ratio(passport == who.passport_no, "passport", "renewed")
        moved = CHANCES["changed.moved"] if changed else CHANCES["region.moved"] / (1 - CHANCES["region.missing"])
        if region := fields.get("region_code", ""):
            ratio *= (1 - moved) / self.region(who.region_code) if region == who.region_code else moved
        return ratio

    def shared(self, fields: dict[str, str], who: Person) -> float:
        """Birth place, mother and address: what one household has in common."""
        ratio = 1.0
        if place := fields.get("birth_place", ""):
            other = CHANCES["place.other"] / (1 - CHANCES["place.missing"])
            alike = place == who.birth_place or OSA.distance(place, who.birth_place, score_cutoff=1) <= 1
            ratio *= (1 - other) / self.place[who.birth_place] if alike else other
        if mother := fields.get("mother_name", ""):
            other = CHANCES["mother.other"] / (1 - CHANCES["mother.missing"])
            ratio *= (1 - other) * self.name(mother, who.mother_name, changed=False) + other
        if address := fields.get("address", ""):
            ratio *= number_ratio(address in (who.address, shortened(who.address)), "address", "moved")
        if (phone := fields.get("phone", "")) and who.phone:
            ratio *= number_ratio(phone == who.phone, "phone", "other")
        return ratio

    def sibling(self, fields: dict[str, str], who: Person) -> float:
        """What a sibling's query has beside `shared`: another phone mostly, the region, a birth within some years."""
        ratio = 1 / self.region(who.region_code) if fields.get("region_code") == who.region_code else 0.3
        if fields.get("phone") and fields["phone"] == who.phone:
            ratio *= SIBLING_PHONE
        if date := fields.get("birth_date", ""):
            apart = abs(int(date[:4]) - int(who.birth_date[:4]))
            near = 1 / (2 * SIBLING_YEARS) if apart < SIBLING_YEARS else RARELY
            ratio *= near / self.year.get(int(date[:4]), 1 / YEARS)
        return ratio

    def nik(self, fields: dict[str, str], who: Person, kind: str) -> float:
        nik = fields.get("nik", "")
        if not nik:
            return CHANCES["nik.missing"] / (STRATA["medium"] * CHANCES["nik.missing"]) if kind == "medium" else 0.0
        by_chance = BY_CHANCE / 100
        slip = nik != who.nik and OSA.distance(nik, who.nik, score_cutoff=1) <= 1
        if kind == "easy":
            return 1 / by_chance if nik == who.nik else 0.0
        if kind == "hard":
            return 0.0 if nik == who.nik else 1.0
        if slip:
            return (CHANCES["nik.digit"] + CHANCES["nik.exchanged"]) / (15 * 9) / by_chance
        return RARELY / by_chance if nik == who.nik else CHANCES["nik.replaced"]

    def birth(self, seen: str, true: str, *, changed: bool) -> float:
        """Chance that the noise made this date of that one, over the chance of the date itself."""
        if not seen:
            return 1.0
        by_chance = self.year.get(int(seen[:4]), RARELY) * self.day(seen[5:])
        apart = abs(int(seen[:4]) - int(true[:4]))
        if changed:
            kept = CHANCES["changed.day_kept"]
            day = kept if seen[5:] == true[5:] else (1 - kept) * self.day(seen[5:])
            return day / (2 * SHIFTED_YEARS) / by_chance if 1 <= apart <= SHIFTED_YEARS else 0.0
        steps = ("swapped", "shifted", "heaped", "digit", "missing")
        chance = 1 - sum(CHANCES[f"birth.{step}"] for step in steps) if seen == true else 0.0
        if seen != true and seen[:4] == true[:4] and (seen[5:7], seen[8:]) == (true[8:], true[5:7]):
            chance += CHANCES["birth.swapped"]
        if seen[5:] == true[5:] and 1 <= apart <= 5:
            chance += CHANCES["birth.shifted"] / 10
        if seen[5:] == true[5:] and seen[:3] == true[:3]:
            chance += CHANCES["birth.digit"] / 10
        if seen[5:] == "01-01" and not apart:
            chance += CHANCES["birth.heaped"]
        return chance / (1 - CHANCES["birth.missing"]) / by_chance

    def day(self, month_day: str) -> float:
        return HEAPED_JANUARY / words.PLACES if month_day == "01-01" else 0.95 / 364

    def region(self, code: str) -> float:
        kabupaten = int(code[2:4]) - 1
        return self.place[KABUPATEN[kabupaten]] / (8 + kabupaten % 25)

    def name(self, seen: str, true: str, *, changed: bool) -> float:
        """Each word of the query beside the word of the person that likeliest became it; words lost and added besides."""
        if not seen or not true:
            return 1.0
        ratio, left = 1.0, true.split()
        dropped = DROPPED if changed else CHANCES["name.dropped"] / max(1, len(left))
        for word in plain(seen, true):
            chances = [(chance(word, whole, changed=changed), n, m) for n, m, whole in spans(left)]
            best, first, last = max(chances, default=(0.0, 0, 0))
            added = ADDED if changed else RARELY
            kept = best / self.frequency.get(word, self.rare)
            if kept > added:
                ratio *= kept
                del left[first:last]
            else:
                ratio *= added
        for number in range(len(left)):
            ratio *= dropped if number == 0 else RARELY
        return ratio


def number_ratio(same: bool, field: str, other: str) -> float:
    """Of a value that is as good as unique: the same, or another one."""
    changed = CHANCES[f"{field}.{other}"] / (1 - CHANCES[f"{field}.missing"])
    return (1 - changed) / BY_CHANCE if same else changed


def plain(seen: str, true: str) -> list[str]:
    """The words that stand for the name itself: without title, patronymic and a clerk's marks."""
    for title in TITLES:
        seen = seen.removeprefix(title)
    for particle in (" bin ", " binti "):
        seen = seen.split(particle)[0]
    spoken = [word for word in seen.split() if word != "FNU" or word in true]
    if len(spoken) == 2 and spoken[0] == spoken[1] and " " not in true:
        return spoken[:1]
    return spoken


def spans(left: list[str]) -> list[tuple[int, int, str]]:
    """Each word, and each two neighbours written as one."""
    one = [(n, n + 1, word) for n, word in enumerate(left)]
    return one + [(n, n + 2, left[n] + left[n + 1].lower()) for n in range(len(left) - 1)]


@lru_cache(maxsize=1 << 18)
def chance(seen: str, true: str, *, changed: bool) -> float:
    """That this word was written for that one."""
    respelt = RESPELT if changed else CHANCES["word.variant"]
    slip, ocr = CHANCES["name.slip"] / 2, CHANCES["name.ocr"] / 2
    if seen == true:
        return 1 - respelt - slip - ocr
    other = variants(true)
    if seen in other:
        return respelt / len(other)
    if len(seen) == 2 and seen == true[0] + ".":
        return CHANCES["name.initial"]
    if OSA.distance(seen.lower(), true.lower(), score_cutoff=1) <= 1:
        return (slip + ocr) / SLIPS
    if len(seen) > 2 and true.startswith(seen) and len(true) > len(seen):
        return CHANCES["name.cut"] / CUT_AT
    if any(OSA.distance(seen.lower(), word.lower(), score_cutoff=1) <= 1 for word in other):
        return respelt * (slip + ocr) / SLIPS / len(other)
    return ocr / SLIPS if OSA.distance(seen.lower(), true.lower(), score_cutoff=2) <= 2 else 0.0
