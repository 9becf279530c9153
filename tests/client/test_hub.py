"""Patience and clear errors, against a server that fails in every way."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from client.suar_client import Hub, Refused, Unavailable
from client.suar_client.__main__ import trial_key
from tests.client.servers import Answer, serving

TOKEN: Answer = (200, b'{"access_token": "t", "expires_in": 600}', {})


def hub_at(address: str, tmp_path: Path, slept: list[float], *, tries: int = 4) -> Hub:
    trial_key(tmp_path / "our.pem")
    return Hub(address, "kp2mi-sistem", tmp_path / "our.pem", tries=tries, timeout_s=2, sleep=slept.append)


def in_turn(
    *answers: Answer,
) -> tuple[Callable[[str, str, Mapping[str, str], bytes], Answer], list[tuple[str, str, bytes]]]:
    """Tokens for whoever asks, and these answers one after the other; the last one again and again."""
    asked: list[tuple[str, str, bytes]] = []

    def answer(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        if path == "/api/v1/token":
            return TOKEN
        asked.append((method, path, headers.get("idempotency-key", "").encode()))
        return answers[min(len(asked), len(answers)) - 1]

    return answer, asked


def test_a_hub_that_is_not_well_is_asked_again_with_the_same_key(tmp_path: Path) -> None:
    answer, asked = in_turn((503, b"", {}), (429, b"", {"retry-after": "7"}), (201, b'{"advice": "clear"}', {}))
    slept: list[float] = []
    with serving(answer) as address, hub_at(address, tmp_path, slept) as hub:
        assert hub.screen({"purpose": "departure"}) == {"advice": "clear"}
    assert len({key for _, _, key in asked}) == 1 and len(asked) == 3
    assert 0.4 <= slept[0] <= 0.6 and 5.6 <= slept[1] <= 8.4  # as long as we were asked to wait


def test_nobody_there_is_unavailable_and_never_an_answer(tmp_path: Path) -> None:
    slept: list[float] = []
    with hub_at("http://127.0.0.1:9", tmp_path, slept) as hub, pytest.raises(Unavailable, match="asked 4 times"):
        hub.screen({})
    assert len(slept) == 4


def test_a_refusal_is_said_once_with_its_code(tmp_path: Path) -> None:
    problem = json.dumps({"code": "screening.unknown_desk", "detail": "No such desk."}).encode()
    answer, asked = in_turn((422, problem, {}))
    with serving(answer) as address, hub_at(address, tmp_path, []) as hub, pytest.raises(Refused) as why:
        hub.screen({})
    assert (why.value.code, why.value.status, len(asked)) == ("screening.unknown_desk", 422, 1)
    assert "No such desk." in str(why.value)


def test_a_token_that_ended_early_is_renewed_once(tmp_path: Path) -> None:
    answer, asked = in_turn((401, b"{}", {}), (200, b'{"sources": []}', {}))
    with serving(answer) as address, hub_at(address, tmp_path, []) as hub:
        assert hub.get("/api/v1/sources") == {"sources": []}
    answer, asked = in_turn((401, b"{}", {}))
    with serving(answer) as address, hub_at(address, tmp_path, []) as hub, pytest.raises(Refused):
        hub.get("/api/v1/sources")
    assert len(asked) == 2
