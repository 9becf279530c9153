"""Suar itself on a port of this machine, for a browser: `python -m tests.browser.served`; the environment says which database."""

from __future__ import annotations

from wsgiref.simple_server import make_server

from suar.site.wsgi import application
from tests.browser.preview import Quiet, Threaded


def main() -> None:
    with make_server("127.0.0.1", 0, application, server_class=Threaded, handler_class=Quiet) as serving:
        print(f"http://127.0.0.1:{serving.server_port}", flush=True)
        serving.serve_forever()


if __name__ == "__main__":
    main()
