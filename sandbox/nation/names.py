"""Personal names by regional custom, and the other ways in which the same name is written.

Token counts in `tables/tokens.csv` are restated from the gender corpus of the Python package `frasa` 0.1.58 (MIT; where
its counts come from is not stated). Customs follow Permendagri 73/2022 and what is commonly described of each region.
Nobody is meant: first and last words are drawn independently.
"""

from __future__ import annotations

from random import Random

from sandbox.nation.places import Weighted, table


def words_of(name: str, sex: int = 0) -> list[str]:
    """A list of `tables/words.csv`."""
    return [row["word"] for row in table("words.csv") if row["list"] == name and row["sex"] == str(sex)]


def pairs_of(name: str) -> list[tuple[str, str]]:
    return [(first, second) for first, _, second in (word.partition("/") for word in words_of(name))]


MARGA, SUKU, FAM, HADRAMI = (words_of(name) for name in ("marga", "suku", "fam", "hadrami"))
CHINESE, CHINESE_GIVEN = pairs_of("chinese_surname"), words_of("chinese_given")
CHINESE_MODERN, SUNDANESE, BALI_CASTE, BALI_LAST, NOBLE = (
    {sex: words_of(name, sex) for sex in (1, 2)}
    for name in ("chinese_modern", "sundanese", "bali_caste", "bali_last", "noble")
)
MUHAMMAD, TITLES, SPELLINGS = words_of("muhammad"), pairs_of("title"), pairs_of("spelling")
JAVA_FIRST, ISLAM_FIRST = words_of("java_first"), words_of("islam_first")
JAVA_LAST, ISLAM_LAST = ({sex: words_of(name, sex) for sex in (1, 2)} for name in ("java_last", "islam_last"))
#: Few tokens stand for a language's many, so counts are flattened until about as many share a full name as in the
#: corpus of 970,259 names (DOMAIN C: 42 %); a guess that is checked by counting.
FLATTEN = 0.6
NEVER_ALONE = frozenset(
    ["Nur", "Noor", "Nor", "Siti", "Putri", "Dwi", "Tri", "Eka", "Sri", "Abdul", "Abd", "Dewi", "Ayu"]
)
BALI_ORDER = {
    1: (["Wayan", "Putu", "Gede"], ["Made", "Kadek", "Nengah"], ["Nyoman", "Komang"], ["Ketut"]),
    2: (["Wayan", "Putu", "Iluh"], ["Made", "Kadek", "Nengah"], ["Nyoman", "Komang"], ["Ketut"]),
}
VAN_OPHUIJSEN = (("sy", "sj"), ("ny", "nj"), ("kh", "ch"), ("y", "j"), ("j", "dj"), ("c", "tj"), ("u", "oe"))


