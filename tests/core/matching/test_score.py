"""The compiled scorer says what `explain` and `propose` say, to the millibit, the code and the verdict."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from suar.core.identity.person import FIELDS, Description
from suar.core.linking.propose import propose
from suar.core.matching import kernel
from suar.core.matching.explain import explain
from suar.core.matching.policy import CODES, NAME_CODES, MatchingPolicy
from suar.core.matching.score import CODE_NAMES, VERDICTS, encode, mask_of, rules_of, score, verdicts_of
from tests.golden import adopted
from tests.proving import Claim

_WORDS = """
    siti muhammad mochamad ahmad nur sri dewi rahmat rahmad hidayat hidayah putra putri budi boedi suharti soeharti djoko
    joko wahyuni sriwahyuni simanjuntak siregar abdurrahman rahman rohman umar amar tri wayan made ketut tan meilina lestari
    kusuma handayani
    """
WORDS = tuple(_WORDS.split())
PLACES = ("MALANG", "MALAN", "Kab. Malang", "SURABAYA", "SURABYA", "LOMBOK TENGAH", "-", "北京", "")
SPOKEN = ("BIN KARTO", "BINTI SASTRO WIRYO", "BIN KARTA")


@cache
def policy() -> MatchingPolicy:
    return adopted.matching().for_register(1_000_000)


def somebody(draw: random.Random) -> dict[str, str]:
    woman = draw.random() < 0.5
    year, month, day = draw.randrange(1940, 2010), draw.randrange(1, 13), draw.randrange(1, 29)
    return {
        "full_name": named(draw),
        "nik": f"9901{draw.randrange(1, 30):02}{day + 40 * woman:02}{month:02}{year % 100:02}{draw.randrange(1, 9999):04}",
        "kk": f"9901{draw.randrange(10**12):012}",
        "passport_no": f"X{draw.randrange(10**7):07}",
        "birth_date": f"{year}-{month:02}-{day:02}",
        "birth_place": draw.choice(PLACES),
        "sex": "2" if woman else "1",
        "mother_name": named(draw),
        "father_name": named(draw),
        "phone": f"+62812{draw.randrange(10**7):07}",
        "address": f"Jl. {draw.choice(WORDS)} {draw.choice(WORDS)} No. {draw.randrange(200)} RT {draw.randrange(9)}",
        "region_code": f"99.{draw.randrange(1, 4):02}.{draw.randrange(1, 4):02}",
        "nationality": "IDN",
    }


def named(draw: random.Random) -> str:
    return " ".join(draw.sample(WORDS, draw.choice((1, 2, 2, 3, 3, 4)))).upper()


def retold(told: dict[str, str], draw: random.Random) -> dict[str, str]:
    """The same human as another clerk wrote him: every kind of slip that the comparison knows, and some that it does not."""
    other = {name: "" if draw.random() < 0.1 else text for name, text in told.items()}
    for name in ("full_name", "mother_name", "father_name"):
        if other[name] and draw.random() < 0.6:
            other[name] = misspelt(other[name], draw)
    if len(other["nik"]) == 16 and draw.random() < 0.4:
        at = draw.randrange(15)
        nik = other["nik"]
        other["nik"] = draw.choice(
            (
                nik[:at] + str(draw.randrange(10)) + nik[at + 1 :],
                nik[:at] + nik[at + 1] + nik[at] + nik[at + 2 :],
                nik[:12],
            )
        )
    if len(other["birth_date"]) == 10 and draw.random() < 0.5:
        year, month, day = other["birth_date"].split("-")
        other["birth_date"] = draw.choice(
            (
                f"{year}-{day}-{month}",
                f"{int(year) + draw.randrange(-12, 13)}-{month}-{day}",
                f"{year}-01-01",
                f"{year}-12-31",
                f"{year}-{month}",
                year,
                "~30@2024-05-01",
            )
        )
    if draw.random() < 0.3:
        other["birth_place"] = draw.choice(PLACES)
    if draw.random() < 0.4:
        other["address"] = " ".join(slip(word, draw) for word in reversed(other["address"].split()))
    if draw.random() < 0.3:
        other["region_code"] = other["region_code"][: draw.randrange(9)]
    if draw.random() < 0.2:
        other["sex"] = draw.choice(("", "1", "2", "9"))
    return other


def misspelt(name: str, draw: random.Random) -> str:
    words = name.split()
    changes: tuple[Callable[[], list[str]], ...] = (
        lambda: [slip(word, draw) for word in words],
        lambda: words[1:] or words,
        lambda: [*words, draw.choice(WORDS)],
        lambda: words[::-1],
        lambda: ["".join(words[:2]), *words[2:]],
        lambda: [words[0][:1], *words[1:]],
        lambda: ["MUH", *words],
        lambda: ["H.", *words],
        lambda: ["I", "WAYAN", *words],
        lambda: ["TAN", *words],
        lambda: ["FNU", *words],
        lambda: [*words, draw.choice(SPOKEN)],
        lambda: words * 2,
    )
    return " ".join(draw.choice(changes)()).upper()[: draw.choice((200, 200, 25, 30))]


def slip(word: str, draw: random.Random) -> str:
    at = draw.randrange(max(1, len(word)))
    return draw.choice(
        (
            word,
            word[:at] + word[at + 1 :],
            word[:at] + draw.choice("AIUEOHT") + word[at:],
            word[:at] + draw.choice("AIUEOHT") + word[at + 1 :],
            word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
        )
    )


def pairs(seed: int, count: int) -> tuple[list[Description], list[Description]]:
    draw = random.Random(seed)
    told = [somebody(draw) for _ in range(count)]
    others = [retold(one if draw.random() < 0.6 else draw.choice(told), draw) for one in told]
    return [Description(**one) for one in told], [Description(**retold(one, draw)) for one in others]


@pytest.mark.prove
def test_every_pair_weighs_what_its_explanation_says(claim: Claim) -> None:
    count = claim.number(small=3_000, large=1_000_000)
    for seed in range(claim.seed, claim.seed + -(-count // 1_000)):
        left, right = pairs(seed, 1_000)
        all_of_them = np.arange(1_000)
        weights, codes = score(encode(left, policy()), all_of_them, encode(right, policy()), all_of_them, policy())
        verdicts = verdicts_of(weights, codes, policy())
        for n, (one, other) in enumerate(zip(left, right, strict=True)):
            said = explain(one, other, candidate="", policy=policy())
            assert (weights[n], codes[n]) == (said.weight, mask_of(said)), (seed, one, other)
            assert VERDICTS[verdicts[n]] == propose(said, policy()).value, (seed, one, other)


@pytest.mark.parametrize("least", [-5_000, 10_000, 30_000])
def test_what_weighs_enough_weighs_the_same_when_the_rest_is_passed_over(least: int) -> None:
    passed_over = 0
    for seed in (3, 4):
        left, right = (encode(side, policy()) for side in pairs(seed, 1_000))
        at = np.arange(1_000)
        weights, codes = score(left, at, right, at, policy())
        quickly, told = score(left, at, right, at, policy(), least=least)
        enough = weights >= least
        assert enough.any() and (quickly[enough] == weights[enough]).all() and (told[enough] == codes[enough]).all()
        assert (quickly[~enough] < least).all()
        passed_over += int((quickly == kernel.BELOW).sum())
    assert passed_over > 200


def test_a_policy_in_which_a_likeness_weighs_more_than_the_word_passes_nobody_over() -> None:
    levels = policy().names.levels.model_copy(update={"sound": 1500})
    odd = replace(policy(), names=replace(policy().names, levels=levels))
    left, right = (encode(side, odd) for side in pairs(5, 300))
    at = np.arange(300)
    assert (score(left, at, right, at, odd, least=30_000)[0] == score(left, at, right, at, odd)[0]).all()


def test_the_compiled_loop_itself_answers_most_pairs() -> None:
    draw = random.Random(1)
    told = [Description(**(somebody(draw) | {"birth_place": "MALANG"})) for _ in range(500)]
    encoded, places = encode(told, policy()), np.arange(500)
    weights, codes = np.empty(500, np.int32), np.empty(500, np.uint64)
    kernel.pairs(
        encoded.side, places, encoded.side, places[::-1].copy(), rules_of(policy()), kernel.BELOW, weights, codes
    )
    assert (weights == kernel.DEFERRED).mean() < 0.15


def test_every_code_has_a_bit_of_its_own() -> None:
    assert set(CODE_NAMES) == CODES | NAME_CODES
    assert len(set(CODE_NAMES)) == len(CODE_NAMES) <= kernel.PARENT_BIT


def test_nothing_known_weighs_nothing() -> None:
    nobody = encode([Description()], policy())
    weights, codes = score(nobody, np.array([0]), nobody, np.array([0]), policy())
    assert (weights[0], codes[0]) == (0, 0)


def test_an_empty_list_is_scored() -> None:
    none = encode([], policy())
    weights, _ = score(none, np.array([], np.int64), none, np.array([], np.int64), policy())
    assert weights.size == 0 and len(none) == 0


def test_every_field_of_a_description_is_compared_or_named_as_odd() -> None:
    """A field that a later version adds must be read by the compiled loop too."""
    assert FIELDS == (
        "full_name", "nik", "kk", "passport_no", "birth_date", "birth_place", "sex", "mother_name", "father_name", "phone", "address",
        "region_code", "nationality",
    )  # fmt: skip
