"""Look at the pages without the rest of Suar: `python -m tests.browser.preview PORT` serves each with invented contents.

Real templates, real static files, the real content security policy; only the values are made up (`invented.py`). No database.
"""

from __future__ import annotations

import os
import sys
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path


def arrange() -> None:
    """Suar's settings without what needs a database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "suar.site.settings")
    settings.ROOT_URLCONF = __name__
    settings.INSTALLED_APPS = [app for app in settings.INSTALLED_APPS if "procrastinate" not in app]
    skipped = ("AuthenticationMiddleware", "suar.site", "SessionMiddleware", "MessageMiddleware")
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if not any(name in one for name in skipped)]
    engine: dict[str, Any] = settings.TEMPLATES[0]
    engine["OPTIONS"]["context_processors"] = ["django.template.context_processors.request"]
    django.setup()


def index(request: HttpRequest) -> HttpResponse:
    from tests.browser.invented_pages import pages

    names = "".join(f'<li><a href="/page/{name}">{name}</a></li>' for name in pages())
    return HttpResponse(f"<!doctype html><html lang=en><title>Pages</title><ul>{names}</ul>")


def page(request: HttpRequest, name: str) -> HttpResponse:
    from tests.browser.invented import frame
    from tests.browser.invented_pages import pages

    if name not in pages():
        raise Http404
    template, told = pages()[name]
    if request.headers.get("HX-Request"):
        template, told = "screening/_answer.html", pages()["desk_assist"][1]
    return render(request, template, {"frame": frame(), **told})


def opened(request: HttpRequest) -> HttpResponse:
    from tests.browser.invented import SHOWN

    return render(request, "persons/_revealed.html", {"shown": SHOWN})


def anything(request: HttpRequest, **names: Any) -> HttpResponse:
    return HttpResponse(status=204)


urlpatterns = [
    path("", index, name="home"),
    path("page/desk", page, {"name": "desk"}, name="desk"),
    path("page/<name>", page),
    path("revealed", opened),
    path("batches/<source>/<count>", anything, name="batches"),
    path("rows/<batch>/<count>", anything, name="batch_rows"),
    path("i18n/", include("django.conf.urls.i18n")),
    *(
        path(name, anything, name=name)
        for name in (
            "login",
            "logout",
            "choose_desk",
            "health",
            "search",
            "findings",
            "one_list",
            "village",
            "village_tip",
            "village_session",
            "queue",
        )
    ),
    *(
        path(f"{name}/<id>", anything, name=name)
        for name in (
            "screening",
            "screening_again",
            "screening_apart",
            "screening_decide",
            "screening_slip",
            "batch",
            "batch_download",
            "person",
            "village_answer",
            "finding",
            "finding_take",
            "finding_rule",
            "register_let_go",
        )
    ),
]


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """The tests read what the browser says; access lines would drown it."""


class Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True


def server(port: int = 0) -> WSGIServer:
    """A server of the previews on a port of this machine; 0 lets the machine choose."""
    from django.core.handlers.wsgi import WSGIHandler

    return make_server("127.0.0.1", port, WSGIHandler(), server_class=Threaded, handler_class=Quiet)


def main(words: list[str]) -> None:
    arrange()
    with server(int(words[0]) if words else 8099) as serving:
        print(f"http://127.0.0.1:{serving.server_port}/", flush=True)
        serving.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1:])