class Names:
    """Makes names. Chance comes in with each call, so that the same draw gives the same name."""

    def __init__(self) -> None:
        pools: dict[tuple[str, int], list[tuple[str, float]]] = {}
        for row in table("tokens.csv"):
            women, men = int(row["women"]), int(row["men"])
            word = row["token"].capitalize()
            for sex, count, other in ((1, men, women), (2, women, men)):
                if count * 4 >= other:
                    pools.setdefault((row["place"], sex), []).append((word, count**FLATTEN))
        self._pools = {place: Weighted(words) for place, words in pools.items()}

    def _word(self, rnd: Random, place: str, sex: int) -> str:
        return self._pools[place, sex].draw(rnd)

    def family_word(self, rnd: Random, custom: str) -> str:
        """What a family's members share: a marga, a suku, a fam, a surname; blank where nobody does."""
        if custom == "batak":
            return rnd.choice(MARGA)
        if custom == "minang":
            return rnd.choice(SUKU) if rnd.random() < 0.3 else ""
        if custom == "fam":
            return rnd.choice(FAM)
        if custom == "chinese":
            return rnd.choice(CHINESE)[1]
        if custom == "hadrami":
            return rnd.choice(HADRAMI)
        return ""

    def full(self, rnd: Random, custom: str, sex: int, family: str, nth: int = 0) -> str:
        """A full name as a certificate carries it. `nth` is the order of birth, which Balinese names tell."""
        maker = _MAKERS.get(custom, Names._islamic)
        return maker(self, rnd, sex, family, nth)

    def _javanese(self, rnd: Random, sex: int, family: str, nth: int) -> str:
        r = rnd.random()
        if r < 0.3:
            return self._one_word(rnd, sex)
        if r < 0.58:
            first = self._word(rnd, "first", sex) if r < 0.48 else self._one_word(rnd, sex)
            return f"{first} {self._word(rnd, 'last', sex)}"
        if r < 0.92:
            return f"{self._word(rnd, 'first', sex)} {self._word(rnd, 'first', sex)} {self._word(rnd, 'last', sex)}"
        return self._islamic(rnd, sex, family, nth)

    def _one_word(self, rnd: Random, sex: int) -> str:
        """A Javanese mononym: one of the frequent ones, or put together of two parts as most are."""
        if rnd.random() < 0.25:
            return self._word(rnd, "mono", sex)
        return rnd.choice(JAVA_FIRST) + rnd.choice(JAVA_LAST[sex])

    def _joined(self, rnd: Random, sex: int) -> str:
        return rnd.choice(ISLAM_FIRST) + rnd.choice(ISLAM_LAST[sex])

    def _islamic(self, rnd: Random, sex: int, family: str, nth: int) -> str:
        first = self._word(rnd, "first", sex)
        r = rnd.random()
        if sex == 1 and r < 0.28:
            return f"{self._word(rnd, 'muhammad', 1)} {first}" + (f" {self._word(rnd, 'last', 1)}" if r < 0.1 else "")
        if first == "Abdul" or first == "Abd":
            return f"{first} {self._word(rnd, 'last', 1)}"
        if r < 0.42 and first not in NEVER_ALONE:
            return first if r < 0.28 else self._joined(rnd, sex)
        if r < 0.6:
            return f"{first} {self._joined(rnd, sex)}"
        return f"{first} {self._word(rnd, 'last', sex)}" + (f" {self._word(rnd, 'last', sex)}" if r > 0.85 else "")

    def _sundanese(self, rnd: Random, sex: int, family: str, nth: int) -> str:
        if rnd.random() < 0.12:
            pair = rnd.choice(SUNDANESE[sex])
            return pair if rnd.random() < 0.5 else f"{pair.split()[0]} {self._word(rnd, 'last', sex)}"
        return self._islamic(rnd, sex, family, nth)

    def _balinese(self, rnd: Random, sex: int, family: str, nth: int) -> str:
        last = rnd.choice(BALI_LAST[sex])
        if rnd.random() < 0.15:
            return f"{rnd.choice(BALI_CASTE[sex])} {last}"
        return f"{'I' if sex == 1 else 'Ni'} {rnd.choice(BALI_ORDER[sex][nth % 4])} {last}"

    def _batak(self, rnd: Random, sex: int, family: str, nth: int) -> str:
        given = self._word(rnd, "given_christian" if rnd.random() < 0.6 else "first", sex)
        if rnd.random() < 0.4:
            given += f" {self._word(rnd, 'first', sex)}"
        return f"{given} {'Br. ' if sex == 2 and rnd.random() < 0.06 else ''}{family}"

    def _minang(self, rnd: Random, sex: int, family: str, nth: int) -> str:
        name = self._islamic(rnd, sex, "", nth)
        return f"{name} {family}".strip() if sex == 2 or rnd.random() > 0.04 else f"{name} Sutan {family}".strip()

    def _bugis(self, rnd: Random, sex: int, family: str, nth: int) -> str:
        r = rnd.random()
        name = self._islamic(rnd, sex, "", nth)
        if r < 0.16:
            return f"Andi {name}"
        if r < 0.2:
            return f"{name} Daeng {'Ngai' if sex == 2 else 'Tata'}"
        return f"{self._word(rnd, 'bugis', sex)} {name}" if r < 0.3 else name

    def _banjar(self, rnd: Random, sex: int, family: str, nth: int) -> str:
        return self._word(rnd, "banjar", sex) if rnd.random() < 0.3 else self._islamic(rnd, sex, family, nth)

    def _fam(self, rnd: Random, sex: int, family: str, nth: int) -> str:
        given = self._word(rnd, "given_christian", sex)
        second = self._word(rnd, "given_christian", sex)
        return f"{given} {second} {family}" if second != given and rnd.random() < 0.4 else f"{given} {family}"

    def _sasak(self, rnd: Random, sex: int, family: str, nth: int) -> str:
        if rnd.random() < 0.14:
            return f"{'Lalu' if sex == 1 else 'Baiq'} {self._word(rnd, 'first', sex)}"
        return self._joined(rnd, sex) if rnd.random() < 0.4 else self._islamic(rnd, sex, family, nth)

    def _chinese(self, rnd: Random, sex: int, family: str, nth: int) -> str:
        return f"{rnd.choice(CHINESE_MODERN[sex])} {family}"

    def _hadrami(self, rnd: Random, sex: int, family: str, nth: int) -> str:
        return f"{'Said' if sex == 1 else 'Syarifah'} {self._word(rnd, 'first', sex)} {family}"

    def _nobility(self, rnd: Random, sex: int, family: str, nth: int) -> str:
        return f"{rnd.choice(NOBLE[sex])} {self._word(rnd, 'first', sex)} {self._word(rnd, 'last', sex)}"

    def _modern(self, rnd: Random, sex: int, family: str, nth: int) -> str:
        return f"{self._word(rnd, 'first', sex)} {self._word(rnd, 'last', sex)} {self._word(rnd, 'last', sex)}"


