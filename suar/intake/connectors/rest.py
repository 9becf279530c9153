"""Pulling pages over HTTP. The policy says how a source pages; each way is one small function that yields sendings in order.

Paging styles under `reach.streams.<stream>.paging`::

    {style: cursor, param: sejak, next: halaman.kursor, more: halaman.masih_ada}     opaque cursor, kept as it is
    {style: pages, param: halaman, total: total_halaman, since: {param: …, format: DD/MM/YYYY}}   page numbers, from a day on;
        rows: total_data, size: per_halaman                                           with these, how many rows a page must have
    {style: offset, param: offset, total: jumlah, rows: data}                         offset and limit
    {style: link}                                                                     Link header, rel="next"
    {style: files, index: /berkas, list: daftar, under: /berkas/}                     an index of files, each taken once;
        name: nama, count: baris                                                      where its rows name the file and count its lines
    {style: one}                                                                      one file, whole, each time
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from suar.intake.connectors.http import Client, Unreachable, inside, member, parsed
from suar.intake.connectors.sending import Sending, Unreadable, cut, decoded

MOST_PAGES = 100_000


def pull(client: Client, stream: str, words: Mapping[str, Any], cursor: str, zone: ZoneInfo) -> Iterator[Sending]:
    """The sendings of a stream from `cursor` on, until the source has no more for now. Raises Unreachable."""
    style = words.get("paging", {}).get("style", "one")
    ways: dict[str, Callable[[], Iterator[Sending]]] = {
        "cursor": lambda: by_cursor(client, stream, words, cursor),
        "pages": lambda: by_pages(client, stream, words, cursor, zone),
        "offset": lambda: by_offset(client, stream, words, cursor),
        "link": lambda: by_link(client, stream, words, cursor),
        "files": lambda: by_files(client, stream, words, cursor),
        "one": lambda: whole(client, stream, words),
    }
    yield from ways[style]()


def sending(stream: str, words: Mapping[str, Any], body: bytes, after: str, *, last: bool, **meta: str) -> Sending:
    named = {f"${name}": value for name, value in meta.items()}
    return Sending(
        stream=stream,
        media=words["media"],
        body=body,
        cursor_after=after,
        options=words.get("options", {}),
        meta=named,
        last=last,
    )


def by_cursor(client: Client, stream: str, words: Mapping[str, Any], cursor: str) -> Iterator[Sending]:
    paging = words["paging"]
    for _ in range(MOST_PAGES):
        answer = client.get(words["path"], {**words.get("params", {}), **({paging["param"]: cursor} if cursor else {})})
        page = told(answer.content, words)
        after = str(inside(page, paging["next"]) or "")
        more = bool(inside(page, paging["more"])) if paging.get("more") else bool(after and after != cursor)
        yield sending(stream, words, answer.content, str(after or cursor), last=not more)
        if not more or after == cursor:
            return
        cursor = str(after)


def told(body: bytes, words: Mapping[str, Any]) -> Any:
    """A page, parsed for what it says of its place in the feed. One that is garbled or cut off is named for what it is, and asked again."""
    try:
        return parsed(body)
    except Unreachable as error:
        decoded(body, words.get("options", {}))  # raises sending.encoding, if that is what is wrong
        raise Unreadable("sending.cut_off", size=len(body)) from error


def by_pages(client: Client, stream: str, words: Mapping[str, Any], cursor: str, zone: ZoneInfo) -> Iterator[Sending]:
    """Page numbers. The cursor is {"since": ISO instant of the server, "page": n}: a finished run goes on from its own start, less an hour."""
    paging = words["paging"]
    place = json.loads(cursor) if cursor else {"since": "", "page": 1}
    since, page = str(place["since"]), int(str(place["page"]))
    begun = str(place.get("begun", ""))
    for _ in range(MOST_PAGES):
        asked = {**words.get("params", {}), paging["param"]: page, **since_asked(paging, since, zone)}
        answer = client.get(words["path"], asked)
        begun = begun or server_time(answer).isoformat()
        said = told(answer.content, words)
        total = whole_number(inside(said, paging["total"]))
        last = page >= total
        after = {"since": begun, "page": 1} if last else {"since": since, "page": page + 1, "begun": begun}
        found = sending(stream, words, answer.content, json.dumps(after), last=last)
        if paging.get("rows"):
            rows = whole_number(inside(said, paging["rows"]))
            size = whole_number(inside(said, paging["size"]))
            must_have(found, min(size, rows - (page - 1) * size))
        yield found
        if last:
            return
        page += 1


def whole_number(value: Any) -> int:
    """A count as a source writes it. Raises Unreachable where that is no number: nothing it says of itself can be relied upon."""
    try:
        return int(value or 0)
    except (ValueError, TypeError) as error:
        raise Unreachable("source.answer", what="count") from error


def must_have(found: Sending, rows: int) -> None:
    """A source that counts its rows and sends fewer has left some out. More are no fault here: they are rows sent twice."""
    pieces = len(cut(found).pieces)
    if pieces < rows:
        raise Unreadable("sending.cut_off", size=len(found.body), said=rows, found=pieces)


def since_asked(paging: Mapping[str, Any], since: str, zone: ZoneInfo) -> dict[str, str]:
    asked = paging.get("since")
    if not asked or not since:
        return {}
    overlap = timedelta(minutes=int(asked.get("overlap_minutes", 60)))
    local = (datetime.fromisoformat(since) - overlap).astimezone(zone)
    return {asked["param"]: local.strftime(str(asked["format"]))}


def server_time(answer: httpx.Response) -> datetime:
    """The source's own clock: a feed that is asked "since when" must be asked in its own time, however wrong that is."""
    try:
        return parsedate_to_datetime(answer.headers["Date"])
    except (KeyError, ValueError) as error:
        raise Unreachable("source.answer", what="no Date header") from error


