"""Logging in and out, with its trace. Wrong passwords are counted; after ten the door stays shut for a while (NIST 800-63B 5.2.2)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest

from suar.agencies.models import Officer
from suar.agencies.queries import postings_of
from suar.audit.actions import append
from suar.core.errors import Refusal
from suar.site.auth import act_under, system_act
from suar.site.demo import OFFICERS

TRIES = 10
SHUT_SECONDS = 15 * 60


class TooManyTries(Refusal):
    """Ten wrong passwords for one name from one place."""

    code = "login.too_many"
    status = 429


def log_in(request: HttpRequest, username: str, password: str) -> bool:
    """Let the officer in, or say no, alike for a wrong name and a wrong password. Refuses: TooManyTries."""
    tries = f"login {request.META.get('REMOTE_ADDR', '')} {username.casefold()}".encode().hex()[:240]
    if cache.get(tries, 0) >= TRIES:
        raise TooManyTries()
    officer = authenticate(request, username=username, password=password)
    if not isinstance(officer, Officer):
        cache.set(tries, cache.get(tries, 0) + 1, SHUT_SECONDS)
        with transaction.atomic():
            append("login.failed", system_act("login"), personal=username)
        return False
    cache.delete(tries)
    before = request.session.get("was", {})
    login(request, officer)
    request.session.pop("was", None)
    note(request, officer, str(before.get("posting", "")) if before.get("username") == username else "")
    return True


def note(request: HttpRequest, officer: Officer, posting: str) -> None:
    """Take the seat that was locked, or the only one there is; write down that she came."""
    act = system_act("login")
    mine = postings_of(officer.id, act.at)
    chosen = [one for one in mine if str(one.id) == posting] or (mine if len(mine) == 1 else [])
    if chosen:
        request.session["posting"] = str(chosen[0].id)
        act = act_under(chosen[0], at=act.at)
    with transaction.atomic():
        append("officer.logged_in", act, officer=str(officer.id))


def lock(request: HttpRequest) -> None:
    """Leave the desk for a moment: nothing opens until the password is given again; the seat is kept."""
    was = {"username": request.user.get_username(), "posting": request.session.get("posting", "")}
    logout(request)
    if was["username"]:
        request.session["was"] = was


def demo_logins() -> list[dict[str, Any]]:
    """Who may log in to the training nation, with passwords, as `demo.prepare` wrote them down; nobody outside training."""
    path = Path(settings.HOME) / "demo.json"
    if not settings.DEMO or not path.exists():
        return []
    passwords = json.loads(path.read_text())
    return [
        {"username": username, "password": passwords[username], "name": name, "role": role, "desk": ", ".join(desks)}
        for username, name, role, desks in OFFICERS
        if username in passwords
    ]
