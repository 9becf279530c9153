"""The policy pages: the tables and their versions, proposing another text, a proposal before its second person, and what a shadow made of it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from suar.core.act import Act
from suar.core.errors import Refusal
from suar.core.standard.mistakes import Mistake, read_mistake
from suar.policies.access import check
from suar.policies.access.compared import BY, compared_for, rows_for
from suar.policies.access.proposals import proposal_for, table_for, tables_for, text_for
from suar.policies.actions import rule, shadow
from suar.policies.actions.propose import BadProposal, ReasonShort, propose, propose_again
from suar.policies.forms import BackForm, ProposeForm, RuleForm, ShadowForm


class Request(HttpRequest):
    """As the site makes it: `request.act()` is the one way to an Act."""

    act: Callable[[], Act]


@never_cache
@require_GET
def tables(request: Request) -> HttpResponse:
    return render(request, "policies/tables.html", {"tables": tables_for(request.act())})


@never_cache
@require_GET
def table(request: Request, folder: str, stem: str) -> HttpResponse:
    return render(request, "policies/table.html", {"table": table_for(request.act(), f"{folder}/{stem}")})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request, folder: str, stem: str) -> HttpResponse:
    """The text of a table, to be changed; what is wrong with it stands above it, and nothing is lost."""
    act, name = request.act(), f"{folder}/{stem}"
    form = ProposeForm(request.POST or None, initial={"written": text_for(act, name)})
    problems: list[Mistake] = []
    if request.method == "POST" and form.is_valid():
        try:
            made = propose(name, form.cleaned_data["written"], form.cleaned_data["reason"], act=act)
        except BadProposal as bad:
            problems = [read_mistake(one) for one in bad.problems]
        except Refusal as no:
            form.add_error("reason" if no.code == "policy.reason_short" else None, no.code)
        else:
            messages.success(request, "told.policy_proposed")
            return redirect("policy_proposal", made)
    told = {"form": form, "name": name, "folder": folder, "stem": stem, "problems": problems}
    return render(request, "policies/propose.html", told, status=422 if request.method == "POST" else 200)


@require_POST
def back(request: Request, version: UUID) -> HttpResponse:
    """Propose an earlier version again."""
    act, form = request.act(), BackForm(request.POST)
    made = propose_again(version, form.cleaned_data["reason"] if form.is_valid() else "", act=act)
    messages.success(request, "told.policy_proposed")
    return redirect("policy_proposal", made)


@never_cache
@require_GET
def proposal(request: Request, id: UUID) -> HttpResponse:
    return shown(request, id, RuleForm(), ShadowForm())


def shown(request: Request, id: UUID, form: RuleForm, shadow_form: ShadowForm, *, status: int = 200) -> HttpResponse:
    told = {"proposal": proposal_for(request.act(), id), "form": form, "shadow_form": shadow_form}
    return render(request, "policies/proposal.html", told, status=status)


@require_POST
def ruled(request: Request, id: UUID) -> HttpResponse:
    """Adopted or declined by the second person; withdrawn by the first."""
    act, form = request.act(), RuleForm(request.POST)
    word = request.POST.get("ruling", "")
    check(act, "policy.propose" if word == "withdrawn" else "policy.adopt")
    if word == "withdrawn":
        rule.withdraw(id, act=act)
    elif not form.is_valid():
        return shown(request, id, form, ShadowForm(), status=422)
    else:
        try:
            decided(id, word, form, act)
        except (ReasonShort, rule.NotTried, rule.BadMoment) as no:
            fields = {"policy.reason_short": "reason", "policy.bad_moment": "from_at"}
            form.add_error(fields.get(no.code), no.code)
            return shown(request, id, form, ShadowForm(), status=422)
    messages.success(request, f"told.policy_{word}" if word in {"adopted", "withdrawn"} else "told.policy_declined")
    return redirect("policy_proposal", id)


def decided(id: UUID, word: str, form: RuleForm, act: Act) -> None:
    if word == "adopted":
        rule.adopt(id, form.cleaned_data["reason"], act=act, from_at=form.begins())
    else:
        rule.decline(id, form.cleaned_data["reason"], act=act)


@require_POST
def tried(request: Request, id: UUID) -> HttpResponse:
    shadow.ask_trial(id, act=request.act())
    messages.success(request, "told.policy_trial")
    return redirect("policy_proposal", id)


@require_POST
def shadowed(request: Request, id: UUID) -> HttpResponse:
    act, form = request.act(), ShadowForm(request.POST)
    check(act, "policy.propose")
    if not form.is_valid():
        return shown(request, id, RuleForm(), form, status=422)
    shadow.start_shadow(id, act=act, days=form.cleaned_data["days"])
    messages.success(request, "told.policy_shadow")
    return redirect("policy_proposal", id)


@require_POST
def ended(request: Request, run: UUID) -> HttpResponse:
    shadow.end_shadow(run, act=request.act())
    messages.success(request, "told.policy_shadow_ended")
    return redirect("policy_compared", run)


@never_cache
@require_GET
def compared(request: Request, run: UUID) -> HttpResponse:
    return render(request, "policies/compared.html", {"compared": compared_for(request.act(), run)})


@never_cache
@require_GET
def rows(request: Request, run: UUID) -> HttpResponse:
    where = {name: request.GET[name][:80] for name in sorted(BY) if request.GET.get(name)}
    return render(request, "policies/rows.html", {"found": rows_for(request.act(), run, where)})
