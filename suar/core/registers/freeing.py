"""A complaint freed of the people in it: which things it names, and that nothing of those people is in what leaves the protection desk.

What leaves is a thing, two grades and codes; no word that somebody typed. Knows no database and no clock.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from suar.core.identity.phone import read_phone
from suar.core.registers.things import read_thing

#: Which field of a complaint names what kind of thing.
NAMED: Mapping[str, str] = {"recruiter_phone": "phone", "p3mi_name": "p3mi", "employer": "employer"}
#: Kinds that a complaint has no field for, or not for each: they are typed as the account of it tells them.
TOLD = ("phone", "account", "p3mi", "employer", "route")
#: Fields of the people in a complaint: of whom it is about, of whoever complained, of their family.
NAMES = ("full_name", "known_as", "complainant_name", "mother_name", "father_name")
PHONES = ("phone", "phone_abroad", "complainant_phone")
NUMBERS = ("nik", "kk", "passport_no", "complaint_no")
PLACES = ("address",)
SHORTEST_WORD = 3  # shorter ones (`PT`, `Ny`, `de`) stand in every second name
SHORTEST_NUMBER = 5
LAST_DIGITS = 8  # of a phone: without the prefix, which is written in five ways
ROUTE = re.compile(r"[A-Z]{3}( > [A-Z]{3})+")


def named(values: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The things that a complaint names in fields of their own, as kind and as it was written; those that can be read."""
    found = [(kind, str(values[field]).strip()) for field, kind in NAMED.items() if values.get(field)]
    return tuple(one for one in dict.fromkeys(found) if read_thing(*one).ok)


def told_in(values: Mapping[str, Any], kind: str, text: str) -> bool:
    """Whether a thing that somebody typed is one of which the complaint tells. A route is its places' codes, and no word else."""
    read = read_thing(kind, text)
    if kind not in TOLD or not read.ok:
        return False
    if kind == "route":
        return ROUTE.fullmatch(read.get()) is not None
    if any(read_thing(*one) == read for one in named(values) if one[0] == kind):
        return True
    account = str(values.get("account", ""))
    if kind in {"phone", "account"}:
        return digits(read.get())[-LAST_DIGITS:] in digits(account)
    return f" {squeezed(read.get())} " in f" {squeezed(account)} "


# law: UU 21/2007 Ps 44
def kept_back(leaving: Iterable[str], values: Mapping[str, Any], ids: Iterable[str]) -> list[str]:
    """Which fields of the people in a complaint, or `id` for the record's own ids, are in what would leave. Empty: it is free of them."""
    out = [text for text in leaving if text]
    words = {word for text in out for word in squeezed(text).split()}
    plain = [re.sub(r"[^a-z0-9]", "", text.casefold()) for text in out]
    found = [field for field in NAMES if values.get(field) and names_him(str(values[field]), words)]
    found += [
        field for field in PHONES if values.get(field) and any(same_phone(str(values[field]), one) for one in out)
    ]
    found += [field for field in NUMBERS if values.get(field) and in_any(str(values[field]), plain)]
    found += [field for field in PLACES if values.get(field) and names_him(str(values[field]), words)]
    return found + (["id"] if any(in_any(one, plain) for one in ids) else [])


def names_him(name: str, words: set[str]) -> bool:
    """Whether two words of a name are there, or all it has: one word of several is a word that thousands share."""
    own = {word for word in squeezed(name).split() if len(word) >= SHORTEST_WORD and not word.isdigit()}
    return bool(own) and len(own & words) >= min(2, len(own))


def same_phone(own: str, text: str) -> bool:
    read = read_phone(own)
    last = digits(read.get() if read.ok else own)[-LAST_DIGITS:]
    return len(last) == LAST_DIGITS and last in digits(text)


def in_any(own: str, plain: Iterable[str]) -> bool:
    bare = re.sub(r"[^a-z0-9]", "", own.casefold())
    return len(bare) >= SHORTEST_NUMBER and any(bare in one for one in plain)


def squeezed(text: str) -> str:
    """Words alone, one blank between them, as `read_thing` writes a name."""
    return " ".join(re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).casefold()))


def digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)
