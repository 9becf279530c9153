"""The civil register's rows: the truth with the register's own defects (DOMAIN A4), and corrections made to order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

from sandbox.nation.chronicle import Chronicle, noon, years_later
from sandbox.nation.lives import Life
from sandbox.nation.model import Person, RegistryEntry

DEATH_UNREPORTED = 0.15  # guess
INACTIVE = 0.002  # guess
OLD_FORM = 0.012  # guess: the register has another form of the name
MOTHER_OTHERWISE = 0.03  # guess: named in the DOMAIN as frequent, no share known
DOUBLES = 0.001  # guess: a second row of the same human under another NIK, beside those of a second identity


class Register:
    """All rows by NIK. A NIK may have none, one, or two."""

    def __init__(self, c: Chronicle, since: date) -> None:
        self._c = c
        self._start = noon(since) - timedelta(hours=5)
        self.rows: dict[str, list[RegistryEntry]] = {}

    def enter(
        self, person: Person, life: Life | None, otherwise: Callable[[RegistryEntry], RegistryEntry] | None = None
    ) -> None:
        """The person's row; `otherwise` makes one that disagrees with the truth."""
        rnd = self._c.rnd
        r = rnd.random()
        name = person.full_name
        if r < OLD_FORM and person.name_variants:
            name = person.name_variants[0]
        elif r < 0.04 and (person.titles[0] or person.titles[1]):
            name = f"{person.titles[0]} {name} {person.titles[1]}".strip()
        mother = person.mother_name
        if rnd.random() < MOTHER_OTHERWISE:
            mother = mother.split()[0] if " " in mother else f"Hj. {mother}"
        entry = RegistryEntry(
            person_id=person.id,
            nik=person.nik,
            kk=person.kk,
            full_name=name,
            sex=person.sex,
            birth_date=person.birth_date,
            birth_place=person.birth_place,
            mother_name=mother,
            father_name=person.father_name,
            address=person.address,
            status="inactive" if rnd.random() < INACTIVE else "active",
            recorded_on=max(person.birth_date, self._start.date() - timedelta(days=3000)),
        )
        if life is not None:
            entry = self._married(entry, life)
        self.add(otherwise(entry) if otherwise else entry)
        if life is not None and "birth_date_raised" in life.traces:
            self._correct(entry, life)
        if life is not None and life.other_nik:
            self._second_row(entry, life)
        if person.died_on is not None and rnd.random() >= DEATH_UNREPORTED:
            self._close(entry, person.died_on)

    def add(self, entry: RegistryEntry, at: datetime | None = None) -> None:
        self.rows.setdefault(entry.nik, []).append(entry)
        self._c.tell(at or max(self._start, noon(entry.recorded_on)), "registry.entered", entry)

    def _married(self, entry: RegistryEntry, life: Life) -> RegistryEntry:
        rnd, applied = self._c.rnd, life.applied_at.date()
        if "new_marriage" in life.traces:
            on = applied - timedelta(days=8 + int(rnd.random() * 45))
        elif life.purpose == "marriage":
            on = applied - timedelta(days=120 + int(rnd.random() * 900))
        else:
            return entry
        return replace(entry, married_on=on, spouse_nationality=life.destination)

    def _correct(self, entry: RegistryEntry, life: Life) -> None:
        """The birth date is changed on paper shortly before the passport is asked for."""
        on = life.applied_at.date() - timedelta(days=15 + int(self._c.rnd.random() * 150))
        new = life.at_work.birth_date
        corrected = replace(entry, birth_date=new, corrected_on=on, earlier_birth_date=entry.birth_date)
        self.rows[entry.nik][-1] = corrected
        self._c.tell(noon(on), "registry.corrected", corrected)

    def _second_row(self, entry: RegistryEntry, life: Life) -> None:
        names = life.person.name_variants
        self.add(
            replace(
                entry,
                nik=life.other_nik,
                full_name=names[0] if names else entry.full_name,
                recorded_on=life.applied_at.date() - timedelta(days=1200),
            )
        )

    def _close(self, entry: RegistryEntry, died_on: date) -> None:
        on = died_on + timedelta(days=3 + int(self._c.rnd.random() * 60))
        if noon(on) > self._c.now:
            return
        closed = replace(self.rows[entry.nik][0], status="deceased")
        self.rows[entry.nik][0] = closed
        self._c.tell(noon(on), "registry.closed", closed)


def raised(born: date, applied: date, years: int) -> date:
    """A birth date some years earlier, so that the person is of age when he applies."""
    earlier = years_later(born, -years)
    of_age = years_later(applied, -18) - timedelta(days=40)
    return min(earlier, of_age) if (applied - born).days < 18 * 365.25 else earlier
