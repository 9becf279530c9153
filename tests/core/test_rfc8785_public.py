"""The public vectors of RFC 8785's authors: the numbers' sequence with its published checksums, and the documents given with their bytes.

Source of every number here: github.com/cyberphone/json-canonicalization, testdata/README.md (the sequence, its edges and its checksums) and
testdata/input, testdata/outhex (the documents), as of 19d51d7fe467. The sequence is made here from that description. A checksum is over the
lines `bits,text`: whoever writes one number of a million otherwise has another. It holds the oracle of `test_rfc8785` and the package with
which events are verified to the public word; our own bytes are then held to those two, and where we refuse, that is held as well.
"""

from __future__ import annotations

import hashlib
import json
import math
import struct
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import pytest
import rfc8785

from client.suar_client.signing import canonical as by_the_kit
from suar.core.canonical import canonical
from tests.core.test_rfc8785 import SAFE, double, number, oracle
from tests.proving import Claim

#: How many lines of the sequence → SHA-256 over them.
PUBLISHED = {
    1_000: "be18b62b6f69cdab33a7e0dae0d9cfa869fda80ddc712221570f9f40a5878687",
    10_000: "b9f7a8e75ef22a835685a52ccba7f7d6bdc99e34b010992cbc5864cd12be6892",
    100_000: "22776e6d4b49fa294a0d0f349268e5c28808fe7e0cb2bcbe28f63894e494d4c7",
    1_000_000: "49415fee2c56c77864931bd3624faad425c3c577d6d74e89a83bc725506dad16",
    10_000_000: "b9f8a44a91d46813b21b9602e72f112613c91408db0b8341fb94603d9db135e0",
    100_000_000: "0f7dda6b0837dde083c5d6b896f7d62340c8a2415b0c7121d83145e08a755272",
}
ZEROS = "0000000000000000 8000000000000000 0000000000000001 8000000000000001"
#: A third of powers of ten, once below zero and once above.
THIRDS = """
446696695dbd1cc3 443211ede4974a35 43fce97ca0f21056 43c7213080c1a6ac 439280f39a348556 435d9b1f5d20d557 4327af4c4a80aaac 42f2f2a36ecd5556
42be51057e155558 428840d131aaaaac 4253670dc1555557 421f0b4935555557 41e8d5d42aaaaaac 41b3de4355555556 417fca0555555556 41496e6aaaaaaaab
4114585555555555 40e046aaaaaaaaab 40aa0aaaaaaaaaaa 4074d55555555555 4040aaaaaaaaaaab 400aaaaaaaaaaaab 3fd5555555555555 3fa1111111111111
3f6b4e81b4e81b4f 3f35d867c3ece2a5 3f0179ec9cbd821e 3ecbf647612f3696 3e965e9f80f29212 3e61e54c672874db 3e2ca213d840baf8 3df6e80fe033c8c6
3dc2533fe68fd3d2 3d8d51ffd74c861c 3d5774ccac3d3817 3d22c3d6f030f9ac 3cee0624b3818f79 3cb804ea293472c7 3c833721ba905bd3 3c4ebe9c5db3c61e
3c18987d17c304e5 3be3ad30dfcf371d 3baf7b816618582f 3b792f9ab81379bf 3b442615600f9499 3b101e77800c76e1 3ad9ca58cce0be35 3aa4a1e0a3e6fe90
3a708180831f320d 3a3a68cd9e985016
"""
#: Fives and tenths, beside five millionths, beside one, the ends of the normal and the whole numbers, and those of the RFC's appendix B.
OTHERS = """
4024000000000000 4014000000000000 3fe0000000000000 3fa999999999999a 3f747ae147ae147b 3f40624dd2f1a9fc 3f0a36e2eb1c432d 3ed4f8b588e368f1
3ea0c6f7a0b5ed8d 3e6ad7f29abcaf48 3e35798ee2308c3a 3ed539223589fa95 3ed4ff26cd5a7781 3ed4f95a762283ff 3ed4f8c60703520c 3ed4f8b72f19cd0d
3ed4f8b5b31c0c8d 3ed4f8b58d1c461a 3ed4f8b5894f7f0e 3ed4f8b588ee37f3 3ed4f8b588e47da4 3ed4f8b588e3849c 3ed4f8b588e36bb5 3ed4f8b588e36937
3ed4f8b588e368f8 3ed4f8b588e368f1 3ff0000000000000 bff0000000000000 bfeffffffffffffa bfeffffffffffffb 3feffffffffffffa 3feffffffffffffb
3feffffffffffffc 3feffffffffffffe bfefffffffffffff bfefffffffffffff 3fefffffffffffff 3fefffffffffffff 3fd3333333333332 3fd3333333333333
3fd3333333333334 0010000000000000 000ffffffffffffd 000fffffffffffff 7fefffffffffffff ffefffffffffffff 4340000000000000 c340000000000000
4430000000000000 44b52d02c7e14af5 44b52d02c7e14af6 44b52d02c7e14af7 444b1ae4d6e2ef4e 444b1ae4d6e2ef4f 444b1ae4d6e2ef50 3eb0c6f7a0b5ed8c
3eb0c6f7a0b5ed8d 41b3de4355555553 41b3de4355555554 41b3de4355555555 41b3de4355555556 41b3de4355555557 becbf647612f3696 43143ff3c1cb0959
"""
SIGN = 1 << 63
SMALLEST_NORMAL, AFTER_IT = 0x0010000000000000, 2_000


