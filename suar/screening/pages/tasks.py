"""The queues of a desk, and one task: take it, give it back, finish it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from suar.agencies.access import Request, opens
from suar.screening.access.tasks import task_for, tasks_for
from suar.screening.actions.work import CodeUnknown, finish, give_back, take


@never_cache
@require_GET
def tasks(request: Request) -> HttpResponse:
    """What waits at this desk, the nearest clock first; nobody is opened by this."""
    rows = tasks_for(request.act())
    mine = [row for row in rows if row.mine]
    return render(
        request,
        "screening/tasks.html",
        {
            "reports": opens(request.act(), "screening.outcome"),
            "mine": mine,
            "rows": [row for row in rows if not row.mine],
            "total": len(rows),
        },
    )


@never_cache
@require_GET
def task(request: Request, id: UUID) -> HttpResponse:
    return shown(request, id)


def shown(request: Request, id: UUID, refused: str = "") -> HttpResponse:
    told = task_for(request.act(reference=str(id)), id)
    return render(request, "screening/task.html", {"told": told, "refused": refused}, status=422 if refused else 200)


@never_cache
@require_POST
def taken(request: Request, id: UUID) -> HttpResponse:
    take(id, act=request.act(reference=str(id)))
    messages.success(request, "told.task_taken")
    return redirect("task", id)


@never_cache
@require_POST
def returned(request: Request, id: UUID) -> HttpResponse:
    try:
        give_back(id, request.POST.get("code", ""), act=request.act(reference=str(id)))
    except CodeUnknown as error:
        return shown(request, id, error.code)
    messages.success(request, "told.task_returned")
    return redirect("tasks")


@never_cache
@require_POST
def finished(request: Request, id: UUID) -> HttpResponse:
    try:
        finish(id, request.POST.get("code", ""), act=request.act(reference=str(id)))
    except CodeUnknown as error:
        return shown(request, id, error.code)
    messages.success(request, "told.task_done")
    return redirect("tasks")
