"""What an analyst and a second person type; whether it may be is the actions' word, not the form's."""

from __future__ import annotations

from datetime import datetime

from django import forms

from suar.core.identity.zones import WIB
from suar.policies.actions.propose import MOST_TEXT
from suar.policies.actions.shadow import MOST_DAYS, USUAL_DAYS


class ReasonField(forms.CharField):
    def __init__(self) -> None:
        super().__init__(max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class ProposeForm(forms.Form):
    written = forms.CharField(
        max_length=MOST_TEXT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 30, "spellcheck": "false", "class": "written"}),
    )
    reason = ReasonField()


class BackForm(forms.Form):
    reason = ReasonField()


class RuleForm(forms.Form):
    reason = ReasonField()
    from_at = forms.DateTimeField(
        required=False, input_formats=["%Y-%m-%dT%H:%M"], widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )

    def begins(self) -> datetime | None:
        """In Jakarta's time: a table holds in the whole country from one moment on."""
        said: datetime | None = self.cleaned_data["from_at"]
        return said.replace(tzinfo=WIB) if said else None


class ShadowForm(forms.Form):
    days = forms.IntegerField(min_value=1, max_value=MOST_DAYS, initial=USUAL_DAYS)
