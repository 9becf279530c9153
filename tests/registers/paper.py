"""Reads a PDF of typst's back, with the standard library alone: what a reader of the paper sees, and what the file says of itself."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

OBJECT = re.compile(rb"\n(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
STREAM = re.compile(rb"stream\n(.*)\nendstream", re.DOTALL)
TOKEN = re.compile(rb"\s+|<<|>>|<[0-9A-Fa-f\s]*>|[\[\]{}]|/?[^\s()<>\[\]{}/]+|/")
ESCAPED = re.compile(rb"\\(?:([0-7]{1,3})|(\r\n|.))", re.DOTALL)
NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
INVISIBLE = "\u200b"  # where a long word may break


class Paper:
    """One PDF, its pages as text."""

    def __init__(self, pdf: bytes) -> None:
        self.bytes = pdf
        self.objects = {int(found[1]): found[2] for found in OBJECT.finditer(pdf)}

    @property
    def pages(self) -> list[str]:
        """The text of each page in the order in which it is drawn; pieces that stand apart have a space between them."""
        listed = re.search(rb"/Type/Pages.*?/Kids\[(.*?)\]", self.bytes, re.DOTALL)
        assert listed
        numbers = [int(one) for one in re.findall(rb"(\d+) 0 R", listed[1])]
        return [self.text_of(self.objects[number]) for number in numbers]

    def text_of(self, page: bytes) -> str:
        fonts = self.fonts_of(page)
        said: list[str] = []
        font, kept, shown = "", list[str](), list[bytes]()  # q keeps the font, Q brings it back
        for token, drawn in tokens(self.stream(number_in(page, rb"/Contents"))):
            if drawn is not None:
                shown.append(drawn)
            elif token.startswith(b"/f"):
                font = token[1:].decode()
            elif token == b"q":
                kept.append(font)
            elif token == b"Q":
                font = kept.pop()
            elif token in {b"TJ", b"Tj"}:
                said.append("".join(fonts[font].get(glyph, "\ufffd") for glyph in glyphs(b"".join(shown))))
            elif token == b"EMC":
                said.append(" ")
            if token in {b"TJ", b"Tj", b"BDC"}:
                shown.clear()
        return " ".join("".join(said).replace(INVISIBLE, "").split())

    def fonts_of(self, page: bytes) -> dict[str, dict[int, str]]:
        resources = self.objects[number_in(page, rb"/Resources")]
        named = re.findall(rb"/(f\d+) (\d+) 0 R", resources)
        return {name.decode(): self.letters(self.objects[int(number)]) for name, number in named}

    def letters(self, font: bytes) -> dict[int, str]:
        told = self.stream(number_in(font, rb"/ToUnicode")).decode("latin-1")
        pairs = re.findall(r"^<([0-9A-F]{4})> <([0-9A-F]+)>", told, re.MULTILINE)
        return {int(glyph, 16): bytes.fromhex(letters).decode("utf-16-be") for glyph, letters in pairs}

    def stream(self, number: int) -> bytes:
        found = STREAM.search(self.objects[number])
        assert found
        return zlib.decompress(found[1])

    @property
    def claims(self) -> set[str]:
        """What the file claims to be, by its own metadata."""
        told = self.bytes.decode("latin-1")
        return {
            f"{name} {part}{level}"
            for name in ("pdfaid", "pdfuaid")
            for part in re.findall(f"<{name}:part>(.)<", told)
            for level in re.findall(f"<{name}:conformance>(.)<", told) or [""]
        }

    @property
    def alternatives(self) -> list[str]:
        """The alternative texts of pictures."""
        return [
            unescaped(text).decode("utf-8", "replace") for text in re.findall(rb"/Alt\(((?:\\.|[^\\)])*)\)", self.bytes)
        ]


def number_in(body: bytes, key: bytes) -> int:
    found = re.search(key + rb" (\d+) 0 R", body)
    assert found, key
    return int(found[1])


def tokens(content: bytes) -> Iterator[tuple[bytes, bytes | None]]:
    """Each word of a page's drawing; of a string, in brackets or in hexadecimal, also the bytes that it stands for."""
    at = 0
    while at < len(content):
        if content[at : at + 1] == b"(":
            end = closing(content, at)
            yield content[at:end], unescaped(content[at + 1 : end - 1])
            at = end
            continue
        found = TOKEN.match(content, at)
        assert found, content[at : at + 40]
        word, at = found[0], found.end()
        if word.startswith(b"<") and word != b"<<":
            yield word, bytes.fromhex(word[1:-1].decode())
        elif not word.isspace():
            yield word, None


def closing(content: bytes, at: int) -> int:
    """Past the bracket that closes the one at `at`: brackets inside a string may stand in pairs, or behind a backslash."""
    depth = 0
    while True:
        letter = content[at : at + 1]
        at += 2 if letter == b"\\" else 1
        depth += (letter == b"(") - (letter == b")")
        if depth == 0:
            return at


def glyphs(drawn: bytes) -> list[int]:
    return [int.from_bytes(drawn[at : at + 2], "big") for at in range(0, len(drawn), 2)]


def unescaped(text: bytes) -> bytes:
    def one(found: re.Match[bytes]) -> bytes:
        return bytes((int(found[1], 8),)) if found[1] else NAMED.get(found[2], found[2])

    return ESCAPED.sub(one, text)
