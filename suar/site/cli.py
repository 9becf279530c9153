"""The program `suar`: one small function for each command, each calling one function of the house. DESIGN 8 fixes the
words.

Nothing heavy is imported before a command needs it: `suar down` answers in a tenth of a second, and `suar names` needs
no server.
"""

from __future__ import annotations

import argparse
import importlib
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from suar.site.running.home import ROOT, CannotRun, here

Command = Callable[[argparse.Namespace], int]
TRAVELLER = (
    "name",
    "nik",
    "passport_no",
    "mrz",
    "born",
    "birth_place",
    "sex",
    "mother_name",
    "phone",
    "address",
    "region_code",
)
JOURNEY = ("destination", "declared_purpose", "departure_date", "return_date", "carrier", "payer_phone")
WRITTEN_OUT = {"name": "full_name", "born": "birth_date"}  # DESIGN 8: the terminal's short words for the API's


def main(words: list[str]) -> int:
    """Exit status: 0 done, 1 something is not well or was refused, 2 the words were not understood or Suar does not
    run.
    """
    program = commands()
    asked, more = program.parse_known_args(words)
    asked.more = more
    do: Command = asked.do
    if more and do is not evaluate:  # whose own program reads them
        program.error(f"unrecognized arguments: {' '.join(more)}")
    try:
        return do(asked)
    except CannotRun as why:
        print(why, file=sys.stderr)
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # `suar … | head`: the reader has seen enough
        return 0


def commands() -> argparse.ArgumentParser:
    program = argparse.ArgumentParser(prog="suar", description="Joins the agencies' records; answers at the desk.")
    verbs = program.add_subparsers(dest="word", required=True, metavar="COMMAND")

    def verb(name: str, do: Command, says: str) -> argparse.ArgumentParser:
        one = verbs.add_parser(name, help=says, description=says)
        one.set_defaults(do=do)
        return one

    verb("up", up, "run everything here until Ctrl-C")
    verb("down", down, "stop the Suar that runs here")
    verb("doctor", doctor, "say what is not well and how to mend it")
    words_of_intake(verb)
    words_of_the_desk(verb)
    words_of_matching(verb)
    words_of_the_log(verb)
    working = verb("worker", worker, "run jobs and pull each source in its rhythm (started by up)")
    working.add_argument("--no-pulling", action="store_true", help="jobs alone")
    keys = verb(
        "machine-keys", machine_keys, "list agencies' machines with keys, certificates and quotas, or end one now"
    )
    keys.add_argument("agency", nargs="?", default="", metavar="AGENCY")
    keys.add_argument("--end", metavar="MACHINE", help="end a machine: all its tokens are refused at once")
    keys.add_argument("--end-key", metavar="THUMBPRINT", help="end one key or certificate")
    signing = verb("event-key", event_key, "show the keys under the hub's events, or make a new one that signs")
    signing.add_argument(
        "--renew", action="store_true", help="sign with a new key from now on; old signatures stay good"
    )
    verb("relay", relay, "pass events on to the agencies (started by up)")
    nodes_ = verb("nats-nodes", nats_nodes, "write the configuration of each node of a NATS cluster")
    nodes_.add_argument("nodes", nargs="+", metavar="NAME=HOST[:PORT[:BETWEEN]]", help="three or more, an odd number")
    nodes_.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    nodes_.add_argument("--store", type=Path, default=Path("jetstream"), help="where each node keeps its streams")
    nodes_.add_argument(
        "--tls", nargs=3, type=Path, metavar=("CERT", "KEY", "CA"), help="as each node finds them on its own disk"
    )
    verb("answer", answer, "answer what agencies ask over NATS (started by up)")
    broken = verb("sandbox", sandbox, "break or mend the demo's agencies: break, mend, status")
    broken.add_argument("verb")
    broken.add_argument("words", nargs=argparse.REMAINDER)
    return program


