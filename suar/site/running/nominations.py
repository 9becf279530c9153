"""The training nation's officers nominate, once the nation is loaded: `python -m suar.site.running.nominations ORIGIN`."""

from __future__ import annotations

import sys

from suar.site.running.ready import set_up


def main(origin: str) -> None:
    set_up()
    from suar.site.auth import system_act
    from suar.site.demo_entries import nominate

    nominate(origin, act=system_act("demo"))


if __name__ == "__main__":
    main(sys.argv[1])
