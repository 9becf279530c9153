"""`suar standard` and `suar source-key`."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from suar.site import cli
from suar.site.demo import agency_key
from suar.site.running.home import CannotRun
from suar.site.terminal import machines
from tests import cast


def test_the_standard_is_listed_without_a_server(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["standard"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) >= 25 and any(line.startswith("recommendation_letter") and "disnaker" in line for line in lines)


@pytest.mark.django_db
def test_a_source_key_names_the_client_and_the_file_and_never_shows_the_key(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.KEYS = tmp_path
    cast.adopt()
    agency_key("kp2mi")
    assert machines.source_key("bp3mi") == 0
    said = capsys.readouterr().out
    assert "kp2mi-sistem" in said and str(tmp_path / "agencies" / "kp2mi.pem") in said and "PRIVATE" not in said
    assert machines.source_key("dukcapil") == 1
    with pytest.raises(CannotRun, match="No source is called nowhere"):
        machines.source_key("nowhere")