def words_of_intake(verb: Callable[[str, Command, str], argparse.ArgumentParser]) -> None:
    pull_ = verb("pull", pull, "pull from the sources now")
    pull_.add_argument("sources", nargs="*", metavar="SOURCE")
    pull_.add_argument("--wait", action="store_true", help="until every record is joined into its person")
    load_ = verb("load", load, "the same pipeline from a CSV or JSON Lines file")
    load_.add_argument("file", type=Path)
    load_.add_argument("--source", required=True)
    load_.add_argument("--kind", required=True)
    sources_ = verb("sources", sources, "how each source is; exit 1 where one is late or silent")
    sources_.add_argument(
        "--history", action="store_true", help="and when it was not as it promised, in the last 30 days"
    )
    sources_.add_argument("--json", action="store_true", help="the same numbers for a program, history included")
    standard_ = verb("standard", standard, "list the record kinds of the data standard")
    standard_.add_argument("--write", action="store_true", help="write the pages of docs/reference again")
    verb("law", law, "write the lawyers' table, docs/law: article, table row, code, test")
    key = verb("source-key", source_key, "make or show the key with which a source's machine logs in")
    key.add_argument("source")


def words_of_the_desk(verb: Callable[[str, Command, str], argparse.ArgumentParser]) -> None:
    desk = verb("screen", screen, "one screening at the terminal")
    desk.add_argument("--purpose", choices=("passport_application", "departure", "prelist"), required=True)
    for name in TRAVELLER:
        desk.add_argument(f"--{name.replace('_', '-')}", default="")
    for name in JOURNEY:
        desk.add_argument(f"--{name.replace('_', '-')}", default="")
    for name in ("desk", "lane", "officer", "reference"):
        desk.add_argument(f"--{name}", default="")
    desk.add_argument("--json", action="store_true", help="the answer as the API gives it")
    desk.add_argument("--language", choices=("id", "en"), default="en", help="of the answer in words")
    again = verb(
        "replay-screening", replay_screening, "make the advice of a stored screening again, from what was stored"
    )
    again.add_argument("id", nargs="?", metavar="ID", help="of one screening")
    again.add_argument(
        "--last", type=int, metavar="N", help="the newest N screenings instead; counts, and each that differs"
    )


def words_of_matching(verb: Callable[[str, Command, str], argparse.ArgumentParser]) -> None:
    names_ = verb("names", names, "compare two names: weight, verdict, reasons")
    names_.add_argument("what", choices=("compare",))
    names_.add_argument("pair", nargs="*", metavar="NAME")
    names_.add_argument("--pairs", type=Path)
    names_.add_argument("--out", type=Path)
    link_ = verb("link", link, "link two files of persons")
    link_.add_argument("left", type=Path)
    link_.add_argument("right", type=Path)
    words_of_a_batch(link_)
    resolve_ = verb(
        "resolve", resolve, "find the records of one file, or without one of the register, that are one person"
    )
    resolve_.add_argument("file", type=Path, nargs="?")
    resolve_.add_argument(
        "--full", action="store_true", help="of the register everybody, not only whom another policy linked"
    )
    resolve_.add_argument(
        "--likely",
        action="store_true",
        help="of a file also what is likelier one person than not; for looking, not for joining",
    )
    words_of_a_batch(resolve_, out_needed=False)
    train_ = verb("train", train, "learn the weights of evidence without labels, and propose them")
    train_.add_argument("--from", dest="source", type=Path, metavar="FILE", help="subjects as --export wrote them")
    train_.add_argument("--export", type=Path, metavar="FILE", help="only write the subjects of the register to a file")
    train_.add_argument("--out", type=Path, default=ROOT / "build" / "train" / "weights.yaml")
    train_.add_argument("--random-pairs", type=int, default=1_000_000)
    train_.add_argument("--seed", type=int, default=1, help="of the random pairs")
    calibrate_ = verb("calibrate", calibrate, "hold stated probabilities against the truth of invented nations")
    calibrate_.add_argument(
        "nations", nargs="+", type=Path, metavar="FOLDER", help="people.jsonl and truth/ of one seed"
    )
    calibrate_.add_argument("--out", type=Path, default=ROOT / "build" / "train" / "calibration.yaml")


def words_of_a_batch(one: argparse.ArgumentParser, *, out_needed: bool = True) -> None:
    one.add_argument("--out", type=Path, required=out_needed)
    one.add_argument("--work", type=Path, help="folder for what is done so far; beside the output unless told")
    one.add_argument("--engine", choices=("duckdb", "spark"), default="duckdb", help="what finds the pairs to compare")
    one.add_argument("--cores", type=int, default=0, help="at most so many; all unless told")
    one.add_argument("--memory-mb", type=int, default=1024, help="of the engine; the rest of a run needs less")
    one.add_argument(
        "--usual", type=float, help="share of records that usually match, 0 to 1; far from it the run stops"
    )
    one.add_argument("--anyway", action="store_true", help="publish a run that looked wrong, after a human looked")


