"""What an engineer types of a machine; whether it may be is the actions' word."""

from __future__ import annotations

from django import forms
from django.http import QueryDict

from suar.agencies.actions.machines import LONGEST_PEM, Terms


class TermsForm(forms.Form):
    """The terms of a machine: what it may ask, from where, and how its tokens are shown."""

    scopes = forms.MultipleChoiceField(required=False)
    networks = forms.CharField(max_length=2000, required=False)
    bound = forms.BooleanField(required=False)

    def __init__(self, *told: object, scopes: list[str], **more: object) -> None:
        super().__init__(*told, **more)  # type: ignore[arg-type]
        field = self.fields["scopes"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(one, one) for one in scopes]

    @property
    def chosen(self) -> list[str]:
        """What is ticked in the form as it came back."""
        return list(self.data.getlist("scopes")) if isinstance(self.data, QueryDict) else []

    def terms(self, client: str, agency: str) -> Terms:
        told = self.cleaned_data
        networks = [one for one in told["networks"].replace(",", " ").split() if one]
        return Terms(client=client, agency=agency, scopes=told["scopes"], networks=networks, bound=told["bound"])


class NewForm(TermsForm):
    client = forms.CharField(max_length=40)
    agency = forms.CharField(max_length=40)


class PemForm(forms.Form):
    pem = forms.CharField(max_length=LONGEST_PEM)
