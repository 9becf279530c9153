"""What a connector brings: the bytes of one sending, and how they are cut into pieces, one for each row of the agency.

Joined again, head, pieces and tail are the bytes as received: nothing is reformatted before it is kept.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import openpyxl
from lxml import etree

MAX_UNZIPPED = 256 * 2**20  # an XLSX that unpacks to more is refused unread
MAX_COLUMNS = 400
#: What libxml2 says of bytes that are not in the declared encoding (xmlerror.h).
WRONG_LETTERS = frozenset(
    {etree.ErrorTypes.ERR_INVALID_ENCODING, etree.ErrorTypes.ERR_INVALID_CHAR, etree.ErrorTypes.ERR_UNKNOWN_ENCODING}
)


class Unreadable(Exception):
    """The sending as a whole cannot be read: one clear finding, and the place in the feed is kept."""

    def __init__(self, code: str, **params: str | int) -> None:
        self.code = code
        self.params = params
        super().__init__(code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """One response, file or push. `options` are the stream's words in the source's policy; `cursor_after` is where to go on."""

    stream: str
    media: str  # json jsonl csv xml xlsx form
    body: bytes
    cursor_after: str
    options: Mapping[str, Any] = field(default_factory=dict)
    meta: Mapping[str, str] = field(default_factory=dict)  # $file, $file_date …
    last: bool = False  # the feed has no more for now; of a snapshot: it is whole
    doubt: str | None = (
        None  # of a signed list: why it is not its owner's proven word, "" where it is; None for all else
    )


@dataclass(frozen=True, slots=True)
class Cut:
    """A sending cut: head + pieces + tail are its bytes."""

    head: bytes
    pieces: Sequence[bytes]
    tail: bytes = b""


def cut(sending: Sending) -> Cut:
    """Cut into rows. Raises Unreadable: sending.encoding, sending.shape, sending.cut_off."""
    match sending.media:
        case "json":
            return cut_json(sending.body, sending.options)
        case "jsonl" | "form":
            return cut_lines(sending.body)
        case "csv":
            return cut_csv(sending.body, sending.options)
        case "xml":
            return cut_xml(sending.body, sending.options)
        case _:
            return Cut(b"", [sending.body])


def natives(
    media: str, options: Mapping[str, Any], stream: str, meta: Mapping[str, str], parts: Cut
) -> list[tuple[str, dict[str, Any]]]:
    """The rows of a cut sending as (table, row), one for each piece in order, save XLSX, which is one piece."""
    match media:
        case "json":
            rows = [(table_of(row, options, stream), row) for row in map(read_json_piece, parts.pieces)]
        case "jsonl":
            rows = [(table_of(row, options, stream), row) for row in map(read_json_piece, parts.pieces)]
        case "form":
            rows = [(table_of(row, options, stream), row) for row in map(read_form, parts.pieces)]
        case "csv":
            rows = [(stream, row) for row in read_csv(parts, options)]
        case "xml":
            rows = list(read_xml(parts, options))
        case "xlsx":
            rows = list(read_xlsx(parts.pieces[0], options))
        case _:
            raise Unreadable("sending.media", media=media)
    named = {key: value for key, value in meta.items() if key.startswith("$")}
    return [(table, {**named, **row}) for table, row in rows] if named else rows


def table_of(row: Mapping[str, Any], options: Mapping[str, Any], stream: str) -> str:
    path = options.get("table_from")
    return str(row.get(path, stream)) if path else stream


# --- JSON -----------------------------------------------------------------------------------------------------------------------

_DECODER = json.JSONDecoder()
_BLANK = re.compile(r"[ \t\r\n]*")


def cut_json(body: bytes, options: Mapping[str, Any]) -> Cut:
    """Find the array that `records` names (a dotted path, "" for the whole) and cut it at its elements."""
    text = decoded(body, options)
    path = [part for part in str(options.get("records", "")).split(".") if part]
    try:
        at = find(text, _BLANK.match(text, 0).end(), path)  # type: ignore[union-attr]  # matches the empty text too
        spans = list(elements(text, at))
    except (ValueError, IndexError, RecursionError) as error:
        raise Unreadable("sending.cut_off", size=len(body)) from error
    if not spans:
        return Cut(body, [])
    ends = [*(start for start, _ in spans[1:]), spans[-1][1]]
    pieces = [text[start:end].encode() for (start, _), end in zip(spans, ends, strict=True)]
    return Cut(text[: spans[0][0]].encode(), pieces, text[spans[-1][1] :].encode())


def find(text: str, at: int, path: Sequence[str]) -> int:
    """The position of the value at `path` inside the JSON value that starts at `at`."""
    if not path:
        return at
    if text[at] != "{":
        raise ValueError("no object")
    at = skip(text, at + 1)
    while text[at] != "}":
        key, at = _DECODER.raw_decode(text, at)
        at = skip(text, at)
        if text[at] != ":":
            raise ValueError("no colon")
        at = skip(text, at + 1)
        if key == path[0]:
            return find(text, at, path[1:])
        _, at = _DECODER.raw_decode(text, at)
        at = skip(text, at)
        at = skip(text, at + 1) if text[at] == "," else at
    raise ValueError("no such member")


def elements(text: str, at: int) -> Iterator[tuple[int, int]]:
    if text[at] != "[":
        raise ValueError("no array")
    at = skip(text, at + 1)
    while text[at] != "]":
        _, end = _DECODER.raw_decode(text, at)
        yield at, end
        at = skip(text, end)
        if text[at] == ",":
            at = skip(text, at + 1)
    _DECODER.raw_decode(text)  # the whole must be whole: a page cut in half is not read as a short page


def skip(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    assert found
    return found.end()


def read_json_piece(piece: bytes) -> dict[str, Any]:
    try:
        value = json.loads(piece.decode().strip().rstrip(","))
    except ValueError as error:
        raise Unreadable("sending.shape") from error
    return value if isinstance(value, dict) else {"$value": value}


def decoded(body: bytes, options: Mapping[str, Any]) -> str:
    """The text, in one of the encodings that the source's policy names. Raises Unreadable sending.encoding with the first bad place."""
    problem: UnicodeDecodeError | None = None
    for encoding in options.get("encodings", ["utf-8"]):
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError as error:
            problem = problem or error
            continue
        if "�" in text or "\x00" in text:
            raise Unreadable("sending.encoding", at=max(text.find("�"), text.find("\x00")))
        return text.removeprefix("\ufeff")
    raise Unreadable("sending.encoding", at=problem.start if problem else 0)


