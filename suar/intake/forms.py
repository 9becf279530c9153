"""What is typed to stop a source, or to have a number verified; whether it may be is the action's word."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django import forms


class VerifyForm(forms.Form):
    """What is verified, its number, and the case for which. Whether it may be is the action's word."""

    what = forms.CharField(max_length=40)
    number = forms.CharField(max_length=60)
    reference = forms.RegexField(regex=r"^[A-Za-z0-9][A-Za-z0-9./-]{0,63}$", max_length=64)


class StopForm(forms.Form):
    """The hour is that of the officer's office."""

    source = forms.CharField(max_length=40)
    key = forms.CharField(max_length=40, required=False)
    since = forms.DateTimeField(input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])
    reason = forms.CharField(max_length=500)

    def instant(self, zone: str) -> datetime:
        typed: datetime = self.cleaned_data["since"]
        return typed.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
