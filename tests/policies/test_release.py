"""A new release brings its tables with the rights of the schema's owner; what two persons have adopted since, it leaves to them."""

from __future__ import annotations

import hashlib
import shutil
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import transaction
from django.db.utils import DatabaseError

from suar.core.errors import Refusal
from suar.policies.actions import adopt_folder, differing
from suar.policies.actions.rule import MovedOn, adopt
from suar.policies.models import Version
from suar.policies.queries import in_force, version_in_force
from tests import cast
from tests.database import Copy
from tests.policies.proposing import AGREED, MINUTE, adopted, heavier, tried

DOCUMENTS = "indicators/documents"


@pytest.fixture
def release(cloned_database: Copy, tmp_path: Path) -> Path:
    """The policy folder of the next release: one indicator weighs otherwise, and one table of another kind says more."""
    cast.adopt()
    shutil.copytree(cast.POLICY, tmp_path / "policy")
    for name in (f"{DOCUMENTS}.yaml", "retention/tips.yaml"):
        path = tmp_path / "policy" / name
        path.write_text(path.read_text().replace("    weight: ", "    weight: 1", 1) + "# the next release\n")
    return tmp_path / "policy"


def test_a_release_brings_its_tables_and_the_applications_role_alone_could_not(release: Path) -> None:
    act = cast.hub(cast.NOON)
    assert adopt_folder(release, "release", act=act) == [DOCUMENTS, "retention/tips"]
    newest = version_in_force(DOCUMENTS, cast.NOON)
    assert newest is not None and newest.written.endswith("# the next release\n")
    newest.id, newest.sha256 = uuid4(), "d" * 64
    with pytest.raises(DatabaseError), transaction.atomic():
        newest.save(force_insert=True)


def test_a_release_does_not_undo_what_two_persons_have_adopted(release: Path) -> None:
    adopted(heavier(DOCUMENTS))
    after = cast.NOON + timedelta(hours=1)
    assert [name for name, _ in differing(release, after)] == ["retention/tips"]
    assert adopt_folder(release, "release", act=cast.hub(after)) == ["retention/tips"]
    newest = version_in_force(DOCUMENTS, after)
    assert newest is not None and newest.proposal is not None
    assert Version.objects.filter(name=DOCUMENTS).count() == 2


def test_a_proposal_whose_table_a_release_has_changed_is_proposed_anew(release: Path) -> None:
    id_ = heavier(DOCUMENTS)
    tried(id_)
    adopt_folder(release, "release", act=cast.hub(cast.NOON + MINUTE))
    with pytest.raises(MovedOn):
        adopt(id_, AGREED, act=cast.act(cast.HENDRA, at=cast.NOON + 2 * MINUTE))


def test_the_policy_of_agreements_is_adopted_dated_hashed_and_rolled_back_like_every_table(release: Path) -> None:
    """An earlier text is adopted again by the folder that holds it: another version, with the hash of before."""
    name, path = "sharing/agreements", release / "sharing" / "agreements.cedar"
    first = version_in_force(name, cast.NOON)
    assert first is not None and first.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    kept = path.read_text()
    path.write_text(kept + "// the next release\n")
    assert name in adopt_folder(release, "release", act=cast.hub(cast.NOON))
    newer = version_in_force(name, cast.NOON)
    assert newer is not None and newer.sha256 != first.sha256 and newer.content == {"cedar": path.read_text()}
    path.write_text(kept)
    assert adopt_folder(release, "back again", act=cast.hub(cast.NOON + MINUTE)) == [name]
    again = version_in_force(name, cast.NOON + MINUTE)
    assert again is not None and again.sha256 == first.sha256 and again.in_force_from == cast.NOON + MINUTE
    assert (
        in_force(cast.NOON).hashes[name] == newer.sha256 and in_force(cast.NOON + MINUTE).hashes[name] == first.sha256
    )


@pytest.mark.parametrize("words", ["permit (", "permit (principal, action, resource);"], ids=["unreadable", "nameless"])
def test_a_policy_of_agreements_that_cannot_be_asked_is_not_adopted_and_nothing_beside_it(
    release: Path, words: str
) -> None:
    path = release / "sharing" / "agreements.cedar"
    path.write_text(path.read_text() + words)
    before = Version.objects.count()
    with pytest.raises(Refusal) as refused:
        adopt_folder(release, "release", act=cast.hub(cast.NOON))
    assert refused.value.code == "policy.unreadable" and refused.value.params["file"] == "agreements.cedar"
    assert Version.objects.count() == before
