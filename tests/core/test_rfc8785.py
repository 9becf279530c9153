"""The published vectors of RFC 8785, and an oracle written apart from the packages that make our bytes.

We hash and sign no floats (`core/canonical.py` refuses them), so of the numbers ours must equal the vectors that are whole and safe, and
refuse the others. That the vectors are carried rightly is shown by the oracle and by the package rfc8785, which must both say the same.
"""

from __future__ import annotations

import math
import random
import struct
from typing import Any

import pytest
import rfc8785
from hypothesis import given

from suar.core.canonical import canonical
from tests.core.test_canonical import VALUES

#: RFC 8785, appendix B: IEEE 754 double precision in hexadecimal, and its text. "" where there is none.
NUMBERS = {
    "0000000000000000": "0",
    "8000000000000000": "0",
    "0000000000000001": "5e-324",
    "8000000000000001": "-5e-324",
    "7fefffffffffffff": "1.7976931348623157e+308",
    "ffefffffffffffff": "-1.7976931348623157e+308",
    "4340000000000000": "9007199254740992",
    "c340000000000000": "-9007199254740992",
    "4430000000000000": "295147905179352830000",
    "7fffffffffffffff": "",
    "7ff0000000000000": "",
    "44b52d02c7e14af5": "9.999999999999997e+22",
    "44b52d02c7e14af6": "1e+23",
    "44b52d02c7e14af7": "1.0000000000000001e+23",
    "444b1ae4d6e2ef4e": "999999999999999700000",
    "444b1ae4d6e2ef4f": "999999999999999900000",
    "444b1ae4d6e2ef50": "1e+21",
    "3eb0c6f7a0b5ed8c": "9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d": "0.000001",
    "41b3de4355555553": "333333333.3333332",
    "41b3de4355555554": "333333333.33333325",
    "41b3de4355555555": "333333333.3333333",
    "41b3de4355555556": "333333333.3333334",
    "41b3de4355555557": "333333333.33333343",
    "becbf647612f3696": "-0.0000033333333333333333",
    "43143ff3c1cb0959": "1424953923781206.2",
}
SAFE = 2**53 - 1  # what every reader of JSON keeps whole (RFC 7493)
#: RFC 8785, 3.2.2 and 3.2.3: what is given, and its bytes.
SERIALIZED = (
    {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": '\u20ac$\u000f\nA\'B"\\\\"/',
        "literals": [None, True, False],
    },
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
)
SORTED = ["\r", "1", "\x80", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


def double(bits: str) -> float:
    return float(struct.unpack(">d", bytes.fromhex(bits))[0])


# The oracle -------------------------------------------------------------------------------------------------------------------------------


def number(x: float) -> str:
    """ECMA-262, Number::toString (RFC 8785, 3.2.2.3), from the shortest digits that give the number back. Raises ValueError."""
    if not math.isfinite(x):
        raise ValueError(x)
    if x == 0:
        return "0"
    mantissa, exponent = f"{abs(x):.17e}".split("e")
    for places in range(17):  # the fewest digits that are read back as this number
        mantissa, exponent = f"{abs(x):.{places}e}".split("e")
        if float(f"{mantissa}e{exponent}") == abs(x):
            break
    digits, point = mantissa.replace(".", ""), int(exponent) + 1
    return ("-" if x < 0 else "") + placed(digits, point)


def placed(digits: str, n: int) -> str:
    """The digits with the point behind the n-th of them, as ECMA-262 writes that."""
    k = len(digits)
    if k <= n <= 21:
        return digits + "0" * (n - k)
    if 0 < n <= 21:
        return f"{digits[:n]}.{digits[n:]}"
    if -6 < n <= 0:
        return f"0.{'0' * -n}{digits}"
    rest = f".{digits[1:]}" if k > 1 else ""
    return f"{digits[0]}{rest}e{n - 1:+d}"


ESCAPES = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


def oracle(value: Any) -> str:
    """RFC 8785, read from its text: members by their UTF-16 code units, no space, the shortest escapes."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return number(value)
    if isinstance(value, str):
        return '"' + "".join(ESCAPES.get(c, c if c >= " " else f"\\u{ord(c):04x}") for c in value) + '"'
    if isinstance(value, list):
        return "[" + ",".join(map(oracle, value)) + "]"
    names = sorted(value, key=lambda name: name.encode("utf-16-be"))
    return "{" + ",".join(f"{oracle(name)}:{oracle(value[name])}" for name in names) + "}"


# The vectors ------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("bits", "text"), NUMBERS.items())
def test_each_number_of_appendix_b_is_as_published_or_refused(bits: str, text: str) -> None:
    x = double(bits)
    with pytest.raises(TypeError):
        canonical(x)
    if not text:
        with pytest.raises(ValueError, match=r"inf|nan"):
            number(x)
        return
    assert number(x) == text and rfc8785.dumps(x).decode() == text
    if x.is_integer() and abs(x) <= SAFE:
        assert canonical(int(x)).decode() == text


def test_the_example_of_serialization_is_as_published() -> None:
    given_, wanted = SERIALIZED
    assert oracle(given_) == wanted and rfc8785.dumps(given_).decode() == wanted  # type: ignore[arg-type]
    without = {name: said for name, said in given_.items() if name != "numbers"}
    assert canonical(without).decode() == oracle(without)
    with pytest.raises(TypeError):
        canonical(given_)


def test_the_example_of_sorting_is_as_published_and_our_keys_never_need_it() -> None:
    turned = dict.fromkeys(reversed(SORTED), "")
    wanted = "{" + ",".join(f'{oracle(name)}:""' for name in SORTED) + "}"
    assert oracle(turned) == wanted and rfc8785.dumps(turned).decode() == wanted
    with pytest.raises(TypeError):
        canonical(turned)
    ascii_alone = {name: "" for name in turned if name.isascii()}
    assert canonical(ascii_alone).decode() == oracle(ascii_alone)


@given(VALUES)
def test_what_we_hash_is_what_the_oracle_writes(value: object) -> None:
    assert canonical(value).decode() == oracle(value)


def test_the_oracle_and_the_package_write_any_number_alike() -> None:
    draw = random.Random(8785)
    for _ in range(2_000):
        x = double(f"{draw.getrandbits(64):016x}")
        if math.isfinite(x):
            assert number(x) == rfc8785.dumps(x).decode()


def test_an_oracle_that_sorts_by_characters_is_found_out_by_the_published_example() -> None:
    """The planted bug: code points put U+FB33 before U+1F600; UTF-16 code units do not."""
    assert sorted(SORTED) != SORTED and sorted(SORTED, key=lambda name: name.encode("utf-16-be")) == SORTED
