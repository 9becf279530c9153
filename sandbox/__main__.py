"""The sandbox at the command line: `python -m sandbox run | break | mend | status --home DIR`. See
docs/howto/sandbox.md.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import datetime
from pathlib import Path

from sandbox import breakage
from sandbox.frame import AlreadyRunning, run, status
from sandbox.ports import kept_ports
from sandbox.running import SYSTEM_NAMES, written_systems
from sandbox.servers import serve
from sandbox.terms import DEFAULT_RATE, OtherNation, agreed_terms, kept_terms


def main(words: list[str]) -> int:
    """Exit status 0 when done as asked, 2 when asked for something that cannot be."""
    asked = words_of_command().parse_args(words)
    home: Path = asked.home.resolve()
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        return {"run": do_run, "serve": do_serve, "break": do_break, "mend": do_mend, "status": do_status}[asked.do](
            home, asked
        )
    except (OtherNation, AlreadyRunning, NotSoBroken) as refusal:
        print(refusal, file=sys.stderr)
        return 2


def words_of_command() -> argparse.ArgumentParser:
    command = argparse.ArgumentParser(prog="sandbox", description="The agencies' systems, over an invented nation.")
    verbs = command.add_subparsers(dest="do", required=True)
    verb = {name: verbs.add_parser(name) for name in ("run", "serve", "mend", "status")}
    verb["break"] = verbs.add_parser(
        "break", formatter_class=argparse.RawDescriptionHelpFormatter, epilog=breakages_in_words()
    )
    for one in verb.values():
        one.add_argument("--home", type=Path, required=True, help="folder of this sandbox; made when missing")
    verb["run"].add_argument("--seed", type=int)
    verb["run"].add_argument("--people", type=positive)
    verb["run"].add_argument(
        "--now", type=instant, help="end of history, ISO 8601 with offset; the wall clock unless told"
    )
    verb["run"].add_argument(
        "--frozen", action="store_true", help="nothing more happens; the nation's clock stands still"
    )
    verb["run"].add_argument("--rate", type=positive, default=DEFAULT_RATE, help="records a second over all systems")
    verb["run"].add_argument("--speed", type=positive, default=1, help="that many times the rate")
    verb["run"].add_argument("--ports-from", type=int, default=0, help="first port to try; any free one unless told")
    for name in ("run", "serve"):
        verb[name].add_argument("--systems", type=system_list, default=None, help="only these, separated by commas")
    verb["break"].add_argument("system", choices=SYSTEM_NAMES)
    verb["break"].add_argument("what", choices=sorted(breakage.BREAKAGES), metavar="what", help="see below")
    verb["break"].add_argument("state", nargs="?", choices=("on", "off"), default="on")
    verb["break"].add_argument("--amount", type=int, default=None, help="seconds, for slow and clock_skew")
    verb["mend"].add_argument("system", nargs="?", choices=(*SYSTEM_NAMES, "all"), default="all")
    return command


def breakages_in_words() -> str:
    lines = []
    for what, words in sorted(breakage.BREAKAGES.items()):
        only = breakage.OF_ONE_SYSTEM.get(what)
        lines.append(f"  {what:16} {words}{f' (only {only})' if only else ''}")
    return "\n".join(["what can be broken:", *lines])


def positive(text: str) -> int:
    if not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError("a whole number above 0")
    return int(text)


def instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("an instant such as 2026-11-21T08:00:00+07:00") from None
    if at.tzinfo is None:
        raise argparse.ArgumentTypeError("an instant needs its offset, such as +07:00")
    return at


def system_list(text: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    unknown = [name for name in names if name not in SYSTEM_NAMES]
    if unknown:
        raise argparse.ArgumentTypeError(f"no system called {', '.join(unknown)}")
    return names


def do_run(home: Path, asked: argparse.Namespace) -> int:
    terms = agreed_terms(
        home,
        seed=asked.seed,
        people=asked.people,
        now=asked.now,
        frozen=asked.frozen,
        rate=asked.rate * asked.speed,
    )
    run(home, terms, asked.systems or written_systems(), ports_from=asked.ports_from)
    return 0


def do_serve(home: Path, asked: argparse.Namespace) -> int:
    """Inner word of `run`: one of its serving processes."""
    terms = kept_terms(home)
    if terms is None:
        raise OtherNation(f"{home} holds no nation yet")
    serve(home, asked.systems, terms, kept_ports(home, ()))
    return 0


class NotSoBroken(Exception):
    """A system cannot be broken in this way."""


def do_break(home: Path, asked: argparse.Namespace) -> int:
    if asked.what not in breakage.breakages_of(asked.system):
        raise NotSoBroken(
            f"{asked.what} is no breakage of {asked.system}, only of {breakage.OF_ONE_SYSTEM[asked.what]}"
        )
    terms = kept_terms(home)
    if terms is None:
        raise OtherNation(f"{home} holds no nation yet")
    path = home / asked.system / "breaks.json"
    breakage.set_broken(path, asked.what, asked.state == "on", at=terms.clock(home)(), amount=asked.amount)
    print(f"{asked.system}: {', '.join(breakage.read_breaks(path)) or 'nothing is broken'}")
    return 0


def do_mend(home: Path, asked: argparse.Namespace) -> int:
    for name in SYSTEM_NAMES if asked.system == "all" else (asked.system,):
        (home / name / "breaks.json").unlink(missing_ok=True)
    print(f"{asked.system}: mended")
    return 0


def do_status(home: Path, asked: argparse.Namespace) -> int:
    print(json.dumps(status(home), indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
