"""Forms as the pages get them: the fields that the rooms' own forms have."""

from __future__ import annotations

from django import forms

from suar.screening.forms import DeskForm

CHOICES = {
    "declared_purpose": [("work", "bekerja / work"), ("tourism", "wisata / tourism")],
    "ticket": [("one_way", "sekali jalan / one-way")],
    "visa_kind": [("work", "kerja / work")],
    "job": [("caregiver", "pengasuh / caregiver")],
    "employer_kind": [("household", "rumah tangga / household")],
    "letter_shown": [("yes", "ya / yes")],
    "payer": [("agent", "agen / an agent")],
    "marriage_certificate": [("regular", "lengkap / regular")],
}


def desk_form(told: dict[str, str] | None = None) -> DeskForm:
    """The desk's own form, with short lists, and more of it needed than a desk asks: the page asks for what is missing one by one."""
    form = DeskForm(told, choices=CHOICES)
    for name in ("destination", "declared_purpose", "departure_date"):
        form.fields[name].required = True
    return form


class TipForm(forms.Form):
    text = forms.CharField(widget=forms.Textarea(attrs={"rows": 4}))
    about_name = forms.CharField(required=False)
    about_phone = forms.CharField(required=False)
    about_place = forms.CharField(required=False)
    heard_on = forms.CharField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
    how_known = forms.ChoiceField(choices=[("seen", "saya lihat sendiri"), ("told", "diceritakan orang")])


class SessionForm(forms.Form):
    held_on = forms.CharField(widget=forms.DateInput(attrs={"type": "date"}))
    topic = forms.CharField()
    attended = forms.IntegerField()
    place = forms.CharField(required=False)


class LoginForm(forms.Form):
    username = forms.CharField()
    password = forms.CharField(widget=forms.PasswordInput)
