"""The desk's form: the fields of the API under the same names; reading them is the core's work, not the form's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from suar.core.errors import Fault
from suar.core.registers.freeing import TOLD
from suar.screening.actions.release import Wanted

SEXES = [("", ""), ("1", _("Man")), ("2", _("Woman"))]
TRAVELLER = (
    "mrz",
    "full_name",
    "nik",
    "passport_no",
    "birth_date",
    "birth_place",
    "sex",
    "mother_name",
    "phone",
    "address",
    "region_code",
)
#: Of the journey, what stands on the form at once.
SHOWN = ("destination", "declared_purpose", "departure_date", "return_date", "carrier")
#: And what stands behind "More of the journey": by what it is about, in the order in which it is asked.
MORE: Mapping[str, tuple[str, ...]] = {
    "travel": ("ticket", "route", "visa_kind", "visa_days", "companions"),
    "work": ("job", "employer_kind", "employer", "p3mi", "letter_shown"),
    "paid": ("payer", "payer_phone", "account"),
    "marriage": ("marriage_date", "marriage_certificate"),
}
JOURNEY = SHOWN + tuple(name for names in MORE.values() for name in names)
#: Purposes of travel for which more of the journey is asked: it opens by itself.
ASKS_MORE = ("work", "crew", "marriage")
Choices = Mapping[str, list[tuple[str, str]]]


def text(label: Any, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=400, **more)


#: A number on the phone's or tablet's keyboard; what is none is said by the core, not swallowed by the browser.
NUMBER = forms.TextInput(attrs={"inputmode": "numeric"})


class DeskForm(forms.Form):
    purpose = forms.ChoiceField(
        choices=[("departure", "departure"), ("passport_application", "passport_application")], widget=forms.HiddenInput
    )
    lane = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    mrz = text(_("Scan or type"))
    full_name = text(_("Full name"))
    passport_no = text(_("Passport number"))
    nik = text("NIK")
    birth_date = text(_("Date of birth"))
    sex = forms.ChoiceField(label=_("Sex"), choices=SEXES, required=False)
    birth_place = text(_("Place of birth"))
    destination = text(_("Destination country"))
    declared_purpose = forms.ChoiceField(label=_("Purpose of travel"), required=False)
    departure_date = text(_("Departure date"))
    return_date = text(_("Return date"))
    reference = forms.CharField(
        label=_("Application or crossing number"), max_length=120, error_messages={"required": "typed.required"}
    )
    mother_name = text(_("Mother's name"))
    phone = text(_("Phone"))
    region_code = text(_("Kabupaten or kecamatan code of residence"))
    address = text(_("Address"))
    carrier = text(_("Flight or ship"))
    ticket = forms.ChoiceField(required=False)
    route = text("")
    visa_kind = forms.ChoiceField(required=False)
    visa_days = text("", widget=NUMBER)
    companions = text("", widget=NUMBER)
    job = forms.ChoiceField(required=False)
    employer_kind = forms.ChoiceField(required=False)
    employer = text("")
    p3mi = text("")
    letter_shown = forms.ChoiceField(required=False)
    payer = forms.ChoiceField(required=False)
    payer_phone = text("", widget=forms.TextInput(attrs={"inputmode": "tel"}))
    account = text("", widget=NUMBER)
    marriage_date = text("")
    marriage_certificate = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if name in choices and isinstance(field, forms.ChoiceField):
                field.choices = [("", ""), *choices[name]]

    @property
    def more(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields behind "More of the journey", by what they are about."""
        return [(about, [self[name] for name in names]) for about, names in MORE.items()]

    @property
    def asks_more(self) -> bool:
        """Whether more of the journey stands open: the purpose asks for it, or something there is filled or wrong."""
        names = [name for group in MORE.values() for name in group]
        return self["declared_purpose"].value() in ASKS_MORE or any(
            self[name].value() or self[name].errors for name in names
        )

    @property
    def asks_more_for(self) -> str:
        return " ".join(ASKS_MORE)

    def part(self, names: tuple[str, ...]) -> dict[str, str]:
        return {name: str(self.cleaned_data.get(name, "")) for name in names}

    def take(self, faults: tuple[Fault, ...]) -> None:
        """Put the core's faults at their fields, as codes: the template says them."""
        for fault in faults:
            self.add_error(
                fault.field if fault.field in self.fields else None, forms.ValidationError(fault.code, code=fault.code)
            )


class ReleaseForm(forms.Form):
    """What of a complaint leaves: one of the things that it names, or one that is typed as it tells it; two grades and a coded reason."""

    named = forms.CharField(
        required=False, max_length=240
    )  # kind and thing in one, as the page offers them; blank: as typed
    thing_kind = forms.ChoiceField(required=False, choices=[("", ""), *((kind, kind) for kind in TOLD)])
    thing = forms.CharField(required=False, max_length=200)
    source_grade = forms.ChoiceField(choices=[(grade, grade) for grade in "ABCDE"])
    content_grade = forms.ChoiceField(choices=[(grade, grade) for grade in "12345"])
    why = forms.CharField(max_length=60)

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if not told.get("named") and not (told.get("thing_kind") and told.get("thing")):
            self.add_error("thing", "complaint.thing_needed")
        return told

    def wanted(self) -> Wanted:
        told = self.cleaned_data
        kind, _, thing = told["named"].partition(" ")
        if not told["named"]:
            kind, thing = told["thing_kind"], told["thing"]
        return Wanted(
            kind=kind, thing=thing, source_grade=told["source_grade"], content_grade=told["content_grade"], why=told["why"]
        )  # fmt: skip