def by_offset(client: Client, stream: str, words: Mapping[str, Any], cursor: str) -> Iterator[Sending]:
    """Offset and limit over rows that are only ever added; the cursor is the offset reached."""
    paging = words["paging"]
    offset = int(cursor or 0)
    for _ in range(MOST_PAGES):
        answer = client.get(words["path"], {**words.get("params", {}), paging["param"]: offset})
        step = sending(stream, words, answer.content, "", last=False)
        rows = len(cut(step).pieces)
        total = whole_number(inside(told(answer.content, words), paging["total"]))
        offset += rows
        last = rows == 0 or offset >= total
        yield sending(stream, words, answer.content, str(offset), last=last)
        if last:
            return


def by_link(client: Client, stream: str, words: Mapping[str, Any], cursor: str) -> Iterator[Sending]:
    """RFC 8288: the Link header of each page says where the next is; the one with rel="next" of the last page is where to go on later."""
    path = cursor or words["path"]
    for _ in range(MOST_PAGES):
        answer = client.get(path, {} if cursor or path != words["path"] else words.get("params", {}))
        links = {
            rel: target for target, rel in re.findall(r'<([^>]*)>\s*;\s*rel="?(\w+)"?', answer.headers.get("Link", ""))
        }
        following = links.get("next", "")
        resume = following or links.get("resume", "") or path
        yield sending(stream, words, answer.content, resume, last=not following)
        if not following or following == path:
            return
        path = following


def by_files(client: Client, stream: str, words: Mapping[str, Any], cursor: str) -> Iterator[Sending]:
    """Files of an index in name order; the last one taken is asked for again, since it may still have grown."""
    paging = words["paging"]
    index = client.get(paging["index"], words.get("params", {}))
    listed = member(index.content, paging["list"]) or []
    counted = {str(row.get(paging["name"])): row for row in listed if isinstance(row, dict)}
    names = sorted(counted or {str(row) for row in listed})
    if paging.get("pattern"):
        names = [name for name in names if re.fullmatch(paging["pattern"], name)]
    if paging.get("newest_only"):
        names = names[-1:]
    due = [name for name in names if name >= cursor]
    for name in due:
        answer = client.get(str(paging["under"]) + name)
        stamp = re.search(r"\d{4}-\d{2}-\d{2}", name)
        found = sending(
            stream,
            words,
            answer.content,
            name,
            last=name == due[-1],
            file=name,
            file_date=stamp.group() if stamp else "",
        )
        if paging.get("count"):
            must_have(found, whole_number(counted[name].get(paging["count"])))
        yield found


def whole(client: Client, stream: str, words: Mapping[str, Any]) -> Iterator[Sending]:
    answer = client.get(words["path"], words.get("params", {}))
    yield sending(stream, words, answer.content, "", last=True, file=words["path"].rsplit("/", 1)[-1])
