"""Forms as the pages get them: the fields that the rooms' own forms have."""

from __future__ import annotations

from django import forms


class DeskForm(forms.Form):
    """The desk's form, as the API names its fields."""

    purpose = forms.CharField(widget=forms.HiddenInput, initial="departure")
    lane = forms.CharField(widget=forms.HiddenInput, initial="counter")
    mrz = forms.CharField(required=False)
    full_name = forms.CharField(max_length=200)
    passport_no = forms.CharField(required=False, max_length=9)
    nik = forms.CharField(required=False, max_length=16)
    birth_date = forms.CharField()
    sex = forms.ChoiceField(required=False, choices=[("", "–"), ("1", "laki-laki / male"), ("2", "perempuan / female")])
    birth_place = forms.CharField(required=False)
    mother_name = forms.CharField(required=False)
    phone = forms.CharField(required=False)
    address = forms.CharField(required=False)
    region_code = forms.CharField(required=False)
    destination = forms.ChoiceField(choices=[("", "–"), ("MYS", "Malaysia"), ("ARE", "Uni Emirat Arab")])
    declared_purpose = forms.ChoiceField(
        choices=[("", "–"), ("work", "bekerja / work"), ("tourism", "wisata / tourism")]
    )
    departure_date = forms.CharField(widget=forms.DateInput(attrs={"type": "date"}))
    return_date = forms.CharField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
    carrier = forms.CharField(required=False)
    reference = forms.CharField()


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