_MAKERS = {
    "javanese": Names._javanese,
    "islamic": Names._islamic,
    "sundanese": Names._sundanese,
    "balinese": Names._balinese,
    "batak": Names._batak,
    "minang": Names._minang,
    "bugis": Names._bugis,
    "banjar": Names._banjar,
    "fam": Names._fam,
    "sasak": Names._sasak,
    "chinese": Names._chinese,
    "hadrami": Names._hadrami,
    "nobility": Names._nobility,
    "modern": Names._modern,
}


def old_spelling(name: str) -> str:
    """Today's spelling turned back to Van Ophuijsen's: Suharti, Soeharti; Joko, Djoko; Wijaya, Widjaja."""
    low, out, i = name.lower(), [], 0
    while i < len(low):
        for new, old in VAN_OPHUIJSEN:
            if low.startswith(new, i):
                out.append(old)
                i += len(new)
                break
        else:
            out.append(low[i])
            i += 1
    return "".join(out).title()


def variants(rnd: Random, name: str, custom: str, sex: int, father: str, older: bool) -> tuple[str, ...]:
    """Up to three other ways in which clerks, visas and the person write this name."""
    words = name.split()
    found: list[str] = []
    if words[0].startswith(("Muham", "Moham", "Mocham", "Mucham")) and len(words) > 1:
        found.append(f"{rnd.choice(MUHAMMAD)} {' '.join(words[1:])}")
    if rnd.random() < 0.5:
        fitting = [(a, b) for a, b in SPELLINGS if a in name]
        if fitting:
            a, b = rnd.choice(fitting)
            found.append(name.replace(a, b, 1))
    r = rnd.random()
    if custom == "chinese":
        surname = next((old for old, modern in CHINESE if modern == words[-1]), "Tan")
        found.append(f"{surname} {rnd.choice(CHINESE_GIVEN)}")
    elif custom == "balinese" and len(words) > 2 and r < 0.6:
        found.append(" ".join(words[1:] if r < 0.4 else words[-1:]))
    elif older and r < 0.25:
        found.append(old_spelling(name))
    elif len(words) > 2 and r < 0.5:
        found.append(f"{words[0]} {words[-1]}" if r < 0.35 else f"{words[0][0]}.{words[1][0]}. {' '.join(words[2:])}")
    elif len(words) == 2 and r < 0.32:
        found.append(f"{words[1]} {words[0]}")
    elif len(words) == 1 and r < 0.45:
        found.append(f"{name} {name}" if r < 0.15 else f"{name} {'binti' if sex == 2 else 'bin'} {father}")
    elif r > 0.93 and len(name) > 5:
        at = 1 + int(rnd.random() * (len(name) - 2))
        found.append(name[:at] + name[at + 1 :])  # a letter left out in typing
    return tuple(dict.fromkeys(v for v in found if v != name))[:3]


def endorsement(name: str, father: str) -> str:
    """The longer name on page 4 that Saudi visas ask for: at least two words, the father's added to a mononym."""
    return f"{name} {father}" if " " not in name else f"{name} {father.split()[0]}"
