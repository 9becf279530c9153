"""The house test (DESIGN 3): what the import contracts cannot see. Each rule is shown to find the bug that it is there for."""

from __future__ import annotations

import ast
import csv
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections

from suar.site.sentences import LANGUAGES, read_catalogue
from tests.house import rules
from tests.house.codes import catalogue, codes_said

HERE = Path(__file__).resolve().parent


def shown(found: list[rules.Breach]) -> str:
    return "\n".join(f"suar/{one.file}:{one.line}: {one.rule}: {one.what}" for one in found)


def test_the_house_rules_hold_in_every_file() -> None:
    found = [breach for path in rules.files() for breach in rules.breaches(rules.place(path), path.read_text())]
    assert not found, shown(found)


def test_only_the_known_names_stand_in_a_room() -> None:
    others = [
        path
        for room in rules.ROOMS
        for path in (rules.SUAR / room).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]
    found = [breach for path in others for breach in rules.names(rules.place(path))]
    assert not found, shown(found)


def test_every_room_of_the_settings_is_a_room_of_the_rules() -> None:
    assert set(settings.ROOMS) == set(rules.ROOMS)
    assert {path.parent.name for path in rules.SUAR.glob("*/apps.py")} == {*rules.ROOMS, "site"}


PLANTED = [
    ("query in a page", "tips/pages.py", "def village(request):\n    return Report.objects.all()\n"),
    ("query in a page", "screening/pages/desk.py", "from django.db import connection\n"),
    ("query in a page", "intake/api.py", "def f(c):\n    c.cursor()\n"),
    ("clock", "core/advice/advise.py", "import datetime\nat = datetime.datetime.now()\n"),
    ("clock", "persons/actions.py", "from django.utils import timezone\nat = timezone.now()\n"),
    ("clock", "intake/jobs/pull.py", "import time\nt = time.time()\n"),
    ("clock", "intake/jobs/pull.py", "from time import time\n"),
    ("clock", "registers/jobs.py", "from datetime import date\nd = date.today()\n"),
    ("clock", "tips/models.py", "at = models.DateTimeField(auto_now_add=True)\n"),
    ("clock in SQL", "registers/queries.py", "Q = 'SELECT id FROM registers_entry WHERE in_force @> now()'\n"),
    ("clock in SQL", "tips/migrations/0002_more.py", "T = 'at timestamptz DEFAULT CURRENT_TIMESTAMP'\n"),
    ("clock in SQL", "tips/queries.py", "def f(t):\n    return f'SELECT {t} WHERE at < clock_timestamp()'\n"),
    ("another room", "tips/actions.py", "from suar.intake.connectors.http import Client\n"),
    ("another room", "screening/jobs.py", "from suar.persons import queries, jobs\n"),
    ("another room", "persons/pages.py", "import suar.vault.keyring\n"),
    ("another room's rows", "tips/queries.py", "from suar.agencies.models import Officer\nx = Officer.objects.get()\n"),
    ("another room's rows", "tips/queries.py", "from suar.agencies.models import Officer as O\nx = O.objects.get()\n"),
    ("another room's rows", "site/panels.py", "from suar.tips.models import Report\nx = Report.objects.count()\n"),
    ("another room's rows", "tips/queries.py", "Q = 'SELECT id FROM intake_record'\n"),
    ("another room's rows", "site/health.py", "def f(w):\n    return f'SELECT {w} FROM persons_member'\n"),
    ("name in a room", "tips/helpers.py", ""),
    ("name in a room", "persons/utils/text.py", ""),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "file", "text"), PLANTED)
def test_a_planted_breach_is_found(rule: str, file: str, text: str) -> None:
    assert rule in {breach.rule for breach in rules.breaches(file, text)}


HONEST = [
    ("tips/queries.py", '"""No now() in SQL; intake_record is another room\'s."""\nQ = "SELECT id FROM tips_report"\n'),
    ("tips/queries.py", "from suar.tips.models import Report\nx = Report.objects.all()\n"),
    ("site/auth.py", "from datetime import UTC, datetime\nat = datetime.now(UTC)\n"),
    (
        "tips/access.py",
        "from suar.agencies.access import enter\nfrom suar.agencies.models import Officer\ny: Officer\n",
    ),
    ("intake/jobs/pull.py", "import time\nt = time.monotonic()\n"),
]


@pytest.mark.parametrize(("file", "text"), HONEST)
def test_what_is_allowed_is_left_alone(file: str, text: str) -> None:
    assert rules.breaches(file, text) == []


# The import contracts ---------------------------------------------------------------------------------------------------------------


