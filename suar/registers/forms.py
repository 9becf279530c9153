"""What is typed and chosen above the one list."""

from __future__ import annotations

from django import forms

from suar.registers.queries.one_list import KINDS


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
