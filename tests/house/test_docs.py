"""The pages: links lead somewhere, commands exist, both languages are there, and nothing of the machine it was written on is left."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from urllib.parse import unquote

import pytest

from suar.site import reference

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
COMMAND = re.compile(r"(?:\./run|\bsuar) ([a-z][a-z-]+)")
RUNS_ITSELF = {"up", "test", "check", "prove", "lock"}
#: Package indexes, and folders of a machine somebody worked on, in pieces so that this file does not hold them.
LEFT_BEHIND = (
    "pypi." + "org",
    "python" + "hosted",
    "npmjs." + "org",
    "/work/" + "main",
    "/root/" + ".",
    "/home/" + "user",
)


def pages() -> list[Path]:
    tops = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]
    return [*tops, *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "suar").rglob("README.md"))]


def broken_links(page: Path, text: str) -> list[str]:
    targets = [target for target in LINK.findall(text) if not re.match(r"[a-z]+:|#", target)]
    return [target for target in targets if not (page.parent / unquote(target.partition("#")[0])).exists()]


def code_of(text: str) -> str:
    """What stands in blocks and spans of code: where commands are."""
    blocks = re.findall(r"```.*?\n(.*?)```", text, re.DOTALL)
    return "\n".join([*blocks, *re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))])


def unknown_commands(text: str) -> set[str]:
    return set(COMMAND.findall(code_of(text))) - RUNS_ITSELF - set(reference.verbs())


def test_every_link_of_every_page_leads_somewhere() -> None:
    broken = [
        f"{page.relative_to(ROOT)}: {target}" for page in pages() for target in broken_links(page, page.read_text())
    ]
    assert not broken, "\n".join(broken)


def test_every_command_that_a_page_names_exists() -> None:
    unknown = {str(page.relative_to(ROOT)): found for page in pages() if (found := unknown_commands(page.read_text()))}
    assert not unknown


def test_a_broken_link_and_an_invented_command_are_found() -> None:
    assert broken_links(
        ROOT / "README.md", "[x](docs/nowhere.md) [y](docs/index.md#decisions) [z](https://example.org)"
    ) == ["docs/nowhere.md"]
    assert unknown_commands("Type `suar fly` or\n```\n./run levitate --now\n```\n; suar dances. `./run up`") == {
        "fly",
        "levitate",
    }


def test_every_page_below_docs_can_be_reached_from_the_index() -> None:
    reached, rest = set[Path](), [ROOT / "docs" / "index.md"]
    while rest:
        page = rest.pop()
        if page in reached or page.suffix != ".md" or not page.exists():
            continue
        reached.add(page)
        rest += [(page.parent / target.partition("#")[0]).resolve() for target in LINK.findall(page.read_text())]
    lost = {page for page in pages() if page.is_relative_to(ROOT / "docs")} - reached
    assert {str(page.relative_to(ROOT)) for page in lost} <= {"docs/reference/proof.md"}, (
        "written by ./run prove when it is run"
    )


def test_readme_has_its_picture_its_two_commands_and_its_reading_order() -> None:
    text = (ROOT / "README.md").read_text()
    assert (
        "docs/pictures/desk.png" in text and "./run up" in text and "./run test" in text and "## Reading order" in text
    )
    assert (ROOT / "docs" / "pictures" / "desk.png").stat().st_size < 200_000


def test_the_changelog_says_what_is_new() -> None:
    newest = (ROOT / "CHANGELOG.md").read_text().split("\n## ")[1]
    assert newest.startswith("Unreleased") and newest.count("\n- ") >= 3


def test_the_glossary_has_every_word_in_both_languages() -> None:
    tables = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in (ROOT / "docs" / "glossary.md").read_text().splitlines()
        if line.startswith("|") and not re.fullmatch(r"[|\- ]+", line)
    ]
    words = [row for row in tables if len(row) == 4 and row[0] != "Istilah"]
    assert len(words) > 25 and all(all(row) for row in words), [row for row in words if not all(row)]
    english = {word.strip().lower() for row in words for word in row[1].split(",")}
    of_the_design = "message record subject person claim fact entry signal finding clearance reference desk lane act advice decision"
    assert set(of_the_design.split()) <= english


@pytest.mark.parametrize("name", ["commands.md", "configuration.md"])
def test_the_reference_names_every_command_option_and_setting(name: str) -> None:
    kept = (ROOT / "docs" / "reference" / name).read_text()
    said = re.findall(r"^## .*|`-{0,2}[A-Za-z_-]+`", reference.pages()[name], re.MULTILINE)
    missing = [one for one in said if one not in kept]
    assert said and not missing, f"suar standard --write ({missing})"


def test_the_page_of_procedures_says_what_the_policy_says() -> None:
    assert (ROOT / "docs" / "reference" / "procedures.md").read_text() == reference.pages()["procedures.md"]


def test_no_file_holds_a_package_index_or_a_folder_of_somebodys_machine() -> None:
    words = ["git", "grep", "-nIF", *(part for text in LEFT_BEHIND for part in ("-e", text)), "--", "."]
    found = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    if found.returncode > 1:
        pytest.skip("no git work tree here")
    assert found.stdout == ""
