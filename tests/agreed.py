"""Other texts of the policy of agreements, adopted as a release adopts them: the twins whose policy forgets something."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory

from suar.policies.actions import adopt_folder
from suar.site.auth import system_act
from tests import cast

NAME = "sharing/agreements"
#: Conditions of the policy, as it is written.
RECEIVER = r"resource\.receiver == principal && "
GIVER = r" && resource\.giver == context\.giver"
EVENT = r"resource\.events\.contains\(context\.event\)"
KIND = r'resource\.hasTag\((context\.kind\.name|"\*")\)'
PURPOSE = r" && resource\.purposes\.contains\(context\.purpose\)"
PURPOSE_ALONE = r"resource\.purposes\.contains\(context\.purpose\)"
FIELD = r" && resource\.getTag\([^)]*\)\.contains\(context\.field\)"
IN_FORCE = r"resource\.from <= context\.at && context\.at < resource\.until"
FROM, UNTIL = r"resource\.from <= context\.at && ", r" && context\.at < resource\.until"


def written(name: str = NAME) -> str:
    return (cast.POLICY / f"{name}.cedar").read_text()


def without(condition: str, *of: str, name: str = NAME) -> str:
    """The policy with this condition left out of the policies whose `@id` begins so; of all of them where none is named."""
    head, *policies = parts(name)
    held = [one for one in policies if not of or one.startswith(tuple(f'@id("{start}.' for start in of))]
    told = "true" if not condition.startswith(" ") and not condition.endswith(" ") else ""
    changed = {one: re.sub(condition, told, one) for one in held}
    assert any(one != other for one, other in changed.items()), "the condition stands in none of these policies"
    return head + "".join(changed.get(one, one) for one in policies)


def dropping(id_: str, name: str = NAME) -> str:
    """The policy without the rule of this name."""
    left = [one for one in parts(name) if not one.startswith(f'@id("{id_}")')]
    assert len(left) == len(parts(name)) - 1
    return "".join(left)


def parts(name: str) -> list[str]:
    """The head of a policy file, and each of its rules."""
    return re.split(r'(?=^@id\(")', written(name), flags=re.M)


def adopt_agreements(text: str, name: str = NAME) -> None:
    """Adopt this text, from now on."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.cedar"
        path.parent.mkdir(parents=True)
        path.write_text(text)
        assert adopt_folder(Path(folder), "a twin", act=system_act("tests")) == [name]
