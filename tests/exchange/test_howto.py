"""The receiver of the page docs/howto/receive.md, as it stands there, against a real Suar."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from pathlib import Path

from tests import cast, database
from tests.browser.conftest import served
from tests.exchange.machines import Machine, agree, happened
from tests.flows.test_outbox import settled
from tests.house import rules
from tests.site.running.waiting import wait_until


def receiver() -> str:
    [code] = re.findall("```python\n(.*?)```", (rules.ROOT / "docs" / "howto" / "receive.md").read_text(), re.DOTALL)
    return str(code)


def test_the_receiver_of_the_page_gets_what_happens_and_acknowledges_it(
    cloned_database: database.Copy, tmp_path: Path
) -> None:
    cast.adopt()
    agree("imigrasi", "kp2mi")
    happened("imigrasi", "record.accepted", "passport")
    wait_until(settled, seconds=60)
    kp2mi = Machine("kp2mi")
    (tmp_path / "receive.py").write_text(receiver())
    with served(cloned_database) as address:
        told = os.environ | {"HUB": address, "TOKEN": kp2mi.token}
        words = [sys.executable, str(tmp_path / "receive.py")]
        with subprocess.Popen(words, env=told, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
            guard = threading.Timer(90, running.kill)
            guard.start()
            assert running.stdout is not None
            first = running.stdout.readline()
            happened("imigrasi", "record.accepted", "crossing")
            second = running.stdout.readline()
            wait_until(lambda: receipts() == 2, seconds=30)
            guard.cancel()
            running.kill()
    assert first.startswith("id.suar.record.accepted ['passport']")
    assert second.startswith("id.suar.record.accepted ['crossing']")


def receipts() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM exchange_receipt WHERE agency = 'kp2mi'")
        return int(cursor.fetchone()[0])
