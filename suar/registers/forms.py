"""What an officer types above the one list, to nominate an entry, or to ask for a step on one; whether it may be is the core's word, not the form's."""

from __future__ import annotations

from typing import Any, get_args
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile

from suar.core.registers.law import BY_OBJECTION, ActKind
from suar.core.registers.objection import FiledBy, Outcome
from suar.core.registers.things import READERS
from suar.registers.actions.decide_objection import Ruling
from suar.registers.actions.objection import Filed
from suar.registers.actions.request import Asked
from suar.registers.queries.one_list import KINDS
from suar.registers.queries.things import SIGNAL

MOST_BYTES = 2_000_000  # of one document: a scanned decision


class DayField(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"})


class StepForm(forms.Form):
    """The fields that every step has."""

    reference = forms.RegexField(regex=r"^[A-Za-z0-9][A-Za-z0-9./-]{0,63}$", max_length=64, required=False)
    facts = forms.CharField(max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    recommendation = forms.CharField(max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    document = forms.FileField(
        required=False, max_length=120, widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.png"})
    )
    last_day = DayField(required=False)

    def clean_document(self) -> tuple[str, bytes] | None:
        given: UploadedFile[bytes] | None = self.cleaned_data.get("document")
        if not given:
            return None
        if given.size and given.size > MOST_BYTES:
            raise forms.ValidationError("register.document_large")
        return str(given.name), given.read()


class ActForm(StepForm):
    """A step on an entry that is there."""

    act = forms.ChoiceField(choices=[(one.value, one.value) for one in ActKind if one not in BY_OBJECTION])

    def asked(self, entry: UUID) -> Asked:
        told = self.cleaned_data
        return Asked(
            act=ActKind(told["act"]), entry=entry, reason=told["act"], text=told["facts"], recommendation=told["recommendation"],
            last_day=told["last_day"], document=told["document"],
        )  # fmt: skip


class NewForm(StepForm):
    """A nomination: which kind, for which coded reason, under which decision. `what` is kind and reason in one, as the list offers them."""

    subject = forms.UUIDField(widget=forms.HiddenInput)
    what = forms.CharField(max_length=120)
    decision_no = forms.CharField(max_length=80, required=False)
    authority = forms.CharField(max_length=200, required=False)
    first_day = DayField(required=False)

    def asked(self) -> Asked:
        told = self.cleaned_data
        kind, _, reason = told["what"].partition(" ")
        return Asked(
            act=ActKind.ADD, kind=kind, reason=reason, subject=told["subject"], text=told["facts"], recommendation=told["recommendation"],
            decision_no=told["decision_no"], authority=told["authority"], first_day=told["first_day"], last_day=told["last_day"],
            document=told["document"],
        )  # fmt: skip


class SignalForm(StepForm):
    """A signal on a thing: graded for its source (A-E) and its content (1-5) as the tips of villages are."""

    thing_kind = forms.ChoiceField(choices=[(kind, kind) for kind in READERS])
    thing = forms.CharField(max_length=200)
    why = forms.CharField(max_length=60)
    source_grade = forms.ChoiceField(choices=[(grade, grade) for grade in "ABCDE"])
    content_grade = forms.ChoiceField(choices=[(grade, grade) for grade in "12345"])

    def asked(self) -> Asked:
        told = self.cleaned_data
        return Asked(
            act=ActKind.ADD, kind=SIGNAL, reason=told["why"], thing=(told["thing_kind"], told["thing"]), text=told["facts"],
            recommendation=told["recommendation"], last_day=told["last_day"], document=told["document"],
            grades={"source": told["source_grade"], "content": told["content_grade"]},
        )  # fmt: skip


class WhomForm(forms.Form):
    """Whom a nomination is about: a number, or a name with a birth date; and the letter that justifies looking."""

    reference = forms.RegexField(regex=r"^[A-Za-z0-9][A-Za-z0-9./-]{0,63}$", max_length=64)
    nik = forms.CharField(required=False, max_length=20)
    passport_no = forms.CharField(required=False, max_length=12)
    full_name = forms.CharField(required=False, max_length=120)
    birth_date = forms.CharField(required=False, max_length=40)

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if not (told.get("nik") or told.get("passport_no") or (told.get("full_name") and told.get("birth_date"))):
            self.add_error("nik", "register.whom_needed")
        return told


class OneListForm(forms.Form):
    """Whom one looks for, which rows, and the case, where one is due. What `q` holds is read by the core."""

    q = forms.CharField(
        required=False, max_length=120, widget=forms.TextInput(attrs={"data-search": True, "autocomplete": "off"})
    )
    reference = forms.RegexField(
        regex=r"^[A-Za-z0-9][A-Za-z0-9./-]{0,63}$", required=False, max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    kind = forms.ChoiceField(required=False, choices=[("", ""), *((kind, kind) for kind in KINDS)])
    in_force = forms.BooleanField(required=False)
    after = forms.RegexField(regex=r"^[0-9]{1,17}-[0-9a-f-]{36}$", required=False, widget=forms.HiddenInput)

    def __init__(self, *args: object, for_a_case: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for name in ("q", "reference"):
            self.fields[name].required = for_a_case


class ObjectionForm(forms.Form):
    """What an objection asks for: at a desk and by the public form alike. The words are what counts; a number may be missing."""

    filed_by = forms.ChoiceField(choices=[(one, one) for one in get_args(FiledBy)])
    number = forms.CharField(max_length=80, required=False)
    name = forms.CharField(max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    words = forms.CharField(max_length=4000, min_length=20, widget=forms.Textarea(attrs={"rows": 6}))
    contact = forms.CharField(max_length=200)
    document = forms.FileField(
        required=False, max_length=120, widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.png"})
    )

    clean_document = StepForm.clean_document

    def filed(self, entry: UUID | None = None) -> Filed:
        told = self.cleaned_data
        return Filed(
            filed_by=told["filed_by"], number=told["number"], entry=entry, name=told["name"], words=told["words"], contact=told["contact"],
            document=told["document"],
        )  # fmt: skip


class RulingForm(forms.Form):
    """How an objection is decided."""

    outcome = forms.ChoiceField(choices=[(one.value, one.value) for one in Outcome])
    reason = forms.CharField(max_length=4000, required=False)
    last_day = DayField(required=False)

    def ruling(self) -> Ruling:
        told = self.cleaned_data
        outcome = Outcome(told["outcome"])
        return Ruling(
            outcome=outcome, reason=told["reason"], last_day=told["last_day"] if outcome is Outcome.PARTLY else None
        )