# --- lines and forms ------------------------------------------------------------------------------------------------------------


def cut_lines(body: bytes) -> Cut:
    decoded(body, {})
    lines = body.splitlines(keepends=True)
    if any(line.strip() for line in lines) and not body.endswith(b"\n"):
        raise Unreadable("sending.cut_off", size=len(body))
    return parted(b"", lines, lambda line: bool(line.strip()))


def parted(head: bytes, lines: Sequence[bytes], is_row: Callable[[bytes], bool]) -> Cut:
    """The rows among these lines as pieces. What stands between two rows stays with the one before it, so that no byte is lost."""
    rows: list[bytes] = []
    between = b""
    for line in lines:
        if not is_row(line):
            between += line
            continue
        if rows:
            rows[-1] += between
        else:
            head += between
        between = b""
        rows.append(line)
    return Cut(head, rows, between)


def read_form(piece: bytes) -> dict[str, Any]:
    return dict(parse_qsl(piece.decode().strip(), keep_blank_values=True, max_num_fields=MAX_COLUMNS))


# --- CSV ------------------------------------------------------------------------------------------------------------------------


def cut_csv(body: bytes, options: Mapping[str, Any]) -> Cut:
    """Cut after the header line and then at each record; a quoted field may hold line ends."""
    text = decoded(body, options)
    encoding = encoding_of(body, options)
    lines = text.splitlines(keepends=True)
    start = int(options.get("header_line", 1))
    reader = csv.reader(lines[start - 1 :], delimiter=options.get("delimiter", ","))
    pieces: list[bytes] = []
    before = 0
    try:
        for _ in reader:
            pieces.append("".join(lines[start - 1 + before : start - 1 + reader.line_num]).encode(encoding))
            before = reader.line_num
    except csv.Error as error:
        raise Unreadable("sending.shape", line=before + start) from error
    if not pieces:
        raise Unreadable("sending.shape", line=start)
    comment = str(options.get("footer_prefix", "\x00")).encode(encoding)
    head = "".join(lines[: start - 1]).encode(encoding) + pieces[0]
    return parted(head, pieces[1:], lambda piece: bool(piece.strip()) and not piece.startswith(comment))


def encoding_of(body: bytes, options: Mapping[str, Any]) -> str:
    for encoding in options.get("encodings", ["utf-8"]):
        try:
            body.decode(encoding)
        except UnicodeDecodeError:
            continue
        return str(encoding)
    return "utf-8"


