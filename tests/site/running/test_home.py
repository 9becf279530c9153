"""The runtime folder: private, and whole whatever happens while it is written."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from suar.site.running.home import CannotRun, Home, here, write_json


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_it_is_closed_to_others_and_its_notes_hold_no_wider_rights(home: Home) -> None:
    home.tell(database={"app": "postgresql://…"})
    assert mode(home.folder) & 0o066 == 0 and mode(home.keys) == 0o700
    assert mode(home.folder / "run.json") == 0o600


def test_what_is_told_later_is_added_to_what_was_told_before(home: Home) -> None:
    home.tell(address="http://localhost:8080/", loaded=True)
    home.tell(address="")
    assert home.run() == {"address": "", "loaded": True}


def test_a_note_cut_off_by_a_power_loss_is_read_as_none_and_written_anew(home: Home) -> None:
    (home.folder / "run.json").write_text('{"address": "http')
    assert home.run() == {}
    home.tell(loaded=True)
    assert home.run() == {"loaded": True}


def test_writing_that_fails_leaves_the_old_file(home: Home) -> None:
    home.tell(loaded=True)
    with pytest.raises(TypeError):
        write_json(home.folder / "run.json", {"loaded": object()})
    assert home.run() == {"loaded": True}


def test_another_home_may_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SUAR_HOME", str(tmp_path / "elsewhere"))
    assert here().folder == tmp_path / "elsewhere"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a folder that is somebody else's")
def test_somebody_elses_folder_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / ".suar"
    folder.mkdir()
    os.chown(folder, 1, 1)
    with pytest.raises(CannotRun, match="belongs to another user"):
        Home(folder).make()
