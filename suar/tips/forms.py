"""The village page's two forms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django import forms
from django.core.validators import MaxLengthValidator, MaxValueValidator

LONGEST = 2_000  # what somebody types on a phone in two minutes, and room to spare
MOST = 10_000  # more people than live in most villages

Choices = Sequence[tuple[str, str]]


class Day(forms.DateField):
    """A day as the phone's own calendar gives it, not later than today."""

    def __init__(self, *, required: bool) -> None:
        super().__init__(required=required, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))

    def until(self, today: date) -> None:
        self.validators.append(MaxValueValidator(today))
        self.widget.attrs["max"] = today.isoformat()


class TipForm(forms.Form):
    """What was seen or heard. Only that is asked for; all else where the villager knows it."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 5}))
    about_name = forms.CharField(required=False, max_length=120)
    about_phone = forms.CharField(required=False, max_length=40, widget=forms.TextInput(attrs={"inputmode": "tel"}))
    about_place = forms.CharField(required=False, max_length=200)
    heard_on = Day(required=False)
    how_known = forms.ChoiceField(required=False)

    def __init__(self, *args: object, today: date, origins: Choices, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        of_day, of_choice = self.fields["heard_on"], self.fields["how_known"]
        assert isinstance(of_day, Day) and isinstance(of_choice, forms.ChoiceField)
        of_day.until(today)
        of_choice.choices = [("", ""), *origins]

    def body(self) -> dict[str, str]:
        return said(self)


class SessionForm(forms.Form):
    """An education session that was held."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    held_on = Day(required=True)
    topic = forms.ChoiceField()
    attended = forms.IntegerField(min_value=0, max_value=MOST)
    place = forms.CharField(max_length=200)

    def __init__(self, *args: object, today: date, topics: Choices, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        of_day, of_choice = self.fields["held_on"], self.fields["topic"]
        assert isinstance(of_day, Day) and isinstance(of_choice, forms.ChoiceField)
        of_day.until(today)
        of_choice.choices = list(topics)

    def body(self) -> dict[str, str]:
        return said(self)


class GradeForm(forms.Form):
    """How reliable the source, how credible the content: 5 x 5 (DOMAIN A8)."""

    source = forms.ChoiceField(widget=forms.RadioSelect(attrs={"class": "govuk-radios__input"}))
    content = forms.ChoiceField(widget=forms.RadioSelect(attrs={"class": "govuk-radios__input"}))

    def __init__(self, *args: object, reliability: Choices, credibility: Choices, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for name, choices in (("source", reliability), ("content", credibility)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [(code, f"{code} · {words}") for code, words in choices]


class AnswerForm(forms.Form):
    answer = forms.CharField(validators=[MaxLengthValidator(LONGEST)])


def said(form: forms.Form) -> dict[str, str]:
    """What was filled in, as text; the idempotency key is not part of it."""
    return {name: str(value) for name, value in form.cleaned_data.items() if name != "key" and value not in (None, "")}