def read_csv(parts: Cut, options: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    delimiter = options.get("delimiter", ",")
    header_text = decoded(parts.head, options).splitlines()[int(options.get("header_line", 1)) - 1 :]
    header = [name.strip() for name in next(csv.reader(header_text, delimiter=delimiter))]
    for piece in parts.pieces:
        cells = next(csv.reader(io.StringIO(decoded(piece, options), newline=""), delimiter=delimiter), [])
        row: dict[str, Any] = dict(zip(header, cells, strict=False))
        if len(cells) != len(header):
            row["$cells"] = str(len(cells))
        yield row


# --- XML ------------------------------------------------------------------------------------------------------------------------


def xml_pattern(options: Mapping[str, Any]) -> re.Pattern[bytes]:
    tags = b"|".join(re.escape(tag.encode()) for tag in options["tags"])
    return re.compile(rb"<((?:[\w.-]+:)?(?:" + tags + rb"))(?=[\s>]).*?</\1\s*>", re.DOTALL)


def cut_xml(body: bytes, options: Mapping[str, Any]) -> Cut:
    parse_xml(body)
    spans = [match.span() for match in xml_pattern(options).finditer(body)]
    if not spans:
        return Cut(body, [])
    ends = [*(start for start, _ in spans[1:]), spans[-1][1]]
    return Cut(body[: spans[0][0]], [body[s:e] for (s, _), e in zip(spans, ends, strict=True)], body[spans[-1][1] :])


def parse_xml(body: bytes) -> etree._Element:
    """No DTD, no entities, no network, no huge trees: a hostile document ends in one clear finding."""
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise Unreadable("sending.hostile", what="doctype")
    try:
        return etree.fromstring(
            body, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        )
    except etree.XMLSyntaxError as error:
        cut_off = "Premature" in str(error) or "EndTag" in str(error)
        code = (
            "sending.encoding"
            if getattr(error, "code", 0) in WRONG_LETTERS
            else "sending.cut_off"
            if cut_off
            else "sending.shape"
        )
        raise Unreadable(code, line=error.lineno or 0) from error
    except (ValueError, LookupError) as error:
        raise Unreadable("sending.encoding", at=0) from error


def read_xml(parts: Cut, options: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    root = parse_xml(parts.head + b"".join(parts.pieces) + parts.tail)
    wanted = set(options["tags"])
    for element in root.iter(etree.Element):
        name = etree.QName(element).localname
        if name in wanted:
            yield name, members(element)


def members(element: etree._Element, depth: int = 0) -> dict[str, Any]:
    """Children by local name, attributes as @name, repeated children as a list; text of a leaf that has attributes as #."""
    row: dict[str, Any] = {f"@{etree.QName(str(name)).localname}": str(value) for name, value in element.attrib.items()}
    for child in element.iterchildren(etree.Element):
        name = etree.QName(child).localname
        leaf = not len(child) and not child.attrib
        value: Any = (child.text or "").strip() if leaf or depth > 20 else members(child, depth + 1)
        if name in row:
            row[name] = [*(row[name] if isinstance(row[name], list) else [row[name]]), value]
        else:
            row[name] = value
    if not len(element) and (element.text or "").strip():
        row["#"] = (element.text or "").strip()
    return row


# --- XLSX -----------------------------------------------------------------------------------------------------------------------


def read_xlsx(body: bytes, options: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Rows of each sheet under its header line, cells as text, whole numbers without ".0"."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            if sum(item.file_size for item in archive.infolist()) > MAX_UNZIPPED:
                raise Unreadable("sending.hostile", what="size")
        book = openpyxl.load_workbook(io.BytesIO(body), read_only=True, data_only=True)
        for sheet in book.worksheets:
            rows = sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS)
            for _ in range(int(options.get("header_line", 1)) - 1):
                next(rows, None)
            header = [str(name or "").strip() for name in next(rows, ())]
            for number, cells in enumerate(rows, start=int(options.get("header_line", 1)) + 1):
                if any(cell is not None for cell in cells):
                    row = {name: cell_text(cell) for name, cell in zip(header, cells, strict=False) if name}
                    yield sheet.title, {**row, "$sheet": sheet.title, "$row": str(number)}
    except Unreadable:
        raise
    except Exception as error:  # openpyxl raises whatever a broken part of the file makes it raise
        raise Unreadable("sending.shape", what=type(error).__name__) from error


def cell_text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    isoformat = getattr(cell, "isoformat", None)
    return str(isoformat()) if isoformat else str(cell)
