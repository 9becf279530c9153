"""The log-in form and the search form."""

from __future__ import annotations

from django import forms


class LoginForm(forms.Form):
    username = forms.CharField(
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True}),
    )
    password = forms.CharField(
        max_length=1024, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )


class SearchForm(forms.Form):
    """Whom one looks for, and the case that justifies it. What `q` holds is read by the core."""

    q = forms.CharField(max_length=120, widget=forms.TextInput(attrs={"data-search": True, "autocomplete": "off"}))
    birth_date = forms.CharField(required=False, max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    reference = forms.RegexField(
        regex=r"^[A-Za-z0-9][A-Za-z0-9./-]{0,63}$", max_length=64, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
