"""What a screening may weigh about one traveller. Typed, closed, and free of protected attributes.

No sex, origin, religion, marital status, disability or income; age only as "below 18", because the law protects
children (UU 21/2007 Ps 1(5); UU 18/2017 Ps 5a), and a recent marriage only as what its papers say. A test fails on a
field that is one of those, and a rule can name nothing that is not here. Where a fact compares places (an application
far from home, an address that others gave too), only the outcome of the comparison is here, never the place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from suar.core.advice.sources import SourceState
from suar.core.indicators.answers import answered


@dataclass(frozen=True, slots=True, kw_only=True)
class FactSheet:
    """Facts at the moment of asking, each from a row below the desks or from what the traveller declared.

    A default is what holds where nothing was found. "Nothing found" counts only where the source could know:
    `sources` says so, and rules ask it by `needs`. Three words recur: `unknown` where one side of a comparison is not
    there; counts are of households, the traveller's own left out; grades are those of the signal's source (A to E) and
    content (1 to 5), "" for no signal in force.
    """

    asked_for: str  # passport_application | departure | prelist

    # Declared at the desk, on the form, or with the booking.
    declared_purpose: str = ""  # code list travel_purposes
    destination: str = ""  # alpha-3
    route: tuple[str, ...] = ()  # places through which the journey leads, in order, as booked ("CGK", "SIN")
    carrier: str = ""  # flight or ship as written, in capitals
    departs_in_days: int | None = None  # days to the declared departure; None where no day was declared
    ticket: str = ""  # one_way | return; "" not declared
    stay_days: int | None = None  # days from the declared departure to the declared return
    visa_kind: str = ""  # code list visa_kinds: of the visa shown, else of the placement's
    visa_days: int | None = None  # days that the visa shown lets its holder stay
    payer: str = ""  # who paid by declaration: self | family | employer | p3mi | agent | stranger
    companions: int | None = None  # people who travel along, as declared
    declared_job: str = ""  # code list jobs
    employer_declared: bool = False  # an employer was named

    # Placement and registration (SISKOP2MI, SIAPkerja, Disnaker).
    recommendation: str = "none"  # none | in_force | ended | paper (shown at the desk, not found in a register yet)
    placement: str = "none"  # none | in_force | ended
    registration: str = "none"  # none | in_force | ended
    returning_worker: bool = False  # left on a placement before, and the contract or a residence permit runs
    placement_country: str = "unknown"  # the placement in force beside the declared destination: agrees | disagrees
    placement_job: str = ""  # code list jobs, of the placement in force
    employer_kind: str = ""  # code list employer_kinds: of the job order behind the placement, else as declared
    p3mi_licence: str = "none"  # none (no P3MI behind the journey) | in_force | ended | unknown (named, not found)
    job_order: str = "none"  # none | in_force | ended | unknown (named, not found)
    job_order_country: str = "unknown"  # the job order beside the placement: agrees | disagrees
    job_order_job: str = "unknown"  # agrees | disagrees
    job_order_quota: str = "unknown"  # free | exceeded: placements that stand under the order, beside its quota
    moratorium: bool = False  # destination and kind of employer stand under a moratorium on this day (policy/facts)

    # Earlier attempts (SIMKIM, KP2MI), days since the latest; None for none. Only those for suspected non-procedural
    # work: most refusals are duplicates and missing papers (DOMAIN 0.15).
    days_since_departure_deferral: int | None = None
    days_since_passport_deferral: int | None = None
    days_since_prevention: int | None = None  # a prevention record of KP2MI or BP3MI
    days_since_distress_return: int | None = None  # sent, fetched or fled home; never a reason against him
    papers_completed_since: bool = (
        False  # a letter or placement that holds, dated after the latest deferral or prevention
    )
    letter_number: str = "unknown"  # in his latest application: none | found (a letter of his bears it) | cancelled (found, withdrawn) | not_found
    offices_tried: int = 0  # passport offices at which he applied within the window of policy
    visa_runs: int = 0  # stays of about a visa's length in one country with a few days at home between, within a year

    # Shared with people of other households, in the window of policy (journeys: keyed things; households by family card).
    shared_phone: int = 0  # households beside his own that gave the phone he gives
    shared_payer: int = 0  # households for whom the phone that applied and paid for him did so too
    shared_email: int = 0  # households that gave the e-mail of his application
    shared_address: int = 0  # households that gave his address in the same kecamatan or kabupaten
    shared_guarantor: int = 0  # households with the guarantor, bureau or school of his application
    applied_together: int = (
        0  # households that applied through his payer or guarantor on the day of his application or beside it
    )
    shared_harmed: int = 0  # households behind his phone or payer of whom somebody was stopped, prevented, complained or came home in need

    # Signals in force on things that he names or that stand in his records, the strongest grade of each ("B2").
    signal_phone: str = ""  # on his phone
    signal_payer: str = ""  # on the phone that paid for him
    signal_account: str = ""  # on a bank account he was told to pay to
    signal_p3mi: str = ""  # on the P3MI, bureau or guarantor
    signal_employer: str = ""  # on the employer
    signal_address: str = ""  # on his address
    signal_route: str = ""  # on the route, departure to destination
    complaints_recruiter: int = 0  # complaints by others that name the P3MI, within the window of policy
    complaints_employer: int = 0  # complaints by others that name the employer

    # Registers: kinds of entries in force whose subject is certainly he (the advice reads the entries themselves).
    registers: tuple[str, ...] = ()

    # Documents beside each other.
    dukcapil: str = "not_asked"  # not_asked | agrees | not_found | deceased | duplicate | inactive | unreachable
    dukcapil_birth_date: str = "unknown"  # agrees | disagrees
    nik_birth_date: str = "unknown"  # digits 7-12 of the NIK beside the stated date: agrees | disagrees
    birth_dates: str = "unknown"  # the dates that his sources state, beside each other: agrees | disagrees
    mrz_typed: str = "unknown"  # what was typed beside what was scanned: agrees | disagrees
    passport: str = "unknown"  # the passport shown, in SIMKIM's records: in_force | ended
    passport_first: bool | None = (
        None  # whether the latest application was for a first passport; None where there is none
    )
    applied_away: bool | None = None  # applied outside the province of residence; None where either place is not known
    second_nik: bool = (
        False  # somebody on record under another NIK is so like him that a human has to say whether they are two
    )
    marriage_days: int | None = None  # days since the marriage that a shown certificate states
    marriage_certificate: str = "unknown"  # regular | irregular

    # Without a source yet: always "unknown", and only drafts of the catalogue name them. in_force | ended
    umrah_bureau: str = "unknown"  # the bureau's licence (PPIU); waits for Kemenag
    crew_agency: str = "unknown"  # the crewing agency's licence (SIUPPAK); waits for Hubla
    host_school: str = "unknown"  # the accreditation of whoever sends trainees; waits for Kemdikti
    family_permission: str = "unknown"  # whether the village stands by the permission; waits for villages that answer

    # Age: by any source that states a birth date, by the NIK and by Dukcapil.
    under_18: bool | None = None  # true where any source says so; None where none says anything
    under_18_by: tuple[str, ...] = ()

    # Protection.
    protection_marker: bool = False  # set by a protection officer's act; says where to send, never why
    asks_for_help: bool = False  # said at the desk, in the interview or by the silent signal

    # The interview: question → answer, by `core.indicators.answers`; "" where it was not asked.
    answered: Mapping[str, str] = field(default_factory=lambda: answered({}))

    # Who could know what.
    sources: Mapping[str, SourceState] = field(default_factory=dict)


#: Names that a rule's CEL cell may use. The sources are asked through `needs`, never inside a cell.
FACTS: frozenset[str] = frozenset(f.name for f in fields(FactSheet)) - {"sources"}


def as_cel(facts: FactSheet) -> dict[str, object]:
    """The facts as variables of a CEL cell."""
    told = {name: list(value) if isinstance(value := getattr(facts, name), tuple) else value for name in FACTS}
    return told | {"answered": answered(facts.answered)}
