"""The kit sends its own report with `--send`: every name of a check is one that the hub takes, and what was seen stays at home."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from client.suar_client import Hub
from client.suar_client.__main__ import main
from client.suar_client.report import VERSION, Report
from tests.client.test_against_hub import ORIGIN, hub, many
from tests.exchange.delivering import rows
from tests.house import rules

__all__ = ["hub"]


def kept() -> list[tuple[Any, ...]]:
    return rows("SELECT agency, kind, kit, checks::text FROM exchange_contract ORDER BY id")


def test_check_feed_gives_the_hub_its_report(hub: Hub, capsys: Any) -> None:
    many(2)
    words = ["check-feed", "--hub", hub.base, "--origin", ORIGIN, "--client", hub.client, "--key", str(hub.key)]
    main(words)
    assert kept() == []
    main([*words, "--send"])
    said = capsys.readouterr().out
    [(agency, kind, kit, checks)] = kept()
    assert (agency, kind, kit) == ("kp2mi", "feed", VERSION) and "kept at the hub as" in said
    assert "our key gets a token" in checks and "verified" not in checks  # what was seen stays at home


def test_check_receiver_gives_it_too_and_says_what_it_needs(hub: Hub, tmp_path: Path, capsys: Any) -> None:
    words = ["check-receiver", "http://127.0.0.1:9/", "--key", str(tmp_path / "trial.pem"), "--send"]
    assert main(words) == 2 and "--machine-key" in capsys.readouterr().err
    assert (
        main([*words, "--hub", hub.base, "--origin", ORIGIN, "--client", hub.client, "--machine-key", str(hub.key)])
        == 1
    )
    [(agency, kind, _, _)] = kept()
    assert (agency, kind) == ("kp2mi", "receiver")


def test_a_report_carries_no_word_of_what_was_seen() -> None:
    report = Report()
    report.check("a check", lambda: (True, "9952014505900001"))
    assert "9952014505900001" in report.written() and "9952014505900001" not in str(report.sent("feed"))


def test_the_version_is_that_of_the_package() -> None:
    assert f'version = "{VERSION}"' in (rules.ROOT / "client" / "pyproject.toml").read_text()