def contracts(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / "lint-imports"
    words = [str(program), "--no-logo", "--no-cache", "--config", str(folder / "pyproject.toml")]
    return subprocess.run(
        words, cwd=folder, env={"PYTHONPATH": str(folder), "PATH": ""}, capture_output=True, text=True
    )


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("suar/vault/queries/__init__.py", "from suar.intake import access", "The ladder BROKEN"),
        ("suar/core/act.py", "import django.conf", "The core is pure BROKEN"),
        ("suar/core/act.py", "import time", "The core is pure BROKEN"),
        ("sandbox/ports.py", "from suar.core import errors", "Sandbox and Suar share nothing BROKEN"),
        ("suar/site/cli.py", "import sandbox.ports", "Sandbox and Suar share nothing BROKEN"),
    ],
)
def test_a_planted_import_breaks_its_contract(tmp_path: Path, file: str, line: str, contract: str) -> None:
    copied(tmp_path)
    target = tmp_path / file
    target.write_text(target.read_text() + f"\n{line}\n")
    assert contract in contracts(tmp_path).stdout


def copied(folder: Path) -> None:
    """The programs' sources and the contracts, without anything that was built."""
    for package in ("suar", "sandbox"):
        for path in (rules.ROOT / package).rglob("*.py"):
            there = folder / path.relative_to(rules.ROOT)
            there.parent.mkdir(parents=True, exist_ok=True)
            there.write_bytes(path.read_bytes())
    (folder / "pyproject.toml").write_bytes((rules.ROOT / "pyproject.toml").read_bytes())


# Tables -----------------------------------------------------------------------------------------------------------------------------

EVERYWHERE = ["default", "owner", "protection", "protection_owner"]
TABLES = """
SELECT relname, relrowsecurity AND relforcerowsecurity FROM pg_class
WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = current_schema()::regnamespace ORDER BY relname
"""


def told() -> dict[str, str]:
    with (HERE / "tables.csv").open(newline="") as file:
        return {row["table"]: row["holds"] for row in csv.DictReader(file)}


def tables(alias: str) -> dict[str, bool]:
    with connections[alias].cursor() as cursor:
        cursor.execute(TABLES)
        return dict(cursor.fetchall())


@pytest.mark.django_db(databases=EVERYWHERE)
def test_every_table_is_known_and_each_with_personal_data_forces_row_level_security() -> None:
    found = tables("owner")
    assert set(found) == set(told())
    for name in {name for name, holds in told().items() if holds == "personal"}:
        assert found[name], f"{name} holds personal data and does not force row-level security"
    behind = tables("protection_owner")
    assert {name: forced for name, forced in behind.items() if told().get(name) == "personal" and not forced} == {}


@pytest.mark.django_db(databases=EVERYWHERE)
def test_a_table_that_forgot_its_wall_is_found() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE tips_report NO FORCE ROW LEVEL SECURITY")
        cursor.execute("CREATE TABLE persons_album (id uuid)")
    with pytest.raises(AssertionError):
        test_every_table_is_known_and_each_with_personal_data_forces_row_level_security()


PARTITIONS = """
SELECT c.relname FROM pg_class c WHERE c.relispartition AND c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
AND has_table_privilege(%s, c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')
"""


@pytest.mark.django_db(databases=EVERYWHERE)
@pytest.mark.parametrize(("alias", "runner"), [("owner", "suar_app"), ("protection_owner", "suar_protection")])
def test_no_partition_is_reached_past_its_table(alias: str, runner: str) -> None:
    with connections[alias].cursor() as cursor:
        cursor.execute(PARTITIONS, [runner])
        assert cursor.fetchall() == []


@pytest.mark.django_db(databases=EVERYWHERE)
@pytest.mark.parametrize("alias", ["default", "protection"])
def test_without_a_door_nothing_personal_is_seen_and_nobody_steps_over_the_wall(alias: str) -> None:
    here = tables(alias)
    with connections[alias].cursor() as cursor:
        for name in sorted(name for name, holds in told().items() if holds == "personal" and name in here):
            cursor.execute(f"SELECT count(*) FROM {name}")
            assert cursor.fetchone() == (0,)
        cursor.execute(
            "SELECT has_schema_privilege('suar_app', 'protection', 'USAGE'), has_schema_privilege('suar_protection', 'public', 'USAGE')"
        )
        assert cursor.fetchone() == (False, False)


# Codes ------------------------------------------------------------------------------------------------------------------------------


def test_every_code_that_is_said_has_its_text_in_both_languages() -> None:
    texts = catalogue()
    missing = sorted(f"{code} ({where})" for code, where in codes_said() if code not in texts)
    assert not missing, "\n".join(missing)
    halves = sorted(
        code
        for code, words in texts.items()
        if set(words) < set(LANGUAGES) or not all(words[one].strip() for one in LANGUAGES)
    )
    assert not halves, halves


def test_a_code_without_a_text_and_a_text_in_one_language_are_found(tmp_path: Path) -> None:
    (tmp_path / "half.yaml").write_text("planted: {id: 'hanya ini'}\n")
    assert set(read_catalogue(tmp_path)["planted"]) < set(LANGUAGES)
    said = dict(
        codes_said_in(
            "class TooLate(Refusal):\n    code = 'planted.too_late'\n\ndef f():\n    return Fault(code='planted.fault')\n"
        )
    )
    assert set(said) == {"planted.too_late", "planted.fault"} and not set(said) & set(catalogue())


def codes_said_in(text: str) -> Iterator[tuple[str, str]]:
    from tests.house.codes import in_module

    yield from in_module(ast.parse(text), "planted.py")