def words_of_the_log(verb: Callable[[str, Command, str], argparse.ArgumentParser]) -> None:
    replay_ = verb("replay", replay, "rebuild derived state from facts")
    replay_.add_argument("--since", required=True, help="start, or an instant with offset")
    replay_.add_argument(
        "--without-source", metavar="SOURCE", help="show what would be known without its word since then"
    )
    replay_.add_argument("--key", default="", help="of that source only what this key signed")
    replay_.add_argument("--apply", action="store_true", help="put what was rebuilt in place of what differs")
    held = verb("quarantine", quarantine, "stop a source, or one of its keys, at once; or list what is in quarantine")
    held.add_argument("source", nargs="?", metavar="SOURCE")
    held.add_argument("--key", default="", help="only what this key signs")
    held.add_argument("--from", dest="since", default="", metavar="T", help="an instant with offset")
    held.add_argument("--reason", default="")
    verb("verify", verify, "check the log")
    letters = verb(
        "dead-letters", dead_letters, "list what could not be delivered to an agency's endpoint, or send it again"
    )
    again = letters.add_mutually_exclusive_group()
    again.add_argument("--resend", metavar="ID", help="this one")
    again.add_argument("--all", action="store_true", help="all whose endpoint holds")
    verb("quality", quality, "measure how right the matcher is, and keep it")
    bench_ = verb("bench", bench, "a benchmark: its table, then one JSON line")
    bench_.add_argument("name")
    bench_.add_argument("words", nargs=argparse.REMAINDER)
    verb(
        "evaluate",
        evaluate,
        "judge the desks over an invented nation of its own (--seed S --people N --days D --traces FILE --write): a table, then one JSON line",
    )


def up(asked: argparse.Namespace) -> int:
    from suar.site.running.up import up

    return up(here())


def down(asked: argparse.Namespace) -> int:
    from suar.site.running.down import down

    return down(here())


def doctor(asked: argparse.Namespace) -> int:
    from suar.site.running.doctor import doctor

    return doctor(here())


def pull(asked: argparse.Namespace) -> int:
    from suar.site.running.pulling import pull

    return pull(asked.sources, wait=asked.wait)


def worker(asked: argparse.Namespace) -> int:
    set_up()
    from suar.site.worker import work

    work(pulling=not asked.no_pulling)
    return 0


def relay(asked: argparse.Namespace) -> int:
    set_up()
    from suar.site.worker import relay

    relay()
    return 0


def nats_nodes(asked: argparse.Namespace) -> int:
    from suar.site.running import nodes

    papers = nodes.Papers(certificate=asked.tls[0], key=asked.tls[1], authority=asked.tls[2]) if asked.tls else None
    told = nodes.write(here(), [nodes.read(one) for one in asked.nodes], asked.out, papers=papers, store=asked.store)
    print(f"NATS_URL={told}\nNATS_REPLICAS=3")
    return 0


def answer(asked: argparse.Namespace) -> int:
    set_up()
    from suar.site.worker import answer

    answer()
    return 0


def load(asked: argparse.Namespace) -> int:
    return terminal("load", asked.file, source=asked.source, kind=asked.kind)


def sources(asked: argparse.Namespace) -> int:
    return terminal("sources", history=asked.history, as_json=asked.json)


def standard(asked: argparse.Namespace) -> int:
    return terminal("standard", write=asked.write, server=False)


def law(asked: argparse.Namespace) -> int:
    return terminal("law", server=False)


def source_key(asked: argparse.Namespace) -> int:
    return terminal("source_key", asked.source)


def screen(asked: argparse.Namespace) -> int:
    """The words become the body of POST /api/v1/screenings: one path for desk, API and terminal."""
    told = vars(asked)
    body = {name: told[name] for name in ("purpose", "desk", "lane", "officer", "reference") if told[name]}
    traveller = {WRITTEN_OUT.get(name, name): told[name] for name in TRAVELLER if told[name]}
    journey = {name: told[name] for name in JOURNEY if told[name]}
    body |= {"traveller": traveller, "journey": journey}
    return terminal("screen", body, as_json=asked.json, language=asked.language)


