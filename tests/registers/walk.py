"""A walk of joins, splits, clearances and changing records through a small register, and what a desk reaches at every step."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction

from suar.agencies.access import as_hub, enter
from suar.core.act import Act
from suar.core.errors import Conflict, NotFound, Refusal
from suar.core.identity.person import Description
from suar.core.linking.decide import Ruling
from suar.intake.actions.keep import keep, open_run
from suar.intake.connectors.sending import Sending
from suar.intake.jobs.read import read_batch
from suar.persons.access.pair import pair_for
from suar.persons.actions.look_again import look_again
from suar.persons.actions.rule import rule
from suar.persons.actions.take import take
from suar.persons.jobs import place_batch, resolve_again
from suar.persons.queries.cleared import attached
from suar.persons.queries.found import count, matching_policy
from suar.persons.queries.membership import members
from suar.policies.models import Version
from suar.policies.queries import in_force
from suar.registers.queries import in_force_for
from suar.screening.access import body_of
from suar.screening.actions.apart import set_apart
from suar.screening.actions.ask import screen
from suar.screening.actions.clear import confirm
from suar.screening.actions.question import Asked
from suar.screening.actions.weigh import sought
from suar.screening.models import Screening
from suar.site.projecting import project
from suar.vault.queries import derived_id
from tests import cast
from tests.cast import BEFORE, NOON, hub
from tests.persons.asked import as_the_hub

#: The second is the first under other numbers, the third his sibling, the fourth a namesake of his.
HUMANS: tuple[dict[str, str], ...] = (
    {"full_name": "Kornelis Tanggela", "sex": "1", "birth_date": "1981-03-12", "nik": "9901011203810001", "passport_no": "X9901001",
     "mother_name": "Inaq Mardiyah Banunaek", "phone": "+6281990000501"},
    {"full_name": "Kornelis Tanggela", "sex": "1", "birth_date": "1981-03-12", "nik": "9902011203812874", "passport_no": "X9902002",
     "mother_name": "Inaq Mardiyah Banunaek", "phone": "+6281990000502"},
    {"full_name": "Yosafat Tanggela", "sex": "1", "birth_date": "1984-07-02", "nik": "9901010207840003", "passport_no": "X9903003",
     "mother_name": "Inaq Mardiyah Banunaek", "phone": "+6281990000501"},
    {"full_name": "Kornelis Tanggela", "sex": "1", "birth_date": "1979-11-23", "nik": "9907012311790004", "passport_no": "X9904004",
     "mother_name": "Inaq Wagiyem Wirosobo", "phone": "+6281990000504"},
)  # fmt: skip
NUMBERS = ("nik", "passport_no")
#: What a record leaves out of what it could say, or takes from another human: numbers put under the wrong name.
SAID: tuple[tuple[str, ...], ...] = (
    (), ("-nik",), ("-passport_no",), ("-nik", "-phone"), ("-passport_no", "-phone", "-mother_name"), ("nik",), ("passport_no",), ("phone",),
    ("-nik", "-passport_no"), ("nik", "-passport_no"),
)  # fmt: skip
STATES = {
    "aplikasi": {"status": "submitted", "submitted_at": "2026-11-02T03:00:00+00:00", "application_no": "A"},
    "tunda": {"deferred_at": "2026-11-20T03:00:00+00:00", "reason": "suspected_non_procedural"},
    "cegah": {"status": "in_force", "valid_from": "2026-11-01", "valid_to": "2027-04-30"},
    "penempatan": {"country": "MYS", "status": "contracted", "contract_from": "2026-11-03"},
}
KIND = {
    "aplikasi": "passport_application",
    "tunda": "departure_deferral",
    "cegah": "exit_ban",
    "penempatan": "placement",
}
AGENCY = {"simkim": "imigrasi", "siskop2mi": "kp2mi"}
OMITTED = {
    "aplikasi": (),
    "tunda": ("nik", "mother_name", "phone"),
    "cegah": ("mother_name", "phone"),
    "penempatan": (),
}
REVIEWERS = (cast.WULAN, cast.YOGA, cast.TARI)
RULINGS = (Ruling.NOT_SAME, Ruling.JOINED, Ruling.WITHDRAWN)
Reached = dict[tuple[str, str], frozenset[UUID]]


def adopt() -> None:
    """Policies, both sources with all that they send, the officers, and who may read whom."""
    cast.adopt()
    for source, streams in (("simkim", ("aplikasi", "tunda", "cegah")), ("siskop2mi", ("penempatan",))):
        kinds = {stream: spoken(stream) for stream in streams}
        table = {
            "source": source, "agency": AGENCY[source], "dated": "2026-11-21", "name": {"id": source, "en": source}, "zone": "Asia/Jakarta",
            "feed": "delta", "rhythm_minutes": 10, "stale_after_minutes": 60, "covers": "all",
            "reach": {"connector": "rest", "streams": {one: {"media": "json", "options": {"records": "rows"}} for one in streams}},
            "guard": {"returned_permille": 1000}, "kinds": kinds,
        }  # fmt: skip
        Version.objects.create(
            id=uuid4(), name=f"sources/{source}", sha256=uuid4().hex * 2, content=table, in_force_from=BEFORE + timedelta(days=1),
            adopted_by=uuid4(), reason="tests",
        )  # fmt: skip
    asked_twice = dict(Version.objects.get(name="matching/review").content) | {"second_opinion_permille": 0}
    Version.objects.create(
        id=uuid4(), name="matching/review", sha256=uuid4().hex * 2, content=asked_twice, in_force_from=BEFORE + timedelta(days=1),
        adopted_by=uuid4(), reason="tests",
    )  # fmt: skip
    for seat in (*REVIEWERS, cast.BIMA, cast.ARIF, cast.DIAN):
        cast.seated(seat)
    for receiver, giver in (("suar", "imigrasi"), ("suar", "kp2mi"), ("kp2mi", "imigrasi")):
        cast.agree(giver, receiver, ["identity_review"])
    cast.agree("kp2mi", "imigrasi", ["departure_screening"])


def spoken(stream: str) -> dict[str, Any]:
    names = [*(name for name in HUMANS[0] if name not in OMITTED[stream]), *STATES[stream]]
    names += ["decision_no"] if stream == "cegah" else []
    whose = {} if stream == "cegah" else {"subject_id": "who"}  # a row of the list names no human's id
    return {
        "kind": KIND[stream], "record_id": "id", "version": {"from": "version", "read": "integer"}, "withdrawn": {"gone": ["ya"]},
        "sparse": True, "fields": {name: name for name in names}, **whose,
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lost:
    """What could be reached before a step and could not after it."""

    step: str
    number: tuple[str, str]
    entry: UUID


@dataclass(slots=True)
class Walk:
    """The register on the way: what each record says now, and what was lost that two persons did not take away."""

    minutes: int = 0
    records: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    versions: dict[tuple[str, str], int] = field(default_factory=dict)
    lost: list[Lost] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    reach: Reached = field(default_factory=dict)
    parted_by_two: int = 0

    def act(self, seat: cast.Seat, reference: str = "pair") -> Act:
        return cast.act(seat, at=NOON + timedelta(minutes=self.minutes), reference=reference)

    def step(self, kind: str, one: int, other: int) -> None:
        """Do one thing, and look from every number whether something went out of sight."""
        self.minutes += 1
        before, said, judged = self.reach, {key: dict(row) for key, row in self.records.items()}, judgements()
        self.told.append(f"{kind} {one} {other}: {getattr(self, kind)(one, other)}")
        parted_by_two = [row for row in judgements()[len(judged) :] if row[2] and row[3] in {"not_same", "withdrawn"}]
        self.parted_by_two += len(parted_by_two)
        after = self.reach = self.reached()
        if parted_by_two and kind != "clear":
            return
        standing = running(NOON + timedelta(minutes=self.minutes))
        cleared = {id_ for row in parted_by_two for id_ in row[:2]}
        for number, entries in before.items():
            gone = entries - after.get(number, frozenset())
            if self.taken_back(number, said, kind):
                gone &= self.naming(number)
            for entry in gone:
                if entry in standing and standing[entry] not in cleared and not self.restated(entry, said):
                    self.lost.append(Lost(self.told[-1], number, entry))

    def taken_back(self, number: tuple[str, str], said: Mapping[tuple[str, str], Mapping[str, str]], kind: str) -> bool:
        """Whether a record that stated this number before the step states it no longer: its source's own word. What a whole passport is
        like changes with every record.
        """
        name, value = number
        if name == "passport":
            return kind in {"state", "restrict", "withdraw"}
        return any(row.get(name) == value and self.records.get(key, {}).get(name) != value for key, row in said.items())

    def naming(self, number: tuple[str, str]) -> set[UUID]:
        """The restrictions whose own record states this number: nobody else's word takes it from them."""
        name, value = number
        restrictions = {key: row for key, row in self.records.items() if key[0] in {"cegah", "tunda"}}
        return {entry_of(key) for key, row in restrictions.items() if row.get(name) == value}

    def restated(self, entry: UUID, said: Mapping[tuple[str, str], Mapping[str, str]]) -> bool:
        """Whether the owner of the restriction says something else in it than before."""
        owner = {key for key in said if key[0] in {"cegah", "tunda"} and self.records.get(key) != said[key]}
        return any(entry == entry_of(key) for key in owner)

    def reached(self) -> Reached:
        """From each number that a record states, and from each passport as a whole, the restrictions shown at a counter that types it."""
        numbers = sorted({(name, row[name]) for row in self.records.values() for name in NUMBERS if row.get(name)})
        alone = {number: self.from_(Description.of(dict([number]))) for number in numbers}
        return alone | {("passport", str(n)): self.from_(Description.of(passport(n))) for n in range(len(HUMANS))}

    def from_(self, typed: Description) -> frozenset[UUID]:
        act = self.act(cast.BIMA, "CGK-1")
        policy = matching_policy(in_force(act.at)).for_register(count())
        with transaction.atomic():
            enter(act, "screening.make")
            found = sought(typed, policy, frozenset())
            following = attached([*found.same, *found.likely])
            return frozenset(entry.id for entry in in_force_for([*found.same, *found.likely, *following], act.at))

    # What may happen ----------------------------------------------------------------------------------------------------------------

    def state(self, one: int, other: int) -> str:
        """A source says something of somebody, perhaps with a number that is another's."""
        stream, human = ("aplikasi", "penempatan")[one % 2], one // 2 % len(HUMANS)
        return self.send(
            stream, f"{human}", human, SAID[other % len(SAID)], (human + 1 + other // 10 % 3) % len(HUMANS)
        )

    def restrict(self, one: int, other: int) -> str:
        """A ban, or a deferral, of one of them."""
        stream, human = ("cegah", "tunda")[one % 2], one // 2 % len(HUMANS)
        omitted = ((), ("-nik",), ("-passport_no",), ("-nik", "-passport_no"))[other % 4]
        return self.send(stream, f"{stream}-{human}", human, omitted, human)

    def withdraw(self, one: int, other: int) -> str:
        """A source takes back what it said of somebody."""
        known = sorted(key for key in self.records if key[0] not in {"cegah", "tunda"})
        if not known:
            return "nothing"
        stream, id_ = known[one % len(known)]
        row = self.records.pop((stream, id_))
        self.take_in(stream, id_, row | {"gone": "ya"})
        return f"{stream} {id_}"

    def rule(self, one: int, other: int) -> str:
        """One reviewer rules on a pair that he asked for, or that waits for him."""
        ids = [derived_id(source, name) for source, name in sorted({named(key) for key in self.records})]
        if len(ids) < 2:
            return "nobody"
        a, b = ids[one % len(ids)], ids[(one + 1 + other // 8 % (len(ids) - 1)) % len(ids)]
        return self.ruled(min(a, b), max(a, b), RULINGS[(0, 0, 0, 0, 1, 1, 1, 2)[other % 8]], REVIEWERS[one // 7 % 3])

    def second(self, one: int, other: int) -> str:
        """Whoever is drawn says the same as the first of a pair that waits for him."""
        waiting = as_the_hub(
            "SELECT r.a, r.b, o.ruling FROM persons_review r JOIN persons_opinion o ON o.round = r.round AND o.turn = 1"
            " WHERE r.turn = 2 ORDER BY r.a, r.b"
        )
        if not waiting:
            return "nobody waits"
        a, b, ruling = waiting[one % len(waiting)]
        said = [self.ruled(a, b, Ruling(ruling), seat, ask=False) for seat in REVIEWERS]
        return " ".join(said)

    def ruled(self, a: UUID, b: UUID, ruling: Ruling, seat: cast.Seat, *, ask: bool = True) -> str:
        act = self.act(seat)
        try:
            if ask:
                look_again(a, b, "papers", act=act)
            take(a, b, act=act)
            seen = pair_for(act, a, b)["evidence"]
            assert isinstance(seen, UUID)
            return f"{ruling.value} {rule(a, b, ruling, seen=seen, act=act)}"
        except (Refusal, Conflict, NotFound) as error:
            return error.code

    def clear(self, one: int, other: int) -> str:
        """A counter asks for somebody by all that his passport says, sets a match apart, and another officer confirms it; where a hold is
        advised the supervisor sets apart.
        """
        typed = passport(one % len(HUMANS))
        reference = f"CGK-{self.minutes}"
        asked = Asked(
            purpose="departure", desk="CGK-A1", lane="", officer="", reference=reference, traveller=typed, journey={}
        )
        first = screen(asked, act=self.act(cast.BIMA, reference), client="walk", key="", elapsed_ms=lambda: 1)
        found = persons_shown(first)
        if not found:
            return "nobody"
        person = found[other // 2 % len(found)]
        seeing, confirming = (cast.BIMA, cast.ARIF) if other % 2 else (cast.ARIF, cast.DIAN)
        try:
            newer = set_apart(first, person, "birth_date", act=self.act(seeing, str(first)), elapsed_ms=lambda: 1)
            return confirm(newer, person, act=self.act(confirming, str(newer)))
        except (Refusal, Conflict) as error:
            return error.code

    def rebuild(self, one: int, other: int) -> str:
        """Links and membership dropped, and made again from what is known."""
        with transaction.atomic(), connection.cursor() as cursor:
            as_hub()
            cursor.execute("DELETE FROM persons_link")
            cursor.execute("DELETE FROM persons_member")
            cursor.execute("SELECT id FROM persons_subject ORDER BY id")
            ids = [id_ for (id_,) in cursor.fetchall()]
            resolve_again(ids, lambda changed, largest: None, act=hub(NOON + timedelta(minutes=self.minutes)))
            return f"{len(ids)} subjects, {len(members(ids))} persons"

    # Records ------------------------------------------------------------------------------------------------------------------------

    def send(self, stream: str, id_: str, human: int, said: tuple[str, ...], lender: int) -> str:
        row = dict(HUMANS[human]) | {name: HUMANS[lender][name] for name in said if not name.startswith("-")}
        row = {name: value for name, value in row.items() if f"-{name}" not in said and name not in OMITTED[stream]}
        row |= {"who": f"h{human}"} | STATES[stream] | ({"decision_no": f"PCG-{human}"} if stream == "cegah" else {})
        self.records[stream, id_] = row
        self.take_in(stream, id_, row)
        return f"{stream} {id_} {' '.join(said)}"

    def take_in(self, stream: str, id_: str, row: Mapping[str, str]) -> None:
        source = "siskop2mi" if stream == "penempatan" else "simkim"
        version = self.versions[stream, id_] = self.versions.get((stream, id_), 0) + 1
        body = json.dumps({"rows": [dict(row) | {"id": id_, "version": version}]}).encode()
        act = hub(NOON + timedelta(minutes=self.minutes))
        sending = Sending(stream=stream, media="json", body=body, cursor_after="", options={"records": "rows"})
        run = open_run(source, stream, act=act)
        (batch,) = keep(sending, source=source, agency=AGENCY[source], run=run, act=act, announce=False).batches
        read_batch(batch, act=act)
        place_batch(batch, act=act)
        project(batch, act=act)


def passport(human: int) -> dict[str, str]:
    return {name: HUMANS[human][name] for name in ("full_name", "birth_date", "sex", *NUMBERS)}


def named(key: tuple[str, str]) -> tuple[str, str]:
    """The source of a record, and how it knows the human; a row of the list is a human of its own."""
    stream, id_ = key
    source = "siskop2mi" if stream == "penempatan" else "simkim"
    return source, f"exit_ban/{id_}" if stream == "cegah" else f"h{id_[-1]}"


def entry_of(key: tuple[str, str]) -> UUID:
    return derived_id("entry", "simkim", KIND[key[0]], key[1])


def judgements() -> list[tuple[Any, ...]]:
    return as_the_hub("SELECT a, b, second IS NOT NULL AND second <> by, ruling FROM persons_judgement ORDER BY id")


def running(at: Any) -> dict[UUID, UUID]:
    """Every restriction in force, with whom it names."""
    return dict(as_the_hub("SELECT id, subject FROM registers_entry WHERE in_force @> %s::timestamptz", at))


def persons_shown(screening: UUID) -> list[UUID]:
    with transaction.atomic():
        as_hub()
        return [UUID(match["person"]) for match in body_of(Screening.objects.get(id=screening))["matches"]]
