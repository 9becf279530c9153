"""A desk apart: a process of its own that asks about one traveller over HTTP, again and again, until the advice turns.

One JSON line in: {"token", "body", "until": "hold" or "free" or "", "most": questions, "from": not before this instant}. One out:
{"asked": [[sent, answered, holds], …], "known": whether the traveller is one person of the register by now}.
"""

from __future__ import annotations

import http.client
import json
import sys
import time
import uuid
from typing import Any

PATIENCE_SECONDS = 30.0  # so long it asks for an answer that does not come


def main(host: str, port: int) -> None:
    line = http.client.HTTPConnection(host, port, timeout=PATIENCE_SECONDS)
    for told in sys.stdin:
        print(json.dumps(watched(line, json.loads(told))), flush=True)


def watched(line: http.client.HTTPConnection, told: dict[str, Any]) -> dict[str, Any]:
    asked: list[tuple[float, float, bool]] = []
    known = False
    time.sleep(max(0.0, float(told.get("from", 0)) - time.time()))
    until = time.time() + PATIENCE_SECONDS
    while len(asked) < told["most"] and time.time() < until:
        sent = time.time()
        answer = question(line, told)
        holds = answer["advice"] == "hold"
        known = any(one["verdict"] == "join" for one in answer["matches"])
        asked.append((sent, time.time(), holds))
        if told["until"] and holds is (told["until"] == "hold"):
            break
    return {"asked": asked, "known": known}


def question(line: http.client.HTTPConnection, told: dict[str, Any]) -> dict[str, Any]:
    headers = {
        "Authorization": f"Bearer {told['token']}",
        "Content-Type": "application/json",
        "Idempotency-Key": uuid.uuid4().hex,
    }
    line.request("POST", "/api/v1/screenings", body=json.dumps(told["body"]), headers=headers)
    answer = line.getresponse()
    body = answer.read()
    if answer.status != 201:
        raise SystemExit(f"{answer.status} {body.decode()[:400]}")
    made: dict[str, Any] = json.loads(body)
    return made


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