def names(asked: argparse.Namespace) -> int:
    if asked.pairs and asked.out and not asked.pair:
        return terminal("compare_files", asked.pairs, asked.out, server=False)
    if len(asked.pair) == 2 and not asked.pairs:
        return terminal("compare_names", *asked.pair, server=False)
    raise CannotRun("suar names compare A B, or suar names compare --pairs IN.csv --out OUT.csv")


def link(asked: argparse.Namespace) -> int:
    return terminal("link", asked.left, asked.right, asked.out, server=False, **how(asked))


def resolve(asked: argparse.Namespace) -> int:
    if not asked.file:
        return terminal("resolve_register", full=asked.full, anyway=asked.anyway)
    if not asked.out or asked.full:
        raise CannotRun("suar resolve FILE --out PERSONS.csv [--likely], or suar resolve [--full] for the register")
    return terminal("resolve", asked.file, asked.out, server=False, likely=asked.likely, **how(asked))


def how(asked: argparse.Namespace) -> dict[str, object]:
    """How a batch is to run, as `suar/site/batch` takes it."""
    usual = None if asked.usual is None else round(1000 * asked.usual)
    told = {name: getattr(asked, name) for name in ("work", "engine", "cores", "memory_mb", "anyway")}
    return told | {"usual_permille": usual}


def train(asked: argparse.Namespace) -> int:
    if asked.export:
        return terminal("export", asked.export)
    words = {"random_pairs": asked.random_pairs, "seed": asked.seed, "dated": datetime.now(UTC).date().isoformat()}
    return terminal("train", asked.source, asked.out, server=asked.source is None, **words)


def calibrate(asked: argparse.Namespace) -> int:
    dated = datetime.now(UTC).date().isoformat()
    return terminal("calibrate", asked.nations, asked.out, dated=dated, server=False)


def event_key(asked: argparse.Namespace) -> int:
    return terminal("event_key", renew=asked.renew)


def quality(asked: argparse.Namespace) -> int:
    return terminal("quality")


def replay(asked: argparse.Namespace) -> int:
    return terminal("replay", since=asked.since, without_source=asked.without_source, key=asked.key, apply=asked.apply)


def quarantine(asked: argparse.Namespace) -> int:
    return terminal("quarantine", asked.source, key=asked.key, since=asked.since, reason=asked.reason)


def replay_screening(asked: argparse.Namespace) -> int:
    if bool(asked.id) == bool(asked.last):
        raise CannotRun("suar replay-screening ID, or suar replay-screening --last N")
    return terminal("replay_screening", asked.id, last=asked.last)


def verify(asked: argparse.Namespace) -> int:
    return terminal("verify")


def machine_keys(asked: argparse.Namespace) -> int:
    return terminal("machine_keys", asked.agency, end=asked.end, end_key=asked.end_key)


def dead_letters(asked: argparse.Namespace) -> int:
    return terminal("dead_letters", asked.resend, everything=asked.all)


def sandbox(asked: argparse.Namespace) -> int:
    """The sandbox is a program apart: Suar imports nothing of it."""
    words = [sys.executable, "-m", "sandbox", asked.verb, "--home", str(here().sandbox), *asked.words]
    return subprocess.run(words, cwd=ROOT).returncode


def bench(asked: argparse.Namespace) -> int:
    return subprocess.run([sys.executable, "-m", "bench", asked.name, *asked.words], cwd=ROOT).returncode


def evaluate(asked: argparse.Namespace) -> int:
    """The evaluation knows the invented nation's truth, of which Suar knows nothing: a program apart."""
    return subprocess.run([sys.executable, "-m", "bench.evaluate", *asked.more], cwd=ROOT).returncode


def terminal(name: str, *words: object, server: bool = True, **named: object) -> int:
    """Call a command of `suar/site/terminal`. One that this version does not have yet is said plainly."""
    module = "suar.site.terminal"
    if server:
        set_up()
    try:
        do = getattr(importlib.import_module(module), name)
    except (ModuleNotFoundError, AttributeError) as missing:
        if isinstance(missing, ModuleNotFoundError) and missing.name != module:
            raise
        raise CannotRun(f"This version of Suar cannot do that yet: {name.replace('_', ' ')}.") from missing
    return int(do(*words, **named))


def set_up() -> None:
    from suar.site.running.ready import set_up

    set_up()