def sequence() -> Iterator[int]:
    """The published sequence of doubles, as their bits: the edges, two thousand from the smallest normal number on, and then what SHA-256 of
    32 zero bytes gives, and SHA-256 of that, and so on, read as four doubles each (little-endian), zeros and what is no number left out.
    """
    thirds = [int(bits, 16) for bits in THIRDS.split()]
    yield from (int(bits, 16) for bits in ZEROS.split())
    yield from (SIGN | third for third in thirds)
    yield from thirds
    yield from (int(bits, 16) for bits in OTHERS.split())
    yield from range(SMALLEST_NORMAL, SMALLEST_NORMAL + AFTER_IT)
    block = bytes(32)
    while True:
        block = hashlib.sha256(block).digest()
        for bits in struct.unpack("<4Q", block):
            if bits & ~SIGN and bits >> 52 & 0x7FF != 0x7FF:
                yield bits


def checked(lines: int, write: Callable[[float], str]) -> str:
    """SHA-256 over so many lines, each number written so."""
    seen = hashlib.sha256()
    for bits in islice(sequence(), lines):
        seen.update(f"{bits:x},{write(double(f'{bits:016x}'))}\n".encode())
    return seen.hexdigest()


@pytest.mark.prove
def test_the_public_sequence_of_numbers_has_its_published_checksum(claim: Claim) -> None:
    lines = claim.number(small=10_000, large=1_000_000)
    assert checked(lines, number) == PUBLISHED[lines]


@pytest.mark.parametrize("lines", [1_000, 10_000])
def test_so_has_what_the_package_writes_with_which_events_are_verified(lines: int) -> None:
    assert checked(lines, lambda x: rfc8785.dumps(x).decode()) == PUBLISHED[lines]


def test_the_twin_that_writes_numbers_as_python_does_has_another() -> None:
    assert checked(1_000, repr) != PUBLISHED[1_000]


def test_of_the_sequence_we_write_what_is_whole_and_safe_and_refuse_the_rest() -> None:
    """Among them also such as we write on our own: whole numbers to either side of each edge."""
    written = 0
    for bits in islice(sequence(), 10_000):
        x = double(f"{bits:016x}")
        with pytest.raises(TypeError):
            canonical(x)
        if not x.is_integer():
            continue
        if abs(x) <= SAFE:
            written += 1
            assert canonical(int(x)).decode() == by_the_kit(int(x)).decode() == number(x)
        else:
            with pytest.raises(TypeError):
                canonical({"n": [int(x)]})
    assert written > 5


@pytest.mark.parametrize("n", [SAFE + 1, -SAFE - 1, 2**60, 2**63, 2**64])
def test_a_whole_number_that_a_reader_would_round_is_not_hashed(n: int) -> None:
    """RFC 8785, 3.2.2.3: 2^60 is written 1152921504606847000 there, and as its nineteen digits by whoever has whole numbers."""
    with pytest.raises(TypeError):
        canonical({"n": n})
    assert canonical([SAFE, -SAFE]) == rfc8785.dumps([SAFE, -SAFE])


