"""SIMKIM's counters ask the hub before they write a crossing down, and go on by themselves where it does not answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from client.suar_client.__main__ import trial_key
from sandbox.simkim.counter import Counter
from tests.client.servers import Answer, serving

LEAVES: dict[str, Any] = {
    "id_perlintasan": "U012611290000000001", "nomor_dokumen": "X1234567", "nama": "SARI DEWI", "tgl_lahir": "05-03-1995", "jk": "P", "tpi": "U01",
    "arah": "K", "sarana": "GA820", "negara": "MYS", "maksud": "04", "lajur": "KT",
}  # fmt: skip


class House:
    """What a hub would hear."""

    def __init__(self, status: int = 201) -> None:
        self.status, self.asked = status, list[tuple[dict[str, Any], str]]()

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        if path == "/api/v1/token":
            return 200, b'{"access_token": "t", "expires_in": 600}', {}
        self.asked.append((json.loads(body), headers["idempotency-key"]))
        return self.status, b'{"advice": "clear"}', {}


def counter_at(base: str, folder: Path) -> Counter:
    trial_key(folder / "our.pem")
    told = {"base": base, "client": "imigrasi-sistem", "key": str(folder / "our.pem"), "desks": {"U01": "TPI-CGK-A2"}}
    (folder / "hub.json").write_text(json.dumps(told))
    return Counter(folder)


@pytest.mark.parametrize(
    ("row", "purpose", "lane"), [({}, "departure", "A2"), ({"lajur": "AG"}, "prelist", "")], ids=["counter", "gate"]
)
def test_whoever_leaves_is_asked_about_once_in_the_hub_s_words(
    tmp_path: Path, row: dict[str, str], purpose: str, lane: str
) -> None:
    house = House()
    with serving(house.answer) as base:
        assert counter_at(base, tmp_path).ask(LEAVES | row) == {"advice": "clear"}
    ((question, key),) = house.asked
    assert key == "simkim-U012611290000000001"
    assert (question["purpose"], question["desk"], question["lane"]) == (purpose, "TPI-CGK-A2", lane)
    assert question["traveller"] == {
        "full_name": "SARI DEWI",
        "passport_no": "X1234567",
        "birth_date": "1995-03-05",
        "sex": "2",
    }
    assert question["journey"] == {"destination": "MYS", "declared_purpose": "work", "carrier": "GA820"}


@pytest.mark.parametrize("row", [{"arah": "M"}, {"tpi": "U02"}], ids=["comes home", "where the hub is not in use"])
def test_nobody_else_is(tmp_path: Path, row: dict[str, str]) -> None:
    house = House()
    with serving(house.answer) as base:
        assert counter_at(base, tmp_path).ask(LEAVES | row) is None
    assert not house.asked


def test_a_hub_that_is_not_well_is_left_alone_for_a_while_and_nobody_waits(tmp_path: Path) -> None:
    house = House(status=503)
    with serving(house.answer) as base:
        counter = counter_at(base, tmp_path)
        assert [counter.ask(LEAVES | {"id_perlintasan": str(number)}) for number in range(5)] == [None] * 5
    assert len(house.asked) == 1


def test_until_the_hub_is_named_nobody_asks(tmp_path: Path) -> None:
    assert Counter(tmp_path).ask(LEAVES) is None
