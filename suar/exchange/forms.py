"""What an engineer types of an endpoint; whether it may be is the actions' word."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict

from suar.exchange.access.webhooks import Wanted
from suar.exchange.actions.endpoint import Wished

LONGEST = 500


class DayField(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"})


class EndpointForm(forms.Form):
    """An endpoint, or its correction. Days are those of the engineer's office; both are whole."""

    agency = forms.CharField(max_length=40)
    url = forms.CharField(max_length=LONGEST)
    events = forms.MultipleChoiceField(required=False)
    networks = forms.CharField(max_length=400, required=False)
    from_day = DayField(required=False)
    until_day = DayField()

    def __init__(self, *told: object, kinds: list[str], **more: object) -> None:
        super().__init__(*told, **more)  # type: ignore[arg-type]
        field = self.fields["events"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(kind, kind) for kind in kinds]

    @property
    def chosen(self) -> list[str]:
        """What is ticked in the form as it came back."""
        return list(self.data.getlist("events")) if isinstance(self.data, QueryDict) else []

    def wished(self, at: datetime, zone: str) -> Wished:
        told = self.cleaned_data
        networks = [one for one in told["networks"].replace(",", " ").split() if one]
        return Wished(
            agency=told["agency"], url=told["url"].strip(), events=sorted(told["events"]), networks=networks,
            from_at=starts(told["from_day"], zone) if told["from_day"] else at, until_at=starts(told["until_day"] + timedelta(days=1), zone),
        )  # fmt: skip


def starts(day: date, zone: str) -> datetime:
    """The first instant of a day on the clock of the engineer's office."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)


class ReplayForm(forms.Form):
    since = forms.DateTimeField(
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )

    def instant(self, zone: str) -> datetime:
        """The hour that was typed, on the clock of the engineer's office."""
        typed: datetime = self.cleaned_data["since"]
        return typed.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


class LettersForm(forms.Form):
    """Which dead letters are looked at, or sent."""

    endpoint = forms.UUIDField(required=False)
    reason = forms.CharField(max_length=40, required=False)
    event = forms.UUIDField(required=False)

    def wanted(self) -> Wanted:
        if not self.is_valid():
            return Wanted()
        return Wanted(endpoint=self.cleaned_data["endpoint"], reason=self.cleaned_data["reason"])

    def one(self) -> tuple[UUID | None, UUID | None]:
        """The endpoint and the event that are to be sent again."""
        return self.cleaned_data["endpoint"], self.cleaned_data["event"]


class ReplayOneForm(ReplayForm):
    """Which endpoint is to be read again, and from when."""

    endpoint = forms.UUIDField()
