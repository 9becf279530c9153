"""The desk's form: the fields of the API under the same names; reading them is the core's work, not the form's."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from suar.core.errors import Fault

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
JOURNEY = ("destination", "declared_purpose", "departure_date", "return_date", "carrier")


def text(label: Any, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=400, **more)


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
    reference = forms.CharField(label=_("Application or crossing number"), max_length=120)
    mother_name = text(_("Mother's name"))
    phone = text(_("Phone"))
    region_code = text(_("Kabupaten or kecamatan code of residence"))
    address = text(_("Address"))
    carrier = text(_("Flight or ship"))

    def __init__(self, *args: Any, purposes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["declared_purpose"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", ""), *purposes]

    def part(self, names: tuple[str, ...]) -> dict[str, str]:
        return {name: str(self.cleaned_data.get(name, "")) for name in names}

    def take(self, faults: tuple[Fault, ...]) -> None:
        """Put the core's faults at their fields, as codes: the template says them."""
        for fault in faults:
            self.add_error(
                fault.field if fault.field in self.fields else None, forms.ValidationError(fault.code, code=fault.code)
            )
