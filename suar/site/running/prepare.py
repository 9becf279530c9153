"""What `suar up` does to the database before anybody is let in: tables as suar_owner, policies adopted, the demo's
people.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from suar.site.running.ready import set_up

LOG_INS = "log-ins.txt"
#: The training nation is older than its first start, so that clocks of the law have run out in it.
FOUNDED = timedelta(days=60)


def prepare() -> None:
    """Doing it again changes nothing; after a change of the program it brings the database along."""
    set_up()
    from django.conf import settings
    from django.core.management import call_command

    from suar.policies.actions import adopt_folder
    from suar.policies.queries import in_force
    from suar.site.auth import system_act
    from suar.site.demo import OFFICERS, open_lanes
    from suar.site.demo import prepare as prepare_demo
    from suar.site.partitions import make_ahead
    from suar.vault.keyring import write_private

    for alias in ("owner", "protection_owner"):
        call_command("migrate", database=alias, verbosity=0, interactive=False)
    make_ahead(system_act("up").at)
    act = system_act("up")
    if settings.DEMO and not in_force(act.at).tables:
        act = system_act("up", at=act.at - FOUNDED)
    adopt_folder(settings.POLICY, "suar up", act=act)
    if settings.DEMO:
        passwords = prepare_demo(act=act)
        open_lanes(act=system_act("up"))
        rows = [(name, passwords[name], role, ", ".join(desks)) for name, _, role, desks in OFFICERS]
        text = "\n".join(f"  {name:<8}{password:<30}{role:<22}{desks}" for name, password, role, desks in rows)
        write_private(Path(settings.HOME) / LOG_INS, f"Log-ins of the demo (name, password, role, desk):\n{text}\n")


if __name__ == "__main__":
    prepare()