#: Name → what is given, as text of JSON, and the bytes that must come of it, in hexadecimal.
DOCUMENTS = {
    "arrays": ('[56, {"d": true, "10": null, "1": [ ]}]',
        "5b35362c7b2231223a5b5d2c223130223a6e756c6c2c2264223a747275657d5d"),
    "french": ('{"peach": "This sorting order", "p\\u00e9ch\\u00e9": "is wrong according to French", "p\\u00eache": "but canonicalization MUST",'
        ' "sin": "ignore locale"}',
        "7b227065616368223a225468697320736f7274696e67206f72646572222c2270c3a96368c3a9223a2269732077726f6e67206163636f7264696e6720746f204672"
        "656e6368222c2270c3aa636865223a226275742063616e6f6e6963616c697a6174696f6e204d555354222c2273696e223a2269676e6f7265206c6f63616c65227d"),
    "structures": ('{"1": {"f": {"f": "hi", "F": 5}, "\\n": 56.0}, "10": {}, "": "empty", "a": {}, "111": [{"e": "yes", "E": "no"}], "A": {}}',
        "7b22223a22656d707479222c2231223a7b225c6e223a35362c2266223a7b2246223a352c2266223a226869227d7d2c223130223a7b7d2c22313131223a5b7b2245"
        "223a226e6f222c2265223a22796573227d5d2c2241223a7b7d2c2261223a7b7d7d"),
    "unicode": ('{"Unnormalized Unicode": "A\\u030a"}',
        "7b22556e6e6f726d616c697a656420556e69636f6465223a2241cc8a227d"),
    "values": ('{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],'
        ' "string": "\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/", "literals": [null, true, false]}',
        "7b226c69746572616c73223a5b6e756c6c2c747275652c66616c73655d2c226e756d62657273223a5b3333333333333333332e333333333333332c31652b33302c"
        "342e352c302e3030322c31652d32375d2c22737472696e67223a22e282ac245c75303030665c6e4127425c225c5c5c5c5c222f227d"),
    "weird": ('{"\\u20ac": "Euro Sign", "\\r": "Carriage Return", "\\u000a": "Newline", "1": "One", "\\u0080": "Control\\u007f",'
        ' "\\ud83d\\ude02": "Smiley", "\\u00f6": "Latin Small Letter O With Diaeresis", "\\ufb33": "Hebrew Letter Dalet With Dagesh",'
        ' "</script>": "Browser Challenge"}',
        "7b225c6e223a224e65776c696e65222c225c72223a2243617272696167652052657475726e222c2231223a224f6e65222c223c2f7363726970743e223a2242726f"
        "77736572204368616c6c656e6765222c22c280223a22436f6e74726f6c7f222c22c3b6223a224c6174696e20536d616c6c204c6574746572204f20576974682044"
        "69616572657369"
        "73222c22e282ac223a224575726f205369676e222c22f09f9882223a22536d696c6579222c22efacb3223a22486562726577204c65747465722044616c65742057"
        "69746820446167657368227d"),
}  # fmt: skip


def whole(value: Any) -> Any:
    """The document with 56.0 as the whole number that it is: JSON has one kind of number, Python two."""
    if isinstance(value, dict):
        return {name: whole(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [whole(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) <= SAFE else value


def ours(value: Any) -> bool:
    """Whether it is of the kind that we hash at all: no fractions, names in ASCII."""
    if isinstance(value, dict):
        return all(name.isascii() and ours(inner) for name, inner in value.items())
    if isinstance(value, list):
        return all(map(ours, value))
    return not isinstance(value, float)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_each_public_document_becomes_its_bytes_or_is_refused(name: str) -> None:
    text, bytes_ = DOCUMENTS[name]
    value, wanted = whole(json.loads(text)), bytes.fromhex(bytes_)
    assert oracle(value).encode() == rfc8785.dumps(value) == wanted
    assert ours(value) == (name in {"arrays", "structures", "unicode"})
    if ours(value):
        assert canonical(value) == by_the_kit(value) == wanted
    else:
        with pytest.raises(TypeError):
            canonical(value)


def test_what_is_in_them_that_we_may_hash_is_written_as_there() -> None:
    """Of the documents that hold a fraction or a name beyond ASCII: all values and names that do not, each as it stands in the public bytes."""
    for text, bytes_ in DOCUMENTS.values():
        value, wanted = json.loads(text), bytes.fromhex(bytes_)
        for name, inner in value.items() if isinstance(value, dict) else []:
            if name.isascii() and ours(whole(inner)):
                assert canonical({name: whole(inner)})[1:-1] in wanted
    assert math.isclose(double("3fd3333333333333"), 0.3), "the bits are read as they are written"
